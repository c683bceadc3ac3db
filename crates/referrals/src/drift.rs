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
use serde::Deserialize as _;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

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

    /// Looks for unknown members and values anywhere in a record.
    pub fn inspect<T: KnownMembers>(&mut self, record: &Raw<T>) {
        let mut place = Place {
            drift: self,
            path: String::new(),
        };
        let walk = Walk {
            shape: Shape::Object(T::known_members),
            place: &mut place,
        };
        let mut json = serde_json::Deserializer::from_str(record.json());
        // The text of a record is JSON, and the walk accepts any. Only nesting
        // that no parser follows ends it early.
        let _ = walk.deserialize(&mut json);
    }

    /// Notes when a record cannot be read as its type. `place` is where the
    /// record stands.
    pub fn read<T: DeserializeOwned>(&mut self, place: &str, record: &Raw<T>) {
        if let Err(error) = record.get() {
            let path = match error.path() {
                "." => place.to_owned(),
                path => format!("{place}.{}", without_indices(path)),
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

struct Place<'a> {
    drift: &'a mut Drift,
    path: String,
}

/// Walks over JSON text next to what the contract knows of it.
struct Walk<'a, 'b> {
    shape: Shape,
    place: &'a mut Place<'b>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.shape {
            Shape::Any => IgnoredAny::deserialize(deserializer).map(|_| ()),
            _ => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let members: Option<&[Member]> = match self.shape {
            Shape::Object(members) => Some(members()),
            _ => None,
        };
        let place = self.place;
        let length = place.path.len();
        while let Some(Name(name)) = map.next_key()? {
            if length > 0 {
                place.path.push('.');
            }
            place.path.push_str(&name);
            let known = members.map(|members| {
                members
                    .binary_search_by(|member| member.name.cmp(&name))
                    .map(|index| members[index].shape)
            });
            let shape = match known {
                Some(Ok(shape)) => shape,
                Some(Err(_)) => {
                    let path = place.path.clone();
                    place.drift.note(Finding::UnknownMember { path });
                    Shape::Any
                }
                // No object was expected here: reading it as its type says so.
                None => Shape::Any,
            };
            map.next_value_seed(Walk { shape, place })?;
            place.path.truncate(length);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let shape = match self.shape {
            Shape::Array(items) => *items,
            _ => Shape::Any,
        };
        let place = self.place;
        let length = place.path.len();
        place.path.push_str("[]");
        while seq.next_element_seed(Walk { shape, place })?.is_some() {}
        place.path.truncate(length);
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        if let Shape::OpenEnum(is_known) = self.shape
            && !is_known(value)
        {
            let path = self.place.path.clone();
            let value = value.chars().take(64).collect();
            self.place.drift.note(Finding::UnknownValue { path, value });
        }
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        // A position; as text it is looked up in the same table.
        self.visit_str(&value.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A member's name, borrowed where the text has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameVisitor;

        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member's name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }

        deserializer.deserialize_str(NameVisitor)
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
    fn what_the_contract_knows_is_no_drift() {
        assert_eq!(
            drift(r#"{"items":[{"status":"pending","referralType":1,"team":null}]}"#),
            []
        );
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
