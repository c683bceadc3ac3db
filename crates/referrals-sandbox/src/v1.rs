//! `GET /v1/referrals` as documented in September 2018.
//!
//! Documentation: "Get a list of referrals", Partner Center SDK.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::Poll;

use axum::body::Body;
use axum::extract::State as Extract;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream;
use http::header::ACCEPT;
use http::{HeaderMap, StatusCode, Uri};
use percent_encoding::percent_decode;

use crate::data::{OWN_ORGANIZATION, Referral, STATUSES};
use crate::problem::{Ids, Problem, authenticate, json};
use crate::server::State;

/// How much of an answer is made before it is sent.
const CHUNK: usize = 16 * 1024;

/// How many referrals are looked at before others get their turn.
const LOOKS: u32 = 1_000;

pub(crate) async fn list(
    Extract(state): Extract<Arc<State>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let (ids, ids_verdict) = Ids::of(&headers);
    let parameters = authenticate(&state, &headers)
        .and_then(|()| accepts_json(&headers))
        .and(ids_verdict)
        .and_then(|()| Parameters::read(uri.query().unwrap_or_default()));
    ids.put_into(match parameters {
        Ok(parameters) => json(StatusCode::OK, collection(state, parameters, &uri)),
        Err(problem) => problem.into_response(),
    })
}

fn accepts_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut accept = headers.get_all(ACCEPT).iter().peekable();
    if accept.peek().is_none() {
        return Ok(());
    }
    let acceptable = accept
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|range| range.to_ascii_lowercase().replace(' ', ""))
        .filter(|range| !(range.ends_with(";q=0") || range.contains(";q=0.0")))
        .filter_map(|range| range.split(';').next().map(str::to_owned))
        .any(|range| ["application/json", "application/*", "*/*"].contains(&range.as_str()));
    if acceptable {
        Ok(())
    } else {
        Err(Problem::not_acceptable())
    }
}

/// The documented query parameters. They combine with AND.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parameters {
    engagement_id: Option<String>,
    self_only: bool,
    status: Option<String>,
    invited_by_organization: Option<String>,
}

impl Parameters {
    fn read(query: &str) -> Result<Self, Problem> {
        let mut parameters = Self::default();
        let mut seen = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if seen.contains(&name) {
                return Err(Problem::bad_request(format!(
                    "The query parameter {name} is given more than once."
                )));
            }
            match name.as_str() {
                "engagementId" => parameters.engagement_id = Some(value),
                "self" if value == "true" => parameters.self_only = true,
                "self" => {
                    return Err(Problem::bad_request(
                        "The query parameter self has the value true or is left out.",
                    ));
                }
                "status" if STATUSES.contains(&value.as_str()) => parameters.status = Some(value),
                "status" => {
                    return Err(Problem::bad_request(format!(
                        "The query parameter status is one of {}.",
                        STATUSES.join(", ")
                    )));
                }
                "invitedByOrganization" => parameters.invited_by_organization = Some(value),
                _ => {
                    return Err(Problem::bad_request(format!(
                        "There is no query parameter {}. There are engagementId, self, status \
                         and invitedByOrganization.",
                        shown(&name)
                    )));
                }
            }
            seen.push(name);
        }
        Ok(parameters)
    }

    fn accept(&self, referral: &Referral) -> bool {
        let same = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|id| id == is);
        same(&self.engagement_id, &referral.engagement_id)
            && same(&self.status, referral.status)
            && (!self.self_only || referral.organization_id == OWN_ORGANIZATION)
            && (self.invited_by_organization.is_none()
                || self.invited_by_organization.as_deref() == referral.invited_by())
    }
}

/// Decodes a part of a query. HTML forms write a blank as a plus.
fn decode(text: &str) -> Result<String, Problem> {
    let text = text.replace('+', " ");
    let escapes = text.split('%').skip(1);
    if !escapes.into_iter().all(|rest| {
        let digits = rest.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    }) {
        return Err(Problem::bad_request(
            "The query has a % that begins no escape.",
        ));
    }
    percent_decode(text.as_bytes())
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| Problem::bad_request("The query is not percent-encoded UTF-8."))
}

/// What a caller sent, short enough to repeat and without control characters.
fn shown(text: &str) -> String {
    let text: String = text.chars().take(64).collect();
    text.escape_debug().to_string()
}

/// The collection, made while it is sent: memory does not grow with it.
fn collection(state: Arc<State>, parameters: Parameters, uri: &Uri) -> Body {
    let link = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut progress = Some(Progress {
        state,
        parameters,
        link: serde_json::json!({ "self": { "uri": link, "method": "GET" } }).to_string(),
        next: 0,
        count: 0,
    });
    let mut chunk = b"{\"items\":[".to_vec();
    Body::from_stream(stream::poll_fn(move |context| {
        let Some(current) = &mut progress else {
            return Poll::Ready(None);
        };
        if current.advance(&mut chunk) {
            progress = None;
        } else if chunk.len() < CHUNK {
            // A filter that accepts little must not hold the thread.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let chunk = Bytes::from(std::mem::take(&mut chunk));
        Poll::Ready(Some(Ok::<_, Infallible>(chunk)))
    }))
}

/// How far a collection has been made.
struct Progress {
    state: Arc<State>,
    parameters: Parameters,
    link: String,
    next: u32,
    count: u64,
}

impl Progress {
    /// Appends more of the collection until the chunk is full or enough
    /// referrals were looked at. True at the end.
    fn advance(&mut self, chunk: &mut Vec<u8>) -> bool {
        for _ in 0..LOOKS {
            if chunk.len() >= CHUNK {
                return false;
            }
            let Some(referral) = self.state.data.referral(self.next) else {
                let end = format!(
                    "],\"totalCount\":{},\"links\":{},\"attributes\":{{\"objectType\":\"Collection\"}}}}",
                    self.count, self.link
                );
                chunk.extend_from_slice(end.as_bytes());
                return true;
            };
            self.next += 1;
            if self.parameters.accept(&referral) {
                if self.count > 0 {
                    chunk.push(b',');
                }
                self.count += 1;
                // Infallible: strings and numbers into a vector.
                let _ = serde_json::to_writer(&mut *chunk, &referral);
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;
    use proptest::prelude::*;

    #[test]
    fn a_filter_that_accepts_nothing_gives_others_their_turn() {
        let parameters = Parameters::read("engagementId=none").expect("documented");
        let mut progress = Progress {
            state: Arc::new(State {
                token: String::new(),
                data: Data::new(2 * LOOKS, 1),
            }),
            parameters,
            link: "null".to_owned(),
            next: 0,
            count: 0,
        };
        let mut chunk = Vec::new();
        assert!(!progress.advance(&mut chunk));
        assert_eq!((progress.next, chunk.len()), (LOOKS, 0));
        assert!(!progress.advance(&mut chunk));
        assert!(progress.advance(&mut chunk));
        let end: serde_json::Value =
            serde_json::from_slice(&[b"{\"items\":[", chunk.as_slice()].concat()).expect("json");
        assert_eq!(end["totalCount"], 0);
    }

    #[test]
    fn what_is_not_documented_is_refused_by_name() {
        for (query, part) in [
            ("statuss=Won", "no query parameter statuss"),
            ("Status=Won", "no query parameter Status"),
            ("status=won", "one of Pending, Validated"),
            ("status=", "one of Pending"),
            ("status=Won&status=Lost", "status is given more than once"),
            ("self=false", "self has the value true"),
            ("self", "self has the value true"),
            ("%ff=1", "not percent-encoded UTF-8"),
            ("engagementId=%zz", "a % that begins no escape"),
            ("engagementId=%", "a % that begins no escape"),
            ("$filter=x", "no query parameter $filter"),
            ("a%0d%0ab=1", "no query parameter a\\r\\nb"),
        ] {
            let problem = Parameters::read(query).expect_err(query);
            let text = format!("{problem:?}");
            assert!(
                text.contains(part) || text.contains(&part.escape_debug().to_string()),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_query_is_read_or_refused(query in ".{0,200}") {
            if let Ok(parameters) = Parameters::read(&query) {
                let statuses = parameters.status.iter().all(|status| STATUSES.contains(&status.as_str()));
                prop_assert!(statuses);
            }
        }
    }
}
