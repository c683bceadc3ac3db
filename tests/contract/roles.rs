//! What the sandbox lets a Referrals User do, and what it says to those who may not.

use referrals_sandbox::Sandbox;
use referrals_sandbox::identity::{Role, USER};
use serde_json::{Value, json};

use crate::sandbox_live::{Live, REFERRALS};

/// Somebody who is in no team yet.
const NEWCOMER: &str = "new.colleague@fabrikam.example.com";

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// Adds the user to the team of a referral, as a Referrals Admin does.
async fn add_to_team(live: &Live, id: &str) {
    live.sandbox.identity().set_role(Role::Admin);
    let email = NEWCOMER.to_uppercase();
    let member = json!({ "firstName": "Ada", "lastName": "Example", "email": email,
        "phoneNumber": "+1 425 555 0100" });
    let patch = json!([{ "op": "add", "path": "/team/-", "value": member }]).to_string();
    let path = format!("{REFERRALS}/{id}");
    live.send("PATCH", &path, &JSON, &patch).await.expect(204);
    live.sandbox.identity().set_role(Role::User);
}

fn ids(page: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<String> {
    let referrals = page["value"].as_array().expect("referrals").iter();
    let referrals = referrals.filter(|referral| wanted(referral));
    let ids = referrals.map(|referral| referral["id"].as_str().expect("an id").to_owned());
    ids.collect()
}

fn is_open(referral: &Value) -> bool {
    referral["status"] != "Closed"
}

fn is_lead(referral: &Value) -> bool {
    referral["type"] == "Independent" && referral["qualification"] == "Direct"
}

#[tokio::test]
async fn a_referrals_user_sees_and_changes_what_the_users_team_has() {
    let live = Live::of(Sandbox::builder().referrals(60).user(NEWCOMER)).await;
    let all = live
        .send("GET", REFERRALS, &[], "")
        .await
        .expect(200)
        .json();
    let open = ids(&all, |referral| is_open(referral) && !is_lead(referral));
    let lead = ids(&all, |referral| is_open(referral) && is_lead(referral)).swap_remove(0);
    let [own, second, other] = &open[..3] else {
        panic!("too few referrals");
    };
    live.sandbox.identity().set_role(Role::User);
    let none = live
        .send("GET", REFERRALS, &[], "")
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&none["value"], &none["@odata.count"]),
        (&json!([]), &json!(0))
    );
    for id in [own, second, &lead] {
        add_to_team(&live, id).await;
    }

    let list = async |query: &str| {
        let path = format!("{REFERRALS}{query}");
        let page = live.send("GET", &path, &[], "").await.expect(200).json();
        (ids(&page, |_| true), page)
    };
    let (mut seen, page) = list("").await;
    seen.sort();
    let mut expected = vec![own.clone(), second.clone()];
    expected.sort();
    assert_eq!(seen, expected, "neither the lead nor anybody else's");
    assert_eq!(page["@odata.count"], 2);
    let (first, page) = list("?$top=1").await;
    let next = page["@odata.nextLink"].as_str().expect("another page");
    let (_, token) = next.split_once("$skiptoken=").expect("a token");
    let (last, page) = list(&format!("?$skiptoken={token}")).await;
    assert_eq!(page.get("@odata.nextLink"), None);
    let mut both = [first, last].concat();
    both.sort();
    assert_eq!(both, expected);
    let (closed, _) = list("?$filter=status%20eq%20'Closed'").await;
    assert!(closed.is_empty());

    let patch = r#"[{"op":"replace","path":"/details/notes","value":"Seen."}]"#;
    let one = |id: &String| format!("{REFERRALS}/{id}");
    live.send("GET", &one(own), &[], "").await.expect(200);
    live.send("PATCH", &one(own), &JSON, patch)
        .await
        .expect(204);
    for (id, part) in [
        (other, "[team]"),
        (&lead, "marketplace need the role Referrals Admin"),
    ] {
        for (method, body) in [("GET", ""), ("PATCH", patch)] {
            let refused = live.send(method, &one(id), &JSON, body).await.expect(403);
            let refusal = refused.refusal();
            assert!(
                refusal.contains("accessDenied") && refusal.contains(part),
                "{refusal}"
            );
            assert_eq!(refused.json()["error"]["innerError"]["code"], "900308");
        }
    }

    live.sandbox.identity().set_role(Role::None);
    let refused = live.send("GET", REFERRALS, &[], "").await.expect(403);
    assert!(
        refused
            .refusal()
            .contains("[roles] The user has neither the role")
    );
    // The first API had no such roles.
    live.send("GET", "/v1/referrals", &[], "").await.expect(200);
}

#[tokio::test]
async fn whoever_signs_in_is_in_some_teams() {
    let live = Live::of(Sandbox::builder().role(Role::User)).await;
    let page = live
        .send("GET", REFERRALS, &[], "")
        .await
        .expect(200)
        .json();
    let seen = page["value"].as_array().expect("referrals");
    assert!(seen.len() > 3, "{}", seen.len());
    for referral in seen {
        let team = referral["team"].as_array().expect("a team");
        assert!(team.iter().any(|person| person["email"] == USER) && !is_lead(referral));
    }
}

#[tokio::test]
async fn tokens_say_who_and_what_for() {
    let referrals = "https://api.partner.microsoft.com";
    let setup = || Sandbox::builder().referrals(3).approve_devices();
    let ask = async |live: &Live, token: &str| {
        let url = format!("{}{REFERRALS}?$top=1", live.sandbox.url());
        let request = live
            .http
            .get(url)
            .bearer_auth(token)
            .header("ValidateMfa", "true");
        let answer = request.send().await.expect("an answer");
        let mfa = answer
            .headers()
            .get("isMfaCompliant")
            .expect("a verdict")
            .clone();
        let status = answer.status().as_u16();
        let body: Value = serde_json::from_str(&answer.text().await.expect("text")).expect("JSON");
        (
            status,
            mfa.to_str().expect("ASCII").to_owned(),
            body["error"].clone(),
        )
    };
    for (builder, resource, status, mfa, inner) in [
        (setup(), referrals, 200, "true", json!(null)),
        (
            setup(),
            "https://api.partnercenter.microsoft.com",
            401,
            "true",
            json!("900420"),
        ),
        (
            setup().without_mfa(),
            referrals,
            401,
            "false",
            json!("900421"),
        ),
        (
            setup().scope("openid profile"),
            referrals,
            403,
            "true",
            json!("900308"),
        ),
        (
            setup().role(Role::None),
            referrals,
            403,
            "true",
            json!("900308"),
        ),
        (
            setup().role(Role::User),
            referrals,
            200,
            "true",
            json!(null),
        ),
    ] {
        let live = Live::of(builder).await;
        let token = live.users_token(resource).await;
        let (found, compliant, error) = ask(&live, &token).await;
        assert_eq!((found, compliant.as_str()), (status, mfa), "{error}");
        assert_eq!(error["innerError"]["code"], inner, "{error}");
        // Roles are those of the sign-in.
        live.sandbox.identity().set_role(Role::Admin);
        assert_eq!(ask(&live, &token).await.0, status);
    }
    let live = Live::of(setup()).await;
    let (status, mfa, _) = ask(&live, live.sandbox.token()).await;
    assert_eq!((status, mfa.as_str()), (200, "true"));
}
