//! What becomes of referrals in the sandbox: time, Microsoft, and the next start.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use referrals_sandbox::{OWN_ORGANIZATION, Sandbox};
use serde_json::{Value, json};

use crate::sandbox_live::{Live, REFERRALS, accept, ids, replace, text};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn new(consent: Value, more: Value) -> Value {
    let mut new = json!({
        "type": "Independent",
        "customerProfile": { "name": "Contoso Ltd." },
        "consent": { "consentToToShareInfoWithOthers": true },
        "details": {},
    });
    new["consent"]["consentToShareReferralWithMicrosoftSellers"] = consent;
    let members = more.as_object().expect("an object").clone();
    new.as_object_mut().expect("an object").extend(members);
    new
}

async fn create(live: &Live, new: &Value) -> Value {
    let created = live.send("POST", REFERRALS, &[], &new.to_string()).await;
    created.expect(201).json()
}

/// Both steps of sharing a deal: the own referral, and Microsoft's.
async fn share(live: &Live) -> (Value, Value) {
    let target = json!([{ "type": "SolutionProfile", "id": "SOL-1" }]);
    let own = create(live, &new(json!(true), json!({ "target": target }))).await;
    let microsoft = new(
        json!(true),
        json!({
            "engagementId": own["engagementId"],
            "target": [{ "type": "BusinessProfileLocation", "id": "msft" }],
            "status": "New",
            "substatus": "Pending",
            "inviteContext": { "notes": "Please help.", "assistanceRequestCode": "GeneralOrOther" },
        }),
    );
    let microsoft = create(live, &microsoft).await;
    (own, microsoft)
}

fn state(referral: &Value) -> String {
    format!(
        "{}/{}",
        text(referral, "/status"),
        text(referral, "/substatus")
    )
}

#[tokio::test]
async fn microsoft_answers_a_shared_deal_when_it_is_told() {
    let live = Live::of(Sandbox::builder().referrals(20)).await;
    let (own, microsoft) = share(&live).await;
    assert_eq!(
        (state(&own).as_str(), text(&own, "/type")),
        ("Active/Accepted", "Shared")
    );
    assert_eq!(own["engagementId"], microsoft["engagementId"]);
    for (pointer, expected) in [
        ("/organizationId", "msft"),
        ("/organizationName", "Microsoft"),
        ("/direction", "Outgoing"),
        ("/inviteContext/notes", "Please help."),
        ("/inviteContext/invitedBy/organizationId", OWN_ORGANIZATION),
        ("/status", "New"),
        ("/substatus", "Pending"),
    ] {
        assert_eq!(text(&microsoft, pointer), expected, "{pointer}");
    }
    assert!(microsoft["acceptedDateTime"].is_null());
    let id = text(&microsoft, "/id");
    // It is found with the deal.
    let engagement = text(&own, "/engagementId");
    let filter = format!("{REFERRALS}?$filter=engagementId eq '{engagement}'");
    let related = live.get(&filter).await.expect(200).json();
    assert_eq!(
        ids(related["value"].as_array().expect("a list")),
        [text(&own, "/id"), id]
    );

    // Nobody answers for Microsoft.
    let refused = live.patch(id, &[], accept()).await.expect(403);
    assert_eq!(
        refused.refusal(),
        "403 accessDenied [/status] The referral is Microsoft's: Microsoft alone accepts, \
         declines and closes it. See \"Manage co-sell opportunities\" (2023)."
    );
    live.patch(id, &[], json!([replace("/details/notes", json!("more"))]))
        .await
        .expect(204);
    let before = live.one(id).await;
    let accepted = live
        .sandbox
        .microsoft_accepts(engagement)
        .await
        .expect("written");
    assert_eq!(accepted.as_deref(), Some(id));
    let after = live.one(id).await;
    assert_ne!(after.etag(), before.etag());
    let after = after.json();
    assert_eq!(state(&after), "Active/Accepted");
    assert_eq!(after["acceptedDateTime"], after["updatedDateTime"]);
    assert!(after["expirationDateTime"].is_null());
    // Once.
    for nobody in [
        engagement,
        "nobody's",
        "11111111-2222-4333-8444-555555555555",
    ] {
        let again = live
            .sandbox
            .microsoft_declines(nobody)
            .await
            .expect("written");
        assert_eq!(again, None, "{nobody}");
    }
    let (other, declined) = share(&live).await;
    let engagement = text(&other, "/engagementId");
    live.sandbox
        .microsoft_declines(engagement)
        .await
        .expect("written")
        .expect("answered");
    let declined = live.one(text(&declined, "/id")).await.json();
    assert_eq!(state(&declined), "Closed/Declined");
    assert_eq!(declined["closedDateTime"], declined["updatedDateTime"]);
    assert_eq!(
        state(&live.one(text(&other, "/id")).await.json()),
        "Active/Accepted"
    );
}

#[tokio::test]
async fn the_type_follows_from_the_consent() {
    let live = Live::of(Sandbox::builder().referrals(5)).await;
    let shared = "/consent/consentToShareReferralWithMicrosoftSellers";
    for (consent, sent, expected) in [
        (json!(true), "Independent", "Shared"),
        (json!(false), "Shared", "Independent"),
        (Value::Null, "Shared", "Shared"),
        (Value::Null, "Independent", "Independent"),
    ] {
        let created = create(&live, &new(consent, json!({ "type": sent }))).await;
        assert_eq!(text(&created, "/type"), expected);
        // It can be raised, and not be taken back.
        let id = text(&created, "/id");
        live.patch(id, &[], json!([replace(shared, json!(true))]))
            .await
            .expect(204);
        assert_eq!(text(&live.one(id).await.json(), "/type"), "Shared");
        live.patch(id, &[], json!([replace(shared, json!(false))]))
            .await
            .expect(422);
    }
}

#[tokio::test]
async fn what_nobody_answers_in_fourteen_days_expires() {
    let live = Live::of(Sandbox::builder().referrals(200)).await;
    let (own, microsoft) = share(&live).await;
    let received = live.some("New", "Received").await;
    live.patch(&received, &[], accept()).await.expect(204);
    // One that was changed and one that was not: both wait.
    let touched = live.some("New", "Pending").await;
    live.patch(&touched, &[], json!([replace("/name", json!("x"))]))
        .await
        .expect(204);
    let waiting = |items: &[Value]| items.iter().filter(|item| item["status"] == "New").count();
    let (before, _) = live.walk("").await;
    let etag = live.one(&touched).await.etag();
    assert!(waiting(&before) > 10);

    live.sandbox.advance(13 * DAY).await.expect("written");
    let created = text(&microsoft, "/createdDateTime");
    assert_eq!(
        state(&live.one(text(&microsoft, "/id")).await.json()),
        "New/Pending"
    );
    live.sandbox.advance(DAY).await.expect("written");
    let expired = live.one(text(&microsoft, "/id")).await.json();
    assert_eq!(state(&expired), "Closed/Expired");
    // Two weeks later, to the tick.
    assert_eq!(expired["updatedDateTime"], microsoft["expirationDateTime"]);
    assert_eq!(expired["closedDateTime"], microsoft["expirationDateTime"]);
    assert!(text(&expired, "/expirationDateTime")[11..] == created[11..]);
    assert_eq!(
        state(&live.one(text(&own, "/id")).await.json()),
        "Active/Accepted"
    );
    assert_eq!(state(&live.one(&received).await.json()), "Active/Accepted");
    let late = live.patch(&touched, &[], accept()).await.expect(409);
    assert!(
        late.refusal().contains("The referral is Closed/Expired"),
        "{late:?}"
    );
    assert_ne!(live.one(&touched).await.etag(), etag);

    let (after, _) = live.walk("").await;
    assert_eq!(waiting(&after), 0);
    for (before, after) in before.iter().zip(&after) {
        match text(before, "/status") {
            "New" => {
                assert_eq!(state(after), "Closed/Expired");
                assert_eq!(after["updatedDateTime"], before["expirationDateTime"]);
                assert_ne!(after["eTag"], before["eTag"]);
            }
            _ => assert_eq!(after, before),
        }
    }
    // Filters and orders see it, and v1 does.
    let filter = "$filter=substatus eq 'Expired'&$orderby=updatedDateTime desc";
    let (expired, _) = live.walk(&filter.replace(' ', "%20")).await;
    let count = after
        .iter()
        .filter(|item| item["substatus"] == "Expired")
        .count();
    assert_eq!(expired.len(), count);
    let times: Vec<_> = expired
        .iter()
        .map(|item| text(item, "/updatedDateTime"))
        .collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "{times:?}");
    let then = live
        .get("/v1/referrals?status=Expired")
        .await
        .expect(200)
        .json();
    assert_eq!(then["totalCount"], count);
    assert_eq!(
        live.get("/v1/referrals?status=Pending").await.json()["totalCount"],
        0
    );
    // Time goes on from there.
    let created = create(&live, &new(Value::Null, json!({}))).await;
    assert!(text(&created, "/createdDateTime") > times[0]);
}

#[tokio::test]
async fn a_given_clock_drives_referrals_and_tokens_alike() {
    let seconds = Arc::new(AtomicU64::new(1_000_000));
    let shown = seconds.clone();
    let clock = move || UNIX_EPOCH + Duration::from_secs(shown.load(Ordering::Relaxed));
    let live = Live::of(Sandbox::builder().referrals(20).clock(clock)).await;
    let first = create(&live, &new(Value::Null, json!({}))).await;
    seconds.fetch_add(3_600, Ordering::Relaxed);
    let second = create(&live, &new(Value::Null, json!({}))).await;
    let time = |referral: &Value| text(referral, "/createdDateTime")[11..19].to_owned();
    assert_eq!(
        (time(&first).as_str(), time(&second).as_str()),
        ("00:00:10", "01:00:10")
    );
    let id = live.some("New", "Pending").await;
    seconds.fetch_add(14 * 24 * 3_600, Ordering::Relaxed);
    assert_eq!(state(&live.one(&id).await.json()), "Closed/Expired");
}

#[tokio::test]
async fn a_sandbox_begins_where_it_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("sandbox.state");
    let start = || Live::of(Sandbox::builder().referrals(40).state(&file));
    let live = start().await;
    let (own, microsoft) = share(&live).await;
    let received = live.some("New", "Received").await;
    live.patch(&received, &[], accept()).await.expect(204);
    live.sandbox.advance(20 * DAY).await.expect("written");
    let late = create(&live, &new(Value::Null, json!({}))).await;
    // The address is another the next time, and so are links.
    let walk = async |live: &Live| {
        let (mut items, _) = live.walk("").await;
        for item in &mut items {
            item.as_object_mut().expect("an object").remove("links");
        }
        items
    };
    let before = walk(&live).await;
    live.sandbox.stop().await;

    let live = start().await;
    assert_eq!(live.sandbox.state_note(), None);
    assert_eq!(walk(&live).await, before);
    assert_eq!(
        state(&live.one(text(&microsoft, "/id")).await.json()),
        "Closed/Expired"
    );
    let engagement = text(&own, "/engagementId");
    let next = new(Value::Null, json!({ "engagementId": engagement }));
    let next = create(&live, &next).await;
    assert!(text(&next, "/createdDateTime") > text(&late, "/createdDateTime"));
    live.sandbox.stop().await;

    let fresh = Live::of(Sandbox::builder().referrals(40).state(&file).fresh()).await;
    assert_eq!(fresh.walk("").await.0.len(), 40);
    let refused = Sandbox::builder().referrals(41).state(&file).start().await;
    assert_eq!(
        refused.expect_err("in use").kind(),
        std::io::ErrorKind::ResourceBusy
    );
    fresh.sandbox.stop().await;
    let refused = Sandbox::builder().referrals(41).state(&file).start().await;
    assert_eq!(
        refused.expect_err("other data").kind(),
        std::io::ErrorKind::InvalidInput
    );
}
