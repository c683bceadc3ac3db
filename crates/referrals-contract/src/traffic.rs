//! Recorded traffic against a contract.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};
use url::Url;

use crate::schema::Unknown;
use crate::{Contract, Operation};

/// A way in which traffic departs from a contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Departure {
    /// A request that no operation describes.
    UnknownOperation {
        /// Method and path.
        request: String,
    },
    /// A query parameter that the operation does not have.
    UnknownParameter {
        /// The operation's id.
        operation: String,
        /// The parameter's name.
        name: String,
    },
    /// A status that the operation does not list.
    UnknownStatus {
        /// The operation's id.
        operation: String,
        /// The status.
        status: u64,
    },
    /// An answer that is not JSON where the contract says so.
    NotJson {
        /// The operation's id.
        operation: String,
        /// The status.
        status: u64,
    },
    /// A member that the contract does not know.
    UnknownMember {
        /// Its place in the answer.
        place: String,
    },
    /// A value that the contract does not list.
    NewValue {
        /// Its place in the answer.
        place: String,
        /// The value.
        value: String,
    },
    /// A value of another type.
    WrongType {
        /// Its place in the answer.
        place: String,
        /// The type that was found.
        found: String,
    },
    /// A member that the contract requires and the answer does not have.
    MissingRequired {
        /// Its place in the answer.
        place: String,
    },
    /// A value that breaks another rule of the contract.
    Other {
        /// Its place in the answer.
        place: String,
        /// The keyword of the schema that it breaks.
        keyword: String,
    },
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation { request } => write!(f, "no operation: {request}"),
            Self::UnknownParameter { operation, name } => {
                write!(f, "unknown query parameter of {operation}: {name}")
            }
            Self::UnknownStatus { operation, status } => {
                write!(f, "unknown status of {operation}: {status}")
            }
            Self::NotJson { operation, status } => {
                write!(
                    f,
                    "the answer of {operation} with status {status} is not JSON"
                )
            }
            Self::UnknownMember { place } => write!(f, "unknown member: {place}"),
            Self::NewValue { place, value } => write!(f, "new value of {place}: {value}"),
            Self::WrongType { place, found } => write!(f, "wrong type of {place}: {found}"),
            Self::MissingRequired { place } => write!(f, "missing member: {place}"),
            Self::Other { place, keyword } => write!(f, "{place} breaks `{keyword}`"),
        }
    }
}

/// What came of holding traffic against a contract.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Traffic {
    /// How many exchanges were looked at.
    pub exchanges: usize,
    /// The departures and how often each was met.
    pub departures: BTreeMap<Departure, u64>,
    /// What would make the contract accept them, as a part of the document.
    suggestion: Value,
}

/// Why a file is no recording of traffic.
#[derive(Debug, thiserror::Error)]
#[error("not a HAR file: {0}")]
pub struct NotHar(String);

impl Traffic {
    /// The part of the contract that would accept the traffic, as YAML, or
    /// nothing when no edit of schemas does.
    pub fn suggestion(&self) -> Option<String> {
        self.suggestion
            .as_object()
            .filter(|part| !part.is_empty())?;
        let mut text = String::new();
        yaml(&self.suggestion, 0, &mut text);
        Some(text)
    }

    fn note(&mut self, departure: Departure) {
        *self.departures.entry(departure).or_default() += 1;
    }

    fn suggest(&mut self, pointer: &[&str], value: Value) {
        let mut part = &mut self.suggestion;
        for name in pointer {
            if !part.is_object() {
                *part = Value::Object(Map::new());
            }
            part = &mut part[*name];
        }
        *part = value;
    }
}

/// Mappings as blocks down to what a suggestion replaces, and that in flow
/// style, which is JSON.
fn yaml(value: &Value, depth: usize, text: &mut String) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let key = match name.chars().all(|letter| letter.is_ascii_alphanumeric()) {
            true => name.clone(),
            false => json!(name).to_string(),
        };
        let indent = "  ".repeat(depth);
        if depth < 4 && value.is_object() {
            text.push_str(&format!("{indent}{key}:\n"));
            yaml(value, depth + 1, text);
        } else {
            text.push_str(&format!("{indent}{key}: {value}\n"));
        }
    }
}

impl Contract {
    /// Holds a HAR file (HTTP Archive 1.2, as browsers and proxies export it)
    /// against this contract.
    ///
    /// # Errors
    ///
    /// When the text is no HAR file.
    pub fn traffic(&self, har: &str) -> Result<Traffic, NotHar> {
        let har: Value = serde_json::from_str(har.trim_start_matches('\u{feff}'))
            .map_err(|error| NotHar(error.to_string()))?;
        let entries = har["log"]["entries"]
            .as_array()
            .ok_or_else(|| NotHar("it has no list log.entries".to_owned()))?;
        let mut traffic = Traffic::default();
        for entry in entries {
            traffic.exchanges += 1;
            self.exchange(entry, &mut traffic);
        }
        Ok(traffic)
    }

    fn exchange(&self, entry: &Value, traffic: &mut Traffic) {
        let request = &entry["request"];
        let method = request["method"].as_str().unwrap_or_default();
        let url = request["url"].as_str().unwrap_or_default();
        let Some((operation, url)) = Url::parse(url)
            .ok()
            .and_then(|url| Some((self.serving(method, url.path())?, url)))
        else {
            let path = url.split(['?', '#']).next().unwrap_or_default();
            traffic.note(Departure::UnknownOperation {
                request: format!("{method} {path}"),
            });
            return;
        };
        let id = || operation.id().to_owned();
        let known = operation.parameters();
        for (name, _) in url.query_pairs() {
            if !known.contains_key(&*name) {
                traffic.note(Departure::UnknownParameter {
                    operation: id(),
                    name: name.into_owned(),
                });
            }
        }
        let status = entry["response"]["status"].as_u64().unwrap_or_default();
        let Some(schema) = operation.answer_schema(status) else {
            traffic.note(Departure::UnknownStatus {
                operation: id(),
                status,
            });
            return;
        };
        let Some(schema) = schema else { return };
        match body(&entry["response"]["content"]) {
            Some(body) => self.validate(&schema, &body, traffic),
            None => traffic.note(Departure::NotJson {
                operation: id(),
                status,
            }),
        }
    }

    /// The operation that serves a path, whatever the base URL.
    fn serving(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let segments: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
        self.operations().into_iter().find(|operation| {
            let wanted: Vec<_> = operation
                .path
                .split('/')
                .filter(|part| !part.is_empty())
                .collect();
            let start = segments.len().checked_sub(wanted.len());
            operation.method.eq_ignore_ascii_case(method)
                && start.is_some_and(|start| {
                    wanted
                        .iter()
                        .zip(&segments[start..])
                        .all(|(wanted, is)| wanted.starts_with('{') || wanted == is)
                })
        })
    }

    /// How a value departs from a schema of this contract.
    pub(crate) fn departures(&self, schema_name: &str, value: &Value) -> Vec<Departure> {
        let mut traffic = Traffic::default();
        self.validate(schema_name, value, &mut traffic);
        traffic.departures.into_keys().collect()
    }

    fn validate(&self, schema_name: &str, body: &Value, traffic: &mut Traffic) {
        let pointer = format!("/components/schemas/{schema_name}");
        let Some(schema) = self.json_schema(&pointer, Unknown::Refused) else {
            return;
        };
        let Ok(validator) = jsonschema::validator_for(&schema) else {
            return;
        };
        for error in validator.iter_errors(body) {
            let place = place(schema_name, error.instance_path().as_str());
            let owner = owner(schema_name, error.schema_path().as_str());
            let value = error.instance();
            self.departure(&error, place, owner, value, traffic);
        }
    }

    fn departure(
        &self,
        error: &jsonschema::ValidationError<'_>,
        place: String,
        owner: Owner<'_>,
        value: &Value,
        traffic: &mut Traffic,
    ) {
        let schemas = ["components", "schemas"];
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    let member = format!("{place}.{name}");
                    traffic.note(Departure::UnknownMember { place: member });
                    let pointer = [&schemas[..], &[owner.schema, "properties", name]].concat();
                    traffic.suggest(&pointer, observed(&value[name]));
                }
            }
            ValidationErrorKind::Enum { .. } if value.is_string() => {
                let text = value.as_str().unwrap_or_default().to_owned();
                let pointer = [&schemas[..], &[owner.schema, "enum"]].concat();
                let so_far = traffic
                    .suggestion
                    .pointer(&format!("/{}", pointer.join("/")));
                let listed = so_far
                    .cloned()
                    .or_else(|| Some(self.schemas()?.get(owner.schema)?["enum"].clone()));
                let mut values = listed
                    .and_then(|values| values.as_array().cloned())
                    .unwrap_or_default();
                if !values.contains(value) {
                    values.push(value.clone());
                }
                traffic.suggest(&pointer, Value::Array(values));
                traffic.note(Departure::NewValue { place, value: text });
            }
            ValidationErrorKind::Type { .. } => {
                if let Some(member) = owner.member {
                    let pointer = [&schemas[..], &[owner.schema, "properties", member]].concat();
                    traffic.suggest(&pointer, observed(value));
                }
                traffic.note(Departure::WrongType {
                    place,
                    found: kind(value).to_owned(),
                });
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                let required = self
                    .schemas()
                    .and_then(|schemas| schemas.get(owner.schema)?["required"].as_array());
                let rest: Vec<_> = required
                    .into_iter()
                    .flatten()
                    .filter(|other| *other != name)
                    .cloned()
                    .collect();
                let pointer = [&schemas[..], &[owner.schema, "required"]].concat();
                traffic.suggest(&pointer, Value::Array(rest));
                traffic.note(Departure::MissingRequired {
                    place: format!("{place}.{name}"),
                });
            }
            _ => {
                let path = error.schema_path().as_str();
                let keyword = path.rsplit('/').next().unwrap_or_default().to_owned();
                traffic.note(Departure::Other { place, keyword });
            }
        }
    }
}

impl Operation<'_> {
    /// The schema of the body of an answer: `None` for a status that is not
    /// listed, `Some(None)` where there is no body.
    fn answer_schema(&self, status: u64) -> Option<Option<String>> {
        let responses = self.value["responses"].as_object()?;
        let response = responses
            .get(&status.to_string())
            .or_else(|| responses.get(&format!("{}XX", status / 100)))?;
        let response = self.contract.resolve(response);
        let schema = &response["content"]["application/json"]["schema"];
        Some(crate::contract::component_name(schema).map(str::to_owned))
    }
}

/// The JSON of a recorded body.
fn body(content: &Value) -> Option<Value> {
    let text = content["text"].as_str()?;
    if content["encoding"] == json!("base64") {
        serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
    } else {
        serde_json::from_str(text).ok()
    }
}

/// `/items/3/team/0/email` below a collection as
/// `ReferralCollection.items[].team[].email`.
fn place(schema: &str, pointer: &str) -> String {
    let mut place = schema.to_owned();
    for segment in pointer.split('/').skip(1) {
        if !segment.is_empty() && segment.bytes().all(|digit| digit.is_ascii_digit()) {
            place.push_str("[]");
        } else {
            place.push('.');
            place.push_str(&segment.replace("~1", "/").replace("~0", "~"));
        }
    }
    place
}

/// The component and, where there is one, the member that a keyword belongs to.
struct Owner<'a> {
    schema: &'a str,
    member: Option<&'a str>,
}

fn owner<'a>(root: &'a str, schema_path: &'a str) -> Owner<'a> {
    let (schema, rest) = match schema_path.rsplit_once("/$defs/") {
        Some((_, rest)) => rest.split_once('/').unwrap_or((rest, "")),
        None => (root, schema_path.trim_start_matches('/')),
    };
    let member = rest.strip_prefix("properties/");
    Owner {
        schema,
        member: member.and_then(|rest| rest.split('/').next()),
    }
}

/// A property of this value, as a contract would have it.
fn observed(value: &Value) -> Value {
    let mut schema = match value {
        Value::Null => json!({ "type": "string", "nullable": true }),
        Value::Array(_) => json!({ "type": "array", "items": {} }),
        other => json!({ "type": kind(other) }),
    };
    schema["description"] = json!("Seen in traffic, not documented.");
    schema["x-observed"] = json!(true);
    schema
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn har(url: &str, status: u16, body: &str) -> String {
        json!({ "log": { "version": "1.2", "entries": [{
            "request": { "method": "GET", "url": url, "headers": [] },
            "response": { "status": status, "content": { "mimeType": "application/json", "text": body } },
        }] } })
        .to_string()
    }

    const URL: &str = "https://api.partner.microsoft.com/v1/referrals/?status=Won";

    fn v1() -> Contract {
        Contract::named("v1").expect("v1")
    }

    fn merge(into: &mut Value, part: &Value) {
        match (into, part) {
            (Value::Object(into), Value::Object(part)) => {
                for (name, value) in part {
                    match into.get_mut(name) {
                        // A suggestion for a property replaces it.
                        Some(old) if value.get("x-observed").is_none() => merge(old, value),
                        _ => {
                            into.insert(name.clone(), value.clone());
                        }
                    }
                }
            }
            (into, part) => *into = part.clone(),
        }
    }

    #[test]
    fn each_departure_is_found_and_its_suggestion_makes_the_contract_accept_it() {
        for (body, expected) in [
            (
                r#"{"items":[{"mood":{"a":1}},{"mood":{}}]}"#,
                "unknown member: ReferralCollection.items[].mood",
            ),
            (
                r#"{"items":[{"customerProfile":{"address":{"zone":null}}}]}"#,
                "unknown member: ReferralCollection.items[].customerProfile.address.zone",
            ),
            (
                r#"{"items":[{"status":"Snoozed"}]}"#,
                "new value of ReferralCollection.items[].status: Snoozed",
            ),
            (
                r#"{"items":[{"details":{"dealValue":"10000"}}]}"#,
                "wrong type of ReferralCollection.items[].details.dealValue: string",
            ),
            (
                r#"{"items":[{"team":[{"email":7}]}]}"#,
                "wrong type of ReferralCollection.items[].team[].email: integer",
            ),
            (
                r#"{"totalCount":0}"#,
                "missing member: ReferralCollection.items",
            ),
        ] {
            let har = har(URL, 200, body);
            let mut contract = v1();
            let traffic = contract.traffic(&har).expect("a HAR file");
            let found: Vec<_> = traffic.departures.keys().map(ToString::to_string).collect();
            assert_eq!(found, [expected], "{body}");

            let suggestion = traffic.suggestion().expect("a suggestion");
            let part = Contract::parse("part", &suggestion).expect("YAML").document;
            assert_eq!(part, traffic.suggestion, "{suggestion}");
            merge(&mut contract.document, &part);
            let after = contract.traffic(&har).expect("a HAR file");
            assert_eq!(after.departures, BTreeMap::new(), "{suggestion}");
        }
    }

    #[test]
    fn documented_traffic_is_clean() {
        let base64 = STANDARD
            .encode(r#"{"items":[{"status":null,"team":null,"details":null}],"links":null}"#);
        let mut recorded: Value = serde_json::from_str(&har(URL, 200, &base64)).expect("JSON");
        recorded["log"]["entries"][0]["response"]["content"]["encoding"] = json!("base64");
        for har in [
            recorded.to_string(),
            har(
                "http://127.0.0.1:8080/proxy/v1/referrals",
                200,
                r#"{"items":[]}"#,
            ),
            har(
                URL,
                429,
                r#"{"code":"1","description":"d","source":"s","data":[{}]}"#,
            ),
        ] {
            let traffic = v1().traffic(&har).expect("a HAR file");
            assert_eq!(
                (traffic.exchanges, traffic.departures),
                (1, BTreeMap::new()),
                "{har}"
            );
        }
    }

    #[test]
    fn what_no_operation_describes_is_said() {
        for (har, expected) in [
            (
                har("https://example.com/v1/leads?x=1", 200, "{}"),
                "no operation: GET https://example.com/v1/leads",
            ),
            (
                har(
                    "https://example.com/v1/referrals?top=1",
                    200,
                    r#"{"items":[]}"#,
                ),
                "unknown query parameter of listReferrals: top",
            ),
            (har(URL, 418, "{}"), "unknown status of listReferrals: 418"),
            (
                har(URL, 502, "<html>"),
                "the answer of listReferrals with status 502 is not JSON",
            ),
        ] {
            let traffic = v1().traffic(&har).expect("a HAR file");
            let found: Vec<_> = traffic.departures.keys().map(ToString::to_string).collect();
            assert_eq!(found, [expected]);
            assert_eq!(traffic.suggestion(), None);
        }
        for text in ["", "[]", "{\"log\":{}}", "<html>"] {
            assert!(v1().traffic(text).is_err(), "{text}");
        }
    }
}
