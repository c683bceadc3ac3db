//! The personal data of the fixtures.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{fixture, fixture_names};

/// Shorter ones stand in much else.
const SHORTEST: usize = 4;

/// Every text of the fixtures that a contract marks as personal (`x-personal-data`).
///
/// # Panics
///
/// When there is hardly any, and so nothing to look for.
pub fn personal_data() -> BTreeSet<String> {
    let names: BTreeSet<_> = referrals_openapi::CONTRACTS
        .iter()
        .flat_map(|contract| contract.text.lines())
        .filter(|line| line.contains("x-personal-data: true"))
        .filter_map(|line| line.trim().split(':').next())
        .collect();
    let mut found = BTreeSet::new();
    for folder in ["v1", "engagements", "new-referrals"] {
        for name in fixture_names(folder) {
            // Some are broken on purpose.
            if let Ok(value) = serde_json::from_str(&fixture(&format!("{folder}/{name}"))) {
                collect(&value, &names, &mut found);
            }
        }
    }
    found.retain(|text: &String| text.len() >= SHORTEST);
    assert!(found.len() > 10, "only {} texts", found.len());
    found
}

fn collect(value: &Value, names: &BTreeSet<&str>, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                collect(item, names, found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    // What is sold has a name, too.
                    _ if ["solutions", "solutionDetails"].contains(&name.as_str()) => {}
                    Value::String(text) if names.contains(name.as_str()) => {
                        found.insert(text.clone());
                    }
                    value => collect(value, names, found),
                }
            }
        }
        _ => {}
    }
}
