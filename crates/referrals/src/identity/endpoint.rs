//! Talking to an authority.

use std::fmt;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DeviceAuthorizationUrl, DeviceCodeErrorResponse, EndpointNotSet, EndpointSet,
    ErrorResponseType, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, StandardDeviceAuthorizationResponse,
    StandardErrorResponse, StandardRevocableToken, TokenResponse, TokenUrl,
};
use referrals_client::http_client_trusting;
use serde::{Deserialize, Deserializer, Serialize};
use url::Url;
use uuid::Uuid;

use super::authority::{Application, Proof};
use super::refusal::Refusal;
use crate::retry::is_passing;
use crate::service_error::{lost_connection, retry_after};
use crate::token::Secret;
use crate::{AccessToken, Audience, Error, ErrorKind, Token};

/// How long an answer may take, connection included.
const PATIENCE: Duration = Duration::from_secs(30);

/// No answer of an authority is longer.
const LONGEST: usize = 1024 * 1024;

/// How often, in seconds, an authority may want to be asked whether somebody has signed
/// in on a device.
const INTERVALS: RangeInclusive<u64> = 1..=300;

/// How long, in seconds, a device code may be good for. Microsoft's are for 15 minutes.
const DEVICE_LIVES: RangeInclusive<u64> = 1..=24 * 60 * 60;

type Client = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What an authority grants. The v1 endpoint writes its numbers as text.
#[derive(Debug, Deserialize, Serialize)]
struct Answer {
    access_token: oauth2::AccessToken,
    #[serde(default = "bearer")]
    token_type: BasicTokenType,
    #[serde(default, deserialize_with = "number")]
    expires_in: Option<u64>,
    #[serde(default)]
    refresh_token: Option<RefreshToken>,
}

fn bearer() -> BasicTokenType {
    BasicTokenType::Bearer
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u64),
        Text(String),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Option::deserialize(deserializer)? {
        Some(Written::Number(number)) => Some(number),
        Some(Written::Text(text)) => text.parse().ok(),
        Some(Written::Other(_)) | None => None,
    })
}

impl TokenResponse for Answer {
    type TokenType = BasicTokenType;

    fn access_token(&self) -> &oauth2::AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &BasicTokenType {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

/// What an authority has granted.
pub(super) struct Granted {
    pub(super) access: AccessToken,
    pub(super) refresh: Option<Secret>,
}

/// A sign-in in a browser that has begun.
pub(super) struct Begun {
    pub(super) url: Url,
    pub(super) state: CsrfToken,
    verifier: PkceCodeVerifier,
    redirect: RedirectUrl,
}

impl Application {
    /// A token for the application itself.
    pub(super) async fn ask_for_itself(&self, audience: Audience) -> Result<Granted, Refusal> {
        let client = self.client()?;
        let request = client.exchange_client_credentials();
        let request = request.add_scope(default_scope(audience));
        let answer = request.request_async(&Wire(self)).await;
        self.granted(answer.map_err(|error| self.refusal(error))?)
    }

    /// A token for whoever the refresh token stands for.
    pub(super) async fn redeem(
        &self,
        refresh_token: &str,
        audience: Audience,
    ) -> Result<Granted, Refusal> {
        let client = self.client()?;
        let token = RefreshToken::new(refresh_token.to_owned());
        let request = client.exchange_refresh_token(&token);
        let request = request.add_scopes(user_scopes(audience));
        let answer = request.request_async(&Wire(self)).await;
        self.granted(answer.map_err(|error| self.refusal(error))?)
    }

    /// Where to send a browser that is to come back to `redirect`.
    pub(super) fn begin(&self, redirect: String, audience: Audience) -> Result<Begun, Error> {
        let redirect = RedirectUrl::new(redirect).map_err(unusable)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client()?;
        let (url, state) = client
            .authorize_url(CsrfToken::new_random)
            .set_redirect_uri(std::borrow::Cow::Borrowed(&redirect))
            .add_scopes(user_scopes(audience))
            .add_extra_param("response_mode", "query")
            // Whoever signs in for a program shall choose the account.
            .add_extra_param("prompt", "select_account")
            .set_pkce_challenge(challenge)
            .url();
        Ok(Begun {
            url,
            state,
            verifier,
            redirect,
        })
    }

    /// A token for the code that the browser came back with.
    pub(super) async fn redeem_code(
        &self,
        code: String,
        begun: Begun,
        audience: Audience,
    ) -> Result<Granted, Refusal> {
        let client = self.client()?;
        let scopes = user_scopes(audience).map(|scope| scope.to_string());
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .set_redirect_uri(std::borrow::Cow::Borrowed(&begun.redirect))
            .set_pkce_verifier(begun.verifier)
            .add_extra_param("scope", scopes.join(" "));
        let answer = request.request_async(&Wire(self)).await;
        self.granted(answer.map_err(|error| self.refusal(error))?)
    }

    /// A token for whoever types a code in on another device, which `prompt` shows.
    pub(super) async fn ask_by_device(
        &self,
        audience: Audience,
        prompt: impl FnOnce(&StandardDeviceAuthorizationResponse) + Send,
    ) -> Result<Granted, Refusal> {
        let client = self.client()?;
        let request = client.exchange_device_code();
        let request = request.add_scopes(user_scopes(audience));
        let details: StandardDeviceAuthorizationResponse = request
            .request_async(&Wire(self))
            .await
            .map_err(|error| self.refusal(error))?;
        let details = self.bounded(&details)?;
        prompt(&details);
        let answer = client
            .exchange_device_access_token(&details)
            .set_time_fn(|| self.clock.now().into())
            .request_async(&Wire(self), |wait| self.clock.sleep(wait), None)
            .await;
        self.granted(answer.map_err(|error| self.refusal_of_device(error))?)
    }

    /// The same with numbers that can be waited for and added to: oauth2 adds to the
    /// interval whatever it is, and what is too large for that breaks it.
    fn bounded(
        &self,
        details: &StandardDeviceAuthorizationResponse,
    ) -> Result<StandardDeviceAuthorizationResponse, Error> {
        let bounded = || {
            let mut json = serde_json::to_value(details)?;
            for (name, range) in [("interval", INTERVALS), ("expires_in", DEVICE_LIVES)] {
                let given = json[name].as_u64().unwrap_or_default();
                json[name] = given.clamp(*range.start(), *range.end()).into();
            }
            serde_json::from_value(json)
        };
        bounded().map_err(|_: serde_json::Error| self.no_authority())
    }

    fn client(&self) -> Result<Client, Error> {
        let url = |path: &str| self.authority.endpoint(path);
        let client = oauth2::Client::new(ClientId::new(self.client_id.clone()))
            .set_auth_uri(AuthUrl::new(url("oauth2/v2.0/authorize")).map_err(unusable)?)
            .set_token_uri(TokenUrl::new(url("oauth2/v2.0/token")).map_err(unusable)?)
            .set_device_authorization_url(
                DeviceAuthorizationUrl::new(url("oauth2/v2.0/devicecode")).map_err(unusable)?,
            )
            .set_auth_type(AuthType::RequestBody);
        Ok(match &self.proof {
            Proof::Secret(secret) => {
                client.set_client_secret(ClientSecret::new(secret.expose().to_owned()))
            }
            Proof::None | Proof::Certificate(_) => client,
        })
    }

    async fn exchange(&self, mut request: HttpRequest) -> Result<HttpResponse, Unanswered> {
        if let Proof::Certificate(certificate) = &self.proof {
            let endpoint = self.authority.endpoint("oauth2/v2.0/token");
            let now = self.clock.now();
            let assertion =
                certificate.assertion(&self.client_id, &endpoint, now, Uuid::new_v4())?;
            let proof = url::form_urlencoded::Serializer::new(String::new())
                .append_pair(
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                )
                .append_pair("client_assertion", &assertion)
                .finish();
            let body = request.body_mut();
            body.push(b'&');
            body.extend_from_slice(proof.as_bytes());
        }
        let request = request.map(reqwest::Body::from);
        let request = reqwest::Request::try_from(request).map_err(unusable)?;
        let host = request.url().origin().ascii_serialization();
        let answer = self.http()?.execute(request).await;
        let mut answer = answer.map_err(|error| lost_connection(&host, error))?;
        let status = answer.status();
        if is_passing(status) {
            let wait = retry_after(answer.headers(), self.clock.now());
            let reason = format!("the sign-in at {host} answered {status}: try again later");
            let error = Error::new(ErrorKind::SignIn, reason).with_status(Some(status));
            return Err(Unanswered(error.with_retry_after(wait)));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| lost_connection(&host, error))?
        {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Err(Unanswered(not_an_authority(&host)));
            }
        }
        let mut response = HttpResponse::new(body);
        // oauth2 takes nothing but 200 for a success.
        *response.status_mut() = match status.is_success() {
            true => StatusCode::OK,
            false => status,
        };
        if let Some(kind) = answer.headers().get(CONTENT_TYPE) {
            response.headers_mut().insert(CONTENT_TYPE, kind.clone());
        } else {
            let kind = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, kind);
        }
        Ok(response)
    }

    fn http(&self) -> Result<&reqwest::Client, Error> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        let unusable = |error: Box<dyn std::error::Error>| Error::configuration(error.to_string());
        let http = http_client_trusting(self.authority.url(), &self.roots)
            .map_err(|error| unusable(error.into()))?
            // Where a secret goes is where it was meant to go.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("referrals/", env!("CARGO_PKG_VERSION")))
            .timeout(PATIENCE)
            .build()
            .map_err(|error| unusable(error.into()))?;
        Ok(self.http.get_or_init(|| http))
    }

    fn granted(&self, answer: Answer) -> Result<Granted, Refusal> {
        let token = Token::from_text(answer.access_token.secret()).map_err(|reason| {
            let reason = format!("the access token that the sign-in gave {reason}");
            Error::new(ErrorKind::SignIn, reason)
        })?;
        let mut access = AccessToken::from(token);
        let within = answer.expires_in();
        let end = within.and_then(|within| self.clock.now().checked_add(within));
        access.expires = end.or(access.expires);
        Ok(Granted {
            access,
            refresh: answer
                .refresh_token
                .map(|token| Secret::from(token.secret().as_str())),
        })
    }

    fn refusal<T>(&self, error: RequestTokenError<Unanswered, T>) -> Refusal
    where
        T: oauth2::ErrorResponse + IntoOauth,
    {
        match error {
            RequestTokenError::ServerResponse(response) => {
                let (code, description) = response.into_oauth();
                Refusal::new(&code, description.as_deref())
            }
            RequestTokenError::Request(Unanswered(error)) => error.into(),
            // What could not be read may be secret.
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                self.no_authority().into()
            }
        }
    }

    fn no_authority(&self) -> Error {
        not_an_authority(&self.authority.url().origin().ascii_serialization())
    }

    fn refusal_of_device(
        &self,
        error: RequestTokenError<Unanswered, DeviceCodeErrorResponse>,
    ) -> Refusal {
        self.refusal(error)
    }
}

/// How oauth2 sends its requests.
struct Wire<'a>(&'a Application);

impl<'a> AsyncHttpClient<'a> for Wire<'_> {
    type Error = Unanswered;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Unanswered>> + Send + 'a>>;

    fn call(&'a self, request: HttpRequest) -> Self::Future {
        Box::pin(self.0.exchange(request))
    }
}

/// The code and the description of a refusal.
trait IntoOauth {
    fn into_oauth(self) -> (String, Option<String>);
}

impl<T: ErrorResponseType + AsRef<str> + 'static> IntoOauth for StandardErrorResponse<T> {
    fn into_oauth(self) -> (String, Option<String>) {
        let code = self.error().as_ref().to_owned();
        (code, self.error_description().cloned())
    }
}

/// Why there is no answer.
#[derive(Debug)]
struct Unanswered(Error);

impl From<Error> for Unanswered {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Unanswered {}

fn unusable(error: impl std::error::Error) -> Error {
    Error::configuration(format!("cannot ask the sign-in: {error}"))
}

fn not_an_authority(host: &str) -> Error {
    Error::new(
        ErrorKind::SignIn,
        format!(
            "{host} answered something that is neither a token nor a refusal: a proxy may have \
             answered in its place, or it is no authority"
        ),
    )
}

/// All that the application may do there.
fn default_scope(audience: Audience) -> Scope {
    Scope::new(format!("{}/.default", audience.resource()))
}

/// The same for a user who is not asked again each time.
fn user_scopes(audience: Audience) -> [Scope; 2] {
    let offline = Scope::new("offline_access".to_owned());
    [default_scope(audience), offline]
}
