//! Creating, replacing and patching.

use futures_util::StreamExt as _;
use http::StatusCode;
use referrals_model::Raw;
use referrals_model::engagements::{NewReferral, PatchOperation, PatchOperator, Referral};
use serde::Serialize;

use super::edit::{operation, without_links};
use super::{ETag, Edit, Engagements, Find, Operations, Versioned, check_id, client};
use crate::call::Call;
use crate::json_text::member_as;
use crate::service_error::{explain, outcome};
use crate::{Error, Referrals, WriteOutcome};

/// A create call.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct Create {
    referrals: Referrals,
    referral: Raw<NewReferral>,
}

impl Create {
    pub(super) fn new(referrals: Referrals, referral: Raw<NewReferral>) -> Self {
        Self {
            referrals,
            referral,
        }
    }

    /// The search for referrals with the same `externalReferenceId`, for when the
    /// outcome of the call is unknown; none when the new referral has no such id.
    ///
    /// ```no_run
    /// # async fn example(referrals: referrals::Referrals, new: referrals::Raw<referrals::engagements::NewReferral>)
    /// # -> Result<(), referrals::Error> {
    /// use referrals::WriteOutcome;
    ///
    /// let create = referrals.engagements().create(new);
    /// let duplicates = create.duplicates();
    /// match (create.send().await, duplicates) {
    ///     (Err(error), Some(find)) if error.write_outcome() == WriteOutcome::Unknown => {
    ///         println!("{} such referrals are there", find.send().await?.len());
    ///     }
    ///     (outcome, _) => drop(outcome?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn duplicates(&self) -> Option<Find> {
        let id: String = member_as(self.referral.json(), "externalReferenceId")?;
        (!id.is_empty()).then(|| Engagements::new(self.referrals.clone()).find(id))
    }

    /// Makes the call. The referral comes back as the service made it, status
    /// and all.
    ///
    /// # Errors
    ///
    /// As every call. The call is not repeated when its outcome is unknown, since
    /// that might create the referral twice: when
    /// [`write_outcome`](Error::write_outcome) says so, look for the referral first, with
    /// [`duplicates`](Self::duplicates) or otherwise.
    pub async fn send(self) -> Result<Versioned, Error> {
        self.send_as("the referral").await
    }

    /// The same, with what the referral is called in the error of a call whose outcome is
    /// not that nothing was done.
    pub(super) async fn send_as(self, what: &str) -> Result<Versioned, Error> {
        let call = Call::of_user(&self.referrals.shared);
        let client = client(&call);
        let operation = client
            .create_referral()
            .body(self.referral)
            .client_request_id(call.correlation_id())
            .ms_request_id(call.request_id())
            .ms_correlation_id(call.correlation_id());
        match outcome(&call, operation.send().await).await {
            Ok(referral) => Ok(Versioned::new(&call, referral)),
            Err(error) => Err(match error.write_outcome() {
                WriteOutcome::NotDone => error,
                WriteOutcome::Unknown => error.after(&format!("{what} may have been created")),
                WriteOutcome::Done => error.after(&format!("{what} was created")),
            }),
        }
    }
}

/// A replace call.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct Replace {
    referrals: Referrals,
    id: String,
    referral: Raw<Referral>,
    etag: ETag,
}

impl Replace {
    pub(super) fn new(
        referrals: Referrals,
        id: String,
        referral: &Raw<Referral>,
        etag: ETag,
    ) -> Self {
        Self {
            referrals,
            id,
            referral: without_links(referral),
            etag,
        }
    }

    /// Makes the call.
    ///
    /// # Errors
    ///
    /// As every call; [`ErrorKind::Service`](crate::ErrorKind::Service) with status
    /// 412 when the version is another.
    pub async fn send(self) -> Result<Versioned, Error> {
        check_id(&self.id)?;
        let call = Call::of_user(&self.referrals.shared);
        let client = client(&call);
        let operation = client
            .replace_referral()
            .id(self.id)
            .body(self.referral)
            .if_match(self.etag.as_str())
            .client_request_id(call.correlation_id())
            .ms_request_id(call.request_id())
            .ms_correlation_id(call.correlation_id());
        let referral = outcome(&call, operation.send().await).await?;
        Ok(Versioned::new(&call, referral))
    }
}

/// A patch call.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct Patch {
    referrals: Referrals,
    id: String,
    operations: Vec<Raw<PatchOperation>>,
    /// The first operation whose value cannot be written.
    refused: Option<String>,
    if_match: Option<ETag>,
    return_representation: bool,
}

impl Patch {
    pub(super) fn new(referrals: Referrals, id: String) -> Self {
        Self {
            referrals,
            id,
            operations: Vec::new(),
            refused: None,
            if_match: None,
            return_representation: false,
        }
    }

    /// Gives a member another value. `path` is a JSON Pointer such as
    /// `/details/dealValue`. Status and substatus have to change together.
    pub fn replace(self, path: &str, value: impl Serialize) -> Self {
        self.operation(PatchOperator::Replace, path, value)
    }

    /// Adds a member, or to the end of an array under a path such as `/team/-`.
    pub fn add(self, path: &str, value: impl Serialize) -> Self {
        self.operation(PatchOperator::Add, path, value)
    }

    fn operation(mut self, operator: PatchOperator, path: &str, value: impl Serialize) -> Self {
        match serde_json::value::to_raw_value(&value)
            .and_then(|value| operation(operator, path, &value))
        {
            Ok(operation) => self.operations.push(operation),
            Err(error) => {
                let reason = format!("the value for {path} cannot be written as JSON: {error}");
                self.refused.get_or_insert(reason);
            }
        }
        self
    }

    /// These operations, which the documentation has.
    pub fn documented(mut self, operations: Operations) -> Self {
        let (operations, refused) = operations.into_parts();
        self.refused = self.refused.or(refused);
        self.operations(operations)
    }

    /// These operations, as they are. For those that the documentation has there is
    /// [`documented`](Self::documented).
    pub fn operations(mut self, operations: impl IntoIterator<Item = Raw<PatchOperation>>) -> Self {
        self.operations.extend(operations);
        self
    }

    /// What makes this edit, if the referral still has the version that was edited.
    pub fn edit(mut self, edit: &Edit) -> Self {
        if let Some(etag) = edit.etag() {
            self.if_match = Some(etag.clone());
        }
        self.operations(edit.operations().iter().cloned())
    }

    /// Only if the referral still has this version; else the service answers 412.
    pub fn if_match(mut self, etag: ETag) -> Self {
        self.if_match = Some(etag);
        self
    }

    /// Asks for the referral as it is afterwards.
    pub fn return_representation(mut self) -> Self {
        self.return_representation = true;
        self
    }

    /// Makes the call. The referral comes back only when it was asked for, and
    /// then only if the service heeds that.
    ///
    /// # Errors
    ///
    /// As every call; [`ErrorKind::Configuration`](crate::ErrorKind::Configuration)
    /// when there is no operation, [`ErrorKind::Service`](crate::ErrorKind::Service)
    /// with status 412 when the version is another.
    pub async fn send(self) -> Result<Option<Versioned>, Error> {
        check_id(&self.id)?;
        if let Some(reason) = self.refused {
            return Err(Error::configuration(reason));
        }
        if self.operations.is_empty() {
            return Err(Error::configuration(
                "the patch has no operation: there is nothing to change",
            ));
        }
        let call = Call::of_user(&self.referrals.shared);
        let client = client(&call);
        let mut operation = client
            .patch_referral()
            .id(self.id)
            .body(self.operations)
            .client_request_id(call.correlation_id())
            .ms_request_id(call.request_id())
            .ms_correlation_id(call.correlation_id());
        if let Some(etag) = &self.if_match {
            operation = operation.if_match(etag.as_str());
        }
        if self.return_representation {
            operation = operation.prefer("return=representation");
        }
        let answer = match operation.send().await {
            Ok(answer) => answer,
            Err(error) => return Err(explain(&call, error).await),
        };
        if answer.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        let mut chunks = answer.into_inner_stream();
        let mut json = Vec::new();
        while let Some(chunk) = chunks.next().await {
            match chunk {
                Ok(chunk) => json.extend_from_slice(&chunk),
                Err(error) => {
                    let error = referrals_client::Error::ResponseBodyError(error);
                    return Err(explain(&call, error).await);
                }
            }
        }
        if json.is_empty() {
            return Ok(None);
        }
        match serde_json::from_slice(&json) {
            Ok(referral) => Ok(Some(Versioned::new(&call, referral))),
            Err(error) => {
                let error = referrals_client::Error::InvalidResponsePayload(json.into(), error);
                Err(explain(&call, error).await)
            }
        }
    }
}
