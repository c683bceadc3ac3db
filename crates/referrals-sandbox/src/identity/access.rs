//! Access tokens: made here, and checked when a call carries one.

use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{CONFIDENTIAL_CLIENT, Identity, PERMISSION, Role, TENANT, USER_ID};

/// Who a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    User,
    Application,
}

/// What a token of ours says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    pub(crate) audience: String,
    pub(crate) is_user: bool,
    pub(crate) mfa: bool,
    pub(crate) expired: bool,
    /// Whether it has the permission that the API wants.
    pub(crate) permitted: bool,
    pub(crate) role: Role,
    pub(crate) user: String,
}

impl Identity {
    /// A token, and how long it lives.
    pub(super) fn access_token(
        &self,
        who: For,
        client: &str,
        resource: &str,
    ) -> (String, Duration) {
        let lifetime = self.setup.token_lifetime;
        let now = self.seconds();
        let mut claims = json!({
            "aud": resource,
            "iss": format!("{}/{TENANT}/", self.url),
            "iat": now,
            "nbf": now,
            "exp": now + lifetime.as_secs(),
            "appid": client,
            // 0 is a public client, 1 one with a secret.
            "appidacr": if client == CONFIDENTIAL_CLIENT { "1" } else { "0" },
            "tid": TENANT,
            "jti": Uuid::new_v4(),
            "ver": "1.0",
        });
        let more = match who {
            For::Application => json!({ "idtyp": "app", "oid": client, "sub": client }),
            For::User => json!({
                "idtyp": "user",
                "oid": USER_ID,
                "sub": USER_ID,
                "upn": self.setup.user,
                "name": "Ada Example",
                "scp": self.setup.scope,
                "roles": self.role().claim().into_iter().collect::<Vec<_>>(),
                "amr": if self.mfa.load(Ordering::Relaxed) { json!(["pwd", "mfa"]) } else { json!(["pwd"]) },
            }),
        };
        if let (Some(claims), Value::Object(more)) = (claims.as_object_mut(), more) {
            claims.extend(more);
        }
        (self.sign(&claims), lifetime)
    }

    /// A token about the user for the application itself.
    pub(super) fn id_token(&self, client: &str, nonce: Option<&str>) -> String {
        let now = self.seconds();
        let mut claims = json!({
            "aud": client,
            "iss": format!("{}/{TENANT}/v2.0", self.url),
            "iat": now,
            "nbf": now,
            "exp": now + self.setup.token_lifetime.as_secs(),
            "oid": USER_ID,
            "sub": USER_ID,
            "tid": TENANT,
            "preferred_username": self.setup.user,
            "name": "Ada Example",
            "ver": "2.0",
        });
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.into();
        }
        self.sign(&claims)
    }

    fn sign(&self, claims: &Value) -> String {
        // Entra signs with RSA. Nobody but us has to check these.
        let header = json!({ "typ": "JWT", "alg": "HS256" });
        let [header, claims] =
            [header.to_string(), claims.to_string()].map(|part| URL_SAFE_NO_PAD.encode(part));
        let text = format!("{header}.{claims}");
        let signature = hmac::sign(&self.key, text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// What a token says, if it is one of ours.
    pub(crate) fn claims(&self, token: &str) -> Option<Claims> {
        let (text, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&self.key, text.as_bytes(), &signature).ok()?;
        let (_, claims) = text.split_once('.')?;
        let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
        let claims: Map<String, Value> = serde_json::from_slice(&claims).ok()?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let methods = claims.get("amr").and_then(Value::as_array);
        let roles = claims.get("roles").and_then(Value::as_array);
        let role = Role::ALL.into_iter().find(|role| {
            let claim = role.claim();
            claim.is_some_and(|claim| roles.is_some_and(|roles| roles.iter().any(|is| is == claim)))
        });
        Some(Claims {
            audience: claims.get("aud")?.as_str()?.to_owned(),
            is_user: claims.contains_key("scp"),
            permitted: text("scp").split(' ').any(|scope| scope == PERMISSION),
            role: role.unwrap_or(Role::None),
            user: text("upn").to_owned(),
            mfa: methods.is_some_and(|methods| methods.iter().any(|method| method == "mfa")),
            expired: claims.get("exp")?.as_u64()? <= self.seconds(),
        })
    }
}
