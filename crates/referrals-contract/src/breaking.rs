//! A contract next to an earlier release of itself.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::contract::type_words;
use crate::{Contract, Operation};

/// A change that breaks users of an earlier release: code that compiled, or
/// calls that worked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BreakingChange {
    /// Where in the contract.
    pub place: String,
    /// What changed.
    pub change: String,
}

impl fmt::Display for BreakingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.change)
    }
}

impl Contract {
    /// What this contract breaks for users of `released`, sorted by place.
    pub fn breaking_changes(&self, released: &Contract) -> Vec<BreakingChange> {
        let mut breaking = Breaking::default();
        for operation in released.operations() {
            match self.operation(operation.id()) {
                Ok(now) => breaking.operation(operation, now),
                Err(_) => breaking.note(operation.id(), "the operation is gone"),
            }
        }
        for (name, schema) in released.schemas().into_iter().flatten() {
            let place = format!("components.schemas.{name}");
            match self.schemas().and_then(|schemas| schemas.get(name)) {
                Some(now) => breaking.schema(&place, schema, now),
                None => breaking.note(&place, "the type is gone"),
            }
        }
        breaking.changes.sort();
        breaking.changes
    }
}

#[derive(Default)]
struct Breaking {
    changes: Vec<BreakingChange>,
}

impl Breaking {
    fn note(&mut self, place: &str, change: impl Into<String>) {
        self.changes.push(BreakingChange {
            place: place.to_owned(),
            change: change.into(),
        });
    }

    fn operation(&mut self, before: Operation<'_>, now: Operation<'_>) {
        let id = before.id();
        if (before.method(), before.path()) != (now.method(), now.path()) {
            self.note(
                id,
                format!(
                    "{} {} became {} {}",
                    before.method(),
                    before.path(),
                    now.method(),
                    now.path()
                ),
            );
        }
        for kind in before.credentials() {
            if !now.credentials().contains(&kind) {
                self.note(id, format!("{kind} credentials are no longer accepted"));
            }
        }
        let (old, new) = (before.parameters(), now.parameters());
        for (name, parameter) in &old {
            let place = format!("{id}.{name}");
            let Some(now) = new.get(name) else {
                self.note(&place, "the parameter is gone");
                continue;
            };
            if now.value["required"] == true && parameter.value["required"] != true {
                self.note(&place, "the parameter became required");
            }
            if parameter.value["in"] != now.value["in"] {
                self.note(&place, "the parameter moved");
            }
            if parameter.schema_name != now.schema_name
                || parameter.schema["type"] != now.schema["type"]
                || parameter.schema["format"] != now.schema["format"]
            {
                self.note(&place, "the parameter has another type");
            }
        }
        for (name, parameter) in &new {
            if !old.contains_key(name) && parameter.value["required"] == true {
                self.note(&format!("{id}.{name}"), "a required parameter was added");
            }
        }
        if before.request_body() != now.request_body() {
            self.note(id, "the request body is another");
        }
        let shown = |operation: Operation<'_>| {
            operation
                .response()
                .map(|resource| resource.to_string())
                .unwrap_or_default()
        };
        if shown(before) != shown(now) {
            self.note(
                id,
                format!("the answer {} became {}", shown(before), shown(now)),
            );
        }
    }

    fn schema(&mut self, place: &str, before: &Value, now: &Value) {
        for value in before["enum"].as_array().into_iter().flatten() {
            if !now["enum"]
                .as_array()
                .is_some_and(|values| values.contains(value))
            {
                self.note(place, format!("the value {value} is gone"));
            }
        }
        if before["type"] != now["type"] || before["format"] != now["format"] {
            self.note(place, "the type is another");
        }
        if before["x-record"] != now["x-record"] {
            self.note(place, "whether it keeps its bytes is another");
        }
        let is_open = |schema: &Value| schema["x-ms-enum"]["modelAsString"] == true;
        if is_open(before) != is_open(now) {
            self.note(place, "whether the set of values is open is another");
        }
        let (old, new) = (names(&before["required"]), names(&now["required"]));
        for name in old.symmetric_difference(&new) {
            let change = match new.contains(name) {
                true => "the member became required",
                false => "the member became optional",
            };
            if now["properties"].get(*name).is_some() {
                self.note(&format!("{place}.{name}"), change);
            }
        }
        for (name, property) in before["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}.{name}");
            match now["properties"].get(name) {
                None => self.note(&place, "the member is gone"),
                // Whether it may be null is not part of it: an optional member is an
                // `Option` either way.
                Some(now) if type_words(property) != type_words(now) => {
                    self.note(&place, "the member has another type");
                }
                Some(_) => {}
            }
        }
    }
}

fn names(value: &Value) -> BTreeSet<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(from: &str, to: &str) -> Vec<String> {
        let text = referrals_openapi::contract("v1").expect("v1").text;
        assert!(text.contains(from), "{from:?} is not in the contract");
        let released = Contract::parse("v1", text).expect("YAML");
        let now = Contract::parse("v1", &text.replace(from, to)).expect("YAML");
        now.breaking_changes(&released)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn each_breaking_change_is_named() {
        let city = "        city: { description: City., type: string, nullable: true, x-personal-data: true }\n";
        let engagement =
            "        - name: engagementId\n          in: query\n          required: false\n";
        for (from, to, expected) in [
            (
                "operationId: listReferrals",
                "operationId: getReferrals",
                "listReferrals: the operation is gone",
            ),
            (
                "  /v1/referrals:\n",
                "  /v2/referrals:\n",
                "listReferrals: GET /v1/referrals became GET /v2/referrals",
            ),
            (
                "  - app: []\n",
                "",
                "listReferrals: App credentials are no longer accepted",
            ),
            (
                engagement,
                "        - name: engagementId\n          in: query\n          required: true\n",
                "listReferrals.engagementId: the parameter became required",
            ),
            (
                engagement,
                "        - name: engagementId\n          in: header\n          required: false\n",
                "listReferrals.engagementId: the parameter moved",
            ),
            (
                "Only the referrals of this engagement.\n          schema: { type: string }",
                "Only.\n          schema: { type: integer }",
                "listReferrals.engagementId: the parameter has another type",
            ),
            (
                "      parameters:\n",
                "      parameters:\n        - { name: top, in: query, required: true, schema: { type: string } }\n",
                "listReferrals.top: a required parameter was added",
            ),
            (
                "        - $ref: \"#/components/parameters/X-Locale\"\n",
                "",
                "listReferrals.X-Locale: the parameter is gone",
            ),
            (
                "schema: { $ref: \"#/components/schemas/ReferralCollection\" }",
                "schema: { $ref: \"#/components/schemas/Referral\" }",
                "listReferrals: the answer collection of Referral became Referral",
            ),
            (
                city,
                "",
                "components.schemas.Address.city: the member is gone",
            ),
            (
                city,
                "        city: { description: City., type: integer }\n",
                "components.schemas.Address.city: the member has another type",
            ),
            (
                "enum: [Collaborative, Competitive]",
                "enum: [Collaborative]",
                "components.schemas.ReferralType: the value \"Competitive\" is gone",
            ),
            (
                "      required: [items]\n",
                "",
                "components.schemas.ReferralCollection.items: the member became optional",
            ),
            (
                "      required: [items]\n",
                "      required: [items, totalCount]\n",
                "components.schemas.ReferralCollection.totalCount: the member became required",
            ),
        ] {
            assert_eq!(changes(from, to), [expected]);
        }
    }

    #[test]
    fn additions_and_descriptions_break_nothing() {
        let parameters = "      parameters:\n";
        for (from, to) in [
            ("description: City.", "description: The city."),
            (
                "enum: [Collaborative, Competitive]",
                "enum: [Collaborative, Competitive, Other]",
            ),
            (
                parameters,
                "      parameters:\n        - { name: top, in: query, schema: { type: string } }\n",
            ),
            (
                "        city: {",
                "        zone: { description: Z., type: string }\n        city: {",
            ),
            ("City., type: string, nullable: true", "City., type: string"),
        ] {
            assert_eq!(changes(from, to), Vec::<String>::new(), "{to}");
        }
    }
}
