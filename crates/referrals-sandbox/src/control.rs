//! The control endpoints: `/sandbox/faults` and `/sandbox/clock`.
//!
//! They want the key that the sandbox printed when it started, which is not the token:
//! what is under test knows the token.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State as Extract};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use http::HeaderMap;
use http::StatusCode;
use ring::hmac;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::faults::{Fault, jump};
use crate::home::for_this_machine;
use crate::problem::{self, Problem};
use crate::server::State;

/// The header with the key.
const KEY: &str = "x-sandbox-key";

/// No body is longer.
const LONGEST: usize = 64 * 1024;

/// The key of the control endpoints.
pub(crate) struct ControlKey {
    text: String,
    /// Keys are compared by their tags, which takes the same time whatever was sent.
    tags: hmac::Key,
}

impl ControlKey {
    pub(crate) fn new() -> Self {
        let random = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
        Self {
            text: format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
            tags: hmac::Key::new(hmac::HMAC_SHA256, &random),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(sent) = headers.get(KEY) else {
            return Err(Problem::unauthenticated(
                "The control endpoints need the header X-Sandbox-Key with the control key that \
                 this sandbox printed when it started.",
            )
            .about("X-Sandbox-Key"));
        };
        let ours = hmac::sign(&self.tags, self.text.as_bytes());
        hmac::verify(&self.tags, sent.as_bytes(), ours.as_ref()).map_err(|_| {
            let message = "X-Sandbox-Key is not the control key that this sandbox printed when \
                           it started. It is another one than the token.";
            Problem::fault(StatusCode::FORBIDDEN, message).about("X-Sandbox-Key")
        })
    }
}

type Shared = Extract<Arc<State>>;

pub(crate) fn routes(state: &Arc<State>) -> Router<Arc<State>> {
    Router::new()
        .route(
            "/sandbox/faults",
            get(faults)
                .put(put_faults)
                .delete(no_faults)
                .fallback(async || refuse(Problem::method_not_allowed("GET, HEAD, PUT, DELETE"))),
        )
        .route(
            "/sandbox/clock",
            get(clock)
                .post(move_clock)
                .fallback(async || refuse(Problem::method_not_allowed("GET, HEAD, POST"))),
        )
        .layer(from_fn_with_state(state.clone(), guard))
        .layer(from_fn(for_this_machine))
}

async fn guard(Extract(state): Shared, request: Request, next: Next) -> Response {
    match state.control.check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(problem) => refuse(problem),
    }
}

fn refuse(problem: Problem) -> Response {
    problem.flat()
}

async fn faults(Extract(state): Shared) -> Response {
    answer(&state)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewFaults {
    faults: Vec<String>,
}

async fn put_faults(Extract(state): Shared, body: Body) -> Response {
    let set = async {
        let new: NewFaults = read(body, r#"{"faults": ["latency=20ms", ...]}"#).await?;
        let faults: Result<Vec<Fault>, Problem> = new
            .faults
            .iter()
            .enumerate()
            .map(|(place, text)| {
                text.parse().map_err(|error| {
                    Problem::bad_request(format!("faults/{place}: {error}."))
                        .about(format!("/faults/{place}"))
                })
            })
            .collect();
        state.faults.set(faults?);
        Ok(())
    };
    match set.await {
        Ok(()) => answer(&state),
        Err(problem) => refuse(problem),
    }
}

async fn no_faults(Extract(state): Shared) -> Response {
    state.faults.set(Vec::new());
    answer(&state)
}

fn answer(state: &State) -> Response {
    let faults = state.faults.list().into_iter();
    let faults: Vec<_> = faults
        .map(|(fault, struck)| json!({ "fault": fault.to_string(), "struck": struck }))
        .collect();
    let answer = json!({ "faults": faults, "requests": state.faults.requests() });
    problem::json(StatusCode::OK, Body::from(answer.to_string()))
}

async fn clock(Extract(state): Shared) -> Response {
    tell_time(&state)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    by: String,
}

async fn move_clock(Extract(state): Shared, body: Body) -> Response {
    let moved = async {
        let by = read::<Move>(body, r#"{"by": "+15d"}"#).await?.by;
        let seconds = jump(by.trim()).map_err(|error| {
            Problem::bad_request(format!("by: {error}; write +15d, -1h, +90s or the like."))
                .about("/by")
        })?;
        state.clock.jump(seconds);
        Ok(())
    };
    match moved.await {
        Ok(()) => tell_time(&state),
        Err(problem) => refuse(problem),
    }
}

fn tell_time(state: &State) -> Response {
    let now = DateTime::<Utc>::from(state.now());
    let answer = json!({
        "now": now.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "movedBySeconds": state.clock.moved_by(),
    });
    problem::json(StatusCode::OK, Body::from(answer.to_string()))
}

async fn read<T: for<'a> Deserialize<'a>>(body: Body, form: &str) -> Result<T, Problem> {
    let wrong = |reason: &str| {
        Problem::bad_request(format!("The body is not {form}: {reason}.")).about("body")
    };
    let body = to_bytes(body, LONGEST).await;
    let body = body.map_err(|_| wrong("it is too long or broke off"))?;
    serde_json::from_slice(&body).map_err(|error| wrong(&error.to_string()))
}
