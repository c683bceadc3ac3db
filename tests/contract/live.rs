//! The SDK and the sandbox together, on the live API: neither knows the other's
//! code, so where they agree both read the contract alike.

use futures_util::TryStreamExt as _;
use referrals::engagements::{
    Engagements, Filter, List, Member, Referral, ReferralDirection, ReferralStatus,
    ReferralSubstatus, Versioned,
};
use referrals::{ErrorKind, Raw, Referrals, StatusCode};
use referrals_sandbox::{NextLinks, Sandbox};

async fn sandbox(next_links: NextLinks) -> (Sandbox, Referrals) {
    contract_tests::trace();
    let builder = Sandbox::builder().referrals(230).next_links(next_links);
    let sandbox = builder.start().await.expect("a sandbox");
    let builder = Referrals::builder().base_url(sandbox.url());
    let referrals = builder.token(sandbox.token()).build().expect("a client");
    (sandbox, referrals)
}

async fn all(list: List) -> Vec<Raw<Referral>> {
    list.records().try_collect().await.expect("all")
}

fn ids(records: &[Raw<Referral>]) -> Vec<&str> {
    records
        .iter()
        .filter_map(|record| typed(record).id.as_deref())
        .collect()
}

fn typed(record: &Raw<Referral>) -> &Referral {
    record.get().expect("as its type")
}

#[tokio::test]
async fn every_page_of_either_kind_of_link_leads_to_the_same_list() {
    let (_documented, referrals) = sandbox(NextLinks::Documented).await;
    let whole = all(referrals.engagements().list()).await;
    assert_eq!(ids(&whole).len(), 230);
    for (next_links, top) in [(NextLinks::Documented, 7), (NextLinks::Followable, 100)] {
        let (_sandbox, referrals) = sandbox(next_links).await;
        let list = referrals.engagements().list().top(top);
        // The links of a referral have the address of their sandbox.
        assert_eq!(ids(&all(list.clone()).await), ids(&whole));
        let pages: Vec<_> = list.pages().try_collect().await.expect("all");
        assert_eq!(pages.len(), 230usize.div_ceil(top.into()));
        for page in pages {
            assert!(page.drift().is_empty(), "{:?}", page.drift());
        }
    }
}

#[tokio::test]
async fn filters_choose_what_a_look_at_every_referral_chooses() {
    let (_sandbox, referrals) = sandbox(NextLinks::Followable).await;
    let live = referrals.engagements();
    let whole = all(live.list()).await;
    let engagement = typed(&whole[3])
        .engagement_id
        .clone()
        .expect("an engagement");
    let country = |referral: &Referral| {
        let address = referral.customer_profile.as_ref()?.address.as_ref()?;
        address.country.clone()
    };
    let has_email = |referral: &Referral, email: &str| {
        let team = referral.team.iter().flatten();
        team.into_iter()
            .any(|person| person.email.as_deref() == Some(email))
    };
    let member = whole
        .iter()
        .find_map(|record| typed(record).team.as_ref()?.first());
    let email = member
        .and_then(|member| member.email.clone())
        .expect("somebody");
    let middle = typed(&whole[100])
        .updated_date_time
        .clone()
        .expect("a time");
    type Expected<'a> = Box<dyn Fn(&Referral) -> bool + 'a>;
    let cases: Vec<(Filter, Expected<'_>)> = vec![
        (
            Filter::status(ReferralStatus::Active),
            Box::new(|referral| referral.status == Some(ReferralStatus::Active)),
        ),
        (
            Filter::substatus("Won"),
            Box::new(|referral| referral.substatus == Some(ReferralSubstatus::Won)),
        ),
        (
            Filter::engagement_id(&engagement),
            Box::new(|referral| referral.engagement_id.as_ref() == Some(&engagement)),
        ),
        (
            Filter::direction(ReferralDirection::Incoming),
            Box::new(|referral| referral.direction == Some(ReferralDirection::Incoming)),
        ),
        (
            Filter::country("US").and(Filter::status("Closed")),
            Box::new(|referral| {
                country(referral).as_deref() == Some("US")
                    && referral.status == Some(ReferralStatus::Closed)
            }),
        ),
        (
            Filter::team_email(&email),
            Box::new(|referral| has_email(referral, &email)),
        ),
        (
            Filter::updated_since(&middle),
            Box::new(|referral| referral.updated_date_time.as_ref() >= Some(&middle)),
        ),
        (Filter::country("O'"), Box::new(|_| false)),
    ];
    for (filter, expected) in cases {
        let chosen = all(live.list().filter(filter.clone())).await;
        let looked: Vec<_> = whole
            .iter()
            .filter(|record| expected(typed(record)))
            .collect();
        assert_eq!(chosen.iter().collect::<Vec<_>>(), looked, "{filter}");
        assert!(looked.len() < whole.len(), "{filter} chooses nothing");
    }
}

async fn some_active(live: &Engagements) -> Versioned {
    let filter = Filter::status("Active").and(Filter::direction("Outgoing"));
    let page = live
        .list()
        .filter(filter)
        .top(1)
        .send()
        .await
        .expect("a page");
    let id = typed(&page.records()[0]).id.clone().expect("an id");
    live.get(&id).await.expect("the referral")
}

#[tokio::test]
async fn an_edit_arrives_as_a_patch_and_as_a_whole() {
    let (_sandbox, referrals) = sandbox(NextLinks::Documented).await;
    let live = referrals.engagements();
    let before = some_active(&live).await;
    let id = typed(&before.referral).id.clone().expect("an id");
    let edit = before.edit(|referral| {
        let details = referral.details.get_or_insert_default();
        details.deal_value = "9007199254740993.55".parse().ok();
        referral.team.get_or_insert_default().push(Member {
            email: Some("ada@contoso.example.com".to_owned()),
            ..Member::default()
        });
    });
    let edit = edit.expect("an edit");
    let patch = live.patch(&id).edit(&edit).return_representation();
    let after = patch
        .clone()
        .send()
        .await
        .expect("patched")
        .expect("the referral");
    assert!(
        after
            .referral
            .json()
            .contains(r#""dealValue":9007199254740993.55"#)
    );
    let team = typed(&after.referral).team.as_ref().expect("a team");
    let last = team.last().and_then(|person| person.email.as_deref());
    assert_eq!(last, Some("ada@contoso.example.com"));

    // The version that was edited is gone.
    let stale = patch.send().await.expect_err("stale");
    assert_eq!(stale.status(), Some(StatusCode::PRECONDITION_FAILED));
    assert_eq!(stale.code(), Some("preconditionFailed"));

    let edit = after.edit(|referral| referral.name = Some("A new name".to_owned()));
    let edit = edit.expect("an edit");
    let etag = after.etag.clone().expect("a version");
    let replace = live.replace(&id, edit.referral(), etag);
    let replaced = replace.clone().send().await.expect("replaced");
    assert_eq!(
        typed(&replaced.referral).name.as_deref(),
        Some("A new name")
    );
    assert!(
        replaced
            .referral
            .json()
            .contains(r#""dealValue":9007199254740993.55"#)
    );
    let stale = replace.send().await.expect_err("stale");
    assert_eq!(stale.status(), Some(StatusCode::PRECONDITION_FAILED));
}

#[tokio::test]
async fn what_is_created_is_there_on_both_apis() {
    let (_sandbox, referrals) = sandbox(NextLinks::Documented).await;
    let live = referrals.engagements();
    let new = r#"{"name":"Data centre","type":"Independent","consent":{"consentToContact":true},
        "customerProfile":{"name":"Contoso Ltd."},"details":{"dealValue":1.50},"mood":[1.0]}"#;
    let new = serde_json::from_str(new).expect("JSON");
    let created = live.create(new).send().await.expect("created");
    let id = typed(&created.referral).id.clone().expect("an id");
    let read = live.get(&id).await.expect("the referral");
    assert_eq!(read.referral, created.referral);
    assert_eq!(read.etag, created.etag);
    assert!(read.referral.json().contains(r#""mood":[1.0]"#));

    let list = referrals
        .v1()
        .list()
        .self_only()
        .send()
        .await
        .expect("a list");
    let mut v1 = list
        .records()
        .iter()
        .map(|record| record.get().expect("a referral"));
    let seen = v1.find(|referral| referral.id.as_ref() == Some(&id));
    let value = seen.and_then(|referral| referral.details.as_ref()?.deal_value.clone());
    assert_eq!(
        value.map(|value| value.to_string()),
        Some("1.50".to_owned())
    );

    let error = live.get("nobody").await.expect_err("nobody");
    assert_eq!(error.status(), Some(StatusCode::NOT_FOUND));
    assert_eq!(error.code(), Some("itemNotFound"));
}

/// Two change one referral at the same moment, again and again: each change is
/// there in the end, or its maker was told why it is not.
#[tokio::test]
async fn of_a_thousand_races_no_change_is_lost() {
    const ROUNDS: usize = 500;
    let builder = Sandbox::builder().referrals(20);
    let sandbox = builder.start().await.expect("a sandbox");
    let builder = Referrals::builder().base_url(sandbox.url());
    let referrals = builder.token(sandbox.token()).build().expect("a client");
    let live = referrals.engagements();
    let new = r#"{"type":"Independent","consent":{},"customerProfile":{"name":"Contoso Ltd."},
        "details":{"dealValue":0,"notes":""}}"#;
    let created = live
        .create(serde_json::from_str(new).expect("JSON"))
        .send()
        .await;
    let created = created.expect("created");
    let id = typed(&created.referral).id.clone().expect("an id");

    let value = |referral: &Referral| -> u64 {
        let value = referral
            .details
            .as_ref()
            .and_then(|details| details.deal_value.as_ref());
        value
            .and_then(|value| value.as_str().parse().ok())
            .expect("a whole number")
    };
    let add = |amount: u64| {
        live.update(&id, move |referral| {
            let sum = value(referral) + amount;
            let details = referral.details.get_or_insert_default();
            details.deal_value = sum.to_string().parse().ok();
        })
    };
    let note = |text: String| {
        live.update(&id, move |referral| {
            referral.details.get_or_insert_default().notes = Some(text.clone());
        })
    };
    let (mut sum, mut explained) = (0, 0);
    for round in 0..ROUNDS {
        // The same member: both arrive, or one is told of the other.
        for (amount, outcome) in [1, 1_000].into_iter().zip({
            let (one, other) = tokio::join!(add(1).send(), add(1_000).send());
            [one, other]
        }) {
            match outcome {
                Ok(updated) => {
                    assert!(updated.changed);
                    sum += amount;
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
                    let [conflict] = error.conflicts() else {
                        panic!("{error}: {:?}", error.conflicts());
                    };
                    assert_eq!(conflict.path(), "/details/dealValue");
                    let values = [conflict.before(), conflict.theirs(), Some(conflict.ours())];
                    let values = values.map(|value| value.expect("a value").parse::<u64>());
                    let [before, theirs, ours] = values.map(|value| value.expect("a number"));
                    assert_eq!(theirs.abs_diff(ours), 999, "each added to {before}");
                    explained += 1;
                }
            }
        }
        // Another member: nobody is told anything.
        let (one, other) = tokio::join!(add(1).send(), note(format!("{round}")).send());
        one.expect("added");
        let noted = other.expect("noted").versioned;
        let details = typed(&noted.referral).details.as_ref().expect("details");
        assert_eq!(details.notes, Some(round.to_string()));
        sum += 1;
    }
    let last = live.get(&id).await.expect("the referral");
    assert_eq!(value(typed(&last.referral)), sum);
    assert!(explained > 0, "nobody raced");
}
