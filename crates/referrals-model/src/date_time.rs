//! Points in time as the service writes them.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time that keeps its own text.
///
/// The service writes UTC with 0 to 7 digits of a second's fraction, sometimes
/// without the `Z`, which is then meant. The text is written back unchanged.
/// Comparison and hash go by the instant.
///
/// ```
/// use referrals_model::DateTime;
///
/// let text = "2018-09-03T08:15:30.1234567Z";
/// let created: DateTime = text.parse()?;
/// assert_eq!(created.as_str(), text);
/// assert_eq!(created.to_utc().timestamp_subsec_nanos(), 123_456_700);
/// assert_eq!(created, "2018-09-03T10:15:30.1234567+02:00".parse()?);
/// # Ok::<(), referrals_model::ParseDateTimeError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DateTime {
    text: Box<str>,
    utc: chrono::DateTime<Utc>,
}

pub(crate) const EXPECTED: &str = "expected a date and time";

impl DateTime {
    /// The text as it was read.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The instant.
    pub fn to_utc(&self) -> chrono::DateTime<Utc> {
        self.utc
    }
}

impl PartialEq for DateTime {
    fn eq(&self, other: &Self) -> bool {
        self.utc == other.utc
    }
}

impl Eq for DateTime {}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        self.utc.cmp(&other.utc)
    }
}

impl Hash for DateTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.utc.hash(state);
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl From<chrono::DateTime<Utc>> for DateTime {
    fn from(utc: chrono::DateTime<Utc>) -> Self {
        Self {
            text: utc.to_rfc3339_opts(SecondsFormat::AutoSi, true).into(),
            utc,
        }
    }
}

/// The text is not a date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseDateTimeError(());

impl fmt::Display for ParseDateTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(EXPECTED)
    }
}

impl std::error::Error for ParseDateTimeError {}

impl FromStr for DateTime {
    type Err = ParseDateTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let with_offset = chrono::DateTime::parse_from_rfc3339(text).map(|time| time.to_utc());
        let utc = with_offset
            .or_else(|_| {
                NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
                    .map(|time| time.and_utc())
            })
            .or_else(|_| {
                NaiveDate::parse_from_str(text, "%Y-%m-%d")
                    .map(|date| date.and_time(chrono::NaiveTime::MIN).and_utc())
            })
            .map_err(|_| ParseDateTimeError(()))?;
        Ok(Self {
            text: text.into(),
            utc,
        })
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl schemars::JsonSchema for DateTime {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "DateTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_to_seven_digits_of_a_fraction_are_read_and_kept() {
        // Nanoseconds worked out by hand.
        for (text, nanoseconds) in [
            ("2018-09-03T08:15:30Z", 0),
            ("2018-09-03T08:15:30.1Z", 100_000_000),
            ("2018-09-03T08:15:30.123Z", 123_000_000),
            ("2018-09-03T08:15:30.123456Z", 123_456_000),
            ("2018-09-03T08:15:30.1234567Z", 123_456_700),
            ("9999-12-31T23:59:59.9999999Z", 999_999_900),
        ] {
            let json = format!("\"{text}\"");
            let time: DateTime = serde_json::from_str(&json).expect(text);
            assert_eq!(
                time.to_utc().timestamp_subsec_nanos(),
                nanoseconds,
                "{text}"
            );
            assert_eq!(serde_json::to_string(&time).expect("json"), json);
        }
    }

    #[test]
    fn a_time_without_offset_is_utc() {
        let bare: DateTime = "2026-03-01T18:11:54".parse().expect("bare");
        assert_eq!(bare, "2026-03-01T18:11:54Z".parse().expect("utc"));
        assert_eq!(bare.to_utc().timestamp(), 1_772_388_714);
        let date: DateTime = "2026-03-01".parse().expect("date");
        assert_eq!(date.to_utc().timestamp(), 1_772_323_200);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "yesterday", "2018-13-01T00:00:00Z", "1535961600"] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
    }
}
