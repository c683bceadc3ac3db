//! What is said to have become of a write, when a service fails at the worst moment.

use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use contract_tests::{RawServer, answer, ok};
use referrals::engagements::{AssistanceRequestCode, Deal, NewReferral, Updated};
use referrals::{
    Clock, Credential, Error, ErrorKind, Raw, Referrals, RetryPolicy, Token, TokenFuture,
    TokenRequest, WriteOutcome,
};
use serde_json::json;

/// A clock that does not wait.
#[derive(Debug)]
struct Instantly;

impl Clock for Instantly {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(ready(()))
    }
}

/// Gives so many tokens, and then none.
#[derive(Debug, Clone)]
struct Tokens(Arc<AtomicU32>);

impl Credential for Tokens {
    fn token<'a>(&'a self, _: TokenRequest<'a>) -> TokenFuture<'a> {
        let left = self.0.fetch_sub(1, Ordering::SeqCst);
        Box::pin(async move {
            match left {
                1.. => Ok(Token::from(format!("t0ken-{left}")).into()),
                // An audience that no profile has: an error of a credential of ours.
                0 => {
                    let file = referrals::TokenFile::new("no-such-folder/token.txt");
                    let request = TokenRequest::new(referrals::Audience::Referrals);
                    file.token(request).await
                }
            }
        })
    }
}

fn client(server: &RawServer, tokens: u32) -> Referrals {
    let builder = Referrals::builder().base_url(server.url());
    let builder = builder.credential(Tokens(Arc::new(AtomicU32::new(tokens))));
    let builder = builder
        .clock(Instantly)
        .retry(RetryPolicy::default().seed(1));
    builder.build().expect("a client")
}

fn referral(more: serde_json::Value) -> String {
    let mut referral = json!({
        "id": "1", "engagementId": "e", "eTag": "\"1\"", "status": "Active",
        "substatus": "Accepted", "details": {"notes": "before"},
    });
    let members = referral.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    referral.to_string()
}

fn plain() -> Vec<u8> {
    ok(referral(json!({})))
}

fn status(status: &str) -> Vec<u8> {
    answer(status, &[], "")
}

async fn update(server: &RawServer, tokens: u32) -> Result<Updated, Error> {
    let live = client(server, tokens).engagements();
    let update = live.update("1", |referral| {
        referral.details.get_or_insert_default().notes = Some("ours".to_owned());
    });
    update.send().await
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_leaves_open_what_was_sent_before() {
    let answers = vec![plain(), status("502 Gone"), status("401 No")];
    let server = RawServer::answering_in_turn(answers);
    let error = update(&server, 1).await.expect_err("no token");
    assert_eq!(error.kind(), ErrorKind::Credential, "{error}");
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown);
    assert_eq!(error.attempts(), 2);
    assert!(error.ids().is_some());

    // Where nothing was sent, there is nothing to tell.
    let server = RawServer::answering(plain());
    let error = update(&server, 0).await.expect_err("no token");
    assert_eq!(error.write_outcome(), WriteOutcome::NotDone);
    assert_eq!((error.attempts(), error.ids()), (0, None));
}

#[tokio::test]
async fn a_change_that_cannot_be_read_back_was_made() {
    let answers = vec![plain(), status("204 No Content"), status("503 Busy")];
    let server = RawServer::answering_in_turn(answers.clone());
    let error = update(&server, 1).await.expect_err("not read back");
    assert_eq!(error.write_outcome(), WriteOutcome::Done, "{error}");
    assert!(!error.is_retryable());
    let server = RawServer::answering_in_turn(answers);
    let win = client(&server, 1).engagements().win("1").send().await;
    assert_eq!(
        win.expect_err("not read back").write_outcome(),
        WriteOutcome::Done
    );
}

#[tokio::test]
async fn a_change_that_may_have_been_made_is_not_called_undone() {
    let late = |then: Vec<u8>| {
        let answers = vec![plain(), status("502 Gone"), status("412 Stale"), then];
        RawServer::answering_in_turn(answers)
    };
    // Nobody can look.
    let error = update(&late(status("404 Nothing")), 1).await;
    let error = error.expect_err("nobody can look");
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown, "{error}");
    let win = client(&late(status("404 Nothing")), 1)
        .engagements()
        .win("1");
    let error = win.send().await.expect_err("nobody can look");
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown, "{error}");
    // Somebody wrote over it, or was faster.
    let theirs = ok(referral(
        json!({"details": {"notes": "theirs"}, "eTag": "\"2\""}),
    ));
    let error = update(&late(theirs), 1).await.expect_err("a conflict");
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown, "{error}");
    // Without an earlier attempt nothing was done.
    let theirs = ok(referral(
        json!({"details": {"notes": "theirs"}, "eTag": "\"2\""}),
    ));
    let answers = vec![plain(), status("412 Stale"), theirs];
    let server = RawServer::answering_in_turn(answers);
    let error = update(&server, 1).await.expect_err("a conflict");
    assert_eq!(error.write_outcome(), WriteOutcome::NotDone, "{error}");
    // It was made: the answer was lost.
    let ours = ok(referral(
        json!({"details": {"notes": "ours"}, "eTag": "\"2\""}),
    ));
    assert!(update(&late(ours), 1).await.expect("made").changed);
}

#[tokio::test]
async fn a_step_that_somebody_else_took_for_another_reason_is_not_ours() {
    let theirs = referral(json!({
        "status": "Closed", "substatus": "Lost", "statusReason": "theirs", "eTag": "\"2\"",
    }));
    let answers = vec![plain(), status("502 Gone"), status("412 Stale"), ok(theirs)];
    let server = RawServer::answering_in_turn(answers);
    let lose = client(&server, 1).engagements().lose("1").reason("ours");
    let error = lose.send().await.expect_err("somebody else's");
    assert_eq!(error.write_outcome(), WriteOutcome::Unknown, "{error}");

    let server = RawServer::answering(ok(referral(json!({"eTag": null}))));
    let error = client(&server, 1).engagements().win("1").send().await;
    let error = error.expect_err("no version");
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{error}");
    assert_eq!(server.requests().len(), 1);
}

fn new() -> Raw<NewReferral> {
    let deal = Deal::private("Move", Default::default());
    deal.unchecked().expect("JSON")
}

#[tokio::test]
async fn a_create_that_is_answered_with_where_to_look_may_have_been_done() {
    for (name, outcome) in [
        ("301 Moved", WriteOutcome::Unknown),
        ("302 Found", WriteOutcome::Unknown),
        ("303 See Other", WriteOutcome::Unknown),
        ("400 Bad Request", WriteOutcome::NotDone),
        ("429 Slow", WriteOutcome::NotDone),
        ("501 Not Implemented", WriteOutcome::NotDone),
        ("502 Bad Gateway", WriteOutcome::Unknown),
    ] {
        let location = [("Location", "/v1.0/engagements/referrals/2")];
        let server = RawServer::answering(answer(name, &location, ""));
        let error = client(&server, 1).engagements().create(new()).send().await;
        let error = error.expect_err(name);
        assert_eq!(error.write_outcome(), outcome, "{name}: {error}");
        assert!(!error.to_string().contains("nothing was done"), "{error}");
    }
}

#[tokio::test]
async fn an_own_referral_of_an_odd_form_is_not_lost_between_two_steps() {
    let own = |more| {
        let mut own = json!({"consent": {"consentToShareReferralWithMicrosoftSellers": true},
            "customerProfile": {}, "team": {"firstName": "Ada"}});
        let members = own.as_object_mut().expect("an object");
        members.extend(
            serde_json::Value::as_object(&more)
                .expect("an object")
                .clone(),
        );
        answer("201 Created", &[], referral(own))
    };
    // A single object where many are expected was seen on the wire.
    let microsoft = ok(r#"{"value":[{"id":"2","organizationId":"msft"}]}"#);
    let server = RawServer::answering_in_turn(vec![own(json!({})), microsoft]);
    let shared = client(&server, 1).engagements().create_shared(new()).await;
    assert!(shared.expect("shared").was_shared);
    // Without an id nobody can go on, and it must not be created again.
    let server = RawServer::answering(own(json!({"id": null})));
    let error = client(&server, 1).engagements().create_shared(new()).await;
    let error = error.expect_err("no id");
    assert_eq!(error.write_outcome(), WriteOutcome::Done, "{error}");
    assert_eq!(error.resume(), None);
}

#[tokio::test]
async fn what_changes_while_a_deal_is_raised_is_respected() {
    let base = json!({
        "consent": {"consentToToShareInfoWithOthers": true,
            "consentToShareReferralWithMicrosoftSellers": false},
        "customerProfile": {"team": [{"firstName": "Grace", "lastName": "Example",
            "phoneNumber": "+12065550100", "email": "grace@fabrikam.example.com"}]},
    });
    let mut other = base.clone();
    other["inviteContext"] = json!({"assistanceRequestCode": "GeneralOrOther"});
    other["eTag"] = json!("\"2\"");
    let mut closed = base.clone();
    closed["status"] = json!("Closed");
    closed["eTag"] = json!("\"2\"");
    for then in [other, closed] {
        let answers = vec![
            ok(referral(base.clone())),
            status("412 Stale"),
            ok(referral(then)),
            plain(),
        ];
        let server = RawServer::answering_in_turn(answers);
        let live = client(&server, 1).engagements();
        let raise = live.raise_to_co_sell("1", AssistanceRequestCode::QuotesOrLicensing);
        let error = raise.send().await.expect_err("it changed meanwhile");
        assert!(
            [ErrorKind::NotAllowed, ErrorKind::Conflict].contains(&error.kind()),
            "{error}"
        );
        assert_eq!(server.requests().len(), 3);
    }
    // Nobody to be contacted.
    let mut nobody = base;
    nobody["customerProfile"] = json!({});
    let server = RawServer::answering(ok(referral(nobody)));
    let live = client(&server, 1).engagements();
    let raise = live.raise_to_co_sell("1", AssistanceRequestCode::QuotesOrLicensing);
    let error = raise.send().await.expect_err("nobody");
    assert!(
        error.to_string().contains("customerProfile.team"),
        "{error}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_search_does_not_stop_at_one_old_record() {
    let page = r#"{"value":[
        {"id":"1","externalReferenceId":"CRM-1","createdDateTime":"2026-01-01T00:00:00Z"},
        {"id":"2","externalReferenceId":"CRM-1","createdDateTime":"2026-11-01T00:00:00Z"}
    ],"@odata.nextLink":"http://x/v1.0/referrals?$skiptoken=2"}"#;
    let old = r#"{"value":[
        {"id":"3","externalReferenceId":"CRM-1","createdDateTime":"2026-01-01T00:00:00Z"}
    ],"@odata.nextLink":"http://x/v1.0/referrals?$skiptoken=3"}"#;
    let server = RawServer::answering_in_turn(vec![ok(page), ok(old)]);
    let live = client(&server, 1).engagements();
    let since = "2026-06-01T00:00:00Z".parse().expect("a time");
    let found = live.find("CRM-1").created_since(since).send().await;
    let found = found.expect("found");
    assert_eq!(found.len(), 1);
    assert!(found[0].json().contains("\"2\""));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_nested_without_end_is_no_end_of_the_program() {
    let deep = |leaf: &str| {
        let nested = format!("{}{leaf}{}", "[".repeat(50_000), "]".repeat(50_000));
        let text = referral(json!({"team": [{"firstName": "Ada", "x": 0}]}));
        ok(text.replace("\"x\":0", &format!("\"x\":{nested}")))
    };
    let answers = vec![deep("1.0"), status("412 Stale"), deep("1.00"), plain()];
    let server = RawServer::answering_in_turn(answers);
    let live = client(&server, 1).engagements();
    let update = live.update("1", |referral| {
        let team = referral.team.get_or_insert_default();
        team[0].last_name = Some("Example".to_owned());
    });
    // Whether it is a conflict is for whoever reads it; that it ends is for this.
    let _ = update
        .send()
        .await
        .map_err(|error| assert_ne!(error.to_string(), ""));
    assert!(server.requests().len() >= 3);
}
