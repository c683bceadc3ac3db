//! What the authority's refusals mean.

use crate::{Error, ErrorKind};

/// A call to the authority that brought no token.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) error: Error,
    /// Whether somebody has to sign in (again), and nothing else helps.
    pub(super) sign_in: bool,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self {
            error,
            sign_in: false,
        }
    }
}

impl Refusal {
    /// `code` is OAuth's, `description` the authority's own words. They may name the
    /// user, so only the numbers are taken out of them.
    pub(super) fn new(code: &str, description: Option<&str>) -> Self {
        let description = description.unwrap_or_default();
        let code = printable(code).unwrap_or("no code");
        let number = number(description);
        let known = number.and_then(|number| {
            let mut known = KNOWN.iter();
            known.find(|(known, _)| *known == number).map(|row| row.1)
        });
        let reason = known.or_else(|| explain(code)).map_or_else(
            || match number {
                Some(number) => format!(
                    "https://login.microsoftonline.com/error?code={number} says what it means"
                ),
                None => "ask whoever runs the tenant".to_owned(),
            },
            str::to_owned,
        );
        let mut message = format!("the sign-in was refused ({code}): {reason}");
        for name in ["Trace ID", "Correlation ID"] {
            if let Some(id) = id(description, name) {
                message.push_str(&format!(", {} {id}", name.to_lowercase()));
            }
        }
        let code_chain = number.map_or_else(|| code.to_owned(), |number| format!("AADSTS{number}"));
        let error = Error::new(ErrorKind::SignIn, message);
        Self {
            error: error.with_code(code_chain),
            sign_in: ["invalid_grant", "interaction_required", "login_required"].contains(&code),
        }
    }
}

/// What the numbers mean and what to do, in the order of the numbers.
///
/// Documentation: "Microsoft Entra authentication and authorization error codes".
const KNOWN: [(u32, &str); 30] = [
    (
        16000,
        "more than one account is signed in there: sign in again and choose one",
    ),
    (
        50011,
        "the redirect URI is not registered: register http://localhost for \"Mobile and desktop applications\"",
    ),
    (50034, "there is no such user in the tenant"),
    (
        50053,
        "the account is locked, after too many wrong passwords or from a suspicious address",
    ),
    (50057, "the account is disabled"),
    (50076, "a second factor is needed: sign in again"),
    (50078, "the second factor has expired: sign in again"),
    (
        50079,
        "the user has to set up a second factor: sign in again",
    ),
    (50105, "the user is not assigned to the application"),
    (50126, "the user name or the password is wrong"),
    (
        50173,
        "the refresh token was taken back, as after a change of the password: sign in again",
    ),
    (
        50194,
        "the application is not made for all tenants: name its own tenant in place of common",
    ),
    (53000, "the device does not meet the rules of the tenant"),
    (
        53003,
        "a rule of the tenant (conditional access) does not allow it",
    ),
    (54005, "the code was redeemed before: sign in again"),
    (
        65001,
        "nobody has consented: have an administrator consent to user_impersonation of \"Microsoft Partner\"",
    ),
    (65004, "the user declined to consent"),
    (
        70000,
        "the refresh token or the code is not valid: sign in again",
    ),
    (
        70008,
        "the refresh token or the code has expired: sign in again",
    ),
    (70043, "the tenant wants a fresh sign-in: sign in again"),
    (
        90002,
        "there is no such tenant: check its id or domain, and the cloud",
    ),
    (
        500011,
        "the tenant does not know Partner Center: give the application the delegated permission user_impersonation of \"Microsoft Partner\"",
    ),
    (500341, "the account was deleted"),
    (
        700016,
        "the tenant does not know the application: check the client id and the tenant",
    ),
    (
        700027,
        "the certificate is not the application's: check that it is registered and has not expired",
    ),
    (
        700082,
        "the refresh token has expired, after 90 days without use: sign in again",
    ),
    (
        700084,
        "the refresh token of a web page lives for 24 hours only: sign in with another kind of application",
    ),
    (
        7_000_215,
        "the client secret is wrong: give its value, not its id",
    ),
    (
        7_000_218,
        "the application has to prove itself: give its secret or certificate, or allow public client flows in its registration",
    ),
    (7_000_222, "the client secret has expired: make another"),
];

/// What the codes of OAuth mean where no number tells more.
fn explain(code: &str) -> Option<&'static str> {
    Some(match code {
        "access_denied" | "authorization_declined" => "somebody declined",
        "expired_token" | "code_expired" => "nobody signed in in time: start again",
        "invalid_client" => "the application is unknown, or its secret is wrong",
        "invalid_grant" => "the refresh token or the code is not good any more: sign in again",
        "interaction_required" | "login_required" => "somebody has to sign in again",
        "invalid_scope" => "the application may not ask for a token of that service",
        "unauthorized_client" => "the application is not allowed to sign in like this",
        "unsupported_grant_type" => "the authority does not sign in like this",
        "invalid_resource" => "the tenant does not know the service that the token is for",
        _ => return None,
    })
}

/// The first `AADSTS` number.
fn number(description: &str) -> Option<u32> {
    let rest = &description[description.find("AADSTS")? + "AADSTS".len()..];
    let end = rest.find(|letter: char| !letter.is_ascii_digit());
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

/// An id out of a text such as `Trace ID: 4c5b...`.
fn id<'a>(description: &'a str, name: &str) -> Option<&'a str> {
    let rest = &description[description.find(name)? + name.len()..];
    let rest = rest.strip_prefix(':')?.trim_start();
    let id = rest.get(..36)?;
    uuid::Uuid::try_parse(id).ok().map(|_| id)
}

fn printable(code: &str) -> Option<&str> {
    let letter = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'_';
    (!code.is_empty() && code.len() <= 64 && code.bytes().all(letter)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do_and_names_nobody() {
        let told = |code: &str, description: Option<&str>| {
            let refusal = Refusal::new(code, description);
            format!("{}\n  sign in: {}", refusal.error, refusal.sign_in)
        };
        let cases = [
            told(
                "invalid_grant",
                Some(
                    "AADSTS700082: The refresh token of ada@contoso.example.com has expired. \
                     Trace ID: 0f8fad5b-d9cb-469f-a165-70867728950e Correlation ID: \
                     7c9e6679-7425-40de-944b-e07fc1f90ae7 Timestamp: 2026-01-01 00:00:00Z",
                ),
            ),
            told(
                "invalid_client",
                Some("AADSTS7000215: Invalid client secret provided."),
            ),
            told("invalid_request", Some("AADSTS123456789: Something new.")),
            told("invalid_grant", None),
            told("something_else", Some("no number")),
            told("bad\u{1b}[31m", Some("AADSTS")),
            told(
                "invalid_grant",
                Some("AADSTS99999999999999999999 Trace ID: x"),
            ),
        ];
        let text = cases.join("\n");
        assert!(!text.contains("ada@"), "{text}");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_numbers_are_in_order_and_there_once() {
        assert!(KNOWN.is_sorted_by(|a, b| a.0 < b.0));
    }
}
