//! The live API: `/v1.0/engagements/referrals`.
//!
//! Documentation: the pages "Get a list of referrals", "Get a referral by ID",
//! "Create a referral", "Update a referral" and "Patch a referral" of the referrals
//! API, 2019 to 2024. Where they are silent or contradict each other the rulings
//! `X1` ... of the contract apply.

mod body;
mod compose;
mod filter;
mod microsoft;
mod options;
mod page;
mod patch;
mod rules;
mod select;
mod spelling;
mod token;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State as Extract};
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use uuid::Uuid;

use crate::caller::Caller;
use crate::dialect::Dialect;
use crate::json::{Json, quote};
use crate::problem::{Callers, Ids, Problem, authenticate, json, nothing_here, tell_mfa};
use crate::request::accepts_json;
use crate::schemas::Body as Schema;
use crate::server::State;
use crate::shape::Shape;
use crate::store::Record;

use body::Content;
use filter::{Filter, LENIENT, Language};
pub(crate) use microsoft::{Answer, answer as microsoft_answers};
pub(crate) use options::NAMES;
use select::Select;

/// The pages of the operations, which a refusal names.
pub(crate) const LIST: &str = "\"Get a list of referrals\" (2020)";
const GET: &str = "\"Get a referral by id\" (2020)";
const CREATE: &str = "\"Create a referral\" (2019)";
const REPLACE: &str = "\"Update a referral\" (2019)";
const PATCH: &str = "\"Patch a referral\" (2020)";

type Id = Result<Path<String>, PathRejection>;

pub(crate) async fn list(
    Extract(state): Extract<Arc<State>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer(&state, &headers, LIST, async |caller| {
        let query = uri.query().unwrap_or_default();
        let mut options = options::Options::read(query, &state)?;
        limit(&mut options, &state, &caller)?;
        let page = page::Page::choose(&state.store, &options).await;
        Ok(json(
            StatusCode::OK,
            Body::from(page.render(&state, &options)),
        ))
    })
    .await
}

pub(crate) async fn read(
    Extract(state): Extract<Arc<State>>,
    id: Id,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer(&state, &headers, GET, async |caller| {
        if state.dialect.is_lenient() && is_count(&id) {
            return count(&state, &uri, &caller).await;
        }
        let select = options_of_one(&state, &uri)?;
        let number = find(&state, id)?;
        let record = state.store.record(number).ok_or_else(no_such_referral)?;
        caller.check(&record.document)?;
        Ok(single(StatusCode::OK, &state, &record, select.as_ref()))
    })
    .await
}

/// `referrals/$count`, which OData has and the documentation has not.
fn is_count(id: &Id) -> bool {
    matches!(id, Ok(Path(id)) if id == "$count")
}

async fn count(state: &State, uri: &Uri, caller: &Caller) -> Result<Response, Problem> {
    let mut options = options::Options::read(uri.query().unwrap_or_default(), state)?;
    limit(&mut options, state, caller)?;
    let page = page::Page::choose(&state.store, &options).await;
    let mut response = Response::new(Body::from(page.total().to_string()));
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    Ok(response)
}

/// OData's own way to write the path of one: `referrals('id')`.
pub(crate) async fn keyed(
    Extract(state): Extract<Arc<State>>,
    segment: Id,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let key = match &segment {
        Ok(Path(segment)) => key(segment).map(str::to_owned),
        Err(_) => None,
    };
    let Some(key) = key else {
        return nothing_here(Extract(state), uri, headers).await;
    };
    if !state.dialect.is_lenient() {
        let problem = Problem::not_found(format!(
            "There is nothing at this path. The page \"Get a referral by ID\" (2020) writes the \
             id of a referral behind a slash: /v1.0/engagements/referrals/{{id}}.{LENIENT}"
        ));
        let (ids, _) = Ids::of_live(&headers);
        return ids.put_into(problem.nested(state.dialect));
    }
    let id = Ok(Path(key));
    match method {
        Method::GET | Method::HEAD => read(Extract(state), id, uri, headers).await,
        Method::PUT => replace(Extract(state), id, uri, headers, body).await,
        Method::PATCH => patch(Extract(state), id, uri, headers, body).await,
        _ => no_such_method_of_one(Extract(state), headers).await,
    }
}

/// The key in `referrals('key')`, `referrals(key)` or `referrals(id='key')`.
fn key(segment: &str) -> Option<&str> {
    let key = segment.strip_prefix("referrals(")?.strip_suffix(')')?;
    let key = key.strip_prefix("id=").unwrap_or(key);
    let quoted = key
        .strip_prefix('\'')
        .and_then(|key| key.strip_suffix('\''));
    Some(quoted.unwrap_or(key))
}

pub(crate) async fn create(
    Extract(state): Extract<Arc<State>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(&state, &headers, CREATE, async |_| {
        let select = options_of_one(&state, &uri)?;
        let new = body::read(&state, &headers, body, Content::Referral).await?;
        state.schemas.check(Schema::NewReferral, &new.value)?;
        let new = compose::New::read(new.json, &state)?;
        let created = state.store.create(|birth| new.born(birth))?;
        let record = created.settled().await?;
        Ok(single(state.created, &state, &record, select.as_ref()))
    })
    .await
}

pub(crate) async fn replace(
    Extract(state): Extract<Arc<State>>,
    id: Id,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(&state, &headers, REPLACE, async |caller| {
        let select = options_of_one(&state, &uri)?;
        let version = if_match(&headers).ok_or_else(|| {
            // Documented as required; 412 is documented for one that does not match.
            Problem::bad_request(
                "PUT needs the header If-Match with the eTag of the referral as it was read.",
            )
            .about("If-Match")
        })?;
        let whole = body::read(&state, &headers, body, Content::Referral).await?;
        state.schemas.check(Schema::Referral, &whole.value)?;
        let record = change(&state, &caller, id, Some(&version), |before, time| {
            compose::replacement(before, whole.json, time).map(Some)
        });
        let record = record.await?;
        Ok(single(StatusCode::OK, &state, &record, select.as_ref()))
    })
    .await
}

pub(crate) async fn patch(
    Extract(state): Extract<Arc<State>>,
    id: Id,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(&state, &headers, PATCH, async |caller| {
        let select = options_of_one(&state, &uri)?;
        let operations = body::read(&state, &headers, body, Content::Patch).await?;
        let patch = patch::Patch::read(&operations, state.schemas)?;
        let version = if_match(&headers);
        let record = change(&state, &caller, id, version.as_deref(), |before, time| {
            patch.apply(before, time)
        });
        let record = record.await?;
        if wants_representation(&headers) {
            return Ok(single(StatusCode::OK, &state, &record, select.as_ref()));
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        put_version(&mut response, &record);
        Ok(response)
    })
    .await
}

/// Leaves only what the caller may see.
fn limit(options: &mut options::Options, state: &State, caller: &Caller) -> Result<(), Problem> {
    let mut sent = options.sent.iter();
    let sent = sent.find(|(name, _)| name == "$filter");
    if let Some(filter) = caller.filter(sent.map(|(_, filter)| filter.as_str())) {
        let now = state.store.now();
        // Whoever calls has no part in this one, so it has all words there are.
        let language = Language {
            schemas: state.schemas,
            dialect: Dialect::Lenient,
            now,
        };
        options.filter = Some(Filter::read(&filter, language)?);
    }
    Ok(())
}

/// Changes a referral that still has this version, if one is named.
async fn change(
    state: &State,
    caller: &Caller,
    id: Id,
    version: Option<&str>,
    edit: impl FnOnce(&Json, &str) -> Result<Option<Json>, Problem>,
) -> Result<Arc<Record>, Problem> {
    let number = find(state, id)?;
    let changed = state.store.change(number, |record, time| {
        caller.check(&record.document)?;
        check_version(record, version, state.dialect)?;
        edit(&record.document, time)
    });
    let changed = changed.ok_or_else(no_such_referral)??;
    Ok(changed.settled().await?)
}

pub(crate) async fn no_such_method_of_all(
    Extract(state): Extract<Arc<State>>,
    headers: HeaderMap,
) -> Response {
    no_such_method("GET, HEAD, POST", LIST, &state, &headers)
}

pub(crate) async fn no_such_method_of_one(
    Extract(state): Extract<Arc<State>>,
    headers: HeaderMap,
) -> Response {
    no_such_method("GET, HEAD, PUT, PATCH", GET, &state, &headers)
}

fn no_such_method(allow: &'static str, page: &str, state: &State, headers: &HeaderMap) -> Response {
    let (ids, _) = Ids::of_live(headers);
    let problem = Problem::method_not_allowed(allow).documented_on(page);
    ids.put_into(problem.nested(state.dialect))
}

/// Headers that say one thing. Given twice they say two, and which one counts
/// would depend on the reader.
const SINGLE: [HeaderName; 6] = [
    AUTHORIZATION,
    CONTENT_TYPE,
    IF_MATCH,
    HeaderName::from_static("client-request-id"),
    HeaderName::from_static("ms-correlationid"),
    HeaderName::from_static("ms-requestid"),
];

/// What every operation has in common: headers are checked first, ids are put
/// into every answer.
async fn answer(
    state: &State,
    headers: &HeaderMap,
    page: &str,
    work: impl AsyncFnOnce(Caller) -> Result<Response, Problem>,
) -> Response {
    let (ids, ids_verdict) = Ids::of_live(headers);
    let admitted = authenticate(state, headers, Callers::Users)
        .and_then(|caller| no_header_twice(headers).map(|()| caller))
        .and_then(|caller| accepts_json(headers).map(|()| caller))
        .and_then(|caller| ids_verdict.map(|()| caller));
    let outcome = match admitted {
        Ok(caller) => work(caller).await,
        Err(problem) => Err(problem),
    };
    let mut response =
        outcome.unwrap_or_else(|problem| problem.documented_on(page).nested(state.dialect));
    tell_mfa(state, headers, &mut response);
    ids.put_into(response)
}

fn no_header_twice(headers: &HeaderMap) -> Result<(), Problem> {
    let twice = |name: &&HeaderName| headers.get_all(*name).iter().nth(1).is_some();
    match SINGLE.iter().find(twice) {
        None => Ok(()),
        Some(name) => Err(Problem::bad_request(format!(
            "The header {name} is given more than once."
        ))
        .about(name.as_str())),
    }
}

fn options_of_one(state: &State, uri: &Uri) -> Result<Option<Select>, Problem> {
    options::Options::of_one(uri.query().unwrap_or_default(), state)
}

fn no_such_referral() -> Problem {
    Problem::not_found("There is no referral with this id.").about("id")
}

/// The number of the referral that the path names.
fn find(state: &State, id: Id) -> Result<u64, Problem> {
    let id = id.map_err(|_| Problem::bad_request("The path is not percent-encoded UTF-8."))?;
    // Other forms of a GUID, with braces or without hyphens, are no ids here.
    let guid = Some(id.as_str()).filter(|id| id.len() == 36);
    let guid = guid.and_then(|id| Uuid::try_parse(id).ok());
    let number = guid.and_then(|id| state.store.find(id));
    number.ok_or_else(no_such_referral)
}

fn if_match(headers: &HeaderMap) -> Option<String> {
    let sent = headers.get(IF_MATCH)?;
    Some(String::from_utf8_lossy(sent.as_bytes()).into_owned())
}

/// Holds the eTag that was sent against the referral's. The quotes are part of it, and
/// people lose them when they build the header (X28).
fn check_version(record: &Record, sent: Option<&str>, dialect: Dialect) -> Result<(), Problem> {
    let Some(sent) = sent.map(str::trim) else {
        return Ok(());
    };
    let version = record.etag();
    let bare = sent == version.trim_matches('"');
    if sent == version || (dialect.is_lenient() && (bare || sent == "*")) {
        return Ok(());
    }
    let reason = if sent == "*" {
        "If-Match carries the eTag of the referral as it was read; * is not documented."
    } else if bare {
        "If-Match lacks the quotes that are part of the eTag: send it as the referral has it."
    } else {
        "The referral is not the one that If-Match names: it was changed since, or the eTag is \
         another's. Read it again, and send its eTag with the quotes that are part of it."
    };
    let hint = if bare || sent == "*" { LENIENT } else { "" };
    Err(Problem::stale(format!("{reason}{hint}")))
}

/// Whether `Prefer` asks for the referral (RFC 7240).
fn wants_representation(headers: &HeaderMap) -> bool {
    let values = headers.get_all("prefer").iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|preference| preference.split(';').next()?.split_once('='))
        .any(|(name, value)| {
            name.trim().eq_ignore_ascii_case("return")
                && value.trim().trim_matches('"') == "representation"
        })
}

/// A referral as the body of an answer.
fn single(status: StatusCode, state: &State, record: &Record, select: Option<&Select>) -> Response {
    // Spelt as in all samples of single referrals (X1).
    let context = format!(
        "{}/v1.0/engagments/referrals/$metadata#Referrals/$entity",
        state.url
    );
    let mut body = Vec::with_capacity(4096);
    body.extend_from_slice(b"{\"@odata.context\":");
    quote(&context, &mut body);
    let end = body.len();
    write_item(record, state, select, &mut body);
    // Its members go on where the context ends, if there are any.
    match body[end..] {
        [_, b'}'] => drop(body.remove(end)),
        _ => body[end] = b',',
    }
    let mut response = json(status, Body::from(body));
    put_version(&mut response, record);
    response
}

fn put_version(response: &mut Response, record: &Record) {
    if let Ok(version) = HeaderValue::try_from(record.etag()) {
        response.headers_mut().insert(ETAG, version);
    }
}

/// Writes a referral, or what is wanted of it, as a list has it.
fn write_item(record: &Record, state: &State, select: Option<&Select>, out: &mut Vec<u8>) {
    match select {
        Some(select) => select.of(item(record, state)).write(out),
        None => out.extend_from_slice(record.text(|| item(record, state))),
    }
}

/// A referral as a list has it: with its version and its links.
fn item(record: &Record, state: &State) -> Json {
    // Both spellings were seen; nothing answers to the wrong one (X1).
    let set = match state.dialect {
        Dialect::Observed => "engagments",
        _ => "engagements",
    };
    let referrals = format!("{}/v1.0/{set}/referrals", state.url);
    let id = record.document.get("id").text().unwrap_or_default();
    let engagement = record
        .document
        .get("engagementId")
        .text()
        .unwrap_or_default();
    // Bare on the wire, which the documentation does not state (X4).
    let engagement = match state.dialect {
        Dialect::Observed => engagement.to_owned(),
        _ => format!("'{engagement}'"),
    };
    let link = |uri: String| Json::object([("uri", uri.into()), ("method", "GET".into())]);
    let links = Json::object([
        (
            "relatedReferrals",
            link(format!("{referrals}?$filter=engagementId eq {engagement}")),
        ),
        ("self", link(format!("{referrals}/{id}"))),
    ]);
    let mut item = record.document.clone();
    item.set("eTag", record.etag());
    if state.dialect.is_observed() {
        fill(&mut item, state.schemas.shape());
    }
    item.set("links", links);
    item
}

/// Gives null to what has no value. On the wire it is there nevertheless.
fn fill(json: &mut Json, shape: &Shape) {
    match (json, shape) {
        (Json::Array(items), Shape::List(item)) => {
            for inner in items {
                fill(inner, item);
            }
        }
        (Json::Object(members), Shape::Object(known)) => {
            for (name, shape) in known {
                match members.iter_mut().find(|(other, _)| other == name) {
                    Some((_, value)) => fill(value, shape),
                    // It belongs to the answer.
                    None if name.starts_with('@') => {}
                    None => members.push((name.clone().into(), Json::Null)),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_in_the_forms_of_odata() {
        for segment in [
            "referrals('a-b')",
            "referrals(a-b)",
            "referrals(id='a-b')",
            "referrals(id=a-b)",
        ] {
            assert_eq!(key(segment), Some("a-b"), "{segment}");
        }
        for segment in ["referrals", "referrals('a'", "others('a')", "xreferrals(a)"] {
            assert_eq!(key(segment), None, "{segment}");
        }
    }
}
