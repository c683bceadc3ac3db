//! The live API, `/v1.0/engagements/referrals`.
//!
//! Documentation: "Get a list of referrals", "Get a referral by ID" and "Update a
//! referral", Partner Center REST API.

use std::fmt;
use std::sync::Arc;

pub use referrals_model::engagements::*;

use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use http::StatusCode;
use http::header::ETAG;
use referrals_client::engagements::{Client, builder};
use referrals_model::Raw;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::drift::Drift;
use crate::service_error::{explain, outcome, unreadable};
use crate::{CallIds, Error, ErrorKind, Referrals};

/// The operations of this API. Made by [`Referrals::engagements`].
#[derive(Debug, Clone)]
pub struct Engagements {
    referrals: Referrals,
}

impl Engagements {
    pub(crate) fn new(referrals: Referrals) -> Self {
        Self { referrals }
    }

    /// Lists the referrals that the user may see.
    pub fn list(&self) -> List {
        List {
            referrals: self.referrals.clone(),
            options: Options::default(),
        }
    }

    /// Reads one referral with its version.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Service`] with status 404 when there is no such referral, and
    /// as every call.
    pub async fn get(&self, id: &str) -> Result<Versioned, Error> {
        let call = Call::new(&self.referrals.shared);
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

    /// Applies JSON Patch operations to a referral.
    pub fn patch(&self, id: impl Into<String>, operations: Vec<PatchOperation>) -> Patch {
        Patch {
            referrals: self.referrals.clone(),
            id: id.into(),
            operations,
            if_match: None,
            return_representation: false,
        }
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
            let value = call.answer()?.headers.get(ETAG)?.to_str().ok()?;
            Some(value.to_owned())
        };
        Self {
            etag: own.or_else(header).map(ETag),
            referral,
        }
    }
}

/// Where a list goes on. It can be stored and taken up later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Continuation(String);

impl Continuation {
    /// The continuation that a next link carries: its query alone. Host, scheme
    /// and path of such links are wrong at times and are never followed.
    fn of(link: &str) -> Option<Self> {
        let query = link.split_once('?')?.1;
        let query = query.split('#').next().unwrap_or_default();
        let known = query.split('&').filter_map(|pair| pair.split('=').next());
        let mut known = known.map(|name| name.replace("%24", "$"));
        known
            .any(|name| ["$skiptoken", "$skip"].contains(&name.as_str()))
            .then(|| Self(query.to_owned()))
    }
}

/// The query options of a list.
#[derive(Debug, Clone, Default)]
struct Options {
    filter: Option<String>,
    order_by: Option<String>,
    select: Option<String>,
    top: Option<i32>,
    /// In place of all others: a continued list has what its link says.
    continuation: Option<Continuation>,
}

/// A list call.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`, `pages` or `records`"]
pub struct List {
    referrals: Referrals,
    options: Options,
}

impl List {
    /// Only the referrals that an OData filter accepts, such as
    /// `status eq 'New'` (`$filter`).
    pub fn filter(mut self, filter: impl Into<String>) -> Self {
        self.options.filter = Some(filter.into());
        self
    }

    /// The order, such as `createdDateTime desc` (`$orderby`).
    pub fn order_by(mut self, order: impl Into<String>) -> Self {
        self.options.order_by = Some(order.into());
        self
    }

    /// Only these members, separated by commas (`$select`).
    pub fn select(mut self, members: impl Into<String>) -> Self {
        self.options.select = Some(members.into());
        self
    }

    /// The largest number of referrals in a page (`$top`).
    pub fn top(mut self, top: u16) -> Self {
        self.options.top = Some(i32::from(top));
        self
    }

    /// Goes on where an earlier list stopped. The other options are those of
    /// that list and not sent again.
    pub fn continue_from(mut self, continuation: Continuation) -> Self {
        self.options.continuation = Some(continuation);
        self
    }

    /// Gets one page.
    ///
    /// # Errors
    ///
    /// As every call, and [`ErrorKind::UnexpectedAnswer`] when the answer is no
    /// page of referrals or its next link leads nowhere.
    pub async fn send(self) -> Result<ReferralsPage, Error> {
        fetch(&self.referrals, &self.options).await
    }

    /// Gets page after page. After an error the stream ends; the pages before it
    /// have arrived, and the last one's continuation leads on.
    pub fn pages(self) -> impl Stream<Item = Result<ReferralsPage, Error>> + Send {
        let List { referrals, options } = self;
        stream::try_unfold(Some(options), move |options| {
            let referrals = referrals.clone();
            async move {
                let Some(options) = options else {
                    return Ok(None);
                };
                let page = fetch(&referrals, &options).await?;
                let next = page.continuation.clone().map(|continuation| Options {
                    continuation: Some(continuation),
                    ..Options::default()
                });
                Ok(Some((page, next)))
            }
        })
    }

    /// Gets record after record, page by page. A page without records does not
    /// end it.
    pub fn records(self) -> impl Stream<Item = Result<Raw<Referral>, Error>> + Send {
        self.pages()
            .map_ok(|page| stream::iter(page.into_records().into_iter().map(Ok)))
            .try_flatten()
    }
}

async fn fetch(referrals: &Referrals, options: &Options) -> Result<ReferralsPage, Error> {
    let call = Call::new(&referrals.shared);
    let client = client(&call);
    let operation = client
        .list_referrals()
        .client_request_id(call.correlation_id())
        .ms_request_id(call.request_id())
        .ms_correlation_id(call.correlation_id());
    let operation = apply(operation, options);
    let page = outcome(&call, operation.send().await).await?;
    ReferralsPage::read(&call, page, options)
}

fn apply<'a>(
    mut operation: builder::ListReferrals<'a>,
    options: &Options,
) -> builder::ListReferrals<'a> {
    if let Some(Continuation(query)) = &options.continuation {
        for pair in query.split('&') {
            let (name, raw) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = || {
                let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
                pairs
                    .next()
                    .map(|(_, value)| value.into_owned())
                    .unwrap_or_default()
            };
            operation = match name.replace("%24", "$").as_str() {
                // Byte for byte, as it stands in the link.
                "$skiptoken" => operation.skiptoken(raw),
                "$filter" => operation.filter(decoded()),
                "$orderby" => operation.orderby(decoded()),
                "$select" => operation.select(decoded()),
                "$expand" => operation.expand(decoded()),
                "$top" => with_number(operation, &decoded(), builder::ListReferrals::top),
                "$skip" => with_number(operation, &decoded(), builder::ListReferrals::skip),
                _ => operation,
            };
        }
        return operation;
    }
    if let Some(filter) = &options.filter {
        operation = operation.filter(filter);
    }
    if let Some(order) = &options.order_by {
        operation = operation.orderby(order);
    }
    if let Some(members) = &options.select {
        operation = operation.select(members);
    }
    if let Some(top) = options.top {
        operation = operation.top(top);
    }
    operation
}

fn with_number<'a>(
    operation: builder::ListReferrals<'a>,
    text: &str,
    set: fn(builder::ListReferrals<'a>, i32) -> builder::ListReferrals<'a>,
) -> builder::ListReferrals<'a> {
    match text.parse() {
        Ok(number) => set(operation, number),
        Err(_) => operation,
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct ReferralsPage {
    envelope: Raw<ReferralPage>,
    continuation: Option<Continuation>,
    ids: CallIds,
}

impl ReferralsPage {
    fn read(call: &Call, envelope: Raw<ReferralPage>, asked: &Options) -> Result<Self, Error> {
        let refuse = |reason: &str| {
            Err(Error::new(ErrorKind::UnexpectedAnswer, reason)
                .with_status(call.answer().map(|answer| answer.status))
                .with_ids(call.ids()))
        };
        let link = match envelope.get() {
            Ok(page) => page.odata_next_link.as_deref(),
            Err(error) => return Err(unreadable(call, error)),
        };
        let continuation = match link {
            None | Some("") => None,
            Some(link) => match Continuation::of(link) {
                None => return refuse("the next link of the page has no $skiptoken and no $skip"),
                next if next == asked.continuation => {
                    return refuse("the next link of the page leads to the page itself");
                }
                next => next,
            },
        };
        Ok(Self {
            envelope,
            continuation,
            ids: call.ids(),
        })
    }

    /// The records, each with its bytes.
    pub fn records(&self) -> &[Raw<Referral>] {
        self.envelope
            .get()
            .map(|page| page.value.as_slice())
            .unwrap_or_default()
    }

    /// The records, giving up the rest of the page.
    pub fn into_records(self) -> Vec<Raw<Referral>> {
        self.envelope
            .into_typed()
            .map(|page| page.value)
            .unwrap_or_default()
    }

    /// Where the list goes on; `None` on the last page.
    pub fn continuation(&self) -> Option<&Continuation> {
        self.continuation.as_ref()
    }

    /// `@odata.count`: of the page or of all, the service does not say which.
    pub fn count(&self) -> Option<i64> {
        self.envelope.get().ok().and_then(|page| page.odata_count)
    }

    /// The whole page as it arrived.
    pub fn json(&self) -> &str {
        self.envelope.json()
    }

    /// The ids of the call that brought this page.
    pub fn ids(&self) -> &CallIds {
        &self.ids
    }

    /// What the page has that the contract does not know, and the records that
    /// cannot be read as referrals.
    pub fn drift(&self) -> Drift {
        Drift::of_page(&self.envelope, "value[]", self.records())
    }
}

/// A patch call.
#[derive(Debug, Clone)]
#[must_use = "a call is made by `send`"]
pub struct Patch {
    referrals: Referrals,
    id: String,
    operations: Vec<PatchOperation>,
    if_match: Option<ETag>,
    return_representation: bool,
}

impl Patch {
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
    /// As every call; [`ErrorKind::Service`] with status 412 when the version is
    /// another.
    pub async fn send(self) -> Result<Option<Versioned>, Error> {
        let call = Call::new(&self.referrals.shared);
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
