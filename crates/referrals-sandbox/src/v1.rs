//! `GET /v1/referrals` as documented in September 2018.
//!
//! Documentation: "Get a list of referrals", Partner Center SDK.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::Poll;

use axum::body::Body;
use axum::extract::State as Extract;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, StatusCode, Uri};

use crate::data::{OWN_ORGANIZATION, Referral, STATUSES};
use crate::json::Json;
use crate::problem::{Callers, Ids, Problem, authenticate, json, tell_mfa};
use crate::request::{accepts_json, decode, shown};
use crate::server::State;
use crate::store::{LOOKS, Store};
use crate::views;

/// How much of an answer is made before it is sent.
const CHUNK: usize = 16 * 1024;

pub(crate) async fn list(
    Extract(state): Extract<Arc<State>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let (ids, ids_verdict) = Ids::of(&headers);
    let parameters = authenticate(&state, &headers, Callers::Any)
        .and_then(|_| accepts_json(&headers))
        .and(ids_verdict)
        .and_then(|()| {
            Parameters::read(uri.query().unwrap_or_default(), state.dialect.is_lenient())
        });
    let mut response = match parameters {
        Ok(parameters) => json(StatusCode::OK, collection(state.clone(), parameters, &uri)),
        Err(problem) => problem.documented_on(PAGE).flat(),
    };
    tell_mfa(&state, &headers, &mut response);
    ids.put_into(response)
}

/// The page of the operation, which a refusal names.
const PAGE: &str = "\"Get a list of referrals\" (2018)";

/// Their names.
const NAMES: [&str; 4] = ["engagementId", "self", "status", "invitedByOrganization"];

/// A word in the documented letter case, if it is one that is documented.
fn spelt(word: &str, known: &[&str]) -> String {
    let known = known.iter().find(|known| known.eq_ignore_ascii_case(word));
    known.map_or(word, |known| *known).to_owned()
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
    /// Reads a query; in any letter case, and with `self=false`, if `lenient`.
    fn read(query: &str, lenient: bool) -> Result<Self, Problem> {
        let mut parameters = Self::default();
        let mut seen = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (mut name, mut value) = (decode(name)?, decode(value)?);
            if lenient {
                name = spelt(&name, &NAMES);
                value = match name.as_str() {
                    "status" => spelt(&value, &STATUSES),
                    "self" => value.to_ascii_lowercase(),
                    _ => value,
                };
            }
            if seen.contains(&name) {
                return Err(Problem::bad_request(format!(
                    "The query parameter {name} is given more than once."
                )));
            }
            match name.as_str() {
                "engagementId" => parameters.engagement_id = Some(value),
                "self" if value == "true" => parameters.self_only = true,
                "self" if value == "false" && lenient => {}
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

    fn accept(&self, referral: &Facts<'_>) -> bool {
        let same =
            |wanted: &Option<String>, is: Option<&str>| wanted.is_none() || wanted.as_deref() == is;
        same(&self.engagement_id, referral.engagement_id)
            && same(&self.status, referral.status)
            && (!self.self_only || referral.organization_id == Some(OWN_ORGANIZATION))
            && same(&self.invited_by_organization, referral.invited_by)
    }
}

/// What the parameters choose by.
struct Facts<'a> {
    engagement_id: Option<&'a str>,
    status: Option<&'a str>,
    organization_id: Option<&'a str>,
    invited_by: Option<&'a str>,
}

/// A referral as v1 shows it.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and the large one is the common one"
)]
enum Shown {
    /// As it was made.
    Untouched(Referral),
    /// As it became in the live API.
    Kept(Json),
}

impl Shown {
    fn find(store: &Store, number: u64) -> Option<Self> {
        let made = |place| store.data().referral(place);
        let untouched = u32::try_from(number).ok();
        let Some(record) = store.kept(number) else {
            return untouched.and_then(made).map(Self::Untouched);
        };
        let customer = untouched.and_then(made);
        let customer = customer.map_or_else(
            || format!("c-{number:05}"),
            |referral| referral.customer_profile.id,
        );
        Some(Self::Kept(views::v1(&record.document, customer)))
    }

    fn facts(&self) -> Facts<'_> {
        match self {
            Self::Untouched(referral) => Facts {
                engagement_id: Some(&referral.engagement_id),
                status: Some(referral.status),
                organization_id: Some(referral.organization_id),
                invited_by: referral.invited_by(),
            },
            Self::Kept(referral) => Facts {
                engagement_id: referral.get("engagementId").text(),
                status: referral.get("status").text(),
                organization_id: referral.get("organizationId").text(),
                invited_by: referral
                    .at(["inviteContext", "invitedByOrganizationId"])
                    .text(),
            },
        }
    }

    fn write(&self, chunk: &mut Vec<u8>) {
        match self {
            // Infallible: strings and numbers into a vector.
            Self::Untouched(referral) => {
                let _ = serde_json::to_writer(&mut *chunk, referral);
            }
            Self::Kept(referral) => chunk.extend_from_slice(referral.to_string().as_bytes()),
        }
    }
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
    next: u64,
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
            let Some(referral) = Shown::find(&self.state.store, self.next) else {
                let end = format!(
                    "],\"totalCount\":{},\"links\":{},\"attributes\":{{\"objectType\":\"Collection\"}}}}",
                    self.count, self.link
                );
                chunk.extend_from_slice(end.as_bytes());
                return true;
            };
            self.next += 1;
            if self.parameters.accept(&referral.facts()) {
                if self.count > 0 {
                    chunk.push(b',');
                }
                self.count += 1;
                referral.write(chunk);
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
        let parameters = Parameters::read("engagementId=none", false).expect("documented");
        let mut progress = Progress {
            state: Arc::new(State::for_tests(Data::new(2 * LOOKS as u32, 1))),
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
            let problem = Parameters::read(query, false).expect_err(query);
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
            if let Ok(parameters) = Parameters::read(&query, false) {
                let statuses = parameters.status.iter().all(|status| STATUSES.contains(&status.as_str()));
                prop_assert!(statuses);
            }
        }
    }
}
