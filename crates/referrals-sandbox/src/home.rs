//! The page at `/`, and what it asks for. It needs no token and shows none: whoever can
//! open it is on this machine. Nothing here answers to the pages of others.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State as Extract};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use referrals_contract::Contract;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::json::Json;
use crate::problem::{self, Problem, nothing_here};
use crate::server::State;
use crate::store::{LOOKS, Record};

const HTML: &str = include_str!("home/home.html");
const CSS: &str = include_str!("home/home.css");
const JS: &str = include_str!("home/home.js");

/// Referrals on one page of the table.
const SIZE: u64 = 15;

/// Where the contracts are.
const CONTRACTS: [(&str, &str); 2] = [
    ("v1", "referrals-v1.yaml"),
    ("engagements", "engagements-v1.0.yaml"),
];

type Shared = Extract<Arc<State>>;

pub(crate) fn routes(state: &Arc<State>) -> Router<Arc<State>> {
    Router::new()
        .route("/", get(page))
        .route("/openapi/{file}", get(contract))
        .route("/sandbox/page/state", get(now))
        .route("/sandbox/page/referrals", get(referrals))
        .layer(from_fn_with_state(state.clone(), for_this_host))
}

/// Refuses what comes by another name than the sandbox's (DNS rebinding), and what another
/// site's page asks for.
pub(crate) async fn for_this_host(
    Extract(state): Shared,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match check_origin(request.uri(), request.headers(), &state.host) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.flat(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn check_origin(uri: &Uri, headers: &HeaderMap, host: &str) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let asked = uri.authority().map(http::uri::Authority::as_str);
    let asked = asked.or_else(|| text(HOST)).unwrap_or_default();
    let name = match asked.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|letter| letter.is_ascii_digit()) => name,
        _ => asked,
    };
    let known = ["localhost", "127.0.0.1", "[::1]", host];
    if !known.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        let message = "The Host header has another name than this sandbox's: open it by \
                       127.0.0.1 or localhost, or start it with --host and that name.";
        return Err(Problem::fault(StatusCode::MISDIRECTED_REQUEST, message).about("Host"));
    }
    match text(HeaderName::from_static("sec-fetch-site")) {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) => {
            let message = "The page of another site asks for this; it is for the sandbox's own.";
            Err(Problem::fault(StatusCode::FORBIDDEN, message).about("Sec-Fetch-Site"))
        }
    }
}

async fn page(Extract(state): Shared) -> Response {
    let mut operations = String::new();
    for (name, file) in CONTRACTS {
        // They are built in, and tests read them.
        let Ok(contract) = Contract::named(name) else {
            continue;
        };
        for operation in contract.operations() {
            operations.push_str(&format!(
                "<tr><td class=\"code\">{}</td><td class=\"code\">{}</td><td>{}</td>\
                 <td><a href=\"/openapi/{file}\">{file}</a></td></tr>",
                escaped(&operation.method()),
                escaped(operation.path()),
                escaped(operation.summary().unwrap_or_default()),
            ));
        }
    }
    let html = HTML
        .replace("{{url}}", &escaped(&state.url))
        .replace("{{dialect}}", state.dialect.name())
        .replace("{{operations}}", &operations)
        .replace("{{css}}", CSS)
        .replace("{{js}}", JS);
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; connect-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(CSS),
        hash(JS)
    );
    let mut response = typed("text/html; charset=utf-8", html);
    if let Ok(policy) = HeaderValue::try_from(policy) {
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A text as a content security policy names it.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

fn typed(kind: &'static str, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

async fn contract(
    state: Shared,
    file: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let known = CONTRACTS
        .into_iter()
        .find(|(_, known)| matches!(&file, Ok(Path(file)) if file == known));
    match known.map(|(name, _)| Contract::named(name)) {
        Some(Ok(contract)) => typed("application/yaml", contract.text().to_owned()),
        _ => nothing_here(state, uri, headers).await,
    }
}

async fn now(Extract(state): Shared) -> Response {
    let faults = state.faults.list().into_iter();
    let faults: Vec<_> = faults
        .map(|(fault, struck)| json!({ "fault": fault.to_string(), "struck": struck }))
        .collect();
    let now = DateTime::<Utc>::from(state.now());
    let requests = state.log.recent();
    let requests: Vec<_> = requests.iter().map(|entry| &**entry).collect();
    let answer = json!({
        "now": now.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        "faults": faults,
        "requests": requests,
    });
    problem::json(StatusCode::OK, Body::from(answer.to_string()))
}

async fn referrals(Extract(state): Shared, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default().as_bytes();
    let (mut search, mut page) = (String::new(), 1);
    for (name, value) in form_urlencoded::parse(query) {
        match &*name {
            "search" => search = value.to_lowercase(),
            "page" => page = value.parse().unwrap_or(1).max(1),
            _ => {}
        }
    }
    let count = state.store.count();
    let mut skip = (page - 1_u64).saturating_mul(SIZE);
    let mut rows = Vec::new();
    // All of them in their order: the place is the number.
    let start = if search.is_empty() {
        skip.min(count)
    } else {
        0
    };
    for number in start..count {
        let record = state.store.record(number);
        if let Some(record) = record.filter(|record| has(record, &search)) {
            if !search.is_empty() && skip > 0 {
                skip -= 1;
            } else {
                rows.push(row(&record.document));
            }
        }
        if rows.len() as u64 > SIZE {
            break;
        }
        // Others get their turn.
        if number % LOOKS as u64 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let more = rows.len() as u64 > SIZE;
    rows.truncate(SIZE as usize);
    let answer = json!({
        "referrals": rows,
        "size": SIZE,
        "more": more,
        // With a text it would take a look at each of a million.
        "total": search.is_empty().then_some(count),
    });
    problem::json(StatusCode::OK, Body::from(answer.to_string()))
}

/// Where a text is looked for.
fn has(record: &Record, search: &str) -> bool {
    let document = &record.document;
    let is_in = |value: &Json| {
        value
            .text()
            .is_some_and(|text| text.to_lowercase().contains(search))
    };
    search.is_empty()
        || is_in(document.at(["customerProfile", "name"]))
        || ["id", "name", "status", "substatus", "externalReferenceId"]
            .iter()
            .any(|name| is_in(document.get(name)))
}

fn row(document: &Json) -> Value {
    let text = |value: &Json| value.text().map(str::to_owned);
    let value = match document.at(["details", "dealValue"]) {
        Json::Null => None,
        value => Some(value.to_string()),
    };
    let mut row = json!({
        "customer": text(document.at(["customerProfile", "name"])),
        "currency": text(document.at(["details", "currency"])),
        "dealValue": value,
    });
    for name in [
        "id",
        "name",
        "status",
        "substatus",
        "type",
        "direction",
        "updatedDateTime",
    ] {
        row[name] = text(document.get(name)).into();
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_answers_to_other_names_and_other_sites() {
        let uri = Uri::from_static("/");
        for (host, site, expected) in [
            ("127.0.0.1:8080", None, true),
            ("localhost", Some("same-origin"), true),
            ("[::1]:80", Some("none"), true),
            ("LOCALHOST:1", None, true),
            ("", None, false),
            ("evil.example.com", None, false),
            ("localhost.example.com:80", None, false),
            ("127.0.0.1.example.com", None, false),
            ("sandbox.example.com:80", None, true),
            ("Sandbox.Example.com", Some("cross-site"), false),
            ("localhost:1", Some("cross-site"), false),
            ("localhost:1", Some("same-site"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            assert_eq!(
                check_origin(&uri, &headers, "sandbox.example.com").is_ok(),
                expected,
                "{host} {site:?}"
            );
        }
    }

    #[test]
    fn the_page_brings_all_it_needs() {
        for text in [HTML, CSS, JS] {
            for foreign in ["http:", "https:", "@import", "url(", "innerHTML", "eval("] {
                assert!(!text.contains(foreign), "{foreign}");
            }
        }
        // A policy forbids handlers in attributes.
        for handler in [" onclick", " onload", " onsubmit", " style="] {
            assert!(!HTML.contains(handler), "{handler}");
        }
    }
}
