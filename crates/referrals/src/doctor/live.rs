//! One look at the live API, and the shape of what it answers.

use std::collections::BTreeMap;
use std::fmt;

use http::StatusCode;
use referrals_model::engagements::{CONTRACT_FINGERPRINT, Referral};
use referrals_model::{KnownMembers as _, Member, Shape};
use serde::Serialize;
use serde_json::Value;

use crate::drift::Finding;
use crate::{Error, Referrals};

/// How many referrals are asked for.
const ASKED: u16 = 25;

/// What one page of the live API looks like, without any of its data: places, types, new
/// values of enums. It can be pasted into an issue.
///
/// ```no_run
/// # async fn example(referrals: referrals::Referrals) -> Result<(), referrals::Error> {
/// use referrals::doctor::LiveReport;
///
/// println!("{}", LiveReport::of(&referrals).await?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LiveReport {
    /// The version of this crate.
    version: &'static str,
    /// Which contract the answer was held against.
    contract: String,
    request: String,
    status: u16,
    referrals: usize,
    drift: Vec<Row>,
    shape: BTreeMap<String, BTreeMap<&'static str, u64>>,
}

/// One way in which the answer differs from the contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Row {
    finding: String,
    count: u64,
}

impl LiveReport {
    /// Reads one page of referrals, and writes nothing.
    ///
    /// # Errors
    ///
    /// As every call.
    pub async fn of(referrals: &Referrals) -> Result<Self, Error> {
        let list = referrals.engagements().list();
        let page = list.order_by("createdDateTime desc").top(ASKED).send();
        let page = page.await?;
        let drift = page.drift();
        let drift = drift.findings().map(|(finding, count)| Row {
            finding: shown(finding),
            count,
        });
        let mut report = Self {
            version: env!("CARGO_PKG_VERSION"),
            contract: format!("engagements {CONTRACT_FINGERPRINT:016x}"),
            request: format!(
                "GET /v1.0/engagements/referrals?$orderby=createdDateTime desc&$top={ASKED}"
            ),
            status: StatusCode::OK.as_u16(),
            referrals: page.records().len(),
            drift: drift.collect(),
            shape: BTreeMap::new(),
        };
        let shape = Shape::Object(Referral::known_members);
        for record in page.records() {
            if let Ok(value) = serde_json::from_str(record.json()) {
                report.walk(&value, Some(&shape), &mut "value[]".to_owned());
            }
        }
        Ok(report)
    }

    /// Whether everything was as the contract says.
    pub fn is_clean(&self) -> bool {
        self.drift.is_empty()
    }

    fn walk(&mut self, value: &Value, shape: Option<&Shape>, path: &mut String) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let counts = self.shape.entry(path.clone()).or_default();
        *counts.entry(kind).or_default() += 1;
        let length = path.len();
        match value {
            Value::Array(items) => {
                let shape = match shape {
                    Some(Shape::Array(items)) => Some(*items),
                    _ => None,
                };
                path.push_str("[]");
                for item in items {
                    self.walk(item, shape, path);
                }
            }
            Value::Object(members) => {
                let known: &[Member] = match shape {
                    Some(Shape::Object(known)) => known(),
                    _ => &[],
                };
                for (name, value) in members {
                    let shape = known
                        .binary_search_by(|member| member.name.cmp(name))
                        .ok()
                        .map(|index| &known[index].shape);
                    path.push('.');
                    path.push_str(match shape.is_some() || is_wire_name(name) {
                        true => name,
                        false => "*",
                    });
                    self.walk(value, shape, path);
                    path.truncate(length);
                }
            }
            _ => {}
        }
        path.truncate(length);
    }
}

/// A finding without what may be data: names that look like no member of the service's,
/// values that look like no name.
fn shown(finding: &Finding) -> String {
    match finding {
        Finding::UnknownMember { path } => format!("unknown member `{}`", places(path)),
        Finding::UnknownValue { path, value } => {
            let is_name = value.len() <= 64
                && value.starts_with(|letter: char| letter.is_ascii_alphabetic())
                && value.chars().all(|letter| letter.is_ascii_alphanumeric());
            let path = places(path);
            match is_name {
                true => format!("unknown value {value:?} of `{path}`"),
                false => {
                    let letters = value.chars().count();
                    format!("unknown value of `{path}`, a text of {letters} letters")
                }
            }
        }
        Finding::Unreadable { path, reason } => {
            format!("unreadable record, `{}`: {reason}", places(path))
        }
    }
}

fn places(path: &str) -> String {
    // What stands between quotes has dots in it, and is no name of the service's.
    let mut unquoted = String::with_capacity(path.len());
    for (index, part) in path.split('"').enumerate() {
        unquoted.push_str(if index % 2 == 0 { part } else { "*" });
    }
    // The names of OData have a dot in them.
    let steps = unquoted.replace("@odata.", "@odata\u{0}");
    let names = steps.split('.').map(|name| {
        let name = name.replace('\u{0}', ".");
        let plain = name.trim_end_matches("[]");
        match plain.is_empty() || is_wire_name(plain) {
            true => name,
            false => format!("*{}", &name[plain.len()..]),
        }
    });
    names.collect::<Vec<_>>().join(".")
}

/// Names as the service gives them. Objects may have data for names: addresses, ids,
/// people.
fn is_wire_name(name: &str) -> bool {
    let name = name.strip_prefix("@odata.").unwrap_or(name);
    name.len() <= 64
        && name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric())
        && name.chars().filter(char::is_ascii_digit).count() <= 2
}

impl fmt::Display for LiveReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "referrals {}, contract {}", self.version, self.contract)?;
        writeln!(
            f,
            "{}: {}, {} referrals",
            self.request, self.status, self.referrals
        )?;
        if self.drift.is_empty() {
            writeln!(f, "\nNothing beyond the contract.")?;
        } else {
            writeln!(f, "\nBeyond the contract:")?;
            for Row { finding, count } in &self.drift {
                writeln!(f, "  {count:>4}  {finding}")?;
            }
        }
        if !self.shape.is_empty() {
            writeln!(f, "\nPlaces and types:")?;
        }
        for (path, types) in &self.shape {
            let types: Vec<_> = types
                .iter()
                .map(|(kind, count)| format!("{kind} {count}"))
                .collect();
            writeln!(f, "  {path}: {}", types.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_that_may_be_data_are_not_shown() {
        for (path, places_of_it) in [
            ("value[].mood", "value[].mood"),
            ("@odata.metadataEtag", "@odata.metadataEtag"),
            (r#"value[].scores."ada.example""#, "value[].scores.*"),
            ("value[].scores.ada@example", "value[].scores.*"),
            ("value[].scores.Ada", "value[].scores.*"),
            ("value[].x.4990cffe04e8", "value[].x.*"),
            ("value[].team[].nick name[]", "value[].team[].*[]"),
        ] {
            assert_eq!(places(path), places_of_it);
        }
        let value = |value: &str| {
            shown(&Finding::UnknownValue {
                path: "value[].status".to_owned(),
                value: value.to_owned(),
            })
        };
        assert_eq!(
            value("Snoozed"),
            "unknown value \"Snoozed\" of `value[].status`"
        );
        assert_eq!(
            value("ask Ada"),
            "unknown value of `value[].status`, a text of 7 letters"
        );
    }
}
