//! A schema of a contract as JSON Schema.

use serde_json::{Map, Value, json};

use crate::Contract;

/// What to make of members that the contract does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// They are fine, as for every reader of answers.
    Allowed,
    /// They are errors, so that they can be reported.
    Refused,
}

impl Contract {
    /// The schema at `pointer` (such as `/components/schemas/Referral`) as JSON
    /// Schema 2020-12, with all components under `$defs`.
    ///
    /// OpenAPI 3.0 has its own dialect: `nullable` in place of a type, marks that
    /// are none of JSON Schema's business. This is the one place that knows it.
    pub fn json_schema(&self, pointer: &str, unknown: Unknown) -> Option<Value> {
        let mut root = convert(self.document.pointer(pointer)?, unknown);
        let definitions: Map<String, Value> = self
            .schemas()
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.clone(), convert(schema, unknown)))
            .collect();
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        root["$defs"] = Value::Object(definitions);
        Some(root)
    }
}

/// Keywords that mean the same in both.
const KEPT: [&str; 15] = [
    "type",
    // JSON Schema takes it for a remark unless a validator is told to look at it.
    "format",
    "enum",
    "required",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "pattern",
    "uniqueItems",
    "multipleOf",
    "minProperties",
    "maxProperties",
];

fn convert(schema: &Value, unknown: Unknown) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return json!({ "$ref": reference.replace("#/components/schemas/", "#/$defs/") });
    }
    let mut converted = Map::new();
    for (name, value) in schema.as_object().into_iter().flatten() {
        match name.as_str() {
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                let properties: Map<String, Value> = properties
                    .map(|(name, schema)| (name.clone(), convert(schema, unknown)))
                    .collect();
                converted.insert(name.clone(), Value::Object(properties));
                if unknown == Unknown::Refused && schema.get("additionalProperties").is_none() {
                    converted.insert("additionalProperties".to_owned(), json!(false));
                }
            }
            "items" | "additionalProperties" if value.is_object() => {
                converted.insert(name.clone(), convert(value, unknown));
            }
            "additionalProperties" => {
                converted.insert(name.clone(), value.clone());
            }
            "allOf" | "anyOf" | "oneOf" => {
                let parts = value.as_array().into_iter().flatten();
                let parts: Vec<Value> = parts.map(|part| convert(part, unknown)).collect();
                converted.insert(name.clone(), Value::Array(parts));
            }
            kept if KEPT.contains(&kept) => {
                converted.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }
    if schema["nullable"] == json!(true) {
        if let Some(kind) = converted.get_mut("type") {
            *kind = json!([kind, "null"]);
        }
        if let Some(Value::Array(values)) = converted.get_mut("enum")
            && !values.contains(&Value::Null)
        {
            values.push(Value::Null);
        }
    }
    nullable_reference(&mut converted);
    Value::Object(converted)
}

/// `anyOf` of a reference and null, written so that a mismatch is reported at
/// its own place and not as "none of these".
fn nullable_reference(schema: &mut Map<String, Value>) {
    let Some(parts) = schema.get("anyOf").and_then(Value::as_array) else {
        return;
    };
    let is_null = |part: &Value| {
        part["$ref"]
            .as_str()
            .is_some_and(|name| name.ends_with("/JsonNull"))
    };
    let [first, second] = parts.as_slice() else {
        return;
    };
    let other = match (is_null(first), is_null(second)) {
        (false, true) => first.clone(),
        (true, false) => second.clone(),
        _ => return,
    };
    schema.remove("anyOf");
    schema.insert("if".to_owned(), json!({ "type": "null" }));
    schema.insert("else".to_owned(), other);
}
