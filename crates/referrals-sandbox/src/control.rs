//! The control endpoints: `/sandbox/faults`, `/sandbox/clock` and `/sandbox/reset`.
//!
//! They want the key that the sandbox printed when it started, which is not the token:
//! what is under test knows the token.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State as Extract};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use http::HeaderMap;
use http::StatusCode;
use ring::hmac;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::faults::{Fault, jump};
use crate::home::for_this_host;
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
        .route(
            "/sandbox/reset",
            post(reset).fallback(async || refuse(Problem::method_not_allowed("POST"))),
        )
        .layer(from_fn_with_state(state.clone(), guard))
        .layer(from_fn_with_state(state.clone(), for_this_host))
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
    let answer = json!({ "faults": listed(state), "requests": state.faults.requests() });
    problem::json(StatusCode::OK, Body::from(answer.to_string()))
}

fn listed(state: &State) -> Vec<Value> {
    let faults = state.faults.list().into_iter();
    let faults =
        faults.map(|(fault, struck)| json!({ "fault": fault.to_string(), "struck": struck }));
    faults.collect()
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
    let answer = json!({ "now": time(state), "movedBySeconds": state.clock.moved_by() });
    problem::json(StatusCode::OK, Body::from(answer.to_string()))
}

fn time(state: &State) -> String {
    let now = DateTime::<Utc>::from(state.now());
    now.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// What goes back to how it was when the sandbox started, beside the referrals.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Reset {
    faults: bool,
    clock: bool,
}

impl Default for Reset {
    fn default() -> Self {
        Self {
            faults: true,
            clock: true,
        }
    }
}

async fn reset(Extract(state): Shared, body: Body) -> Response {
    let done = async {
        let form = r#"{"faults": false, "clock": false} or empty"#;
        let bytes = all(body, form).await?;
        let wanted = match bytes.is_empty() {
            true => Reset::default(),
            false => parse(&bytes, form)?,
        };
        state.reset(wanted.faults, wanted.clock).await?;
        Ok(())
    };
    match done.await {
        Ok(()) => {
            let answer = json!({
                "referrals": state.store.count(),
                "now": time(&state),
                "movedBySeconds": state.clock.moved_by(),
                "faults": listed(&state),
            });
            problem::json(StatusCode::OK, Body::from(answer.to_string()))
        }
        Err(problem) => refuse(problem),
    }
}

async fn read<T: for<'a> Deserialize<'a>>(body: Body, form: &str) -> Result<T, Problem> {
    parse(&all(body, form).await?, form)
}

async fn all(body: Body, form: &str) -> Result<Bytes, Problem> {
    let body = to_bytes(body, LONGEST).await;
    body.map_err(|_| wrong(form, "it is too long or broke off"))
}

fn parse<T: for<'a> Deserialize<'a>>(body: &[u8], form: &str) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| wrong(form, &error.to_string()))
}

fn wrong(form: &str, reason: &str) -> Problem {
    Problem::bad_request(format!("The body is not {form}: {reason}.")).about("body")
}
