//! Printing records.

mod record;
mod sheet;
mod table;

use std::io::{self, BufWriter, Write};
use std::marker::PhantomData;

use referrals::Raw;
use referrals::engagements;
use referrals_model::KnownMembers;

use crate::arguments::Format;
use crate::failure::{Failure, note};
pub(crate) use record::Record;
use record::{columns, on_one_line};
/// Text from a server must not drive the terminal.
pub(crate) use referrals::printable;
pub(crate) use table::Tabular;

/// How many rows a table of a list has at most.
const ROWS: usize = 50;

/// What came of a list that was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// Everything has arrived.
    Complete,
    /// There is more that was not asked for.
    More,
}

/// Prints a list page by page.
pub(crate) struct Printer<T> {
    format: Format,
    limit: Option<usize>,
    /// Whether to go on when the table is full, to count the rest.
    all: bool,
    /// How many records have arrived, not counting those beyond the limit.
    arrived: usize,
    begun: bool,
    rows: Vec<Raw<T>>,
    records: PhantomData<T>,
}

impl<T: KnownMembers + Tabular> Printer<T> {
    pub(crate) fn new(format: Format, limit: Option<usize>, all: bool) -> Self {
        Self {
            format,
            limit,
            all,
            arrived: 0,
            begun: false,
            rows: Vec::new(),
            records: PhantomData,
        }
    }

    /// How many records have arrived.
    pub(crate) fn arrived(&self) -> usize {
        self.arrived
    }

    /// Whether nothing more is wanted.
    pub(crate) fn is_full(&self) -> bool {
        let table_is = self.format == Format::Table && self.rows.len() >= self.most_rows();
        self.limit.is_some_and(|limit| self.arrived >= limit) || (table_is && !self.all)
    }

    fn most_rows(&self) -> usize {
        self.limit.unwrap_or(ROWS)
    }

    /// Prints a page. A table is kept until the end, as its columns need all rows.
    pub(crate) fn print(&mut self, records: &[Raw<T>]) -> Result<(), Failure> {
        let room = self.limit.map_or(usize::MAX, |limit| limit - self.arrived);
        let records = &records[..records.len().min(room)];
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Table => {
                let room = self.most_rows() - self.rows.len();
                self.rows.extend(records.iter().take(room).cloned());
            }
            Format::Json => {
                for record in records {
                    let separator = if self.begun { ",\n" } else { "[\n" };
                    write!(stdout, "{separator}{}", record.json())?;
                    self.begun = true;
                }
            }
            Format::Jsonl => {
                for record in records {
                    writeln!(stdout, "{}", on_one_line(record.json()))?;
                }
            }
            Format::Csv => csv(&mut stdout, records, !self.begun)?,
        }
        self.begun |= self.format == Format::Csv;
        self.arrived += records.len();
        Ok(stdout.flush()?)
    }

    /// Prints what is left to print, also after a failure: what arrived is whole.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        let mut stdout = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Table => {
                let width = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
                let table = table::render(&self.rows, width.map(usize::from));
                write!(stdout, "{table}")?;
            }
            Format::Json => {
                let end = if self.begun { "\n]\n" } else { "[]\n" };
                stdout.write_all(end.as_bytes())?;
            }
            Format::Jsonl => {}
            Format::Csv if !self.begun => csv::<T>(&mut stdout, &[], true)?,
            Format::Csv => {}
        }
        Ok(stdout.flush()?)
    }

    /// Says what a table does not show.
    pub(crate) fn tell(&self, end: End) {
        let hidden = self.arrived - self.rows.len();
        if self.format != Format::Table {
            return;
        }
        if self.arrived == 0 {
            note("no referrals");
        } else if end == End::More && self.limit.is_none() {
            note("there are more; --all counts them, -o json, jsonl or csv prints all");
        } else if hidden > 0 {
            note(&format!(
                "{hidden} more; -o json, jsonl or csv prints all {}",
                self.arrived
            ));
        }
    }
}

/// Prints one referral that came alone.
pub(crate) fn print_one(
    format: Format,
    referral: &Raw<engagements::Referral>,
) -> Result<(), Failure> {
    let mut stdout = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => write!(stdout, "{}", sheet::render(referral.json()))?,
        Format::Json => writeln!(stdout, "{}", referral.json())?,
        Format::Jsonl => writeln!(stdout, "{}", on_one_line(referral.json()))?,
        Format::Csv => csv(&mut stdout, std::slice::from_ref(referral), true)?,
    }
    Ok(stdout.flush()?)
}

/// One column for every value that the contract knows, under its path.
fn csv<T: KnownMembers>(
    output: &mut impl Write,
    records: &[Raw<T>],
    header: bool,
) -> Result<(), Failure> {
    let columns = columns::<T>();
    let mut writer = csv::Writer::from_writer(output);
    let failed = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::from(error),
        other => Failure::failed(format!("cannot write CSV: {other:?}")),
    };
    if header {
        writer
            .write_record(columns.iter().map(|path| path.join(".")))
            .map_err(failed)?;
    }
    for record in records {
        let record = Record::new(record.raw_value());
        let cells = columns
            .iter()
            .map(|path| record.text(path).unwrap_or_default());
        writer.write_record(cells).map_err(failed)?;
    }
    Ok(writer.flush()?)
}
