//! Whether every parameter of every operation is really used by every layer:
//! what counts is what a server saw.
//!
//! The command's own row is among the command's tests.

use contract_tests::{RawServer, assert_covered, ok};
use referrals::{Referrals, Uuid};
use referrals_client::{Bearer, Transport, http_client, v1};
use referrals_contract::Contract;
use referrals_sandbox::Sandbox;

/// The operations that this file covers. A new operation needs rows of its own.
const COVERED: [&str; 1] = ["listReferrals"];

/// Those of the live API.
const ENGAGEMENTS: [&str; 5] = [
    "listReferrals",
    "createReferral",
    "getReferral",
    "replaceReferral",
    "patchReferral",
];

#[test]
fn every_operation_has_rows() {
    for (name, covered) in [("v1", &COVERED[..]), ("engagements", &ENGAGEMENTS)] {
        let contract = Contract::named(name).expect(name);
        let mut ids: Vec<_> = contract
            .operations()
            .iter()
            .map(|operation| operation.id())
            .collect();
        let mut covered = covered.to_vec();
        ids.sort_unstable();
        covered.sort_unstable();
        assert_eq!(ids, covered, "{name}");
    }
}

/// The requests of each operation of the live API by the SDK. A parameter that
/// nobody can send is a gap with a reason. The generated client's are in
/// `engagements::every_operation_with_everything`.
#[tokio::test]
async fn the_sdk_can_send_every_parameter_of_the_live_api() {
    let contract = Contract::named("engagements").expect("engagements");
    let next = r#"{"value":[],"@odata.nextLink":"?$skip=1&$count=true&$expand=x&$skiptoken=a"}"#;
    let caller = ("X-Caller-Id", "for the service's own connectors");
    for id in ENGAGEMENTS {
        let server = RawServer::answering_in_turn(vec![ok(next), ok(r#"{"value":[]}"#)]);
        let builder = Referrals::builder().base_url(server.url()).token("t0ken");
        let live = builder.build().expect("a client").engagements();
        let etag = || referrals::engagements::ETag::from("\"1\"".to_owned());
        let record = serde_json::from_str("{}").expect("JSON");
        match id {
            "listReferrals" => {
                let list = live.list().filter("a").order_by("b").select("c").top(1);
                let page = list.send().await.expect("a page");
                let next = page.continuation().expect("more").clone();
                let rest = live.list().continue_from(next).send().await;
                assert!(rest.expect("a page").continuation().is_none());
            }
            "createReferral" => {
                let new = serde_json::from_str("{}").expect("JSON");
                live.create(new).send().await.expect("created");
            }
            "getReferral" => drop(live.get("{id}").await.expect("a referral")),
            "replaceReferral" => {
                let replace = live.replace("{id}", &record, etag());
                replace.send().await.expect("replaced");
            }
            "patchReferral" => {
                let patch = live.patch("{id}").replace("/name", 1).if_match(etag());
                let patch = patch.return_representation().send().await;
                patch.expect("patched");
            }
            other => panic!("no row for {other}"),
        }
        let operation = contract.operation(id).expect(id);
        let parameters = operation.parameter_names();
        let in_path = |place: &str| place == "path";
        // The id stands in the path, percent-encoded.
        if parameters.iter().any(|(_, place)| in_path(place)) {
            let request = &server.requests()[0];
            assert!(request.contains("/referrals/%7Bid%7D "), "{request}");
        }
        let others = parameters.iter().filter(|(_, place)| !in_path(place));
        let names: Vec<_> = others.map(|(name, _)| name.replace('$', "%24")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert_covered(&format!("SDK, {id}"), &names, &server.requests(), &[caller]);
    }
}

fn parameters(contract: &Contract) -> Vec<(&str, &str)> {
    let operation = contract.operation(COVERED[0]).expect("the operation");
    operation.parameter_names()
}

fn names<'a>(parameters: &[(&'a str, &str)]) -> Vec<&'a str> {
    parameters.iter().map(|(name, _)| *name).collect()
}

#[tokio::test]
async fn the_generated_client_can_send_every_parameter() {
    let server = RawServer::answering(ok(r#"{"items":[]}"#));
    let http = http_client(&server.url().parse().expect("a URL")).expect("TLS");
    let transport = Transport::new(Bearer::new("t0ken"));
    let client =
        v1::Client::new_with_client(&server.url(), http.build().expect("a client"), transport);
    let list = client
        .list_referrals()
        .engagement_id("1")
        .self_("true")
        .status("Won")
        .invited_by_organization("2")
        .ms_request_id(Uuid::nil())
        .ms_correlation_id(Uuid::nil())
        .ms_contract_version("v1")
        .ms_partner_center_application("a")
        .x_locale("de-DE");
    list.send().await.expect("an answer");
    let contract = Contract::named("v1").expect("v1");
    assert_covered(
        "client",
        &names(&parameters(&contract)),
        &server.requests(),
        &[],
    );
}

#[tokio::test]
async fn the_sdk_can_send_every_parameter() {
    let server = RawServer::answering(ok(r#"{"items":[]}"#));
    let referrals = Referrals::builder()
        .base_url(server.url())
        .token("t0ken")
        .application("a")
        .locale("de-DE")
        .contract_version("v1")
        .build()
        .expect("a client");
    let list = referrals
        .v1()
        .list()
        .engagement_id("1")
        .self_only()
        .status("Won")
        .invited_by_organization("2");
    list.send().await.expect("an answer");
    let contract = Contract::named("v1").expect("v1");
    assert_covered(
        "SDK",
        &names(&parameters(&contract)),
        &server.requests(),
        &[],
    );
}

/// A sandbox that is asked for a list with one parameter.
struct Asked {
    sandbox: Sandbox,
    http: reqwest::Client,
    url: String,
}

impl Asked {
    async fn new(path: &str) -> Self {
        let sandbox = Sandbox::builder().referrals(60).start().await;
        let sandbox = sandbox.expect("a sandbox");
        let url = sandbox.url().parse().expect("a URL");
        let http = http_client(&url).expect("TLS").build().expect("a client");
        let url = format!("{}{path}", sandbox.url());
        Self { sandbox, http, url }
    }

    /// Status and body of the answer.
    async fn with(&self, name: &str, place: &str, value: &str) -> (u16, String) {
        let request = self.http.get(&self.url).bearer_auth(self.sandbox.token());
        let request = match place {
            "query" => request.query(&[(name, value)]),
            "header" => request.header(name, value),
            other => panic!("no row for a parameter in {other}"),
        };
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.text().await.expect("text"))
    }
}

/// The sandbox knows a parameter when a good value is taken and a bad one is
/// refused or chooses nothing.
#[tokio::test]
async fn the_sandbox_knows_every_parameter() {
    let asked = Asked::new("/v1/referrals").await;
    let outcome = async |name: &str, place: &str, value: &str| {
        let (status, body) = asked.with(name, place, value).await;
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        (status, body["totalCount"].as_u64())
    };
    let gaps = [
        "MS-Contract-Version",
        "MS-PartnerCenter-Application",
        "X-Locale",
    ];
    let contract = Contract::named("v1").expect("v1");
    for (name, place) in parameters(&contract) {
        let id = "11111111-2222-4333-8444-555555555555";
        let (good, bad) = match name {
            "self" => ("true", "false"),
            "status" => ("Won", "won"),
            "invitedByOrganization" => ("MSFT", "nobody"),
            "engagementId" => ("d0311c87-9f34-475d-9fdd-35e67feb6c22", "nobody"),
            "MS-RequestId" | "MS-CorrelationId" => (id, "seven"),
            // Accepted gap: nothing in the sandbox depends on these.
            gap if gaps.contains(&gap) => continue,
            other => panic!("no row for {other}"),
        };
        let taken = outcome(name, place, good).await;
        let refused = outcome(name, place, bad).await;
        assert_eq!(taken.0, 200, "{name}");
        let chose_nothing = refused.1 == Some(0) && taken.1 != Some(0);
        assert!(
            refused.0 == 400 || chose_nothing,
            "{name}: {taken:?} {refused:?}"
        );
    }
}

/// As above, for the list of the live API: its other operations' parameters are
/// ids and versions, which `sandbox_live` goes through.
#[tokio::test]
async fn the_sandbox_knows_every_parameter_of_the_live_list() {
    let asked = Asked::new("/v1.0/engagements/referrals").await;
    let plain = asked.with("$top", "query", "100").await.1;
    let page = asked.with("$top", "query", "1").await.1;
    let page: serde_json::Value = serde_json::from_str(&page).expect("JSON");
    let link = page["@odata.nextLink"].as_str().expect("more");
    let token = link.split("$skiptoken=").nth(1).expect("a token");
    let token = percent_encoding::percent_decode_str(token).decode_utf8();
    let token = token.expect("UTF-8").into_owned();

    let contract = Contract::named("engagements").expect("engagements");
    let operation = contract.operation("listReferrals").expect("the operation");
    for (name, place) in operation.parameter_names() {
        let id = "11111111-2222-4333-8444-555555555555";
        let (good, bad) = match name {
            "$filter" => ("status eq 'Active'", "status is Active"),
            "$orderby" => ("updatedDateTime desc", "name"),
            "$select" => ("id", "nobody"),
            "$top" => ("3", "0"),
            "$skip" => ("3", "-1"),
            "$count" => ("true", "yes"),
            "$skiptoken" => (token.as_str(), "mine"),
            "client-request-id" | "MS-RequestId" | "MS-CorrelationId" => (id, "seven"),
            // Accepted gaps: there is nothing to expand, and the tag of a caller
            // changes nothing.
            "$expand" | "X-Caller-Id" => continue,
            other => panic!("no row for {other}"),
        };
        let (taken, body) = asked.with(name, place, good).await;
        assert_eq!(taken, 200, "{name}: {body}");
        // The count is always there, and ids are in headers.
        let silent = name == "$count" || place == "header";
        assert!(silent || body != plain, "{name} changes nothing");
        let (refused, body) = asked.with(name, place, bad).await;
        assert_eq!(refused, 400, "{name}: {body}");
    }
}

#[test]
fn a_row_without_evidence_fails() {
    let request = ["GET /v1/referrals?self=true HTTP/1.1\r\nx-locale: de\r\n\r\n".to_owned()];
    assert_covered("test", &["self", "X-Locale"], &request, &[]);
    assert_covered(
        "test",
        &["self", "status"],
        &request,
        &[("status", "reason")],
    );
    for (parameters, gaps) in [
        (["self", "status"], &[][..]),
        (["self", "X-Locale"], &[("self", "a gap that is none")]),
    ] {
        let checked =
            std::panic::catch_unwind(|| assert_covered("test", &parameters, &request, gaps));
        assert!(checked.is_err(), "{parameters:?}");
    }
}
