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
mod token;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State as Extract};
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, IF_MATCH};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use uuid::Uuid;

use crate::json::Json;
use crate::problem::{Callers, Ids, Problem, authenticate, json};
use crate::request::{accepts_json, shown};
use crate::schemas::Body as Schema;
use crate::server::State;
use crate::store::Record;

pub(crate) use microsoft::{Answer, answer as microsoft_answers};

type Id = Result<Path<String>, PathRejection>;

pub(crate) async fn list(
    Extract(state): Extract<Arc<State>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    answer(&state, &headers, async {
        let query = uri.query().unwrap_or_default();
        let options = options::Options::read(query, &state)?;
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
    answer(&state, &headers, async {
        takes_no_options(&uri)?;
        let number = find(&state, id)?;
        let record = state.store.record(number).ok_or_else(no_such_referral)?;
        Ok(single(StatusCode::OK, &state, &record))
    })
    .await
}

pub(crate) async fn create(
    Extract(state): Extract<Arc<State>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(&state, &headers, async {
        takes_no_options(&uri)?;
        let new = body::read(&headers, body).await?;
        state.schemas.check(Schema::NewReferral, &new.value)?;
        let new = compose::New::read(new.json, &state)?;
        let created = state.store.create(|birth| new.born(birth))?;
        let record = created.settled().await?;
        Ok(single(state.created, &state, &record))
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
    answer(&state, &headers, async {
        takes_no_options(&uri)?;
        let version = if_match(&headers).ok_or_else(|| {
            // Documented as required; 412 is documented for one that does not match.
            Problem::bad_request(
                "PUT needs the header If-Match with the eTag of the referral as it was read.",
            )
            .about("If-Match")
        })?;
        let whole = body::read(&headers, body).await?;
        state.schemas.check(Schema::Referral, &whole.value)?;
        let record = change(&state, id, Some(&version), |before, time| {
            compose::replacement(before, whole.json, time).map(Some)
        });
        let record = record.await?;
        Ok(single(StatusCode::OK, &state, &record))
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
    answer(&state, &headers, async {
        takes_no_options(&uri)?;
        let operations = body::read(&headers, body).await?;
        let patch = patch::Patch::read(&operations, state.schemas)?;
        let version = if_match(&headers);
        let record = change(&state, id, version.as_deref(), |before, time| {
            patch.apply(before, time)
        });
        let record = record.await?;
        if wants_representation(&headers) {
            return Ok(single(StatusCode::OK, &state, &record));
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        put_version(&mut response, &record);
        Ok(response)
    })
    .await
}

/// Changes a referral that still has this version, if one is named.
async fn change(
    state: &State,
    id: Id,
    version: Option<&str>,
    edit: impl FnOnce(&Json, &str) -> Result<Option<Json>, Problem>,
) -> Result<Arc<Record>, Problem> {
    let number = find(state, id)?;
    let changed = state.store.change(number, |record, time| {
        check_version(record, version)?;
        edit(&record.document, time)
    });
    let changed = changed.ok_or_else(no_such_referral)??;
    Ok(changed.settled().await?)
}

pub(crate) async fn no_such_method_of_all(headers: HeaderMap) -> Response {
    no_such_method("GET, HEAD, POST", &headers)
}

pub(crate) async fn no_such_method_of_one(headers: HeaderMap) -> Response {
    no_such_method("GET, HEAD, PUT, PATCH", &headers)
}

fn no_such_method(allow: &'static str, headers: &HeaderMap) -> Response {
    let (ids, _) = Ids::of_live(headers);
    ids.put_into(Problem::method_not_allowed(allow).nested())
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
    work: impl Future<Output = Result<Response, Problem>>,
) -> Response {
    let (ids, ids_verdict) = Ids::of_live(headers);
    let admitted = authenticate(state, headers, Callers::Users)
        .and_then(|()| no_header_twice(headers))
        .and_then(|()| accepts_json(headers))
        .and(ids_verdict);
    let outcome = match admitted {
        Ok(()) => work.await,
        Err(problem) => Err(problem),
    };
    ids.put_into(outcome.unwrap_or_else(Problem::nested))
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

fn takes_no_options(uri: &Uri) -> Result<(), Problem> {
    let query = uri.query().unwrap_or_default();
    let name = query.split(['&', '=']).find(|part| !part.is_empty());
    match name {
        None => Ok(()),
        Some(name) => Err(Problem::bad_request(format!(
            "This operation takes no query options; {} is none.",
            shown(name)
        ))),
    }
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

/// Holds the eTag that was sent against the referral's. Without its quotes it is
/// taken as well: people lose them when they build the header.
fn check_version(record: &Record, sent: Option<&str>) -> Result<(), Problem> {
    let Some(sent) = sent.map(str::trim) else {
        return Ok(());
    };
    let version = record.etag();
    if sent == version || sent == version.trim_matches('"') {
        return Ok(());
    }
    Err(Problem::stale(if sent == "*" {
        "If-Match carries the eTag of the referral as it was read; * is not documented."
    } else {
        "The referral is not the one that If-Match names: it was changed since, or the eTag is \
         another's. Read it again, and send its eTag with the quotes that are part of it."
    }))
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
fn single(status: StatusCode, state: &State, record: &Record) -> Response {
    // Spelt as in all samples of single referrals (X1).
    let context = format!(
        "{}/v1.0/engagments/referrals/$metadata#Referrals/$entity",
        state.url
    );
    let Json::Object(members) = item(record, &state.url) else {
        return json(status, Body::empty());
    };
    let context = ("@odata.context".into(), context.into());
    let referral = Json::Object([context].into_iter().chain(members).collect());
    let mut response = json(status, Body::from(referral.to_string()));
    put_version(&mut response, record);
    response
}

fn put_version(response: &mut Response, record: &Record) {
    if let Ok(version) = HeaderValue::try_from(record.etag()) {
        response.headers_mut().insert(ETAG, version);
    }
}

/// A referral as a list has it: with its version and its links.
fn item(record: &Record, url: &str) -> Json {
    let referrals = format!("{url}/v1.0/engagements/referrals");
    let id = record.document.get("id").text().unwrap_or_default();
    let engagement = record
        .document
        .get("engagementId")
        .text()
        .unwrap_or_default();
    let link = |uri: String| Json::object([("uri", uri.into()), ("method", "GET".into())]);
    let links = Json::object([
        (
            "relatedReferrals",
            // The GUID without quotes, as on the wire (X4).
            link(format!("{referrals}?$filter=engagementId eq {engagement}")),
        ),
        ("self", link(format!("{referrals}/{id}"))),
    ]);
    let mut item = record.document.clone();
    item.set("eTag", record.etag());
    item.set("links", links);
    item
}
