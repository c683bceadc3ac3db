//! Sharing a deal with Microsoft, in two steps.

use std::fmt;

use futures_util::TryStreamExt as _;
use referrals_model::Raw;
use referrals_model::engagements::{
    AssistanceRequestCode, InviteContext, NewReferral, Referral, ReferralStatus, ReferralType,
    Target, TargetType,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Engagements, Filter, Versioned};
use crate::json_text::{at, items, member, member_as};
use crate::{Error, ErrorKind, WriteOutcome};

/// What Microsoft is called as an organization and as a target.
const MICROSOFT: &str = "msft";

impl Engagements {
    /// The second step of a shared referral: creates Microsoft's referral in the
    /// engagement of an own one, unless it is there.
    ///
    /// Everything it needs is in the own referral, so a step that failed, in this run or
    /// another, is taken up by calling this again.
    pub fn share_with_microsoft(&self, id: impl Into<String>) -> Share {
        Share {
            engagements: self.clone(),
            id: id.into(),
            help: None,
            notes: None,
        }
    }

    /// Both steps of a shared referral: creates the own one, such as a
    /// [`Deal::co_sell`](super::Deal::co_sell), and then Microsoft's.
    ///
    /// ```no_run
    /// # async fn example(referrals: referrals::Referrals, new: referrals::Raw<referrals::engagements::NewReferral>)
    /// # -> Result<(), referrals::Error> {
    /// let engagements = referrals.engagements();
    /// let shared = match engagements.create_shared(new).await {
    ///     Ok(shared) => shared,
    ///     Err(error) => match error.resume() {
    ///         // The own one is there: later, or somewhere else, go on with
    ///         Some(id) => engagements.share_with_microsoft(id).send().await?,
    ///         None => return Err(error),
    ///     },
    /// };
    /// println!("{}", shared.microsoft.json());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As every call. When the first step was taken and the second was not,
    /// [`Error::resume`] has the id to go on with, and [`Error::write_outcome`] is that of
    /// the second step.
    ///
    /// Documentation: "Create a referral", the part on shared referrals.
    pub async fn create_shared(&self, own: Raw<NewReferral>) -> Result<Shared, Error> {
        let created = self.create(own).send_as("the own referral").await?;
        let id = text(created.referral.json(), "id");
        if id.is_empty() {
            let reason = "the own referral was created and came back without an id, so it cannot \
                          be shared here: look for it in a list";
            let error = Error::new(ErrorKind::UnexpectedAnswer, reason);
            return Err(error.with_write_outcome(WriteOutcome::Done));
        }
        let shared = self.share_with_microsoft(&id).of(created).await;
        shared.map_err(|error| {
            let done = format!("the own referral {id} was created");
            error.after(&done).with_resume(id)
        })
    }
}

/// The second step of a shared referral. Made by [`Engagements::share_with_microsoft`].
#[derive(Clone)]
#[must_use = "a referral is shared by `send`"]
pub struct Share {
    engagements: Engagements,
    id: String,
    help: Option<AssistanceRequestCode>,
    notes: Option<String>,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Share")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Both sides of a shared referral.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Shared {
    /// The own one.
    pub own: Versioned,
    /// Microsoft's, whatever became of it: one that was there before may be closed.
    pub microsoft: Raw<Referral>,
    /// Whether Microsoft's was there before.
    pub was_shared: bool,
}

/// Microsoft's referral, made of the own one as it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Second<'a> {
    #[serde(rename = "type")]
    kind: ReferralType,
    engagement_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    qualification: Option<&'a RawValue>,
    customer_profile: &'a RawValue,
    consent: &'a RawValue,
    details: &'a RawValue,
    target: [Target; 1],
    invite_context: InviteContext,
}

impl Share {
    /// The kind of help that Microsoft is asked for, in place of what the own referral
    /// says.
    pub fn help(mut self, help: impl Into<AssistanceRequestCode>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What Microsoft is to know, in place of what the own referral says.
    pub fn notes_to_microsoft(mut self, notes: impl Into<String>) -> Self {
        self.notes = Some(notes.into());
        self
    }

    /// Shares the referral.
    ///
    /// # Errors
    ///
    /// As every call; [`ErrorKind::NotAllowed`] when the own referral is closed or not to
    /// be shown to Microsoft's sellers. When the outcome is unknown, calling again finds
    /// out.
    pub async fn send(self) -> Result<Shared, Error> {
        let own = self.engagements.get(&self.id).await?;
        self.of(own).await
    }

    async fn of(self, own: Versioned) -> Result<Shared, Error> {
        let refuse = |reason: &str| Error::new(ErrorKind::NotAllowed, reason);
        // A member that does not fit its type is no reason to stop half way.
        let json = own.referral.json();
        if text(json, "status") == ReferralStatus::Closed.as_str() {
            return Err(refuse(
                "the referral is Closed, and a closed one is not shared",
            ));
        }
        let seen = at(json, "/consent/consentToShareReferralWithMicrosoftSellers");
        if seen.is_none_or(|seen| !["true", "\"true\""].contains(&seen.get())) {
            return Err(refuse(
                "the referral is private (consentToShareReferralWithMicrosoftSellers is not true): \
                 raise it to partner-led or co-sell first",
            ));
        }
        let engagement = text(json, "engagementId");
        if engagement.is_empty() {
            return Err(refuse("the referral has no engagementId to share it by"));
        }
        if let Some(microsoft) = self.find(&engagement).await? {
            return Ok(Shared {
                own,
                microsoft,
                was_shared: true,
            });
        }
        let second = self.second(&own, &engagement)?;
        let what = "Microsoft's referral";
        let created = self.engagements.create(second).send_as(what).await;
        let microsoft = created.map_err(|error| match error.write_outcome() {
            WriteOutcome::NotDone => error.after("Microsoft's referral was not created"),
            _ => error,
        })?;
        Ok(Shared {
            own,
            microsoft: microsoft.referral,
            was_shared: false,
        })
    }

    /// Microsoft's referral in the engagement.
    async fn find(&self, engagement: &str) -> Result<Option<Raw<Referral>>, Error> {
        let list = self
            .engagements
            .list()
            .filter(Filter::engagement_id(engagement));
        let mut records = std::pin::pin!(list.records());
        while let Some(record) = records.try_next().await? {
            let json = record.json();
            // In case the filter was not heeded.
            let of = text(json, "engagementId");
            let is_there = of.is_empty() || of.eq_ignore_ascii_case(engagement);
            let is_own = text(json, "id").eq_ignore_ascii_case(&self.id);
            if is_there && !is_own && is_microsofts(json) {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }

    fn second(&self, own: &Versioned, engagement: &str) -> Result<Raw<NewReferral>, Error> {
        let json = own.referral.json();
        let optional = |name: &str| member(json, name).filter(|value| value.get() != "null");
        let required = |name: &str| {
            optional(name).ok_or_else(|| {
                let reason = format!("the referral has no {name}, which Microsoft's needs");
                Error::new(ErrorKind::NotAllowed, reason)
            })
        };
        let before: InviteContext = member_as(json, "inviteContext").unwrap_or_default();
        let second = Second {
            kind: ReferralType::Shared,
            engagement_id: engagement,
            name: optional("name"),
            qualification: optional("qualification"),
            customer_profile: required("customerProfile")?,
            consent: required("consent")?,
            details: required("details")?,
            target: [Target {
                id: Some(MICROSOFT.to_owned()),
                type_: Some(TargetType::BusinessProfileLocation),
            }],
            invite_context: InviteContext {
                assistance_request_code: self.help.clone().or(before.assistance_request_code),
                notes: self.notes.clone().or(before.notes),
                ..InviteContext::default()
            },
        };
        let json = serde_json::value::to_raw_value(&second).map_err(|error| {
            Error::configuration(format!("the referral cannot be written as JSON: {error}"))
        })?;
        Ok(Raw::from(json))
    }
}

/// Whether a referral is Microsoft's, or aimed at Microsoft.
fn is_microsofts(referral: &str) -> bool {
    let targets = member(referral, "target").and_then(|targets| items(targets.get()));
    let mut targets = targets.into_iter().flatten();
    text(referral, "organizationId").eq_ignore_ascii_case(MICROSOFT)
        || targets.any(|target| text(target.get(), "id").eq_ignore_ascii_case(MICROSOFT))
}

/// A text of a referral, empty where there is none.
fn text(json: &str, name: &str) -> String {
    member_as(json, name).unwrap_or_default()
}
