//! From a failed operation to our error.

use std::error::Error as StdError;
use std::time::{Duration, SystemTime};

use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use referrals_client::{Failure, ResponseValue};
use serde::de::DeserializeOwned;
use url::Url;

use crate::call::{Call, NoAnswer};
use crate::error::WriteOutcome;
use crate::error_body::Told;
use crate::{Error, ErrorKind};

/// More of an error body is never looked at: it is a few lines of JSON, or a page of
/// HTML that nobody wants to see.
const BODY_LIMIT: usize = 64 * 1024;

/// Turns a failed operation into our error: the one place that knows all ways
/// in which generated code fails.
pub(crate) async fn explain(call: &Call, mut error: referrals_client::Error<()>) -> Error {
    use referrals_client::Error as Generated;

    if let Some(failure) = Failure::take(&mut error) {
        return no_answer(call, failure);
    }
    let explained = match error {
        Generated::UnexpectedResponse(response) => return refused(call, response).await,
        Generated::InvalidResponsePayload(body, _) => unexpected_body(call, body.len()),
        Generated::ResponseBodyError(error) => broken_off(error),
        Generated::CommunicationError(error) => connection(error),
        other => Error::configuration(format!("the request cannot be made: {other}")),
    };
    let explained = about(call, explained);
    match call.is_write() && call.status().is_some_and(|status| status.is_success()) {
        // It says that it was done, though somebody else may have said it.
        true => explained.with_write_outcome(WriteOutcome::Unknown),
        false => explained,
    }
}

/// An error with what is known of its call.
fn about(call: &Call, error: Error) -> Error {
    if call.attempts() == 0 {
        // Nothing was sent: nobody there knows of this call.
        return error;
    }
    error
        .with_status(call.status())
        .with_ids(call.ids())
        .with_attempts(call.attempts())
        .with_write_outcome(call.write_outcome())
}

/// What a generated operation brought, or our error. JSON behind a byte order
/// mark, which some proxies put there, is JSON all the same.
pub(crate) async fn outcome<T: DeserializeOwned>(
    call: &Call,
    outcome: Result<ResponseValue<T>, referrals_client::Error<()>>,
) -> Result<T, Error> {
    let error = match outcome {
        Ok(answer) => return Ok(answer.into_inner()),
        Err(error) => error,
    };
    if let referrals_client::Error::InvalidResponsePayload(body, _) = &error
        && let Some(json) = body.strip_prefix(b"\xef\xbb\xbf")
        && let Ok(value) = serde_json::from_slice(json)
    {
        return Ok(value);
    }
    Err(explain(call, error).await)
}

/// A success whose JSON is not what the contract promises.
pub(crate) fn unexpected(call: &Call, reason: impl Into<String>) -> Error {
    about(call, Error::new(ErrorKind::UnexpectedAnswer, reason))
}

/// From a call without a whole answer to our error.
pub(crate) fn no_answer(call: &Call, failure: Failure) -> Error {
    let done = call.is_write() && call.status().is_some_and(|status| status.is_success());
    let error = match failure.into_inner().downcast::<NoAnswer>() {
        Ok(reason) => match *reason {
            NoAnswer::Connection(error) => connection(error),
            NoAnswer::BrokenOff(error) if done => {
                let error = broken_off(error);
                let reason = format!("{error}, though its status says that it was done");
                Error::new(ErrorKind::Connection, reason)
            }
            NoAnswer::BrokenOff(error) => broken_off(error),
            NoAnswer::Deadline(_) => Error::new(ErrorKind::Connection, reason.to_string()),
            // The status is that of an earlier attempt, and says nothing of this.
            NoAnswer::Token(error) if call.attempts() > 0 => {
                return error
                    .with_ids(call.ids())
                    .with_attempts(call.attempts())
                    .with_write_outcome(call.write_outcome());
            }
            NoAnswer::Token(error) => return error,
            NoAnswer::Refused(failure) => Error::new(ErrorKind::Credential, failure.to_string()),
            NoAnswer::Unsendable => Error::configuration(reason.to_string()),
        },
        Err(other) => Error::new(ErrorKind::Credential, other.to_string()),
    };
    let error = about(call, error);
    match done {
        // The status of this very attempt had arrived.
        true => error.with_write_outcome(WriteOutcome::Done),
        false => error,
    }
}

/// The reason a connection failed, down to its root: the outer texts only say
/// that something went wrong.
fn connection(error: reqwest::Error) -> Error {
    if error.is_builder() || (error.is_request() && is_unsendable(&error)) {
        let reason = root(&error).unwrap_or_else(|| "no reason given".to_owned());
        return Error::configuration(format!("the request cannot be sent: {reason}"));
    }
    let host = error
        .url()
        .map(|url| url.origin().ascii_serialization())
        .unwrap_or_else(|| "the service".to_owned());
    let what = if error.is_timeout() {
        format!("{host} did not answer in time")
    } else if error.is_connect() {
        format!("cannot connect to {host}")
    } else {
        format!("the connection to {host} was lost before an answer arrived")
    };
    lost(&what, error)
}

/// Whether a request failed before anything was sent, over the form of its URL.
pub(crate) fn is_unsendable(error: &reqwest::Error) -> bool {
    causes(error).any(|error| {
        error.is::<http::uri::InvalidUri>() || error.to_string().contains("not a valid Uri")
    })
}

/// Whether the host could not prove who it is. Time does not change that.
pub(crate) fn is_distrust(error: &reqwest::Error) -> bool {
    causes(error).any(|error| error.to_string().contains("certificate"))
}

fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let mut next = StdError::source(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}

/// A connection to a host other than the service's that failed.
pub(crate) fn lost_connection(host: &str, error: reqwest::Error) -> Error {
    let what = match error.is_timeout() {
        true => format!("{host} did not answer in time"),
        false => format!("cannot connect to {host}, or lost the connection"),
    };
    lost(&what, error)
}

fn broken_off(error: reqwest::Error) -> Error {
    let what = if error.is_timeout() {
        "the answer stopped arriving"
    } else {
        "the answer broke off before its end"
    };
    lost(what, error)
}

fn lost(what: &str, error: reqwest::Error) -> Error {
    let what = match root(&error) {
        Some(root) => format!("{what}: {root}"),
        None => what.to_owned(),
    };
    // The URL has the query in it, and the query may name people.
    Error::new(ErrorKind::Connection, what).with_source(error.without_url())
}

fn root(error: &dyn StdError) -> Option<String> {
    let mut root = error.source()?;
    while let Some(source) = root.source() {
        root = source;
    }
    Some(root.to_string())
}

fn unexpected_body(call: &Call, length: usize) -> Error {
    let kind = call
        .answer()
        .and_then(|answer| media_type(&answer.headers))
        .map(|kind| call.scrub(&kind))
        .unwrap_or_else(|| "no stated type".to_owned());
    let message = if length == 0 {
        "the answer has no body where JSON was expected".to_owned()
    } else if kind.ends_with("json") {
        format!("the answer claims to be {kind} and is not ({length} bytes): it may be cut off")
    } else {
        format!("the answer is not JSON ({kind}, {length} bytes)")
    };
    Error::new(ErrorKind::UnexpectedAnswer, message)
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next()?.trim();
    let harmless = |letter: char| letter.is_ascii_alphanumeric() || "/+-.".contains(letter);
    (!kind.is_empty() && kind.len() <= 64 && kind.chars().all(harmless)).then(|| kind.to_owned())
}

/// From an answer that is no success to our error.
pub(crate) async fn refused(call: &Call, response: reqwest::Response) -> Error {
    let (status, url) = (response.status(), response.url().clone());
    let headers = response.headers().clone();
    // The call has read it already.
    let body = response.bytes().await.unwrap_or_default();
    let body = &body[..body.len().min(BODY_LIMIT)];
    let told = Told::read(body, &headers, &call.personal());
    let reason = status.canonical_reason().unwrap_or("unknown status");
    let mut message = format!("the service answered {} {reason}", status.as_u16());
    if status.is_redirection() {
        message.push_str(redirection(status, &url, &headers));
    }
    if status == StatusCode::PRECONDITION_FAILED && call.attempts() > 1 {
        message.push_str(
            " (an earlier attempt of this call may have changed the referral: read it again)",
        );
    }
    let wait = retry_after(&headers, call.shared().clock.now());
    let error = about(call, Error::new(ErrorKind::Service, message));
    error.with_retry_after(wait).with_told(told)
}

/// What became of a redirect that was not followed to its end.
fn redirection(status: StatusCode, from: &Url, headers: &HeaderMap) -> &'static str {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    match location.map(|location| from.join(location)) {
        Some(Ok(to)) if to.origin() != from.origin() => {
            " and leads to another origin, where the token must not go"
        }
        Some(Ok(_)) if !matches!(status.as_u16(), 307 | 308) => {
            " and leads to another path, which is not followed: a write would become a read"
        }
        Some(_) => " and leads to nothing, or in a circle",
        None => "",
    }
}

/// `Retry-After`, in seconds or as a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let date = httpdate::parse_http_date(value).ok()?;
            Some(date.duration_since(now).unwrap_or_default())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, expected) in [
            ("57", Some(57)),
            // The date of RFC 9110, eight minutes after `now`.
            ("Sun, 06 Nov 1994 08:57:37 GMT", Some(480)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().expect("a header"));
            let expected = expected.map(Duration::from_secs);
            assert_eq!(retry_after(&headers, now), expected, "{value}");
        }
    }
}
