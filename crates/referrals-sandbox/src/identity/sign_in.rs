//! Grants: what a token is given for.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use serde_json::{Value, json};

use super::access::For;
use super::refusal::Refusal;
use super::{
    CODE_LIFE, CONFIDENTIAL_CLIENT, Code, DEVICE_LIFE, Device, Identity, KEPT, PUBLIC_CLIENT,
    REFRESH_LIFE, Refresh, TENANT, USER_ID, secret,
};

/// The endpoints of v1 and v2 speak differently of the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    V1,
    V2,
}

/// The resources that the tenant knows.
const RESOURCES: [&str; 4] = [
    "https://api.partner.microsoft.com",
    "https://api.partnercenter.microsoft.com",
    "https://graph.microsoft.com",
    "https://graph.windows.net",
];

/// How often a device may ask whether somebody has signed in.
const INTERVAL: Duration = Duration::from_secs(5);

/// The members of a form or a query.
pub(super) struct Form(HashMap<String, String>);

impl Form {
    /// Reads one; a member that is there twice is an error.
    pub(super) fn read(text: &[u8]) -> Result<Self, Refusal> {
        let mut members = HashMap::new();
        for (name, value) in form_urlencoded::parse(text) {
            let before = members.insert(name.clone().into_owned(), value.into_owned());
            if before.is_some() {
                return Err(Refusal::invalid_request(
                    90_014,
                    "A parameter is given more than once.",
                ));
            }
        }
        Ok(Self(members))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?.as_str();
        (!value.is_empty()).then_some(value)
    }

    pub(super) fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| {
            Refusal::invalid_request(
                900_144,
                format!("The request must contain the parameter {name}."),
            )
        })
    }
}

impl Identity {
    /// What a request to a token endpoint gets.
    pub(super) fn grant(&self, dialect: Dialect, form: &Form) -> Result<Value, Refusal> {
        let grant = form.need("grant_type")?;
        let mut kept = self.kept();
        if kept.asked.len() < 32 || kept.asked.contains_key(grant) {
            *kept.asked.entry(grant.to_owned()).or_default() += 1;
        }
        drop(kept);
        match grant {
            "client_credentials" => self.for_itself(dialect, form),
            "authorization_code" => self.for_code(dialect, form),
            "refresh_token" => self.for_refresh_token(dialect, form),
            "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => {
                self.for_device(dialect, form)
            }
            "password" => Err(Refusal::new(
                "interaction_required",
                50_076,
                "A password alone does not do: the user needs a second factor to access the \
                 resource. Use the device code or the authorization code.",
            )),
            _ => Err(Refusal::new(
                "unsupported_grant_type",
                70_003,
                "The grant type is not supported.",
            )),
        }
    }

    /// The application that asks.
    pub(super) fn client(&self, form: &Form) -> Result<&'static str, Refusal> {
        match form.need("client_id")? {
            PUBLIC_CLIENT => Ok(PUBLIC_CLIENT),
            CONFIDENTIAL_CLIENT => Ok(CONFIDENTIAL_CLIENT),
            _ => Err(Refusal::new(
                "unauthorized_client",
                700_016,
                "The application was not found in the tenant.",
            )),
        }
    }

    /// The same, once it has proved itself if it has to.
    fn proven_client(&self, form: &Form) -> Result<&'static str, Refusal> {
        let client = self.client(form)?;
        match (form.get("client_secret"), form.get("client_assertion")) {
            _ if client == PUBLIC_CLIENT => match form.get("client_secret") {
                Some(_) => Err(Refusal::new(
                    "invalid_client",
                    700_025,
                    "The application is a public client and must not send a secret.",
                )),
                None => Ok(client),
            },
            (Some(secret), _) if secret == self.client_secret => Ok(client),
            (Some(_), _) => Err(Refusal::new(
                "invalid_client",
                7_000_215,
                "Invalid client secret provided.",
            )),
            (None, Some(assertion)) => {
                let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
                if form.need("client_assertion_type")? != kind {
                    return Err(Refusal::invalid_request(
                        900_021,
                        "The type of the client assertion is not supported.",
                    ));
                }
                self.check_assertion(assertion)?;
                Ok(client)
            }
            (None, None) => Err(Refusal::new(
                "invalid_client",
                7_000_218,
                "The request must contain client_assertion or client_secret.",
            )),
        }
    }

    fn for_itself(&self, dialect: Dialect, form: &Form) -> Result<Value, Refusal> {
        let client = self.proven_client(form)?;
        if client == PUBLIC_CLIENT {
            return Err(Refusal::new(
                "unauthorized_client",
                700_022,
                "A public client cannot ask for a token for itself.",
            ));
        }
        if dialect == Dialect::V2 && !form.need("scope")?.ends_with("/.default") {
            return Err(Refusal::new(
                "invalid_scope",
                1_002_012,
                "The scope of client credentials ends with /.default.",
            ));
        }
        let resource = resource(dialect, form)?.ok_or_else(no_resource)?;
        let (token, life) = self.access_token(For::Application, client, &resource);
        let mut answer = self.answer(dialect, &token, life, &resource);
        if let Some(answer) = answer.as_object_mut() {
            answer.remove("scope");
        }
        Ok(answer)
    }

    /// Begins a sign-in on another device.
    pub(super) fn begin_device(&self, dialect: Dialect, form: &Form) -> Result<Value, Refusal> {
        let client = self.client(form)?;
        let resource = resource(dialect, form)?.unwrap_or_else(graph);
        let now = self.now();
        let mut kept = self.kept();
        kept.devices.retain(|_, device| device.until > now);
        if kept.devices.len() >= KEPT {
            return Err(Refusal::too_many());
        }
        let device_code = secret("device");
        // Letters that nobody takes for others.
        let letters = b"BCDFGHJKLMNPQRSTVWXZ23456789";
        let user_code: String = uuid::Uuid::new_v4().into_bytes()[..9]
            .iter()
            .map(|byte| char::from(letters[usize::from(*byte) % letters.len()]))
            .collect();
        kept.devices.insert(
            device_code.clone(),
            Device {
                user_code: user_code.clone(),
                client,
                resource,
                until: now + DEVICE_LIFE,
                polled: None,
                verdict: self.setup.approve_devices.then_some(true),
            },
        );
        let page = format!("{}/{TENANT}/oauth2/deviceauth", self.url);
        let message = format!("To sign in, open the page {page} and enter the code {user_code}.");
        let (life, interval) = (DEVICE_LIFE.as_secs(), INTERVAL.as_secs());
        Ok(match dialect {
            Dialect::V2 => json!({
                "user_code": user_code, "device_code": device_code, "verification_uri": page,
                "expires_in": life, "interval": interval, "message": message,
            }),
            Dialect::V1 => json!({
                "user_code": user_code, "device_code": device_code, "verification_url": page,
                "expires_in": life.to_string(), "interval": interval.to_string(),
                "message": message,
            }),
        })
    }

    fn for_device(&self, dialect: Dialect, form: &Form) -> Result<Value, Refusal> {
        let client = self.proven_client(form)?;
        let name = match dialect {
            Dialect::V1 => "code",
            Dialect::V2 => "device_code",
        };
        let code = form.need(name)?;
        let now = self.now();
        let mut kept = self.kept();
        let Some(device) = kept.devices.get_mut(code) else {
            return Err(Refusal::new(
                "bad_verification_code",
                70_018,
                "There is no such device code.",
            ));
        };
        if device.client != client {
            return Err(Refusal::invalid_grant(
                70_000,
                "The device code is another application's.",
            ));
        }
        if device.until <= now {
            return Err(Refusal::new(
                "expired_token",
                70_020,
                "The device code has expired.",
            ));
        }
        let early = device
            .polled
            .replace(now)
            .is_some_and(|before| now < before + INTERVAL - Duration::from_secs(1));
        match device.verdict {
            Some(true) => {
                let resource = device.resource.clone();
                kept.devices.remove(code);
                drop(kept);
                self.for_user(dialect, form, client, &resource, None)
            }
            Some(false) => Err(Refusal::new(
                "authorization_declined",
                70_019,
                "The user declined.",
            )),
            None if early => Err(Refusal::new("slow_down", 70_021, "Ask less often.")),
            None => Err(Refusal::new(
                "authorization_pending",
                70_016,
                "Nobody has signed in yet.",
            )),
        }
    }

    /// A code for a browser to come back with.
    pub(super) fn begin_browser(
        &self,
        dialect: Dialect,
        form: &Form,
        client: &'static str,
        redirect: &str,
    ) -> Result<String, Refusal> {
        if form.need("response_type")? != "code" {
            return Err(Refusal::new(
                "unsupported_response_type",
                70_005,
                "The response type is not supported: ask for code.",
            ));
        }
        let challenge = form.get("code_challenge").map(str::to_owned);
        if challenge.is_some() && form.get("code_challenge_method") != Some("S256") {
            return Err(Refusal::invalid_request(
                9_002_316,
                "The challenge method has to be S256.",
            ));
        }
        if client == PUBLIC_CLIENT && challenge.is_none() {
            return Err(Refusal::invalid_request(
                9_002_325,
                "Proof Key for Code Exchange is required: send a code_challenge.",
            ));
        }
        let resource = resource(dialect, form)?.unwrap_or_else(graph);
        let now = self.now();
        let mut kept = self.kept();
        kept.codes.retain(|_, code| code.until > now);
        if kept.codes.len() >= KEPT {
            return Err(Refusal::too_many());
        }
        let code = secret("code");
        kept.codes.insert(
            code.clone(),
            Code {
                client,
                resource,
                redirect: redirect.to_owned(),
                challenge,
                nonce: form.get("nonce").map(str::to_owned),
                until: now + CODE_LIFE,
                redeemed: false,
            },
        );
        Ok(code)
    }

    fn for_code(&self, dialect: Dialect, form: &Form) -> Result<Value, Refusal> {
        let client = self.proven_client(form)?;
        let (given, redirect) = (form.need("code")?, form.need("redirect_uri")?);
        let now = self.now();
        let mut kept = self.kept();
        let Some(code) = kept.codes.get_mut(given) else {
            return Err(Refusal::invalid_grant(9_002_313, "The code is not valid."));
        };
        if code.redeemed {
            return Err(Refusal::invalid_grant(
                54_005,
                "The code was redeemed before.",
            ));
        }
        if code.until <= now {
            return Err(Refusal::invalid_grant(70_008, "The code has expired."));
        }
        if code.client != client || code.redirect != redirect {
            return Err(Refusal::invalid_grant(
                500_112,
                "The code was made for another application or another redirect URI.",
            ));
        }
        let verified = match (&code.challenge, form.get("code_verifier")) {
            (None, _) => true,
            (Some(challenge), Some(verifier)) => {
                let digest = digest::digest(&digest::SHA256, verifier.as_bytes());
                URL_SAFE_NO_PAD.encode(digest) == *challenge
            }
            (Some(_), None) => false,
        };
        if !verified {
            return Err(Refusal::invalid_grant(
                50_148,
                "The code_verifier does not match the code_challenge.",
            ));
        }
        code.redeemed = true;
        let (resource, nonce) = (code.resource.clone(), code.nonce.clone());
        drop(kept);
        self.for_user(dialect, form, client, &resource, nonce.as_deref())
    }

    fn for_refresh_token(&self, dialect: Dialect, form: &Form) -> Result<Value, Refusal> {
        let client = self.proven_client(form)?;
        let now = self.now();
        let mut kept = self.kept();
        let Some(refresh) = kept.refresh_tokens.get_mut(form.need("refresh_token")?) else {
            return Err(Refusal::invalid_grant(
                9_002_313,
                "The refresh token is malformed or not valid.",
            ));
        };
        if refresh.client != client {
            return Err(Refusal::invalid_grant(
                70_000,
                "The refresh token is another application's.",
            ));
        }
        if refresh.revoked {
            return Err(Refusal::invalid_grant(
                50_173,
                "The refresh token was taken back: the user's password has changed.",
            ));
        }
        let idle = now.duration_since(refresh.used).unwrap_or_default();
        if idle >= REFRESH_LIFE {
            return Err(Refusal::invalid_grant(
                700_082,
                "The refresh token has expired due to inactivity.",
            ));
        }
        refresh.used = now;
        let before = refresh.resource.clone();
        drop(kept);
        self.for_user(dialect, form, client, &before, None)
    }

    /// A token for the user, for what this request asks or else for what the sign-in was.
    fn for_user(
        &self,
        dialect: Dialect,
        form: &Form,
        client: &'static str,
        before: &str,
        nonce: Option<&str>,
    ) -> Result<Value, Refusal> {
        let resource = resource(dialect, form)?.unwrap_or_else(|| before.to_owned());
        let (token, life) = self.access_token(For::User, client, &resource);
        let mut answer = self.answer(dialect, &token, life, &resource);
        // Without offline_access there is none on v2; a sign-in that had it goes on.
        let scope = form.get("scope").unwrap_or_default();
        let is_refresh = form.get("refresh_token").is_some();
        let names = |name: &str| scope.split(' ').any(|scope| scope == name);
        if dialect == Dialect::V1 || names("offline_access") || is_refresh || scope.is_empty() {
            answer["refresh_token"] = self.refresh_token(client, &resource)?.into();
        }
        answer["id_token"] = self.id_token(client, nonce).into();
        let info = json!({ "uid": USER_ID, "utid": TENANT }).to_string();
        answer["client_info"] = URL_SAFE_NO_PAD.encode(info).into();
        Ok(answer)
    }

    fn refresh_token(&self, client: &'static str, resource: &str) -> Result<String, Refusal> {
        let now = self.now();
        let mut kept = self.kept();
        if kept.refresh_tokens.len() >= KEPT {
            // Those that nobody uses go first; then anybody's, oldest first.
            let mut used: Vec<SystemTime> = kept.refresh_tokens.values().map(|t| t.used).collect();
            used.sort_unstable();
            let median = used[used.len() / 2];
            kept.refresh_tokens.retain(|_, token| token.used > median);
        }
        let token = secret("refresh");
        kept.refresh_tokens.insert(
            token.clone(),
            Refresh {
                client,
                resource: resource.to_owned(),
                used: now,
                revoked: false,
            },
        );
        Ok(token)
    }

    fn answer(&self, dialect: Dialect, token: &str, life: Duration, resource: &str) -> Value {
        let life = life.as_secs();
        match dialect {
            Dialect::V2 => json!({
                "token_type": "Bearer",
                "scope": format!("{resource}/user_impersonation"),
                "expires_in": life,
                "ext_expires_in": life,
                "access_token": token,
            }),
            Dialect::V1 => json!({
                "token_type": "Bearer",
                "scope": "user_impersonation",
                "expires_in": life.to_string(),
                "ext_expires_in": life.to_string(),
                "expires_on": (self.seconds() + life).to_string(),
                "not_before": self.seconds().to_string(),
                "resource": resource,
                "access_token": token,
            }),
        }
    }
}

fn graph() -> String {
    "https://graph.microsoft.com".to_owned()
}

/// What a request wants a token for: v1 names the resource, v2 names it in the scopes.
fn resource(dialect: Dialect, form: &Form) -> Result<Option<String>, Refusal> {
    let wanted: Vec<&str> = match dialect {
        Dialect::V1 => form.get("resource").into_iter().collect(),
        Dialect::V2 => form
            .get("scope")
            .unwrap_or_default()
            .split(' ')
            .filter(|scope| scope.contains("://"))
            .filter_map(|scope| scope.rsplit_once('/').map(|(resource, _)| resource))
            .collect(),
    };
    let Some(first) = wanted.first() else {
        return Ok(None);
    };
    if wanted.iter().any(|resource| resource != first) {
        return Err(Refusal::invalid_request(
            28_000,
            "The scopes are of more than one resource.",
        ));
    }
    let plain = first.trim_end_matches('/');
    match RESOURCES.iter().find(|known| **known == plain) {
        Some(known) => Ok(Some((*known).to_owned())),
        None => Err(Refusal::new(
            "invalid_resource",
            500_011,
            "The resource principal was not found in the tenant.",
        )),
    }
}

fn no_resource() -> Refusal {
    Refusal::invalid_request(900_144, "The request must contain the parameter resource.")
}
