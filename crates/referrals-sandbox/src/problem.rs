//! Refusals, in the error bodies that the documentation describes, and the ids
//! that every answer carries.
//!
//! Documentation: "Error codes" and "Partner Center REST headers" for v1, "Errors"
//! and "Headers" of the referrals API for the live one.

use std::cell::RefCell;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State as Extract;
use axum::response::Response;
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use serde::Serialize;
use uuid::Uuid;

use crate::caller::Caller;
use crate::dialect::Dialect;
use crate::identity::Role;
use crate::log::{MADE_UP, Refused};
use crate::request::shown;
use crate::server::State;
use crate::state::Unwritten;
use crate::{engagements, v1};

/// A refusal.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    message: String,
    /// What it is about: a member, a parameter, a header.
    target: Option<String>,
    /// Whether that is a name that somebody made up.
    made_up: bool,
    /// The code of the more specific error inside.
    inner: Option<&'static str>,
    /// The methods there are instead.
    allow: Option<&'static str>,
}

/// The body that v1 documents.
#[derive(Serialize)]
struct FlatBody<'a> {
    code: &'a str,
    description: &'a str,
    source: &'a str,
}

/// The body that the live API documents.
#[derive(Serialize)]
struct NestedBody<'a> {
    error: NestedError<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NestedError<'a> {
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    /// Null where it was seen, on the wire.
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<()>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner_error: Option<InnerError<'a>>,
}

#[derive(Serialize)]
struct InnerError<'a> {
    code: &'a str,
}

/// The documentation's limit for the text of an error.
const LONGEST: usize = 1024;

/// What tokens are for.
const AUDIENCE: &str = "https://api.partner.microsoft.com";

/// Partner Center's numbers for what is wrong with a token.
const WRONG_AUDIENCE: &str = "900420";
const NO_MFA: &str = "900421";
const NO_APP_ONLY: &str = "900329";
const NO_PRIVILEGE: &str = "900308";

/// The inner code that was seen on the wire beside `preconditionFailed`.
const STALE: &str = "99918";

/// A change that was not written down may or may not be there after the next start.
impl From<Unwritten> for Problem {
    fn from(Unwritten(reason): Unwritten) -> Self {
        let message = format!("The change was not written down: {reason}.");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "generalException",
            message,
        )
    }
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self {
            status,
            code,
            message: message.chars().take(LONGEST).collect(),
            target: None,
            made_up: false,
            inner: None,
            allow: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidRequest", message)
    }

    pub(crate) fn not_acceptable() -> Self {
        Self::new(
            StatusCode::NOT_ACCEPTABLE,
            "notAcceptable",
            "The answer is application/json, which the Accept header rules out.",
        )
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "itemNotFound", message)
    }

    /// The state of the referral forbids it.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "invalidRequest", message)
    }

    /// Somebody else's to do.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "accessDenied", message)
    }

    /// Well-formed, and against a rule.
    pub(crate) fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalidRequest", message)
    }

    /// The referral is not the one that the caller read.
    pub(crate) fn stale(message: impl Into<String>) -> Self {
        let problem = Self::new(
            StatusCode::PRECONDITION_FAILED,
            "preconditionFailed",
            message,
        );
        problem.inside(STALE).about("ETag")
    }

    pub(crate) fn unsupported_media_type(message: impl Into<String>) -> Self {
        let problem = Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "invalidRequest",
            message,
        );
        problem.about("Content-Type")
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalidRequest",
            format!("The body is longer than the {limit} bytes that this sandbox takes."),
        )
    }

    pub(crate) fn too_many(items: usize, limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalidRequest",
            format!("There are {items} items, and this sandbox takes at most {limit}."),
        )
    }

    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        let message = format!("For this path there are {allow}; HEAD is GET without the body.");
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", message);
        problem.allow = Some(allow);
        problem
    }

    pub(crate) fn unauthenticated(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", message)
    }

    /// Something that nobody is to blame for, or a status that was asked for.
    pub(crate) fn fault(status: StatusCode, message: impl Into<String>) -> Self {
        let code = match status {
            StatusCode::SERVICE_UNAVAILABLE => "serviceNotAvailable",
            StatusCode::UNAUTHORIZED => "unauthenticated",
            StatusCode::FORBIDDEN => "accessDenied",
            StatusCode::NOT_FOUND => "itemNotFound",
            StatusCode::PRECONDITION_FAILED => "preconditionFailed",
            _ if status.is_server_error() => "generalException",
            _ => "invalidRequest",
        };
        Self::new(status, code, message)
    }

    /// The caller is known, and may not do that.
    pub(crate) fn no_permission(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "accessDenied", message).inside(NO_PRIVILEGE)
    }

    /// Gives the code of the more specific error.
    fn inside(mut self, code: &'static str) -> Self {
        self.inner = Some(code);
        self
    }

    /// Names what it is about.
    pub(crate) fn about(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    /// Names what it is about, as the caller did, if that is nothing that there is: short
    /// enough to repeat, and not for the log.
    pub(crate) fn about_what_is_not_there(mut self, sent: &str) -> Self {
        self.target = Some(shown(sent));
        self.made_up = true;
        self
    }

    /// Says what to do about it.
    pub(crate) fn hinting(mut self, hint: &str) -> Self {
        self.message.push_str(hint);
        self
    }

    /// Names the page that says so, that of the operation unless the refusal is about what
    /// all of them share, and unless it names one already.
    pub(crate) fn documented_on(mut self, operation: &str) -> Self {
        // Pages are named with their year.
        if self.message.contains("(20") || self.message.contains("\", 20") {
            return self;
        }
        let target = self.target.as_deref().unwrap_or_default();
        let is_id = ["client-request-id", "ms-requestid", "ms-correlationid"].contains(&target);
        let page = match self.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                "\"Partner API authentication\" (2019)"
            }
            StatusCode::NOT_ACCEPTABLE => "\"Partner API headers\" (2019)",
            _ if is_id => "\"Partner API headers\" (2019)",
            _ if ["/status", "/substatus"].contains(&target) => "\"Referral resources\" (2019)",
            _ => operation,
        };
        let page = format!(" See {page}.");
        let room = LONGEST - page.chars().count();
        self.message = self.message.chars().take(room).collect();
        self.message.push_str(&page);
        self
    }

    /// Says where in the request it is.
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.message = format!("{place}{}", self.message)
            .chars()
            .take(LONGEST)
            .collect();
        self
    }

    /// The answer in the shape of the API that has this path.
    pub(crate) fn shaped(self, path: &str, dialect: Dialect) -> Response {
        match path.starts_with("/v1.0/") {
            true => self.nested(dialect),
            false => self.flat(),
        }
    }

    /// The answer in v1's shape.
    pub(crate) fn flat(self) -> Response {
        let body = FlatBody {
            // There is one code only: the more specific one.
            code: self.inner.unwrap_or(self.code),
            description: &self.message,
            source: "referrals-sandbox",
        };
        // Three strings always serialize.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        self.respond(body)
    }

    /// The answer in the live API's shape.
    pub(crate) fn nested(self, dialect: Dialect) -> Response {
        let body = NestedBody {
            error: NestedError {
                code: match self.code {
                    // Not among the codes that its documentation lists.
                    "methodNotAllowed" | "notAcceptable" => "invalidRequest",
                    documented => documented,
                },
                message: &self.message,
                target: self.target.as_deref(),
                details: dialect.is_observed().then_some(()),
                inner_error: self.inner.map(|code| InnerError { code }),
            },
        };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        self.respond(body)
    }

    fn respond(&self, body: Vec<u8>) -> Response {
        let mut response = json(self.status, Body::from(body));
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"referrals-sandbox\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(allow) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(allow));
        }
        response.extensions_mut().insert(Refused {
            code: self.code,
            target: match self.made_up {
                true => Some(MADE_UP.to_owned()),
                false => self.target.clone(),
            },
            inner: self.inner,
        });
        response
    }
}

pub(crate) fn json(status: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The ids of a call: those of the request, or new ones.
#[derive(Debug)]
pub(crate) struct Ids(Vec<(&'static str, HeaderValue)>);

impl Ids {
    /// The ids to answer with, and the refusal of those that are no GUIDs.
    pub(crate) fn of(headers: &HeaderMap) -> (Self, Result<(), Problem>) {
        let mut verdict = Ok(());
        let ids = ["ms-requestid", "ms-correlationid"].map(|name| {
            let sent = guid(headers, name).unwrap_or_else(|problem| {
                verdict = Err(problem);
                None
            });
            (name, sent.unwrap_or_else(new_id))
        });
        (Self(ids.into()), verdict)
    }

    /// The ids of the live API: those of [`Self::of`], an id that the service
    /// gives to the call, and the one that the caller gave to it.
    pub(crate) fn of_live(headers: &HeaderMap) -> (Self, Result<(), Problem>) {
        let (mut ids, mut verdict) = Self::of(headers);
        ids.0.push(("request-id", new_id()));
        match guid(headers, "client-request-id") {
            Ok(Some(sent)) => ids.0.push(("client-request-id", sent)),
            Ok(None) => {}
            Err(problem) => verdict = verdict.and(Err(problem)),
        }
        (ids, verdict)
    }

    pub(crate) fn put_into(self, mut response: Response) -> Response {
        let ids = self.0.into_iter();
        let ids = ids.map(|(name, id)| (http::HeaderName::from_static(name), id));
        response.headers_mut().extend(ids);
        response
    }
}

fn guid(headers: &HeaderMap, name: &'static str) -> Result<Option<HeaderValue>, Problem> {
    match headers.get(name) {
        Some(sent) if !is_guid(sent) => Err(Problem::bad_request(format!(
            "The header {name} is not a GUID in the form 00000000-0000-0000-0000-000000000000."
        ))
        .about(name)),
        sent => Ok(sent.cloned()),
    }
}

thread_local! {
    /// Ids are no secrets: the system need not be asked for each.
    static RANDOM: RefCell<ChaCha8Rng> = RefCell::new(ChaCha8Rng::from_seed(random_seed()));
}

fn random_seed() -> [u8; 32] {
    let mut seed = [0; 32];
    seed[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    seed[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    seed
}

fn new_id() -> HeaderValue {
    let mut random = [0; 16];
    RANDOM.with_borrow_mut(|dice| dice.fill_bytes(&mut random));
    let id = uuid::Builder::from_random_bytes(random).into_uuid();
    let mut text = Uuid::encode_buffer();
    let text = id.hyphenated().encode_lower(&mut text);
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

fn is_guid(value: &HeaderValue) -> bool {
    value.len() == 36
        && value
            .to_str()
            .is_ok_and(|text| Uuid::try_parse(text).is_ok())
}

/// Whose calls an API takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Callers {
    /// App and App+User credentials.
    Any,
    /// App+User credentials.
    Users,
}

/// Demands a token: the one that the sandbox printed, which is a user's, or one of its
/// authority.
pub(crate) fn authenticate(
    state: &State,
    headers: &HeaderMap,
    callers: Callers,
) -> Result<Caller, Problem> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Err(Problem::unauthenticated(
            "There is no Authorization header. Send one with the value `Bearer` and the token.",
        ));
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    });
    let token = token.ok_or_else(|| {
        Problem::unauthenticated(
            "The Authorization header has another form than `Bearer` and a token.",
        )
    })?;
    if token == state.token {
        let (role, email) = (state.identity.role(), state.identity.user().to_owned());
        return admitted(Caller { role, email }, callers);
    }
    let Some(claims) = state.identity.claims(token) else {
        return Err(Problem::unauthenticated(
            "The token is not the one that this sandbox printed when it started, and none that \
             its authority gave.",
        ));
    };
    if claims.expired {
        return Err(Problem::unauthenticated("The token has expired."));
    }
    if claims.audience != AUDIENCE {
        let message = "The token is for another audience than https://api.partner.microsoft.com.";
        return Err(Problem::unauthenticated(message).inside(WRONG_AUDIENCE));
    }
    if claims.is_user && !claims.mfa {
        let message = "The user has signed in without multifactor authentication.";
        return Err(Problem::unauthenticated(message).inside(NO_MFA));
    }
    if callers == Callers::Users && !claims.is_user {
        let message = "The token stands for an application alone (App-only); App+User \
                       credentials are required.";
        let problem = Problem::new(StatusCode::FORBIDDEN, "accessDenied", message);
        return Err(problem.inside(NO_APP_ONLY));
    }
    if claims.is_user && !claims.permitted {
        return Err(Problem::no_permission(
            "The token lacks the permission user_impersonation of Microsoft Partner: its scp has \
             other ones.",
        )
        .about("scp"));
    }
    let (role, email) = (claims.role, claims.user);
    admitted(Caller { role, email }, callers)
}

/// Roles came with the live API; v1 knows none.
fn admitted(caller: Caller, callers: Callers) -> Result<Caller, Problem> {
    if callers == Callers::Users && caller.role == Role::None {
        return Err(Problem::no_permission(
            "The user has neither the role Referrals Admin nor Referrals User, one of which every \
             call needs (\"referral-api-authentication\", 2024).",
        )
        .about("roles"));
    }
    Ok(caller)
}

/// What `ValidateMfa: true` asks for: whether the token was given with a second factor.
pub(crate) fn tell_mfa(state: &State, headers: &HeaderMap, response: &mut Response) {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if !text(HeaderName::from_static("validatemfa"))
        .is_some_and(|asked| asked.eq_ignore_ascii_case("true"))
    {
        return;
    }
    let value = text(AUTHORIZATION).unwrap_or_default();
    let token = value.split_once(' ').map_or("", |(_, token)| token.trim());
    let claims = state.identity.claims(token);
    let mfa = token == state.token || claims.is_some_and(|claims| claims.mfa);
    let mfa = HeaderValue::from_static(if mfa { "true" } else { "false" });
    response.headers_mut().insert("ismfacompliant", mfa);
}

pub(crate) async fn nothing_here(
    Extract(state): Extract<Arc<State>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path();
    if path.starts_with("/v1.0/") {
        let message = if path.trim_end_matches('/') == "/v1.0/referrals" {
            // Where the documented next links lead.
            "There is nothing at this path. A next link leads here when it is followed as it \
             stands: take its $skiptoken, and ask /v1.0/engagements/referrals."
        } else {
            "There is nothing at this path. This sandbox has /v1.0/engagements/referrals."
        };
        let (ids, _) = Ids::of_live(&headers);
        let problem = Problem::not_found(message).documented_on(engagements::LIST);
        return ids.put_into(problem.nested(state.dialect));
    }
    let (ids, _) = Ids::of(&headers);
    let problem = Problem::not_found(
        "There is nothing at this path. This sandbox has GET /v1/referrals and \
         /v1.0/engagements/referrals.",
    );
    ids.put_into(problem.documented_on(v1::PAGE).flat())
}

/// For the paths that have no refusal of their own.
pub(crate) async fn method_not_allowed(Extract(state): Extract<Arc<State>>, uri: Uri) -> Response {
    let message = "There is no such method for this path; the header Allow has those there are.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", message)
        .shaped(uri.path(), state.dialect)
}

pub(crate) async fn v1_method_not_allowed(headers: HeaderMap) -> Response {
    let (ids, _) = Ids::of(&headers);
    let problem = Problem::method_not_allowed("GET, HEAD").documented_on(v1::PAGE);
    ids.put_into(problem.flat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_one_page_and_stays_within_the_limit() {
        let page = "\"Get a referral by id\" (2020)";
        let message = |problem: Problem| problem.documented_on(page).message;
        assert_eq!(
            message(Problem::bad_request("No.")),
            "No. See \"Get a referral by id\" (2020)."
        );
        let status = Problem::conflict("No.").about("/status");
        assert!(message(status).ends_with("\"Referral resources\" (2019)."));
        let named = "The page \"Patch a referral\" (2020) says no.";
        assert_eq!(message(Problem::bad_request(named)), named);
        let long = message(Problem::bad_request("é".repeat(2_000)));
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with("(2020)."));
    }
}
