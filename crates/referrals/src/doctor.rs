//! What is the matter with a token, as far as it tells itself, and what the live API looks
//! like.
//!
//! For a [`Diagnosis`] nothing is sent anywhere. A token says for which service it was issued, for whom,
//! by what kind of sign-in and until when; it does not say which roles of Partner
//! Center its user has, and whether its signature is genuine is for the service to
//! find out.
//!
//! Documentation: "Referral API authentication" and "Mandating multifactor
//! authentication (MFA)", Partner Center; "Access token claims reference", Microsoft
//! identity platform.

mod live;

pub use live::LiveReport;

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Token;

/// For whom a token of the referrals API is issued.
pub const AUDIENCE: &str = "https://api.partner.microsoft.com";

/// The same, as the id of the service in tokens of the v2 endpoint.
const AUDIENCE_ID: &str = "4990cffe-04e8-4e8b-808a-1175604b879f";

/// Audiences that people take for it, with what they are for.
const OTHERS: [(&str, &str); 5] = [
    (
        "https://api.partnercenter.microsoft.com",
        "the Partner Center API (webhooks, analytics, commerce)",
    ),
    (
        "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd",
        "the Partner Center API (webhooks, analytics, commerce)",
    ),
    ("https://graph.microsoft.com", "Microsoft Graph"),
    ("00000003-0000-0000-c000-000000000000", "Microsoft Graph"),
    (
        "https://graph.windows.net",
        "Azure AD Graph, which is retired",
    ),
];

/// A token with less time left may end in the middle of a longer list.
const SOON: Duration = Duration::from_secs(5 * 60);

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Verdict {
    /// As it should be.
    Fine,
    /// It may work or not.
    Doubt,
    /// The service will refuse the token.
    Fault,
}

/// One thing that a token says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it is about, such as `audience`.
    pub topic: &'static str,
    /// How serious it is.
    pub verdict: Verdict,
    /// What was found. Names of people are left out.
    pub found: String,
    /// What to change, where something has to be.
    pub change: Option<String>,
}

/// What there is to say about a token.
///
/// ```
/// use std::time::SystemTime;
/// use referrals::Token;
/// use referrals::doctor::{Diagnosis, Verdict};
///
/// let diagnosis = Diagnosis::of_token(&Token::from("opaque"), SystemTime::now());
/// assert_eq!(diagnosis.verdict(), Verdict::Doubt);
/// assert!(diagnosis.findings()[0].found.contains("not a JSON Web Token"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnosis {
    findings: Vec<Finding>,
}

impl Diagnosis {
    /// Looks at a token. `now` is the time to hold its own times against.
    pub fn of_token(token: &Token, now: SystemTime) -> Self {
        let findings = match claims(token.secret()) {
            Ok(claims) => examine(&claims, now.into()),
            Err(found) => vec![Finding {
                topic: "form",
                verdict: Verdict::Doubt,
                found: format!("the token is {found}, so nothing can be told of it"),
                change: Some(
                    "if it comes from Microsoft's sign-in, check that it was copied whole and \
                     that it is the access token, not the refresh token"
                        .to_owned(),
                ),
            }],
        };
        Self { findings }
    }

    /// Everything that was found, in the order in which the service would mind.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The most serious verdict.
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.findings.iter().map(|finding| finding.verdict);
        verdicts.max().unwrap_or(Verdict::Fine)
    }

    /// The one thing to change first.
    pub fn first_change(&self) -> Option<&str> {
        let worst = self.verdict();
        let mut findings = self.findings.iter();
        findings
            .find(|finding| finding.verdict == worst && finding.change.is_some())?
            .change
            .as_deref()
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let mark = match finding.verdict {
                Verdict::Fine => "ok",
                Verdict::Doubt => "doubt",
                Verdict::Fault => "FAULT",
            };
            writeln!(f, "{mark:<6} {:<12} {}", finding.topic, finding.found)?;
        }
        match self.first_change() {
            Some(change) => writeln!(f, "\nFirst of all: {change}."),
            None => Ok(()),
        }
    }
}

type Claims = Map<String, Value>;

/// When a token ends, if it says so.
pub(crate) fn expires(token: &Token) -> Option<SystemTime> {
    time(&claims(token.secret()).ok()?, "exp").map(SystemTime::from)
}

/// Whether a token is known to stand for an application alone. One that does not tell
/// may stand for anybody.
pub(crate) fn is_app_only(token: &Token) -> bool {
    // Claims that only users have.
    const OF_USERS: [&str; 5] = ["scp", "upn", "unique_name", "preferred_username", "name"];
    claims(token.secret()).is_ok_and(|claims| {
        text(&claims, "idtyp").is_some_and(|kind| kind == "app")
            || !OF_USERS.iter().any(|name| claims.contains_key(*name))
    })
}

/// The claims of a token, or what it is in place of a JSON Web Token.
fn claims(token: &str) -> Result<Claims, &'static str> {
    let parts: Vec<_> = token.trim().split('.').collect();
    let payload = match parts[..] {
        // A signed one; encrypted ones have five parts.
        [_, payload, _] => payload,
        [_, _, _, _, _] => return Err("encrypted (JWE)"),
        _ => return Err("not a JSON Web Token"),
    };
    let bytes = URL_SAFE_NO_PAD
        .decode(payload.trim_end_matches('='))
        .map_err(|_| "not a JSON Web Token")?;
    serde_json::from_slice(&bytes).map_err(|_| "not a JSON Web Token")
}

fn examine(claims: &Claims, now: DateTime<Utc>) -> Vec<Finding> {
    let mut findings = vec![expiry(claims, now)];
    findings.extend(not_before(claims, now));
    findings.push(audience(claims));
    let kind = kind(claims);
    let of_user = kind.verdict == Verdict::Fine;
    findings.push(kind);
    if of_user {
        findings.extend([mfa(claims), scope(claims)]);
    }
    findings.extend(who(claims));
    if of_user {
        findings.push(fine(
            "roles",
            "which role in Partner Center the user has (Referrals admin, Referrals user) is in no \
             token; without one the service answers 403",
        ));
    }
    findings
}

fn fine(topic: &'static str, found: impl Into<String>) -> Finding {
    Finding {
        topic,
        verdict: Verdict::Fine,
        found: found.into(),
        change: None,
    }
}

fn found(
    verdict: Verdict,
    topic: &'static str,
    found: impl Into<String>,
    change: impl Into<String>,
) -> Finding {
    Finding {
        topic,
        verdict,
        found: found.into(),
        change: Some(change.into()),
    }
}

/// A time in a claim: seconds, as a number or, from the v1 endpoint, as text.
fn time(claims: &Claims, name: &str) -> Option<DateTime<Utc>> {
    let seconds = match claims.get(name)? {
        Value::Number(number) => number.as_i64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    DateTime::from_timestamp(seconds, 0)
}

fn shown(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn expiry(claims: &Claims, now: DateTime<Utc>) -> Finding {
    let Some(end) = time(claims, "exp") else {
        let says = "the token does not say when it ends";
        return found(
            Verdict::Doubt,
            "expiry",
            says,
            "get a token from Microsoft's sign-in",
        );
    };
    match (end - now).to_std() {
        Err(_) => found(
            Verdict::Fault,
            "expiry",
            format!("expired at {}, {} ago", shown(end), span(now - end)),
            "get a new token; they live for about an hour",
        ),
        Ok(left) if left < SOON => found(
            Verdict::Doubt,
            "expiry",
            format!("ends at {}, in {}", shown(end), span(end - now)),
            "get a new token before a longer call",
        ),
        Ok(_) => fine(
            "expiry",
            format!("ends at {}, in {}", shown(end), span(end - now)),
        ),
    }
}

fn span(time: chrono::TimeDelta) -> String {
    match time.num_seconds() {
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds if seconds < 2 * 60 * 60 => format!("{} min", seconds / 60),
        seconds if seconds < 48 * 60 * 60 => format!("{} h", seconds / 3600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

fn not_before(claims: &Claims, now: DateTime<Utc>) -> Option<Finding> {
    let start = time(claims, "nbf").filter(|start| *start > now)?;
    Some(found(
        Verdict::Fault,
        "clock",
        format!(
            "is not valid before {}, in {}",
            shown(start),
            span(start - now)
        ),
        "set the clock of this machine, which seems to be slow",
    ))
}

fn audience(claims: &Claims) -> Finding {
    let change = format!(
        "ask for a token with the resource {AUDIENCE} (v1 endpoint) or the scope \
         {AUDIENCE}/.default (v2 endpoint)"
    );
    let Some(audience) = text(claims, "aud") else {
        let says = "the token does not say for which service it is";
        return found(Verdict::Fault, "audience", says, change);
    };
    let plain = audience.trim_end_matches('/');
    if plain.eq_ignore_ascii_case(AUDIENCE) || plain.eq_ignore_ascii_case(AUDIENCE_ID) {
        return fine("audience", plain);
    }
    let known = OTHERS
        .iter()
        .find(|(name, _)| plain.eq_ignore_ascii_case(name));
    let says = match known {
        Some((_, what)) => format!("{plain} is {what}; the referrals API answers 401"),
        None => format!("{plain} is another service; the referrals API answers 401"),
    };
    found(Verdict::Fault, "audience", says, change)
}

/// Whether it stands for a user. The service takes nothing else but on v1.
fn kind(claims: &Claims) -> Finding {
    let is_app = text(claims, "idtyp").is_some_and(|kind| kind == "app");
    if !is_app && (claims.contains_key("scp") || claims.contains_key("upn")) {
        return fine("credentials", "App+User: the token stands for a user");
    }
    let change = "sign a user in (device code, authorization code or a refresh token of the Secure \
                  Application Model): client credentials alone are taken by the API of 2018 only \
                  (--api v1)";
    match is_app || claims.contains_key("roles") || !claims.contains_key("scp") {
        true => found(
            Verdict::Fault,
            "credentials",
            "App-only: the token stands for an application, and the live API wants a user",
            change,
        ),
        false => found(
            Verdict::Doubt,
            "credentials",
            "the token does not say whether it stands for a user",
            change,
        ),
    }
}

fn mfa(claims: &Claims) -> Finding {
    let methods = claims.get("amr").and_then(Value::as_array);
    let has_mfa = methods
        .into_iter()
        .flatten()
        .any(|method| method.as_str().is_some_and(|method| method == "mfa"));
    if has_mfa {
        return fine("sign-in", "with multifactor authentication");
    }
    found(
        Verdict::Doubt,
        "sign-in",
        "the token shows no multifactor authentication, which Partner Center demands of users",
        "sign in with a second factor; a user name and a password sent by a program never have \
         one",
    )
}

fn scope(claims: &Claims) -> Finding {
    let scopes = text(claims, "scp").unwrap_or_default();
    if scopes.split(' ').any(|scope| scope == "user_impersonation") {
        return fine("scope", scopes);
    }
    found(
        Verdict::Doubt,
        "scope",
        match scopes {
            "" => "none".to_owned(),
            scopes => format!("{scopes}, without user_impersonation"),
        },
        "give the app registration the delegated permission user_impersonation of \"Microsoft \
         Partner\" and have an administrator consent",
    )
}

/// Tenant and application, which are no secrets and name nobody.
fn who(claims: &Claims) -> Vec<Finding> {
    let app = text(claims, "appid").or_else(|| text(claims, "azp"));
    let tenant = text(claims, "tid");
    [("tenant", tenant), ("app", app)]
        .into_iter()
        .filter_map(|(topic, id)| Some(fine(topic, id?)))
        .collect()
}

/// A claim's text, when it has nothing in it that a terminal would take for more.
fn text<'a>(claims: &'a Claims, name: &str) -> Option<&'a str> {
    let text = claims.get(name)?.as_str()?;
    let harmless = |letter: char| letter.is_ascii_graphic() || letter == ' ';
    (text.len() <= 256 && text.chars().all(harmless)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const NOW: i64 = 1_780_000_000;

    fn token(claims: &Value) -> Token {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let header = part(r#"{"alg":"none"}"#);
        Token::from(format!(
            "{header}.{}.c2lnbmF0dXJl",
            part(&claims.to_string())
        ))
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs())
    }

    fn good() -> Value {
        json!({
            "aud": "https://api.partner.microsoft.com",
            "tid": "11111111-2222-4333-8444-555555555555",
            "appid": "66666666-7777-4888-8999-000000000000",
            "upn": "ada@contoso.example.com",
            "name": "Ada Example",
            "scp": "user_impersonation",
            "amr": ["pwd", "mfa"],
            "exp": NOW + 3000,
            "nbf": NOW - 60,
        })
    }

    fn with(changes: Value) -> Diagnosis {
        let mut claims = good();
        for (name, value) in changes.as_object().expect("an object") {
            match value.is_null() {
                true => drop(claims.as_object_mut().expect("an object").remove(name)),
                false => claims[name] = value.clone(),
            }
        }
        Diagnosis::of_token(&token(&claims), now())
    }

    #[test]
    fn every_fault_is_named_with_what_to_change() {
        let cases = [
            ("as it should be", json!({}), Verdict::Fine),
            (
                "v2 endpoint",
                json!({"aud": AUDIENCE_ID, "appid": null, "azp": "a"}),
                Verdict::Fine,
            ),
            ("expired", json!({"exp": NOW - 7300}), Verdict::Fault),
            (
                "expired, as text",
                json!({"exp": (NOW - 60).to_string()}),
                Verdict::Fault,
            ),
            ("nearly expired", json!({"exp": NOW + 100}), Verdict::Doubt),
            ("without an end", json!({"exp": null}), Verdict::Doubt),
            ("not yet valid", json!({"nbf": NOW + 600}), Verdict::Fault),
            (
                "the other Partner Center",
                json!({"aud": "https://api.partnercenter.microsoft.com/"}),
                Verdict::Fault,
            ),
            (
                "Graph",
                json!({"aud": "00000003-0000-0000-c000-000000000000"}),
                Verdict::Fault,
            ),
            (
                "somebody else",
                json!({"aud": "https://contoso.example.com"}),
                Verdict::Fault,
            ),
            ("for nobody", json!({"aud": null}), Verdict::Fault),
            (
                "App-only",
                json!({"idtyp": "app", "scp": null, "upn": null, "roles": ["x"]}),
                Verdict::Fault,
            ),
            (
                "App-only, unsaid",
                json!({"scp": null, "upn": null}),
                Verdict::Fault,
            ),
            ("no second factor", json!({"amr": ["pwd"]}), Verdict::Doubt),
            (
                "another scope",
                json!({"scp": "openid profile"}),
                Verdict::Doubt,
            ),
        ];
        let mut text = String::new();
        for (name, changes, verdict) in cases {
            let diagnosis = with(changes);
            assert_eq!(diagnosis.verdict(), verdict, "{name}: {diagnosis}");
            assert_eq!(
                diagnosis.first_change().is_some(),
                verdict != Verdict::Fine,
                "{name}"
            );
            text.push_str(&format!("== {name}\n{diagnosis}\n"));
        }
        insta::assert_snapshot!(text);
        assert!(!text.contains("Ada") && !text.contains("ada@"), "{text}");
    }

    #[test]
    fn what_is_no_token_of_that_kind_is_said_to_be_none() {
        for (text, part) in [
            ("opaque", "not a JSON Web Token"),
            ("a.b.c", "not a JSON Web Token"),
            ("a..c", "not a JSON Web Token"),
            ("a.b.c.d.e", "encrypted"),
            ("", "not a JSON Web Token"),
        ] {
            let diagnosis = Diagnosis::of_token(&Token::from(text), now());
            assert!(diagnosis.to_string().contains(part), "{diagnosis}");
            assert_eq!(diagnosis.verdict(), Verdict::Doubt);
        }
    }

    proptest! {
        #[test]
        fn any_token_is_looked_at_and_none_is_repeated(
            payload in ".{0,80}",
            aud in ".{0,40}",
            exp in any::<i64>(),
        ) {
            let claims = json!({ "aud": aud, "exp": exp, "nbf": exp, "scp": payload });
            let first = token(&claims);
            for token in [first, Token::from(format!("a.{}.c", URL_SAFE_NO_PAD.encode(&payload)))] {
                let shown = Diagnosis::of_token(&token, now()).to_string();
                prop_assert!(!shown.contains(token.secret()));
                let drives = |letter: char| letter.is_control() && letter != '\n';
                prop_assert!(!shown.chars().any(drives), "{shown:?}");
            }
        }
    }
}
