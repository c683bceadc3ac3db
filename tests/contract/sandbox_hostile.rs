//! Requests that nobody sends by accident: the sandbox answers each, with nothing above
//! 499, and goes on.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use referrals_sandbox::{Dialect, Sandbox};

/// Parts that requests are made of: what is right, what is nearly right, and what is not.
const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "g\u{e9}t",
];

const PATHS: [&str; 14] = [
    "/",
    "//",
    "/v1/referrals",
    "/v1/referrals/",
    "/v1.0/engagements/referrals",
    "/v1.0/engagements/referrals/",
    "/v1.0/engagements/referrals/%00",
    "/v1.0/engagements/referrals/%ff%fe",
    "/v1.0/engagements/referrals('')",
    "/v1.0/engagements/referrals/b10da48c-ea4c-4967-ab8e-0efcd8069414",
    "/v1.0/referrals?$skiptoken=x",
    "/common/oauth2/v2.0/token",
    "/common/oauth2/devicecode",
    "/../../etc/passwd",
];

const QUERIES: [&str; 16] = [
    "",
    "$top=",
    "$top=99999999999999999999",
    "$top=-1",
    "$skip=18446744073709551616",
    "$skiptoken=%00%ff",
    "$skiptoken=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$filter=",
    "$filter=%27",
    "$filter=((((((((((((((((((((((((((((((((((((((((((",
    "$filter=a/b/c/d/e/f eq 1e999999999",
    "$filter=status eq 'New' or",
    "$orderby=,,,",
    "$select=%2a%00",
    "$count=maybe&$count=maybe",
    "%24%66ilter=%e2%28%a1",
];

const HEADERS: [&str; 12] = [
    "",
    "Accept: text/html",
    "Accept: \u{1}",
    "Content-Type: text/plain",
    "Content-Type: application/json; charset=utf-16",
    "If-Match: *",
    "If-Match: \"",
    "Prefer: return=representation, return=minimal",
    "MS-RequestId: x",
    "MS-RequestId: 00000000-0000-0000-0000-00000000000g",
    "Transfer-Encoding: gzip",
    "Expect: 100-continue",
];

const BODIES: [&str; 12] = [
    "",
    "null",
    "[]",
    "{}",
    "[{}]",
    "{\"type\":\"Shared\",\"customerProfile\":{\"name\":1e999},\"consent\":[],\"details\":null}",
    "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":{\"a\":[[[[]]]]}}]",
    "[{\"op\":\"add\",\"path\":\"/team/-\",\"value\":\"\\ud800\"}]",
    "[{\"op\":\"replace\",\"path\":\"/registrations/0/contract/value\",\"value\":-0e-9}]",
    "\u{feff}{}",
    "{\"a\":",
    "grant_type=password&client_id=%00&client_id=x&scope=%ff",
];

fn answer(address: &str, request: &[u8]) -> Option<u16> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .expect("a timeout");
    // It may be refused before its end has been sent.
    let _ = stream.write_all(request);
    let mut head = [0; 12];
    stream.read_exact(&mut head).ok()?;
    let head = std::str::from_utf8(&head).expect("ASCII");
    Some(head["HTTP/1.1 ".len()..].parse().expect("a status"))
}

fn request(token: &str, parts: &(usize, usize, usize, usize, usize), junk: &str) -> Vec<u8> {
    let (method, path, query, header, body) = *parts;
    let mut target = PATHS[path].to_owned();
    let query = QUERIES[query];
    if !query.is_empty() {
        target.push(if target.contains('?') { '&' } else { '?' });
        target.push_str(&query.replace(' ', "%20"));
        target.push_str(junk);
    }
    let mut head = format!(
        "{} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n",
        METHODS[method]
    );
    if !HEADERS[header].is_empty() {
        head.push_str(HEADERS[header]);
        head.push_str("\r\n");
    }
    let body = BODIES[body];
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    [head.into_bytes(), body.as_bytes().to_vec()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_has_an_answer_that_is_no_fault_of_the_sandbox() {
    let sandbox = Sandbox::builder().dialect(Dialect::Lenient);
    let sandbox = sandbox.referrals(50).start().await.expect("a sandbox");
    let url = sandbox.url();
    let address = url.strip_prefix("http://").expect("http").to_owned();
    let token = sandbox.token().to_owned();
    let parts = (
        0..METHODS.len(),
        0..PATHS.len(),
        0..QUERIES.len(),
        0..HEADERS.len(),
        0..BODIES.len(),
    );
    let runs = tokio::task::spawn_blocking(move || {
        let mut answered = 0_u32;
        let mut runner = TestRunner::new(Config {
            cases: 600,
            failure_persistence: None,
            ..Config::default()
        });
        let cases = (parts, "[!-~]{0,12}");
        let outcome = runner.run(&cases, |(parts, junk)| {
            let request = request(&token, &parts, &junk);
            let status = answer(&address, &request);
            // What is no HTTP may be hung up on.
            if let Some(status) = status {
                prop_assert!(
                    status < 500,
                    "{status}: {}",
                    String::from_utf8_lossy(&request)
                );
            }
            Ok(())
        });
        outcome.expect("no fault");
        for method in 0..4 {
            let request = request(&token, &(method, 4, 0, 0, 3), "");
            answered += u32::from(answer(&address, &request).is_some());
        }
        answered
    });
    assert_eq!(runs.await.expect("no panic"), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_long_is_refused_by_its_length() {
    let sandbox = Sandbox::builder().start().await.expect("a sandbox");
    let url = sandbox.url();
    let address = url.strip_prefix("http://").expect("http").to_owned();
    let token = sandbox.token().to_owned();
    let list = "/v1.0/engagements/referrals";
    let head = |method: &str, target: &str, more: &str| {
        format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
             Connection: close\r\n{more}\r\n"
        )
    };
    let long = "x".repeat(70_000);
    let body = format!("{{\"name\":\"{}\"}}", "x".repeat(17 * 1024 * 1024));
    let length = format!(
        "Content-Type: application/json\r\nContent-Length: {}\r\n",
        body.len()
    );
    let many: String = (0..200).map(|n| format!("X-{n}: y\r\n")).collect();
    let deep = format!("{list}?$filter={}", "(".repeat(20_000));
    for (what, request, expected) in [
        (
            "a query",
            head("GET", &format!("{list}?$filter={long}"), ""),
            [400, 414],
        ),
        (
            "a target",
            head("GET", &format!("/{}", "x".repeat(600_000)), ""),
            [414, 431],
        ),
        (
            "a header",
            head("GET", list, &format!("X: {}\r\n", "x".repeat(600_000))),
            [431, 431],
        ),
        ("headers", head("GET", list, &many), [431, 431]),
        ("a nesting", head("GET", &deep, ""), [400, 400]),
        ("a body", head("POST", list, &length) + &body, [413, 413]),
    ] {
        let address = address.clone();
        let status = tokio::task::spawn_blocking(move || answer(&address, request.as_bytes()));
        let status = status.await.expect("no panic");
        // It may be hung up on while it still sends.
        assert!(
            status.is_none_or(|status| expected.contains(&status)),
            "{what}: {status:?}"
        );
    }
    let address = address.clone();
    let fine = head("GET", &format!("{list}?$top=1"), "");
    let fine = tokio::task::spawn_blocking(move || answer(&address, fine.as_bytes()));
    assert_eq!(fine.await.expect("no panic"), Some(200));
}
