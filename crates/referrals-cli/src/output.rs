//! Printing records.

mod record;
mod table;

use std::io::{self, BufWriter, Write};

use referrals::Raw;
use referrals::v1::Referral;

use crate::arguments::Format;
use crate::failure::{Failure, note};
use record::{Record, columns, on_one_line};

/// How many rows a table has at most.
const ROWS: usize = 50;

/// Prints records to standard output.
pub(crate) fn print(format: Format, records: &[Raw<Referral>]) -> Result<(), Failure> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            let shown = &records[..records.len().min(ROWS)];
            let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
            write!(stdout, "{}", table::render(shown, width.map(usize::from)))?;
            stdout.flush()?;
            let hidden = records.len() - shown.len();
            if records.is_empty() {
                note("no referrals");
            } else if hidden > 0 {
                note(&format!(
                    "{hidden} more; -o json, jsonl or csv prints all {}",
                    records.len()
                ));
            }
        }
        Format::Json => json(&mut stdout, records)?,
        Format::Jsonl => {
            for record in records {
                writeln!(stdout, "{}", on_one_line(record.json()))?;
            }
        }
        Format::Csv => csv(&mut stdout, records)?,
    }
    Ok(stdout.flush()?)
}

/// An array with every record as it arrived.
fn json(output: &mut impl Write, records: &[Raw<Referral>]) -> io::Result<()> {
    output.write_all(b"[")?;
    for (index, record) in records.iter().enumerate() {
        let separator = if index == 0 { "\n" } else { ",\n" };
        write!(output, "{separator}{}", record.json())?;
    }
    let end = if records.is_empty() { "]\n" } else { "\n]\n" };
    output.write_all(end.as_bytes())
}

/// One column for every value that the contract knows, under its path.
fn csv(output: &mut impl Write, records: &[Raw<Referral>]) -> Result<(), Failure> {
    let columns = columns::<Referral>();
    let mut writer = csv::Writer::from_writer(output);
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::from(error),
        other => Failure::failed(format!("cannot write CSV: {other:?}")),
    };
    writer
        .write_record(columns.iter().map(|path| path.join(".")))
        .map_err(failed)?;
    for record in records {
        let record = Record::new(record.raw_value());
        let cells = columns
            .iter()
            .map(|path| record.text(path).unwrap_or_default());
        writer.write_record(cells).map_err(failed)?;
    }
    Ok(writer.flush()?)
}
