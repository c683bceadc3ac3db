use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use referrals_contract::{Contract, Unknown};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::views;

fn values(count: u32, seed: u64) -> Vec<Value> {
    let data = Data::new(count, seed);
    let documents = (0..count).map(|number| data.document(number).to_string());
    documents
        .map(|text| serde_json::from_str(&text).expect("JSON"))
        .collect()
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str)
}

/// Written down once. A change here changes what people's tests see, and what was
/// written to state files no longer fits: raise `EDITION` with it.
#[test]
fn the_data_is_the_same_on_every_machine() {
    let digest = |seed| {
        let data = Data::new(1_000, seed);
        let digest = (0..1_000).fold(Sha256::new(), |digest, number| {
            digest.chain_update(data.document(number).to_string())
        });
        let digest = digest.finalize();
        digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    assert_eq!(
        (EDITION, digest(1), digest(u64::MAX)),
        (2, "adc7bbc04797e3dc".into(), "af5a6d726d575b98".into())
    );
    let data = Data::new(1, 1);
    assert_eq!(
        data.id(Named::Made(0)).to_string(),
        "33cfdedc-faac-4dae-bcf7-f519f5536a5b"
    );
}

#[test]
fn more_referrals_begin_with_those_of_fewer() {
    let (few, many) = (values(30, 3), values(70, 3));
    assert_eq!(few, many[..30]);
}

fn validator(contract: &Contract) -> Validator {
    let schema = contract.json_schema("/components/schemas/Referral", Unknown::Refused);
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema.expect("the schema"))
        .expect("a schema")
}

#[test]
fn every_document_fits_both_contracts() {
    let [live, v1] = ["engagements", "v1"].map(|name| {
        let contract = Contract::named(name).expect(name);
        validator(&contract)
    });
    for seed in 0..4 {
        let data = Data::new(400, seed);
        for number in 0..400 {
            let document = data.document(number);
            let then = views::v1(&document, data.customer_id(number));
            for (validator, document) in [(&live, document), (&v1, then)] {
                let value = serde_json::from_str(&document.to_string()).expect("JSON");
                let faults: Vec<_> = validator
                    .iter_errors(&value)
                    .map(|fault| fault.to_string())
                    .collect();
                assert!(faults.is_empty(), "{seed}, {number}: {faults:?}");
            }
        }
    }
}

/// Values by the name of their enum, found by walking documents along their schema.
fn enums(
    schema: &Value,
    node: &Value,
    value: &Value,
    seen: &mut BTreeMap<String, BTreeSet<String>>,
) {
    if node.is_null() {
        return;
    }
    if let Some(name) = node["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix("#/$defs/"))
    {
        let node = &schema["$defs"][name];
        if let (Some(_), Some(text)) = (node["enum"].as_array(), value.as_str()) {
            seen.entry(name.to_owned())
                .or_default()
                .insert(text.to_owned());
        }
        return enums(schema, node, value, seen);
    }
    // A reference that may be null is written with these.
    for name in ["then", "else"] {
        enums(schema, &node[name], value, seen);
    }
    for item in value.as_array().into_iter().flatten() {
        enums(schema, &node["items"], item, seen);
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        enums(schema, &node["properties"][name], member, seen);
    }
}

#[test]
fn every_value_of_every_enum_occurs_in_a_small_sandbox() {
    // A referral without a status is in no documented table.
    let never = [("ReferralStatus", "None"), ("ReferralSubstatus", "None")];
    // What only requests have.
    let requests = ["PatchOperator", "SelfFilter"];
    for (name, count) in [("engagements", 600), ("v1", 200)] {
        let contract = Contract::named(name).expect(name);
        let schema = contract.json_schema("/components/schemas/Referral", Unknown::Refused);
        let schema = schema.expect("the schema");
        let data = Data::new(count, 1);
        let mut seen = BTreeMap::new();
        for number in 0..count {
            let mut document = data.document(number);
            if name == "v1" {
                document = views::v1(&document, data.customer_id(number));
            }
            let value = serde_json::from_str(&document.to_string()).expect("JSON");
            enums(&schema, &schema, &value, &mut seen);
        }
        for (enum_, node) in schema["$defs"].as_object().expect("schemas") {
            for value in node["enum"].as_array().into_iter().flatten() {
                let Some(value) = value.as_str() else {
                    continue;
                };
                if requests.contains(&enum_.as_str()) || never.contains(&(enum_, value)) {
                    continue;
                }
                let found = seen.get(enum_).is_some_and(|seen| seen.contains(value));
                assert!(found, "{name}: no {enum_} is {value}");
            }
        }
    }
}

#[test]
fn a_small_sandbox_has_all_kinds_and_traps() {
    let all = values(200, 1);
    let pairs: BTreeSet<_> = all
        .iter()
        .map(|value| (text(value, "/status"), text(value, "/substatus")))
        .collect();
    assert_eq!(pairs.len(), PAIRS.len(), "{pairs:?}");
    // The documented table of kinds, and the gap in it.
    let kind = |value: &Value| {
        let [kind, qualification] =
            ["/type", "/qualification"].map(|pointer| text(value, pointer).expect("a text"));
        let by = text(value, "/inviteContext/invitedBy/organizationId");
        match (kind, qualification, by) {
            ("Independent", "Direct", None | Some(MICROSOFT)) => "lead",
            ("Independent", "SalesQualified" | "MarketingQualified", Some(MICROSOFT)) => {
                "qualified"
            }
            (_, "SalesQualified" | "None", Some(by)) if by != MICROSOFT => "co-sell",
            _ => "unclassified",
        }
    };
    let kinds: BTreeSet<_> = all.iter().map(kind).collect();
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    let countries: BTreeSet<_> = all
        .iter()
        .filter_map(|value| text(value, "/customerProfile/address/country"))
        .collect();
    assert!(countries.len() > 30, "{countries:?}");
    let years: BTreeSet<_> = all
        .iter()
        .filter_map(|value| text(value, "/createdDateTime"))
        .map(|time| &time[..4])
        .collect();
    assert!(years.len() > 5, "{years:?}");
    let digits: BTreeSet<_> = all
        .iter()
        .filter_map(|value| text(value, "/updatedDateTime"))
        .map(|time| time.len())
        .collect();
    assert_eq!(digits.len(), 8, "0 to 7 fractional digits: {digits:?}");
    let written = serde_json::to_string(&all).expect("JSON");
    let scripts = [
        'é', 'Ł', 'Κ', 'Ж', 'Л', 'ك', 'ק', 'क', '科', 'コ', '콘', 'ค',
    ];
    let missing: Vec<_> = scripts
        .iter()
        .filter(|letter| !written.contains(**letter))
        .collect();
    assert!(missing.len() < 4, "{missing:?}");
    for trap in [
        "&amp;",
        "\\n",
        "\\\"",
        ":null",
        "\"addressLine2\":\"\"",
        "\"size\":\"\"",
    ] {
        assert!(written.contains(trap), "{trap}");
    }
    let data = Data::new(200, 1);
    let written: Vec<_> = (0..200)
        .map(|number| data.document(number).to_string())
        .collect();
    assert!(written.concat().contains("\"dealValue\":9007199254"));
}

#[test]
fn times_and_states_fit_together() {
    let now = NOW * SECOND;
    for value in values(2_000, 2) {
        let time = |name: &str| value[name].as_str().and_then(ticks);
        let (created, updated) = (time("createdDateTime"), time("updatedDateTime"));
        let (accepted, closed) = (time("acceptedDateTime"), time("closedDateTime"));
        assert!(
            created.is_some() && created <= updated && updated <= Some(now),
            "{value}"
        );
        let status = text(&value, "/status").expect("a status");
        let substatus = text(&value, "/substatus").expect("a substatus");
        assert_eq!(closed.is_some(), status == "Closed", "{value}");
        assert!(
            closed.is_none_or(|closed| Some(closed) == updated),
            "{value}"
        );
        let takes = ["Accepted", "Won", "Lost", "Error"].contains(&substatus);
        assert_eq!(accepted.is_some(), takes, "{value}");
        assert!(
            accepted.is_none() || created <= accepted && accepted <= updated,
            "{value}"
        );
        let expires = time("expirationDateTime");
        assert_eq!(
            expires.is_some(),
            ["Pending", "Received", "Expired"].contains(&substatus),
            "{value}"
        );
        if status == "New" {
            assert!(expires > Some(now), "{value}");
        }
        if substatus == "Pending" {
            assert_eq!(value["createdDateTime"], value["updatedDateTime"]);
        }
        if substatus == "Expired" {
            assert_eq!(value["updatedDateTime"], value["expirationDateTime"]);
        }
        let shares = &value["consent"]["consentToShareReferralWithMicrosoftSellers"];
        assert_eq!(
            shares == &Value::Bool(true),
            value["type"] == "Shared",
            "{value}"
        );
        let registered = !value["registrations"]
            .as_array()
            .expect("an array")
            .is_empty();
        assert!(!registered || substatus == "Won", "{value}");
    }
}

#[test]
fn an_engagement_has_one_customer_and_its_referrals_are_computed() {
    let data = Data::new(50, 1);
    let mut sizes = BTreeSet::new();
    for number in 0..50 {
        let engagement = data.engagement_of(number);
        let related = data.referrals_of(engagement.into());
        assert!(related.contains(&number));
        sizes.insert(related.len());
        let first = data.document(related.start);
        let document = data.document(number);
        for name in ["engagementId", "customerProfile"] {
            assert_eq!(document.get(name), first.get(name), "{number}");
        }
        let own = document.get("organizationId").text() == Some(OWN_ORGANIZATION);
        assert_eq!(own, number == related.start, "the own one comes first");
    }
    assert_eq!(sizes, BTreeSet::from([1, 2, 3, 4]));
    let last = data.referrals_of(data.engagement_of(49).into());
    assert!(last.end <= 50 && data.referrals_of(1_000_000).is_empty());
}
