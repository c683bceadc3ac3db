//! When a call is made again, and when it is given up.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use http::header::IF_MATCH;
use http::{Method, StatusCode};
use reqwest::Request;

/// How often a call is attempted and how long it may take in all.
///
/// A call is attempted again when no answer arrived, the answer broke off, or its
/// status is 408, 429 or a 5xx other than 501, and only if that cannot do anything
/// twice: a read always, a write with `If-Match` (the version it names is gone once
/// it took effect), any other write only when it was certainly not carried out:
/// nothing was sent, or the service was too busy to look at it (429).
///
/// Between attempts it waits as long as the service asks for (`Retry-After`), and
/// else twice as long as the time before, with some chance in it so that many
/// callers do not come back together.
///
/// ```
/// use std::time::Duration;
/// use referrals::{Referrals, RetryPolicy};
///
/// let patient = RetryPolicy::default()
///     .attempts(8)
///     .longest_retry_after(Duration::from_secs(600))
///     .deadline(Duration::from_secs(3600));
/// let referrals = Referrals::builder().token("a token").retry(patient).build()?;
/// # drop(referrals);
/// # Ok::<(), referrals::Error>(())
/// ```
///
/// Documentation: "API throttling guidance for partners", Partner Center.
#[derive(Debug, Clone)]
#[must_use = "a policy does nothing until it is given to a builder"]
pub struct RetryPolicy {
    attempts: u32,
    first_wait: Duration,
    longest_wait: Duration,
    longest_retry_after: Duration,
    deadline: Duration,
    seed: Option<u64>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            longest_retry_after: Duration::from_secs(120),
            deadline: Duration::from_secs(300),
            seed: None,
        }
    }
}

impl RetryPolicy {
    /// One attempt, and no more.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// How often a call is attempted at most, the first time included: 4 when not
    /// called. There is always a first.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How long to wait after the first attempt (half a second when not called) and
    /// after any (30 seconds), where the service does not ask for a time.
    pub fn waits(mut self, first: Duration, longest: Duration) -> Self {
        self.first_wait = first;
        self.longest_wait = longest;
        self
    }

    /// When the service asks for more time than this, the call is given up at once,
    /// and [`Error::retry_after`](crate::Error::retry_after) says what it asked for:
    /// two minutes when not called.
    pub fn longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    /// How long a call may take in all, attempts and waits together: five minutes
    /// when not called. A wait that would end later is not begun.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// What the chance in the waits is made from, so that tests see the same one.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    pub(crate) fn total(&self) -> Duration {
        self.deadline
    }

    /// The waits of one call that nobody asked for, in their order.
    pub(crate) fn pauses(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        let pauses = ExponentialBuilder::new()
            .with_jitter()
            .with_min_delay(self.first_wait)
            .with_max_delay(self.longest_wait)
            .with_max_times(self.attempts.saturating_sub(1) as usize);
        match self.seed {
            Some(seed) => pauses.with_jitter_seed(seed).build(),
            None => pauses.build(),
        }
    }

    /// How long to wait, when `pause` is next and the service asked for a time;
    /// none when that is too long.
    pub(crate) fn wait(&self, pause: Duration, asked: Option<Duration>) -> Option<Duration> {
        match asked {
            Some(asked) if asked > self.longest_retry_after => None,
            Some(asked) => Some(asked.max(pause)),
            None => Some(pause),
        }
    }
}

/// Whether a status may be another one next time.
pub(crate) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429)
        || (status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED)
}

/// Whether sending this request twice is the same as sending it once.
pub(crate) fn is_repeatable(request: &Request) -> bool {
    // `*` is any version, also the one that the first attempt made.
    let versioned = || {
        let mut versions = request.headers().get_all(IF_MATCH).iter();
        let first = versions.next();
        first.is_some_and(|version| {
            !["", "*"]
                .map(str::as_bytes)
                .contains(&version.as_bytes().trim_ascii())
        }) && versions.next().is_none()
    };
    request.method().is_safe()
        || ([Method::PUT, Method::PATCH, Method::DELETE].contains(request.method()) && versioned())
}

/// What a client takes for the time, and how it waits. Tests bring their own.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time, for dates in `Retry-After`.
    fn now(&self) -> SystemTime;

    /// Resolves when that much time has passed.
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The clock of this machine.
#[derive(Debug)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, if_match: &[&str]) -> Request {
        let mut request = Request::new(method, "https://example.com".parse().expect("a URL"));
        for etag in if_match {
            let etag = etag.parse().expect("a header");
            request.headers_mut().append(IF_MATCH, etag);
        }
        request
    }

    #[test]
    fn only_what_cannot_happen_twice_is_repeated() {
        let version = &["\"1\""][..];
        for (method, if_match, repeatable) in [
            (Method::GET, &[][..], true),
            (Method::HEAD, &[], true),
            (Method::PUT, version, true),
            (Method::PATCH, version, true),
            (Method::DELETE, version, true),
            (Method::PUT, &[], false),
            (Method::PATCH, &[], false),
            (Method::PATCH, &["*"], false),
            (Method::PATCH, &[" * "], false),
            (Method::PATCH, &[""], false),
            (Method::PATCH, &["\"1\"", "\"2\""], false),
            (Method::POST, &[], false),
            (Method::POST, version, false),
        ] {
            let request = request(method.clone(), if_match);
            assert_eq!(is_repeatable(&request), repeatable, "{method} {if_match:?}");
        }
    }

    #[test]
    fn a_status_may_pass_or_not() {
        for (status, passes) in [
            (408, true),
            (429, true),
            (500, true),
            (502, true),
            (503, true),
            (504, true),
            (501, false),
            (400, false),
            (401, false),
            (409, false),
            (412, false),
            (422, false),
            (200, false),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(is_passing(status), passes, "{status}");
        }
    }

    #[test]
    fn pauses_double_within_their_limit_and_are_as_many_as_attempts_follow() {
        let seconds = Duration::from_secs;
        let policy = RetryPolicy::default()
            .attempts(6)
            .waits(seconds(1), seconds(4))
            .seed(7);
        let pauses: Vec<_> = policy.pauses().collect();
        assert_eq!(pauses.len(), 5);
        for (pause, least) in pauses.iter().zip([1, 2, 4, 4, 4].map(seconds)) {
            assert!((least..2 * least).contains(pause), "{pauses:?}");
        }
        assert_eq!(policy.pauses().collect::<Vec<_>>(), pauses);
        assert_eq!(RetryPolicy::never().pauses().count(), 0);
        assert_eq!(RetryPolicy::default().attempts(0).pauses().count(), 0);
    }

    #[test]
    fn the_service_is_waited_for_as_it_asks_unless_it_asks_too_much() {
        let seconds = Duration::from_secs;
        let policy = RetryPolicy::default().longest_retry_after(seconds(60));
        assert_eq!(policy.wait(seconds(2), None), Some(seconds(2)));
        assert_eq!(
            policy.wait(seconds(2), Some(seconds(57))),
            Some(seconds(57))
        );
        assert_eq!(policy.wait(seconds(2), Some(seconds(0))), Some(seconds(2)));
        assert_eq!(
            policy.wait(seconds(2), Some(seconds(60))),
            Some(seconds(60))
        );
        assert_eq!(policy.wait(seconds(2), Some(seconds(61))), None);
    }
}
