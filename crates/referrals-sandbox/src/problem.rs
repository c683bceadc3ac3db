//! Refusals, in the error body that the documentation describes, and the ids
//! that every answer carries.
//!
//! Documentation: "Error codes" and "Partner Center REST headers".

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Extract;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use uuid::Uuid;

use crate::server::State;

/// A refusal.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    description: String,
}

/// The documented body.
#[derive(Serialize)]
struct ErrorBody<'a> {
    code: &'a str,
    description: &'a str,
    source: &'a str,
}

impl Problem {
    pub(crate) fn bad_request(description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "invalidRequest",
            description: description.into(),
        }
    }

    pub(crate) fn not_acceptable() -> Self {
        Self {
            status: StatusCode::NOT_ACCEPTABLE,
            code: "notAcceptable",
            description: "The answer is application/json, which the Accept header rules out."
                .to_owned(),
        }
    }

    fn unauthenticated(description: &str) -> Self {
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: "unauthenticated",
            description: description.to_owned(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            code: self.code,
            description: &self.description,
            source: "referrals-sandbox",
        };
        // A struct of three strings always serializes.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut response = json(self.status, Body::from(body));
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"referrals-sandbox\"");
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

pub(crate) fn json(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The ids of a call: those of the request, or new ones.
#[derive(Debug)]
pub(crate) struct Ids([(&'static str, HeaderValue); 2]);

impl Ids {
    /// The ids to answer with, and the refusal of those that are no GUIDs.
    pub(crate) fn of(headers: &HeaderMap) -> (Self, Result<(), Problem>) {
        let mut verdict = Ok(());
        let ids = ["ms-requestid", "ms-correlationid"].map(|name| {
            let sent = headers.get(name);
            if let Some(sent) = sent {
                if is_guid(sent) {
                    return (name, sent.clone());
                }
                verdict = Err(Problem::bad_request(format!(
                    "The header {name} is not a GUID in the form 00000000-0000-0000-0000-000000000000."
                )));
            }
            let new = Uuid::new_v4().to_string();
            let new = HeaderValue::try_from(new).unwrap_or(HeaderValue::from_static(""));
            (name, new)
        });
        (Self(ids), verdict)
    }

    pub(crate) fn put_into(self, mut response: Response) -> Response {
        response.headers_mut().extend(
            self.0
                .map(|(name, id)| (http::HeaderName::from_static(name), id)),
        );
        response
    }
}

fn is_guid(value: &HeaderValue) -> bool {
    value.len() == 36
        && value
            .to_str()
            .is_ok_and(|text| Uuid::try_parse(text).is_ok())
}

/// Demands the token.
pub(crate) fn authenticate(state: &State, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Err(Problem::unauthenticated(
            "There is no Authorization header. Send one with the value `Bearer` and the token.",
        ));
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    match token {
        Some(token) if token == state.token => Ok(()),
        Some(_) => Err(Problem::unauthenticated(
            "The token is not the one that this sandbox printed when it started.",
        )),
        None => Err(Problem::unauthenticated(
            "The Authorization header has another form than `Bearer` and a token.",
        )),
    }
}

pub(crate) async fn not_found(headers: HeaderMap) -> Response {
    let (ids, _) = Ids::of(&headers);
    let problem = Problem {
        status: StatusCode::NOT_FOUND,
        code: "itemNotFound",
        description: "There is nothing at this path. This sandbox has GET /v1/referrals."
            .to_owned(),
    };
    ids.put_into(problem.into_response())
}

pub(crate) async fn method_not_allowed(
    Extract(_): Extract<Arc<State>>,
    headers: HeaderMap,
) -> Response {
    let (ids, _) = Ids::of(&headers);
    let problem = Problem {
        status: StatusCode::METHOD_NOT_ALLOWED,
        code: "methodNotAllowed",
        description: "Only GET is documented for this path; HEAD is GET without the body."
            .to_owned(),
    };
    let mut response = problem.into_response();
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    ids.put_into(response)
}
