//! What goes over the wire, for every parameter of every operation.

use contract_tests::{RawServer, ok};
use referrals::v1::{List, ReferralStatus};
use referrals::{Builder, Referrals, Uuid};
use referrals_client::{Bearer, Transport, http_client, v1};

/// The request as it arrived. Ids and address differ from run to run.
fn redacted(request: &str) -> String {
    let lines = request
        .trim_end()
        .split("\r\n")
        .map(|line| match line.split_once(": ") {
            Some(("host", _)) => "host: [address]".to_owned(),
            Some((name @ ("ms-requestid" | "ms-correlationid"), id)) => {
                let id: Uuid = id.parse().expect("a GUID");
                assert_eq!(id.get_version_num(), 4, "{name} is not random");
                format!("{name}: [id]")
            }
            Some(("user-agent", agent)) => {
                assert!(agent.starts_with("referrals/"), "{agent}");
                "user-agent: referrals/[version]".to_owned()
            }
            _ => line.to_owned(),
        });
    lines.collect::<Vec<_>>().join("\n")
}

async fn listed(
    set_up: impl FnOnce(Builder) -> Builder,
    narrow: impl FnOnce(List) -> List,
) -> String {
    let server = RawServer::answering(ok(r#"{"items":[]}"#));
    let builder = Referrals::builder().base_url(server.url()).token("t0ken");
    let referrals = set_up(builder).build().expect("a client");
    narrow(referrals.v1().list())
        .send()
        .await
        .expect("an answer");
    let [request] = server.requests().try_into().expect("one request");
    redacted(&request)
}

#[tokio::test]
async fn list_without_parameters() {
    insta::assert_snapshot!(listed(|builder| builder, |list| list).await);
}

#[tokio::test]
async fn list_with_engagement_id() {
    insta::assert_snapshot!(
        listed(
            |builder| builder,
            |list| list.engagement_id("a b+c&d=é/ü%41")
        )
        .await
    );
}

#[tokio::test]
async fn list_with_self() {
    insta::assert_snapshot!(listed(|builder| builder, List::self_only).await);
}

#[tokio::test]
async fn list_with_every_known_status() {
    let mut lines = Vec::new();
    for status in ReferralStatus::KNOWN_VALUES {
        let request = listed(|builder| builder, |list| list.status(*status)).await;
        lines.extend(request.lines().next().map(str::to_owned));
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn list_with_an_unknown_status() {
    insta::assert_snapshot!(listed(|builder| builder, |list| list.status("Snoozed now")).await);
}

#[tokio::test]
async fn list_with_invited_by_organization() {
    insta::assert_snapshot!(
        listed(
            |builder| builder,
            |list| list.invited_by_organization("MSFT")
        )
        .await
    );
}

#[tokio::test]
async fn list_with_everything() {
    let set_up = |builder: Builder| {
        builder
            .application("Contoso CRM")
            .locale("de-DE")
            .contract_version("v1")
    };
    let narrow = |list: List| {
        list.engagement_id("5d1b0c5e-2a7f-4f0a-9a55-2f3e6c1d9b10")
            .self_only()
            .status(ReferralStatus::Pending)
            .invited_by_organization("0f8fad5b-d9cb-469f-a165-70867728950e")
    };
    insta::assert_snapshot!(listed(set_up, narrow).await);
}

#[tokio::test]
async fn the_ids_of_a_call_are_new_for_every_call() {
    let server = RawServer::answering(ok(r#"{"items":[]}"#));
    let builder = Referrals::builder().base_url(server.url()).token("t0ken");
    let referrals = builder.build().expect("a client");
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let page = referrals.v1().list().send().await.expect("an answer");
        ids.insert(page.ids().request_id);
        ids.insert(page.ids().correlation_id);
    }
    assert_eq!(ids.len(), 4);
    let sent = server.requests().concat();
    for id in ids {
        assert!(sent.contains(&id.to_string()), "{id} was not sent");
    }
}

#[tokio::test]
async fn the_generated_client_alone() {
    let server = RawServer::answering(ok(r#"{"items":[{"id":"1"}]}"#));
    let url = server.url().parse().expect("a URL");
    let http = http_client(&url).expect("TLS").build().expect("a client");
    let transport = Transport::new(Bearer::new("t0ken"));
    let client = v1::Client::new_with_client(&server.url(), http, transport);
    let answer = client
        .list_referrals()
        .status("Pending")
        .send()
        .await
        .expect("an answer");
    assert_eq!(
        answer.get().expect("a collection").items[0].json(),
        r#"{"id":"1"}"#
    );
    let [request] = server.requests().try_into().expect("one request");
    insta::assert_snapshot!(redacted(&request));
}
