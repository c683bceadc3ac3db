//! Finding and sharing deals, and one look at the live API.

use contract_tests::{RawServer, answer, fixture, ok};
use serde_json::Value;

use super::{Run, SandboxProcess, at, referrals, run, written};

fn create(sandbox: &SandboxProcess, kind: &str) -> String {
    let file = written(&fixture(&format!("new-referrals/{kind}.json")));
    let path = file.path().to_str().expect("UTF-8");
    let run = sandbox.run("create", &["-f", path, "-o", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let created: Value = serde_json::from_str(&run.stdout).expect("JSON");
    created["id"].as_str().expect("an id").to_owned()
}

#[test]
fn a_deal_is_found_by_the_id_of_another_system() {
    let page = r#"{"value":[
        {"id":"1","externalReferenceId":"crm-4711","createdDateTime":"2026-11-24T00:00:00Z"},
        {"id":"2","externalReferenceId":"CRM-1","createdDateTime":"2026-11-20T00:00:00Z"},
        {"id":"3","externalReferenceId":"CRM-4711","createdDateTime":"2026-10-01T00:00:00Z"}
    ]}"#;
    let server = RawServer::answering(ok(page));
    let find = |more: &[&str]| at(&server.url(), &["find", "CRM-4711", "-o", "jsonl"], more);
    let ids = |run: &Run| -> Vec<Value> {
        let records = run
            .stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"));
        records.map(|record: Value| record["id"].clone()).collect()
    };
    let all = find(&[]);
    assert_eq!((all.code, ids(&all)), (0, vec!["1".into(), "3".into()]));
    let since = find(&["--created-since", "2026-11-01"]);
    assert_eq!(ids(&since), ["1"]);
    let none = at(&server.url(), &["find", "CRM-9"], &[]);
    assert_eq!(none.code, 5);
    assert!(none.stderr.contains("\"CRM-9\""), "{}", none.stderr);
}

#[test]
fn a_deal_is_shared_once_and_only_when_it_may_be_seen() {
    let sandbox = SandboxProcess::start();
    let id = create(&sandbox, "private");
    let nobody = ["--help-code", "QuotesOrLicensing"];
    let refused = sandbox.run("share", &[&[id.as_str()], &nobody[..]].concat());
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    let contact = r#"/customerProfile/team=[{"firstName":"Grace","lastName":"Example","phoneNumber":"+12065550100","email":"grace@fabrikam.example.com"}]"#;
    let told = sandbox.run("update", &[&id, "--set", contact]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    let refused = sandbox.run("share", &[&id]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("the referral is private"),
        "{}",
        refused.stderr
    );

    let help = ["--help-code", "QuotesOrLicensing", "-o", "json"];
    let shared = sandbox.run("share", &[&[id.as_str()], &help[..]].concat());
    assert_eq!(shared.code, 0, "{}", shared.stderr);
    assert!(
        shared.stderr.starts_with(&format!("shared {id}: ")),
        "{}",
        shared.stderr
    );
    let microsofts: Value = serde_json::from_str(&shared.stdout).expect("JSON");
    assert_eq!(microsofts["target"][0]["id"], "msft");

    let again = sandbox.run("share", &[&id, "-o", "json"]);
    assert!(
        again.stderr.starts_with("was shared before"),
        "{}",
        again.stderr
    );
    let same: Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(same["id"], microsofts["id"]);

    let nothing = sandbox.run("share", &["b10da48c-ea4c-4967-ab8e-0efcd8069414"]);
    assert_eq!(nothing.code, 5, "{}", nothing.stderr);
}

#[test]
fn what_was_done_of_sharing_is_told_and_force_only_where_there_is_one() {
    let referral = |status: &str, private: bool| {
        let json = serde_json::json!({
            "id": "1", "engagementId": "2", "status": status, "direction": "Outgoing",
            "consent": {
                "consentToToShareInfoWithOthers": true,
                "consentToShareReferralWithMicrosoftSellers": !private,
            },
            "inviteContext": {"assistanceRequestCode": "QuotesOrLicensing"},
        });
        answer("200 OK", &[("ETag", "\"1\"")], json.to_string())
    };
    let refusal = || answer("403 Forbidden", &[], r#"{"error":{"code":"accessDenied"}}"#);
    let help = ["1", "--help-code", "QuotesOrLicensing"];
    // It was asked for, then the second step is refused.
    let open = referral("Active", false);
    let server = RawServer::answering_in_turn(vec![open.clone(), open, refusal()]);
    let share = at(&server.url(), &["share"], &help);
    assert_eq!(share.code, 3, "{}", share.stderr);
    let done = "Microsoft has been asked for help";
    assert!(share.stderr.contains(done), "{}", share.stderr);
    // The first step is refused.
    let server = RawServer::answering(refusal());
    let share = at(&server.url(), &["share"], &help);
    assert_eq!(share.code, 3, "{}", share.stderr);
    assert!(!share.stderr.contains(done), "{}", share.stderr);

    let server = RawServer::answering(referral("Active", true));
    let share = at(&server.url(), &["share"], &["1"]);
    assert_eq!(share.code, 2, "{}", share.stderr);
    assert!(!share.stderr.contains("--force"), "{}", share.stderr);
    let server = RawServer::answering(referral("Closed", true));
    let win = at(&server.url(), &["win"], &["1"]);
    assert_eq!(win.code, 2, "{}", win.stderr);
    assert!(
        win.stderr
            .contains("With --force it is left to the service."),
        "{}",
        win.stderr
    );
}

#[test]
fn a_live_look_tells_shapes_and_what_a_refusal_means() {
    let page = r#"{"value":[{"id":"1","mood":"Secret","status":"Snoozed","name":"Secret"}]}"#;
    let server = RawServer::answering(ok(page));
    for format in ["text", "json"] {
        let look = at(
            &server.url(),
            &["auth", "doctor", "--live", "-o", format],
            &[],
        );
        assert_eq!(look.code, 7, "{}", look.stderr);
        assert!(look.stdout.contains("value[].mood"), "{}", look.stdout);
        assert!(look.stdout.contains("Snoozed"), "{}", look.stdout);
        assert!(!look.stdout.contains("Secret"), "{}", look.stdout);
    }
    let body =
        r#"{"error":{"code":"accessDenied","message":"No.","innerError":{"code":"900329"}}}"#;
    let server = RawServer::answering(answer("403 Forbidden", &[], body));
    let look = at(&server.url(), &["auth", "doctor", "--live"], &[]);
    assert_eq!(look.code, 3);
    assert!(
        look.stderr.contains("code accessDenied > 900329")
            && look
                .stderr
                .contains("an application alone (App-only) may not do it"),
        "{}",
        look.stderr
    );
    // What the token says comes first.
    assert!(
        look.stdout.contains("not a JSON Web Token"),
        "{}",
        look.stdout
    );

    let clean = run(referrals(&["auth", "doctor", "--live", "--sandbox"]));
    assert_eq!(clean.code, 0, "{}", clean.stderr);
    assert!(clean.stdout.contains("Nothing beyond the contract."));
}
