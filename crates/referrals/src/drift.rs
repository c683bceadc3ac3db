//! What the service sends beyond the contract.
//!
//! The service adds members and values without notice. Reading goes on and
//! keeps them; this module tells of them. It names places and new enum values,
//! never other data, so a report can be passed on.
//!
//! ```
//! use referrals::{Raw, drift::Drift, v1::Referral};
//!
//! let record: Raw<Referral> =
//!     serde_json::from_str(r#"{"id":"1","status":"Snoozed","mood":"good"}"#)?;
//! let mut drift = Drift::default();
//! drift.inspect(&record);
//! let lines: Vec<_> = drift.findings().map(|(finding, _)| finding.to_string()).collect();
//! assert_eq!(lines, ["unknown member `mood`", "unknown value \"Snoozed\" of `status`"]);
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use referrals_model::{KnownMembers, Member, Raw, Shape};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// One way in which answers differ from the contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Finding {
    /// A member that the contract does not know.
    UnknownMember {
        /// Its place, `team[].nickname`.
        path: String,
    },
    /// A value that the contract does not list for an open enum.
    UnknownValue {
        /// The place of the enum.
        path: String,
        /// The value.
        value: String,
    },
    /// A record that cannot be read as its type.
    Unreadable {
        /// The place inside the record.
        path: String,
        /// What was expected there and what kind of value was found.
        reason: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMember { path } => write!(f, "unknown member `{path}`"),
            Self::UnknownValue { path, value } => write!(f, "unknown value {value:?} of `{path}`"),
            Self::Unreadable { path, reason } => write!(f, "unreadable record, `{path}`: {reason}"),
        }
    }
}

/// Findings and how often each was met.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift {
    findings: BTreeMap<Finding, u64>,
}

impl Drift {
    /// Whether everything was as the contract says.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings with their counts, sorted.
    pub fn findings(&self) -> impl Iterator<Item = (&Finding, u64)> {
        self.findings
            .iter()
            .map(|(finding, count)| (finding, *count))
    }

    /// Adds the findings of another part of the same answer, such as the next page.
    pub fn merge(&mut self, other: Self) {
        for (finding, count) in other.findings {
            *self.findings.entry(finding).or_default() += count;
        }
    }

    /// Everything there is to tell of a record that came alone.
    pub fn of_record<T: KnownMembers + DeserializeOwned>(record: &Raw<T>) -> Self {
        let mut drift = Self::default();
        drift.inspect(record);
        drift.read("", record);
        drift
    }

    /// Everything there is to tell of a page: its envelope, which holds the
    /// records, and the records by themselves. `place` is where those stand.
    pub(crate) fn of_page<E, R>(envelope: &Raw<E>, place: &str, records: &[Raw<R>]) -> Self
    where
        E: KnownMembers + DeserializeOwned,
        R: DeserializeOwned,
    {
        let mut drift = Self::default();
        drift.inspect(envelope);
        drift.read("", envelope);
        for record in records {
            drift.read(place, record);
        }
        drift
    }

    /// Looks for unknown members and values anywhere in a record.
    pub fn inspect<T: KnownMembers>(&mut self, record: &Raw<T>) {
        let shape = Shape::Object(T::known_members);
        self.walk(record.raw_value(), &shape, &mut String::new());
    }

    /// Notes when a record cannot be read as its type. `place` is where the
    /// record stands, empty for the answer itself.
    pub fn read<T: DeserializeOwned>(&mut self, place: &str, record: &Raw<T>) {
        if let Err(error) = record.get() {
            let inside = without_indices(error.path());
            let path = match (place, inside.as_str()) {
                (place, ".") => place.to_owned(),
                ("", inside) => inside.to_owned(),
                (place, inside) => format!("{place}.{inside}"),
            };
            self.note(Finding::Unreadable {
                path,
                reason: error.reason().to_owned(),
            });
        }
    }

    fn note(&mut self, finding: Finding) {
        *self.findings.entry(finding).or_default() += 1;
    }
}

/// `team[3].email` is the same finding as `team[4].email`.
fn without_indices(path: &str) -> String {
    let mut result = String::with_capacity(path.len());
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '[' => {
                inside = true;
                result.push_str("[]");
            }
            ']' => inside = false,
            _ if inside => {}
            _ => result.push(letter),
        }
    }
    result
}

impl Drift {
    /// Walks over JSON text next to what the contract knows of it.
    fn walk(&mut self, json: &RawValue, shape: &Shape, path: &mut String) {
        let text = json.get();
        let parsed = match (shape, text.as_bytes().first()) {
            (Shape::Object(members), Some(b'{')) => self.members(text, members(), path),
            // Reading it as its type takes an array for an object: its members
            // by position.
            (Shape::Object(_), Some(b'[')) => Err(()),
            (Shape::Array(items), Some(b'[')) => self.items(text, items, path),
            (Shape::OpenEnum(is_known), Some(b'"')) => self.value(text, is_known, path),
            (Shape::OpenEnum(is_known), Some(b'-' | b'0'..=b'9')) if !is_known(text) => {
                self.unknown_value(text, path);
                Ok(())
            }
            // What else does not fit is found when the record is read.
            _ => Ok(()),
        };
        if parsed.is_err() {
            let path = match path.as_str() {
                "" => ".".to_owned(),
                path => path.to_owned(),
            };
            let reason = "cannot be read as what the contract says".to_owned();
            self.note(Finding::Unreadable { path, reason });
        }
    }

    fn members(&mut self, text: &str, known: &[Member], path: &mut String) -> Result<(), ()> {
        let members: BTreeMap<Cow<'_, str>, &RawValue> =
            serde_json::from_str(text).map_err(|_| ())?;
        let length = path.len();
        for (name, value) in members {
            if length > 0 {
                path.push('.');
            }
            push_name(path, &name);
            match known.binary_search_by(|member| member.name.cmp(&name)) {
                Ok(index) => self.walk(value, &known[index].shape, path),
                Err(_) => self.note(Finding::UnknownMember { path: path.clone() }),
            }
            path.truncate(length);
        }
        Ok(())
    }

    fn items(&mut self, text: &str, shape: &Shape, path: &mut String) -> Result<(), ()> {
        let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|_| ())?;
        let length = path.len();
        path.push_str("[]");
        for item in items {
            self.walk(item, shape, path);
        }
        path.truncate(length);
        Ok(())
    }

    fn value(&mut self, text: &str, is_known: &fn(&str) -> bool, path: &str) -> Result<(), ()> {
        let value: Cow<'_, str> = serde_json::from_str(text).map_err(|_| ())?;
        if !is_known(&value) {
            self.unknown_value(&value, path);
        }
        Ok(())
    }

    fn unknown_value(&mut self, value: &str, path: &str) {
        self.note(Finding::UnknownValue {
            path: path.to_owned(),
            value: value.chars().take(LONGEST).collect(),
        });
    }
}

/// How much is shown of a name or a value that a server chose.
const LONGEST: usize = 64;

/// Appends a name that a server chose: short, and without line breaks and what
/// else could drive a terminal.
///
/// A dot in a name would be taken for a step, so such a name is put between quotes.
fn push_name(path: &mut String, name: &str) {
    let is_steps = name.contains('.') && !name.starts_with("@odata.");
    if is_steps {
        path.push('"');
    }
    let mut letters = name.chars();
    for letter in letters.by_ref().take(LONGEST) {
        path.extend(letter.escape_debug());
    }
    if letters.next().is_some() {
        path.push('…');
    }
    if is_steps {
        path.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::ReferralCollection;
    use proptest::prelude::*;

    fn drift(json: &str) -> Vec<(String, u64)> {
        let record: Raw<ReferralCollection> = serde_json::from_str(json).expect("json");
        let mut drift = Drift::default();
        drift.inspect(&record);
        drift
            .findings()
            .map(|(finding, count)| (finding.to_string(), count))
            .collect()
    }

    #[test]
    fn unknown_members_and_values_are_counted_by_place() {
        let found = drift(
            r#"{"items":[
                {"status":"Snoozed","team":[{"nickname":"x"},{"nickname":"y"}]},
                {"status":"Won","details":{"requirements":{"products":[{"id":"A","n\u0061me":1}]}}},
                {"status":9,"inviteContext":null}
            ],"etag":"1"}"#,
        );
        let expected = [
            ("unknown member `etag`", 1),
            (
                "unknown member `items[].details.requirements.products[].name`",
                1,
            ),
            ("unknown member `items[].team[].nickname`", 2),
            ("unknown value \"9\" of `items[].status`", 1),
            ("unknown value \"Snoozed\" of `items[].status`", 1),
        ];
        assert_eq!(
            found,
            expected.map(|(text, count)| (text.to_owned(), count))
        );
    }

    #[test]
    fn one_bad_value_does_not_hide_the_others() {
        let found = drift(
            r#"{"items":[{"team":1e999,"status":"\ud800"},{"customerProfile":["x"],"\u006deta":1e999},{"status":"Snoozed"}]}"#,
        );
        let expected = [
            "unknown member `items[].meta`",
            "unknown value \"Snoozed\" of `items[].status`",
            "unreadable record, `items[].customerProfile`: cannot be read as what the contract says",
            "unreadable record, `items[].status`: cannot be read as what the contract says",
        ];
        assert_eq!(found, expected.map(|text| (text.to_owned(), 1)));
    }

    #[test]
    fn a_name_cannot_drive_the_terminal_or_fill_it() {
        let long = "x".repeat(100);
        let found = drift(&format!(
            r#"{{"items":[],"a\u001b[2J\nerror":1,"{long}":1}}"#
        ));
        assert_eq!(found[0].0, r"unknown member `a\u{1b}[2J\nerror`");
        assert_eq!(found[1].0, format!("unknown member `{}…`", "x".repeat(64)));
    }

    #[test]
    fn what_the_contract_knows_is_no_drift() {
        assert_eq!(
            drift(r#"{"items":[{"status":"pending","referralType":1,"team":null}]}"#),
            []
        );
    }

    #[test]
    fn findings_of_several_pages_are_added_up() {
        let of = |json: &str| {
            let record: Raw<ReferralCollection> = serde_json::from_str(json).expect("json");
            let mut drift = Drift::default();
            drift.inspect(&record);
            drift
        };
        let mut both = of(r#"{"items":[{"x":1}]}"#);
        both.merge(of(r#"{"items":[{"x":1},{"x":1,"y":1}]}"#));
        let counts: Vec<_> = both.findings().map(|(_, count)| count).collect();
        assert_eq!(counts, [3, 1]);
    }

    #[test]
    fn a_place_inside_an_array_has_no_index() {
        assert_eq!(without_indices("team[12].email"), "team[].email");
        assert_eq!(without_indices("details.dealValue"), "details.dealValue");
    }

    proptest! {
        #[test]
        fn any_json_is_walked_to_its_end(text in r#"[\[\]{}:,"a0 tn]{0,60}"#) {
            if let Ok(record) = serde_json::from_str::<Raw<ReferralCollection>>(&text) {
                let mut drift = Drift::default();
                drift.inspect(&record);
                for (finding, count) in drift.findings() {
                    prop_assert!(count > 0, "{finding}");
                }
            }
        }
    }
}
