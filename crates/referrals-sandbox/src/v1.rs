//! `GET /v1/referrals` as documented in September 2018.
//!
//! Documentation: "Get a list of referrals", Partner Center SDK.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::Poll;
use std::vec::IntoIter;

use axum::body::Body;
use axum::extract::State as Extract;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, StatusCode, Uri};

use crate::data::OWN_ORGANIZATION;
use crate::index::{Field, Key, Order, Part, Request, Wanted};
use crate::json::Json;
use crate::problem::{Callers, Ids, Problem, authenticate, json, tell_mfa};
use crate::request::{accepts_json, decode, shown as printable};
use crate::server::State;
use crate::store::{Found, LOOKS, Store};
use crate::views::{self, STATUSES};

/// How much of an answer is made before it is sent.
const CHUNK: usize = 16 * 1024;

/// How many the index is asked for at once.
const BATCH: usize = 256;

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
pub(crate) const PAGE: &str = "\"Get a list of referrals\" (2018)";

/// Their names.
pub(crate) const NAMES: [&str; 4] = ["engagementId", "self", "status", "invitedByOrganization"];

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
                        printable(&name)
                    )));
                }
            }
            seen.push(name);
        }
        Ok(parameters)
    }

    /// What the index is asked for. It finds more where it cannot tell all.
    fn wanted(&self) -> Wanted {
        let value = |field, value: &str| Wanted::Value(field, value.to_owned());
        let mut wanted = Vec::new();
        if let Some(id) = &self.engagement_id {
            wanted.push(Wanted::Engagement(id.clone()));
        }
        if self.self_only {
            wanted.push(value(Field::Organization, OWN_ORGANIZATION));
        }
        if let Some(status) = &self.status {
            wanted.push(match status.as_str() {
                "Pending" | "Validated" => value(Field::Status, "New"),
                "Active" => value(Field::Status, status),
                _ => value(Field::Status, "Closed"),
            });
        }
        Wanted::All(wanted)
    }

    fn accept(&self, referral: &Json) -> bool {
        let same =
            |wanted: &Option<String>, is: &Json| wanted.is_none() || wanted.as_deref() == is.text();
        let invited_by = referral.at(["inviteContext", "invitedByOrganizationId"]);
        same(&self.engagement_id, referral.get("engagementId"))
            && same(&self.status, referral.get("status"))
            && (!self.self_only || referral.get("organizationId").text() == Some(OWN_ORGANIZATION))
            && same(&self.invited_by_organization, invited_by)
    }
}

/// A referral as v1 shows it.
fn shown(store: &Store, found: Found) -> Json {
    let record = store.look_once(found);
    let number = record.number;
    let customer = match u32::try_from(number) {
        Ok(number) if number < store.data().count() => store.data().customer_id(number),
        _ => format!("c-{number:05}"),
    };
    views::v1(&record.document, customer)
}

/// The collection, made while it is sent: memory does not grow with it.
fn collection(state: Arc<State>, parameters: Parameters, uri: &Uri) -> Body {
    let link = uri.path_and_query().map_or("/", |path| path.as_str());
    let mut progress = Some(Progress {
        request: Request::new(&parameters.wanted()),
        state,
        parameters,
        link: serde_json::json!({ "self": { "uri": link, "method": "GET" } }).to_string(),
        after: None,
        found: Vec::new().into_iter(),
        looked: 0,
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
    request: Request,
    link: String,
    /// The last one that the index found.
    after: Option<Key>,
    /// What it found and nobody has looked at yet.
    found: IntoIter<(Key, Found)>,
    /// How many were looked at.
    looked: usize,
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
            let Some(found) = self.next() else {
                let end = format!(
                    "],\"totalCount\":{},\"links\":{},\"attributes\":{{\"objectType\":\"Collection\"}}}}",
                    self.count, self.link
                );
                chunk.extend_from_slice(end.as_bytes());
                return true;
            };
            self.looked += 1;
            let referral = shown(&self.state.store, found);
            if self.parameters.accept(&referral) {
                if self.count > 0 {
                    chunk.push(b',');
                }
                self.count += 1;
                chunk.extend_from_slice(referral.to_string().as_bytes());
            }
        }
        false
    }

    fn next(&mut self) -> Option<Found> {
        if let Some((_, found)) = self.found.next() {
            return Some(found);
        }
        let part = Part {
            order: Order::Number,
            descending: false,
            after: self.after,
            skip: 0,
            take: BATCH,
        };
        let (found, _) = self.state.store.list(&self.request, part);
        self.after = found.last().map(|(key, _)| *key).or(self.after);
        self.found = found.into_iter();
        self.found.next().map(|(_, found)| found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;
    use proptest::prelude::*;

    #[test]
    fn a_filter_that_accepts_nothing_gives_others_their_turn() {
        let parameters = Parameters::read("invitedByOrganization=none", false).expect("documented");
        let mut progress = Progress {
            state: Arc::new(State::for_tests(Data::new(2 * LOOKS as u32, 1))),
            request: Request::new(&parameters.wanted()),
            parameters,
            link: "null".to_owned(),
            after: None,
            found: Vec::new().into_iter(),
            looked: 0,
            count: 0,
        };
        let mut chunk = Vec::new();
        assert!(!progress.advance(&mut chunk));
        assert_eq!((progress.looked, chunk.len()), (LOOKS, 0));
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
