//! The fixtures against the contract, by the engine that users hold recorded
//! traffic with: a fixture that is meant to be as documented is, and one that
//! is not departs in the way it is for.

use contract_tests::{fixture, fixture_names, har};
use referrals_contract::Contract;

fn departures(api: &str, path: &str, body: &str) -> Vec<String> {
    let har = har(&format!("https://api.partner.microsoft.com{path}"), body);
    let contract = Contract::named(api).expect(api);
    let traffic = contract.traffic(&har).expect("a HAR file");
    traffic.departures.keys().map(ToString::to_string).collect()
}

#[test]
fn every_fixture_of_v1_departs_from_the_contract_only_as_it_is_meant_to() {
    let not_json = "the answer of listReferrals with status 200 is not JSON";
    let expected: &[(&str, &[&str])] = &[
        (
            "broken-record.json",
            &["wrong type of ReferralCollection.items[].details.dealValue: string"],
        ),
        ("cut-off.json", &[not_json]),
        ("empty-body.json", &[not_json]),
        ("empty-collection.json", &[]),
        ("everything-absent.json", &[]),
        (
            "exact-money.json",
            &["wrong type of ReferralCollection.items[].details.dealValue: string"],
        ),
        ("later-name-of-type.json", &[]),
        (
            "no-items.json",
            &[
                "unknown member: ReferralCollection.value",
                "missing member: ReferralCollection.items",
            ],
        ),
        ("null-members.json", &[]),
        (
            "odd-envelope.json",
            &[
                "wrong type of ReferralCollection.attributes: string",
                "wrong type of ReferralCollection.links: array",
                "wrong type of ReferralCollection.totalCount: string",
            ],
        ),
        ("seven-digit-fractions.json", &[]),
        ("sign-in-page.html", &[not_json]),
        ("typical.json", &[]),
        (
            "unknown-member.json",
            &[
                "unknown member: ReferralCollection.items[].customerProfile.domain",
                "unknown member: ReferralCollection.items[].mood",
                "unknown member: ReferralCollection.nextRefresh",
            ],
        ),
        (
            "unknown-status.json",
            &[
                "new value of ReferralCollection.items[].status: Snoozed",
                "new value of ReferralCollection.items[].status: won",
                "wrong type of ReferralCollection.items[].status: integer",
            ],
        ),
    ];
    let names = fixture_names("v1");
    assert_eq!(
        names,
        expected.iter().map(|(name, _)| *name).collect::<Vec<_>>()
    );
    for (name, expected) in expected {
        let found = departures("v1", "/v1/referrals", &fixture(&format!("v1/{name}")));
        assert_eq!(found, *expected, "{name}");
    }
}

/// Those that are not named here are as the contract says.
#[test]
fn every_fixture_of_engagements_departs_from_the_contract_only_as_it_is_meant_to() {
    let mut report = String::new();
    for name in fixture_names("engagements") {
        if name.starts_with("error-") {
            continue;
        }
        let path = match name.as_str() {
            "referral.json" => "/v1.0/engagements/referrals/7c0c6d0e",
            _ => "/v1.0/engagements/referrals",
        };
        let found = departures(
            "engagements",
            path,
            &fixture(&format!("engagements/{name}")),
        );
        if !found.is_empty() {
            report.push_str(&format!("{name}\n  {}\n", found.join("\n  ")));
        }
    }
    insta::assert_snapshot!(report);
}
