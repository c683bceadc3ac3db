//! What goes wrong on purpose: chosen on the command line, through the control endpoint,
//! or by the header of one call.
//!
//! Whether a fault strikes depends on the seed, its place among the faults and the number
//! of the request alone, so that a test that sends the same requests meets the same faults.

mod bucket;
mod spec;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};
use futures_util::{StreamExt as _, stream};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use tokio::time::Instant;

use crate::clock::{Clock, Now};
use crate::dialect::Dialect;
use crate::line::Line;
use crate::problem::{Ids, Problem, json};
use crate::server::State;

use bucket::Bucket;
pub(crate) use spec::jump;
pub use spec::{Fault, InvalidFault};
use spec::{Kind, Latency, RetryAfter};

/// The header that brings a fault upon one call.
const HEADER: HeaderName = HeaderName::from_static("x-sandbox-fault");

/// How much of an answer is looked at before half of it is sent.
const HALVED: usize = 1024 * 1024;

/// What proxies say where an API should.
const PAGE: &str = "<!doctype html><html><head><title>Sign in to continue</title></head>\
                    <body><h1>This is not the page you are looking for</h1></body></html>\n";

/// The faults in force.
pub(crate) struct Faults {
    seed: u64,
    /// Those that the sandbox started with.
    given: Vec<Fault>,
    /// Requests so far: those that a fault could have struck.
    requests: AtomicU64,
    rules: RwLock<Vec<Arc<Rule>>>,
    /// When the sandbox started.
    start: Instant,
    /// The clock of those who wait: without the jumps of the sandbox's.
    now: Now,
    clock: Arc<Clock>,
}

/// A fault, and what became of it.
#[derive(Debug)]
struct Rule {
    fault: Fault,
    /// Its place, which its luck depends on.
    place: u64,
    struck: AtomicU64,
    bucket: Option<Mutex<Bucket>>,
}

impl Rule {
    fn new(fault: Fault, place: usize) -> Arc<Self> {
        let bucket = match fault.kind {
            Kind::Throttle {
                rate: Some(rate), ..
            } => Some(Mutex::new(Bucket::new(rate))),
            _ => None,
        };
        Arc::new(Self {
            fault,
            place: place as u64,
            struck: AtomicU64::new(0),
            bucket,
        })
    }

    /// Counts a strike, unless there were as many as there are to be.
    fn strike(&self) -> bool {
        let most = self.fault.times.unwrap_or(u64::MAX);
        let struck = self
            .struck
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |struck| {
                (struck < most).then(|| struck + 1)
            });
        struck.is_ok()
    }
}

/// What the request is, as far as faults look at it.
struct Call {
    number: u64,
    method: Method,
    path: String,
    is_page: bool,
    line: Option<Line>,
}

impl Call {
    fn is_write(&self) -> bool {
        [Method::POST, Method::PUT, Method::PATCH].contains(&self.method)
    }
}

/// Which faults struck a call, for whoever looks at its answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Struck(pub(crate) String);

impl Struck {
    fn note(&mut self, fault: &Fault) {
        let comma = if self.0.is_empty() { "" } else { ", " };
        // Writing to text does not fail.
        let _ = write!(self.0, "{comma}{}", fault.name());
    }

    fn put_into(self, mut response: Response) -> Response {
        if !self.0.is_empty() {
            response.extensions_mut().insert(self);
        }
        response
    }
}

impl Faults {
    pub(crate) fn new(seed: u64, faults: Vec<Fault>, now: Now, clock: Arc<Clock>) -> Self {
        let made = Self {
            seed,
            given: faults.clone(),
            requests: AtomicU64::new(0),
            rules: RwLock::default(),
            start: Instant::now(),
            now,
            clock,
        };
        made.set(faults);
        made
    }

    /// Puts these in force in place of all others.
    pub(crate) fn set(&self, faults: Vec<Fault>) {
        let rules = faults.into_iter().enumerate();
        let rules = rules.map(|(place, fault)| Rule::new(fault, place));
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = rules.collect();
    }

    /// Puts those in force that the sandbox started with, and counts requests anew: the
    /// same ones meet the same faults again.
    pub(crate) fn restart(&self) {
        self.set(self.given.clone());
        self.requests.store(0, Ordering::Relaxed);
    }

    /// Those in force, each with how often it struck.
    pub(crate) fn list(&self) -> Vec<(Fault, u64)> {
        let rules = self.rules();
        let rules = rules.iter();
        rules
            .map(|rule| (rule.fault.clone(), rule.struck.load(Ordering::Relaxed)))
            .collect()
    }

    /// How many requests there were that a fault could have struck.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Whether there are any in force.
    fn any(&self) -> bool {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        !rules.is_empty()
    }

    fn rules(&self) -> Vec<Arc<Rule>> {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        rules.clone()
    }

    /// The faults of one call: those of its header, then those in force.
    fn of(&self, headers: &HeaderMap) -> Result<Vec<Arc<Rule>>, Problem> {
        let mut rules = Vec::new();
        for sent in headers.get_all(HEADER) {
            let sent = String::from_utf8_lossy(sent.as_bytes());
            for text in sent.split(';') {
                let fault = Fault::for_one_call(text).map_err(|error| {
                    Problem::bad_request(format!("The header X-Sandbox-Fault: {error}."))
                        .about("X-Sandbox-Fault")
                })?;
                // Behind all others, whose luck it has no part in.
                rules.push(Rule::new(fault, usize::MAX / 2 + rules.len()));
            }
        }
        rules.extend(self.rules());
        Ok(rules)
    }

    /// Numbers that nobody can tell, and that are the same each time.
    fn dice(&self, rule: &Rule, call: &Call) -> Dice {
        let mut dice = ChaCha8Rng::seed_from_u64(self.seed);
        dice.set_stream(rule.place);
        // One block for each request.
        dice.set_word_pos(u128::from(call.number) * 16);
        Dice(dice)
    }

    /// Whether the fault meets this call. That it does is counted by the caller: some
    /// need more for it.
    fn meets(&self, rule: &Rule, call: &Call) -> Option<Dice> {
        let fault = &rule.fault;
        let method = fault.method.as_ref();
        let here = match &fault.path {
            Some(pattern) => fits(pattern, &call.path),
            // Signing in goes wrong only for those who say so.
            None => call.path.starts_with("/v1/") || call.path.starts_with("/v1.0/"),
        };
        let method = method.is_none_or(|method| *method == call.method);
        let mut dice = self.dice(rule, call);
        let lucky = fault.chance.is_some_and(|chance| dice.number() >= chance);
        (here && method && !lucky).then_some(dice)
    }

    /// The answer that is given in place of the real one, if any.
    fn refusal(&self, rule: &Rule, call: &Call, dialect: Dialect) -> Option<Response> {
        let shaped = |problem: Problem| problem.shaped(&call.path, dialect);
        match &rule.fault.kind {
            Kind::Latency(_) | Kind::Clock(_) | Kind::HalfBody | Kind::ContentType(_) => None,
            Kind::Throttle { retry_after, .. } => {
                let wait = match &rule.bucket {
                    None => Duration::from_secs(1),
                    Some(bucket) => {
                        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
                        bucket.take(self.start.elapsed()).err()?
                    }
                };
                rule.strike().then(|| {
                    // The gateway's own body, whatever is behind it.
                    let body = r#"{"statusCode": 429, "message": "Rate limit is exceeded."}"#;
                    let answer = json(StatusCode::TOO_MANY_REQUESTS, Body::from(body));
                    self.retry_after(answer, *retry_after, wait)
                })
            }
            Kind::Error(status) => rule.strike().then(|| {
                let message = format!("A fault that was asked for: {status}.");
                shaped(Problem::fault(*status, message))
            }),
            Kind::Unavailable(retry_after) => rule.strike().then(|| {
                let message = "A fault that was asked for: the service is not available.";
                let answer = Problem::fault(StatusCode::SERVICE_UNAVAILABLE, message);
                self.retry_after(shaped(answer), *retry_after, Duration::from_secs(1))
            }),
            Kind::Reset => rule.strike().then(|| {
                if let Some(line) = &call.line {
                    line.reset();
                }
                // Nobody ever sees it.
                json(StatusCode::INTERNAL_SERVER_ERROR, Body::empty())
            }),
            Kind::StalePageToken => (call.is_page && rule.strike()).then(|| {
                let message = "A fault that was asked for: the $skiptoken is too old. Begin the \
                               list anew.";
                shaped(Problem::bad_request(message).about("$skiptoken"))
            }),
            Kind::ExpiredToken => rule.strike().then(|| {
                let message = "A fault that was asked for: the token has expired.";
                shaped(Problem::unauthenticated(message))
            }),
        }
    }

    fn retry_after(&self, mut answer: Response, form: RetryAfter, wait: Duration) -> Response {
        let whole = |given: Option<u64>| given.unwrap_or(wait.as_secs_f64().ceil().max(1.0) as u64);
        let value = match form {
            RetryAfter::None => return answer,
            RetryAfter::Seconds(given) => HeaderValue::from(whole(given)),
            RetryAfter::Date(given) => {
                // The date has no fractions, and nobody is to come too early.
                let at = (self.now)() + Duration::from_secs(whole(given)) + ALMOST_A_SECOND;
                let date = DateTime::<Utc>::from(at).format("%a, %d %b %Y %H:%M:%S GMT");
                match HeaderValue::try_from(date.to_string()) {
                    Ok(date) => date,
                    Err(_) => return answer,
                }
            }
        };
        answer.headers_mut().insert(RETRY_AFTER, value);
        answer
    }
}

const ALMOST_A_SECOND: Duration = Duration::from_nanos(999_999_999);

/// Random numbers from 0 to below 1.
struct Dice(ChaCha8Rng);

impl Dice {
    fn number(&mut self) -> f64 {
        // As many bits as an f64 keeps.
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn latency(&mut self, latency: Latency) -> Duration {
        match latency {
            Latency::Between(least, most) => least + (most - least).mul_f64(self.number()),
            Latency::Tail(median, p99) => {
                // Box and Muller's way to a normal distribution; 2.326 of its deviations
                // have one in a hundred above them.
                let (one, two) = (1.0 - self.number(), self.number());
                let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos();
                let deviation = (p99.as_secs_f64() / median.as_secs_f64()).ln() / 2.326;
                let longest = p99.saturating_mul(10);
                let time = median.as_secs_f64() * (normal * deviation).exp();
                Duration::try_from_secs_f64(time).map_or(longest, |time| time.min(longest))
            }
        }
    }
}

/// Whether a path fits a pattern, in which `*` is anything.
fn fits(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Paths of the sandbox itself, which always works.
pub(crate) fn is_own(path: &str) -> bool {
    path == "/" || path.starts_with("/sandbox/") || path.starts_with("/openapi/")
}

/// Brings the faults upon a call.
pub(crate) async fn inflict(state: &State, request: Request, next: Next) -> Response {
    let faults = &state.faults;
    let number = faults.requests.fetch_add(1, Ordering::Relaxed);
    if !faults.any() && !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    let query = request.uri().query().unwrap_or_default();
    let line = request.extensions().get::<ConnectInfo<Line>>();
    let call = Call {
        number,
        method: request.method().clone(),
        is_page: query.split('&').any(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            ["$skiptoken", "%24skiptoken"].contains(&name)
        }),
        path: request.uri().path().to_owned(),
        line: line.map(|ConnectInfo(line)| line.clone()),
    };
    let headers = request.headers().clone();
    let with_ids = |response| {
        let (ids, _) = match call.path.starts_with("/v1.0/") {
            true => Ids::of_live(&headers),
            false => Ids::of(&headers),
        };
        ids.put_into(response)
    };
    let rules = match faults.of(&headers) {
        Ok(rules) => rules,
        Err(problem) => return with_ids(problem.shaped(&call.path, state.dialect)),
    };
    let mut struck = Struck::default();
    for rule in rules.iter().filter(|rule| !rule.fault.strikes_after()) {
        let Some(mut dice) = faults.meets(rule, &call) else {
            continue;
        };
        match rule.fault.kind {
            Kind::Latency(latency) if rule.strike() => {
                struck.note(&rule.fault);
                tokio::time::sleep(dice.latency(latency)).await;
            }
            Kind::Clock(seconds) if rule.strike() => {
                struck.note(&rule.fault);
                faults.clock.jump(seconds);
            }
            _ => {
                if let Some(answer) = faults.refusal(rule, &call, state.dialect) {
                    struck.note(&rule.fault);
                    return struck.put_into(with_ids(answer));
                }
            }
        }
    }
    let mut response = next.run(request).await;
    for rule in rules.iter().filter(|rule| rule.fault.strikes_after()) {
        let Some(mut dice) = faults.meets(rule, &call) else {
            continue;
        };
        if rule.fault.after_write && !(call.is_write() && response.status().is_success()) {
            continue;
        }
        let has_body = response.body().size_hint().exact() != Some(0);
        match &rule.fault.kind {
            Kind::Latency(latency) if rule.strike() => {
                struck.note(&rule.fault);
                tokio::time::sleep(dice.latency(*latency)).await;
            }
            Kind::ContentType(value) if has_body && rule.strike() => {
                struck.note(&rule.fault);
                response = labelled(response, value);
            }
            Kind::HalfBody if has_body && rule.strike() => {
                struck.note(&rule.fault);
                response = halved(response, call.line.clone()).await;
            }
            _ => {
                if let Some(answer) = faults.refusal(rule, &call, state.dialect) {
                    struck.note(&rule.fault);
                    return struck.put_into(with_ids(answer));
                }
            }
        }
    }
    struck.put_into(response)
}

/// An answer that says that it is something else. A page it is indeed.
fn labelled(mut response: Response, value: &HeaderValue) -> Response {
    let is_page = value.as_bytes().starts_with(b"text/html");
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, value.clone());
    if is_page {
        headers.remove(CONTENT_LENGTH);
        *response.body_mut() = Body::from(PAGE);
    }
    response
}

/// An answer whose connection ends in the middle of the body.
async fn halved(response: Response, line: Option<Line>) -> Response {
    let (mut parts, body) = response.into_parts();
    let mut chunks = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut is_whole = true;
    while let Some(Ok(chunk)) = chunks.next().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= HALVED {
            is_whole = false;
            break;
        }
    }
    // What is longer is sent without a length, as it would have been.
    if is_whole {
        parts.headers.insert(CONTENT_LENGTH, bytes.len().into());
    }
    bytes.truncate(bytes.len() / 2);
    let half = stream::once(async move { Ok(Bytes::from(bytes)) });
    let end = stream::once(async move {
        if let Some(line) = line {
            line.flushed().await;
        }
        Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof))
    });
    Response::from_parts(parts, Body::from_stream(half.chain(end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    fn faults(seed: u64, texts: &[&str]) -> Faults {
        let faults = texts.iter().map(|text| text.parse().expect("a fault"));
        let now: Now = Arc::new(SystemTime::now);
        Faults::new(seed, faults.collect(), now, Arc::default())
    }

    fn call(number: u64, method: Method, path: &str) -> Call {
        Call {
            number,
            method,
            path: path.to_owned(),
            is_page: false,
            line: None,
        }
    }

    #[test]
    fn luck_depends_on_the_seed_and_the_order_of_requests() {
        let struck = |seed, place| {
            let faults = faults(seed, &["error=500,chance=0.3", "reset,chance=0.3"]);
            let rule = faults.rules().swap_remove(place);
            let calls = (0..1_000).map(|number| call(number, Method::GET, "/v1/referrals"));
            let struck = calls.filter(|call| faults.meets(&rule, call).is_some());
            struck.map(|call| call.number).collect::<Vec<_>>()
        };
        assert_eq!(struck(1, 0), struck(1, 0));
        assert_ne!(struck(1, 0), struck(2, 0));
        assert_ne!(struck(1, 0), struck(1, 1));
        assert!(
            (250..350).contains(&struck(1, 0).len()),
            "{}",
            struck(1, 0).len()
        );
        // Written down once; a change here changes what people's tests meet.
        assert_eq!(struck(1, 0)[..5], [3, 4, 6, 8, 15]);
    }

    #[test]
    fn a_fault_meets_what_it_names() {
        let faults = faults(1, &["reset", "reset,method=POST,path=/v1.0/*/referrals"]);
        let [all, some] = &faults.rules()[..] else {
            panic!("two");
        };
        let list = "/v1.0/engagements/referrals";
        for (rule, method, path, expected) in [
            (all, Method::GET, list, true),
            (all, Method::GET, "/contoso/oauth2/token", false),
            (some, Method::POST, list, true),
            (some, Method::GET, list, false),
            (some, Method::POST, "/v1.0/engagements/referrals/1", false),
        ] {
            let meets = faults.meets(rule, &call(0, method, path)).is_some();
            assert_eq!(meets, expected, "{path}");
        }
        for (pattern, path, expected) in [
            ("*", "/a", true),
            ("/a", "/a", true),
            ("/a", "/ab", false),
            ("/a*", "/ab", true),
            ("*b*d", "/abcd", true),
            ("*b*d", "/abc", false),
            ("/a*a", "/a", false),
        ] {
            assert_eq!(fits(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn latencies_are_distributed_as_they_say() {
        let faults = faults(1, &["latency=20ms..200ms", "latency=20ms,p99=2s"]);
        for rule in faults.rules() {
            let Kind::Latency(latency) = rule.fault.kind else {
                panic!("a latency");
            };
            let mut times: Vec<_> = (0..2_000)
                .map(|number| {
                    let mut dice = faults.dice(&rule, &call(number, Method::GET, "/v1/"));
                    dice.latency(latency)
                })
                .collect();
            times.sort_unstable();
            let [least, median, p99, most] =
                [0, 1_000, 1_980, 1_999].map(|place| times[place].as_millis());
            match latency {
                Latency::Between(..) => {
                    assert!((20..25).contains(&least) && (195..=200).contains(&most));
                    assert!((100..120).contains(&median), "{median}");
                }
                Latency::Tail(..) => {
                    assert!((17..23).contains(&median), "{median}");
                    assert!((1_000..4_000).contains(&p99), "{p99}");
                    assert!(most <= 20_000, "{most}");
                }
            }
        }
    }

    #[test]
    fn there_are_no_more_strikes_than_were_asked_for() {
        let faults = faults(1, &["error=500,times=2", "throttle=1/h,times=1"]);
        let [error, throttle] = &faults.rules()[..] else {
            panic!("two");
        };
        let call = call(0, Method::GET, "/v1/referrals");
        let struck = |rule| {
            let struck = (0..5).map(|_| faults.refusal(rule, &call, Dialect::Documented).is_some());
            struck.collect::<Vec<_>>()
        };
        assert_eq!(struck(error), [true, true, false, false, false]);
        assert_eq!(struck(throttle), [false, true, false, false, false]);
        assert_eq!(faults.list()[0].1, 2);
    }
}
