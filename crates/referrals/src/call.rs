//! One call: its ids, and what is known of its answer.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode};
use referrals_client::{Answer, Bearer, Exchange, ExchangeFuture, Failure, Operation, Transport};
use reqwest::{Request, Response, ResponseBuilderExt as _};
use tracing::{Instrument as _, debug, debug_span, warn};
use uuid::Uuid;

use crate::client::Shared;
use crate::error::WriteOutcome;
use crate::personal::Personal;
use crate::retry::{is_passing, is_repeatable};
use crate::service_error::{is_distrust, is_unsendable, retry_after};
use crate::{Audience, Error, Token};

/// The ids of a call: what to quote when asking Microsoft's support about it.
///
/// Documentation: "Partner Center REST headers".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallIds {
    /// `MS-RequestId` as it was sent.
    pub request_id: Uuid,
    /// `MS-CorrelationId` as it was sent.
    pub correlation_id: Uuid,
    /// What the answer carried under any known name, in headers or in the body of an
    /// error, where it differs from what was sent: ids, and the service's own time and
    /// diagnostics.
    pub from_service: Vec<(&'static str, String)>,
}

/// Headers in which a layer of the service reports the id of a call.
const ID_HEADERS: [&str; 6] = [
    "MS-RequestId",
    "MS-CorrelationId",
    "request-id",
    "client-request-id",
    "timestamp",
    "x-ms-ags-diagnostic",
];

impl CallIds {
    /// Adds what the body of an answer has, unless it is known already.
    pub(crate) fn add(&mut self, ids: Vec<(&'static str, String)>) {
        let sent = [self.request_id, self.correlation_id].map(|id| id.to_string());
        for (name, id) in ids {
            let mut known = self.from_service.iter().map(|(_, id)| id).chain(&sent);
            if !known.any(|known| known.eq_ignore_ascii_case(&id)) {
                self.from_service.push((name, id));
            }
        }
    }
}

impl fmt::Display for CallIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "MS-RequestId {}, MS-CorrelationId {}",
            self.request_id, self.correlation_id
        )?;
        for (name, value) in &self.from_service {
            write!(f, ", {name} of the answer {value}")?;
        }
        Ok(())
    }
}

/// A call on its way. The exchange of one operation.
#[derive(Debug)]
pub(crate) struct Call {
    shared: Arc<Shared>,
    request_id: Uuid,
    correlation_id: Uuid,
    /// Whether an application alone may not do it.
    of_user: bool,
    progress: Mutex<Progress>,
}

/// What is known of a call so far.
#[derive(Debug, Default)]
struct Progress {
    attempts: u32,
    /// The answer to the last attempt.
    answer: Option<Arc<Answer>>,
    /// What must not come back in any text.
    token: Option<Token>,
    personal: Arc<Personal>,
    /// Whether it is to change something.
    is_write: bool,
    /// Whether an attempt to may have done so without saying it.
    may_be_done: bool,
    /// Whether the attempt that is under way has been sent.
    is_sent: bool,
}

impl Call {
    pub(crate) fn new(shared: &Arc<Shared>) -> Arc<Self> {
        Self::of(shared, false)
    }

    /// A call that only a user may make.
    pub(crate) fn of_user(shared: &Arc<Shared>) -> Arc<Self> {
        Self::of(shared, true)
    }

    fn of(shared: &Arc<Shared>, of_user: bool) -> Arc<Self> {
        Arc::new(Self {
            shared: shared.clone(),
            request_id: (shared.new_id)(),
            correlation_id: (shared.new_id)(),
            of_user,
            progress: Mutex::default(),
        })
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn transport(self: &Arc<Self>) -> Transport {
        Transport::new(OnCall(self.clone()))
    }

    pub(crate) fn request_id(&self) -> Uuid {
        self.request_id
    }

    pub(crate) fn correlation_id(&self) -> Uuid {
        self.correlation_id
    }

    /// Status and headers of the last answer, if one arrived, whether or not its
    /// body could be read.
    pub(crate) fn answer(&self) -> Option<Arc<Answer>> {
        self.progress().answer.clone()
    }

    pub(crate) fn status(&self) -> Option<StatusCode> {
        self.answer().map(|answer| answer.status)
    }

    /// How often the request was sent, or would have been.
    pub(crate) fn attempts(&self) -> u32 {
        self.progress().attempts
    }

    /// Whether the call is to change something.
    pub(crate) fn is_write(&self) -> bool {
        self.progress().is_write
    }

    /// What became of a write that failed.
    pub(crate) fn write_outcome(&self) -> WriteOutcome {
        let progress = self.progress();
        match progress.is_write && progress.may_be_done {
            true => WriteOutcome::Unknown,
            false => WriteOutcome::NotDone,
        }
    }

    /// What no text of a server may repeat.
    pub(crate) fn personal(&self) -> Arc<Personal> {
        self.progress().personal.clone()
    }

    /// A text of a server without the token, which it may repeat.
    pub(crate) fn scrub(&self, text: &str) -> String {
        match &self.progress().token {
            Some(token) => token.scrub(text),
            None => text.to_owned(),
        }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn ids(&self) -> CallIds {
        let sent = [self.request_id, self.correlation_id].map(|id| id.to_string());
        let from_service = match self.answer() {
            Some(answer) => ID_HEADERS
                .iter()
                .filter_map(|name| {
                    let id = printable(&answer.headers, name)?;
                    Some((*name, self.scrub(&id)))
                })
                .filter(|(_, value)| !sent.iter().any(|id| id.eq_ignore_ascii_case(value)))
                .collect(),
            None => Vec::new(),
        };
        CallIds {
            request_id: self.request_id,
            correlation_id: self.correlation_id,
            from_service,
        }
    }

    /// Sends a request, again and again where that can help and harm nobody.
    pub(crate) async fn exchange(
        &self,
        http: &reqwest::Client,
        request: Request,
        operation: &'static str,
    ) -> Result<Response, Failure> {
        let span = debug_span!(
            "referrals",
            operation,
            method = %request.method(),
            ms_request_id = %self.request_id,
            ms_correlation_id = %self.correlation_id,
        );
        self.attempt_until_done(http, request)
            .instrument(span)
            .await
            .map_err(Failure::new)
    }

    async fn attempt_until_done(
        &self,
        http: &reqwest::Client,
        mut request: Request,
    ) -> Result<Response, NoAnswer> {
        let policy = &self.shared.retry;
        let repeatable = is_repeatable(&request);
        self.progress().is_write = !request.method().is_safe();
        let mut pauses = policy.pauses();
        let mut spent = Duration::ZERO;
        let mut renewed = false;
        let mut refused = None;
        loop {
            let began = Instant::now();
            self.progress().is_sent = false;
            let left = policy.total().saturating_sub(spent);
            let attempt = self.attempt(http, &mut request, refused.take());
            let outcome = match tokio::time::timeout(left, attempt).await {
                Ok(outcome) => outcome,
                Err(_) => Err(NoAnswer::Deadline(policy.total())),
            };
            spent += began.elapsed();
            self.take_stock(&request, &outcome);

            // The token was taken back, or the clocks differ. Nothing was done.
            if let Ok(answer) = &outcome
                && answer.status() == StatusCode::UNAUTHORIZED
                && self.shared.tokens.renews()
                && !renewed
            {
                debug!("the token was refused, asking for another");
                renewed = true;
                refused = self.progress().token.clone();
                continue;
            }
            let worth_it = match &outcome {
                Ok(answer) => {
                    debug!(status = answer.status().as_u16(), elapsed = ?began.elapsed(), "answer");
                    is_passing(answer.status())
                        && (repeatable || answer.status() == StatusCode::TOO_MANY_REQUESTS)
                }
                Err(failure) => {
                    // Its text may hold the query, which may name people.
                    debug!(elapsed = ?began.elapsed(), "no whole answer");
                    // The status of a write that broke off says that it was done.
                    let done = self.is_write() && matches!(failure, NoAnswer::BrokenOff(_));
                    failure.may_pass() && !done && (repeatable || failure.nothing_was_sent())
                }
            };
            let wait = match pauses.next() {
                Some(pause) if worth_it => {
                    let asked = match &outcome {
                        Ok(answer) => retry_after(answer.headers(), self.shared.clock.now()),
                        Err(NoAnswer::Token(error)) => error.retry_after(),
                        Err(_) => None,
                    };
                    policy.wait(pause, asked)
                }
                _ => None,
            };
            match wait {
                Some(wait) if spent.saturating_add(wait) < policy.total() => {
                    warn!(attempts = self.attempts(), ?wait, "trying again");
                    self.shared.clock.sleep(wait).await;
                    spent += wait;
                }
                _ => return outcome,
            }
        }
    }

    /// Notes what an attempt that failed leaves behind: what must not be repeated, and
    /// whether a write may have been done.
    fn take_stock(&self, request: &Request, outcome: &Result<Response, NoAnswer>) {
        if matches!(outcome, Ok(answer) if answer.status().is_success()) {
            return;
        }
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let mut progress = self.progress();
        let token = progress.token.clone();
        progress.personal = Arc::new(Personal::of(token, request.url().query(), body));
        progress.may_be_done |= match outcome {
            Ok(answer) => may_have_happened(answer.status()),
            Err(failure) => progress.is_sent && !failure.nothing_was_sent(),
        };
    }

    /// The request of the next attempt: the same `MS-RequestId`, since it is the
    /// same call, and a `client-request-id` of its own.
    fn begin_attempt(&self, request: &mut Request, token: Token) -> Result<Request, NoAnswer> {
        let bearer = Bearer::new(token.secret());
        let first = {
            let mut progress = self.progress();
            progress.attempts += 1;
            progress.is_sent = true;
            progress.answer = None;
            progress.token = Some(token);
            progress.attempts == 1
        };
        if !first && request.headers().contains_key(CLIENT_REQUEST_ID) {
            let id = (self.shared.new_id)().to_string();
            if let Ok(id) = HeaderValue::from_str(&id) {
                request.headers_mut().insert(CLIENT_REQUEST_ID, id);
            }
        }
        // Bodies are in memory, so there is always a copy.
        let mut this = request.try_clone().ok_or(NoAnswer::Unsendable)?;
        bearer.authorize(&mut this).map_err(NoAnswer::Refused)?;
        Ok(this)
    }

    /// Sends a request once, with another token than before if that was refused. The
    /// body of a success is read to its end, so that one that breaks off can be asked
    /// for again.
    async fn attempt(
        &self,
        http: &reqwest::Client,
        request: &mut Request,
        refused: Option<Token>,
    ) -> Result<Response, NoAnswer> {
        // Never closed.
        let _permit = self.shared.permits.acquire().await;
        let now = self.shared.clock.now();
        let (tokens, audience) = (&self.shared.tokens, Audience::Referrals);
        let token = tokens.get(audience, now, refused.as_ref(), self.of_user);
        let token = token.await;
        let this = self.begin_attempt(request, token.map_err(NoAnswer::Token)?)?;
        let mut response = http.execute(this).await.map_err(NoAnswer::Connection)?;
        self.progress().answer = Some(Arc::new(Answer::of(&response)));
        let mut whole = http::Response::builder()
            .status(response.status())
            .version(response.version())
            .url(response.url().clone());
        if let Some(headers) = whole.headers_mut() {
            headers.clone_from(response.headers());
        }
        let body = match response.status().is_success() {
            true => response.bytes().await.map_err(NoAnswer::BrokenOff)?,
            false => beginning(&mut response).await,
        };
        let whole = whole.body(body).map_err(|_| NoAnswer::Unsendable)?;
        Ok(whole.into())
    }
}

/// As much of the body of a failure as is ever looked at. What arrived is enough to
/// explain the status, even if the rest does not.
async fn beginning(response: &mut Response) -> Bytes {
    const LIMIT: usize = 1024 * 1024;
    let mut body = BytesMut::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() >= LIMIT {
            body.truncate(LIMIT);
            break;
        }
    }
    body.freeze()
}

/// Whether a write that was answered with this status may have been done all the same.
/// One that came too early, or that nobody looked at, was not; one that is answered with
/// where to look may have been.
fn may_have_happened(status: StatusCode) -> bool {
    (is_passing(status) && status != StatusCode::TOO_MANY_REQUESTS)
        || matches!(status.as_u16(), 301..=303)
}

/// Names one attempt.
const CLIENT_REQUEST_ID: &str = "client-request-id";

/// Why a call has no whole answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// There is no token.
    Token(Error),
    /// The token cannot be sent.
    Refused(Failure),
    /// No answer, or none worth the name.
    Connection(reqwest::Error),
    /// An answer that does not go on.
    BrokenOff(reqwest::Error),
    /// Out of time.
    Deadline(Duration),
    /// A request that cannot be sent a second time.
    Unsendable,
}

impl NoAnswer {
    fn may_pass(&self) -> bool {
        match self {
            Self::Connection(error) => {
                !error.is_builder() && !is_unsendable(error) && !is_distrust(error)
            }
            Self::BrokenOff(_) => true,
            Self::Token(error) => error.is_retryable(),
            Self::Refused(_) | Self::Deadline(_) | Self::Unsendable => false,
        }
    }

    fn nothing_was_sent(&self) -> bool {
        match self {
            Self::Connection(error) => error.is_connect() || error.is_builder(),
            Self::Token(_) | Self::Refused(_) | Self::Unsendable => true,
            Self::BrokenOff(_) | Self::Deadline(_) => false,
        }
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::Refused(failure) => failure.fmt(f),
            Self::Connection(error) | Self::BrokenOff(error) => error.fmt(f),
            Self::Deadline(total) => write!(
                f,
                "the call took longer than its deadline of {} s",
                total.as_secs_f32()
            ),
            Self::Unsendable => f.write_str("the request cannot be sent twice"),
        }
    }
}

impl std::error::Error for NoAnswer {}

/// A header's value when it looks like an id and not like anything else.
fn printable(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    let (others, longest) = match name {
        // JSON with the names of servers.
        "x-ms-ags-diagnostic" => ("-_.:{}\", /", 512),
        // A date, which most write with blanks and commas.
        "timestamp" => ("-_.:, +/", 64),
        _ => ("-_.:{}", 64),
    };
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || others.contains(letter);
    (value.len() <= longest && !value.is_empty() && value.chars().all(harmless))
        .then(|| value.to_owned())
}

#[derive(Debug)]
struct OnCall(Arc<Call>);

impl Exchange for OnCall {
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: Request,
        operation: Operation,
    ) -> ExchangeFuture<'a> {
        Box::pin(self.0.exchange(http, request, operation.id))
    }
}
