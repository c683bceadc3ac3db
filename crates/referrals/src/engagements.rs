//! The live API, `/v1.0/engagements/referrals`.
//!
//! Documentation: "Get a list of referrals", "Get a referral by ID", "Create a
//! referral", "Update a referral" and "Patch a referral", Partner Center REST API.

pub mod classification;
mod deal;
mod edit;
mod filter;
mod find;
mod lifecycle;
mod list;
mod operations;
mod share;
mod update;
pub mod validation;
mod write;

use std::fmt;
use std::sync::Arc;

pub use referrals_model::engagements::*;

use http::header::ETAG;
use referrals_client::engagements::Client;
use referrals_model::Raw;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::drift::Drift;
use crate::service_error::outcome;
use crate::{Error, ErrorKind, Referrals, WriteOutcome};

pub use deal::{Deal, Raise};
pub use edit::Edit;
pub use filter::Filter;
pub use find::Find;
pub use lifecycle::{Step, StepTaken};
pub use list::{Continuation, List, ReferralsPage, Seen};
pub use operations::{Correction, Operations, State};
pub use share::{Share, Shared};
pub use update::{Conflict, Update, Updated};
pub use write::{Create, Patch, Replace};

/// The operations of this API. Made by [`Referrals::engagements`].
#[derive(Debug, Clone)]
pub struct Engagements {
    referrals: Referrals,
}

impl Engagements {
    pub(crate) fn new(referrals: Referrals) -> Self {
        Self { referrals }
    }

    /// The time by the client's clock.
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.referrals.shared.clock.now().into()
    }

    /// Lists the referrals that the user may see.
    pub fn list(&self) -> List {
        List::new(self.referrals.clone())
    }

    /// Reads one referral with its version.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Service`] with status 404 when there
    /// is no such referral, and as every call.
    pub async fn get(&self, id: &str) -> Result<Versioned, Error> {
        check_id(id)?;
        let call = Call::of_user(&self.referrals.shared);
        let client = client(&call);
        let operation = client
            .get_referral()
            .id(id)
            .client_request_id(call.correlation_id())
            .ms_request_id(call.request_id())
            .ms_correlation_id(call.correlation_id());
        let referral = outcome(&call, operation.send().await).await?;
        Ok(Versioned::new(&call, referral))
    }

    /// Reads a referral that was changed without coming back.
    async fn read_back(&self, id: &str) -> Result<Versioned, Error> {
        let read = self.get(id).await;
        read.map_err(|error| {
            let error = error.after("the referral was changed, and could not be read back");
            error.with_write_outcome(WriteOutcome::Done)
        })
    }

    /// Reads a referral again after a change to it came too late (412), to see what is
    /// there now.
    async fn look_again(&self, id: &str, late: &Error) -> Result<Versioned, Error> {
        self.get(id).await.map_err(|error| {
            let what = match late.write_outcome() {
                WriteOutcome::NotDone => {
                    "somebody else changed the referral, which could not be read again"
                }
                _ => "the referral may have been changed, and could not be read again",
            };
            error.after(what).with_write_outcome(late.write_outcome())
        })
    }

    /// Creates a referral, or joins an engagement when the new one names it.
    ///
    /// ```no_run
    /// # async fn example(referrals: referrals::Referrals) -> Result<(), Box<dyn std::error::Error>> {
    /// use referrals::Raw;
    /// use referrals::engagements::NewReferral;
    ///
    /// let text = std::fs::read_to_string("referral.json")?;
    /// let new: Raw<NewReferral> = serde_json::from_str(&text)?;
    /// let created = referrals.engagements().create(new).send().await?;
    /// println!("{:?}", created.referral.get()?.id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self, referral: Raw<NewReferral>) -> Create {
        Create::new(self.referrals.clone(), referral)
    }

    /// Replaces a referral as a whole, if it still has this version. What the
    /// service sets itself and refuses to take back (`links`, `@odata.*`) is left
    /// out.
    ///
    /// Declared obsolete by the documentation since 2020, and still served:
    /// [`patch`](Self::patch) is the way it recommends.
    pub fn replace(&self, id: impl Into<String>, referral: &Raw<Referral>, etag: ETag) -> Replace {
        Replace::new(self.referrals.clone(), id.into(), referral, etag)
    }

    /// Changes a referral that others may change at the same time: reads it, changes
    /// it, patches it, and begins anew when somebody else was faster. What both
    /// changed is an error, not a lost change.
    ///
    /// ```no_run
    /// # async fn example(referrals: referrals::Referrals) -> Result<(), referrals::Error> {
    /// let id = "b10da48c-ea4c-4967-ab8e-0efcd8069414";
    /// let update = referrals.engagements().update(id, |referral| {
    ///     referral.sales_stage = Some("40".to_owned());
    /// });
    /// println!("{:?}", update.send().await?.versioned.etag);
    /// # Ok(())
    /// # }
    /// ```
    pub fn update<F: Fn(&mut Referral)>(&self, id: impl Into<String>, change: F) -> Update<F> {
        Update::new(self.clone(), id.into(), change)
    }

    /// Changes members of a referral.
    ///
    /// ```no_run
    /// # async fn example(referrals: referrals::Referrals) -> Result<(), Box<dyn std::error::Error>> {
    /// let engagements = referrals.engagements();
    /// let versioned = engagements.get("b10da48c-ea4c-4967-ab8e-0efcd8069414").await?;
    /// let edit = versioned.edit(|referral| {
    ///     referral.details.get_or_insert_default().notes = Some("Call back on Monday.".to_owned());
    /// })?;
    /// engagements.patch("b10da48c-ea4c-4967-ab8e-0efcd8069414").edit(&edit).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn patch(&self, id: impl Into<String>) -> Patch {
        Patch::new(self.referrals.clone(), id.into())
    }
}

/// Refuses ids that would lead to the list of all referrals.
fn check_id(id: &str) -> Result<(), Error> {
    match id {
        "" | "." | ".." => Err(Error::configuration(format!(
            "{id:?} is no id of a referral: give one such as b10da48c-ea4c-4967-ab8e-0efcd8069414"
        ))),
        _ => Ok(()),
    }
}

/// A client for one call.
fn client(call: &Arc<Call>) -> Client {
    let shared = call.shared();
    Client::new_with_client(&shared.base_url, shared.http.clone(), call.transport())
}

/// The version of a referral: opaque, quotes included, to be sent back as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ETag(String);

impl ETag {
    /// The text as the service wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ETag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for ETag {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A referral with its version.
#[derive(Debug, Clone)]
pub struct Versioned {
    /// The referral, as it arrived.
    pub referral: Raw<Referral>,
    /// Its version, from its own `eTag` or else the header of the answer.
    pub etag: Option<ETag>,
}

impl Versioned {
    fn new(call: &Call, referral: Raw<Referral>) -> Self {
        let own = referral
            .get()
            .ok()
            .and_then(|referral| referral.e_tag.clone());
        let header = || {
            let answer = call.answer()?;
            let value = answer.headers.get(ETAG)?.to_str().ok()?;
            Some(value.to_owned())
        };
        call.shared().observe(|| Drift::of_record(&referral));
        Self {
            etag: own.or_else(header).map(ETag),
            referral,
        }
    }

    /// Refuses to change a referral of which nobody can tell whether it changes in
    /// between.
    fn require_version(&self) -> Result<(), Error> {
        match self.etag {
            Some(_) => Ok(()),
            None => {
                let reason = "the referral has no eTag, so nobody can tell whether it changes in \
                              between: patch it without one";
                Err(Error::new(ErrorKind::UnexpectedAnswer, reason))
            }
        }
    }

    /// The referral as its type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnreadableRecord`] when it does
    /// not fit.
    pub fn typed(&self) -> Result<&Referral, Error> {
        self.referral.get().map_err(|error| {
            let reason = format!("the referral does not fit its type: {error}");
            Error::new(ErrorKind::UnreadableRecord, reason)
        })
    }

    /// The referral with a change made to it, and what makes that change.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnreadableRecord`] when the
    /// referral does not fit its type.
    pub fn edit(&self, change: impl FnOnce(&mut Referral)) -> Result<Edit, Error> {
        Edit::new(&self.referral, self.etag.clone(), change)
    }
}
