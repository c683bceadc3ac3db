//! Requests that nobody sends by accident: the sandbox answers each, with nothing above
//! 499, and goes on. `tests/fuzz` asks the same of it with a fuzzer.

use std::env;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use contract_tests::{WireAnswer, fixture};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use referrals_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};

/// How many requests are made up for each dialect. More with, say,
/// `REFERRALS_HOSTILE_CASES=100000 cargo test --release -p contract-tests hostile`.
const CASES: u32 = 400;

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

// --- requests that are HTTP -------------------------------------------------

/// Options, and what their values are made of.
const OPTIONS: [&str; 15] = [
    "$filter",
    "$filter",
    "$orderby",
    "$select",
    "$top",
    "$skip",
    "$count",
    "$skiptoken",
    "$format",
    "$expand",
    "TOP",
    "engagementId",
    "self",
    "status",
    "invitedByOrganization",
];

const WORDS: [&str; 48] = [
    "status",
    "name",
    "id",
    "updatedDateTime",
    "customerProfile/address/country",
    "details/dealValue",
    "team",
    "team/any(t:t/email eq null)",
    "any(t:",
    "t/email",
    "$count",
    "$it",
    "'New'",
    "'x''y'",
    "'",
    "null",
    "true",
    "false",
    "eq",
    "ne",
    "gt",
    "and",
    "or",
    "not",
    "in",
    "(",
    ")",
    ",",
    "/",
    "*",
    "0",
    "-1",
    "1e400",
    "18446744073709551615",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.9999999Z",
    "2025-11-01",
    "b10da48c-ea4c-4967-ab8e-0efcd8069414",
    "contains(name,'a')",
    "substring(name,99999999999)",
    "concat(name,name)",
    "date(createdDateTime)",
    "now()",
    "desc",
    "asc",
    "Won",
    "%",
    "\u{1f600}\u{202e}",
];

/// Headers that leave it open neither where the request ends nor what it asks for.
const NAMES: [&str; 12] = [
    "Accept",
    "Content-Type",
    "If-Match",
    "Prefer",
    "MS-RequestId",
    "MS-CorrelationId",
    "client-request-id",
    "ValidateMfa",
    "Origin",
    "Range",
    "Authorization",
    "X-Sandbox-Key",
];

const MEMBERS: [&str; 18] = [
    "id",
    "name",
    "Name",
    "status",
    "substatus",
    "type",
    "eTag",
    "customerProfile",
    "address",
    "country",
    "team",
    "details",
    "dealValue",
    "closingDateTime",
    "requirements",
    "consent",
    "target",
    "registrations",
];

const CHANGED: [&str; 9] = [
    "/status",
    "/substatus",
    "/details/dealValue",
    "/details/notes",
    "/details/closingDateTime",
    "/team/-",
    "/team/0",
    "/registrations/-",
    "/~1",
];

/// A made-up request.
#[derive(Debug, Clone)]
struct Call {
    method: &'static str,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    let words = vec(select(&WORDS[..]), 0..9).prop_map(|words| words.join(" ").into_bytes());
    prop_oneof![
        4 => words,
        1 => ".{0,40}".prop_map(String::into_bytes),
        1 => vec(any::<u8>(), 0..40),
    ]
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    percent_encode(bytes.as_ref(), NON_ALPHANUMERIC).to_string()
}

fn target(ids: Vec<String>) -> impl Strategy<Value = String> {
    let list = "/v1.0/engagements/referrals";
    let path = prop_oneof![
        4 => Just(list.to_owned()),
        2 => Just("/v1/referrals".to_owned()),
        2 => select(ids).prop_map(move |id| format!("{list}/{id}")),
        1 => Just(format!("{list}/$count")),
        1 => text().prop_map(move |id| format!("{list}/{}", encoded(id))),
        1 => text().prop_map(move |key| format!("{list}({})", encoded(key))),
        1 => text().prop_map(|path| format!("/{}", encoded(path))),
        1 => select(&["/", "/sandbox/clock", "/common/oauth2/v2.0/token"][..])
            .prop_map(str::to_owned),
    ];
    let name = prop_oneof![
        9 => select(&OPTIONS[..]).prop_map(|name| name.as_bytes().to_vec()),
        1 => text(),
    ];
    (path, vec((name, text()), 0..4)).prop_map(|(path, options)| {
        let options = options.into_iter();
        let options = options.map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        format!("{path}?{}", options.collect::<Vec<_>>().join("&"))
    })
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(|text| String::from_utf8_lossy(&text).into()),
        select(
            &[
                "New", "Active", "Accepted", "Closed", "Won", "Shared", "US", "USD"
            ][..]
        )
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let members = vec((select(&MEMBERS[..]), inner.clone()), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            members.prop_map(|members| {
                let members = members.into_iter();
                members
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            }),
        ]
    })
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let new = ["private", "co-sell", "shared"].map(|name| {
        let text = fixture(&format!("new-referrals/{name}.json"));
        serde_json::from_str::<Value>(&text).expect("a fixture")
    });
    let new = (
        select(new.to_vec()),
        vec((select(&MEMBERS[..]), json()), 0..3),
    );
    let new = new.prop_map(|(mut new, changes)| {
        for (name, value) in changes {
            new[name] = value;
        }
        new.to_string().into_bytes()
    });
    let operation = (
        select(&["add", "replace", "remove", "Add"][..]),
        select(&CHANGED[..]),
        json(),
    );
    let patch = vec(operation, 0..4).prop_map(|operations| {
        let operations = operations.into_iter();
        let operations =
            operations.map(|(op, path, value)| json!({ "op": op, "path": path, "value": value }));
        Value::from_iter(operations).to_string().into_bytes()
    });
    prop_oneof![
        2 => Just(Vec::new()),
        3 => new,
        3 => patch,
        2 => json().prop_map(|json| json.to_string().into_bytes()),
        1 => vec(any::<u8>(), 0..60),
        1 => select(&BODIES[..]).prop_map(|body| body.as_bytes().to_vec()),
    ]
}

fn call(ids: Vec<String>) -> impl Strategy<Value = Call> {
    let method = select(
        &[
            "GET", "GET", "POST", "PUT", "PATCH", "PATCH", "HEAD", "DELETE",
        ][..],
    );
    // Nothing else is carried by a header.
    let value = vec(prop_oneof![b' '..=b'~', 0x80..=0xff_u8], 0..40);
    let value = prop_oneof![
        1 => value,
        1 => select(&["*", "return=representation", "true", "*/*;q=0"][..])
            .prop_map(|value| value.as_bytes().to_vec()),
    ];
    let headers = vec((select(&NAMES[..]), value), 0..2);
    (method, target(ids), headers, any::<bool>(), body()).prop_map(
        |(method, target, headers, is_json, body)| {
            let headers = headers.into_iter();
            let mut headers: Vec<_> = headers
                .map(|(name, value)| (name.to_owned(), value))
                .collect();
            if is_json {
                headers.push(("Content-Type".to_owned(), b"application/json".to_vec()));
            }
            Call {
                method,
                target,
                headers,
                body,
            }
        },
    )
}

/// A connection that is kept.
struct Connection {
    address: String,
    token: String,
    stream: Option<TcpStream>,
}

impl Connection {
    fn to(sandbox: &Sandbox) -> Self {
        Self {
            address: sandbox.url().replace("http://", ""),
            token: sandbox.token().to_owned(),
            stream: None,
        }
    }

    fn ask(&mut self, call: &Call) -> Result<WireAnswer, String> {
        let mut request = format!(
            "{} {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
             Content-Length: {}\r\n",
            call.method,
            call.target,
            self.token,
            call.body.len()
        )
        .into_bytes();
        for (name, value) in &call.headers {
            request.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        request.extend([b"\r\n", call.body.as_slice()].concat());
        let stream = match self.stream.take() {
            Some(stream) => Ok(stream),
            None => TcpStream::connect(&self.address),
        };
        let mut stream = stream.map_err(|error| error.to_string())?;
        let patience = stream.set_read_timeout(Some(Duration::from_secs(10)));
        patience.map_err(|error| error.to_string())?;
        // It may be refused before its end has been sent.
        let _ = stream.write_all(&request);
        let (mut received, mut part) = (Vec::new(), [0; 16 * 1024]);
        loop {
            if let Some((answer, length)) = WireAnswer::read(&received, call.method == "HEAD")? {
                if length != received.len() {
                    return Err(format!("{answer:?} and more than was asked for"));
                }
                if answer.header("connection") != Some("close") {
                    self.stream = Some(stream);
                }
                return Ok(answer);
            }
            match stream.read(&mut part) {
                Ok(0) => return Err("hung up".to_owned()),
                Ok(length) => received.extend_from_slice(&part[..length]),
                Err(error) => return Err(error.to_string()),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_that_is_http_has_a_whole_answer_of_the_documented_shape() {
    let cases = env::var("REFERRALS_HOSTILE_CASES");
    let cases = cases.map_or(CASES, |cases| cases.parse().expect("a number of cases"));
    for dialect in Dialect::ALL {
        let sandbox = Sandbox::builder().dialect(dialect).referrals(25);
        let sandbox = sandbox.start().await.expect("a sandbox");
        let mut connection = Connection::to(&sandbox);
        let run = tokio::task::spawn_blocking(move || {
            let all = Call {
                method: "GET",
                target: "/v1.0/engagements/referrals".to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
            };
            let all = connection.ask(&all).expect("a list");
            let all: Value = serde_json::from_slice(&all.body).expect("a list");
            let all = all["value"].as_array().expect("a list").iter();
            let ids = all.map(|referral| referral["id"].as_str().expect("an id").to_owned());
            let calls = call(ids.collect());
            let connection = std::cell::RefCell::new(connection);
            let mut runner = TestRunner::new(Config {
                cases,
                failure_persistence: None,
                ..Config::default()
            });
            let outcome = runner.run(&calls, |call| {
                let answer = connection.borrow_mut().ask(&call);
                let judged = answer.and_then(|answer| answer.judge(call.method, &call.target));
                prop_assert!(judged.is_ok(), "{judged:?}");
                Ok(())
            });
            outcome.unwrap_or_else(|fault| panic!("{dialect}: {fault}"));
        });
        run.await.expect("no fault");
    }
}

/// Found by the fuzzer: these had no body.
#[tokio::test(flavor = "multi_thread")]
async fn a_method_that_a_path_has_not_is_refused_in_words_everywhere() {
    let sandbox = Sandbox::builder().start().await.expect("a sandbox");
    let mut connection = Connection::to(&sandbox);
    let asked = tokio::task::spawn_blocking(move || {
        for (target, allow) in [
            ("/", "GET,HEAD"),
            ("/openapi/referrals-v1.yaml", "GET,HEAD"),
            ("/sandbox/page/state", "GET,HEAD"),
            ("/common/oauth2/v2.0/token", "POST"),
            ("/common/discovery/v2.0/keys", "GET,HEAD"),
            ("/v1/referrals", "GET, HEAD"),
            ("/v1.0/engagements/referrals", "GET, HEAD, POST"),
        ] {
            let call = Call {
                method: "DELETE",
                target: target.to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
            };
            let answer = connection.ask(&call).expect("an answer");
            assert_eq!(answer.status, 405, "{target}: {answer:?}");
            assert_eq!(answer.header("allow"), Some(allow), "{target}: {answer:?}");
            answer.judge("DELETE", target).expect("a refusal");
        }
    });
    asked.await.expect("no panic");
}

/// Found by the fuzzer: the sign-in and the contracts answered these with a line of text.
#[tokio::test(flavor = "multi_thread")]
async fn a_path_in_no_encoding_is_refused_in_the_form_of_its_place() {
    let sandbox = Sandbox::builder().start().await.expect("a sandbox");
    let mut connection = Connection::to(&sandbox);
    let asked = tokio::task::spawn_blocking(move || {
        for (method, target, status) in [
            ("GET", "/%ff/v2.0/.well-known/openid-configuration", 400),
            ("GET", "/%ff/discovery/v2.0/keys", 400),
            ("POST", "/%ff/oauth2/v2.0/token", 400),
            ("POST", "/%ff/oauth2/devicecode", 400),
            ("GET", "/openapi/%ff", 404),
            ("GET", "/v1.0/engagements/referrals/%ff", 400),
            ("GET", "/v1.0/engagements/%ff", 404),
        ] {
            let call = Call {
                method,
                target: target.to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
            };
            let answer = connection.ask(&call).expect("an answer");
            assert_eq!(answer.status, status, "{target}: {answer:?}");
            answer.judge(method, target).expect("a refusal");
            let kind = answer.header("content-type").unwrap_or_default();
            assert!(kind.starts_with("application/json"), "{target}: {answer:?}");
        }
    });
    asked.await.expect("no panic");
}

/// A name that somebody made up may be anybody's.
#[tokio::test(flavor = "multi_thread")]
async fn a_made_up_name_is_short_in_the_answer_and_not_in_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log.jsonl");
    let sandbox = Sandbox::builder().dialect(Dialect::Lenient).log(&file);
    let sandbox = sandbox.start().await.expect("a sandbox");
    let mut connection = Connection::to(&sandbox);
    let asked = tokio::task::spawn_blocking(move || {
        let list = "/v1.0/engagements/referrals";
        let name = format!("ada@contoso.example.com{}", "\u{202e}".repeat(3_000));
        let option = encoded(&name);
        let ids = Call {
            method: "GET",
            target: format!("{list}?$select=id&$top=1"),
            headers: Vec::new(),
            body: Vec::new(),
        };
        let ids = connection.ask(&ids).expect("a list");
        let ids: Value = serde_json::from_slice(&ids.body).expect("a list");
        let one = format!("{list}/{}", ids["value"][0]["id"].as_str().expect("an id"));
        let patch = json!([{ "op": "replace", "path": name, "value": 1 }]).to_string();
        let twice = format!("{{\"{name}\":{{}},\"details\":{{}},\"Details\":{{}}}}");
        for (method, target, body, shown) in [
            ("GET", format!("{list}?{option}=1"), String::new(), "ada@"),
            (
                "GET",
                format!("{list}?{option}=1&{option}=1"),
                String::new(),
                "ada@",
            ),
            ("PATCH", one, patch, "ada@"),
            ("POST", list.to_owned(), twice, "details"),
            ("ada", list.to_owned(), String::new(), ""),
        ] {
            let call = Call {
                method,
                target,
                headers: vec![("Content-Type".to_owned(), b"application/json".to_vec())],
                body: body.into_bytes(),
            };
            let answer = connection.ask(&call).expect("an answer");
            answer.judge(method, &call.target).expect("a refusal");
            let body: Value = serde_json::from_slice(&answer.body).expect("a refusal");
            let target = body["error"]["target"].as_str().unwrap_or_default();
            assert!(target.starts_with(shown), "{answer:?}");
            assert!(answer.body.len() < 2_000, "{answer:?}");
        }
    });
    asked.await.expect("no panic");
    sandbox.stop().await;
    let log = std::fs::read_to_string(&file).expect("a log");
    assert_eq!(log.lines().count(), 6, "{log}");
    // Ids may begin with the same letters.
    assert!(!log.contains("ada@") && !log.contains("\"ada\""), "{log}");
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
    let people = vec!["{}"; 501].join(",");
    let crowd = format!("{{\"team\":[{people}]}}");
    let crowd_length = format!(
        "Content-Type: application/json\r\nContent-Length: {}\r\n",
        crowd.len()
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
        (
            "a crowd",
            head("POST", list, &crowd_length) + &crowd,
            [413, 413],
        ),
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
