//! One look at the live API, and the shape of what it answers.

use std::collections::BTreeMap;
use std::fmt;

use http::StatusCode;
use referrals_model::engagements::{CONTRACT_FINGERPRINT, Referral};
use referrals_model::{KnownMembers as _, Member, Shape};
use serde::Serialize;
use serde_json::Value;

use crate::drift::Finding;
use crate::personal::known_values;
use crate::{Error, Referrals};

/// How many referrals are asked for.
const ASKED: u16 = 25;

/// What one page of the live API looks like, without any of its data: places, types, new
/// values of enums. It can be pasted into an issue.
///
/// A member that the contract does not know is named where the contract knows the object
/// it is in, and looks like a name of the service's; anything below it is a `*`, since an
/// unknown object may have data for names. A new value of an enum is shown when each of its
/// words is one that the contract's values have or is on a list of words that states are
/// made of, such as `Snoozed` or `InReview`; of any other its length is told.
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
                let known: Option<&[Member]> = match shape {
                    Some(Shape::Object(known)) => Some(known()),
                    _ => None,
                };
                for (name, value) in members {
                    let shape = known.and_then(|known| {
                        let index = known.binary_search_by(|member| member.name.cmp(name));
                        Some(&known.get(index.ok()?)?.shape)
                    });
                    let is_name = shape.is_some() || known.is_some() && is_wire_name(name);
                    path.push('.');
                    path.push_str(match is_name {
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
            let path = places(path);
            match is_of_words(value) {
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

/// Words that values of enums are made of, beside those of the contract's. None is a name
/// of anybody.
const WORDS: &str = "abandoned acknowledged action approval approved archived assessment assigned \
    awaiting blocked by canceled cancelled completed converted customer deferred \
    deleted dismissed draft duplicate engaged escalated failed hold ignored imported in \
    inactive invalid invited is merged microsoft no on open opened partner paused \
    processing progress rejected removed reopened required resolved review reviewed \
    revoked snoozed spam submitted suspended terminated transferred under unknown \
    validating withdrawn";

/// Whether a value is made of words that values are made of.
fn is_of_words(value: &str) -> bool {
    let known = || known_values().flat_map(words);
    let mut all = words(value).peekable();
    all.peek().is_some()
        && value.len() <= 64
        && all.all(|word| {
            word.bytes().all(|letter| letter.is_ascii_alphabetic())
                && (WORDS
                    .split(' ')
                    .any(|known| known.eq_ignore_ascii_case(word))
                    || known().any(|known| known.eq_ignore_ascii_case(word)))
        })
}

/// The words of a name in camel case, or with something between them.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(['_', '-', ' ']).flat_map(|mut rest| {
        std::iter::from_fn(move || {
            // A word ends where a capital follows a small letter.
            let ends = |(letter, next): (&u8, &u8)| {
                letter.is_ascii_lowercase() && next.is_ascii_uppercase()
            };
            let bytes = rest.as_bytes();
            let end = bytes.iter().zip(bytes.iter().skip(1)).position(ends);
            let (word, others) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            rest = others;
            (!word.is_empty()).then_some(word)
        })
    })
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
        for shows in [
            "InReview",
            "on hold",
            "CLOSED-BY-PARTNER",
            "NotQualified",
            "snoozed",
        ] {
            assert!(value(shows).starts_with("unknown value \""), "{shows}");
        }
        assert_eq!(
            value("ask Ada"),
            "unknown value of `value[].status`, a text of 7 letters"
        );
        for hides in [
            "AdaLovelace",
            "Contoso",
            "ActiveContoso",
            "Active2",
            "",
            "--",
            "éActive",
            "Àda",
            "4711",
        ] {
            assert!(value(hides).contains(", a text of "), "{hides}");
        }
    }

    #[test]
    fn what_is_below_an_unknown_member_has_no_name() {
        let mut report = LiveReport {
            version: "",
            contract: String::new(),
            request: String::new(),
            status: 200,
            referrals: 1,
            drift: Vec::new(),
            shape: BTreeMap::new(),
        };
        let record = serde_json::json!({
            "scores": {"ada": 1, "contoso": {"fabrikamresidences": [{"seattle": 2}]}},
            "status": {"grace": 1},
            "customerProfile": {"mood": {"hopper": 1}, "ids": {"example": "x"}},
        });
        let shape = Shape::Object(Referral::known_members);
        report.walk(&record, Some(&shape), &mut "value[]".to_owned());
        let places: Vec<_> = report.shape.keys().map(String::as_str).collect();
        assert_eq!(
            places,
            [
                "value[]",
                "value[].customerProfile",
                "value[].customerProfile.ids",
                "value[].customerProfile.ids.*",
                "value[].customerProfile.mood",
                "value[].customerProfile.mood.*",
                "value[].scores",
                "value[].scores.*",
                "value[].scores.*.*",
                "value[].scores.*.*[]",
                "value[].scores.*.*[].*",
                "value[].status",
                "value[].status.*",
            ]
        );
    }
}
