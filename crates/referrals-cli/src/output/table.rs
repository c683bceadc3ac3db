//! A table that a person likes to read.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use referrals::{Raw, engagements, v1};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::printable;
use super::record::Record;

/// A column of a table.
pub(crate) struct Column {
    title: &'static str,
    cell: fn(&Record<'_>) -> Option<String>,
    right: bool,
    /// What is left out first when the terminal is too narrow; 0 never is.
    spare: u8,
}

const V1: &[Column] = &[
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

const ENGAGEMENTS: &[Column] = &[
    column("STATUS", |record| record.text(&["status"]), 2),
    column("SUBSTATUS", |record| record.text(&["substatus"]), 0),
    column(
        "CUSTOMER",
        |record| record.text(&["customerProfile", "name"]),
        0,
    ),
    column(
        "COUNTRY",
        |record| record.text(&["customerProfile", "address", "country"]),
        4,
    ),
    Column {
        right: true,
        ..column("DEAL VALUE", value_and_currency, 0)
    },
    column("CREATED", |record| day(record, &["createdDateTime"]), 3),
    column(
        "ORGANIZATION",
        |record| record.text(&["organizationName"]),
        5,
    ),
    column("ID", |record| record.text(&["id"]), 0),
];

/// A record that has columns in a table.
pub(crate) trait Tabular {
    /// The columns, among them one of the title `CUSTOMER`.
    const COLUMNS: &'static [Column];
}

impl Tabular for v1::Referral {
    const COLUMNS: &'static [Column] = V1;
}

impl Tabular for engagements::Referral {
    const COLUMNS: &'static [Column] = ENGAGEMENTS;
}

const fn column(title: &'static str, cell: fn(&Record<'_>) -> Option<String>, spare: u8) -> Column {
    Column {
        title,
        cell,
        right: false,
        spare,
    }
}

/// The column whose cells are cut when nothing else helps.
const CUSTOMER: &str = "CUSTOMER";

/// Cells of the customer column are never wider than this, nor cut below
/// `NARROWEST`.
const WIDEST: usize = 40;
const NARROWEST: usize = 12;

/// The blanks between two columns.
const GAP: usize = 2;

/// Renders records, within `width` columns of a terminal if there is one.
pub(crate) fn render<T: Tabular>(records: &[Raw<T>], width: Option<usize>) -> String {
    if records.is_empty() {
        return String::new();
    }
    let mut columns: Vec<Cells> = T::COLUMNS
        .iter()
        .map(|column| Cells::new(column, records))
        .collect();
    // Members that were not asked for make no column.
    if columns.iter().any(|column| column.filled) {
        columns.retain(|column| column.filled);
    }
    for column in &mut columns {
        column.cut(WIDEST);
    }
    fit(&mut columns, width);

    let rows = (0..records.len()).map(|row| columns.iter().map(move |column| &column.cells[row]));
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns.iter().map(|column| column.column.title))
        .add_rows(rows);
    for (shown, column) in table.column_iter_mut().zip(&columns) {
        shown.set_padding((0, GAP as u16));
        if column.column.right {
            shown.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt() + "\n"
}

/// A column with its cells.
struct Cells {
    column: &'static Column,
    cells: Vec<String>,
    /// Whether any record has something to show.
    filled: bool,
}

impl Cells {
    fn new<T>(column: &'static Column, records: &[Raw<T>]) -> Self {
        let cells: Vec<Option<String>> = records
            .iter()
            .map(|record| (column.cell)(&Record::new(record.raw_value())))
            .collect();
        Self {
            column,
            filled: cells.iter().any(Option::is_some),
            cells: cells
                .into_iter()
                .map(|cell| printable(cell.as_deref().unwrap_or("-")))
                .collect(),
        }
    }

    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|cell| cell.width());
        cells.max().unwrap_or(0).max(self.column.title.width())
    }

    /// Cuts customers' names to a width on the screen.
    fn cut(&mut self, width: usize) {
        if self.column.title != CUSTOMER {
            return;
        }
        for cell in &mut self.cells {
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
}

/// Leaves out what can be spared until the rest fits, and cuts the customers' names
/// where even the necessary columns do not.
fn fit(columns: &mut Vec<Cells>, width: Option<usize>) {
    let Some(width) = width else {
        return;
    };
    let total = |columns: &[Cells]| {
        columns
            .iter()
            .map(|column| column.width() + GAP)
            .sum::<usize>()
            .saturating_sub(GAP)
    };
    while total(columns) > width {
        let sparest = columns.iter().map(|column| column.column.spare).max();
        match sparest {
            // Something has to be left to show.
            Some(spare)
                if spare > 0 && columns.iter().any(|column| column.column.spare != spare) =>
            {
                columns.retain(|column| column.column.spare != spare);
            }
            _ => break,
        }
    }
    let excess = total(columns).saturating_sub(width);
    for column in columns {
        let width = column.width();
        column.cut(width.saturating_sub(excess).max(NARROWEST));
    }
}

/// `9,007.50 USD`.
fn value_and_currency(record: &Record<'_>) -> Option<String> {
    let value = grouped(&record.text(&["details", "dealValue"])?);
    Some(match record.text(&["details", "currency"]) {
        Some(currency) => format!("{value} {currency}"),
        None => value,
    })
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

    fn records() -> Vec<Raw<v1::Referral>> {
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
    fn of_one_selected_member_something_is_always_shown() {
        let name = "An organization with a name that is wider than any screen";
        for member in ["organizationName", "status", "createdDateTime", "id"] {
            let record = format!("{{\"{member}\":\"{name}\"}}");
            let records: Vec<Raw<referrals::engagements::Referral>> =
                vec![serde_json::from_str(&record).expect("json")];
            for width in [0, 1, 20, 80] {
                let table = render(&records, Some(width));
                assert!(table.contains(name), "{member}, {width}: {table}");
            }
        }
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

    fn live() -> Vec<Raw<engagements::Referral>> {
        serde_json::from_str(
            r#"[
            {"id":"7c0c6d0e-54c0-4b3e-a1b9-6c1a2f0d8e42","status":"Active","substatus":"Accepted",
             "organizationName":"Fabrikam Consulting","createdDateTime":"2022-03-01T18:11:54.1234567Z",
             "customerProfile":{"name":"Contoso &amp; Sons","address":{"country":"US"}},
             "details":{"dealValue":9007199254740993.55,"currency":"USD"}},
            {"id":"2","status":"Paused","details":{"dealValue":5}},
            {}]"#,
        )
        .expect("json")
    }

    #[test]
    fn the_live_api_has_columns_of_its_own() {
        insta::assert_snapshot!(render(&live(), None));
    }

    #[test]
    fn a_narrow_table_of_the_live_api_keeps_what_matters() {
        insta::assert_snapshot!(render(&live(), Some(90)));
    }

    #[test]
    fn members_that_were_not_asked_for_make_no_column() {
        let records: Vec<Raw<engagements::Referral>> =
            serde_json::from_str(r#"[{"id":"1","status":"New"}]"#).expect("json");
        assert_eq!(render(&records, None), "STATUS  ID\nNew     1\n");
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
