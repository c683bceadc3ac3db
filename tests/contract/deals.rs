//! Deals and how they are shared, found and written safely: the SDK against the sandbox,
//! and against a service that fails at the worst moment.

use contract_tests::{RawServer, answer, ok, trace};
use futures_util::TryStreamExt as _;
use referrals::doctor::LiveReport;
use referrals::engagements::validation;
use referrals::engagements::{
    Address, AssistanceRequestCode, Correction, CustomerMarketplaceIntent, CustomerProfile, Deal,
    Filter, Member, NewReferral, Operations, Registration, State,
};
use referrals::{Error, ErrorKind, Raw, Referrals, RetryPolicy, WriteOutcome};
use referrals_sandbox::Sandbox;
use serde_json::{Value, json};

async fn sandbox() -> (Sandbox, Referrals) {
    trace();
    let sandbox = Sandbox::builder().start().await.expect("a sandbox");
    let referrals = client(&sandbox.url(), sandbox.token());
    (sandbox, referrals)
}

fn client(url: &str, token: &str) -> Referrals {
    let builder = Referrals::builder().base_url(url).token(token);
    let builder = builder.retry(RetryPolicy::never()).observe_drift();
    builder.build().expect("a client")
}

fn customer() -> CustomerProfile {
    CustomerProfile {
        name: Some("Fabrikam Residences".to_owned()),
        address: Some(Address {
            address_line1: Some("1 Example Street".to_owned()),
            city: Some("Seattle".to_owned()),
            country: Some("US".to_owned()),
            ..Address::default()
        }),
        size: Some("51to250employees".to_owned()),
        ..CustomerProfile::default()
    }
}

fn person(first: &str) -> Member {
    Member {
        first_name: Some(first.to_owned()),
        last_name: Some("Example".to_owned()),
        phone_number: Some("+12065550100".to_owned()),
        email: Some(format!("{first}@contoso.example.com").to_lowercase()),
        ..Member::default()
    }
}

/// Everything that every deal has.
fn filled(deal: Deal) -> Deal {
    deal.customer_consents()
        .value("25000.50".parse().expect("a number"), "USD")
        .closing_date_time("2027-03-31T00:00:00Z".parse().expect("a time"))
        .solution("SOL-00001-CON")
        .team_member(person("Ada"))
        .external_reference_id("CRM-4711")
}

fn private() -> Raw<NewReferral> {
    let deal = filled(Deal::private("Move to the cloud", customer()));
    deal.build().expect("a deal")
}

fn co_sell() -> Raw<NewReferral> {
    let help = AssistanceRequestCode::QuotesOrLicensing;
    let deal = filled(Deal::co_sell("Move to the cloud", customer(), help));
    let deal = deal.customer_contact(person("Grace"));
    let deal = deal.notes_to_microsoft("They need a quote by May.");
    deal.build().expect("a deal")
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

#[test]
fn each_kind_of_deal_has_its_flags() {
    let partner_led = filled(Deal::partner_led("Move to the cloud", customer()))
        .marketplace_intent(CustomerMarketplaceIntent::from("Yes".to_owned()))
        .build()
        .expect("a deal");
    let mut text = String::new();
    for deal in [private(), partner_led, co_sell()] {
        let pretty = serde_json::to_string_pretty(&value(deal.json())).expect("JSON");
        text.push_str(&pretty);
        text.push('\n');
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_deal_that_lacks_something_is_refused_with_everything_at_once() {
    let customer = CustomerProfile {
        address: Some(Address {
            country: Some("usa".to_owned()),
            ..Address::default()
        }),
        ..customer()
    };
    let help = AssistanceRequestCode::QuotesOrLicensing;
    let deal = Deal::co_sell("Move to the cloud", customer, help);
    let error = deal.clone().build().expect_err("it lacks much");
    assert_eq!(error.kind(), ErrorKind::NotAllowed);
    let text = error.to_string();
    assert!(!text.contains("Fabrikam"), "{text}");
    insta::assert_snapshot!(text);
    deal.unchecked().expect("as it is");
}

#[test]
fn operations_have_documented_paths_and_nothing_else() {
    let time = || "2027-03-31T00:00:00Z".parse().expect("a time");
    let number = || "10000.50".parse().expect("a number");
    let text = |text: &str| text.to_owned();
    let mut operations = Operations::new()
        .deal_value(number())
        .notes("They decide in May.")
        .closing_date_time(time())
        .sales_stage("40")
        .state(State::Declined)
        .team_member(person("Ada"))
        .registration(Registration::default());
    for correction in [
        Correction::ContractStart(time()),
        Correction::ContractEnd(time()),
        Correction::ContractSigned(time()),
        Correction::ContractTerm(text("Finite")),
        Correction::ContractValue(number()),
        Correction::SolutionValue(number()),
        Correction::SolutionCurrency(text("USD")),
        Correction::SolutionIsDeployedOnAzure(true),
        Correction::SolutionDeployment(text("Customer")),
        Correction::SolutionPricing(text("PayAsYouGo")),
        Correction::SolutionIsMarketplaceTransacted(false),
        Correction::SolutionMarketplaceTransaction(time()),
    ] {
        operations = operations.correction(correction);
    }
    let shown = format!("{operations:?}");
    assert!(!shown.contains("Ada") && !shown.contains("May"), "{shown}");
    let lines: Vec<_> = operations
        .into_operations()
        .expect("operations")
        .iter()
        .map(|operation| operation.json().to_owned())
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn operations_are_what_the_sandbox_takes() {
    let (_sandbox, referrals) = sandbox().await;
    let live = referrals.engagements();
    let created = live.create(private()).send().await.expect("created");
    let id = created.typed().expect("typed").id.clone().expect("an id");
    let operations = Operations::new()
        .deal_value("7.10".parse().expect("a number"))
        .notes("Signed.")
        .sales_stage("100")
        .team_member(person("Grace"))
        .state(State::Won);
    let patch = live.patch(&id).documented(operations);
    let after = patch.return_representation().send().await.expect("patched");
    let after = value(after.expect("a referral").referral.json());
    assert_eq!(after["details"]["dealValue"].to_string(), "7.1");
    assert_eq!(after["substatus"], "Won");
    assert_eq!(after["team"].as_array().map(Vec::len), Some(2));
}

/// What the SDK itself sends for Microsoft is nothing to find fault with.
#[tokio::test]
async fn the_second_of_a_shared_referral_has_no_finding() {
    let (_sandbox, referrals) = sandbox().await;
    let created = referrals.engagements().create(co_sell()).send().await;
    let own = created.expect("created").referral;
    // As a service may answer that leaves out what it was sent.
    let mut bare = value(own.json());
    bare["details"] = json!({"closingDateTime": null, "requirements": {}});
    bare["name"] = Value::Null;
    for own in [own.json().to_owned(), bare.to_string()] {
        let server = RawServer::answering_in_turn(vec![ok(&own), ok(r#"{"value":[]}"#), ok(&own)]);
        let live = client(&server.url(), "t").engagements();
        let shared = live.share_with_microsoft("1").send().await;
        shared.expect("shared");
        let request = server.requests().pop().expect("a request");
        let second = request.split_once("\r\n\r\n").expect("a body").1;
        let second = serde_json::from_str(second).expect("JSON");
        let findings = validation::check_new(&second);
        assert!(findings.is_empty(), "{findings}");
    }
}

#[tokio::test]
async fn a_shared_referral_is_made_in_two_steps_once() {
    let (_sandbox, referrals) = sandbox().await;
    let live = referrals.engagements();
    let shared = live.create_shared(co_sell()).await.expect("shared");
    assert!(!shared.was_shared);
    let own = shared.own.typed().expect("typed").clone();
    let second = value(shared.microsoft.json());
    assert_eq!(second["engagementId"], json!(own.engagement_id));
    assert_eq!(second["target"][0]["id"], "msft");
    assert_eq!(
        second["inviteContext"]["assistanceRequestCode"],
        "QuotesOrLicensing"
    );
    assert_eq!(second["details"]["dealValue"].to_string(), "25000.5");

    // Again, from the id alone: nothing is made twice.
    let id = own.id.as_deref().expect("an id");
    let again = live.share_with_microsoft(id).send().await.expect("shared");
    assert!(again.was_shared);
    assert_eq!(value(again.microsoft.json())["id"], second["id"]);
    let engagement = Filter::engagement_id(own.engagement_id.as_deref().expect("an id"));
    let both: Vec<_> = live
        .list()
        .filter(engagement)
        .records()
        .try_collect()
        .await
        .expect("both");
    assert_eq!(both.len(), 2);
}

/// What the service answers to step one, then a failure in step two.
fn half_way(second: Vec<u8>) -> RawServer {
    let own = json!({
        "id": "own", "engagementId": "e", "status": "Active", "substatus": "Accepted",
        "eTag": "\"1\"", "customerProfile": {"name": "Fabrikam"}, "details": {},
        "consent": {"consentToShareReferralWithMicrosoftSellers": true},
    });
    RawServer::answering_in_turn(vec![
        answer("201 Created", &[], own.to_string()),
        ok(r#"{"value":[]}"#),
        second,
        ok(own.to_string()),
        // Neither of the others is Microsoft's in this engagement.
        ok(r#"{"value":[
            {"id":"own","engagementId":"e","target":[{"id":"msft"}]},
            {"id":"x","engagementId":"other","organizationId":"msft"},
            {"id":"theirs","engagementId":"E","organizationId":"MSFT"}]}"#),
    ])
}

#[tokio::test]
async fn a_second_step_that_failed_is_taken_up_and_not_repeated() {
    for (second, outcome) in [
        (answer("400 Bad Request", &[], "{}"), WriteOutcome::NotDone),
        (answer("503 Busy", &[], ""), WriteOutcome::Unknown),
        (Vec::new(), WriteOutcome::Unknown),
        (
            b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{".to_vec(),
            WriteOutcome::Done,
        ),
    ] {
        let server = half_way(second);
        let live = client(&server.url(), "t").engagements();
        let error = live.create_shared(co_sell()).await.expect_err("half way");
        assert_eq!(error.write_outcome(), outcome, "{error}");
        assert_eq!(error.resume(), Some("own"));
        let words = match outcome {
            WriteOutcome::NotDone => "was not created",
            WriteOutcome::Unknown => "may have been created",
            WriteOutcome::Done => "was created",
        };
        let text = error.to_string();
        let start = format!("the own referral own was created: Microsoft's referral {words}: ");
        assert!(text.starts_with(&start), "{text}");
        // Somebody made Microsoft's meanwhile: ourselves, as it turns out.
        let shared = live.share_with_microsoft("own").send().await;
        let shared = shared.expect("shared");
        assert!(shared.was_shared && shared.microsoft.json().contains("theirs"));
        let requests = server.requests();
        let posts = requests
            .iter()
            .filter(|request| request.starts_with("POST"));
        assert_eq!(posts.count(), 2);
        assert!(
            requests[2].contains(r#""target":[{"id":"msft","type":"BusinessProfileLocation"}]"#)
        );
    }
}

#[tokio::test]
async fn a_deal_is_raised_as_far_as_the_rules_let_it() {
    let (_sandbox, referrals) = sandbox().await;
    let live = referrals.engagements();
    let deal = filled(Deal::private("Move to the cloud", customer()));
    let deal = deal.customer_contact(person("Grace"));
    let deal = deal.build().expect("a deal");
    let created = live.create(deal).send().await.expect("created");
    let id = created.typed().expect("typed").id.clone().expect("an id");

    let refused = live.share_with_microsoft(&id).send().await;
    let refused = refused.expect_err("a private one");
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
    assert!(refused.to_string().contains("raise it"), "{refused}");

    let raised = live.raise_to_partner_led(&id).send().await.expect("raised");
    assert!(raised.changed);
    let again = live.raise_to_partner_led(&id).send().await.expect("again");
    assert!(!again.changed);
    let help = AssistanceRequestCode::QuotesOrLicensing;
    let raise = live.raise_to_co_sell(&id, help.clone());
    let raised = raise.notes_to_microsoft("By May.").send().await;
    let raised = value(raised.expect("raised").versioned.referral.json());
    assert_eq!(
        raised["inviteContext"]["assistanceRequestCode"],
        help.as_str()
    );
    assert_eq!(
        raised["consent"]["consentToShareReferralWithMicrosoftSellers"],
        true
    );
    let other = live.raise_to_co_sell(&id, AssistanceRequestCode::GeneralOrOther);
    let refused = other.send().await.expect_err("other help");
    insta::assert_snapshot!(refused, @"Microsoft was asked for QuotesOrLicensing before, which cannot be changed to GeneralOrOther");
    let shared = live.share_with_microsoft(&id).send().await.expect("shared");
    assert!(!shared.was_shared);

    // What Microsoft was told stays.
    let raise = live.raise_to_co_sell(&id, help);
    let refused = raise.notes_to_microsoft("By June.").send().await;
    assert_eq!(refused.expect_err("fixed").kind(), ErrorKind::NotAllowed);

    // What is closed is not raised; what was raised before stays so.
    live.win(&id).send().await.expect("won");
    let again = live
        .raise_to_partner_led(&id)
        .send()
        .await
        .expect("as it is");
    assert!(!again.changed);
    let created = live.create(private()).send().await.expect("created");
    let id = created.typed().expect("typed").id.clone().expect("an id");
    live.lose(&id).send().await.expect("lost");
    let refused = live.raise_to_partner_led(&id).send().await;
    let refused = refused.expect_err("closed");
    assert_eq!(refused.kind(), ErrorKind::NotAllowed);
}

#[tokio::test]
async fn a_create_whose_outcome_nobody_knows_says_so_and_finds_its_duplicates() {
    let found = r#"{"value":[
        {"id":"1","externalReferenceId":"crm-4711","createdDateTime":"2026-11-24T00:00:00Z"},
        {"id":"2","externalReferenceId":null,"createdDateTime":"2026-11-23T00:00:00Z"},
        {"id":"3","externalReferenceId":"CRM-4711","createdDateTime":"2026-11-22T00:00:00Z"},
        {"id":"4","externalReferenceId":"CRM-4711","createdDateTime":"2026-10-01T00:00:00Z"}
    ]}"#;
    let server = RawServer::answering_in_turn(vec![Vec::new(), ok(found)]);
    let live = client(&server.url(), "t").engagements();
    let create = live.create(private());
    let duplicates = create.duplicates().expect("it has an id");
    let error = create.send().await.expect_err("no answer");
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown);
    assert!(
        error
            .to_string()
            .starts_with("the referral may have been created: "),
        "{error}"
    );
    let since = "2026-11-01T00:00:00Z".parse().expect("a time");
    let found = duplicates.created_since(since).send().await.expect("found");
    let ids: Vec<_> = found
        .iter()
        .map(|found| value(found.json())["id"].clone())
        .collect();
    assert_eq!(ids, ["1", "3"]);
    assert!(server.requests()[1].contains("createdDateTime%20desc"));

    // Where nothing was sent, or it was refused, there is no doubt.
    let refusing = RawServer::answering(answer("400 Bad Request", &[], "{}"));
    for url in [refusing.url(), "http://127.0.0.1:1".to_owned()] {
        let error = client(&url, "t")
            .engagements()
            .create(private())
            .send()
            .await;
        let error = error.expect_err("refused or unreachable");
        assert_eq!(error.write_outcome(), WriteOutcome::NotDone, "{error}");
    }
    // A proxy that answers in place of the service leaves everything open.
    let proxy = RawServer::answering(answer(
        "200 OK",
        &[("Content-Type", "text/html")],
        "<html>Sign in</html>",
    ));
    let error = client(&proxy.url(), "t").engagements().create(private());
    let error = error.send().await.expect_err("no JSON");
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown, "{error}");
}

#[tokio::test]
async fn an_error_has_every_code_and_id_and_nothing_about_people() {
    let body = json!({"error": {
        "code": "invalidRequest",
        "message": "Ada Example (ada@contoso.example.com, +1 206 555 0100) of Fabrikam Residences \
                    cannot be in Seattle, says grace@fabrikam.example.com with t0ken-of-contoso",
        "target": "/customerProfile/name",
        "innerError": {"code": "badCustomer", "innererror": {"code": "900308", "request-id": "r-1"}},
    }});
    let diagnostic = r#"{"ServerInfo":{"DataCenter":"West US","Slice":"SliceC"}}"#;
    let server = RawServer::answering(answer(
        "422 Unprocessable Entity",
        &[
            ("x-ms-ags-diagnostic", diagnostic),
            ("timestamp", "2026-11-24T10:00:00.0000000Z"),
            ("request-id", "r-2"),
        ],
        body.to_string(),
    ));
    let live = client(&server.url(), "t0ken-of-contoso").engagements();
    let error = live.create(private()).send().await.expect_err("refused");
    assert_eq!(error.codes(), ["invalidRequest", "badCustomer", "900308"]);
    assert_eq!(error.target(), Some("/customerProfile/name"));
    assert!(
        error
            .meaning()
            .is_some_and(|meaning| meaning.contains("role"))
    );
    let ids = error.ids().expect("ids").from_service.clone();
    assert_eq!(
        ids,
        [
            ("request-id", "r-2".to_owned()),
            ("timestamp", "2026-11-24T10:00:00.0000000Z".to_owned()),
            ("x-ms-ags-diagnostic", diagnostic.to_owned()),
            ("request-id", "r-1".to_owned()),
        ]
    );
    insta::assert_snapshot!(error);
    for shown in [error.to_string(), format!("{error:?}")] {
        for secret in ["Ada", "Example", "@", "555", "Fabrikam", "Seattle", "t0ken"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
    }
}

#[tokio::test]
async fn a_client_counts_what_answers_have_beyond_the_contract() {
    let page = r#"{"value":[{"id":"1","mood":"good","status":"Snoozed"},{"id":"2","mood":"bad"}]}"#;
    let one = r#"{"id":"1","mood":"good","eTag":"\"1\""}"#;
    let server = RawServer::answering_in_turn(vec![ok(page), ok(one)]);
    let referrals = client(&server.url(), "t");
    let live = referrals.engagements();
    live.list().send().await.expect("a page");
    live.clone().get("1").await.expect("a referral");
    let drift = referrals.drift();
    let found: Vec<_> = drift
        .findings()
        .map(|(finding, count)| format!("{count} {finding}"))
        .collect();
    assert_eq!(
        found,
        [
            "1 unknown member `mood`",
            "2 unknown member `value[].mood`",
            "1 unknown value \"Snoozed\" of `value[].status`",
        ]
    );
}

#[tokio::test]
async fn a_live_report_has_shapes_and_no_data() {
    let page = r#"{"@odata.newThing":1,"value":[
        {"id":"1","name":"Secret deal","status":"Snoozed","substatus":"asked Ada",
         "mood":{"level":3,"by":{"ada@example.com":"x","Secret":1}},"team":[{"firstName":"Ada"}],
         "scores":{"ada":1,"contoso":{"fabrikamresidences":2}},"salesStage":"AdaLovelace","type":"AdaLovelace"},
        {"id":2,"name":null,"details":{"dealValue":1.5}}]}"#;
    let server = RawServer::answering(ok(page));
    let report = LiveReport::of(&client(&server.url(), "t"))
        .await
        .expect("a page");
    let text = report
        .to_string()
        .replace(env!("CARGO_PKG_VERSION"), "[version]");
    insta::with_settings!({filters => vec![("engagements [0-9a-f]{16}", "engagements [fingerprint]")]}, {
        insta::assert_snapshot!(text);
    });
    let json = serde_json::to_string(&report).expect("JSON");
    for data in ["Secret", "Ada", ".ada", "contoso", "fabrikam", "good"] {
        assert!(
            !text.contains(data) && !json.contains(data),
            "{data}: {text}"
        );
    }
    assert!(!report.is_clean());
    assert_eq!(server.requests().len(), 1);

    let (_sandbox, referrals) = sandbox().await;
    let report = LiveReport::of(&referrals).await.expect("a page");
    assert!(report.is_clean(), "{report}");
}

#[test]
fn an_error_that_is_passed_on_is_small() {
    // It is returned by every call.
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}
