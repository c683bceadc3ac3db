//! A record that keeps its bytes.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// JSON text together with the type it is expected to have.
///
/// The text is kept as it arrived: order of members, text of numbers, members
/// and values nobody knows. It is read as `T` when [`get`](Self::get) is called
/// first, so one record that does not fit never fails the page it arrived in,
/// and whoever only passes records on never pays for reading them.
///
/// Two values are equal when their texts are.
///
/// ```
/// use referrals_model::{Raw, v1::Referral};
///
/// let records: Vec<Raw<Referral>> = serde_json::from_str(
///     r#"[{"id":"1"},{"id":{"not":"an id"}}]"#,
/// )?;
/// assert_eq!(records[0].get()?.id.as_deref(), Some("1"));
/// let error = records[1].get().unwrap_err();
/// assert_eq!(error.to_string(), "`id`: expected a string, found an object");
/// assert_eq!(records[1].json(), r#"{"id":{"not":"an id"}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Raw<T> {
    json: Box<RawValue>,
    read: OnceLock<Result<T, ReadError>>,
}

impl<T> Raw<T> {
    /// The text as it arrived.
    pub fn json(&self) -> &str {
        self.json.get()
    }

    /// The text as a value that `serde_json` writes unchanged.
    pub fn raw_value(&self) -> &RawValue {
        &self.json
    }
}

impl<T: Serialize> Raw<T> {
    /// The text of a value.
    ///
    /// # Errors
    ///
    /// When the value cannot be written as JSON. The types of the contracts can.
    pub fn from_typed(value: &T) -> Result<Self, serde_json::Error> {
        serde_json::value::to_raw_value(value).map(Self::from)
    }
}

impl<T: DeserializeOwned> Raw<T> {
    /// The text read as `T`.
    ///
    /// # Errors
    ///
    /// When the text does not fit `T`. The error says where and what was
    /// expected, never what stands there.
    pub fn get(&self) -> Result<&T, ReadError> {
        self.read
            .get_or_init(|| read(self.json()))
            .as_ref()
            .map_err(ReadError::clone)
    }

    /// The text read as `T`, giving up the text.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn into_typed(self) -> Result<T, ReadError> {
        match self.read.into_inner() {
            Some(read) => read,
            None => read(self.json.get()),
        }
    }
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, ReadError> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| ReadError {
        path: error.path().to_string(),
        reason: reason(&error.into_inner()),
    })
}

impl<T> From<Box<RawValue>> for Raw<T> {
    fn from(json: Box<RawValue>) -> Self {
        Self {
            json,
            read: OnceLock::new(),
        }
    }
}

impl<T> Clone for Raw<T> {
    fn clone(&self) -> Self {
        self.json.clone().into()
    }
}

impl<T> PartialEq for Raw<T> {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl<T> Eq for Raw<T> {}

/// Records hold personal data, so only the size is shown.
impl<T> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({} bytes)", self.json().len())
    }
}

impl<T> Serialize for Raw<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Raw<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::from)
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Raw<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

/// Stands for personal data in `Debug` output. Generated code uses it.
#[doc(hidden)]
pub struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

/// Why a record does not fit its type: where, and what was expected there.
///
/// The value itself is never part of it, since records hold personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    path: String,
    reason: String,
}

impl ReadError {
    /// Where in the record, such as `details.dealValue` or `team[0].email`;
    /// `.` is the record itself.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What was expected and what kind of value was found.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            "." => f.write_str(&self.reason),
            path => write!(f, "`{path}`: {}", self.reason),
        }
    }
}

impl std::error::Error for ReadError {}

/// The message of `serde_json` without the value that it quotes.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = match text.rfind(" at line ") {
        Some(end) => &text[..end],
        None => &text,
    };
    let mismatch = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix));
    if let Some(rest) = mismatch
        && let Some((found, expected)) = rest.rsplit_once(", expected ")
    {
        let kind = KINDS
            .iter()
            .find(|kind| found.starts_with(**kind))
            .copied()
            .unwrap_or("value");
        let expected = match expected {
            "f64" | "f32" => "a number",
            "i64" | "u64" | "i32" | "u32" => "an integer",
            "a boolean" | "a string" => expected,
            "a sequence" => "an array",
            other if other.starts_with("struct ") => "an object",
            other => other,
        };
        let found = match kind {
            "null" => "null".to_owned(),
            "sequence" => "an array".to_owned(),
            "map" => "an object".to_owned(),
            "floating point" | "number" => "a number".to_owned(),
            "integer" => "an integer".to_owned(),
            other => format!("a {other}"),
        };
        return format!("expected {expected}, found {found}");
    }
    let harmless = ["missing field `", "duplicate field `"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
        || [crate::decimal::EXPECTED, crate::date_time::EXPECTED].contains(&text);
    if harmless {
        text.to_owned()
    } else {
        "cannot be read".to_owned()
    }
}

/// The kinds of value that serde names in a mismatch.
const KINDS: [&str; 8] = [
    "null",
    "boolean",
    "integer",
    "floating point",
    "string",
    "sequence",
    "map",
    "number",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::{Referral, ReferralCollection};
    use proptest::prelude::*;

    fn raw(json: &str) -> Raw<Referral> {
        serde_json::from_str(json).expect("json")
    }

    #[test]
    fn the_text_is_kept_to_the_byte() {
        let text = "{ \"z\":1.50,\"id\" :\"1\",\"a\":\"\\u00e9\",\"z\":2}";
        let raw = raw(text);
        assert_eq!(raw.json(), text);
        assert_eq!(serde_json::to_string(&raw).expect("json"), text);
    }

    #[test]
    fn a_mismatch_names_place_and_kind_and_no_value() {
        for (json, expected) in [
            (
                r#"{"details":{"dealValue":"a lot"}}"#,
                "`details.dealValue`: expected a number",
            ),
            (
                r#"{"createdDateTime":"Contoso"}"#,
                "`createdDateTime`: expected a date and time",
            ),
            (
                r#"{"team":[{"email":7}]}"#,
                "`team[0].email`: expected a string, found an integer",
            ),
            (
                r#"{"team":{"email":"ada@contoso.example.com"}}"#,
                "`team`: expected an array, found an object",
            ),
            (
                r#"{"customerProfile":"Contoso, expected x"}"#,
                "`customerProfile`: expected an object, found a string",
            ),
        ] {
            let error = raw(json).get().expect_err(json).to_string();
            assert_eq!(error, expected);
        }
    }

    #[test]
    fn an_array_is_no_object() {
        for json in [
            r#"["a","b"]"#,
            r#"{"inviteContext":["MSFT","note"]}"#,
            r#"{"team":[["Ada","x@example.com","L","1"]]}"#,
        ] {
            let error = raw(json).get().expect_err(json);
            assert!(error.reason().ends_with("found an array"), "{error}");
        }
    }

    #[test]
    fn an_envelope_without_records_is_an_error() {
        let raw: Raw<ReferralCollection> = serde_json::from_str(r#"{"value":[]}"#).expect("json");
        assert_eq!(
            raw.get().expect_err("no items").to_string(),
            "missing field `items`"
        );
    }

    #[test]
    fn debug_shows_no_data() {
        let raw = raw(r#"{"customerProfile":{"name":"Contoso"}}"#);
        assert_eq!(format!("{raw:?}"), "Raw(38 bytes)");
        let typed = format!("{:?}", raw.get().expect("a referral"));
        assert!(!typed.contains("Contoso"), "{typed}");
        assert!(typed.contains("<redacted>"), "{typed}");
    }

    proptest! {
        #[test]
        fn no_text_of_a_record_reaches_the_error(secret in "[A-Za-z, ]{8,40}") {
            let secret = format!("zq{secret}qz");
            for member in ["customerProfile", "details", "createdDateTime", "team", "inviteContext"] {
                let text = serde_json::json!({ member: secret }).to_string();
                let error = raw(&text).get().expect_err("a string does not fit");
                let shown = format!("{error} {error:?}");
                prop_assert!(!shown.contains(&secret), "{}", shown);
            }
        }
    }
}
