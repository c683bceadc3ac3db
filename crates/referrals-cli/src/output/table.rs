//! A table that a person likes to read.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use referrals::Raw;
use referrals::v1::Referral;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::record::Record;

struct Column {
    title: &'static str,
    cell: fn(&Record<'_>) -> Option<String>,
    right: bool,
    /// What is left out first when the terminal is too narrow; 0 never is.
    spare: u8,
}

const COLUMNS: [Column; 8] = [
    column("STATUS", |record| record.text(&["status"]), 0),
    column(
        "CUSTOMER",
        |record| record.text(&["customerProfile", "name"]),
        0,
    ),
    column(
        "TYPE",
        |record| {
            record
                .text(&["referralType"])
                .or_else(|| record.text(&["type"]))
        },
        2,
    ),
    Column {
        right: true,
        ..column(
            "DEAL VALUE",
            |record| Some(grouped(&record.text(&["details", "dealValue"])?)),
            0,
        )
    },
    column("CREATED", |record| day(record, &["createdDateTime"]), 1),
    column("UPDATED", |record| day(record, &["updatedDateTime"]), 4),
    column(
        "CLOSING",
        |record| day(record, &["details", "closingDate"]),
        3,
    ),
    column("ID", |record| record.text(&["id"]), 0),
];

const fn column(title: &'static str, cell: fn(&Record<'_>) -> Option<String>, spare: u8) -> Column {
    Column {
        title,
        cell,
        right: false,
        spare,
    }
}

/// The column whose cells are cut when nothing else helps.
const CUSTOMER: usize = 1;

/// Cells of the customer column are never wider than this, nor cut below
/// `NARROWEST`.
const WIDEST: usize = 40;
const NARROWEST: usize = 12;

/// The blanks between two columns.
const GAP: usize = 2;

/// Renders records, within `width` columns of a terminal if there is one.
pub(crate) fn render(records: &[Raw<Referral>], width: Option<usize>) -> String {
    if records.is_empty() {
        return String::new();
    }
    let mut rows: Vec<Vec<String>> = records
        .iter()
        .map(|record| {
            let record = Record::new(record.raw_value());
            COLUMNS
                .iter()
                .map(|column| printable(&(column.cell)(&record).unwrap_or_else(|| "-".to_owned())))
                .collect()
        })
        .collect();
    cut(&mut rows, WIDEST);
    let shown = fit(&mut rows, width);

    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(shown.iter().map(|&index| COLUMNS[index].title))
        .add_rows(
            rows.iter()
                .map(|row| shown.iter().map(|&index| row[index].clone())),
        );
    for (column, &index) in table.column_iter_mut().zip(&shown) {
        column.set_padding((0, GAP as u16));
        if COLUMNS[index].right {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt() + "\n"
}

/// Chooses the columns that fit and cuts the customers' names where even the
/// necessary ones do not.
fn fit(rows: &mut [Vec<String>], width: Option<usize>) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..COLUMNS.len()).collect();
    let Some(width) = width else {
        return shown;
    };
    let widths: Vec<usize> = COLUMNS
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let cells = rows.iter().map(|row| row[index].width());
            cells.max().unwrap_or(0).max(column.title.width())
        })
        .collect();
    let total = |shown: &[usize]| {
        shown
            .iter()
            .map(|&index| widths[index] + GAP)
            .sum::<usize>()
            - GAP
    };
    while total(&shown) > width {
        let sparest = shown
            .iter()
            .copied()
            .max_by_key(|&index| COLUMNS[index].spare);
        match sparest {
            Some(index) if COLUMNS[index].spare > 0 => shown.retain(|&other| other != index),
            _ => break,
        }
    }
    let excess = total(&shown).saturating_sub(width);
    cut(rows, widths[CUSTOMER].saturating_sub(excess).max(NARROWEST));
    shown
}

/// Cuts customers' names to a width on the screen.
fn cut(rows: &mut [Vec<String>], width: usize) {
    for row in rows {
        let cell = &mut row[CUSTOMER];
        if cell.width() <= width {
            continue;
        }
        let mut room = width - 1;
        let kept = cell.chars().take_while(|letter| {
            let needed = letter.width().unwrap_or(0);
            let fits = needed <= room;
            room = room.saturating_sub(needed);
            fits
        });
        *cell = kept.chain(['…']).collect();
    }
}

/// Text from a server must not drive the terminal.
fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// The day of a time; anything else stays as it is.
fn day(record: &Record<'_>, path: &[&str]) -> Option<String> {
    let text = record.text(path)?;
    match text.split_once('T') {
        Some((day, _)) if day.len() == 10 => Some(day.to_owned()),
        _ => Some(text),
    }
}

/// `25000.5` as `25,000.5`; anything but a plain number stays as it is.
fn grouped(number: &str) -> String {
    let (sign, digits) = match number.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", number),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let plain =
        |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !plain(whole) || !fraction.is_none_or(plain) {
        return number.to_owned();
    }
    let mut result = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            result.push(',');
        }
        result.push(digit);
    }
    if let Some(fraction) = fraction {
        result.push('.');
        result.push_str(fraction);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> Vec<Raw<Referral>> {
        serde_json::from_str(
            r#"[
            {"id":"7c0c6d0e-54c0-4b3e-a1b9-6c1a2f0d8e42","status":"Pending","referralType":"Collaborative",
             "createdDateTime":"2018-09-03T08:15:30.1234567Z","updatedDateTime":"2018-09-04T10:00:00Z",
             "customerProfile":{"name":"Contoso Ltd."},
             "details":{"dealValue":9007199254740993.55,"closingDate":"2018-12-31T00:00:00Z"}},
            {"id":"2","status":"Snoozed","type":"Competitive","customerProfile":{"name":"コントソ\u001b[31m株式会社"},
             "details":{"dealValue":"a lot"}},
            7]"#,
        )
        .expect("json")
    }

    #[test]
    fn a_wide_table_has_everything() {
        insta::assert_snapshot!(render(&records(), None));
    }

    #[test]
    fn a_narrow_table_leaves_columns_out_and_cuts_names() {
        insta::assert_snapshot!(render(&records(), Some(100)));
        let narrow = render(&records(), Some(80));
        assert!(
            narrow.contains("7c0c6d0e-54c0-4b3e-a1b9-6c1a2f0d8e42"),
            "{narrow}"
        );
    }

    #[test]
    fn numbers_are_grouped_and_other_text_is_left_alone() {
        for (number, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.80", "-1,234,567.80"),
            ("9007199254740993.55", "9,007,199,254,740,993.55"),
            ("1e3", "1e3"),
            ("a lot", "a lot"),
            ("1.", "1."),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }
}
