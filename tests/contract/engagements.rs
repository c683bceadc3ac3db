//! The live API: the request of every operation of the generated client with
//! nothing that is optional and with everything, a page with the oddities of the
//! wire, and what the SDK makes of pages, versions and patches.

use contract_tests::{RawServer, answer, fixture, fixture_names, har, ok};
use futures_util::{StreamExt as _, TryStreamExt as _};
use referrals::drift::Drift;
use referrals::engagements::{Continuation, List, Versioned};
use referrals::{ErrorKind, Referrals, RetryPolicy, Uuid};
use referrals_client::engagements::Client;
use referrals_client::{Bearer, Transport, http_client};
use referrals_contract::Contract;
use referrals_model::Raw;
use referrals_model::engagements::{
    Consent, CustomerProfile, NewReferral, PatchOperation, PatchOperator, Referral,
    ReferralDetails, ReferralPage, ReferralType,
};
use serde_json::json;

fn client(server: &RawServer) -> Client {
    let url = server.url();
    let http = http_client(&url.parse().expect("a URL")).expect("TLS");
    let transport = Transport::new(Bearer::new("t0ken"));
    Client::new_with_client(&url, http.build().expect("a client"), transport)
}

/// The requests as they arrived, the address aside.
fn wire(server: &RawServer) -> String {
    let address = server.url().replace("http://", "");
    server
        .requests()
        .join("\n\n")
        .replace(&address, "[address]")
        .replace("\r\n", "\n")
}

fn new_referral() -> NewReferral {
    let empty =
        json!({ "type": "Independent", "customerProfile": {}, "consent": {}, "details": {} });
    serde_json::from_value(empty).expect("a new referral")
}

fn raw<T: serde::Serialize>(value: &T) -> Raw<T> {
    Raw::from_typed(value).expect("JSON")
}

#[tokio::test]
async fn every_operation_with_nothing_optional() {
    let server = RawServer::answering(ok(r#"{"value":[]}"#));
    let client = client(&server);
    client.list_referrals().send().await.expect("a page");
    client
        .get_referral()
        .id("7c0c6d0e")
        .send()
        .await
        .expect("a referral");
    client
        .create_referral()
        .body(raw(&new_referral()))
        .send()
        .await
        .expect("created");
    let record: Raw<Referral> = serde_json::from_str(r#"{"id":"1","x":1.50}"#).expect("JSON");
    let replace = client
        .replace_referral()
        .id("1")
        .if_match("\"2500ec5a\"")
        .body(record);
    replace.send().await.expect("replaced");
    client
        .patch_referral()
        .id("1")
        .body(Vec::new())
        .send()
        .await
        .expect("patched");
    insta::assert_snapshot!(wire(&server));
}

#[tokio::test]
async fn every_operation_with_everything() {
    let server = RawServer::answering(ok(r#"{"value":[]}"#));
    let client = client(&server);
    let id = Uuid::from_u128(7);
    let list = client
        .list_referrals()
        .filter("status eq 'New' and customerProfile/address/country eq 'US'")
        .orderby("createdDateTime desc")
        .select("id,status,customerProfile")
        .top(10)
        .skip(20)
        .count(true)
        .expand("x")
        .skiptoken("%2bRID%3a~abc%3d%3d")
        .client_request_id(id)
        .ms_correlation_id(id)
        .ms_request_id(id)
        .x_caller_id("contoso");
    list.send().await.expect("a page");
    let get = client
        .get_referral()
        .id("a/b ü")
        .client_request_id(id)
        .ms_correlation_id(id);
    get.ms_request_id(id)
        .x_caller_id("contoso")
        .send()
        .await
        .expect("a referral");

    let create = client.create_referral().body(raw(&NewReferral {
        name: Some("Contoso: data centre".to_owned()),
        type_: ReferralType::Shared,
        customer_profile: CustomerProfile {
            name: Some("Contoso Ltd.".to_owned()),
            ..CustomerProfile::default()
        },
        consent: Consent {
            consent_to_to_share_info_with_others: Some(true),
            ..Consent::default()
        },
        details: ReferralDetails {
            deal_value: "25000.50".parse().ok(),
            ..ReferralDetails::default()
        },
        ..new_referral()
    }));
    let create = create
        .client_request_id(id)
        .ms_correlation_id(id)
        .ms_request_id(id);
    create.x_caller_id("contoso").send().await.expect("created");

    let record: Raw<Referral> = serde_json::from_str(r#"{"id":"1","x":1.50}"#).expect("JSON");
    let replace = client
        .replace_referral()
        .id("1")
        .if_match("\"2500ec5a\"")
        .body(record);
    let replace = replace
        .client_request_id(id)
        .ms_correlation_id(id)
        .ms_request_id(id);
    replace
        .x_caller_id("contoso")
        .send()
        .await
        .expect("replaced");

    let patch = client
        .patch_referral()
        .id("1")
        .if_match("\"2500ec5a\"")
        .prefer("return=representation");
    let patch = patch
        .client_request_id(id)
        .ms_correlation_id(id)
        .ms_request_id(id);
    let patch = patch.x_caller_id("contoso").body(vec![
        raw(&PatchOperation {
            op: PatchOperator::Replace,
            path: "/status".to_owned(),
            value: Some(json!("Closed")),
        }),
        raw(&PatchOperation {
            op: PatchOperator::Add,
            path: "/team/-".to_owned(),
            value: Some(json!({ "email": "ada@contoso.example.com" })),
        }),
    ]);
    patch.send().await.expect("patched");
    insta::assert_snapshot!(wire(&server));
}

#[tokio::test]
async fn a_patch_answers_with_and_without_a_referral() {
    for (status, body) in [("204 No Content", ""), ("200 OK", r#"{"id":"1"}"#)] {
        let server = RawServer::answering(answer(status, &[("ETag", "\"2\"")], body));
        let patched = client(&server)
            .patch_referral()
            .id("1")
            .body(Vec::new())
            .send()
            .await;
        let patched = patched.expect(status);
        assert!(status.starts_with(patched.status().as_str()));
        assert_eq!(patched.headers()["etag"], "\"2\"");
    }
}

#[tokio::test]
async fn a_page_with_the_oddities_of_the_wire() {
    let text = fixture("engagements/page.json");
    let server = RawServer::answering(ok(&text));
    let page = client(&server)
        .list_referrals()
        .send()
        .await
        .expect("a page")
        .into_inner();
    let mut drift = Drift::default();
    drift.inspect(&page);
    let found: Vec<_> = drift
        .findings()
        .map(|(finding, _)| finding.to_string())
        .collect();
    assert_eq!(
        found,
        [
            "unknown member `value[].newMember`",
            "unknown value \"Paused\" of `value[].status`"
        ]
    );

    let ReferralPage {
        odata_count,
        odata_next_link,
        value,
        ..
    } = page.get().expect("a page");
    assert_eq!(*odata_count, Some(100));
    let token = odata_next_link
        .as_deref()
        .and_then(|link| link.split("$skiptoken=").nth(1));
    assert_eq!(token, Some("%2bRID%3a~abc%3d%3d"));
    let referral = value[0].get().expect("a referral");
    assert_eq!(
        referral.e_tag.as_deref(),
        Some("\"2500ec5a-0000-0000-0000-000000000000\"")
    );
    let details = referral.details.as_ref().expect("details");
    assert_eq!(
        details.deal_value.as_ref().map(|value| value.as_str()),
        Some("9007199254740993.55")
    );
    assert_eq!(
        referral.name.as_deref(),
        Some("Contoso &amp; Sons: data centre")
    );
    for record in value {
        assert!(record.get().is_ok(), "{:?}", record.get());
        assert!(text.contains(record.json()));
    }

    let har = har(
        "https://api.partner.microsoft.com/v1.0/engagements/referrals",
        &text,
    );
    let contract = Contract::named("engagements").expect("engagements");
    let traffic = contract.traffic(&har).expect("a HAR file");
    let departures: Vec<_> = traffic.departures.keys().map(ToString::to_string).collect();
    assert_eq!(
        departures,
        [
            "unknown member: ReferralPage.value[].newMember",
            "new value of ReferralPage.value[].status: Paused"
        ]
    );
}

fn sdk(server: &RawServer) -> Referrals {
    let builder = Referrals::builder().base_url(server.url()).token("t0ken");
    let builder = builder.retry(RetryPolicy::never());
    builder.build().expect("a client")
}

fn page(ids: &[&str], next: Option<&str>) -> Vec<u8> {
    let records: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
    let mut page = json!({ "value": records });
    if let Some(next) = next {
        page["@odata.nextLink"] = json!(next);
    }
    ok(page.to_string())
}

/// The targets of the requests so far.
fn targets(server: &RawServer) -> Vec<String> {
    let requests = server.requests();
    let targets = requests
        .iter()
        .filter_map(|request| request.split(' ').nth(1));
    targets.map(str::to_owned).collect()
}

async fn ids(list: List) -> Result<Vec<String>, referrals::Error> {
    let records: Vec<_> = list.records().try_collect().await?;
    let ids = records
        .iter()
        .map(|record| record.get().expect("a referral").id.clone());
    Ok(ids.map(Option::unwrap_or_default).collect())
}

const ELSEWHERE: &str = "http://api.contoso.com/v1.0/referrals?$skiptoken=";

#[tokio::test]
async fn a_list_is_walked_page_by_page_on_its_own_host() {
    let server = RawServer::answering_in_turn(vec![
        page(&["1", "2"], Some(&format!("{ELSEWHERE}%2bRID%3a~a"))),
        // An empty page is not the last one.
        page(
            &[],
            Some("https://x/y?$filter=status%20eq%20%27New%27&%24skiptoken=b%3d"),
        ),
        page(&["3"], Some("?$top=5&$skip=10&unknown=1")),
        page(&["4"], None),
    ]);
    let list = sdk(&server).engagements().list();
    let list = list
        .filter("status eq 'New'")
        .order_by("createdDateTime")
        .top(2);
    assert_eq!(ids(list).await.expect("all"), ["1", "2", "3", "4"]);
    let path = "/v1.0/engagements/referrals";
    assert_eq!(
        targets(&server),
        [
            format!("{path}?%24filter=status%20eq%20%27New%27&%24orderby=createdDateTime&%24top=2"),
            format!("{path}?%24skiptoken=%2bRID%3a~a"),
            format!("{path}?%24filter=status%20eq%20%27New%27&%24skiptoken=b%3d"),
            format!("{path}?%24skip=10&%24top=5"),
        ]
    );
}

#[tokio::test]
async fn a_list_that_does_not_move_on_is_an_error() {
    let next = format!("{ELSEWHERE}same");
    let server = RawServer::answering(page(&["1"], Some(&next)));
    let pages: Vec<_> = sdk(&server).engagements().list().pages().collect().await;
    assert_eq!(pages.len(), 3, "both pages, then the error");
    let error = pages[2].as_ref().expect_err("the same page again");
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
    assert!(
        error.to_string().contains("leads to the page itself"),
        "{error}"
    );

    for link in ["https://x/y", "https://x/y?a=b", "nonsense"] {
        let server = RawServer::answering(page(&["1"], Some(link)));
        let error = sdk(&server)
            .engagements()
            .list()
            .send()
            .await
            .expect_err(link);
        assert!(error.to_string().contains("no $skiptoken"), "{error}");
    }
}

#[tokio::test]
async fn a_list_that_broke_off_is_taken_up_where_it_stopped() {
    let server = RawServer::answering_in_turn(vec![
        page(&["1"], Some(&format!("{ELSEWHERE}%2bB"))),
        answer("503 Busy", &[], ""),
        page(&["2"], None),
    ]);
    let referrals = sdk(&server);
    let mut pages = Box::pin(referrals.engagements().list().pages());
    let first = pages.next().await.expect("a page").expect("the first");
    let stored = serde_json::to_string(first.continuation().expect("more")).expect("JSON");
    let error = pages.next().await.expect("an error").expect_err("503");
    assert!(error.is_retryable());
    assert!(pages.next().await.is_none());

    let continuation: Continuation = serde_json::from_str(&stored).expect("JSON");
    let rest = referrals.engagements().list().continue_from(continuation);
    assert_eq!(ids(rest).await.expect("the rest"), ["2"]);
    assert_eq!(
        targets(&server)[2],
        "/v1.0/engagements/referrals?%24skiptoken=%2bB"
    );
}

#[tokio::test]
async fn a_version_goes_back_as_it_came() {
    let etag = "\"2500ec5a-0000-0000-0000-000000000000\"";
    let body = json!({ "id": "1", "eTag": etag }).to_string();
    let with_header = answer("200 OK", &[("ETag", "\"7\"")], r#"{"id":"1"}"#);
    let server = RawServer::answering_in_turn(vec![ok(body), with_header.clone(), with_header]);
    let engagements = sdk(&server).engagements();
    let own = engagements
        .get("1")
        .await
        .expect("a referral")
        .etag
        .expect("a version");
    assert_eq!(own.as_str(), etag);
    let header = engagements.get("1").await.expect("a referral").etag;
    assert_eq!(header.as_ref().map(|etag| etag.as_str()), Some("\"7\""));

    let patch = engagements
        .patch("1")
        .replace("/status", "Active")
        .if_match(own)
        .return_representation();
    let patched = patch.send().await.expect("patched").expect("a referral");
    assert_eq!(
        (patched.referral.json(), patched.etag),
        (r#"{"id":"1"}"#, header)
    );
    let request = &server.requests()[2];
    assert!(
        request.contains(&format!("if-match: {etag}\r\n")),
        "{request}"
    );
    assert!(
        request.contains("prefer: return=representation\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn a_patch_without_an_answer_and_one_that_is_refused() {
    let refused = r#"{"error":{"code":"preconditionFailed","message":"Stale.","target":"ETag","innerError":{"code":"99918"},"details":null}}"#;
    let server = RawServer::answering_in_turn(vec![
        answer("204 No Content", &[], ""),
        answer("412 No", &[], refused),
        answer("200 OK", &[], "<html>"),
    ]);
    let patch = || {
        let engagements = sdk(&server).engagements();
        engagements.patch("1").replace("/status", "Active")
    };
    assert!(patch().send().await.expect("done").is_none());
    let error = patch().send().await.expect_err("412");
    let status = error.status().map(|status| status.as_u16());
    assert_eq!(
        (status, error.code()),
        (Some(412), Some("preconditionFailed"))
    );
    let error = patch().send().await.expect_err("no JSON");
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer);
}

/// Everything a caller can see of a page.
fn outcome(page: &referrals::engagements::ReferralsPage) -> String {
    let continuation = page.continuation().map(|next| json!(next).to_string());
    let mut text = format!(
        "count: {:?}\ncontinuation: {continuation:?}\n",
        page.count()
    );
    for (index, record) in page.records().iter().enumerate() {
        let read = match record.get() {
            Ok(referral) => serde_json::to_string(referral).expect("JSON"),
            Err(error) => format!("unreadable: {error}"),
        };
        text.push_str(&format!("record {index}: {read}\n"));
    }
    for (finding, count) in page.drift().findings() {
        text.push_str(&format!("drift: {finding}, {count} times\n"));
    }
    text
}

#[tokio::test]
async fn every_fixture_has_the_outcome_it_should_have() {
    let names = fixture_names("engagements");
    assert!(names.len() >= 24, "{names:?}");
    for name in names {
        let body = fixture(&format!("engagements/{name}"));
        let status = match name.as_str() {
            "error-etag.json" => "412 No",
            "error-inner-codes.json" => "401 No",
            "error-flat.json" => "403 No",
            "error-gateway.json" => "429 No",
            _ => "200 OK",
        };
        let json = ("Content-Type", "application/json");
        let server = RawServer::answering(answer(status, &[json], &body));
        let engagements = sdk(&server).engagements();
        let outcome = match (name == "referral.json", status) {
            (true, _) => {
                let Versioned { referral, etag } = engagements.get("1").await.expect("a referral");
                assert_eq!(referral.json(), body.trim_end());
                let typed = serde_json::to_string(referral.get().expect("fits")).expect("JSON");
                // Everything in it is known, so its type writes all of it again.
                let (typed, read) = (sorted(&typed), sorted(&without_nulls(&body)));
                assert_eq!(typed, read);
                format!("{etag:?}")
            }
            (_, "200 OK") => match engagements.list().send().await {
                Ok(page) => {
                    assert_eq!(page.json(), body.trim_end());
                    outcome(&page)
                }
                Err(error) => format!("{:?}: {error}", error.kind()),
            },
            _ => {
                let error = engagements.get("1").await.expect_err(status);
                format!(
                    "{:?} {:?} {:?}: {error}",
                    error.kind(),
                    error.code(),
                    error.description()
                )
            }
        };
        insta::assert_snapshot!(format!("engagements_{name}"), outcome);
    }
}

/// JSON with its members in order, read by nothing of ours.
fn sorted(json: &str) -> serde_json::Value {
    serde_json::from_str(json).expect("JSON")
}

fn without_nulls(json: &str) -> String {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(members) => {
                members.retain(|_, value| !value.is_null());
                members.values_mut().for_each(strip);
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = sorted(json);
    strip(&mut value);
    value.to_string()
}
