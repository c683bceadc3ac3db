//! The sandbox against the contract, and our client against the sandbox.
//!
//! The sandbox shares no code with model and client, so each is a witness for
//! the other.

use std::sync::LazyLock;

use referrals::{ErrorKind, Referrals, v1::List};
use referrals_sandbox::{OWN_ORGANIZATION, Sandbox};
use serde_json::Value;

async fn sandbox() -> Sandbox {
    Sandbox::builder()
        .referrals(60)
        .start()
        .await
        .expect("a sandbox")
}

fn client(sandbox: &Sandbox) -> Referrals {
    Referrals::builder()
        .base_url(sandbox.url())
        .token(sandbox.token())
        .build()
        .expect("a client")
}

async fn values(list: List) -> Vec<Value> {
    let page = list.send().await.expect("a page");
    assert!(page.drift().is_empty(), "{:?}", page.drift());
    assert_eq!(page.total_count(), Some(page.records().len() as i64));
    page.records()
        .iter()
        .map(|record| serde_json::from_str(record.json()).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn every_parameter_chooses_what_a_plain_loop_chooses() {
    let sandbox = sandbox().await;
    let referrals = client(&sandbox);
    let list = || referrals.v1().list();
    let all = values(list()).await;
    assert_eq!(all.len(), 60);
    let engagement = all[1]["engagementId"].as_str().expect("an id").to_owned();
    let statuses: Vec<_> = all.iter().map(|record| record["status"].clone()).collect();

    type Case = (&'static str, List, Box<dyn Fn(&Value) -> bool>);
    let cases: Vec<Case> = vec![
        ("engagement", list().engagement_id(&engagement), {
            let engagement = engagement.clone();
            Box::new(move |record| record["engagementId"] == *engagement)
        }),
        (
            "self",
            list().self_only(),
            Box::new(|record| record["organizationId"] == OWN_ORGANIZATION),
        ),
        (
            "status",
            list().status("Won"),
            Box::new(|record| record["status"] == "Won"),
        ),
        ("invited", list().invited_by_organization("MSFT"), {
            Box::new(|record| record["inviteContext"]["invitedByOrganizationId"] == "MSFT")
        }),
        (
            "all",
            list()
                .self_only()
                .status("Lost")
                .invited_by_organization("MSFT"),
            {
                Box::new(|record| {
                    record["organizationId"] == OWN_ORGANIZATION
                        && record["status"] == "Lost"
                        && record["inviteContext"]["invitedByOrganizationId"] == "MSFT"
                })
            },
        ),
        (
            "none",
            list().engagement_id("nobody's"),
            Box::new(|_| false),
        ),
    ];
    for (name, list, accept) in cases {
        let expected: Vec<_> = all
            .iter()
            .filter(|record| accept(record))
            .cloned()
            .collect();
        assert_eq!(values(list).await, expected, "{name}");
        assert!(
            name == "none" || name == "all" || !expected.is_empty(),
            "{name} proves nothing"
        );
    }
    for status in contract_statuses() {
        assert!(
            statuses.iter().any(|seen| *seen == **status),
            "no referral is {status}"
        );
    }
}

/// The values of ReferralStatus in the contract, read with a YAML-free eye: the
/// line of the file.
fn contract_statuses() -> &'static [String] {
    static STATUSES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let text = referrals_openapi::contract("v1").expect("v1").text;
        let line = text
            .lines()
            .find(|line| line.contains("enum: [Pending"))
            .expect("the values of ReferralStatus");
        let values = line
            .split_once('[')
            .and_then(|(_, rest)| rest.split_once(']'));
        let values = values.expect("a list").0;
        values.split(", ").map(str::to_owned).collect()
    });
    &STATUSES
}

#[tokio::test]
async fn every_status_of_the_contract_is_accepted_and_no_other() {
    let sandbox = sandbox().await;
    let referrals = client(&sandbox);
    for status in contract_statuses() {
        let page = referrals.v1().list().status(status.as_str()).send().await;
        assert!(!page.expect(status).records().is_empty(), "{status}");
    }
    let error = referrals.v1().list().status("Snoozed").send().await;
    let error = error.expect_err("refused");
    assert_eq!(
        (
            error.kind(),
            error.status().map(|status| status.as_u16()),
            error.code()
        ),
        (ErrorKind::Service, Some(400), Some("invalidRequest"))
    );
}

/// One raw request, header lines included.
async fn raw(sandbox: &Sandbox, method: &str, path: &str, headers: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    let address = sandbox.url();
    let address = address.strip_prefix("http://").expect("http");
    let mut stream = tokio::net::TcpStream::connect(address)
        .await
        .expect("a connection");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer
}

fn bearer(sandbox: &Sandbox) -> String {
    format!("authorization: Bearer {}\r\n", sandbox.token())
}

#[tokio::test]
async fn path_and_method_are_checked() {
    let sandbox = sandbox().await;
    let headers = bearer(&sandbox);
    let with = raw(&sandbox, "GET", "/v1/referrals/?status=Won", &headers).await;
    let without = raw(&sandbox, "GET", "/v1/referrals?status=Won", &headers).await;
    let items = |answer: &str| answer.split_once("\"items\":").map(|(_, rest)| rest.len());
    assert!(with.starts_with("HTTP/1.1 200"), "{with}");
    assert_eq!(items(&with).map(|length| length - 1), items(&without));

    for (method, path, status) in [
        ("POST", "/v1/referrals", "405"),
        ("DELETE", "/v1/referrals/", "405"),
        ("GET", "/v1", "404"),
        ("GET", "/v1/referrals/7", "404"),
        ("GET", "/V1/Referrals", "404"),
    ] {
        let answer = raw(&sandbox, method, path, &headers).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{method} {path}: {answer}"
        );
        assert!(answer.contains("\"code\":"), "{answer}");
        assert_eq!(
            answer.contains("allow: GET, HEAD\r\n"),
            status == "405",
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_token_is_required() {
    let sandbox = sandbox().await;
    let token = sandbox.token();
    for headers in [
        String::new(),
        "authorization: Bearer wrong\r\n".to_owned(),
        format!("authorization: Basic {token}\r\n"),
        format!("authorization: {token}\r\n"),
    ] {
        let answer = raw(&sandbox, "GET", "/v1/referrals", &headers).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        assert!(answer.contains("www-authenticate: Bearer"), "{answer}");
        assert!(!answer.contains(token), "{answer}");
    }
    let headers = format!("authorization: bearer {token}\r\n");
    let answer = raw(&sandbox, "GET", "/v1/referrals", &headers).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn ids_are_echoed_or_made_and_must_be_guids() {
    let sandbox = sandbox().await;
    let id = "11111111-2222-4333-8444-555555555555";
    let headers = format!("{}ms-requestid: {id}\r\n", bearer(&sandbox));
    let answer = raw(&sandbox, "GET", "/v1/referrals", &headers).await;
    assert!(
        answer.contains(&format!("ms-requestid: {id}\r\n")),
        "{answer}"
    );
    assert!(answer.contains("ms-correlationid: "), "{answer}");
    let headers = format!("{}ms-correlationid: seven\r\n", bearer(&sandbox));
    let answer = raw(&sandbox, "GET", "/v1/referrals", &headers).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn an_answer_in_another_format_is_refused() {
    let sandbox = sandbox().await;
    for (accept, status) in [
        ("application/xml", "406"),
        ("", "406"),
        ("text/html, application/json;q=0.9", "200"),
        ("*/*", "200"),
        ("application/json;q=0", "406"),
        ("Application/JSON", "200"),
    ] {
        let headers = format!("{}accept: {accept}\r\n", bearer(&sandbox));
        let answer = raw(&sandbox, "GET", "/v1/referrals", &headers).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{accept}: {answer}"
        );
    }
}
