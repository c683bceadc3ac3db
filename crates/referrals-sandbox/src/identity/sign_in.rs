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
    ANY_TENANT, CODE_LIFE, CONFIDENTIAL_CLIENT, Code, DEVICE_LIFE, Device, Identity, KEPT,
    PUBLIC_CLIENT, REFRESH_LIFE, Refresh, TENANT, USER_ID, Wanted, secret,
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

/// The one permission of each.
const SCOPE: &str = "user_impersonation";

/// All permissions that were consented to. It comes with no other of the resource.
const ALL_SCOPES: &str = ".default";

/// Scopes that are of no resource.
const OPENID: [&str; 4] = ["openid", "profile", "email", "offline_access"];

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

    /// Whether it is there at all.
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
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
    pub(super) fn grant(
        &self,
        dialect: Dialect,
        tenant: &str,
        form: &Form,
    ) -> Result<Value, Refusal> {
        let grant = form.need("grant_type")?;
        let mut kept = self.kept();
        if kept.asked.len() < 32 || kept.asked.contains_key(grant) {
            *kept.asked.entry(grant.to_owned()).or_default() += 1;
        }
        drop(kept);
        match grant {
            "client_credentials" => self.for_itself(dialect, tenant, form),
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
            // An empty one is one.
            _ if client == PUBLIC_CLIENT => {
                match form.has("client_secret") || form.has("client_assertion") {
                    true => Err(Refusal::new(
                        "invalid_client",
                        700_025,
                        "The application is a public client: neither client_assertion nor \
                         client_secret should be presented.",
                    )),
                    false => Ok(client),
                }
            }
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

    fn for_itself(&self, dialect: Dialect, tenant: &str, form: &Form) -> Result<Value, Refusal> {
        if ANY_TENANT
            .iter()
            .any(|any| any.eq_ignore_ascii_case(tenant))
        {
            // Nobody signs in whose tenant it could be.
            return Err(Refusal::invalid_request(
                50_194,
                "The application is not configured as a multi-tenant application: use its own \
                 tenant in place of /common.",
            ));
        }
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
    pub(super) fn begin_device(
        &self,
        dialect: Dialect,
        _tenant: &str,
        form: &Form,
    ) -> Result<Value, Refusal> {
        let client = self.client(form)?;
        let wanted = wanted(dialect, form)?;
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
                wanted,
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
                let wanted = device.wanted.clone();
                kept.devices.remove(code);
                drop(kept);
                self.for_user(dialect, form, client, &wanted, None)
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
        let wanted = wanted(dialect, form)?;
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
                wanted,
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
        let (wanted, nonce) = (code.wanted.clone(), code.nonce.clone());
        drop(kept);
        self.for_user(dialect, form, client, &wanted, nonce.as_deref())
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
        let wanted = Wanted {
            resource: refresh.resource.clone(),
            // A sign-in that had one goes on.
            offline: true,
        };
        drop(kept);
        self.for_user(dialect, form, client, &wanted, None)
    }

    /// A token for the user, for what this request asks or else for what the sign-in was.
    fn for_user(
        &self,
        dialect: Dialect,
        form: &Form,
        client: &'static str,
        wanted: &Wanted,
        nonce: Option<&str>,
    ) -> Result<Value, Refusal> {
        let resource = resource(dialect, form)?.unwrap_or_else(|| wanted.resource.clone());
        let (token, life) = self.access_token(For::User, client, &resource);
        let mut answer = self.answer(dialect, &token, life, &resource);
        if wanted.offline {
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

/// What a sign-in that begins is for.
fn wanted(dialect: Dialect, form: &Form) -> Result<Wanted, Refusal> {
    let offline = match dialect {
        Dialect::V1 => true,
        Dialect::V2 => words(form.need("scope")?).any(|scope| scope == "offline_access"),
    };
    let resource = resource(dialect, form)?.unwrap_or_else(graph);
    Ok(Wanted { resource, offline })
}

/// What a request wants a token for: v1 names the resource, v2 names it in the scopes.
fn resource(dialect: Dialect, form: &Form) -> Result<Option<String>, Refusal> {
    let wanted: Vec<(String, Option<&str>)> = match dialect {
        Dialect::V1 => {
            let resource = form
                .get("resource")
                .map(|resource| (resource.to_owned(), None));
            resource.into_iter().collect()
        }
        Dialect::V2 => words(form.get("scope").unwrap_or_default())
            .filter(|scope| !OPENID.contains(scope))
            .map(|scope| match scope.rsplit_once('/') {
                Some((resource, scope)) => (resource.to_owned(), Some(scope)),
                // That is whose scopes need no resource.
                None => (graph(), Some(scope)),
            })
            .collect(),
    };
    let Some((first, _)) = wanted.first() else {
        return Ok(None);
    };
    if wanted.iter().any(|(resource, _)| resource != first) {
        return Err(Refusal::invalid_request(
            28_000,
            "The scopes are of more than one resource.",
        ));
    }
    let plain = first.trim_end_matches('/');
    let Some(known) = RESOURCES.iter().find(|known| **known == plain) else {
        return Err(Refusal::new(
            "invalid_resource",
            500_011,
            "The resource principal was not found in the tenant.",
        ));
    };
    let scopes: Vec<&str> = wanted.iter().filter_map(|(_, scope)| *scope).collect();
    let all = scopes.contains(&ALL_SCOPES);
    if scopes
        .iter()
        .any(|scope| *scope != ALL_SCOPES && (all || *scope != SCOPE))
    {
        // 70011 is what is documented for a scope that is not valid; for one that the
        // resource does not have Entra has been seen to answer 650053, which is not. 65001
        // is for one that the resource has and nobody has consented to.
        return Err(Refusal::new(
            "invalid_scope",
            70_011,
            "The provided value for the input parameter 'scope' is not valid.",
        ));
    }
    Ok(Some((*known).to_owned()))
}

fn words(scope: &str) -> impl Iterator<Item = &str> {
    scope.split(' ').filter(|scope| !scope.is_empty())
}

fn no_resource() -> Refusal {
    Refusal::invalid_request(900_144, "The request must contain the parameter resource.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Setup, TENANT_DOMAIN};

    const RESOURCE: &str = "https://api.partner.microsoft.com";

    fn identity() -> Identity {
        let setup = Setup {
            approve_devices: true,
            ..Setup::default()
        };
        Identity::new("https://login.example.com".to_owned(), setup)
    }

    fn form(pairs: &[(&str, &str)]) -> Form {
        let text = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        Form::read(text.as_bytes()).unwrap_or_else(|refusal| panic!("{}", refusal.text()))
    }

    /// The number of a refusal.
    fn refused<T>(outcome: Result<T, Refusal>) -> String {
        let refusal = outcome.err().map(|refusal| refusal.text());
        let text = refusal.unwrap_or_default();
        text.split(':').next().unwrap_or_default().to_owned()
    }

    fn by_device(identity: &Identity, scope: &str) -> Result<Value, Refusal> {
        let begin = form(&[("client_id", PUBLIC_CLIENT), ("scope", scope)]);
        let device = identity.begin_device(Dialect::V2, TENANT, &begin)?;
        let code = device["device_code"].as_str().unwrap_or_default();
        let poll = [
            ("grant_type", "device_code"),
            ("client_id", PUBLIC_CLIENT),
            ("device_code", code),
        ];
        identity.grant(Dialect::V2, TENANT, &form(&poll))
    }

    fn by_browser(identity: &Identity, scope: &str, again: &str) -> Result<Value, Refusal> {
        let redirect = "http://localhost";
        let verifier = "a-verifier";
        let digest = digest::digest(&digest::SHA256, verifier.as_bytes());
        let begin = form(&[
            ("response_type", "code"),
            ("scope", scope),
            ("code_challenge", &URL_SAFE_NO_PAD.encode(digest)),
            ("code_challenge_method", "S256"),
        ]);
        let code = identity.begin_browser(Dialect::V2, &begin, PUBLIC_CLIENT, redirect)?;
        let redeem = [
            ("grant_type", "authorization_code"),
            ("client_id", PUBLIC_CLIENT),
            ("code", &code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
            ("scope", again),
        ];
        identity.grant(Dialect::V2, TENANT, &form(&redeem))
    }

    #[test]
    fn a_refresh_token_is_for_whoever_asked_for_one() {
        let identity = identity();
        let scope = format!("{RESOURCE}/.default");
        let offline = format!("{scope} offline_access");
        let has_one = |answer: Result<Value, Refusal>| {
            let answer = answer.unwrap_or_else(|refusal| panic!("{}", refusal.text()));
            assert!(answer["access_token"].is_string());
            answer["refresh_token"].as_str().map(str::to_owned)
        };
        assert_eq!(has_one(by_device(&identity, &scope)), None);
        assert_eq!(has_one(by_browser(&identity, &scope, "")), None);
        // It was to be asked for when the sign-in began.
        assert_eq!(has_one(by_browser(&identity, &scope, &offline)), None);
        assert!(has_one(by_browser(&identity, &offline, "")).is_some());
        let token = has_one(by_device(&identity, &offline)).unwrap_or_default();
        let redeem = form(&[
            ("grant_type", "refresh_token"),
            ("client_id", PUBLIC_CLIENT),
            ("refresh_token", &token),
            ("scope", &scope),
        ]);
        let again = identity.grant(Dialect::V2, TENANT, &redeem);
        assert!(has_one(again).is_some());

        // v1 knows no scopes.
        let begin = form(&[("client_id", PUBLIC_CLIENT), ("resource", RESOURCE)]);
        let device = identity.begin_device(Dialect::V1, TENANT, &begin);
        let device = device.unwrap_or_else(|refusal| panic!("{}", refusal.text()));
        let poll = form(&[
            ("grant_type", "device_code"),
            ("client_id", PUBLIC_CLIENT),
            ("code", device["device_code"].as_str().unwrap_or_default()),
        ]);
        assert!(has_one(identity.grant(Dialect::V1, TENANT, &poll)).is_some());
    }

    #[test]
    fn scopes_are_needed_and_have_to_be_known() {
        let identity = identity();
        let of = |scope: &str| format!("{RESOURCE}/{scope}");
        for (scope, number) in [
            (String::new(), "AADSTS900144"),
            (of("user_impersonation"), ""),
            (format!("openid  profile {} email", of(".default")), ""),
            ("openid".to_owned(), ""),
            (of("Referrals.Read"), "AADSTS70011"),
            (of("") + "/.default", ""),
            (of(""), "AADSTS70011"),
            ("User.Read".to_owned(), "AADSTS70011"),
            (
                format!("{} {}", of(".default"), of("user_impersonation")),
                "AADSTS70011",
            ),
            (
                format!("{} https://graph.microsoft.com/.default", of(".default")),
                "AADSTS28000",
            ),
            ("https://example.com/.default".to_owned(), "AADSTS500011"),
            (RESOURCE.to_owned(), "AADSTS500011"),
        ] {
            assert_eq!(refused(by_device(&identity, &scope)), number, "{scope}");
            let browser = by_browser(&identity, &scope, "");
            assert_eq!(refused(browser), number, "{scope}");
        }
        let again = by_browser(&identity, &of(".default"), &of("Referrals.Read"));
        assert_eq!(refused(again), "AADSTS70011");
    }

    #[test]
    fn an_application_proves_itself_where_it_can_and_to_its_own_tenant() {
        let identity = identity();
        let scope = format!("{RESOURCE}/.default");
        let secret = identity.client_secret().to_owned();
        let itself = form(&[
            ("grant_type", "client_credentials"),
            ("client_id", CONFIDENTIAL_CLIENT),
            ("client_secret", &secret),
            ("scope", &scope),
        ]);
        for (tenant, number) in [
            (TENANT, ""),
            (TENANT_DOMAIN, ""),
            ("common", "AADSTS50194"),
            ("Organizations", "AADSTS50194"),
        ] {
            let granted = identity.grant(Dialect::V2, tenant, &itself);
            assert_eq!(refused(granted), number, "{tenant}");
        }
        for (name, value) in [
            ("client_secret", "s"),
            ("client_secret", ""),
            ("client_assertion", "a.b.c"),
            ("client_assertion", ""),
        ] {
            let public = form(&[
                ("grant_type", "refresh_token"),
                ("client_id", PUBLIC_CLIENT),
                ("refresh_token", "r"),
                (name, value),
            ]);
            let granted = identity.grant(Dialect::V2, TENANT, &public);
            assert_eq!(refused(granted), "AADSTS700025", "{name}={value}");
        }
    }
}
