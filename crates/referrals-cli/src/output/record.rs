//! Values out of a record's text, whether or not it can be read as a referral.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use referrals_model::{KnownMembers, Member, Shape};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of one record.
pub(crate) struct Record<'a>(ByName<'a>);

type ByName<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

/// The members of an object in the order in which they stand there.
pub(crate) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Those of JSON text that is an object; other text has none.
    pub(crate) fn of(json: &'a str) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        serde_json::from_str(json).map_or_else(|_| Vec::new(), |Self(members)| members)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(InOrder).map(Self)
    }
}

impl<'a> Record<'a> {
    /// Finds the members. A record that is no object has none.
    pub(crate) fn new(json: &'a RawValue) -> Self {
        Self(serde_json::from_str(json.get()).unwrap_or_default())
    }

    /// The value at a path: a string's text, a number as it was written, an
    /// array or object as JSON. `None` for null and what is not there.
    pub(crate) fn text(&self, path: &[&str]) -> Option<String> {
        let (first, rest) = path.split_first()?;
        let mut value = *self.0.get(*first)?;
        for name in rest {
            let members: ByName<'_> = serde_json::from_str(value.get()).ok()?;
            value = *members.get(*name)?;
        }
        match value.get().as_bytes().first()? {
            b'n' => None,
            b'"' => serde_json::from_str(value.get()).ok(),
            _ => Some(on_one_line(value.get()).into_owned()),
        }
    }
}

/// JSON text without line breaks. Outside of strings they mean nothing, and
/// inside there are none: JSON writes them as escapes.
pub(crate) fn on_one_line(json: &str) -> Cow<'_, str> {
    if json.contains(['\n', '\r']) {
        Cow::Owned(json.replace(['\n', '\r'], ""))
    } else {
        Cow::Borrowed(json)
    }
}

/// The paths of all values that a contract knows of a type: `id` first, objects
/// opened, arrays left as they are.
pub(crate) fn columns<T: KnownMembers>() -> Vec<Vec<&'static str>> {
    let mut columns = Vec::new();
    collect(T::known_members(), &mut Vec::new(), &mut columns);
    columns.sort_by_key(|path| path != &["id"]);
    columns
}

fn collect(members: &[Member], path: &mut Vec<&'static str>, columns: &mut Vec<Vec<&'static str>>) {
    for member in members {
        path.push(member.name);
        match member.shape {
            Shape::Object(members) => collect(members(), path, columns),
            _ => columns.push(path.clone()),
        }
        path.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use referrals::v1::Referral;

    fn text(json: &str, path: &[&str]) -> Option<String> {
        let json: &RawValue = serde_json::from_str(json).expect("json");
        Record::new(json).text(path)
    }

    #[test]
    fn a_value_is_found_by_its_path_and_keeps_its_text() {
        let json = r#"{"details":{"dealValue":9007199254740993.55,"n\u006ftes":"a\nb"},"team":[ 1,
            2]}"#;
        assert_eq!(
            text(json, &["details", "dealValue"]).as_deref(),
            Some("9007199254740993.55")
        );
        assert_eq!(text(json, &["details", "notes"]).as_deref(), Some("a\nb"));
        assert_eq!(text(json, &["team"]).as_deref(), Some("[ 1,            2]"));
        assert_eq!(text(json, &["details", "dealValue", "x"]), None);
        assert_eq!(text(json, &["absent"]), None);
        assert_eq!(text(r#"{"a":null}"#, &["a"]), None);
        assert_eq!(text("[1]", &["a"]), None);
    }

    #[test]
    fn columns_begin_with_the_id_and_open_objects() {
        let columns: Vec<_> = columns::<Referral>()
            .iter()
            .map(|path| path.join("."))
            .collect();
        assert_eq!(columns[0], "id");
        for column in [
            "customerProfile.address.city",
            "details.dealValue",
            "team",
            "status",
        ] {
            assert!(columns.iter().any(|name| name == column), "{column}");
        }
        assert!(!columns.iter().any(|name| name == "details"));
    }
}
