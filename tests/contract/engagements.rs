//! The live API, at the level of the generated client: the request of every
//! operation with nothing that is optional and with everything, and a page with
//! the oddities of the wire.

use contract_tests::{RawServer, answer, fixture, ok};
use referrals::Uuid;
use referrals::drift::Drift;
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
        .body(new_referral())
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

    let create = client.create_referral().body(NewReferral {
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
    });
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
        PatchOperation {
            op: PatchOperator::Replace,
            path: "/status".to_owned(),
            value: Some(json!("Closed")),
        },
        PatchOperation {
            op: PatchOperator::Add,
            path: "/team/-".to_owned(),
            value: Some(json!({ "email": "ada@contoso.example.com" })),
        },
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

    let har = json!({ "log": { "entries": [{
        "request": { "method": "GET", "url": "https://api.partner.microsoft.com/v1.0/engagements/referrals" },
        "response": { "status": 200, "content": { "text": text } },
    }] } });
    let contract = Contract::named("engagements").expect("engagements");
    let traffic = contract.traffic(&har.to_string()).expect("a HAR file");
    let departures: Vec<_> = traffic.departures.keys().map(ToString::to_string).collect();
    assert_eq!(
        departures,
        [
            "unknown member: ReferralPage.value[].newMember",
            "new value of ReferralPage.value[].status: Paused"
        ]
    );
}
