//! `referrals validate`

use contract_tests::fixtures;
use serde_json::Value;

use super::{Run, redacted, referrals, run, written};

/// Checks a text from a file, whose name differs from run to run.
fn validate(text: &str, more: &[&str]) -> Run {
    let file = written(text);
    let name = file.path().to_str().expect("UTF-8");
    let mut run = run(referrals(&[&["validate", name], more].concat()));
    run.stdout = redacted(&run.stdout, name);
    run.stderr = redacted(&run.stderr, name);
    run
}

fn deal(kind: &str) -> String {
    contract_tests::fixture(&format!("new-referrals/{kind}.json"))
}

const PATCH: &str = r#"[
  {"op": "replace", "path": "/status", "value": "Closed"},
  {"op": "remove", "path": "/details/notes"},
  {"op": "replace", "path": "/details/dealValue", "value": "10000"}
]"#;

#[test]
fn every_kind_of_deal_is_recognized() {
    for (name, deal) in [
        ("private", "private"),
        ("partner-led", "partner-led"),
        ("co-sell", "co-sell"),
        ("shared", "partner-led"),
        ("joining", "co-sell"),
    ] {
        let file = fixtures().join(format!("new-referrals/{name}.json"));
        let file = file.to_str().expect("UTF-8");
        let run = run(referrals(&["validate", "--strict", file]));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
        let expected = format!("the file {file}: a new referral, {deal}: nothing is wrong\n");
        assert_eq!(run.stdout, expected);
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let text = deal("private")
        .replace("\"US\"", "\"usa\"")
        .replace("25000.50", "\"25000.50\"")
        .replace("\"notes\": \"They want", "\"closeDate\": \"They want")
        .replace("ada@fabrikam.example.com", "Ada at Fabrikam");
    let refused = validate(&text, &[]);
    assert_eq!((refused.code, refused.stderr.as_str()), (2, ""));
    assert!(!refused.stdout.contains("They want") && !refused.stdout.contains("Ada"));
    insta::assert_snapshot!("validate_new", refused.stdout);

    let json = validate(&text, &["-o", "json"]);
    assert_eq!(json.code, 2);
    let report: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(report["document"], "new");
    assert_eq!(report["deal"], "private");
    let lines = refused.stdout.lines().count() - 1;
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(lines));
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "country-two-letters");
    assert_eq!(finding["path"], "/customerProfile/address/country");
    assert_eq!(finding["severity"], "error");

    let many = validate(&format!("[{}, {text}]", deal("co-sell")), &[]);
    assert_eq!(many.code, 2);
    assert!(
        many.stdout
            .starts_with("error: /1/customerProfile/address/country: ")
    );
    assert!(
        many.stdout.contains("]: new referrals: "),
        "{}",
        many.stdout
    );
}

#[test]
fn a_patch_and_a_change_are_checked() {
    let patch = validate(PATCH, &[]);
    assert_eq!(patch.code, 2);
    insta::assert_snapshot!("validate_patch", patch.stdout);

    let merge = validate(
        r#"{"status": "Closed", "substatus": "Won"}"#,
        &["--as", "patch"],
    );
    assert_eq!(merge.code, 2);
    assert!(
        merge.stdout.contains("[patch-operation; "),
        "{}",
        merge.stdout
    );

    let now = r#"{"id":"1","status":"Active","substatus":"Accepted","direction":"Outgoing",
        "consent":{"consentToShareReferralWithMicrosoftSellers":true}}"#;
    let before = written(now);
    let before = before.path().to_str().expect("UTF-8");
    let against = ["--against", before];
    let same = validate(now, &against);
    assert_eq!(same.code, 0, "{}", same.stdout);
    let back = now
        .replace("Active", "New")
        .replace("Accepted", "Pending")
        .replace("true", "false");
    let back = validate(&back, &against);
    assert_eq!(back.code, 2);
    insta::assert_snapshot!("validate_change", back.stdout);
}

#[test]
fn warnings_are_for_the_strict() {
    let text = deal("private").replace("\"20\"", "\"25\"");
    let run = validate(&text, &[]);
    assert_eq!(run.code, 0);
    assert!(
        run.stdout
            .ends_with("a new referral, private: 0 errors, 1 warning\n")
    );
    assert_eq!(validate(&text, &["--strict"]).code, 2);
}

/// The API takes what Partner Center and its files do not.
#[test]
fn a_deal_is_held_to_more_than_a_referral() {
    let text = r#"{"type":"Independent","customerProfile":{"name":"Contoso"},
        "consent":{"ConsentToToShareInfoWithOthers":true},"details":{}}"#;
    let new = validate(text, &[]);
    assert_eq!(new.code, 0, "{}", new.stdout);
    assert!(new.stdout.starts_with("warning: ") && !new.stdout.contains("error: "));
    assert_eq!(validate(text, &["--strict"]).code, 2);

    let refused = validate(text, &["--as", "deal"]);
    assert_eq!(refused.code, 2);
    insta::assert_snapshot!("validate_deal", refused.stdout);
    let json = validate(&format!("[{text}]"), &["--as", "deal", "-o", "json"]);
    let report: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((json.code, &report["document"]), (2, &"deals".into()));

    let private = validate(&deal("private"), &["--as", "deal"]);
    assert_eq!(private.code, 0);
    assert!(
        private
            .stdout
            .ends_with("a deal, private: nothing is wrong\n")
    );
}

#[test]
fn what_cannot_be_checked_is_refused() {
    let mut told = String::new();
    for (text, more) in [
        ("7", &[][..]),
        ("[]", &[]),
        ("{\"a\":}", &[]),
        ("[]", &["--against", "-"]),
    ] {
        let run = validate(text, more);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{text}");
        told.push_str(&run.stderr);
    }
    assert_eq!(run(referrals(&["validate"])).code, 2);
    assert_eq!(run(referrals(&["validate", "--rules", "x.json"])).code, 2);
    assert_eq!(run(referrals(&["validate", "no-such-file.json"])).code, 1);
    insta::assert_snapshot!("validate_refused", told);
}

#[test]
fn the_rules_are_listed() {
    let text = run(referrals(&["validate", "--rules"]));
    assert_eq!(text.code, 0);
    insta::assert_snapshot!("validate_rules", text.stdout);
    let json = run(referrals(&["validate", "--rules", "-o", "json"]));
    let rules: Value = serde_json::from_str(&json.stdout).expect("JSON");
    let count = rules.as_array().map(Vec::len);
    assert_eq!(count, Some(text.stdout.lines().count()));
}
