//! What becomes of every answer: documented ones, and those that happen.

use std::fmt::Write as _;

use contract_tests::{RawServer, answer, fixture, fixture_names, ok};
use referrals::v1::ReferralPage;
use referrals::{Error, ErrorKind, Referrals, RetryPolicy, Uuid};

const TOKEN: &str = "t0ken-that-nobody-must-see";

/// Lists from a server that answers with these bytes.
async fn list(answer: Vec<u8>) -> Result<ReferralPage, Error> {
    let server = RawServer::answering(answer);
    list_from(&server.url()).await
}

async fn list_from(url: &str) -> Result<ReferralPage, Error> {
    let referrals = Referrals::builder()
        .base_url(url)
        .token(TOKEN)
        .request_ids(|| Uuid::from_u128(1))
        .retry(RetryPolicy::never())
        .build()
        .expect("a client");
    let outcome = referrals.v1().list().send().await;
    if let Err(error) = &outcome {
        let shown = format!("{error} {error:?} {:?}", error.source_chain());
        assert!(!shown.contains(TOKEN), "{shown}");
    }
    outcome
}

trait SourceChain {
    fn source_chain(&self) -> Vec<String>;
}

impl SourceChain for Error {
    fn source_chain(&self) -> Vec<String> {
        let first = std::error::Error::source(self);
        std::iter::successors(first, |error| error.source())
            .map(|error| format!("{error} {error:?}"))
            .collect()
    }
}

/// Everything a caller can see of a page.
fn outcome(page: &ReferralPage) -> String {
    let mut text = format!("total count: {:?}\n", page.total_count());
    for (index, record) in page.records().iter().enumerate() {
        let read = match record.get() {
            Ok(referral) => serde_json::to_string(referral).expect("JSON"),
            Err(error) => format!("unreadable: {error}"),
        };
        let _ = writeln!(text, "record {index}: {read}");
    }
    for (finding, count) in page.drift().findings() {
        let _ = writeln!(text, "drift: {finding}, {count} times");
    }
    text
}

/// Everything a caller can see of an error.
fn failure(error: &Error) -> String {
    format!(
        "{error}\nkind: {:?}\nstatus: {:?}\ncode: {:?}\ndescription: {:?}\nretry after: {:?}\nretryable: {}\nids: {}",
        error.kind(),
        error.status().map(|status| status.as_u16()),
        error.code(),
        error.description(),
        error.retry_after(),
        error.is_retryable(),
        error.ids().map(ToString::to_string).unwrap_or_default(),
    )
}

#[tokio::test]
async fn every_fixture_has_the_outcome_it_should_have() {
    let names = fixture_names("v1");
    assert!(names.len() >= 14, "{names:?}");
    for name in names {
        let body = fixture(&format!("v1/{name}"));
        let kind = if name.ends_with(".html") {
            "text/html"
        } else {
            "application/json"
        };
        let answer = answer("200 OK", &[("Content-Type", kind)], &body);
        let outcome = match list(answer).await {
            Ok(page) => outcome(&page),
            Err(error) => failure(&error),
        };
        insta::assert_snapshot!(format!("fixture_{name}"), outcome);
    }
}

#[tokio::test]
async fn every_record_keeps_its_bytes() {
    for name in [
        "typical",
        "unknown-member",
        "broken-record",
        "exact-money",
        "null-members",
    ] {
        let text = fixture(&format!("v1/{name}.json"));
        let page = list(ok(&text)).await.expect(name);
        assert_eq!(page.json(), text.trim_end(), "{name}");
        let mut from = 0;
        for record in page.records() {
            let at = text[from..].find(record.json());
            from += at.unwrap_or_else(|| panic!("{name}: a record changed")) + record.json().len();
        }
        assert!(!page.records().is_empty(), "{name}");
        let records = page.records().to_vec();
        assert_eq!(page.into_records(), records, "{name}");
    }
}

#[tokio::test]
async fn one_broken_record_does_not_hold_up_the_others() {
    let page = list(ok(fixture("v1/broken-record.json")))
        .await
        .expect("a page");
    let ids: Vec<_> = page
        .records()
        .iter()
        .filter_map(|record| record.get().ok()?.id.clone())
        .collect();
    assert_eq!(ids, ["1", "3"]);
}

#[tokio::test]
async fn every_documented_error_status_is_told_apart() {
    let body = r#"{"code":"900308","description":"The caller may not do that.","source":"PartnerAPI","data":[]}"#;
    let mut text = String::new();
    for status in [
        400, 401, 403, 404, 405, 406, 409, 412, 429, 500, 501, 502, 503, 504,
    ] {
        let headers = [
            ("Content-Type", "application/json"),
            ("MS-RequestId", "00000000-0000-0000-0000-000000000001"),
            ("MS-CorrelationId", "c2c4a1f0-0000-4000-8000-000000000002"),
            ("request-id", "an id with blanks is not quoted"),
        ];
        let answer = answer(&format!("{status} Whatever"), &headers, body);
        let error = list(answer).await.expect_err("an error status");
        let _ = writeln!(text, "{}\n", failure(&error));
    }
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn a_wait_that_the_service_asks_for_is_passed_on() {
    let answer = answer("503 Service Unavailable", &[("Retry-After", "57")], "");
    let error = list(answer).await.expect_err("unavailable");
    insta::assert_snapshot!(failure(&error));
}

#[tokio::test]
async fn an_error_without_a_body_keeps_its_status_and_ids() {
    let error = list(answer("500 Oops", &[], ""))
        .await
        .expect_err("a failure");
    insta::assert_snapshot!(failure(&error));
}

#[tokio::test]
async fn an_error_page_of_a_proxy_keeps_its_status_and_is_not_repeated() {
    let page = "<html>Contoso proxy: ada@contoso.example.com</html>";
    let answer = answer("502 Bad Gateway", &[("Content-Type", "text/html")], page);
    let error = list(answer).await.expect_err("a failure");
    assert!(!format!("{error:?}").contains("contoso"));
    insta::assert_snapshot!(failure(&error));
}

#[tokio::test]
async fn a_server_that_repeats_the_token_does_not_get_it_into_the_error() {
    let body = format!(r#"{{"code":"{TOKEN}","description":"The token {TOKEN} is bad."}}"#);
    let error = list(answer("401 Unauthorized", &[], body))
        .await
        .expect_err("refused");
    insta::assert_snapshot!(failure(&error));
}

#[tokio::test]
async fn a_token_that_comes_back_in_headers_does_not_show() {
    let headers = [
        ("MS-RequestId", TOKEN),
        ("request-id", TOKEN),
        ("Content-Type", TOKEN),
    ];
    for (status, body) in [("500 Oops", ""), ("200 OK", "<html>")] {
        // `list` looks for the token in everything that can be shown.
        let error = list(answer(status, &headers, body))
            .await
            .expect_err(status);
        assert!(error.ids().is_some());
    }
    let apart = format!(r#"{{"code":"{}\u0000{}"}}"#, &TOKEN[..9], &TOKEN[9..]);
    let error = list(answer("500 Oops", &[], apart))
        .await
        .expect_err("a failure");
    assert_eq!(error.code(), Some("<redacted>"));
}

#[tokio::test]
async fn json_behind_a_byte_order_mark_is_json() {
    let page = list(ok("\u{feff}{\"items\":[{\"id\":\"1\"}]}"))
        .await
        .expect("a page");
    assert_eq!(page.records()[0].json(), r#"{"id":"1"}"#);
    let error = list(ok("\u{feff}<html>")).await.expect_err("no JSON");
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
}

#[tokio::test]
async fn a_redirect_in_a_circle_ends() {
    let server = RawServer::answering(answer("307 Again", &[("Location", "/v1/referrals")], ""));
    let error = list_from(&server.url()).await.expect_err("a circle");
    let requests = server.requests().len();
    assert!((2..=10).contains(&requests), "{requests} requests");
    let message = error.to_string();
    assert!(
        message.ends_with("leads to nothing, or in a circle"),
        "{message}"
    );
}

#[tokio::test]
async fn a_request_that_cannot_be_sent_is_no_lost_connection() {
    let server = RawServer::answering(ok(r#"{"items":[]}"#));
    let referrals = Referrals::builder().base_url(server.url()).token(TOKEN);
    let list = referrals.build().expect("a client").v1().list();
    let error = list
        .engagement_id("x".repeat(70_000))
        .send()
        .await
        .expect_err("too long");
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (ErrorKind::Configuration, false)
    );
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_body_that_ends_early_is_a_lost_connection() {
    let answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"items\":[";
    let error = list(answer.to_vec()).await.expect_err("cut off");
    insta::assert_snapshot!(failure(&error));
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_a_lost_connection() {
    let error = list(b"hello\r\n\r\n".to_vec()).await.expect_err("no HTTP");
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Connection, None)
    );
}

#[tokio::test]
async fn a_host_that_nobody_answers_at_is_named() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    };
    let error = list_from(&format!("http://{address}"))
        .await
        .expect_err("nobody");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.is_retryable());
    let message = error.to_string();
    assert!(
        message.starts_with(&format!("cannot connect to http://{address}: ")),
        "{message}"
    );
}

#[tokio::test]
async fn a_redirect_takes_the_token_nowhere_else() {
    let elsewhere = RawServer::answering(ok(r#"{"items":[]}"#));
    let location = format!("{}/v1/referrals", elsewhere.url());
    let answer = answer("302 Found", &[("Location", &location)], "");
    let error = list(answer).await.expect_err("not followed");
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
    insta::assert_snapshot!(failure(&error));
}
