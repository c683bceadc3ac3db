//! The endpoints.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Path, State as Extract};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use http::request::Parts;
use http::{HeaderValue, StatusCode, Uri};
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::sign_in::{Dialect, Form};
use super::{ANY_TENANT, Identity, TENANT, TENANT_DOMAIN};
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
        .route(
            "/{tenant}/oauth2/v2.0/token",
            form(Dialect::V2, Identity::grant),
        )
        .route("/{tenant}/oauth2/token", form(Dialect::V1, Identity::grant))
        .route(
            "/{tenant}/oauth2/v2.0/devicecode",
            form(Dialect::V2, Identity::begin_device),
        )
        .route(
            "/{tenant}/oauth2/devicecode",
            form(Dialect::V1, Identity::begin_device),
        )
        .route("/{tenant}/oauth2/v2.0/authorize", in_browser(Dialect::V2))
        .route("/{tenant}/oauth2/authorize", in_browser(Dialect::V1))
        .route(
            "/{tenant}/oauth2/deviceauth",
            get(device_page).post(device_verdict),
        )
}

type Shared = Extract<Arc<State>>;

/// The tenant of a path. What cannot be read is none, which is refused as any other.
struct Tenant(String);

impl<S: Send + Sync> FromRequestParts<S> for Tenant {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        Ok(Self(path.map(|Path(tenant)| tenant).unwrap_or_default()))
    }
}

async fn metadata(Extract(state): Shared, Tenant(tenant): Tenant) -> Response {
    let identity = &state.identity;
    answer(
        identity,
        known(&tenant).map(|()| identity.metadata(&tenant)),
    )
}

/// Tokens are signed with a secret, so there are no keys to tell.
async fn keys(Extract(state): Shared, Tenant(tenant): Tenant) -> Response {
    let keys = known(&tenant).map(|()| json!({ "keys": [] }));
    answer(&state.identity, keys)
}

/// Signs the user in at once and sends the browser back.
fn browser(identity: &Identity, tenant: &str, dialect: Dialect, uri: &Uri) -> Response {
    let asked = known(tenant).and_then(|()| {
        let form = Form::read(uri.query().unwrap_or_default().as_bytes())?;
        let client = identity.client(&form)?;
        let redirect = form.need("redirect_uri")?.to_owned();
        match is_registered(&redirect) {
            true => Ok((form, client, redirect)),
            // Nobody is sent where nobody is known.
            false => Err(Refusal::invalid_request(
                50_011,
                "The redirect URI is not one that is registered: http://localhost with any port.",
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

/// `http://localhost` is registered. The port does not count, all else does.
///
/// Documentation: "Redirect URI (reply URL) best practices and limitations".
fn is_registered(redirect: &str) -> bool {
    let Some(rest) = redirect.strip_prefix("http://localhost") else {
        return false;
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    match rest.strip_prefix(':') {
        Some(port) => port.parse().is_ok_and(|port: u16| port > 0),
        None => rest.is_empty(),
    }
}

async fn device_page(Tenant(tenant): Tenant) -> Response {
    match known(&tenant) {
        Ok(()) => page(StatusCode::OK, "Enter the code that the device shows."),
        Err(refusal) => page(StatusCode::BAD_REQUEST, &refusal.text()),
    }
}

async fn device_verdict(state: Shared, Tenant(tenant): Tenant, body: Body) -> Response {
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

/// What a form gets at an endpoint, in which dialect and for which tenant.
type Work = fn(&Identity, Dialect, &str, &Form) -> Result<Value, Refusal>;

/// An endpoint that takes a form and answers with JSON.
fn form(dialect: Dialect, work: Work) -> MethodRouter<Arc<State>> {
    post(
        async move |Extract(state): Shared, Tenant(tenant): Tenant, body: Body| {
            let identity = &state.identity;
            let done = match known(&tenant) {
                Ok(()) => {
                    let form = read(body).await;
                    form.and_then(|form| work(identity, dialect, &tenant, &form))
                }
                Err(refusal) => Err(refusal),
            };
            answer(identity, done)
        },
    )
}

/// An endpoint that a browser opens.
fn in_browser(dialect: Dialect) -> MethodRouter<Arc<State>> {
    get(
        async move |Extract(state): Shared, Tenant(tenant): Tenant, uri: Uri| {
            browser(&state.identity, &tenant, dialect, &uri)
        },
    )
}

async fn read(body: Body) -> Result<Form, Refusal> {
    let body = to_bytes(body, LONGEST).await;
    let body = body
        .map_err(|_| Refusal::invalid_request(9_002_014, "The body is too long or broke off."))?;
    Form::read(&body)
}

fn known(tenant: &str) -> Result<(), Refusal> {
    let names = [TENANT, TENANT_DOMAIN];
    match names
        .iter()
        .chain(&ANY_TENANT)
        .any(|name| name.eq_ignore_ascii_case(tenant))
    {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_anywhere_but_to_this_machine() {
        for (redirect, registered) in [
            ("http://localhost", true),
            ("http://localhost/", true),
            ("http://localhost:8400", true),
            ("http://localhost:8400/", true),
            ("http://localhost:", false),
            ("http://localhost:0", false),
            ("http://localhost:65536", false),
            ("http://localhost//", false),
            ("http://localhost/callback", false),
            ("http://localhost:8400/?a=b", false),
            ("http://localhost:8400#a", false),
            ("http://localhost@example.com", false),
            ("http://localhost.example.com", false),
            ("http://localhost:1@example.com", false),
            ("http://127.0.0.1:8400", false),
            ("http://[::1]:8400", false),
            ("https://localhost:8400", false),
            ("urn:ietf:wg:oauth:2.0:oob", false),
        ] {
            assert_eq!(is_registered(redirect), registered, "{redirect}");
        }
    }
}
