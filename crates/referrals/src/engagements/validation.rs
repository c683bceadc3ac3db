//! What is wrong with a referral or a change before it is sent.
//!
//! The service tells one fault at a time, and some only after days. Here everything
//! that the documentation demands is held against a JSON text at once, without a call.
//! A text of wrong types is no obstacle: that is a finding like the others. Findings
//! say what kind of value stands there and how long it is; what people are called,
//! where they are reached and what is noted on them is never repeated.
//!
//! ```
//! use referrals::Raw;
//! use referrals::engagements::{NewReferral, validation};
//!
//! let new: Raw<NewReferral> = serde_json::from_str(
//!     r#"{"type":"Independent","customerProfile":{"name":"Contoso","address":{"country":"usa"}},
//!         "consent":{"consentToToShareInfoWithOthers":"true"},"details":{"dealValue":"10000"}}"#,
//! )?;
//! let findings = validation::check_new(&new);
//! assert!(findings.is_refused());
//! let country = findings.iter().find(|finding| finding.rule == "country-two-letters");
//! assert_eq!(
//!     country.map(ToString::to_string).as_deref(),
//!     Some(
//!         "error: /customerProfile/address/country: \"usa\" is no country: write its two upper-case \
//!          letters (ISO 3166-1), such as US [country-two-letters; \"Bulk operations for Co-sell \
//!          opportunities\", 2023]"
//!     )
//! );
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! [`RULES`] lists every rule with the page that it comes from. Where a page is silent,
//! and where two contradict each other, the rule is a [`Severity::Warning`]. So is what
//! only the pages on co-sell and on files demand, which the API takes a referral without;
//! [`check_deal`] demands that, too.
//!
//! Documentation: "Create a referral", "Patch a referral", "Referral resources", "Manage
//! co-sell opportunities" and the pages on bulk operations, Partner Center.

mod change;
mod forms;
mod new;
mod patch;
mod rules;
#[cfg(test)]
mod tests;
mod view;
mod walk;

use std::fmt;

use referrals_model::Raw;
use referrals_model::engagements::{NewReferral, PatchOperation, Referral};
use serde::Serialize;

pub use rules::RULES;
use walk::Found;

/// Whether a finding speaks against sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Advice, or where the documentation leaves room.
    Warning,
    /// The service or its documentation refuses it.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// A page of the documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Page {
    /// What it is called.
    pub title: &'static str,
    /// The year of the edition.
    pub year: u16,
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\", {}", self.title, self.year)
    }
}

/// Something that a referral or a change to one has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, which stays.
    pub id: &'static str,
    /// What it means to break it.
    pub severity: Severity,
    /// What it means to break it with a deal: see [`check_deal`].
    #[serde(rename = "ofDeals")]
    pub of_deals: Severity,
    /// What it says.
    pub statement: &'static str,
    /// Where it comes from.
    pub page: Page,
}

/// A rule that is broken, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The [`id`](Rule::id) of the rule.
    pub rule: &'static str,
    /// What that means.
    pub severity: Severity,
    /// The member, as a JSON Pointer into the text; where something is missing, where
    /// it belongs. Operations of a patch are numbered from 0.
    pub path: String,
    /// What is there, what it has to be, and what to do.
    pub message: String,
    /// Where the rule comes from.
    pub page: Page,
}

/// One line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            severity,
            path,
            message,
            page,
        } = self;
        write!(f, "{severity}: ")?;
        match path.as_str() {
            "" => f.write_str("the document")?,
            path => view::write_printable(f, path)?,
        }
        write!(f, ": {message} [{rule}; {page}]")
    }
}

/// All that was found, in the order of the text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How much was found.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether an [`Error`](Severity::Error) is among them.
    pub fn is_refused(&self) -> bool {
        self.errors() > 0
    }

    /// How many are errors. The others are warnings.
    pub fn errors(&self) -> usize {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        self.iter().filter(is_error).count()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }
}

/// One a line.
impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.iter().try_for_each(|finding| writeln!(f, "{finding}"))
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        Self(findings.into_iter().collect())
    }
}

/// Checks a referral that is to be created. What the API itself does not demand is a
/// warning.
pub fn check_new(referral: &Raw<NewReferral>) -> Findings {
    new::check(referral.json(), Found::default())
}

/// Checks a deal that is to be created, which has to have all that Partner Center and the
/// files of its bulk upload demand.
///
/// ```
/// use referrals::Raw;
/// use referrals::engagements::{NewReferral, validation};
///
/// let new: Raw<NewReferral> = serde_json::from_str(
///     r#"{"type":"Independent","customerProfile":{"name":"Contoso"},"consent":{},"details":{}}"#,
/// )?;
/// assert!(!validation::check_new(&new).is_refused());
/// assert!(validation::check_deal(&new).is_refused());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Documentation: "Manage co-sell opportunities" and "Bulk operations for Co-sell
/// opportunities", Partner Center.
pub fn check_deal(deal: &Raw<NewReferral>) -> Findings {
    new::check(deal.json(), Found::of_deal())
}

/// Checks the operations of a patch, without regard to what they are made to: for that
/// there is [`check_change`].
///
/// ```
/// use referrals::Raw;
/// use referrals::engagements::{PatchOperation, validation};
///
/// let patch: Vec<Raw<PatchOperation>> = serde_json::from_str(
///     r#"[{"op":"replace","path":"/status","value":"Closed"},
///         {"op":"replace","path":"/substatus","value":"Accepted"}]"#,
/// )?;
/// let findings = validation::check_patch(&patch);
/// assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["status-pair"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn check_patch(operations: &[Raw<PatchOperation>]) -> Findings {
    patch::check(operations)
}

/// Checks what a change makes of a referral: whether its status may go there, and
/// whether something changes that is fixed by then. Of what does not change nothing is
/// told. Places are those of the changed referral.
///
/// ```
/// use referrals::Raw;
/// use referrals::engagements::{Referral, validation};
///
/// let read = |text: &str| serde_json::from_str::<Raw<Referral>>(text);
/// let before = read(r#"{"status":"Closed","substatus":"Lost"}"#)?;
/// let after = read(r#"{"status":"Active","substatus":"Accepted"}"#)?;
/// let findings = validation::check_change(&before, &after);
/// assert!(findings.iter().all(|finding| finding.rule == "closed-is-final"));
/// assert!(findings.is_refused() && validation::check_change(&before, &before).is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn check_change(before: &Raw<Referral>, after: &Raw<Referral>) -> Findings {
    change::check(before.json(), after.json())
}
