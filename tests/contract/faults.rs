//! The faults of the sandbox: as they are on the wire, where only a socket sees them all,
//! and what the SDK makes of each.

use std::future::{Future, ready};
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::TryStreamExt as _;
use referrals::engagements::NewReferral;
use referrals::{
    AccessToken, Clock, Credential, Error, ErrorKind, ExtraRoots, Raw, Referrals, RetryPolicy,
    Token, TokenFuture, TokenRequest, WriteOutcome,
};
use referrals_sandbox::{Builder, Fault, Sandbox};
use serde_json::{Value, json};

use crate::sandbox_live::{API, Live, REFERRALS};

const SECOND: Duration = Duration::from_secs(1);

/// 2026-06-01T00:00:00Z, in seconds.
const START: u64 = 1_780_272_000;

/// A clock that does not wait, but remembers for how long it should have.
#[derive(Debug, Clone, Default)]
struct TestClock(Arc<Mutex<Vec<Duration>>>);

impl TestClock {
    fn waits(&self) -> Vec<Duration> {
        self.0.lock().expect("no panic").clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(START)
    }

    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.lock().expect("no panic").push(wait);
        Box::pin(ready(()))
    }
}

fn fault(text: &str) -> Fault {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn builder() -> Builder {
    let builder = Sandbox::builder().referrals(250).token("t0ken-of-contoso");
    builder.clock(|| UNIX_EPOCH + Duration::from_secs(START))
}

async fn sandbox(faults: &[&str]) -> Sandbox {
    let builder = faults
        .iter()
        .fold(builder(), |builder, text| builder.fault(fault(text)));
    builder.start().await.expect("a sandbox")
}

fn client(sandbox: &Sandbox, credential: impl Credential) -> (Referrals, TestClock) {
    let clock = TestClock::default();
    let builder = Referrals::builder().base_url(sandbox.url());
    let builder = builder
        .credential(credential)
        .retry(RetryPolicy::default().seed(1));
    (
        builder.clock(clock.clone()).build().expect("a client"),
        clock,
    )
}

fn token(text: &str) -> Token {
    Token::from(text.to_owned())
}

async fn count(referrals: &Referrals) -> Result<usize, Error> {
    let records: Vec<_> = referrals
        .engagements()
        .list()
        .records()
        .try_collect()
        .await?;
    Ok(records.len())
}

fn new() -> Raw<NewReferral> {
    serde_json::from_value(body()).expect("a new referral")
}

fn body() -> Value {
    let text = contract_tests::fixture("new-referrals/private.json");
    serde_json::from_str(&text).expect("JSON")
}

/// What a socket sees: bytes until the end, and how that came.
fn exchange(
    sandbox: &Sandbox,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> (String, io::Result<usize>) {
    let address = sandbox.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).expect("a connection");
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Connection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
        sandbox.token(),
        body.len()
    );
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes()).expect("written");
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes);
    (String::from_utf8_lossy(&bytes).into_owned(), end)
}

fn get(sandbox: &Sandbox, headers: &[&str]) -> (String, io::Result<usize>) {
    exchange(sandbox, "GET", &format!("{REFERRALS}?$top=5"), headers, "")
}

/// How many bytes of body the head promises, and how many there are.
fn lengths(answer: &str) -> (usize, usize) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let head = head.to_ascii_lowercase();
    let promised = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let promised = promised.expect("a length").parse().expect("a number");
    (promised, body.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_brings_each_fault_upon_one_call() {
    let sandbox = sandbox(&[]).await;
    let struck = |fault: &str| {
        let header = format!("X-Sandbox-Fault: {fault}");
        let struck = get(&sandbox, &[&header]);
        let (after, _) = get(&sandbox, &[]);
        assert!(
            after.starts_with("HTTP/1.1 200 OK"),
            "after {fault}: {after}"
        );
        struck
    };
    let begin = Instant::now();
    let (answer, _) = struck("latency=60ms..80ms");
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(begin.elapsed() >= Duration::from_millis(60));

    for (fault, parts) in [
        (
            "throttle,retry-after=57",
            &[
                "HTTP/1.1 429 ",
                "retry-after: 57\r\n",
                r#"{"statusCode": 429, "message""#,
            ][..],
        ),
        (
            "throttle,retry-after=date:57",
            &[
                "HTTP/1.1 429 ",
                "retry-after: Mon, 01 Jun 2026 00:00:57 GMT\r\n",
            ],
        ),
        (
            "error=500",
            &["HTTP/1.1 500 ", r#"{"error":{"code":"generalException""#],
        ),
        ("error=418", &["HTTP/1.1 418 ", "invalidRequest"]),
        (
            "unavailable,retry-after=5",
            &["HTTP/1.1 503 ", "retry-after: 5\r\n", "serviceNotAvailable"],
        ),
        (
            "content-type=text/plain",
            &["200 OK", "content-type: text/plain\r\n", "\"value\""],
        ),
        (
            "content-type=text/html",
            &["200 OK", "content-type: text/html\r\n", "<h1>"],
        ),
        (
            "expired-token",
            &[
                "HTTP/1.1 401 ",
                "www-authenticate: Bearer",
                "unauthenticated",
            ],
        ),
        // Only a continuation can be stale.
        ("stale-page-token", &["HTTP/1.1 200 "]),
        ("error=500,when=after-write", &["HTTP/1.1 200 "]),
        (
            "eror=500",
            &["HTTP/1.1 400 ", "X-Sandbox-Fault", "there is no fault"],
        ),
        ("clock=+1d", &["HTTP/1.1 400 ", "POST /sandbox/clock"]),
    ] {
        let (answer, _) = struck(fault);
        for part in parts {
            assert!(answer.contains(part), "{fault}: {part}: {answer}");
        }
        assert!(answer.contains("request-id: "), "{fault}: {answer}");
    }
    let header = "X-Sandbox-Fault: stale-page-token";
    let (answer, _) = exchange(
        &sandbox,
        "GET",
        &format!("{REFERRALS}?%24skiptoken=x"),
        &[header],
        "",
    );
    assert!(
        answer.contains("HTTP/1.1 400 ") && answer.contains("too old"),
        "{answer}"
    );
    let (answer, _) = exchange(
        &sandbox,
        "GET",
        "/v1/referrals",
        &["X-Sandbox-Fault: error=500"],
        "",
    );
    assert!(
        answer.contains(r#"{"code":"generalException","description""#),
        "{answer}"
    );

    let (answer, end) = struck("reset");
    assert_eq!(answer, "");
    assert_eq!(
        end.expect_err("reset").kind(),
        io::ErrorKind::ConnectionReset
    );

    let (answer, end) = struck("half-body");
    end.expect("an orderly end");
    let (promised, sent) = lengths(&answer);
    assert_eq!(sent, promised / 2, "{answer}");
    // More than one buffer holds, and without a length.
    let big = Sandbox::builder()
        .referrals(2_000)
        .start()
        .await
        .expect("a sandbox");
    let (answer, _) = exchange(
        &big,
        "GET",
        "/v1/referrals",
        &["X-Sandbox-Fault: half-body"],
        "",
    );
    assert!(
        answer.len() > 400_000 && !answer.ends_with("0\r\n\r\n"),
        "{}",
        answer.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_answer_is_lost_took_effect_once() {
    let sandbox = sandbox(&[]).await;
    let total = || {
        let (answer, _) = exchange(
            &sandbox,
            "GET",
            &format!("{REFERRALS}?$count=true&$top=1"),
            &[],
            "",
        );
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
        let page: Value = serde_json::from_str(body).expect("JSON");
        page["@odata.count"].as_u64().expect("a number")
    };
    let body = body().to_string();
    for (place, fault) in [
        "error=500,when=after-write",
        "unavailable,when=after-write",
        "reset,when=after-write",
        "half-body",
        "content-type=text/html",
        "latency=1ms,when=after-write",
    ]
    .into_iter()
    .enumerate()
    {
        let header = format!("X-Sandbox-Fault: {fault}");
        let _ = exchange(&sandbox, "POST", REFERRALS, &[&header], &body);
        assert_eq!(total(), 251 + place as u64, "{fault}");
    }
    let before = total();
    for fault in [
        "error=500",
        "unavailable",
        "reset",
        "throttle",
        "expired-token",
    ] {
        let header = format!("X-Sandbox-Fault: {fault}");
        let _ = exchange(&sandbox, "POST", REFERRALS, &[&header], &body);
        assert_eq!(total(), before, "{fault}");
    }
    // What was refused anyway is refused as ever.
    let header = "X-Sandbox-Fault: error=500,when=after-write";
    let (answer, _) = exchange(&sandbox, "POST", REFERRALS, &[header], "{}");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[tokio::test]
async fn faults_break_https_connections_too() {
    let sandbox = builder()
        .tls()
        .fault(fault("reset,times=1"))
        .fault(fault("half-body,times=1"));
    let sandbox = sandbox.start().await.expect("a sandbox");
    let ca = sandbox.ca_pem().expect("a certificate");
    let roots = ExtraRoots::from_pem(ca.as_bytes()).expect("a certificate");
    let builder = Referrals::builder().base_url(sandbox.url()).trust(roots);
    let builder = builder
        .token(sandbox.token())
        .retry(RetryPolicy::default().attempts(1));
    let referrals = builder.build().expect("a client");
    let ask = async || {
        let engagements = referrals.engagements();
        engagements.list().top(1).send().await
    };
    for broken in ["reset", "half a body"] {
        let error = ask().await.expect_err(broken);
        assert_eq!(error.kind(), ErrorKind::Connection, "{broken}: {error}");
    }
    ask().await.expect("no fault left");
    let struck: Vec<_> = sandbox
        .faults()
        .into_iter()
        .map(|(_, struck)| struck)
        .collect();
    assert_eq!(struck, [1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_control_endpoints_want_their_key_and_say_what_is_wrong() {
    let live = Live::of(builder()).await;
    let key = ("X-Sandbox-Key", live.sandbox.control_key());
    let path = "/sandbox/faults";
    let wrong = ("X-Sandbox-Key", live.sandbox.token());
    for (headers, status) in [(&[][..], 401), (&[wrong], 403), (&[key], 200)] {
        for (method, path) in [("GET", path), ("GET", "/sandbox/clock")] {
            live.send(method, path, headers, "").await.expect(status);
        }
    }
    live.send("DELETE", path, &[wrong], "").await.expect(403);
    live.send("POST", path, &[key], "").await.expect(405);
    for (body, part) in [
        (
            r#"{"faults":["reset","eror"]}"#,
            "faults/1: there is no fault",
        ),
        (r#"{"fault":[]}"#, "unknown field `fault`"),
        ("latency", "The body is not"),
    ] {
        let refused = live.send("PUT", path, &[key], body).await.expect(400);
        assert!(refused.text.contains(part), "{}", refused.text);
    }
    let faults = r#"{"faults":["error=500,times=1,method=GET","latency=1ms"]}"#;
    live.send("PUT", path, &[key], faults).await.expect(200);
    live.send("GET", REFERRALS, &[], "").await.expect(500);
    live.send("GET", REFERRALS, &[], "").await.expect(200);
    let state = live.send("GET", path, &[key], "").await.expect(200).json();
    assert_eq!(
        state,
        json!({ "requests": 2, "faults": [
            { "fault": "error=500,times=1,method=GET", "struck": 1 },
            { "fault": "latency=1ms", "struck": 1 },
        ] })
    );
    let none = live
        .send("DELETE", path, &[key], "")
        .await
        .expect(200)
        .json();
    assert_eq!(none["faults"], json!([]));

    let clock = "/sandbox/clock";
    let now = live.send("GET", clock, &[key], "").await.expect(200).json();
    assert_eq!(now["now"], "2026-06-01T00:00:00Z");
    let moved = live.send("POST", clock, &[key], r#"{"by":"+15d"}"#).await;
    assert_eq!(moved.expect(200).json()["now"], "2026-06-16T00:00:00Z");
    let refused = live.send("POST", clock, &[key], r#"{"by":"15d"}"#).await;
    assert!(refused.expect(400).text.contains("the time has a sign"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_as_a_new_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("sandbox.state");
    let builder = Sandbox::builder().referrals(120).state(&state);
    let live = Live::of(builder.fault(fault("error=503,times=1,path=/v1/*"))).await;
    let key = ("X-Sandbox-Key", live.sandbox.control_key());
    let [reset, clock, faults] = ["/sandbox/reset", "/sandbox/clock", "/sandbox/faults"];
    live.send("POST", reset, &[], "").await.expect(401);
    live.send("GET", reset, &[key], "").await.expect(405);
    for (body, part) in [
        (r#"{"data":true}"#, "unknown field `data`"),
        (r#"{"clock":"no"}"#, "invalid type"),
        ("[", "The body is not"),
    ] {
        let refused = live.send("POST", reset, &[key], body).await.expect(400);
        assert!(refused.text.contains(part), "{}", refused.text);
    }

    let list = format!("{REFERRALS}?$top=20&$orderby=updatedDateTime desc");
    let before = live.get(&list).await.expect(200);
    let link = before.json()["@odata.nextLink"].clone();
    let link = link.as_str().expect("a link");
    let first = live.some("Active", "Accepted").await;
    let unchanged = live.one(&first).await;
    let change = async || {
        live.get("/v1/referrals").await.expect(503);
        let id = live.send("POST", REFERRALS, &[], &body().to_string()).await;
        let id = id.expect(201).json()["id"].clone();
        let favorite = json!([{ "op": "replace", "path": "/favorite", "value": true }]);
        live.patch(&first, &[], favorite).await.expect(204);
        let moved = live.send("POST", clock, &[key], r#"{"by":"+20d"}"#).await;
        assert_eq!(moved.expect(200).json()["movedBySeconds"], 20 * 86_400);
        let other = r#"{"faults":["latency=1ms"]}"#;
        let put = live.send("PUT", faults, &[key], other).await;
        put.expect(200);
        id.as_str().expect("an id").to_owned()
    };
    let created = change().await;
    let answer = live
        .send("POST", reset, &[key], "")
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&answer["referrals"], &answer["movedBySeconds"]),
        (&json!(120), &json!(0))
    );
    let given = json!([{ "fault": "error=503,times=1,path=/v1/*", "struck": 0 }]);
    assert_eq!(answer["faults"], given);
    let get = async |id: &str| {
        live.send("GET", &format!("{REFERRALS}/{id}"), &[], "")
            .await
    };
    get(&created).await.expect(404);
    let token = link.split("$skiptoken=").nth(1).expect("a token");
    let stale = live.get(&format!("{REFERRALS}?$skiptoken={token}")).await;
    let stale = stale.expect(400).text;
    assert!(stale.contains("the sandbox was reset since"), "{stale}");
    // The same calls have the same answers, but for continuations.
    let after = live.get(&list).await.expect(200).json();
    assert_eq!(after["value"], before.json()["value"]);
    assert_eq!(live.one(&first).await.text, unchanged.text);
    assert_eq!(change().await, created);

    // What is to be kept is kept.
    let kept = r#"{"faults":false,"clock":false}"#;
    let answer = live
        .send("POST", reset, &[key], kept)
        .await
        .expect(200)
        .json();
    assert_eq!(answer["movedBySeconds"], 20 * 86_400);
    assert_eq!(answer["faults"][0]["fault"], "latency=1ms");
    get(&created).await.expect(404);

    // A next start finds nothing of it.
    live.sandbox.reset().await.expect("written");
    let versions = |page: &Value| -> Vec<Value> {
        let items = page["value"].as_array().expect("a list").iter();
        items.map(|item| item["eTag"].clone()).collect()
    };
    assert_eq!(
        versions(&live.get(&list).await.expect(200).json()),
        versions(&before.json())
    );
    live.sandbox.stop().await;
    let live = Live::of(Sandbox::builder().referrals(120).state(&state)).await;
    assert_eq!(
        versions(&live.get(&list).await.expect(200).json()),
        versions(&before.json())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_while_a_sandbox_is_reset_gets_an_answer() {
    let live = &Live::of(Sandbox::builder().referrals(150)).await;
    let key = ("X-Sandbox-Key", live.sandbox.control_key());
    let read = async || {
        for round in 0..30 {
            live.send("POST", REFERRALS, &[], &body().to_string())
                .await
                .expect(201);
            let page = live.get(&format!("{REFERRALS}?$top=7&$skip={round}")).await;
            let page = page.expect(200).json();
            let link = page["@odata.nextLink"].as_str().expect("a link");
            let token = link.split("$skiptoken=").nth(1).expect("a token");
            let next = live.get(&format!("{REFERRALS}?$skiptoken={token}")).await;
            if next.status != 200 {
                let refused = next.expect(400).text;
                assert!(refused.contains("the sandbox was reset since"), "{refused}");
            }
            live.get("/v1/referrals").await.expect(200);
        }
    };
    let reset = async || {
        for by in ["+15d", "-15d"].repeat(15) {
            let by = format!(r#"{{"by":"{by}"}}"#);
            let moved = live.send("POST", "/sandbox/clock", &[key], &by).await;
            moved.expect(200);
            let reset = live.send("POST", "/sandbox/reset", &[key], "").await;
            reset.expect(200);
        }
    };
    futures_util::future::join3(read(), read(), reset()).await;
}

#[tokio::test]
async fn a_list_survives_faults_that_pass() {
    for (text, waits) in [
        ("unavailable,times=3", 3),
        ("error=500,times=2", 2),
        ("reset,times=2", 2),
        ("half-body,times=2", 2),
        ("throttle,times=1,retry-after=57", 1),
        ("throttle,times=1,retry-after=date:57", 1),
    ] {
        let sandbox = sandbox(&[text]).await;
        let (referrals, clock) = client(&sandbox, token(sandbox.token()));
        assert_eq!(count(&referrals).await.expect(text), 250, "{text}");
        assert_eq!(clock.waits().len(), waits, "{text}");
        if text.contains("57") {
            assert_eq!(clock.waits(), [57 * SECOND], "{text}");
        }
        assert_eq!(sandbox.faults()[0].1, waits as u64, "{text}");
    }
    // Luck is the same each time, so this never fails by chance.
    let bad_day = [
        "error=503,chance=0.05",
        "reset,chance=0.05",
        "half-body,chance=0.05",
    ];
    let sandbox = sandbox(&bad_day).await;
    let (referrals, clock) = client(&sandbox, token(sandbox.token()));
    let list = referrals.engagements().list().top(5).records();
    let records: Vec<_> = list.try_collect().await.expect("all");
    assert_eq!(records.len(), 250);
    assert!(clock.waits().len() > 2, "nothing went wrong");
}

#[tokio::test]
async fn a_bucket_lets_a_burst_through() {
    let sandbox = sandbox(&["throttle=1/h,burst=3,retry-after=seconds"]).await;
    let (referrals, _) = client(&sandbox, token(sandbox.token()));
    let live = referrals.engagements();
    for _ in 0..3 {
        live.list().top(1).send().await.expect("within the burst");
    }
    let error = live.list().top(1).send().await.expect_err("throttled");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(429));
    let wait = error.retry_after().expect("it says when").as_secs();
    assert!((3_500..=3_600).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_has_an_unknown_outcome_and_is_there() {
    for text in [
        "error=500,when=after-write,times=1",
        "unavailable,when=after-write,times=1",
        "reset,when=after-write,times=1",
        "content-type=text/html,times=1",
    ] {
        let sandbox = sandbox(&[text]).await;
        let (referrals, clock) = client(&sandbox, token(sandbox.token()));
        let error = referrals.engagements().create(new()).send().await;
        let error = error.expect_err("lost");
        assert_eq!(
            error.write_outcome(),
            WriteOutcome::Unknown,
            "{text}: {error}"
        );
        assert!(clock.waits().is_empty(), "{text}: sent again");
        assert_eq!(count(&referrals).await.expect("a list"), 251, "{text}");
    }
    // A throttle says that nothing was done, so the call is made again: once created.
    let sandbox = sandbox(&["throttle,times=2"]).await;
    let (referrals, clock) = client(&sandbox, token(sandbox.token()));
    referrals
        .engagements()
        .create(new())
        .send()
        .await
        .expect("created");
    assert_eq!(clock.waits().len(), 2);
    assert_eq!(count(&referrals).await.expect("a list"), 251);
}

#[tokio::test]
async fn a_stale_continuation_is_an_error_and_no_shorter_list() {
    let sandbox = sandbox(&["stale-page-token"]).await;
    let (referrals, clock) = client(&sandbox, token(sandbox.token()));
    let error = count(&referrals).await.expect_err("stale");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    assert_eq!(error.target(), Some("$skiptoken"));
    assert!(clock.waits().is_empty(), "it does not pass");
    sandbox.set_faults([]);
    assert_eq!(count(&referrals).await.expect("anew"), 250);
}

#[tokio::test]
async fn a_page_that_is_no_json_is_not_taken_for_a_list() {
    let sandbox = sandbox(&["content-type=text/html"]).await;
    let (referrals, _) = client(&sandbox, token(sandbox.token()));
    count(&referrals).await.expect_err("a page of a proxy");
}

/// Gives one token after the other, and counts how often it was asked.
#[derive(Debug, Clone)]
struct InTurn(Vec<Token>, Arc<Mutex<usize>>);

impl Credential for InTurn {
    fn token<'a>(&'a self, _: TokenRequest<'a>) -> TokenFuture<'a> {
        let mut asked = self.1.lock().expect("no panic");
        let token = self.0[*asked % self.0.len()].clone();
        *asked += 1;
        Box::pin(async { Ok(AccessToken::from(token)) })
    }
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let live = Live::of(builder().approve_devices()).await;
    let tokens = vec![
        token(live.sandbox.token()),
        token(&live.users_token(API).await),
    ];
    let asked = Arc::new(Mutex::new(0));
    let count_asked = || *asked.lock().expect("no panic");

    live.sandbox.set_faults([fault("expired-token,times=1")]);
    let (referrals, clock) = client(&live.sandbox, InTurn(tokens.clone(), asked.clone()));
    assert_eq!(count(&referrals).await.expect("all"), 250);
    assert_eq!((count_asked(), clock.waits().len()), (2, 0));

    // Refused again it is no use to go on.
    live.sandbox.set_faults([fault("expired-token")]);
    let error = count(&referrals).await.expect_err("expired");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert_eq!((count_asked(), live.sandbox.faults()[0].1), (3, 2));
}

#[tokio::test]
async fn a_clock_that_jumps_ends_tokens() {
    let live = Live::of(builder().approve_devices()).await;
    let tokens = vec![
        token(&live.users_token(API).await),
        token(live.sandbox.token()),
    ];
    let asked = Arc::new(Mutex::new(0));
    live.sandbox
        .set_faults([fault("clock=+15d,path=*skiptoken*"), fault("clock=+15d")]);
    let (referrals, _) = client(&live.sandbox, InTurn(tokens, asked.clone()));
    assert_eq!(count(&referrals).await.expect("all"), 250);
    assert_eq!(*asked.lock().expect("no panic"), 2);
}
