//! Numbers that must stay exact.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A decimal number that keeps its own text.
///
/// A deal value such as `9007199254740993.55` has no exact binary floating
/// point form. This type is read from the text of the number (or of a string
/// that holds one: the documentation's own samples send `"10000"`) and written
/// back unchanged.
///
/// Two values are equal when they are the same number: `100` equals `100.00`.
///
/// ```
/// use referrals_model::Decimal;
///
/// let value: Decimal = serde_json::from_str("9007199254740993.55")?;
/// assert_eq!(value.as_str(), "9007199254740993.55");
/// assert_eq!(value.to_decimal().map(|value| value.scale()), Some(2));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decimal(Box<str>);

pub(crate) const EXPECTED: &str = "expected a number";

impl Decimal {
    /// The number as it was read.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number for calculating with; `None` when it has more than 28
    /// digits or is larger than that type can hold.
    pub fn to_decimal(&self) -> Option<rust_decimal::Decimal> {
        rust_decimal::Decimal::from_str_exact(&self.0)
            .or_else(|_| rust_decimal::Decimal::from_scientific(&self.0))
            .ok()
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        match (self.to_decimal(), other.to_decimal()) {
            (Some(left), Some(right)) => left == right,
            _ => self.0 == other.0,
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<rust_decimal::Decimal> for Decimal {
    fn from(value: rust_decimal::Decimal) -> Self {
        Self(value.to_string().into())
    }
}

/// The text is not a number as JSON writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseDecimalError(());

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }
}

impl std::error::Error for ParseDecimalError {}

impl FromStr for Decimal {
    type Err = ParseDecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let starts_like_a_number =
            text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
        // The JSON parser knows the grammar of numbers better than we do.
        match serde_json::from_str::<&RawValue>(text) {
            Ok(number) if starts_like_a_number && number.get() == text => Ok(Self(text.into())),
            _ => Err(ParseDecimalError(())),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let text: Cow<'_, str> = match json.get().as_bytes().first() {
            Some(b'"') => serde_json::from_str::<String>(json.get())
                .map_err(D::Error::custom)?
                .into(),
            _ => json.get().into(),
        };
        text.trim().parse().map_err(D::Error::custom)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone().into())
            .map_err(S::Error::custom)?
            .serialize(serializer)
    }
}

impl schemars::JsonSchema for Decimal {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "format": "decimal" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(json: &str) -> Decimal {
        serde_json::from_str(json).expect(json)
    }

    #[test]
    fn cents_above_two_to_the_53_are_exact() {
        let value = read("9007199254740993.55");
        assert_eq!(value.as_str(), "9007199254740993.55");
        assert_eq!(
            serde_json::to_string(&value).expect("json"),
            "9007199254740993.55"
        );
        let exact = value.to_decimal().expect("in range");
        assert_eq!(exact.mantissa(), 900_719_925_474_099_355);
        assert_eq!(exact.scale(), 2);
    }

    #[test]
    fn a_number_in_a_string_is_a_number() {
        assert_eq!(read(r#""10000""#), read("10000.0"));
        assert_eq!(
            serde_json::to_string(&read(r#"" 10000 ""#)).expect("json"),
            "10000"
        );
        assert_eq!(read("1e3"), read("1000"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for json in [
            r#""""#,
            r#""ten""#,
            r#""0x10""#,
            r#""1,5""#,
            r#""01""#,
            "{}",
            "true",
            "null",
            r#""null""#,
        ] {
            assert!(serde_json::from_str::<Decimal>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_number_out_of_range_keeps_its_text() {
        let value = read("1e999999999");
        assert_eq!(value.as_str(), "1e999999999");
        assert_eq!(value.to_decimal(), None);
    }

    proptest! {
        #[test]
        fn every_amount_in_cents_survives(cents in any::<i64>()) {
            let (sign, units) = (if cents < 0 { "-" } else { "" }, cents.unsigned_abs());
            let text = format!("{sign}{}.{:02}", units / 100, units % 100);
            let value = read(&text);
            prop_assert_eq!(serde_json::to_string(&value).expect("json"), text);
            let exact = value.to_decimal().expect("in range");
            prop_assert_eq!(exact * rust_decimal::Decimal::from(100), rust_decimal::Decimal::from(cents));
        }
    }
}
