//! The endpoints.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State as Extract};
use axum::response::Response;
use axum::routing::{get, post};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode, Uri};
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::sign_in::{Dialect, Form};
use super::{Identity, TENANT, TENANT_DOMAIN};
use crate::problem;
use crate::server::State;

/// No form is longer.
const LONGEST: usize = 64 * 1024;

/// What is behind `/{tenant}`.
pub(crate) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(metadata),
        )
        .route("/{tenant}/discovery/v2.0/keys", get(keys))
        .route("/{tenant}/oauth2/v2.0/token", post(token_v2))
        .route("/{tenant}/oauth2/token", post(token_v1))
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device_v2))
        .route("/{tenant}/oauth2/devicecode", post(device_v1))
        .route("/{tenant}/oauth2/v2.0/authorize", get(browser_v2))
        .route("/{tenant}/oauth2/authorize", get(browser_v1))
        .route(
            "/{tenant}/oauth2/deviceauth",
            get(device_page).post(device_verdict),
        )
}

type Shared = Extract<Arc<State>>;

async fn metadata(Extract(state): Shared, Path(tenant): Path<String>) -> Response {
    let identity = &state.identity;
    answer(
        identity,
        known(&tenant).map(|()| identity.metadata(&tenant)),
    )
}

/// Tokens are signed with a secret, so there are no keys to tell.
async fn keys(Extract(state): Shared, Path(tenant): Path<String>) -> Response {
    let keys = known(&tenant).map(|()| json!({ "keys": [] }));
    answer(&state.identity, keys)
}

async fn token_v2(state: Shared, tenant: Path<String>, body: Body) -> Response {
    form(state, tenant, body, |identity, form| {
        identity.grant(Dialect::V2, form)
    })
    .await
}

async fn token_v1(state: Shared, tenant: Path<String>, body: Body) -> Response {
    form(state, tenant, body, |identity, form| {
        identity.grant(Dialect::V1, form)
    })
    .await
}

async fn device_v2(state: Shared, tenant: Path<String>, body: Body) -> Response {
    form(state, tenant, body, |identity, form| {
        identity.begin_device(Dialect::V2, form)
    })
    .await
}

async fn device_v1(state: Shared, tenant: Path<String>, body: Body) -> Response {
    form(state, tenant, body, |identity, form| {
        identity.begin_device(Dialect::V1, form)
    })
    .await
}

async fn browser_v2(state: Shared, tenant: Path<String>, uri: Uri) -> Response {
    browser(&state.0.identity, &tenant.0, Dialect::V2, &uri)
}

async fn browser_v1(state: Shared, tenant: Path<String>, uri: Uri) -> Response {
    browser(&state.0.identity, &tenant.0, Dialect::V1, &uri)
}

/// Signs the user in at once and sends the browser back.
fn browser(identity: &Identity, tenant: &str, dialect: Dialect, uri: &Uri) -> Response {
    let asked = known(tenant).and_then(|()| {
        let form = Form::read(uri.query().unwrap_or_default().as_bytes())?;
        let client = identity.client(&form)?;
        let redirect = form.need("redirect_uri")?.to_owned();
        let plain = url::Url::parse(&redirect).is_ok_and(|url| {
            let host = url.host_str().unwrap_or_default();
            url.scheme() == "http"
                && ["localhost", "127.0.0.1", "[::1]"].contains(&host)
                && url.query().is_none()
                && url.fragment().is_none()
        });
        match plain {
            true => Ok((form, client, redirect)),
            // Nobody is sent where nobody is known.
            false => Err(Refusal::invalid_request(
                50_011,
                "The redirect URI is not one that is registered: http on this machine.",
            )),
        }
    });
    let (form, client, redirect) = match asked {
        Ok(asked) => asked,
        Err(refusal) => return page(StatusCode::BAD_REQUEST, &refusal.text()),
    };
    let mut back = form_urlencoded::Serializer::new(String::new());
    let code = match form.get("response_mode") {
        None | Some("query") => identity.begin_browser(dialect, &form, client, &redirect),
        Some(_) => Err(Refusal::invalid_request(
            70_007,
            "The response mode is not supported: ask for query.",
        )),
    };
    match code {
        Ok(code) => back.append_pair("code", &code),
        Err(refusal) => back
            .append_pair("error", refusal.error)
            .append_pair("error_description", &refusal.text()),
    };
    if let Some(state) = form.get("state") {
        back.append_pair("state", state);
    }
    let location = HeaderValue::try_from(format!("{redirect}?{}", back.finish()));
    let mut response = Response::new(Body::empty());
    match location {
        Ok(location) => {
            *response.status_mut() = StatusCode::FOUND;
            response.headers_mut().insert(LOCATION, location);
            response
        }
        Err(_) => page(StatusCode::BAD_REQUEST, "The redirect URI cannot be used."),
    }
}

async fn device_page(Path(tenant): Path<String>) -> Response {
    match known(&tenant) {
        Ok(()) => page(StatusCode::OK, "Enter the code that the device shows."),
        Err(refusal) => page(StatusCode::BAD_REQUEST, &refusal.text()),
    }
}

async fn device_verdict(state: Shared, Path(tenant): Path<String>, body: Body) -> Response {
    let identity = &state.0.identity;
    let form = match known(&tenant) {
        Ok(()) => read(body).await,
        Err(refusal) => Err(refusal),
    };
    let verdict = form.and_then(|form| {
        let code = form.need("user_code")?;
        let declined = form.get("verdict") == Some("decline");
        let known = match declined {
            true => identity.decline(code),
            false => identity.approve(code),
        };
        Ok((known, declined))
    });
    match verdict {
        Ok((true, false)) => page(StatusCode::OK, "Signed in. You can close this window."),
        Ok((true, true)) => page(StatusCode::OK, "Declined. You can close this window."),
        Ok((false, _)) => page(
            StatusCode::NOT_FOUND,
            "There is no such code, or it has expired.",
        ),
        Err(refusal) => page(StatusCode::BAD_REQUEST, &refusal.text()),
    }
}

/// A page with a text of our own: nothing that a caller sent is in it.
fn page(status: StatusCode, text: &str) -> Response {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sandbox sign-in</title>\
         <main><h1>Sandbox sign-in</h1><p role=\"status\">{text}</p>\
         <form method=\"post\" action=\"/{TENANT}/oauth2/deviceauth\">\
         <label>Code <input name=\"user_code\" autocomplete=\"off\" autofocus required></label> \
         <button name=\"verdict\" value=\"approve\">Sign in</button> \
         <button name=\"verdict\" value=\"decline\">Decline</button></form></main></html>\n"
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        (
            "content-security-policy",
            "default-src 'none'; form-action 'self'",
        ),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn form(
    Extract(state): Shared,
    Path(tenant): Path<String>,
    body: Body,
    work: impl FnOnce(&Identity, &Form) -> Result<Value, Refusal>,
) -> Response {
    let identity = &state.identity;
    let done = match known(&tenant) {
        Ok(()) => read(body).await.and_then(|form| work(identity, &form)),
        Err(refusal) => Err(refusal),
    };
    answer(identity, done)
}

async fn read(body: Body) -> Result<Form, Refusal> {
    let body = to_bytes(body, LONGEST).await;
    let body = body
        .map_err(|_| Refusal::invalid_request(9_002_014, "The body is too long or broke off."))?;
    Form::read(&body)
}

fn known(tenant: &str) -> Result<(), Refusal> {
    let names = [TENANT, TENANT_DOMAIN, "common", "organizations"];
    match names.iter().any(|name| name.eq_ignore_ascii_case(tenant)) {
        true => Ok(()),
        false => Err(Refusal::invalid_request(
            90_002,
            "The tenant was not found. This sandbox has one: see what it printed when it started.",
        )),
    }
}

fn answer(identity: &Identity, outcome: Result<Value, Refusal>) -> Response {
    match outcome {
        Ok(answer) => {
            let mut response = problem::json(StatusCode::OK, Body::from(answer.to_string()));
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            let kind = HeaderValue::from_static("application/json; charset=utf-8");
            headers.insert(CONTENT_TYPE, kind);
            response
        }
        Err(refusal) => refusal.respond(identity),
    }
}

impl Identity {
    /// What OpenID calls the configuration of a provider.
    fn metadata(&self, tenant: &str) -> Value {
        let base = format!("{}/{tenant}", self.url);
        json!({
            "issuer": format!("{}/{TENANT}/v2.0", self.url),
            "authorization_endpoint": format!("{base}/oauth2/v2.0/authorize"),
            "token_endpoint": format!("{base}/oauth2/v2.0/token"),
            "device_authorization_endpoint": format!("{base}/oauth2/v2.0/devicecode"),
            "jwks_uri": format!("{base}/discovery/v2.0/keys"),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["HS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        })
    }
}
