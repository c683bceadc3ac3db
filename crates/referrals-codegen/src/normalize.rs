//! The rules that make a contract fit for the generator.
//!
//! The generator (progenitor with typify) takes a part of OpenAPI 3.0 only and
//! reads strictly. The contracts are written for people and outside tools, so
//! the difference is made up here:
//!
//! 1. **Failures are hidden.** Answers outside 2xx are removed. The client then
//!    hands every failure on with status, headers and body intact, where the
//!    generator would lose the status of an HTML error page.
//! 2. **One success.** All 2xx answers become one `2XX`. When they differ (200
//!    with a body, 204 without) it is raw bytes, and the caller decodes by
//!    status.
//! 3. **Bodies and records keep their bytes.** A JSON success body, and every
//!    array item and request body whose schema is marked `x-record`, become
//!    `Raw<T>`: a record that is sent back is what was read, edits aside.
//! 4. **Open enums** (`x-ms-enum.modelAsString`) are taken out; the model pass
//!    writes them itself, so that an unknown value survives.
//! 5. **Exact values.** `format: date-time` and `format: decimal` become types
//!    that keep the text they were read from.
//! 6. **Null is absent.** A nullable reference (`anyOf` of it and a schema whose
//!    only value is null) becomes an optional reference; a nullable member is
//!    never required; an optional array is always nullable. Every such member is
//!    an `Option` that reads both.
//! 7. **Readers do not validate.** Lengths, ranges and patterns are removed.
//! 8. **Verbatim parameters** (`x-verbatim`) are noted: their text is already
//!    percent-encoded and must reach the wire byte for byte.
//! 9. **Objects are objects.** A struct is read from an object only (the model
//!    pass sees to it); derived code would take an array, members by position.
//! 10. **Personal data** (`x-personal-data`) is noted: the model pass keeps it
//!     out of `Debug` output.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::Error;

/// The crate that holds the types which generated code is built on.
pub(crate) const SUPPORT_CRATE: &str = "referrals-model";

/// A contract as the generator can take it.
#[derive(Debug, Clone)]
pub(crate) struct Normalized {
    pub(crate) document: openapiv3::OpenAPI,
    pub(crate) open_enums: BTreeMap<String, OpenEnum>,
    /// Names of the query parameters that go out byte for byte.
    pub(crate) verbatim: BTreeSet<String>,
    /// Members with personal data, by schema.
    pub(crate) personal: BTreeMap<String, BTreeSet<String>>,
}

/// An enum whose known values are listed and whose set is open.
#[derive(Debug, Clone)]
pub(crate) struct OpenEnum {
    pub(crate) description: String,
    pub(crate) values: Vec<OpenValue>,
}

#[derive(Debug, Clone)]
pub(crate) struct OpenValue {
    pub(crate) wire: String,
    pub(crate) description: String,
    pub(crate) position: Option<u64>,
}

/// Applies all rules to a document whose members are sorted.
pub(crate) fn normalize(original: &Value) -> Result<Normalized, Error> {
    let mut document = original.clone();
    let open_enums = open_enums(original)?;
    let records = marked_schemas(original, "x-record");
    let mut verbatim = BTreeSet::new();

    for (path, item) in members_mut(&mut document, "/paths") {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let place = format!("paths.{path}.{method}");
            normalize_responses(original, operation, &place)?;
            let body = operation.pointer_mut("/requestBody/content/application~1json/schema");
            if let Some(schema) = body
                && is_record(schema, &records)
            {
                *schema = raw(schema);
            }
        }
    }
    collect_verbatim(original, &mut verbatim);
    // Component answers were copied to where they are used.
    if let Some(components) = document
        .pointer_mut("/components")
        .and_then(Value::as_object_mut)
    {
        for unused in [
            "responses",
            "headers",
            "securitySchemes",
            "examples",
            "links",
        ] {
            components.remove(unused);
        }
    }
    rewrite_nullable(&mut document, &null_schemas(original));
    for (_, schema) in members_mut(&mut document, "/components/schemas") {
        normalize_schema(schema, &records);
    }
    for (_, item) in members_mut(&mut document, "/paths") {
        normalize_nested_schemas(item, &records);
    }
    for (_, parameter) in members_mut(&mut document, "/components/parameters") {
        normalize_nested_schemas(parameter, &records);
    }
    for (_, body) in members_mut(&mut document, "/components/requestBodies") {
        normalize_nested_schemas(body, &records);
    }

    let document = serde_path_to_error::deserialize(&document).map_err(|error| Error::OpenApi {
        path: error.path().to_string(),
        reason: error.inner().to_string(),
    })?;
    Ok(Normalized {
        document,
        open_enums,
        verbatim,
        personal: personal_members(original),
    })
}

/// References to the schemas whose only value is null.
fn null_schemas(document: &Value) -> BTreeSet<String> {
    schemas(document)
        .filter(|(_, schema)| schema["enum"] == json!([null]))
        .map(|(name, _)| format!("#/components/schemas/{name}"))
        .collect()
}

/// Rule 6: from the form that validators agree on to the one that the generator
/// reads. The schemas for null themselves are no types.
fn rewrite_nullable(value: &mut Value, nulls: &BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Object(schemas)) = members.get_mut("schemas") {
                schemas.retain(|_, schema| schema["enum"] != json!([null]));
            }
            if let Some(Value::Array(parts)) = members.get_mut("anyOf") {
                let before = parts.len();
                parts.retain(|part| {
                    !part["$ref"]
                        .as_str()
                        .is_some_and(|name| nulls.contains(name))
                });
                if parts.len() < before {
                    let rest = members.remove("anyOf");
                    members.extend(rest.map(|rest| ("allOf".to_owned(), rest)));
                    members.insert("nullable".to_owned(), json!(true));
                }
            }
            members
                .values_mut()
                .for_each(|member| rewrite_nullable(member, nulls));
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| rewrite_nullable(item, nulls)),
        _ => {}
    }
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

fn members_mut<'a>(
    document: &'a mut Value,
    pointer: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> + use<'a> {
    document
        .pointer_mut(pointer)
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
}

/// The component schemas.
fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

fn marked_schemas(document: &Value, mark: &str) -> BTreeSet<String> {
    schemas(document)
        .filter(|(_, schema)| schema[mark] == json!(true))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Follows one `$ref` inside the document.
fn resolve<'a>(document: &'a Value, value: &'a Value, place: &str) -> Result<&'a Value, Error> {
    let Some(reference) = value["$ref"].as_str() else {
        return Ok(value);
    };
    reference
        .strip_prefix('#')
        .and_then(|pointer| document.pointer(pointer))
        .ok_or_else(|| Error::Unsupported {
            path: place.to_owned(),
            reason: format!("`{reference}` leads nowhere in this file"),
        })
}

/// Rules 1 to 3.
fn normalize_responses(document: &Value, operation: &mut Value, place: &str) -> Result<(), Error> {
    let Some(responses) = operation["responses"].as_object() else {
        return Err(Error::OpenApi {
            path: place.to_owned(),
            reason: "the operation has no `responses`".to_owned(),
        });
    };
    let mut description = None;
    let mut contents = Vec::new();
    for (status, response) in responses {
        if !status.starts_with('2') {
            continue;
        }
        let response = resolve(document, response, &format!("{place}.responses.{status}"))?;
        description.get_or_insert_with(|| response["description"].clone());
        let content = response["content"].as_object();
        let json = content.and_then(|content| content.get("application/json"));
        match (content, json) {
            (None, _) => contents.push(Value::Null),
            (Some(_), Some(json)) => contents.push(json["schema"].clone()),
            (Some(_), None) => {
                return Err(Error::Unsupported {
                    path: format!("{place}.responses.{status}"),
                    reason: "a success answer is `application/json` or has no content".to_owned(),
                });
            }
        }
    }
    let Some(description) = description else {
        return Err(Error::Unsupported {
            path: format!("{place}.responses"),
            reason: "the operation has no success answer; add a 2xx status".to_owned(),
        });
    };
    contents.sort_by_key(Value::to_string);
    contents.dedup();
    let mut success = json!({ "description": description });
    match contents.as_slice() {
        [Value::Null] => {}
        [schema] => {
            success["content"] = json!({ "application/json": { "schema": raw(schema) } });
        }
        _ => {
            let bytes = json!({ "type": "string", "format": "binary" });
            success["content"] = json!({ "application/octet-stream": { "schema": bytes } });
        }
    }
    operation["responses"] = json!({ "2XX": success });
    Ok(())
}

/// `Raw<T>` of this schema.
fn raw(schema: &Value) -> Value {
    let mut wrapped = support_type("Raw");
    wrapped["allOf"] = json!([schema]);
    wrapped["x-rust-type"]["parameters"] = json!([schema]);
    wrapped
}

/// A schema that stands for a type of the support crate.
fn support_type(name: &str) -> Value {
    json!({ "x-rust-type": {
        "crate": SUPPORT_CRATE,
        "version": "*",
        "path": format!("{}::{name}", SUPPORT_CRATE.replace('-', "_")),
    } })
}

/// Finds `schema` members below operations, parameters and bodies.
fn normalize_nested_schemas(value: &mut Value, records: &BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "schema" {
                    normalize_schema(member, records);
                } else {
                    normalize_nested_schemas(member, records);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                normalize_nested_schemas(item, records);
            }
        }
        _ => {}
    }
}

/// Keywords that judge a value and do not shape it (rule 7), and those that
/// only describe.
const DROPPED: [&str; 13] = [
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "example",
    "externalDocs",
];

/// Rules 3 and 5 to 7.
fn normalize_schema(schema: &mut Value, records: &BTreeSet<String>) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    // Marks speak to people and other tools; to the generator they are noise.
    members.retain(|name, _| {
        name == "x-rust-type" || !(name.starts_with("x-") || DROPPED.contains(&name.as_str()))
    });
    if members.contains_key("x-rust-type") {
        return;
    }
    let exact = match members.get("format").and_then(Value::as_str) {
        Some("date-time") => Some("DateTime"),
        Some("decimal") => Some("Decimal"),
        _ => None,
    };
    if let Some(name) = exact {
        let description = members.remove("description");
        members.clear();
        members.extend(support_type(name).as_object().cloned().unwrap_or_default());
        members.extend(description.map(|text| ("description".to_owned(), text)));
        return;
    }

    let required: BTreeSet<String> = strings(members.get("required")).collect();
    let mut still_required = required.clone();
    if let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) {
        for (name, property) in properties {
            let nullable = property["nullable"] == json!(true);
            if nullable {
                still_required.remove(name);
            }
            let optional = !still_required.contains(name);
            normalize_schema(property, records);
            make_optional(property, optional);
        }
    }
    if still_required.is_empty() {
        members.remove("required");
    } else {
        members.insert("required".to_owned(), json!(still_required));
    }
    if let Some(items) = members.get_mut("items") {
        normalize_schema(items, records);
        if is_record(items, records) {
            *items = raw(items);
        }
    }
    for combined in ["allOf", "anyOf", "oneOf"] {
        for part in members
            .get_mut(combined)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            normalize_schema(part, records);
        }
    }
    if let Some(values) = members.get_mut("additionalProperties") {
        normalize_schema(values, records);
    }
}

/// Rule 6 for one member of an object.
fn make_optional(property: &mut Value, optional: bool) {
    let Some(members) = property.as_object_mut() else {
        return;
    };
    let single = members
        .get("allOf")
        .and_then(Value::as_array)
        .and_then(|parts| {
            let [part] = parts.as_slice() else {
                return None;
            };
            part.get("$ref").cloned()
        });
    if let Some(reference) = single
        && !members.contains_key("x-rust-type")
    {
        // Beside a reference the generator ignores everything, so the member's
        // own description goes along in a wrapper it does read.
        members.remove("nullable");
        if members.len() == 1 {
            *property = json!({ "$ref": reference });
        }
        return;
    }
    let collection = members.get("type") == Some(&json!("array"))
        || members.contains_key("additionalProperties");
    if collection && optional {
        members.insert("nullable".to_owned(), json!(true));
    } else if optional {
        // An optional member is an `Option` already.
        members.remove("nullable");
    }
}

fn is_record(items: &Value, records: &BTreeSet<String>) -> bool {
    items["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix("#/components/schemas/"))
        .is_some_and(|name| records.contains(name))
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|value| value.as_str().map(str::to_owned))
}

/// Rule 4.
fn open_enums(document: &Value) -> Result<BTreeMap<String, OpenEnum>, Error> {
    let mut found = BTreeMap::new();
    for (name, schema) in schemas(document) {
        if schema["x-ms-enum"]["modelAsString"] != json!(true) {
            continue;
        }
        let place = format!("components.schemas.{name}");
        let described: BTreeMap<&str, &Map<String, Value>> = schema["x-ms-enum"]["values"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|value| Some((value["value"].as_str()?, value.as_object()?)))
            .collect();
        let wires: Vec<String> = strings(schema.get("enum")).collect();
        if let Some(stray) = described
            .keys()
            .find(|value| !wires.iter().any(|wire| wire == *value))
        {
            return Err(Error::Unsupported {
                path: place,
                reason: format!("`x-ms-enum` describes `{stray}`, which `enum` does not list"),
            });
        }
        let values = wires
            .into_iter()
            .map(|wire| {
                let described = described.get(wire.as_str());
                let text = |member: &str| described.and_then(|value| value.get(member));
                OpenValue {
                    description: text("description")
                        .and_then(Value::as_str)
                        .map_or_else(|| format!("`{wire}`."), str::to_owned),
                    position: text("position").and_then(Value::as_u64),
                    wire,
                }
            })
            .collect();
        found.insert(
            name.clone(),
            OpenEnum {
                description: schema["description"].as_str().unwrap_or(name).to_owned(),
                values,
            },
        );
    }
    Ok(found)
}

/// Rule 8.
fn collect_verbatim(value: &Value, verbatim: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            if value["x-verbatim"] == json!(true)
                && value["in"] == json!("query")
                && let Some(name) = value["name"].as_str()
            {
                verbatim.insert(name.to_owned());
            }
            members
                .values()
                .for_each(|member| collect_verbatim(member, verbatim));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_verbatim(item, verbatim)),
        _ => {}
    }
}

/// Rule 10.
fn personal_members(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut personal = BTreeMap::new();
    for (name, schema) in schemas(document) {
        let properties = schema["properties"].as_object().into_iter().flatten();
        let members: BTreeSet<String> = properties
            .filter(|(_, property)| property["x-personal-data"] == json!(true))
            .map(|(member, _)| member.clone())
            .collect();
        if !members.is_empty() {
            personal.insert(name.clone(), members);
        }
    }
    personal
}
