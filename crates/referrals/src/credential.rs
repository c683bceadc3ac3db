//! Where tokens come from.

use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::process::Stdio;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tokio::process::Command;
use tokio::sync::Mutex;

use crate::doctor::{self, AUDIENCE};
use crate::{Error, ErrorKind, Token};

/// A token that has less time left is renewed before it is used.
pub(crate) const EARLY: Duration = Duration::from_secs(5 * 60);

/// How long a command may take: it may ask somebody to sign in.
const PATIENCE: Duration = Duration::from_secs(120);

/// What [`Credential::token`] resolves to.
pub type TokenFuture<'a> = Pin<Box<dyn Future<Output = Result<AccessToken, Error>> + Send + 'a>>;

/// For which service a token is. One for one service is refused by the other.
///
/// Documentation: "Referral API authentication", Partner Center.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Audience {
    /// The referrals API, <https://api.partner.microsoft.com>.
    Referrals,
    /// The rest of Partner Center (webhooks, analytics),
    /// <https://api.partnercenter.microsoft.com>.
    PartnerCenter,
}

impl Audience {
    const ALL: [Self; 2] = [Self::Referrals, Self::PartnerCenter];

    /// The resource to name when asking for a token.
    pub fn resource(self) -> &'static str {
        match self {
            Self::Referrals => AUDIENCE,
            Self::PartnerCenter => "https://api.partnercenter.microsoft.com",
        }
    }
}

/// What a [`Credential`] is asked for.
#[derive(Debug, Clone, Copy)]
pub struct TokenRequest<'a> {
    audience: Audience,
    refused: Option<&'a Token>,
}

impl<'a> TokenRequest<'a> {
    /// Asks for a token for this service.
    pub fn new(audience: Audience) -> Self {
        Self {
            audience,
            refused: None,
        }
    }

    /// Says that the service did not take this token.
    pub fn refusing(mut self, token: &'a Token) -> Self {
        self.refused = Some(token);
        self
    }

    /// For which service.
    pub fn audience(&self) -> Audience {
        self.audience
    }

    /// The token that the service did not take, which is no answer.
    pub fn refused(&self) -> Option<&'a Token> {
        self.refused
    }
}

/// Where tokens come from.
///
/// The client asks for a token when it has none or the one it has is about to end,
/// one question at a time however many calls wait for the answer, and again when the
/// service does not take one.
///
/// [`identity`](crate::identity) has those that sign in to Microsoft Entra ID.
pub trait Credential: fmt::Debug + Send + Sync + 'static {
    /// A token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credential`] or [`ErrorKind::SignIn`] with what is wrong and never
    /// the secret.
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a>;

    /// Whether asking again can bring another token.
    fn renews(&self) -> bool {
        true
    }

    /// Whether its tokens are known to stand for an application alone (App-only),
    /// which the live API refuses.
    fn is_app_only(&self) -> bool {
        false
    }
}

impl Credential for Box<dyn Credential> {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        (**self).token(request)
    }

    fn renews(&self) -> bool {
        (**self).renews()
    }

    fn is_app_only(&self) -> bool {
        (**self).is_app_only()
    }
}

/// A token and its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token.
    pub token: Token,
    /// When it ends, if that is known.
    pub expires: Option<SystemTime>,
}

impl From<Token> for AccessToken {
    /// The end is read out of the token, where it has one.
    fn from(token: Token) -> Self {
        Self {
            expires: doctor::expires(&token),
            token,
        }
    }
}

impl Credential for Token {
    fn token<'a>(&'a self, _request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async { Ok(self.clone().into()) })
    }

    fn renews(&self) -> bool {
        false
    }
}

/// A file that somebody else keeps a valid token in. It is read again when the token
/// is about to end.
#[derive(Debug, Clone)]
pub struct TokenFile(PathBuf);

impl TokenFile {
    /// Reads the token from this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Credential for TokenFile {
    fn token<'a>(&'a self, _request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async {
            let source = format!("the token file {}", self.0.display());
            // A line of text; not worth a thread.
            let text = std::fs::read_to_string(&self.0)
                .map_err(|error| refused(format!("cannot read {source}: {error}")))?;
            read(&text, &source, SystemTime::now())
        })
    }
}

/// A command that prints a token: a script, the client of a vault.
///
/// It prints the token alone or JSON with `access_token` or `accessToken`, and
/// `expires_on` or `expires_in` in seconds if it likes. It finds the resource that the
/// token has to be for in the environment variable `REFERRALS_AUDIENCE`.
#[derive(Clone)]
pub struct TokenCommand {
    program: String,
    arguments: Vec<String>,
}

/// Arguments may be secrets.
impl fmt::Debug for TokenCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCommand")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

impl TokenCommand {
    /// Runs this program with these arguments. There is no shell in between.
    pub fn new<A: Into<String>>(
        program: impl Into<String>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
        }
    }

    async fn run(&self, audience: Audience) -> Result<AccessToken, Error> {
        let source = format!("the token command {}", self.program);
        let run = Command::new(&self.program)
            .args(&self.arguments)
            .env("REFERRALS_AUDIENCE", audience.resource())
            .stdin(Stdio::null())
            // What it says there is for whoever started us.
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .output();
        let output = match tokio::time::timeout(PATIENCE, run).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) => return Err(refused(format!("cannot run {source}: {error}"))),
            Err(_) => {
                let seconds = PATIENCE.as_secs();
                return Err(refused(format!("{source} took longer than {seconds} s")));
            }
        };
        if !output.status.success() {
            let status = output.status;
            return Err(refused(format!(
                "{source} failed ({status}): see what it said"
            )));
        }
        let text = String::from_utf8(output.stdout)
            .map_err(|_| refused(format!("{source} printed something that is no text")))?;
        read(&text, &source, SystemTime::now())
    }
}

impl Credential for TokenCommand {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(self.run(request.audience))
    }
}

/// The Azure CLI, for tokens of whoever is signed in there (`az login`).
#[derive(Debug, Clone, Default)]
pub struct AzureCli {
    tenant: Option<String>,
}

impl AzureCli {
    /// Asks the Azure CLI for a token of its own tenant.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for a token of this tenant, an id or a domain.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }

    fn command(&self, audience: Audience) -> TokenCommand {
        let program = if cfg!(windows) { "az.cmd" } else { "az" };
        let mut arguments = vec!["account", "get-access-token", "--output", "json"];
        arguments.extend(["--resource", audience.resource()]);
        if let Some(tenant) = &self.tenant {
            arguments.extend(["--tenant", tenant]);
        }
        TokenCommand::new(program, arguments)
    }
}

impl Credential for AzureCli {
    fn token<'a>(&'a self, request: TokenRequest<'a>) -> TokenFuture<'a> {
        Box::pin(async move { self.command(request.audience).run(request.audience).await })
    }
}

fn refused(reason: String) -> Error {
    Error::new(ErrorKind::Credential, reason)
}

/// A token out of a text: alone, or in JSON as token endpoints and the Azure CLI
/// write it.
fn read(text: &str, source: &str, now: SystemTime) -> Result<AccessToken, Error> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with('{') {
        return Ok(alone(text, source)?.into());
    }
    let json: Value = serde_json::from_str(text)
        .map_err(|_| refused(format!("{source} has JSON that cannot be read")))?;
    let token = ["access_token", "accessToken"]
        .iter()
        .find_map(|name| json[name].as_str())
        .ok_or_else(|| refused(format!("{source} has JSON without an access_token")))?;
    let token = alone(token, source)?;
    let seconds = |name: &str| match &json[name] {
        Value::Number(number) => number.as_u64(),
        // The v1 endpoint writes numbers as text.
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let on = seconds("expires_on")
        .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    let within =
        seconds("expires_in").and_then(|seconds| now.checked_add(Duration::from_secs(seconds)));
    let mut token = AccessToken::from(token);
    token.expires = on.or(within).or(token.expires);
    Ok(token)
}

fn alone(text: &str, source: &str) -> Result<Token, Error> {
    Token::from_text(text).map_err(|reason| refused(format!("{source} {reason}")))
}

/// The credential of a client with the tokens it has.
#[derive(Debug)]
pub(crate) struct Tokens {
    credential: Box<dyn Credential>,
    /// One for each audience, held while the credential is asked, so that it is asked
    /// once.
    current: [Mutex<Option<Held>>; Audience::ALL.len()],
}

#[derive(Debug)]
struct Held {
    token: AccessToken,
    /// Read out of the token once, not for each call.
    app_only: bool,
}

impl Tokens {
    pub(crate) fn new(credential: Box<dyn Credential>) -> Self {
        Self {
            credential,
            current: Audience::ALL.map(|_| Mutex::default()),
        }
    }

    /// A token to use now. `refused` is one that the service did not take. Where it has
    /// to stand for a user, one that does not is an error.
    pub(crate) async fn get(
        &self,
        audience: Audience,
        now: SystemTime,
        refused: Option<&Token>,
        of_user: bool,
    ) -> Result<Token, Error> {
        if of_user && self.credential.is_app_only() {
            return Err(app_only());
        }
        let mut current = self.current[audience as usize].lock().await;
        let left = |token: &AccessToken| {
            let expires = token.expires.unwrap_or(now + 2 * EARLY);
            expires.duration_since(now).unwrap_or_default()
        };
        let checked = |held: &Held| match of_user && held.app_only {
            true => Err(app_only()),
            false => Ok(held.token.token.clone()),
        };
        let usable = current
            .as_ref()
            .filter(|held| Some(&held.token.token) != refused);
        if let Some(held) = usable
            && (left(&held.token) > EARLY || !self.credential.renews())
        {
            return checked(held);
        }
        let mut request = TokenRequest::new(audience);
        request.refused = refused;
        match self.credential.token(request).await {
            Ok(token) => checked(current.insert(Held {
                app_only: doctor::is_app_only(&token.token),
                token,
            })),
            // What is left of the old one is better than nothing.
            Err(error) => match usable.filter(|held| !left(&held.token).is_zero()) {
                Some(held) => {
                    tracing::warn!("no new token yet, going on with the old one");
                    checked(held)
                }
                None => Err(error),
            },
        }
    }

    pub(crate) fn renews(&self) -> bool {
        self.credential.renews()
    }
}

fn app_only() -> Error {
    refused(
        "the credentials stand for an application alone (App-only), and the live API takes those \
         of a user only (App+User): sign a user in, or use the API of 2018 (v1)"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// Hands out tokens that live for an hour by its own count, and counts.
    #[derive(Debug, Clone, Default)]
    struct Counting {
        asked: Arc<AtomicU64>,
        fails: bool,
    }

    impl Credential for Counting {
        fn token<'a>(&'a self, _request: TokenRequest<'a>) -> TokenFuture<'a> {
            Box::pin(async {
                let asked = self.asked.fetch_add(1, Ordering::SeqCst);
                // Lets all others come in between.
                tokio::task::yield_now().await;
                if self.fails && asked > 0 {
                    return Err(refused("no".to_owned()));
                }
                Ok(AccessToken {
                    token: Token::from(format!("token-{asked}")),
                    expires: Some(at(3600 * (asked + 1))),
                })
            })
        }
    }

    fn runtime() -> tokio::runtime::Runtime {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a runtime")
    }

    #[test]
    fn ten_thousand_calls_ask_once_and_once_more_at_the_end() {
        let counting = Counting::default();
        let tokens = Tokens::new(Box::new(counting.clone()));
        let all = |now: u64| {
            let calls = (0..10_000).map(|_| tokens.get(Audience::Referrals, at(now), None, true));
            runtime().block_on(futures_util::future::join_all(calls))
        };
        for (now, expected, asked) in [
            (0, "token-0", 1),
            (3600 - 301, "token-0", 1),
            (3600 - 300, "token-1", 2),
            (3600, "token-1", 2),
        ] {
            for token in all(now) {
                assert_eq!(token.expect("a token").secret(), expected);
            }
            assert_eq!(counting.asked.load(Ordering::SeqCst), asked, "{now}");
        }
    }

    #[test]
    fn a_token_that_was_refused_is_renewed_once_for_all() {
        let counting = Counting::default();
        let tokens = Tokens::new(Box::new(counting.clone()));
        runtime().block_on(async {
            let first = tokens
                .get(Audience::Referrals, at(0), None, true)
                .await
                .expect("a token");
            let calls =
                (0..100).map(|_| tokens.get(Audience::Referrals, at(0), Some(&first), true));
            for token in futures_util::future::join_all(calls).await {
                assert_eq!(token.expect("a token").secret(), "token-1");
            }
        });
        assert_eq!(counting.asked.load(Ordering::SeqCst), 2);
    }

    #[test]
    fn an_old_token_is_used_to_its_end_when_there_is_no_new_one() {
        let counting = Counting {
            fails: true,
            ..Counting::default()
        };
        let tokens = Tokens::new(Box::new(counting));
        runtime().block_on(async {
            tokens
                .get(Audience::Referrals, at(0), None, true)
                .await
                .expect("a token");
            let late = tokens
                .get(Audience::Referrals, at(3599), None, true)
                .await
                .expect("the old one");
            assert_eq!(late.secret(), "token-0");
            let error = tokens
                .get(Audience::Referrals, at(3600), None, true)
                .await
                .expect_err("none left");
            assert_eq!(error.kind(), ErrorKind::Credential);
        });
    }

    #[test]
    fn a_token_is_read_in_every_form_it_comes_in() {
        let now = at(1_000);
        for (text, expires) in [
            ("s3cret-token", None),
            ("\u{feff}s3cret-token\r\n", None),
            (
                r#"{"access_token":"s3cret-token","expires_in":3599}"#,
                Some(4_599),
            ),
            (
                r#"{"access_token":"s3cret-token","expires_in":"3599","expires_on":"5000"}"#,
                Some(5_000),
            ),
            (
                r#"{"accessToken":"s3cret-token","expiresOn":"2026-01-01 00:00:00.000000","expires_on":6000}"#,
                Some(6_000),
            ),
            (
                r#"{"access_token":"s3cret-token","expires_in":18446744073709551615}"#,
                None,
            ),
        ] {
            let token = read(text, "it", now).expect(text);
            assert_eq!(token.token.secret(), "s3cret-token");
            assert_eq!(token.expires, expires.map(at), "{text}");
        }
        for (text, part) in [
            ("", "is empty"),
            ("s3cret token", "holds more than a token"),
            ("{\"access_token\":\"s3cret", "cannot be read"),
            ("{\"token\":\"s3cret\"}", "without an access_token"),
            ("{\"access_token\":\"s3cret\\ntoken\"}", "more than a token"),
        ] {
            let error = read(text, "it", now).expect_err(text);
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(part) && !shown.contains("s3cret"), "{shown}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_command_prints_a_token_or_is_told_what_is_wrong() {
        let run = |script: &str| {
            let command = TokenCommand::new("sh", ["-c", script]);
            assert!(!format!("{command:?}").contains("s3cret"));
            runtime()
                .block_on(async { command.token(TokenRequest::new(Audience::Referrals)).await })
        };
        let token = run("echo s3cret-token").expect("a token");
        assert_eq!(token.token.secret(), "s3cret-token");
        for (script, part) in [
            ("echo s3cret; exit 3", "failed (exit status: 3)"),
            ("true", "the token command sh is empty"),
            ("printf 's3cret\\377'", "no text"),
        ] {
            let error = run(script).expect_err(script).to_string();
            assert!(error.contains(part) && !error.contains("s3cret"), "{error}");
        }
        let missing = TokenCommand::new("no-such-program", [""; 0]);
        let error = runtime()
            .block_on(async { missing.token(TokenRequest::new(Audience::Referrals)).await });
        let error = error.expect_err("no such program").to_string();
        assert!(
            error.starts_with("cannot run the token command no-such-program"),
            "{error}"
        );
    }
}
