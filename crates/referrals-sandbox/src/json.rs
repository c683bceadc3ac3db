//! JSON that keeps what nobody asked to be changed: the text of numbers and the
//! order of members.
//!
//! `serde_json::Value` reads a deal value into a float, which turns
//! `9007199254740993.55` into another amount.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A text that is mostly one of ours.
pub(crate) type Text = Cow<'static, str>;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number as it was written.
    Number(Text),
    Text(Text),
    Array(Vec<Json>),
    Object(Vec<(Text, Json)>),
}

/// What is asked for where there is nothing.
const NULL: &Json = &Json::Null;

impl Json {
    /// Reads a text that `serde_json` has read before: its depth is limited.
    ///
    /// # Errors
    ///
    /// When it is not JSON after all, or an object has a member twice.
    pub(crate) fn read(text: &str) -> serde_json::Result<Self> {
        let text = text.trim_start();
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let members = serde_json::from_str::<Members<'_>>(text)?.0;
                let members = members.into_iter();
                let members = members.map(|(name, value)| Ok((name.into(), Self::read(value)?)));
                Self::Object(members.collect::<serde_json::Result<_>>()?)
            }
            Some(b'[') => {
                let items = serde_json::from_str::<Vec<&RawValue>>(text)?;
                let items = items.into_iter().map(|item| Self::read(item.get()));
                Self::Array(items.collect::<serde_json::Result<_>>()?)
            }
            Some(b'"') => Self::Text(serde_json::from_str::<String>(text)?.into()),
            Some(b't' | b'f') => Self::Bool(serde_json::from_str(text)?),
            Some(b'n') => {
                serde_json::from_str::<()>(text)?;
                Self::Null
            }
            _ => {
                let number = serde_json::from_str::<&RawValue>(text)?;
                Self::Number(number.get().to_owned().into())
            }
        })
    }

    /// The number that this text is, if it is one.
    pub(crate) fn number(text: &str) -> Option<Self> {
        serde_json::from_str::<serde_json::Number>(text).ok()?;
        Some(Self::Number(text.trim().to_owned().into()))
    }

    pub(crate) fn object<N: Into<Text>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        let members = members.into_iter();
        Self::Object(members.map(|(name, value)| (name.into(), value)).collect())
    }

    pub(crate) fn members(&self) -> &[(Text, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::Array(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.members().iter().any(|(other, _)| other == name)
    }

    /// The member of this name, null where there is none.
    pub(crate) fn get(&self, name: &str) -> &Self {
        let mut members = self.members().iter();
        members
            .find(|(other, _)| other == name)
            .map_or(NULL, |(_, value)| value)
    }

    /// The member at the end of these names.
    pub(crate) fn at<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> &Self {
        path.into_iter().fold(self, |value, name| value.get(name))
    }

    /// The member of this name, for a change; made when there is none. Nothing
    /// for what is not an object.
    pub(crate) fn slot(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Object(members) = self else {
            return None;
        };
        let place = members.iter().position(|(other, _)| other == name);
        let place = place.unwrap_or_else(|| {
            members.push((name.to_owned().into(), Self::Null));
            members.len() - 1
        });
        members.get_mut(place).map(|(_, value)| value)
    }

    /// Gives a member of an object its value.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Self>) {
        if let Some(slot) = self.slot(name) {
            *slot = value.into();
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// Null, or without a value inside: the service tells none of these apart.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Array(items) => items.is_empty(),
            Self::Object(members) => members.iter().all(|(_, value)| value.is_empty()),
            _ => false,
        }
    }

    /// The same value, whether what is unset is null or absent, and whatever the
    /// order of members.
    pub(crate) fn same_as(&self, other: &Self) -> bool {
        match (self, other) {
            _ if self.is_empty() || other.is_empty() => self.is_empty() && other.is_empty(),
            (Self::Object(_), Self::Object(_)) => {
                let names = self.members().iter().chain(other.members());
                names
                    .map(|(name, _)| name)
                    .all(|name| self.get(name).same_as(other.get(name)))
            }
            (Self::Array(items), Self::Array(others)) => {
                items.len() == others.len()
                    && items.iter().zip(others).all(|(one, two)| one.same_as(two))
            }
            _ => self == other,
        }
    }
}

impl Json {
    /// Its text, to the end of these bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Number(text) => out.extend_from_slice(text.as_bytes()),
            Self::Text(text) => quote(text, out),
            Self::Array(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write(out);
                }
                out.push(b']');
            }
            Self::Object(members) => {
                out.push(b'{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    quote(name, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

/// Writes a text with its quotes.
pub(crate) fn quote(text: &str, out: &mut Vec<u8>) {
    // Neither a text nor memory refuses.
    let _ = serde_json::to_writer(out, text);
}

impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::new();
        self.write(&mut text);
        formatter.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl From<&'static str> for Json {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Json {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

/// The members of an object, their values unread.
struct Members<'a>(Vec<(String, &'a str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut seen = HashSet::new();
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if !seen.insert(name.clone()) {
                let name = name.escape_debug().to_string();
                let name: String = name.chars().take(64).collect();
                return Err(A::Error::custom(format!(
                    "the member `{name}` is there twice"
                )));
            }
            members.push((name, value.get()));
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_order_survive() {
        let text = r#"{"z":9007199254740993.55,"a":[1.50,-0,1E5,null,true,{"x":"ü\n"}],"b":{}}"#;
        assert_eq!(Json::read(text).expect("JSON").to_string(), text);
        let spaced = " { \"z\" : [ 1.0 , { } ] } ";
        let read = Json::read(spaced).expect("JSON");
        assert_eq!(read.to_string(), r#"{"z":[1.0,{}]}"#);
    }

    #[test]
    fn a_member_that_is_there_twice_is_named() {
        for text in [r#"{"a":1,"b":2,"a":3}"#, r#"[{"x":{"a":1,"\u0061":2}}]"#] {
            let error = Json::read(text).expect_err(text).to_string();
            assert!(error.contains("the member `a` is there twice"), "{error}");
        }
        for text in ["", "{", "nul", "[1,]", "1 2", "01"] {
            assert!(Json::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn unset_members_are_the_same_in_any_form() {
        let read = |text| Json::read(text).expect("JSON");
        let one = read(r#"{"a":null,"b":{"c":"x","d":[]},"e":{"f":null}}"#);
        let two = read(r#"{"b":{"d":null,"c":"x"}}"#);
        assert!(one.same_as(&two) && two.same_as(&one));
        assert!(!one.same_as(&read(r#"{"b":{"c":"y"}}"#)));
        assert!(!read("[1]").same_as(&read("[1,2]")));
    }

    #[test]
    fn a_number_in_a_text_is_one_by_the_rules_of_json() {
        for text in ["10000", "-1.50", "1e3", "9007199254740993.55"] {
            assert!(Json::number(text).is_some(), "{text}");
        }
        for text in ["", "1,000", "0x1", "1e999", "NaN", "ten", "1.", "+1"] {
            assert!(Json::number(text).is_none(), "{text}");
        }
    }
}
