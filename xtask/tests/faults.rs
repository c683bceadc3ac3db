//! Each check finds the fault that it is for, on a copy of the repository.

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use xtask::contract::{bless, breaking, documentation, freshness, lint};

/// What the checks read.
const PARTS: [&str; 4] = [
    "openapi",
    "crates/referrals-model/src/generated",
    "crates/referrals-client/api.txt",
    "crates/referrals-codegen/tests/golden",
];

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).expect("copied");
    }
}

/// A copy of the repository with one edit.
fn repository(file: &str, from: &str, to: &str) -> TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for part in PARTS {
        let target = root.path().join(part);
        fs::create_dir_all(target.parent().expect("a parent")).expect("a folder");
        copy(&xtask::root().join(part), &target);
    }
    let path = root.path().join(file);
    let text = fs::read_to_string(&path).expect(file);
    assert!(text.contains(from), "{from:?} is not in {file}");
    fs::write(&path, text.replacen(from, to, 1)).expect("written");
    root
}

const CONTRACT: &str = "openapi/referrals-v1.yaml";

#[test]
fn a_sound_repository_passes_every_check() {
    let root = repository(CONTRACT, "openapi: 3.0.3", "openapi: 3.0.3");
    for check in [lint, documentation, freshness, breaking] {
        assert_eq!(check(root.path()), Ok(Vec::new()));
    }
}

#[test]
fn lint_finds_a_broken_rule() {
    let root = repository(CONTRACT, "operationId: listReferrals", "operationId: List");
    let found = lint(root.path()).expect("a contract");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("v1: operation-id-camel: paths./v1/referrals.get"),
        "{found:?}"
    );
}

#[test]
fn documentation_finds_a_fact_that_the_contract_has_otherwise() {
    let root = repository(
        CONTRACT,
        "        - name: engagementId",
        "        - name: engagement",
    );
    let found = documentation(root.path()).expect("pages");
    assert_eq!(found.len(), 1, "{found:?}");
    let page = "openapi/documented/get-a-list-of-referrals.md: line ";
    assert!(found[0].starts_with(page), "{found:?}");
    assert!(
        found[0].contains("the page says engagementId, the contract says engagement;"),
        "{found:?}"
    );
}

#[test]
fn documentation_finds_a_page_that_changed_or_came_from_nowhere() {
    let page = "openapi/documented/referral.md";
    let root = repository(page, "Identifies the referral.", "Names the referral.");
    let stray = root.path().join("openapi/documented/engagements/new.md");
    fs::write(stray, "# New").expect("written");
    let found = documentation(root.path()).expect("pages");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].starts_with(&format!("{page}: changed since it was transcribed")),
        "{found:?}"
    );
    assert!(
        found[1].contains("engagements/new.md: not in provenance.toml"),
        "{found:?}"
    );
}

#[test]
fn freshness_finds_code_that_is_not_that_of_the_contract() {
    for (file, from) in [
        (CONTRACT, "description: City."),
        (
            "crates/referrals-model/src/generated/v1.rs",
            "pub struct Address",
        ),
        ("crates/referrals-client/api.txt", "fn list_referrals"),
        (
            "crates/referrals-codegen/tests/golden/records.client.rs",
            "fn list_referrals",
        ),
    ] {
        let root = repository(file, from, "description: Town.");
        let found = freshness(root.path()).expect("a contract");
        assert!(
            found
                .iter()
                .all(|line| line.ends_with("run `cargo xtask generate`")),
            "{found:?}"
        );
        assert_eq!(found.len(), 1, "{file}: {found:?}");
    }
}

#[test]
fn breaking_finds_what_the_latest_release_had() {
    let root = repository(CONTRACT, "openapi: 3.0.3", "openapi: 3.0.3");
    let written = bless(root.path()).expect("blessed");
    assert_eq!(written.len(), referrals_openapi::CONTRACTS.len());
    assert!(
        written[0].starts_with("openapi/released/v1-"),
        "{written:?}"
    );
    assert_eq!(breaking(root.path()), Ok(Vec::new()));
    assert_eq!(bless(root.path()), Ok(Vec::new()));

    let contract = root.path().join(CONTRACT);
    let text = fs::read_to_string(&contract).expect("a contract");
    fs::write(&contract, text.replace(", Won, Lost]", ", Won]")).expect("written");
    let found = breaking(root.path()).expect("contracts");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].ends_with("components.schemas.ReferralStatus: the value \"Lost\" is gone"),
        "{found:?}"
    );
    let next = xtask::contract::breaking_in(root.path(), "0.2.0");
    assert_eq!(next, Ok(Vec::new()), "a new minor version may break");
    assert_eq!(
        xtask::contract::breaking_in(root.path(), "0.1.9").map(|found| found.len()),
        Ok(1)
    );
    let refused = bless(root.path()).expect_err("a released copy is never changed");
    assert!(refused.contains("raise the version first"), "{refused}");
}

#[test]
fn a_broken_contract_is_told_from_a_stale_one() {
    let root = repository(CONTRACT, "openapi: 3.0.3", "openapi: [");
    for check in [lint, documentation, freshness, breaking] {
        let broken = check(root.path()).expect_err("not YAML");
        assert!(
            broken.starts_with("openapi/referrals-v1.yaml: "),
            "{broken}"
        );
    }
}
