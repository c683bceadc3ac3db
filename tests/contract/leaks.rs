//! `Debug` of everything that has to do with people or secrets, filled from the fixtures.
//! What is printed here `cargo xtask leaks` searches, too.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::LazyLock;

use contract_tests::{fixture, fixture_names, fixtures, ok, personal_data, trace};
use referrals::doctor::Diagnosis;
use referrals::engagements::{self, Filter, Operations, Versioned};
use referrals::identity::{
    AppOnly, AppUser, Application, Authority, ClientCertificate, FileStore, MemoryStore, SignIn,
};
use referrals::{
    AccessToken, AzureCli, Method, Raw, Referrals, Secret, Token, TokenCommand, TokenFile, v1,
};
use serde::de::DeserializeOwned;

/// Prints a value, and refuses what is a secret or somebody's.
fn show(value: &dyn Debug) {
    let shown = format!("{value:?}");
    println!("debug {shown}");
    for secret in ["s3cret", "Ada", "Grace", "@contoso", "PRIVATE"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    static PERSONAL: LazyLock<BTreeSet<String>> = LazyLock::new(personal_data);
    for somebody in &*PERSONAL {
        assert!(!shown.contains(somebody), "{somebody}: {shown}");
    }
}

fn records<T: DeserializeOwned + Debug>(folder: &str, member: &str) -> Vec<Raw<T>> {
    let mut records = Vec::new();
    for name in fixture_names(folder) {
        let text = fixture(&format!("{folder}/{name}"));
        let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else {
            continue;
        };
        let items = json[member].as_array().cloned();
        for item in items.unwrap_or_else(|| vec![json]) {
            let item = serde_json::value::to_raw_value(&item).expect("JSON");
            records.push(Raw::from(item));
        }
    }
    records
}

#[test]
fn records_and_what_is_made_of_them_show_nobody() {
    for record in records::<v1::Referral>("v1", "items") {
        show(&record);
        if let Ok(typed) = record.get() {
            show(typed);
        }
    }
    let records = records::<engagements::Referral>("engagements", "value");
    assert!(records.len() > 20);
    for referral in records {
        show(&referral);
        match referral.get() {
            Ok(typed) => show(typed),
            Err(error) => show(&(error.to_string(), error)),
        }
        let versioned = Versioned {
            referral,
            etag: Some("\"1\"".to_owned().into()),
        };
        show(&versioned);
        let edit = versioned.edit(|referral| {
            referral.name = Some("Grace, s3cret".to_owned());
            referral.details.get_or_insert_default().notes = Some("Ada".to_owned());
        });
        match edit {
            Ok(edit) => show(&edit),
            Err(error) => show(&error),
        }
    }
}

#[test]
fn calls_and_their_parts_show_nobody() {
    trace();
    let builder = Referrals::builder().token("s3cret-t0ken");
    show(&builder);
    let referrals = builder.build().expect("a client");
    show(&referrals);
    show(&referrals.v1());
    show(&referrals.v1().list().engagement_id("1"));
    let live = referrals.engagements();
    show(&live);
    let list = live
        .list()
        .filter(Filter::team_email("ada@contoso.example.com"));
    show(&list);
    show(&Filter::team_email("ada@contoso.example.com"));
    show(&live.find("CRM-1"));
    show(&live.patch("1").replace("/details/notes", "Grace"));
    show(&Operations::new().notes("Grace"));
    show(&live.lose("1").reason("Grace"));
    show(&live.raise_to_partner_led("1").notes_to_microsoft("Grace"));
    show(&live.share_with_microsoft("1").notes_to_microsoft("Grace"));
    let new = Raw::from(serde_json::value::to_raw_value("Grace").expect("JSON"));
    show(&live.create(new));
    let request = referrals.request(Method::GET, "/x?name=Grace");
    show(&request.header("X-Name", "Grace").body("Grace"));
}

#[test]
fn credentials_show_no_secret() {
    show(&Token::from("s3cret"));
    show(&Secret::from("s3cret"));
    show(&AccessToken::from(Token::from("s3cret")));
    show(&TokenFile::new("token.txt"));
    show(&TokenCommand::new("sh", ["-c", "echo s3cret"]));
    show(&AzureCli::new().tenant("tenant"));
    show(&Diagnosis::of_token(
        &Token::from("s3cret"),
        std::time::SystemTime::now(),
    ));
    let authority = || Authority::global("tenant.example.com").expect("an authority");
    show(&Application::public(authority(), "id"));
    let secret = Application::with_secret(authority(), "id", "s3cret");
    show(&secret);
    show(&AppOnly::new(secret).expect("credentials"));
    let pem = std::fs::read(fixtures().join("identity/client.pem")).expect("a fixture");
    let certificate = ClientCertificate::from_pem(&pem).expect("a certificate");
    show(&certificate);
    show(&Application::with_certificate(
        authority(),
        "id",
        certificate,
    ));
    let user = AppUser::new(Application::public(authority(), "id"));
    show(
        &user
            .refresh_token("s3cret")
            .store(FileStore::new("sign-in.json")),
    );
    show(&MemoryStore::default());
    let sign_in = r#"{
        "authority": "https://login.example.com/tenant",
        "clientId": "id",
        "refreshToken": "s3cret",
        "accessTokens": {"https://api.example.com": {"token": "s3cret", "expires": 1780272000}}
    }"#;
    show(&serde_json::from_str::<SignIn>(sign_in).expect("a sign-in"));
}

/// A deal, and what a service says of one.
#[tokio::test]
async fn pages_and_errors_show_nobody() {
    trace();
    let page = fixture("engagements/page.json");
    let server = contract_tests::RawServer::answering_in_turn(vec![
        ok(&page),
        contract_tests::answer(
            "400 Bad Request",
            &[],
            r#"{"error":{"code":"invalidRequest","message":"ada@contoso.example.com is unknown, or +1 206 555 0100"}}"#,
        ),
    ]);
    let builder = Referrals::builder().base_url(server.url()).token("s3cret");
    let live = builder.build().expect("a client").engagements();
    let page = live.list().send().await.expect("a page");
    show(&page);
    show(&page.drift());
    show(&page.continuation());
    for record in page.records() {
        show(record);
    }
    let filter = Filter::team_email("ada@contoso.example.com");
    let error = live
        .list()
        .filter(filter)
        .send()
        .await
        .expect_err("refused");
    show(&error);
    show(&error.to_string());
}
