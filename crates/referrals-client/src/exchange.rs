//! Who sends the requests of a client.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Request, Response};

use crate::require_secure;

/// What an exchange resolves to.
pub type ExchangeFuture<'a> = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send + 'a>>;

/// The operation that a request belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The operation's id in the contract, in snake case: `list_referrals`.
    pub id: &'static str,
}

/// Exchanges a request for a response.
///
/// The one seam between generated operations and the network: an implementation
/// adds credentials, retries, limits and records, as it likes. [`Bearer`] adds a
/// token and nothing else.
///
/// An answer of any status is an `Ok`; the generated operation tells success
/// from failure. An `Err` means that there is no answer, and reaches the caller
/// through [`Failure::take`].
pub trait Exchange: fmt::Debug + Send + Sync + 'static {
    /// Sends `request` with `http` and returns the answer.
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: Request,
        operation: Operation,
    ) -> ExchangeFuture<'a>;
}

/// Why there is no answer.
///
/// The generated code can pass nothing but an answer on, so a failure travels
/// inside a made-up one; [`Failure::take`] gets it out again.
#[derive(Debug)]
pub struct Failure(Box<dyn StdError + Send + Sync>);

impl Failure {
    /// Wraps the reason.
    pub fn new(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(reason.into())
    }

    /// The reason.
    pub fn into_inner(self) -> Box<dyn StdError + Send + Sync> {
        self.0
    }

    /// Takes the failure out of the error of a generated operation, if that is
    /// why it failed.
    pub fn take<E>(error: &mut crate::Error<E>) -> Option<Self> {
        let crate::Error::UnexpectedResponse(response) = error else {
            return None;
        };
        let Carried(failure) = response.extensions_mut().remove()?;
        Arc::into_inner(failure)
    }

    /// An answer that no server sent and no operation takes for a success.
    fn into_response(self) -> Response {
        let mut response = http::Response::new("");
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response.into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Extensions have to be `Clone`; this one is never cloned.
#[derive(Clone)]
struct Carried(Arc<Failure>);

/// Status and headers of an answer, kept apart from the body, so that they are
/// known even when the body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
}

impl Answer {
    /// What is known of a response before its body is read.
    pub fn of(response: &Response) -> Self {
        Self {
            status: response.status(),
            headers: response.headers().clone(),
        }
    }
}

/// What a generated client sends its requests through: a shared [`Exchange`].
#[derive(Debug, Clone)]
pub struct Transport(Arc<dyn Exchange>);

impl Transport {
    /// Sends requests through `exchange`.
    pub fn new(exchange: impl Exchange) -> Self {
        Self(Arc::new(exchange))
    }

    /// Sends requests through an exchange that others hold, too.
    pub fn shared(exchange: Arc<dyn Exchange>) -> Self {
        Self(exchange)
    }

    /// Sends one request. Generated code calls this.
    #[doc(hidden)]
    pub async fn exec(
        &self,
        http: &reqwest::Client,
        request: Request,
        operation_id: &'static str,
    ) -> reqwest::Result<Response> {
        let operation = Operation { id: operation_id };
        let answer = self.0.exchange(http, request, operation).await;
        Ok(answer.unwrap_or_else(Failure::into_response))
    }
}

/// An [`Exchange`] that adds a bearer token and sends the request once.
pub struct Bearer {
    header: Result<HeaderValue, InvalidToken>,
}

impl Bearer {
    /// Sends this token, over https or inside this machine only.
    pub fn new(token: &str) -> Self {
        let header = HeaderValue::from_str(&format!("Bearer {token}"));
        Self {
            header: header.map_err(|_| InvalidToken).map(|mut header| {
                header.set_sensitive(true);
                header
            }),
        }
    }

    /// Puts the token into a request.
    ///
    /// # Errors
    ///
    /// When the token has characters that no header can carry, or would travel
    /// unencrypted.
    pub fn authorize(&self, request: &mut Request) -> Result<(), Failure> {
        require_secure(request.url()).map_err(Failure::new)?;
        let header = self.header.clone().map_err(Failure::new)?;
        request.headers_mut().insert(AUTHORIZATION, header);
        Ok(())
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer(<redacted>)")
    }
}

impl Exchange for Bearer {
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        mut request: Request,
        _operation: Operation,
    ) -> ExchangeFuture<'a> {
        Box::pin(async move {
            self.authorize(&mut request)?;
            http.execute(request).await.map_err(Failure::new)
        })
    }
}

/// A token with characters that no header can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct InvalidToken;

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the token has a line break or another character that no header can carry: \
             check that it was copied whole and alone",
        )
    }
}

impl StdError for InvalidToken {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_shows() {
        let bearer = Bearer::new("s3cret");
        let mut request = Request::new(
            reqwest::Method::GET,
            "https://api.example.com/".parse().expect("a URL"),
        );
        bearer.authorize(&mut request).expect("https");
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer s3cret");
        for shown in [format!("{bearer:?}"), format!("{request:?}")] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }

    #[test]
    fn a_broken_token_and_plain_http_are_refused_without_showing_the_token() {
        for (token, url) in [
            ("s3cret\n", "https://example.com"),
            ("s3cret", "http://example.com"),
        ] {
            let mut request = Request::new(reqwest::Method::GET, url.parse().expect("a URL"));
            let failure = Bearer::new(token).authorize(&mut request).expect_err(url);
            assert!(!format!("{failure} {failure:?}").contains("s3cret"));
            assert!(request.headers().get(AUTHORIZATION).is_none());
        }
    }

    #[test]
    fn a_failure_travels_inside_a_response_and_comes_out_again() {
        let response = Failure::new("no route").into_response();
        assert!(!response.status().is_success());
        let mut error: crate::Error<()> = crate::Error::UnexpectedResponse(response);
        let failure = Failure::take(&mut error).expect("carried");
        assert_eq!(failure.to_string(), "no route");
        assert!(Failure::take(&mut error).is_none());
    }
}
