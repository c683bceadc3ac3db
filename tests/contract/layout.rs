//! Which crate may use which.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each member may use, by normal and build dependencies. Development
/// dependencies are free.
///
/// - `referrals-codegen` takes text and knows no other member.
/// - `referrals-sandbox` is an independent witness: the contract, never model or
///   client.
/// - `xtask` links no crate that it generates.
/// - Nothing uses the command line.
const ALLOWED: &[(&str, &[&str])] = &[
    ("referrals-openapi", &[]),
    ("referrals-codegen", &[]),
    ("referrals-model", &[]),
    (
        "referrals-client",
        &["referrals-model", "referrals-openapi", "referrals-codegen"],
    ),
    ("referrals", &["referrals-client", "referrals-model"]),
    ("referrals-contract", &["referrals-openapi"]),
    ("referrals-sandbox", &["referrals-contract"]),
    ("referrals-store", &["referrals"]),
    (
        "referrals-cli",
        &[
            "referrals",
            "referrals-contract",
            "referrals-model",
            "referrals-sandbox",
            "referrals-store",
        ],
    ),
    (
        "xtask",
        &[
            "referrals-codegen",
            "referrals-contract",
            "referrals-openapi",
            "contract-tests",
        ],
    ),
    ("contract-tests", &["referrals-openapi"]),
];

#[test]
fn members_use_only_what_they_may() {
    let metadata = MetadataCommand::new()
        .no_deps()
        .other_options(vec!["--offline".to_owned()])
        .exec()
        .expect("cargo metadata");
    let allowed: BTreeMap<&str, BTreeSet<&str>> = ALLOWED
        .iter()
        .map(|(name, uses)| (*name, uses.iter().copied().collect()))
        .collect();
    let members: BTreeSet<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    assert_eq!(members, allowed.keys().copied().collect());

    for package in &metadata.packages {
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if !members.contains(name) || dependency.kind == DependencyKind::Development {
                continue;
            }
            assert!(
                allowed[package.name.as_str()].contains(name),
                "{} must not use {name}",
                package.name
            );
            let generator = ["referrals-codegen", "referrals-openapi"].contains(&name);
            if package.name.as_str() == "referrals-client" {
                let build = dependency.kind == DependencyKind::Build;
                assert_eq!(build, generator, "{name} is used at the wrong time");
            }
            assert_eq!(
                dependency.req.to_string(),
                format!("={}", package.version),
                "{} uses {name} without an exact version",
                package.name
            );
        }
    }
}
