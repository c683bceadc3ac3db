//! The examples of the SDK, run against the sandbox.

// Each example has the module that connects it.
#![allow(clippy::duplicate_mod)]

#[allow(dead_code)]
#[path = "../../crates/referrals/examples/accept_invitation.rs"]
mod accept_invitation;
#[allow(dead_code)]
#[path = "../../crates/referrals/examples/both_sides.rs"]
mod both_sides;
#[allow(dead_code)]
#[path = "../../crates/referrals/examples/closed_won_year.rs"]
mod closed_won_year;
#[allow(dead_code)]
#[path = "../../crates/referrals/examples/raise_to_co_sell.rs"]
mod raise_to_co_sell;
#[allow(dead_code)]
#[path = "../../crates/referrals/examples/resume_listing.rs"]
mod resume_listing;

use referrals::Referrals;
use referrals::engagements::{ReferralStatus, ReferralSubstatus};
use referrals_sandbox::Sandbox;
use serde_json::Value;

async fn sandbox() -> (Sandbox, Referrals) {
    contract_tests::trace();
    let sandbox = Sandbox::builder().start().await.expect("a sandbox");
    let builder = Referrals::builder().base_url(sandbox.url());
    let referrals = builder.token(sandbox.token()).build().expect("a client");
    (sandbox, referrals)
}

/// Everything there is, by the raw escape hatch.
async fn everything(referrals: &Referrals) -> Vec<Value> {
    let path = "/v1.0/engagements/referrals?$top=100";
    let mut all = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = referrals.request(referrals::Method::GET, path).send().await;
        let body = answer.expect("an answer").body;
        let page: Value = serde_json::from_slice(&body).expect("JSON");
        all.extend(page["value"].as_array().expect("records").iter().cloned());
        let link = page["@odata.nextLink"].as_str();
        next = link
            .and_then(|link| link.split_once('?'))
            .map(|(_, query)| format!("/v1.0/engagements/referrals?{query}"));
    }
    all
}

#[tokio::test]
async fn a_year_of_won_deals_is_added_up() {
    let (_sandbox, referrals) = sandbox().await;
    let since = "2025-01-01T00:00:00Z";
    let time = since.parse().expect("a time");
    let won = closed_won_year::run(&referrals, time).await.expect("run");
    let all = everything(&referrals).await;
    let expected: Vec<_> = all
        .iter()
        .filter(|referral| referral["substatus"] == "Won")
        .filter(|referral| {
            referral["closedDateTime"]
                .as_str()
                .is_some_and(|time| time >= since)
        })
        .collect();
    assert!(expected.len() > 5);
    assert_eq!((won.deals, won.unreadable), (expected.len() as u64, 0));
    for (currency, total) in won.totals {
        let cents = expected
            .iter()
            .filter(|referral| referral["details"]["currency"] == currency.as_str())
            .filter_map(|referral| referral["details"]["dealValue"].as_f64())
            .map(|value| (value * 100.0).round() as i64);
        let total: f64 = total.to_string().parse().expect("a number");
        assert_eq!(
            (total * 100.0).round() as i64,
            cents.sum::<i64>(),
            "{currency}"
        );
    }
}

#[tokio::test]
async fn the_oldest_invitation_is_accepted() {
    let (_sandbox, referrals) = sandbox().await;
    let waiting = |all: &[Value]| {
        let waiting =
            |referral: &&Value| referral["direction"] == "Incoming" && referral["status"] == "New";
        all.iter().filter(waiting).count()
    };
    let before = waiting(&everything(&referrals).await);
    let accepted = accept_invitation::run(&referrals).await.expect("run");
    let accepted = accepted.expect("somebody waits").versioned;
    let accepted = accepted.typed().expect("typed");
    assert_eq!(accepted.status, Some(ReferralStatus::Active));
    assert_eq!(accepted.substatus, Some(ReferralSubstatus::Accepted));
    assert_eq!(waiting(&everything(&referrals).await), before - 1);
}

#[tokio::test]
async fn a_private_deal_becomes_one_with_microsoft() {
    let (_sandbox, referrals) = sandbox().await;
    let shared = raise_to_co_sell::run(&referrals).await.expect("run");
    let own = shared.own.typed().expect("typed");
    assert_eq!(own.external_reference_id.as_deref(), Some("CRM-4711"));
    let microsoft = shared.microsoft.get().expect("typed");
    assert_eq!(microsoft.engagement_id, own.engagement_id);
    assert_ne!(microsoft.id, own.id);
}

#[tokio::test]
async fn a_list_goes_on_where_it_stopped() {
    let (_sandbox, referrals) = sandbox().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("next.json");
    let first = resume_listing::run(&referrals, &file, 3)
        .await
        .expect("run");
    assert_eq!(first, (60, false));
    let rest = resume_listing::run(&referrals, &file, usize::MAX)
        .await
        .expect("run");
    assert_eq!(rest, (140, true));
    assert!(!file.exists());
}

#[tokio::test]
async fn both_sides_of_an_engagement_are_shown() {
    let (_sandbox, referrals) = sandbox().await;
    let sides = both_sides::run(&referrals).await.expect("run");
    assert!(sides.len() > 1);
    let engagement = &sides[0].engagement_id;
    assert!(sides.iter().all(|side| side.engagement_id == *engagement));
}
