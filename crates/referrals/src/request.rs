//! Requests that no operation is made for.

use std::fmt;

use http::header::{ACCEPT, CONTENT_TYPE, HeaderName};
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::call::Call;
use crate::service_error::no_answer;
use crate::{CallIds, Error, Referrals};

impl Referrals {
    /// A request to a path of the service, such as
    /// `/v1.0/engagements/referrals?$top=1`: for what the contracts do not have.
    /// It gets the token, the ids and the retries of every call.
    pub fn request(&self, method: Method, path_and_query: impl Into<String>) -> RawRequest {
        RawRequest {
            referrals: self.clone(),
            method,
            path_and_query: path_and_query.into(),
            headers: HeaderMap::new(),
            body: None,
            refused: None,
        }
    }
}

/// A request that no operation is made for. Made by [`Referrals::request`].
#[must_use = "a request is made by `send`"]
#[derive(Clone)]
pub struct RawRequest {
    referrals: Referrals,
    method: Method,
    path_and_query: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    refused: Option<String>,
}

/// Query, headers and body may hold personal data.
impl fmt::Debug for RawRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRequest")
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// The answer to a [`RawRequest`], whatever its status.
#[derive(Clone)]
pub struct RawAnswer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// The ids of the call.
    pub ids: CallIds,
}

impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAnswer")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("ids", &self.ids)
            .finish_non_exhaustive()
    }
}

impl RawRequest {
    /// Adds a header, in place of one of that name. The token is not given here,
    /// but to the [`Builder`](crate::Builder).
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            (Ok(http::header::AUTHORIZATION), _) => {
                let reason = "the header authorization is set from the token of the client";
                self.refused.get_or_insert(reason.to_owned());
            }
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            (Ok(name), Err(_)) => {
                let reason = format!(
                    "the value of the header {name} cannot be sent: use printable characters on one line"
                );
                self.refused.get_or_insert(reason);
            }
            (Err(_), _) => {
                self.refused
                    .get_or_insert(format!("{name:?} is no name of a header"));
            }
        }
        self
    }

    /// The body; JSON unless a header says otherwise.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Makes the call.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the
    /// request cannot be made, and as every call when there is no answer. A status
    /// is no error here.
    pub async fn send(self) -> Result<RawAnswer, Error> {
        if let Some(reason) = self.refused {
            return Err(Error::configuration(reason));
        }
        let path = &self.path_and_query;
        // With anything but a slash in front the text would become part of the host.
        if !path.starts_with('/') {
            let path = path.split('?').next().unwrap_or_default();
            return Err(Error::configuration(format!(
                "the path {path:?} does not begin with a slash: give one such as \
                 /v1.0/engagements/referrals, the host is that of the base URL"
            )));
        }
        let call = Call::new(&self.referrals.shared);
        let shared = call.shared();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let ids = [
            ("client-request-id", call.correlation_id()),
            ("ms-correlationid", call.correlation_id()),
            ("ms-requestid", call.request_id()),
        ];
        for (name, id) in ids {
            if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
                headers.insert(name, id);
            }
        }
        if self.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.extend(self.headers);
        let mut request = shared
            .http
            .request(self.method, format!("{}{path}", shared.base_url))
            .headers(headers);
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let request = request.build().map_err(|error| {
            Error::configuration(format!(
                "the request cannot be made: {}",
                error.without_url()
            ))
        })?;
        let answer = call.exchange(&shared.http, request, "request").await;
        let answer = answer.map_err(|failure| no_answer(&call, failure))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = match answer.bytes().await {
            Ok(body) => body.to_vec(),
            // The status says what there is to say.
            Err(_) => Vec::new(),
        };
        Ok(RawAnswer {
            status,
            headers,
            body,
            ids: call.ids(),
        })
    }
}
