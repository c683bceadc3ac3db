//! The list, page by page or record by record.

use std::collections::HashSet;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};

use futures_util::{Stream, TryStreamExt as _, stream};
use referrals_client::engagements::builder;
use referrals_model::Raw;
use referrals_model::engagements::{Referral, ReferralPage};
use serde::{Deserialize, Serialize};

use super::{Filter, client};
use crate::call::Call;
use crate::drift::Drift;
use crate::json_text::member;
use crate::page::{Envelope, Records};
use crate::service_error::{outcome, unexpected};
use crate::{CallIds, Error, Referrals};

/// Where a list goes on. It can be stored and taken up later.
///
/// `Debug` does not show it: the filter in it may name people.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Continuation(String);

impl Continuation {
    /// The continuation that a next link carries: its query alone. Host, scheme
    /// and path of such links are wrong at times and are never followed.
    fn of(link: &str) -> Option<Self> {
        let query = link.split_once('?')?.1;
        let query = query.split('#').next().unwrap_or_default();
        // Control characters are in no URL, and would drive a terminal.
        if query.chars().any(char::is_control) {
            return None;
        }
        let known = query.split('&').filter_map(|pair| pair.split('=').next());
        let mut known = known.map(|name| name.replace("%24", "$"));
        known
            .any(|name| ["$skiptoken", "$skip"].contains(&name.as_str()))
            .then(|| Self(query.to_owned()))
    }
}

/// The query options of a list.
#[derive(Clone, Default)]
struct Options {
    filter: Option<Filter>,
    order_by: Option<String>,
    select: Option<String>,
    top: Option<i32>,
    /// In place of all others: a continued list has what its link says.
    continuation: Option<Continuation>,
}

/// A list call.
#[derive(Clone)]
#[must_use = "a call is made by `send`, `pages` or `records`"]
pub struct List {
    referrals: Referrals,
    options: Options,
}

impl List {
    pub(super) fn new(referrals: Referrals) -> Self {
        Self {
            referrals,
            options: Options::default(),
        }
    }

    /// Only the referrals that a [`Filter`] accepts, or an OData filter as text,
    /// such as `status eq 'New'` (`$filter`). A second one narrows the first.
    pub fn filter(mut self, filter: impl Into<Filter>) -> Self {
        let filter = filter.into();
        self.options.filter = Some(match self.options.filter.take() {
            Some(first) => first.and(filter),
            None => filter,
        });
        self
    }

    /// The order, such as `createdDateTime desc` (`$orderby`). Documented are
    /// `createdDateTime` and `updatedDateTime`. [`pages`](Self::pages) and
    /// [`records`](Self::records) ask for the order of creation when nothing else
    /// is asked for, since pages of no order may overlap.
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
    /// As every call, and [`ErrorKind::UnexpectedAnswer`](crate::ErrorKind::UnexpectedAnswer) when the answer is no
    /// page of referrals or its next link leads nowhere.
    pub async fn send(self) -> Result<ReferralsPage, Error> {
        let (page, dead_end) = fetch(&self.referrals, &self.options).await?;
        match dead_end {
            None => Ok(page),
            Some(error) => Err(error),
        }
    }

    /// Gets page after page. A page whose next link leads nowhere, or back to a page
    /// before it, still comes, and the error behind it. After an error the stream ends; the pages before it
    /// have arrived, and the last one's continuation leads on.
    pub fn pages(self) -> impl Stream<Item = Result<ReferralsPage, Error>> + Send {
        let List {
            referrals,
            mut options,
        } = self;
        options
            .order_by
            .get_or_insert_with(|| "createdDateTime".to_owned());
        let walk = Walk {
            next: Some(options),
            dead_end: None,
            asked: HashSet::new(),
        };
        stream::try_unfold(walk, move |mut walk| {
            let referrals = referrals.clone();
            async move {
                if let Some(error) = walk.dead_end {
                    return Err(error);
                }
                let Some(options) = walk.next.take() else {
                    return Ok(None);
                };
                let (page, dead_end) = fetch(&referrals, &options).await?;
                walk.dead_end = dead_end;
                walk.asked.extend(options.continuation);
                if let Some(next) = page.continuation() {
                    if walk.asked.contains(next) {
                        let reason = "the next link of the page leads to a page before it";
                        walk.dead_end = Some(page.refuse(reason));
                    }
                    walk.next = Some(Options {
                        continuation: Some(next.clone()),
                        ..Options::default()
                    });
                }
                Ok(Some((page, walk)))
            }
        })
    }

    /// Gets record after record, page by page. A page without records does not
    /// end it. A record that moved to a later page while the list was walked comes
    /// once; if it changed on the way it comes again, as it is by then.
    pub fn records(self) -> impl Stream<Item = Result<Raw<Referral>, Error>> + Send {
        let mut seen = Seen::default();
        self.pages()
            .map_ok(move |page| {
                let mut records = page.into_records();
                records.retain(|record| seen.is_new(record));
                stream::iter(records.into_iter().map(Ok))
            })
            .try_flatten()
    }
}

/// The records that have come by, to tell those that pages of a moving list bring
/// again. It keeps 16 bytes of each, so that a long list does not fill the memory.
///
/// [`List::records`] uses one; whoever walks [`List::pages`] can do the same.
#[derive(Default)]
pub struct Seen {
    states: [RandomState; 2],
    fingerprints: HashSet<[u64; 2]>,
}

impl Seen {
    /// Whether a record has not come by as it is now. Nobody can tell that of one
    /// without an id, as `$select` may bring them, so it is always new.
    pub fn is_new(&mut self, record: &Raw<Referral>) -> bool {
        if member(record.json(), "id").is_none_or(|id| id.get() == "null") {
            return true;
        }
        let states = self.states.each_ref();
        let fingerprint = states.map(|state| state.hash_one(record.json()));
        self.fingerprints.insert(fingerprint)
    }
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seen({} records)", self.fingerprints.len())
    }
}

/// How far a list has been walked.
struct Walk {
    next: Option<Options>,
    /// Why it does not go on.
    dead_end: Option<Error>,
    asked: HashSet<Continuation>,
}

/// A page, and what is wrong with its next link.
type Fetched = (ReferralsPage, Option<Error>);

async fn fetch(referrals: &Referrals, options: &Options) -> Result<Fetched, Error> {
    let call = Call::of_user(&referrals.shared);
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
                "$count" => match decoded().parse::<bool>() {
                    Ok(count) => operation.count(count),
                    Err(_) => operation,
                },
                "$top" => with_number(operation, &decoded(), builder::ListReferrals::top),
                "$skip" => with_number(operation, &decoded(), builder::ListReferrals::skip),
                _ => operation,
            };
        }
        return operation;
    }
    if let Some(filter) = &options.filter {
        operation = operation.filter(filter.as_str());
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

impl fmt::Debug for Continuation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Continuation({} bytes)", self.0.len())
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("List").finish_non_exhaustive()
    }
}

/// A page of a list.
#[derive(Debug, Clone)]
pub struct ReferralsPage {
    page: Records<ReferralPage>,
    continuation: Option<Continuation>,
}

impl Envelope for ReferralPage {
    type Record = Referral;

    const RECORDS: &'static str = "value";

    fn records(&self) -> &[Raw<Referral>] {
        &self.value
    }

    fn into_records(self) -> Vec<Raw<Referral>> {
        self.value
    }
}

impl ReferralsPage {
    fn read(call: &Call, envelope: Raw<ReferralPage>, asked: &Options) -> Result<Fetched, Error> {
        let next = next_link(&envelope).and_then(|link| match link {
            None => Ok(None),
            Some(link) => match Continuation::of(&link) {
                None => Err("the next link of the page has no $skiptoken and no $skip"),
                next if next == asked.continuation => {
                    Err("the next link of the page leads to the page itself")
                }
                next => Ok(next),
            },
        });
        let (continuation, dead_end) = match next {
            Ok(next) => (next, None),
            Err(reason) => (None, Some(unexpected(call, reason))),
        };
        let page = Records::read(call, envelope)?;
        Ok((Self { page, continuation }, dead_end))
    }

    /// Why a list cannot go on behind this page.
    fn refuse(&self, reason: &str) -> Error {
        Error::new(crate::ErrorKind::UnexpectedAnswer, reason).with_ids(self.ids().clone())
    }

    /// The records, each with its bytes.
    pub fn records(&self) -> &[Raw<Referral>] {
        self.page.records()
    }

    /// The records, giving up the rest of the page.
    pub fn into_records(self) -> Vec<Raw<Referral>> {
        self.page.into_records()
    }

    /// Where the list goes on; `None` on the last page.
    pub fn continuation(&self) -> Option<&Continuation> {
        self.continuation.as_ref()
    }

    /// `@odata.count`: of the page or of all, the service does not say which.
    pub fn count(&self) -> Option<i64> {
        self.page.envelope()?.odata_count
    }

    /// The whole page as it arrived.
    pub fn json(&self) -> &str {
        self.page.json()
    }

    /// The ids of the call that brought this page.
    pub fn ids(&self) -> &CallIds {
        self.page.ids()
    }

    /// What the page has that the contract does not know, and the records that
    /// cannot be read as referrals.
    pub fn drift(&self) -> Drift {
        self.page.drift()
    }
}

/// The next link of a page, read apart from the rest: a page that lost it would
/// look like the last one.
fn next_link(envelope: &Raw<ReferralPage>) -> Result<Option<String>, &'static str> {
    let Some(link) = member(envelope.json(), "@odata.nextLink") else {
        return Ok(None);
    };
    match serde_json::from_str::<Option<String>>(link.get()) {
        Ok(link) => Ok(link.filter(|link| !link.is_empty())),
        Err(_) => Err("the next link of the page is not text"),
    }
}
