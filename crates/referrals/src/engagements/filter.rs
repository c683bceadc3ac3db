//! Filters of a list.

use std::fmt;

use referrals_model::DateTime;
use referrals_model::engagements::{
    ReferralDirection, ReferralQualification, ReferralStatus, ReferralSubstatus, ReferralType,
};

/// Which referrals a list is to have: a condition on documented fields, made into
/// OData.
///
/// ```
/// use referrals::engagements::{Filter, ReferralStatus};
///
/// let filter = Filter::status(ReferralStatus::New).and(Filter::country("US"));
/// assert_eq!(
///     filter.to_string(),
///     "status eq 'New' and customerProfile/address/country eq 'US'"
/// );
/// ```
///
/// Documentation: "Get a list of referrals", Partner Center REST API. It has `eq`
/// and `and`; everything else OData knows is for [`Filter::raw`], at the service's
/// discretion.
#[derive(Clone, PartialEq, Eq)]
pub struct Filter {
    text: String,
    /// Whether it is ours, and so nothing in it binds less than an `and`.
    tight: bool,
}

impl Filter {
    /// An OData filter as it is.
    pub fn raw(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tight: false,
        }
    }

    /// The referrals of this engagement.
    pub fn engagement_id(id: &str) -> Self {
        equal("engagementId", id)
    }

    /// The referrals in this status.
    pub fn status(status: impl Into<ReferralStatus>) -> Self {
        equal("status", status.into().as_str())
    }

    /// The referrals in this substatus.
    pub fn substatus(substatus: impl Into<ReferralSubstatus>) -> Self {
        equal("substatus", substatus.into().as_str())
    }

    /// The referrals of this qualification.
    pub fn qualification(qualification: impl Into<ReferralQualification>) -> Self {
        equal("qualification", qualification.into().as_str())
    }

    /// The referrals of this type.
    pub fn referral_type(kind: impl Into<ReferralType>) -> Self {
        equal("type", kind.into().as_str())
    }

    /// The referrals that were received, or those that were sent.
    pub fn direction(direction: impl Into<ReferralDirection>) -> Self {
        equal("direction", direction.into().as_str())
    }

    /// The referrals of customers in this country, by its two letters.
    pub fn country(country: &str) -> Self {
        equal("customerProfile/address/country", country)
    }

    /// The referrals in whose team somebody has this e-mail address.
    pub fn team_email(email: &str) -> Self {
        ours(format!("team/any(t:t/email eq {})", literal(email)))
    }

    /// The referrals that changed at this time or later. Listed by the
    /// documentation without an operator: be ready for a refusal (status 400).
    pub fn updated_since(time: &DateTime) -> Self {
        let time = DateTime::from(time.to_utc());
        ours(format!("updatedDateTime ge {time}"))
    }

    /// The referrals that both accept.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        let (first, second) = (self.into_operand(), other.into().into_operand());
        ours(format!("{first} and {second}"))
    }

    /// The filter as the service reads it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn into_operand(self) -> String {
        match self.tight {
            true => self.text,
            false => format!("({})", self.text),
        }
    }
}

fn ours(text: String) -> Filter {
    Filter { text, tight: true }
}

fn equal(field: &str, value: &str) -> Filter {
    ours(format!("{field} eq {}", literal(value)))
}

/// A string as OData writes it: a quote inside is doubled.
fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// It may name people.
impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({} bytes)", self.text.len())
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<&str> for Filter {
    fn from(text: &str) -> Self {
        Self::raw(text)
    }
}

impl From<String> for Filter {
    fn from(text: String) -> Self {
        Self::raw(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_documented_field_has_its_filter() {
        let time: DateTime = "2020-01-01T02:00:00+02:00".parse().expect("a time");
        for (filter, text) in [
            (Filter::engagement_id("5d1b"), "engagementId eq '5d1b'"),
            (Filter::status("new"), "status eq 'New'"),
            (Filter::status("Paused"), "status eq 'Paused'"),
            (
                Filter::substatus(ReferralSubstatus::Won),
                "substatus eq 'Won'",
            ),
            (
                Filter::qualification("SalesQualified"),
                "qualification eq 'SalesQualified'",
            ),
            (Filter::referral_type("Shared"), "type eq 'Shared'"),
            (Filter::direction("incoming"), "direction eq 'Incoming'"),
            (
                Filter::country("US"),
                "customerProfile/address/country eq 'US'",
            ),
            (
                Filter::team_email("o'sample@contoso.example.com"),
                "team/any(t:t/email eq 'o''sample@contoso.example.com')",
            ),
            (
                Filter::updated_since(&time),
                "updatedDateTime ge 2020-01-01T00:00:00Z",
            ),
        ] {
            assert_eq!(filter.to_string(), text);
        }
    }

    #[test]
    fn what_we_did_not_write_is_put_in_parentheses() {
        let either = "status eq 'New' or status eq 'Active'";
        let filter = Filter::country("AT").and(either).and(Filter::country("AT"));
        assert_eq!(
            filter.as_str(),
            "customerProfile/address/country eq 'AT' and (status eq 'New' or status eq 'Active') \
             and customerProfile/address/country eq 'AT'"
        );
    }

    #[test]
    fn a_value_cannot_leave_its_quotes() {
        let filter = Filter::engagement_id("x' or 'a' eq 'a");
        assert_eq!(filter.as_str(), "engagementId eq 'x'' or ''a'' eq ''a'");
    }
}
