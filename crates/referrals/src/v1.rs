//! The API as documented in September 2018: `GET /v1/referrals`.
//!
//! Documentation: "Get a list of referrals", Partner Center SDK.

use std::sync::Arc;

pub use referrals_model::v1::*;

use referrals_client::v1::Client;
use referrals_model::Raw;

use crate::call::Call;
use crate::drift::Drift;
use crate::page::{Envelope, Records};
use crate::service_error::outcome;
use crate::{CallIds, Error, Referrals};

/// The operations of this API. Made by [`Referrals::v1`].
#[derive(Debug, Clone)]
pub struct V1 {
    referrals: Referrals,
}

impl V1 {
    pub(crate) fn new(referrals: Referrals) -> Self {
        Self { referrals }
    }

    /// Lists the caller's referrals.
    pub fn list(&self) -> List {
        List {
            referrals: self.referrals.clone(),
            engagement_id: None,
            self_only: false,
            status: None,
            invited_by_organization: None,
        }
    }
}

/// A list call. Each parameter narrows the result; they combine with AND.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct List {
    referrals: Referrals,
    engagement_id: Option<String>,
    self_only: bool,
    status: Option<ReferralStatus>,
    invited_by_organization: Option<String>,
}

impl List {
    /// Only the referrals of this engagement (`engagementId`).
    pub fn engagement_id(mut self, id: impl Into<String>) -> Self {
        self.engagement_id = Some(id.into());
        self
    }

    /// Only the referrals of the caller's own organization (`self=true`, the
    /// one value that the documentation knows).
    pub fn self_only(mut self) -> Self {
        self.self_only = true;
        self
    }

    /// Only the referrals in this status (`status`). A status that the contract
    /// does not know is sent as it is.
    pub fn status(mut self, status: impl Into<ReferralStatus>) -> Self {
        self.status = Some(status.into());
        self
    }

    /// Only the referrals associated with this organization, by its id
    /// (`invitedByOrganization`).
    pub fn invited_by_organization(mut self, id: impl Into<String>) -> Self {
        self.invited_by_organization = Some(id.into());
        self
    }

    /// Makes the call. The whole result arrives in one answer: the
    /// documentation describes no paging.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Connection`](crate::ErrorKind::Connection) when no answer
    /// arrives, [`ErrorKind::Service`](crate::ErrorKind::Service) when it is
    /// not a success, [`ErrorKind::UnexpectedAnswer`](crate::ErrorKind::UnexpectedAnswer)
    /// when it is no collection of referrals. A single record that does not fit
    /// is no error; its [`Raw::get`] says so.
    pub async fn send(self) -> Result<ReferralPage, Error> {
        let call = Call::new(&self.referrals.shared);
        let collection = self.operation(&call).await?;
        Records::read(&call, collection).map(ReferralPage)
    }

    async fn operation(self, call: &Arc<Call>) -> Result<Raw<ReferralCollection>, Error> {
        let shared = call.shared();
        let client =
            Client::new_with_client(&shared.base_url, shared.http.clone(), call.transport());
        let mut operation = client
            .list_referrals()
            .ms_request_id(call.request_id())
            .ms_correlation_id(call.correlation_id());
        if let Some(id) = self.engagement_id {
            operation = operation.engagement_id(id);
        }
        if self.self_only {
            operation = operation.self_(SelfFilter::True);
        }
        if let Some(status) = self.status {
            operation = operation.status(status);
        }
        if let Some(id) = self.invited_by_organization {
            operation = operation.invited_by_organization(id);
        }
        if let Some(name) = &shared.application {
            operation = operation.ms_partner_center_application(name);
        }
        if let Some(locale) = &shared.locale {
            operation = operation.x_locale(locale);
        }
        if let Some(version) = &shared.contract_version {
            operation = operation.ms_contract_version(version);
        }
        outcome(call, operation.send().await).await
    }
}

/// The answer to a list call.
#[derive(Debug, Clone)]
pub struct ReferralPage(Records<ReferralCollection>);

impl Envelope for ReferralCollection {
    type Record = Referral;

    const RECORDS: &'static str = "items";

    fn records(&self) -> &[Raw<Referral>] {
        &self.items
    }

    fn into_records(self) -> Vec<Raw<Referral>> {
        self.items
    }
}

impl ReferralPage {
    /// The records, in the order in which they arrived, each with its bytes.
    pub fn records(&self) -> &[Raw<Referral>] {
        self.0.records()
    }

    /// The records, giving up the rest of the answer.
    pub fn into_records(self) -> Vec<Raw<Referral>> {
        self.0.into_records()
    }

    /// The number of referrals in the collection, as the service states it.
    pub fn total_count(&self) -> Option<i64> {
        self.0.envelope()?.total_count
    }

    /// The whole answer as it arrived.
    pub fn json(&self) -> &str {
        self.0.json()
    }

    /// The ids of the call that brought this page.
    pub fn ids(&self) -> &CallIds {
        self.0.ids()
    }

    /// What the answer has that the contract does not know, and the records
    /// that cannot be read as referrals.
    pub fn drift(&self) -> Drift {
        self.0.drift()
    }
}
