//! The rules of code generation, each on a contract of its own: the code in
//! `crates/referrals-codegen/tests/golden` compiles, and does what it is for.
//!
//! `cargo xtask generate` writes that code; what it looks like is for reviewers,
//! what it does is checked here.

use contract_tests::{RawServer, answer, ok};
use referrals_client::{Bearer, Transport, http_client};
use referrals_model::{KnownMembers, Raw, Shape};
use serde_json::json;

macro_rules! golden {
    ($($rule:ident: $($part:ident)+,)+) => {$(
        pub(crate) mod $rule {$(
            #[rustfmt::skip]
            #[allow(dead_code, missing_docs, unreachable_pub, unused, clippy::all, reason = "generated")]
            pub(crate) mod $part {
                include!(concat!(
                    "../../crates/referrals-codegen/tests/golden/",
                    stringify!($rule), ".", stringify!($part), ".rs"
                ));
            }
        )+}
    )+};
}

golden! {
    exact_values: model,
    nullable: model,
    open_enums: model client,
    personal_data: model,
    query_text: model client,
    records: model client,
    success_answers: model client,
}

/// A generated client of any contract, talking to this server.
macro_rules! client {
    ($rule:ident, $server:expr) => {
        $rule::client::Client::new_with_client(
            &$server.url(),
            http_client(&$server.url().parse().expect("a URL"))
                .expect("TLS")
                .build()
                .expect("a client"),
            Transport::new(Bearer::new("t0ken")),
        )
    };
}

fn first_line(server: &RawServer) -> String {
    let requests = server.requests();
    requests[0].lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn answers_that_differ_are_raw_and_known_by_their_status() {
    for (status, body) in [("200 OK", r#"{"id":"1"}"#), ("204 No Content", "")] {
        let server = RawServer::answering(answer(status, &[], body));
        let client = client!(success_answers, server);
        let change = success_answers::model::Operation {
            op: "replace".to_owned(),
            path: "/id".to_owned(),
            value: Some(json!("2")),
        };
        let patch = client
            .patch_referral()
            .id("a/b c")
            .if_match("\"1\"")
            .body(vec![change]);
        let answer = patch.send().await.expect(status);
        assert!(status.starts_with(answer.status().as_str()));
        let request = &server.requests()[0];
        assert!(
            request.starts_with("PATCH /referrals/a%2Fb%20c HTTP/1.1"),
            "{request}"
        );
        assert!(request.contains("if-match: \"1\"\r\n"), "{request}");
        assert!(
            request.contains("accept: application/json\r\n"),
            "{request}"
        );
        assert!(!request.contains("api-version"), "{request}");
    }
}

#[tokio::test]
async fn answers_of_one_shape_are_typed_whatever_their_success() {
    for status in ["200 OK", "201 Created", "202 Accepted"] {
        let server = RawServer::answering(answer(status, &[], r#"{"id":"1","new":1}"#));
        let body = success_answers::model::Referral { id: None };
        let created = client!(success_answers, server)
            .create_referral()
            .body(body)
            .send()
            .await;
        let created = created.expect(status);
        assert_eq!(created.json(), r#"{"id":"1","new":1}"#);
        assert_eq!(created.get().expect("a referral").id.as_deref(), Some("1"));
    }
}

#[tokio::test]
async fn a_failure_keeps_status_headers_and_text_whatever_it_is() {
    let page = answer("404 Not Found", &[("Retry-After", "3")], "<html>no</html>");
    let server = RawServer::answering(page);
    let body = success_answers::model::Referral { id: None };
    let error = client!(success_answers, server)
        .create_referral()
        .body(body)
        .send()
        .await;
    let referrals_client::Error::UnexpectedResponse(response) = error.expect_err("404") else {
        panic!("status and body are lost");
    };
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["retry-after"], "3");
    assert_eq!(response.text().await.expect("text"), "<html>no</html>");
}

#[tokio::test]
async fn a_success_without_content_needs_none() {
    let server = RawServer::answering(answer("202 Accepted", &[], "ignored"));
    let answer = client!(success_answers, server)
        .ping()
        .send()
        .await
        .expect("accepted");
    assert_eq!(answer.status(), 202);
}

#[test]
fn null_and_absent_are_both_read() {
    use nullable::model::Everything;

    let all_null = r#"{"text":"longer than three","requiredNullable":null,"requiredReference":null,
        "reference":null,"nullableReference":null,"list":[],"optionalList":null,"nullableItems":[null,{}],
        "map":null,"number":null,"time":null}"#;
    let read: Everything = serde_json::from_str(all_null).expect("all null");
    assert!(read.required_nullable.is_none() && read.required_reference.is_none());
    assert!(read.reference.is_none() && read.nullable_reference.is_none());
    assert!(read.optional_list.is_none() && read.map.is_none() && read.number.is_none());
    assert!(read.time.is_none());
    let items = read.nullable_items.expect("items");
    assert!(items[0].is_none() && items[1].is_some());

    let absent: Everything = serde_json::from_str(r#"{"text":"a","list":["b"]}"#).expect("absent");
    assert_eq!(absent.list, ["b"]);
    assert!(absent.optional_list.is_none() && absent.nullable_items.is_none());

    let full = r#"{"text":"a","list":[],"requiredReference":{"id":"1"},"optionalList":["x"],"map":{"k":"v"},"number":-1}"#;
    let full: Everything = serde_json::from_str(full).expect("full");
    assert_eq!(
        full.required_reference.and_then(|part| part.id).as_deref(),
        Some("1")
    );
    assert_eq!(full.number, Some(-1));
    for missing in [
        r#"{"list":[]}"#,
        r#"{"text":"a"}"#,
        r#"{"text":null,"list":[]}"#,
    ] {
        assert!(
            serde_json::from_str::<Everything>(missing).is_err(),
            "{missing}"
        );
    }
}

#[tokio::test]
async fn an_open_enum_is_a_query_parameter_with_any_value() {
    for (status, query) in [
        ("New", "status=New"),
        ("Half way", "status=Half%20way"),
        ("unknown", "status=Unknown"),
    ] {
        let server = RawServer::answering(ok("{}"));
        client!(open_enums, server)
            .list_referrals()
            .status(status)
            .send()
            .await
            .expect("ok");
        assert_eq!(
            first_line(&server),
            format!("GET /referrals?{query} HTTP/1.1")
        );
    }
    let server = RawServer::answering(ok("{}"));
    let closed = client!(open_enums, server)
        .list_referrals()
        .self_("false")
        .send()
        .await;
    assert!(matches!(
        closed,
        Err(referrals_client::Error::InvalidRequest(_))
    ));
    assert!(server.requests().is_empty());
}

#[test]
fn an_open_enum_has_names_for_awkward_values_and_room_for_others() {
    use open_enums::model::{Referral, Size, Status};

    let json = r#"{"status":"Unknown","size":"DynamicsAX,GP,NAV,SL","sizes":["1to9employees","self","CustomSolution(ISV)","huge"]}"#;
    let read: Referral = serde_json::from_str(json).expect("a referral");
    assert_eq!(read.status, Some(Status::Unknown));
    assert_eq!(read.size, Some(Size::DynamicsAXGPNAVSL));
    let sizes = read.sizes.as_deref().expect("sizes");
    assert_eq!(
        sizes[..3],
        [Size::_1to9employees, Size::Self_, Size::CustomSolutionISV]
    );
    assert!(matches!(&sizes[3], Size::Unrecognized(text) if text.as_str() == "huge"));
    let written = serde_json::to_value(&read).expect("json");
    assert_eq!(
        written,
        serde_json::from_str::<serde_json::Value>(json).expect("json")
    );
    assert_eq!(
        serde_json::from_str::<Status>("1").expect("a position"),
        Status::New
    );
    assert!(serde_json::from_str::<Referral>(r#"{"closed":"false"}"#).is_err());
}

#[tokio::test]
async fn records_keep_their_bytes_and_their_parts_are_plain() {
    let page =
        r#"{"@odata.nextLink":"n","value":[{"id":"1","z":1.50},{"id":7}],"parts":[{"id":"p"}]}"#;
    let server = RawServer::answering(ok(page));
    let answer = client!(records, server)
        .list_referrals()
        .send()
        .await
        .expect("a page");
    let page: &records::model::Page = answer.get().expect("a page");
    assert_eq!(page.odata_next_link.as_deref(), Some("n"));
    let record: &Raw<records::model::Referral> = &page.value[0];
    assert_eq!(record.json(), r#"{"id":"1","z":1.50}"#);
    assert!(page.value[1].get().is_err());
    assert_eq!(
        page.parts.as_deref().map(|parts| parts[0].id.as_deref()),
        Some(Some("p"))
    );

    let known: Vec<_> = records::model::Page::known_members()
        .iter()
        .map(|member| member.name)
        .collect();
    assert_eq!(known, ["@odata.nextLink", "parts", "value"]);
    let value = records::model::Page::known_members()[2].shape;
    assert!(matches!(value, Shape::Array(Shape::Object(members)) if members()[0].name == "id"));
}

#[tokio::test]
async fn a_record_is_sent_as_the_bytes_it_is() {
    let server = RawServer::answering(answer("204 No Content", &[], ""));
    let text = r#"{"z":1.50,"id":"1","a":null}"#;
    let record: Raw<records::model::Referral> = serde_json::from_str(text).expect("JSON");
    let put = client!(records, server)
        .replace_referral()
        .id("1")
        .body(record)
        .send()
        .await;
    put.expect("done");
    let request = &server.requests()[0];
    assert!(request.ends_with(&format!("\r\n\r\n{text}")), "{request}");
}

#[test]
fn money_and_times_are_written_as_they_were_read() {
    let json = r#"{"closing":"2018-12-31T00:00:00.1234567Z","offers":[0.10,1e2],"share":0.5,"value":9007199254740993.55}"#;
    let deal: exact_values::model::Deal = serde_json::from_str(json).expect("a deal");
    assert_eq!(serde_json::to_string(&deal).expect("json"), json);
}

#[tokio::test]
async fn a_continuation_token_goes_out_byte_for_byte() {
    let server = RawServer::answering(ok("{}"));
    let token = "%2bRID%3a~abc%3d%3d";
    let client = client!(query_text, server);
    let list = client.list_referrals();
    list.filter("status eq 'New + ü'")
        .skiptoken(token)
        .send()
        .await
        .expect("ok");
    assert_eq!(
        first_line(&server),
        "GET /referrals?%24filter=status%20eq%20%27New%20%2B%20%C3%BC%27&%24skiptoken=%2bRID%3a~abc%3d%3d HTTP/1.1"
    );
}

#[test]
fn debug_output_leaves_personal_data_out() {
    let json =
        r#"{"id":"1","name":"Ada Example","e-mail":"ada@contoso.example.com","phones":["555"]}"#;
    let person: personal_data::model::Person = serde_json::from_str(json).expect("a person");
    assert_eq!(
        format!("{person:?}"),
        r#"Person { e_mail: Some(<redacted>), id: Some("1"), name: <redacted>, phones: Some(<redacted>) }"#
    );
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(json).expect("json"),
        json!(person)
    );
}
