//! Signing in: what goes to the authority, byte for byte, and what comes of its answers.

use std::future::{Future, ready};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use contract_tests::{RawServer, answer, fixtures, ok};
use referrals::identity::{
    AppOnly, AppUser, Application, Authority, ClientCertificate, FileStore, SignIn, SignInStore,
    StoreFuture,
};
use referrals::{
    AccessToken, Audience, Clock, Credential, Error, ErrorKind, Referrals, RetryPolicy, Token,
    TokenRequest,
};
use serde_json::{Value, json};

const APP: &str = "66666666-7777-4888-8999-000000000000";

/// 2026-06-01T00:00:00Z, in seconds.
const START: u64 = 1_780_272_000;

/// A clock that stands still until somebody waits.
#[derive(Debug, Clone)]
struct TestClock(Arc<Mutex<Duration>>);

impl TestClock {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Duration::from_secs(START))))
    }

    fn forward(&self, time: Duration) {
        *self.0.lock().expect("no panic") += time;
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + *self.0.lock().expect("no panic")
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        // Five minutes of patience never end in a test.
        if wait >= Duration::from_secs(60) {
            return Box::pin(std::future::pending());
        }
        self.forward(wait);
        Box::pin(ready(()))
    }
}

/// A clock that no wait is too long for.
#[derive(Debug)]
struct QuickClock(TestClock);

impl Clock for QuickClock {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.forward(wait);
        Box::pin(ready(()))
    }
}

fn authority(server: &RawServer) -> Authority {
    Authority::at(&server.url(), "contoso.example.com").expect("an authority")
}

fn public(server: &RawServer) -> Application {
    Application::public(authority(server), APP).clock(TestClock::new())
}

fn confidential(server: &RawServer) -> Application {
    Application::with_secret(authority(server), APP, "s3cret of contoso").clock(TestClock::new())
}

async fn token_of(credential: &impl Credential) -> Result<AccessToken, Error> {
    let request = TokenRequest::new(Audience::Referrals);
    let token = credential.token(request).await;
    if let Err(error) = &token {
        let shown = format!("{error} {error:?}");
        assert!(
            !shown.contains("s3cret") && !shown.contains("r3fresh"),
            "{shown}"
        );
    }
    token
}

/// A token as the v2 endpoint grants it.
fn granted(token: &str, refresh: Option<&str>) -> Vec<u8> {
    let mut body = json!({
        "token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": token,
    });
    if let Some(refresh) = refresh {
        body["refresh_token"] = refresh.into();
        body["scope"] = "https://api.partner.microsoft.com/user_impersonation".into();
    }
    ok(body.to_string())
}

fn refused(code: &str, description: &str) -> Vec<u8> {
    let body = json!({
        "error": code, "error_description": description, "error_codes": [1],
        "timestamp": "2026-06-01 00:00:00Z", "trace_id": "x", "correlation_id": "x",
    });
    answer(
        "400 Bad Request",
        &[("Content-Type", "application/json; charset=utf-8")],
        body.to_string(),
    )
}

/// Path and form of a request; the form decoded, in order.
fn form(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").expect("a request");
    let line = head.lines().next().expect("a request line");
    let pairs = body.split('&').map(|pair| {
        let pair = pair.replace('+', " ");
        let pair = percent_encoding::percent_decode_str(&pair).decode_utf8_lossy();
        format!("  {pair}\n")
    });
    format!("{line}\n{}", pairs.collect::<String>())
}

#[tokio::test]
async fn every_grant_is_asked_for_as_documented() {
    let mut text = String::new();

    let server = RawServer::answering(granted("t1", None));
    let app_only = AppOnly::new(confidential(&server)).expect("credentials");
    let token = token_of(&app_only).await.expect("a token");
    assert_eq!(
        token,
        AccessToken {
            token: Token::from("t1"),
            expires: at(3599)
        }
    );
    text.push_str(&format!("# client secret\n{}", form(&server.requests()[0])));

    let server = RawServer::answering(granted("t1", Some("r2")));
    let user = AppUser::new(public(&server)).refresh_token("r1");
    token_of(&user).await.expect("a token");
    text.push_str(&format!("# refresh token\n{}", form(&server.requests()[0])));

    let device = json!({
        "device_code": "d3vice", "user_code": "ABC-DEF", "expires_in": 900, "interval": 5,
        "verification_uri": "https://microsoft.com/devicelogin", "message": "To sign in, ...",
    });
    let server = RawServer::answering_in_turn(vec![
        ok(device.to_string()),
        refused("authorization_pending", "AADSTS70016: pending"),
        granted("t1", Some("r2")),
    ]);
    let prompts = Arc::new(Mutex::new(Vec::new()));
    let shown = prompts.clone();
    let user = AppUser::new(public(&server)).device_code(move |prompt| {
        shown.lock().expect("no panic").push(prompt.to_string());
    });
    token_of(&user).await.expect("a token");
    assert_eq!(
        *prompts.lock().expect("no panic"),
        [
            "To sign in, open https://microsoft.com/devicelogin on any device and enter the code \
          ABC-DEF within 15 minutes."
        ]
    );
    for request in server.requests() {
        text.push_str(&format!("# device code\n{}", form(&request)));
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn what_an_authority_says_of_a_device_is_bounded_and_fit_for_a_terminal() {
    for (number, waited, life) in [(u64::MAX, 305 + 310, 24 * 60 * 60), (0, 6 + 11, 1)] {
        let device = json!({
            "device_code": "d3vice", "user_code": "\u{202e}ABC\u{1b}[31m\u{200b}DEF",
            "expires_in": number, "interval": number,
            "verification_uri": "https://example.com/\u{2066}device",
        });
        let slower = || refused("slow_down", "AADSTS70021: less often");
        let mut answers = vec![ok(device.to_string()), slower(), slower()];
        if number > 0 {
            answers.push(granted("t1", None));
        }
        let server = RawServer::answering_in_turn(answers);
        let clock = TestClock::new();
        let prompts = Arc::new(Mutex::new(Vec::new()));
        let shown = prompts.clone();
        let application = public(&server).clock(QuickClock(clock.clone()));
        let user = AppUser::new(application).device_code(move |prompt| {
            shown.lock().expect("no panic").push(prompt.clone());
        });
        let token = token_of(&user).await;
        let prompt = prompts.lock().expect("no panic").remove(0);
        assert_eq!(prompt.expires_in, Duration::from_secs(life));
        assert_eq!(prompt.user_code, "ABC [31mDEF");
        assert_eq!(prompt.verification_uri, "https://example.com/device");
        match number {
            // The code has expired by then.
            0 => assert_eq!(token.expect_err("expired").kind(), ErrorKind::SignIn),
            _ => {
                assert_eq!(token.expect("a token").token, Token::from("t1"));
                let end = UNIX_EPOCH + Duration::from_secs(START + waited);
                assert_eq!(clock.now(), end);
            }
        }
    }
}

fn at(seconds: u64) -> Option<SystemTime> {
    Some(UNIX_EPOCH + Duration::from_secs(START + seconds))
}

#[tokio::test]
async fn a_certificate_signs_who_the_application_is() {
    let server = RawServer::answering(granted("t1", None));
    let pem = std::fs::read(fixtures().join("identity/client.pem")).expect("a fixture");
    let certificate = ClientCertificate::from_pem(&pem).expect("a certificate");
    let application = Application::with_certificate(authority(&server), APP, certificate);
    let app_only = AppOnly::new(application.clock(TestClock::new())).expect("credentials");
    token_of(&app_only).await.expect("a token");

    let form = form(&server.requests()[0]);
    let assertion = form
        .lines()
        .find_map(|line| line.trim().strip_prefix("client_assertion="))
        .expect("an assertion");
    assert!(
        form.contains("=urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        "{form}"
    );
    assert!(!form.contains("client_secret"), "{form}");
    let parts: Vec<_> = assertion.split('.').collect();
    let json = |part: &str| -> Value { serde_json::from_slice(&base64url(part)).expect("JSON") };
    // The thumbprint as `openssl x509 -outform der | openssl dgst -sha256` has it.
    assert_eq!(
        json(parts[0]),
        json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": THUMBPRINT })
    );
    let mut claims = json(parts[1]);
    let id = claims["jti"].take();
    assert!(id.as_str().is_some_and(|id| id.len() == 36), "{id}");
    assert_eq!(
        claims,
        json!({
            "aud": format!("{}/contoso.example.com/oauth2/v2.0/token", server.url()),
            "iss": APP, "sub": APP, "jti": null, "nbf": START, "exp": START + 600,
        })
    );

    for (pem, part) in [
        (b"nothing".to_vec(), "no certificate"),
        (pem[..pem.len() / 2].to_vec(), "no private key"),
        (
            std::fs::read(fixtures().join("identity/elliptic.pem")).expect("a fixture"),
            "not RSA",
        ),
    ] {
        let error = ClientCertificate::from_pem(&pem)
            .expect_err(part)
            .to_string();
        assert!(error.contains(part), "{error}");
    }
}

const THUMBPRINT: &str = "GY0wCNrTCyexdtRrr_LvIufdqrHIGk-JqYJxyYJm3rU";

/// Base64 with the letters for URLs, by hand: an independent reader.
fn base64url(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.chars() {
        bits = bits << 6 | u32::try_from(LETTERS.find(letter).expect("a letter")).expect("small");
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).expect("a byte"));
        }
    }
    bytes
}

#[tokio::test]
async fn numbers_come_as_numbers_or_as_text() {
    for (body, expires) in [
        (
            json!({ "access_token": "t1", "expires_in": 3599 }),
            at(3599),
        ),
        (
            json!({
                "token_type": "Bearer", "expires_in": "3599", "ext_expires_in": "3599",
                "expires_on": "1780275599", "not_before": "1780271700",
                "resource": "https://api.partner.microsoft.com", "access_token": "t1",
            }),
            at(3599),
        ),
        (json!({ "access_token": "t1", "expires_in": 3599.5 }), None),
        (
            json!({ "access_token": "t1", "token_type": "bearer", "new": {} }),
            None,
        ),
        (json!({ "access_token": "t1", "expires_in": null }), None),
    ] {
        let server = RawServer::answering(ok(body.to_string()));
        let app_only = AppOnly::new(confidential(&server)).expect("credentials");
        let token = token_of(&app_only).await.expect("a token");
        assert_eq!(token.expires, expires, "{body}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_told_and_not_repeated() {
    let mut text = String::new();
    for (name, bytes) in [
        (
            "secret",
            refused(
                "invalid_client",
                "AADSTS7000215: Invalid client secret provided: s3cret.",
            ),
        ),
        (
            "tenant",
            refused(
                "invalid_request",
                "AADSTS90002: Tenant 'contoso' not found.",
            ),
        ),
        (
            "HTML",
            answer(
                "200 OK",
                &[("Content-Type", "text/html")],
                "<html>s3cret</html>",
            ),
        ),
        (
            "HTML 403",
            answer("403 Forbidden", &[], "<html>s3cret</html>"),
        ),
        ("nothing", answer("400 Bad Request", &[], "")),
        ("no token", ok(r#"{"token_type":"Bearer"}"#)),
        ("two words", ok(r#"{"access_token":"s3cret token"}"#)),
        (
            "elsewhere",
            answer(
                "307 Temporary Redirect",
                &[("Location", "http://127.0.0.1:9/")],
                "",
            ),
        ),
        (
            "busy",
            answer("503 Service Unavailable", &[("Retry-After", "7")], "<html>"),
        ),
        (
            "too much",
            ok(format!("{{\"x\":\"{}\"}}", "x".repeat(1 << 20))),
        ),
    ] {
        let server = RawServer::answering(bytes);
        let app_only = AppOnly::new(confidential(&server)).expect("credentials");
        let error = token_of(&app_only).await.expect_err(name);
        assert_eq!(error.kind(), ErrorKind::SignIn, "{name}");
        assert_eq!(error.is_retryable(), name == "busy", "{name}");
        let told = error.to_string().replace(&server.url(), "[url]");
        text.push_str(&format!("# {name}\n{told}\n"));
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_call_waits_for_a_sign_in_that_is_busy() {
    let sign_in = RawServer::answering_in_turn(vec![
        answer("503 Service Unavailable", &[("Retry-After", "7")], ""),
        granted("t1", Some("r2")),
    ]);
    let service = RawServer::answering(ok(r#"{"value":[]}"#));
    let clock = TestClock::new();
    let user = AppUser::new(public(&sign_in)).refresh_token("r1");
    let builder = Referrals::builder()
        .base_url(service.url())
        .credential(user);
    let builder = builder
        .retry(RetryPolicy::default().seed(1))
        .clock(clock.clone());
    let referrals = builder.build().expect("a client");
    let page = referrals.engagements().list().send().await;
    assert_eq!(page.expect("a page").records().len(), 0);
    assert_eq!(clock.now(), UNIX_EPOCH + Duration::from_secs(START + 7));
    let request = &service.requests()[0];
    assert!(request.contains("Bearer t1"), "{request}");
    assert_eq!(sign_in.requests().len(), 2);
}

#[tokio::test]
async fn app_only_is_refused_for_the_live_api_before_anything_is_sent() {
    let sign_in = RawServer::answering(granted("t1", None));
    let service = RawServer::answering(ok(r#"{"totalCount":0,"items":[]}"#));
    let app_only = AppOnly::new(confidential(&sign_in)).expect("credentials");
    let builder = Referrals::builder().base_url(service.url());
    let referrals = builder.credential(app_only).build().expect("a client");
    let error = referrals
        .engagements()
        .get("an-id")
        .await
        .expect_err("App-only");
    assert_eq!(error.kind(), ErrorKind::Credential);
    insta::assert_snapshot!(error, @"the credentials stand for an application alone (App-only), and the live API takes those of a user only (App+User): sign a user in, or use the API of 2018 (v1)");
    assert_eq!((sign_in.requests().len(), service.requests().len()), (0, 0));

    // The API of 2018 takes it.
    referrals.v1().list().send().await.expect("a page");
    assert_eq!((sign_in.requests().len(), service.requests().len()), (1, 1));

    // So it is with a token that says so itself: {"idtyp":"app"}, {"roles":["x"]}.
    for claims in ["eyJpZHR5cCI6ImFwcCJ9", "eyJyb2xlcyI6WyJ4Il19"] {
        let builder = Referrals::builder().base_url(service.url());
        let token = format!("eyJhbGciOiJub25lIn0.{claims}.c2ln");
        let referrals = builder.token(token).build().expect("a client");
        let error = referrals
            .engagements()
            .get("an-id")
            .await
            .expect_err("App-only");
        assert_eq!(error.kind(), ErrorKind::Credential);
        assert_eq!(service.requests().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_calls_ask_for_a_token_once_per_expiry() {
    let sign_in =
        RawServer::answering_in_turn(vec![granted("t1", Some("r2")), granted("t2", Some("r3"))]);
    let service = RawServer::answering(ok(r#"{"id":"an-id"}"#));
    let clock = TestClock::new();
    let application = public(&sign_in).clock(clock.clone());
    let user = AppUser::new(application).refresh_token("r1");
    let builder = Referrals::builder()
        .base_url(service.url())
        .credential(user);
    let builder = builder.clock(clock.clone()).concurrency(64);
    let referrals = builder.build().expect("a client");
    for (token, asked) in [("Bearer t1\r\n", 1), ("Bearer t2\r\n", 2)] {
        let engagements = referrals.engagements();
        let calls = (0..10_000).map(|_| engagements.get("an-id"));
        let answers = futures_util::future::join_all(calls).await;
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(sign_in.requests().len(), asked);
        let requests = service.requests();
        assert_eq!(requests.len(), 10_000 * asked);
        let newest = &requests[10_000 * (asked - 1)..];
        assert!(newest.iter().all(|request| request.contains(token)));
        clock.forward(Duration::from_secs(3599));
    }
}

#[test]
fn an_application_signs_in_for_itself_only_where_it_can() {
    let authority = Authority::global("contoso.example.com").expect("an authority");
    let error = AppOnly::new(Application::public(authority, APP)).expect_err("no proof");
    assert!(
        error.to_string().starts_with("a public client cannot"),
        "{error}"
    );
    let authority = Authority::global("common").expect("an authority");
    let error = AppOnly::new(Application::with_secret(authority, APP, "s")).expect_err("no tenant");
    assert!(
        error.to_string().contains("to the tenant common"),
        "{error}"
    );
}

/// A folder that is gone at the end.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[tokio::test]
async fn a_sign_in_is_kept_for_the_next_run_and_nobody_else() {
    let folder = folder();
    let file = folder.path().join("new/sign-in.json");
    let server = RawServer::answering_in_turn(vec![
        granted("t1", Some("r3fresh-2")),
        granted("t2", Some("r3fresh-3")),
        granted("t3", None),
    ]);
    let user = || AppUser::new(public(&server)).store(FileStore::new(&file));
    let token = user()
        .refresh_token("r3fresh-1")
        .sign_in(Audience::Referrals)
        .await;
    assert_eq!(token.expect("a token").token, Token::from("t1"));

    // The next run asks nobody.
    assert_eq!(
        token_of(&user()).await.expect("a token").token,
        Token::from("t1")
    );
    assert_eq!(server.requests().len(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| {
            let metadata = std::fs::metadata(path).expect("it is there");
            metadata.permissions().mode() & 0o777
        };
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().expect("a folder")), 0o700);
    }
    let shown = format!("{:?} {:?}", user(), FileStore::new(&file).load().await);
    assert!(
        !shown.contains("t1") && !shown.contains("r3fresh"),
        "{shown}"
    );

    // A token that the service refused, or one for another service, is asked for.
    let bad = Token::from("t1");
    let request = TokenRequest::new(Audience::Referrals).refusing(&bad);
    let token = user().token(request).await.expect("a token");
    assert_eq!(token.token, Token::from("t2"));
    let request = TokenRequest::new(Audience::PartnerCenter);
    let token = user().token(request).await.expect("a token");
    assert_eq!(token.token, Token::from("t3"));
    let requests = server.requests();
    assert!(
        requests[1].contains("refresh_token=r3fresh-2"),
        "the newest"
    );
    assert!(
        requests[2].contains("refresh_token=r3fresh-3"),
        "the newest"
    );
    assert!(requests[2].contains("scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2F.default"));

    // It goes to nobody else: neither another authority nor another application.
    let other = RawServer::answering(granted("t9", None));
    let user_elsewhere = AppUser::new(public(&other)).store(FileStore::new(&file));
    let error = token_of(&user_elsewhere).await.expect_err("not theirs");
    assert!(
        error.to_string().starts_with("nobody is signed in"),
        "{error}"
    );
    assert!(other.requests().is_empty());

    user().sign_out().await.expect("gone");
    assert!(!file.exists());
    user().sign_out().await.expect("gone already");
    let error = token_of(&user()).await.expect_err("nobody");
    assert_eq!(error.kind(), ErrorKind::SignIn);
}

/// A store that reads what it is given and keeps nothing.
#[derive(Debug)]
struct ReadOnly(Option<SignIn>);

impl SignInStore for ReadOnly {
    fn load(&self) -> StoreFuture<'_, Option<SignIn>> {
        Box::pin(ready(Ok(self.0.clone())))
    }

    fn save<'a>(&'a self, _: &'a SignIn) -> StoreFuture<'a, ()> {
        // As a file does that nobody may write.
        let file = FileStore::new("/dev/null/sign-in.json");
        Box::pin(async move { file.save(&sign_in("x")).await })
    }

    fn clear(&self) -> StoreFuture<'_, ()> {
        Box::pin(ready(Ok(())))
    }
}

fn sign_in(url: &str) -> SignIn {
    let json = json!({
        "authority": format!("{url}/contoso.example.com"), "clientId": APP,
        "refreshToken": "r3fresh-1",
    });
    serde_json::from_value(json).expect("a sign-in")
}

#[tokio::test]
async fn what_was_granted_is_used_where_it_cannot_be_kept() {
    contract_tests::trace();
    let server = RawServer::answering_in_turn(vec![
        granted("t1", Some("r3fresh-2")),
        granted("t2", Some("r3fresh-3")),
        granted("t3", Some("r3fresh-4")),
    ]);
    let user = AppUser::new(public(&server)).store(ReadOnly(Some(sign_in(&server.url()))));
    for _ in 0..2 {
        let token = token_of(&user).await.expect("a token").token;
        assert_eq!(token, Token::from("t1"));
    }
    assert_eq!(server.requests().len(), 1, "the first is remembered");
    let first = Token::from("t1");
    let request = TokenRequest::new(Audience::Referrals).refusing(&first);
    let token = user.token(request).await.expect("a token");
    assert_eq!(token.token, Token::from("t2"));
    assert!(server.requests()[0].contains("refresh_token=r3fresh-1"));
    assert!(server.requests()[1].contains("refresh_token=r3fresh-2"));

    // Whoever signs in is told that they will have to do it again.
    let user = AppUser::new(public(&server)).store(ReadOnly(None));
    let user = user.refresh_token("r3fresh-1");
    let error = user.sign_in(Audience::Referrals).await.expect_err("unkept");
    assert_eq!(error.kind(), ErrorKind::Credential);
    let told = error.to_string();
    assert!(
        told.starts_with("somebody has signed in, and it is not kept: cannot keep the sign-in in")
            && !told.contains("r3fresh"),
        "{told}"
    );
    assert_eq!(
        token_of(&user).await.expect("a token").token,
        Token::from("t3")
    );
    user.sign_out().await.expect("gone");
    let shown = format!("{user:?}");
    assert!(
        shown.contains("unkept: None") && !shown.contains("r3fresh"),
        "{shown}"
    );

    let server = RawServer::answering(granted("t1", None));
    let app_only = AppOnly::new(confidential(&server)).expect("credentials");
    let app_only = app_only.store(ReadOnly(None));
    for _ in 0..2 {
        token_of(&app_only).await.expect("a token");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_trusted_is_not_used() {
    let folder = folder();
    let file = folder.path().join("sign-in.json");
    let store = FileStore::new(&file);
    std::fs::write(&file, "{\"refreshToken\": \"r3fresh").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |mode| {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&file, mode).expect("changed");
        };
        mode(0o640);
        let error = store
            .load()
            .await
            .expect_err("others may read it")
            .to_string();
        assert!(error.contains("others may read it (mode 640)"), "{error}");
        mode(0o600);
    }
    let error = store.load().await.expect_err("cut off").to_string();
    assert!(
        error.contains("not what was written there") && !error.contains("r3fresh"),
        "{error}"
    );
}

#[tokio::test]
async fn a_dead_refresh_token_says_to_sign_in_again() {
    let dead = refused("invalid_grant", "AADSTS700082: expired due to inactivity.");
    let server = RawServer::answering(dead);
    let user = AppUser::new(public(&server)).refresh_token("r3fresh-1");
    let error = token_of(&user).await.expect_err("dead");
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::SignIn, Some("AADSTS700082"))
    );
    assert!(error.to_string().contains("sign in again"), "{error}");
}

/// What a browser does with the page it comes back to.
fn visit(port: u16, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a port");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_comes_back_with_a_code_from_this_sign_in_only() {
    let server = RawServer::answering(granted("t1", Some("r2")));
    let urls = Arc::new(Mutex::new(Vec::new()));
    let seen = urls.clone();
    let user = AppUser::new(public(&server)).browser(move |url| {
        let pairs: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        let redirect = pairs["redirect_uri"].clone();
        let port: u16 = redirect
            .rsplit(':')
            .next()
            .expect("a port")
            .parse()
            .expect("a port");
        let state = pairs["state"].clone();
        seen.lock().expect("no panic").push((url.clone(), pairs));
        std::thread::spawn(move || {
            // A connection that nobody uses, as browsers open them.
            let _unused = TcpStream::connect(("127.0.0.1", port));
            for path in ["/favicon.ico", "/?code=forged&state=x", "/?code=forged"] {
                assert!(visit(port, path).starts_with("HTTP/1.1 404"), "{path}");
            }
            let back = visit(port, &format!("/?code=c0de&state={state}&session_state=x"));
            assert!(back.contains("You are signed in"), "{back}");
        });
    });
    token_of(&user).await.expect("a token");
    let (url, pairs) = urls.lock().expect("no panic").remove(0);
    assert_eq!(url.path(), "/contoso.example.com/oauth2/v2.0/authorize");
    let names: Vec<_> = pairs.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "client_id",
            "code_challenge",
            "code_challenge_method",
            "prompt",
            "redirect_uri",
            "response_mode",
            "response_type",
            "scope",
            "state",
        ]
    );
    assert_eq!(pairs["code_challenge_method"], "S256");
    assert_eq!(pairs["response_type"], "code");
    assert_eq!(
        pairs["scope"],
        "https://api.partner.microsoft.com/.default offline_access"
    );
    let form = form(&server.requests()[0]);
    let verifier = form
        .lines()
        .find_map(|line| line.trim().strip_prefix("code_verifier="))
        .expect("a verifier");
    let digest = ring_sha256(verifier.as_bytes());
    assert_eq!(base64url(&pairs["code_challenge"]), digest);
    let shown = form
        .replace(verifier, "[verifier]")
        .replace(&pairs["redirect_uri"], "[redirect]");
    insta::assert_snapshot!(shown);
}

fn ring_sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_comes_back_with_a_refusal_says_so() {
    let server = RawServer::answering(granted("t1", None));
    let user = AppUser::new(public(&server)).browser(|url| {
        let pairs: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        let port = pairs["redirect_uri"].rsplit(':').next().map(str::to_owned);
        let port: u16 = port.expect("a port").parse().expect("a port");
        let state = pairs["state"].clone();
        std::thread::spawn(move || {
            let query = "error=access_denied&error_description=AADSTS65004%3a+ada%40example.com";
            visit(port, &format!("/?{query}&state={state}"))
        });
    });
    let error = token_of(&user).await.expect_err("declined");
    insta::assert_snapshot!(error, @"the sign-in was refused (access_denied): the user declined to consent, code AADSTS65004");
    assert!(server.requests().is_empty());
}

/// The sandbox's own authority over TLS, with a clock.
mod at_the_sandbox {
    use super::*;
    use referrals::ExtraRoots;
    use referrals_sandbox::Sandbox;

    async fn sandbox(clock: &TestClock) -> Sandbox {
        contract_tests::trace();
        let clock = clock.clone();
        let pem = std::fs::read_to_string(fixtures().join("identity/client.pem"));
        let builder = Sandbox::builder().tls().clock(move || clock.now());
        let builder = builder.client_certificate(&pem.expect("a fixture"));
        builder
            .expect("a certificate")
            .start()
            .await
            .expect("a sandbox")
    }

    fn roots(sandbox: &Sandbox) -> ExtraRoots {
        ExtraRoots::from_pem(sandbox.ca_pem().expect("TLS").as_bytes()).expect("a certificate")
    }

    fn authority(sandbox: &Sandbox) -> Authority {
        let identity = sandbox.identity();
        Authority::at(identity.authority(), identity.tenant()).expect("an authority")
    }

    fn public(sandbox: &Sandbox, clock: &TestClock) -> Application {
        Application::public(authority(sandbox), sandbox.identity().public_client())
            .trust(roots(sandbox))
            .clock(clock.clone())
    }

    fn client(sandbox: &Sandbox, clock: &TestClock, credential: impl Credential) -> Referrals {
        let builder = Referrals::builder()
            .base_url(sandbox.url())
            .trust(roots(sandbox));
        let builder = builder.credential(credential).clock(clock.clone());
        builder.build().expect("a client")
    }

    async fn one_page(referrals: &Referrals) -> Result<usize, Error> {
        let page = referrals.engagements().list().top(3).send().await?;
        Ok(page.records().len())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_application_signs_in_with_secret_and_certificate() {
        let clock = TestClock::new();
        let sandbox = sandbox(&clock).await;
        let identity = sandbox.identity();
        let id = identity.confidential_client();
        let pem = std::fs::read(fixtures().join("identity/client.pem")).expect("a fixture");
        let certificate = ClientCertificate::from_pem(&pem).expect("a certificate");
        for application in [
            Application::with_secret(authority(&sandbox), id, identity.client_secret()),
            Application::with_certificate(authority(&sandbox), id, certificate),
        ] {
            let application = application.trust(roots(&sandbox)).clock(clock.clone());
            let app_only = AppOnly::new(application).expect("credentials");
            let referrals = client(&sandbox, &clock, app_only);
            assert_eq!(
                one_page(&referrals).await.expect_err("App-only").kind(),
                ErrorKind::Credential
            );
            let page = referrals
                .v1()
                .list()
                .send()
                .await
                .expect("the API of 2018 takes it");
            assert_eq!(page.records().len(), 200);
        }
        assert_eq!(identity.token_requests("client_credentials"), 2);

        // The service would refuse it, too: a credential that does not say what it is.
        let application =
            Application::with_secret(authority(&sandbox), id, identity.client_secret())
                .trust(roots(&sandbox))
                .clock(clock.clone());
        let app_only = AppOnly::new(application).expect("credentials");
        let token = token_of(&app_only).await.expect("a token").token;
        let raw = client(&sandbox, &clock, token)
            .request(referrals::Method::GET, "/v1.0/engagements/referrals")
            .send()
            .await
            .expect("an answer");
        assert_eq!(raw.status.as_u16(), 403);

        let wrong =
            Application::with_secret(authority(&sandbox), id, "wr0ng").trust(roots(&sandbox));
        let app_only = AppOnly::new(wrong).expect("credentials");
        let error = token_of(&app_only).await.expect_err("a wrong secret");
        assert_eq!(error.code(), Some("AADSTS7000215"));
        let nobody =
            Application::with_secret(authority(&sandbox), "nobody", "s").trust(roots(&sandbox));
        let error = token_of(&AppOnly::new(nobody).expect("credentials")).await;
        assert_eq!(error.expect_err("unknown").code(), Some("AADSTS700016"));
        // Nobody vouches for that certificate.
        let blind = Application::with_secret(authority(&sandbox), id, identity.client_secret());
        let error = token_of(&AppOnly::new(blind).expect("credentials")).await;
        let error = error.expect_err("not trusted");
        assert_eq!(error.kind(), ErrorKind::Connection);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_user_signs_in_on_a_device_and_stays_until_it_is_taken_back() {
        let clock = TestClock::new();
        let sandbox = Arc::new(sandbox(&clock).await);
        let prompts = Arc::new(Mutex::new(0));
        let (at, count) = (sandbox.clone(), prompts.clone());
        let user = AppUser::new(public(&sandbox, &clock)).device_code(move |prompt| {
            let mut count = count.lock().expect("no panic");
            *count += 1;
            assert!(match *count {
                1 => at.identity().approve(&prompt.user_code),
                _ => at.identity().decline(&prompt.user_code),
            });
        });
        let referrals = client(&sandbox, &clock, user);
        assert_eq!(one_page(&referrals).await.expect("a page"), 3);
        let identity = sandbox.identity();
        assert_eq!(identity.token_requests("refresh_token"), 0);

        // The token ends: five minutes before, another is fetched, once.
        clock.forward(Duration::from_secs(3599 - 299));
        let engagements = referrals.engagements();
        let lists = (0..50).map(|_| engagements.list().top(1).send());
        for page in futures_util::future::join_all(lists).await {
            assert_eq!(page.expect("a page").records().len(), 1);
        }
        assert_eq!(identity.token_requests("refresh_token"), 1);

        // Taken back, the token at hand is good to its end, then somebody is asked, and
        // declines.
        identity.revoke_refresh_tokens();
        clock.forward(Duration::from_secs(60));
        assert_eq!(one_page(&referrals).await.expect("a page"), 3);
        clock.forward(Duration::from_secs(3600));
        let error = one_page(&referrals).await.expect_err("declined");
        assert_eq!(error.kind(), ErrorKind::SignIn);
        assert_eq!(error.code(), Some("AADSTS70019"), "{error}");
        assert_eq!(*prompts.lock().expect("no panic"), 2);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nobody_in_time_is_an_error_of_its_own() {
        let clock = TestClock::new();
        let sandbox = sandbox(&clock).await;
        let user = AppUser::new(public(&sandbox, &clock)).device_code(|_| {});
        // 15 minutes of the clock, in which it asks every 5 seconds.
        let error = token_of(&user).await.expect_err("nobody");
        assert!(error.to_string().contains("start again"), "{error}");
        let asked = sandbox
            .identity()
            .token_requests("urn:ietf:params:oauth:grant-type:device_code");
        assert!((170..=182).contains(&asked), "{asked}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_browser_brings_a_user_and_a_refresh_token_for_other_services() {
        let clock = TestClock::new();
        let sandbox = sandbox(&clock).await;
        let roots_of = roots(&sandbox);
        let user = AppUser::new(public(&sandbox, &clock)).browser(move |url| {
            let (url, roots) = (url.clone(), roots_of.clone());
            tokio::spawn(async move {
                let http = referrals_client::http_client_trusting(&url, &roots).expect("TLS");
                let policy = reqwest::redirect::Policy::none();
                let http = http.redirect(policy).build().expect("a client");
                let answer = http.get(url).send().await.expect("an answer");
                let back = answer.headers()["location"]
                    .to_str()
                    .expect("text")
                    .to_owned();
                let (address, path) = back
                    .strip_prefix("http://localhost:")
                    .and_then(|back| back.split_once('?'))
                    .expect("a way back");
                let (port, path) = (address.parse().expect("a port"), format!("/?{path}"));
                // It blocks, and whoever answers it may wait for this very thread.
                tokio::task::spawn_blocking(move || visit(port, &path));
            });
        });
        let token = user.sign_in(Audience::Referrals).await.expect("a token");
        assert_eq!(token.expires, at(3599));
        // The Secure Application Model: one sign-in, tokens for several services.
        let request = TokenRequest::new(Audience::PartnerCenter);
        let other = user.token(request).await.expect("a token");
        assert_ne!(other.token, token.token);
        assert_eq!(sandbox.identity().token_requests("refresh_token"), 1);
        let referrals = client(&sandbox, &clock, user);
        assert_eq!(one_page(&referrals).await.expect("a page"), 3);

        // That one is for the other service, which the doctor and the service see.
        let error = one_page(&client(&sandbox, &clock, other.token)).await;
        let error = error.expect_err("another audience");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_token_that_the_service_refuses_is_renewed_once() {
        let clock = TestClock::new();
        let sandbox = sandbox(&clock).await;
        let folder = folder();
        let file = FileStore::new(folder.path().join("sign-in.json"));
        let at = Arc::new(sandbox);
        let approving = at.clone();
        let user = AppUser::new(public(&at, &clock)).store(file.clone());
        user.device_code(move |prompt| {
            approving.identity().approve(&prompt.user_code);
        })
        .sign_in(Audience::Referrals)
        .await
        .expect("a token");

        // Its clock is an hour behind that of the service.
        let slow = TestClock::new();
        clock.forward(Duration::from_secs(3600));
        let user = AppUser::new(public(&at, &slow)).store(file);
        let referrals = client(&at, &slow, user);
        assert_eq!(one_page(&referrals).await.expect("a page"), 3);
        assert_eq!(at.identity().token_requests("refresh_token"), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_user_without_a_second_factor_is_refused() {
        let clock = TestClock::new();
        let sandbox = sandbox(&clock).await;
        sandbox.identity().set_mfa(false);
        let at = Arc::new(sandbox);
        let approving = at.clone();
        let user = AppUser::new(public(&at, &clock)).device_code(move |prompt| {
            approving.identity().approve(&prompt.user_code);
        });
        let error = one_page(&client(&at, &clock, user))
            .await
            .expect_err("no MFA");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_handshake_that_never_ends_holds_nobody_up() {
        let clock = TestClock::new();
        let sandbox = sandbox(&clock).await;
        let port: u16 = sandbox
            .url()
            .rsplit(':')
            .next()
            .expect("a port")
            .parse()
            .expect("a port");
        let mut silent: Vec<_> = (0..20)
            .map(|_| TcpStream::connect(("127.0.0.1", port)).expect("connected"))
            .collect();
        silent[0]
            .write_all(b"GET / HTTP/1.1\r\n\r\n")
            .expect("sent");
        let token = Token::from(sandbox.token());
        assert_eq!(
            one_page(&client(&sandbox, &clock, token))
                .await
                .expect("a page"),
            3
        );
    }
}
