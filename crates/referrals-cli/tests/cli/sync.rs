//! Keeping a database up to date.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use contract_tests::{RawServer, answer, fixture, ok};
use serde_json::{Value, json};

use super::{SandboxProcess, at, referrals};

fn records(run: &super::Run) -> Vec<Value> {
    let lines = run.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

#[test]
fn the_first_run_takes_all_and_later_ones_what_was_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let file = file.to_str().expect("UTF-8");
    let sandbox = SandboxProcess::start();
    let first = sandbox.run("sync", &[file]);
    assert_eq!(
        (first.code, first.stderr.as_str()),
        (0, ""),
        "{}",
        first.stderr
    );
    assert_eq!(
        first.stdout,
        "read 40 referrals of the whole list: 40 new, 0 changed\nthere are 40 now\n"
    );

    let new = sandbox.run(
        "list",
        &["--status", "New", "--direction", "incoming", "-o", "jsonl"],
    );
    let id = records(&new)[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(sandbox.run("accept", &[&id]).code, 0);
    let later = sandbox.run("sync", &[file, "--changes"]);
    assert_eq!(later.code, 0, "{}", later.stderr);
    let changes = records(&later);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0]["change"], "changed");
    assert_eq!(changes[0]["id"], id.as_str());
    assert_eq!(changes[0]["referral"]["substatus"], "Accepted");
    assert!(later.stderr.contains("changed since 20") && later.stderr.contains("1 changed"));

    let report = sandbox.run("sync", &[file, "--full", "-o", "json"]);
    let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
    assert_eq!(
        report,
        json!({
            "since": null, "pages": 1, "read": 40, "new": 0, "changed": 0, "returned": 0,
            "missing": 0, "unreadable": 0, "total": 40, "stopped": false,
        })
    );
    // Another server has other referrals.
    let other = SandboxProcess::start();
    let refused = other.run("sync", &[file]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains(&sandbox.url) && refused.stderr.contains(&other.url));
}

#[test]
fn a_run_that_breaks_off_says_what_it_kept_and_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let file = file.to_str().expect("UTF-8");
    let page = |id: u32, next: &str| {
        ok(format!(
            r#"{{"value":[{{"id":"{id}","updatedDateTime":"2026-01-0{id}T00:00:00Z"}}]{next}}}"#
        ))
    };
    let next = |token: &str| {
        format!(r#","@odata.nextLink":"https://x.example.com/v1.0/referrals?$skiptoken={token}""#)
    };
    let broken = answer("503 Service Unavailable", &[], "");
    let pages = vec![
        page(1, &next("a")),
        page(2, &next("b")),
        broken,
        page(3, ""),
    ];
    let server = RawServer::answering_in_turn(pages);
    let first = at(&server.url(), &["sync"], &[file]);
    assert_eq!(first.code, 6, "{}", first.stderr);
    assert!(
        first
            .stderr
            .contains("What is new or changed in 2 referrals was kept: repeat"),
        "{}",
        first.stderr
    );
    let second = at(
        &server.url(),
        &["sync"],
        &[file, "--overlap", "0s", "--changes"],
    );
    assert_eq!(second.code, 0, "{}", second.stderr);
    assert_eq!(records(&second)[0]["id"], "3");
    let last = server.requests().pop().expect("a request");
    assert!(
        last.contains("updatedDateTime%20ge%202026-01-01T00%3A00%3A00Z"),
        "{last}"
    );
}

#[test]
fn what_the_contract_does_not_know_is_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let file = file.to_str().expect("UTF-8");
    let server = RawServer::answering(ok(fixture("engagements/unknown-members.json")));
    let tolerant = at(&server.url(), &["sync"], &[file]);
    assert_eq!(tolerant.code, 0);
    assert!(
        tolerant
            .stderr
            .contains("differs from the engagements contract")
    );
    assert_eq!(at(&server.url(), &["sync"], &[file, "--strict"]).code, 7);
    let file = super::written("not a database, and none of ours. ");
    let text = file.path().to_str().expect("UTF-8");
    let refused = at(&server.url(), &["sync"], &[text]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("is not a database of referrals"));
}

/// Killed at any moment, and at last all is there once.
#[test]
fn killed_it_loses_nothing_and_counts_nothing_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let file = file.to_str().expect("UTF-8");
    let sandbox = SandboxProcess::with(&["--referrals", "2000", "--fault", "latency=2ms"]);
    let mut seen = BTreeSet::new();
    // Twelve times, and on a slow machine until something was kept before the end.
    for round in 0..60 {
        if round >= 12 && !seen.is_empty() {
            break;
        }
        let arguments = ["sync", file, "--changes", "--base-url", &sandbox.url];
        let mut command = referrals(&arguments);
        command.env("REFERRALS_TOKEN", &sandbox.token);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        thread::sleep(Duration::from_millis(20 + 17 * round));
        child.kill().expect("killed");
        let output = child.wait_with_output().expect("its output");
        let lines = String::from_utf8(output.stdout).expect("UTF-8");
        // The last line may have been cut.
        for line in lines.lines() {
            if let Ok(change) = serde_json::from_str::<Value>(line) {
                assert_eq!(change["change"], "new");
                assert!(
                    seen.insert(change["id"].to_string()),
                    "{} twice",
                    change["id"]
                );
            }
        }
    }
    assert!(!seen.is_empty());
    let last = sandbox.run("sync", &[file, "-o", "json"]);
    assert_eq!(last.code, 0, "{}", last.stderr);
    let report: Value = serde_json::from_str(&last.stdout).expect("JSON");
    assert_eq!(report["total"], 2000);
    let full = sandbox.run("sync", &[file, "--full", "-o", "json"]);
    let full: Value = serde_json::from_str(&full.stdout).expect("JSON");
    let counts = ["read", "new", "changed", "missing"].map(|name| full[name].as_u64());
    assert_eq!(counts, [Some(2000), Some(0), Some(0), Some(0)]);
}

/// What changes while it goes on is printed, and a service that is away for a while ends
/// nothing.
#[test]
fn it_goes_on_and_tells_what_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("referrals.db");
    let file = file.to_str().expect("UTF-8");
    let sandbox = SandboxProcess::with(&["--fault", "unavailable,times=1,path=/v1.0/*"]);
    let arguments = ["sync", file, "--changes", "--every", "1s", "--retries", "0"];
    let mut command = referrals(&[&arguments[..], &["--base-url", &sandbox.url]].concat());
    command.env("REFERRALS_TOKEN", &sandbox.token);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut told = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let first = told.next().expect("a line").expect("UTF-8");
    assert!(
        first.starts_with("note: ") && first.contains("503"),
        "{first}"
    );
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut next = || -> Value {
        let line = lines.next().expect("a line").expect("UTF-8");
        serde_json::from_str(&line).expect("JSON")
    };
    let all: Vec<_> = (0..40).map(|_| next()).collect();
    let waiting = all.iter().find(|change| {
        assert_eq!(change["change"], "new");
        let referral = &change["referral"];
        referral["status"] == "New" && referral["direction"] == "Incoming"
    });
    let id = waiting.expect("one that waits")["id"]
        .as_str()
        .expect("an id");
    assert_eq!(sandbox.run("accept", &[id]).code, 0);
    let change = next();
    assert_eq!(
        (&change["change"], &change["id"]),
        (&json!("changed"), &json!(id))
    );
    assert_eq!(change["referral"]["status"], "Active");
    child.kill().expect("killed");
    child.wait().expect("its end");

    for (every, part) in [("0s", "less than a second"), ("often", "number")] {
        let refused = sandbox.run("sync", &[file, "--every", every]);
        assert!(
            refused.code == 2 && refused.stderr.contains(part),
            "{}",
            refused.stderr
        );
    }
}
