//! Recorded traffic against a contract.

use std::collections::{BTreeMap, BTreeSet};
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
            Self::UnknownOperation { request } => write!(f, "no operation: {}", shown(request)),
            Self::UnknownParameter { operation, name } => {
                write!(f, "unknown query parameter of {operation}: {}", shown(name))
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
            Self::UnknownMember { place } => write!(f, "unknown member: {}", shown(place)),
            Self::NewValue { place, value } => {
                write!(f, "new value of {}: {}", shown(place), shown(value))
            }
            Self::WrongType { place, found } => {
                write!(f, "wrong type of {}: {found}", shown(place))
            }
            Self::MissingRequired { place } => write!(f, "missing member: {}", shown(place)),
            Self::Other { place, keyword } => write!(f, "{} breaks `{keyword}`", shown(place)),
        }
    }
}

/// Text that a server chose, on one line and without what drives a terminal.
fn shown(text: &str) -> String {
    let mut letters = text.chars();
    let mut shown: String = letters
        .by_ref()
        .take(200)
        .flat_map(char::escape_debug)
        .collect();
    if letters.next().is_some() {
        shown.push('…');
    }
    shown
}

/// What came of holding traffic against a contract.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Traffic {
    /// How many exchanges were held against the contract.
    pub exchanges: usize,
    /// How many were not: those of other hosts, preflights, and answers without
    /// a body of their own.
    pub passed_over: usize,
    /// The departures and how often each was met.
    pub departures: BTreeMap<Departure, u64>,
    /// What would make the contract accept them, as a part of the document.
    suggestion: Value,
    observed: Observed,
}

/// What was seen, by component.
#[derive(Debug, Clone, Default, PartialEq)]
struct Observed {
    /// The types of a member's values, for members that depart.
    kinds: BTreeMap<(String, String), BTreeSet<&'static str>>,
    values: BTreeMap<String, BTreeSet<String>>,
    missing: BTreeMap<String, BTreeSet<String>>,
    /// Departures that no edit of a schema accepts.
    hopeless: u64,
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

    /// How many departures the suggestion does not cover: those that are no
    /// matter of a schema's members and values.
    pub fn without_suggestion(&self) -> u64 {
        self.observed.hopeless
    }

    fn note(&mut self, departure: Departure) {
        *self.departures.entry(departure).or_default() += 1;
    }

    /// One edit for each place, from everything that was seen there.
    fn suggest(&mut self, contract: &Contract) {
        let empty = Map::new();
        let schemas = contract.schemas().unwrap_or(&empty);
        let mut part = json!({});
        for ((schema, member), kinds) in &self.observed.kinds {
            let known = &schemas.get(schema).unwrap_or(&Value::Null)["properties"][member];
            part["components"]["schemas"][schema]["properties"][member] = property(known, kinds);
        }
        for (schema, new) in &self.observed.values {
            let known = schemas
                .get(schema)
                .and_then(|schema| schema["enum"].as_array());
            let values = known.into_iter().flatten().cloned();
            let values: Vec<_> = values.chain(new.iter().map(|value| json!(value))).collect();
            part["components"]["schemas"][schema]["enum"] = json!(values);
        }
        for (schema, missing) in &self.observed.missing {
            let known = schemas
                .get(schema)
                .and_then(|schema| schema["required"].as_array());
            let rest = known.into_iter().flatten();
            let rest: Vec<_> = rest
                .filter(|name| !name.as_str().is_some_and(|name| missing.contains(name)))
                .collect();
            part["components"]["schemas"][schema]["required"] = json!(rest);
        }
        self.suggestion = part;
    }
}

/// A property that takes what the contract has it take and what was seen.
fn property(known: &Value, seen: &BTreeSet<&'static str>) -> Value {
    let mut kinds: BTreeSet<&str> = seen
        .iter()
        .copied()
        .filter(|kind| *kind != "null")
        .collect();
    if kinds.is_empty() && known.is_object() {
        // Null alone is new.
        let mut property = known.clone();
        if property.get("type").is_some() {
            property["nullable"] = json!(true);
            return property;
        }
        if let Some(reference) = property.get("$ref").cloned() {
            let nothing = json!({ "$ref": "#/components/schemas/JsonNull" });
            return json!({ "anyOf": [{ "$ref": reference }, nothing] });
        }
    }
    if let Some(kind) = known["type"].as_str() {
        kinds.insert(kind);
    } else if known.is_object() {
        // A reference and something else: no type says both.
        kinds.insert("reference");
    }
    if kinds.contains("number") {
        kinds.remove("integer");
    }
    let description = known["description"].as_str();
    let description = description.unwrap_or("Seen in traffic, not documented.");
    let mut property = match kinds.iter().collect::<Vec<_>>().as_slice() {
        [] => json!({ "type": "string", "nullable": true }),
        [single] if **single == "array" => json!({ "type": "array", "items": {} }),
        [single] => json!({ "type": single }),
        // Without a type it takes anything.
        _ => json!({}),
    };
    if seen.contains("null") && property.get("type").is_some() {
        property["nullable"] = json!(true);
    }
    property["description"] = json!(description);
    property["x-observed"] = json!(true);
    property
}

/// Mappings as blocks down to what a suggestion replaces, and that in flow
/// style, which is JSON. Keys are quoted where a reader of YAML could take them
/// for something else.
fn yaml(value: &Value, depth: usize, text: &mut String) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let structural = depth < 2 || ["properties", "enum", "required"].contains(&name.as_str());
        let pascal = name.starts_with(|first: char| first.is_ascii_uppercase()) && depth == 2;
        let key = match structural || pascal {
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

/// One validator for each schema, made when it is met first: each holds the
/// whole contract. None for a schema that makes no validator.
type Validators<'a> = BTreeMap<&'a str, Option<jsonschema::Validator>>;

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
        let mut validators = Validators::default();
        for entry in entries {
            match self.exchange(entry, &mut validators, &mut traffic) {
                true => traffic.exchanges += 1,
                false => traffic.passed_over += 1,
            }
        }
        traffic.suggest(self);
        Ok(traffic)
    }

    /// Whether the exchange is a matter of this contract.
    fn exchange<'a>(
        &'a self,
        entry: &Value,
        validators: &mut Validators<'a>,
        traffic: &mut Traffic,
    ) -> bool {
        let request = &entry["request"];
        let method = request["method"].as_str().unwrap_or_default();
        let status = entry["response"]["status"].as_u64().unwrap_or_default();
        let Ok(url) = Url::parse(request["url"].as_str().unwrap_or_default()) else {
            return false;
        };
        // A preflight is the browser's own, and what came from its cache or never
        // came has no body.
        if method.eq_ignore_ascii_case("OPTIONS") || [0, 304].contains(&status) {
            return false;
        }
        let Some(operation) = self.serving(method, url.path()) else {
            if !self.is_own_host(&url) {
                return false;
            }
            let path = url.path();
            traffic.observed.hopeless += 1;
            traffic.note(Departure::UnknownOperation {
                request: format!("{method} {path}"),
            });
            return true;
        };
        let id = || operation.id().to_owned();
        let known = operation.parameters();
        for (name, _) in url.query_pairs() {
            if !known.contains_key(&*name) {
                traffic.observed.hopeless += 1;
                traffic.note(Departure::UnknownParameter {
                    operation: id(),
                    name: name.into_owned(),
                });
            }
        }
        let Some(schema) = operation.answer_schema(status) else {
            traffic.observed.hopeless += 1;
            traffic.note(Departure::UnknownStatus {
                operation: id(),
                status,
            });
            return true;
        };
        let content = &entry["response"]["content"];
        let Some(schema) = schema.filter(|_| content["text"].is_string()) else {
            return true;
        };
        match body(content) {
            Some(body) => self.validate(schema, &body, validators, traffic),
            None => {
                traffic.observed.hopeless += 1;
                traffic.note(Departure::NotJson {
                    operation: id(),
                    status,
                });
            }
        }
        true
    }

    /// Whether a URL is one of the service's, or of this machine, where a
    /// sandbox is.
    fn is_own_host(&self, url: &Url) -> bool {
        let servers = self.servers().into_iter();
        let mut hosts =
            servers.filter_map(|server| Some(Url::parse(server).ok()?.host_str()?.to_owned()));
        let local = ["localhost", "127.0.0.1", "[::1]"];
        let host = url.host_str().unwrap_or_default();
        local.contains(&host) || hosts.any(|known| known == host)
    }

    /// The operation that serves a path, whatever the base URL.
    pub(crate) fn serving(&self, method: &str, path: &str) -> Option<Operation<'_>> {
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
        self.validate(schema_name, value, &mut Validators::default(), &mut traffic);
        traffic.departures.into_keys().collect()
    }

    fn validate<'a>(
        &self,
        schema_name: &'a str,
        body: &Value,
        validators: &mut Validators<'a>,
        traffic: &mut Traffic,
    ) {
        let validator = validators.entry(schema_name).or_insert_with(|| {
            let pointer = format!("/components/schemas/{schema_name}");
            let schema = self.json_schema(&pointer, Unknown::Refused)?;
            jsonschema::validator_for(&schema).ok()
        });
        let Some(validator) = validator else { return };
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
        let schema = owner.schema.to_owned();
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    let member = (schema.clone(), name.clone());
                    let kinds = traffic.observed.kinds.entry(member).or_default();
                    kinds.insert(kind(&value[name]));
                    let place = format!("{place}.{name}");
                    traffic.note(Departure::UnknownMember { place });
                }
            }
            ValidationErrorKind::Enum { .. } if value.is_string() => {
                let text = value.as_str().unwrap_or_default().to_owned();
                traffic
                    .observed
                    .values
                    .entry(schema)
                    .or_default()
                    .insert(text.clone());
                traffic.note(Departure::NewValue { place, value: text });
            }
            ValidationErrorKind::Type { .. } => {
                match owner.member {
                    Some(member) => {
                        let member = (schema, member.to_owned());
                        traffic
                            .observed
                            .kinds
                            .entry(member)
                            .or_default()
                            .insert(kind(value));
                    }
                    None => traffic.observed.hopeless += 1,
                }
                traffic.note(Departure::WrongType {
                    place,
                    found: kind(value).to_owned(),
                });
            }
            ValidationErrorKind::Required { property } => {
                let name = property.as_str().unwrap_or_default().to_owned();
                traffic
                    .observed
                    .missing
                    .entry(schema)
                    .or_default()
                    .insert(name.clone());
                traffic.note(Departure::MissingRequired {
                    place: format!("{place}.{name}"),
                });
            }
            // An integer where a name is expected is a matter of its type.
            ValidationErrorKind::Enum { .. } => {}
            _ => {
                let path = error.schema_path().as_str();
                let keyword = path.rsplit('/').next().unwrap_or_default().to_owned();
                traffic.observed.hopeless += 1;
                traffic.note(Departure::Other { place, keyword });
            }
        }
    }
}

/// The JSON of a recorded body.
fn body(content: &Value) -> Option<Value> {
    let text = content["text"].as_str()?;
    let text = text.trim_start_matches('\u{feff}');
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
    // The member itself, not what is inside it.
    let member = rest
        .strip_prefix("properties/")
        .and_then(|rest| match rest.split_once('/') {
            Some((member, "type")) => Some(member),
            _ => None,
        });
    Owner { schema, member }
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

    /// Several departures at the same places: one suggestion accepts them all.
    #[test]
    fn a_suggestion_covers_everything_that_was_seen() {
        for (status, body) in [
            (400, "{}"),
            (200, r#"{"items":[{"mood":1},{"mood":"a"},{"mood":null}]}"#),
            (
                200,
                r#"{"items":[{"details":{"dealValue":5}},{"details":{"dealValue":"10"}}]}"#,
            ),
            (200, r#"{"items":null}"#),
            (
                200,
                r#"{"items":[{"x":1.5},{"x":2}],"null":true,"":1,"a: b\n":[]}"#,
            ),
            (
                200,
                r#"{"items":[{"status":"A"},{"status":"B\nopenapi: 9"}]}"#,
            ),
        ] {
            let har = har(URL, status, body);
            let mut contract = v1();
            let traffic = contract.traffic(&har).expect("a HAR file");
            assert_eq!(traffic.without_suggestion(), 0, "{body}");
            for departure in traffic.departures.keys() {
                assert_eq!(departure.to_string().lines().count(), 1);
            }
            let suggestion = traffic.suggestion().expect("a suggestion");
            let part = Contract::parse("part", &suggestion).expect("YAML").document;
            assert_eq!(part, traffic.suggestion, "{suggestion}");
            merge(&mut contract.document, &part);
            let after = contract.traffic(&har).expect("a HAR file");
            assert_eq!(after.departures, BTreeMap::new(), "{body}: {suggestion}");
        }
        let har = har(
            URL,
            200,
            r#"{"items":[{"status":5},{"customerProfile":[]}]}"#,
        );
        assert_eq!(
            v1().traffic(&har).expect("a HAR file").without_suggestion(),
            2
        );
    }

    #[test]
    fn what_is_not_of_the_service_is_passed_over() {
        let mut preflight: Value = serde_json::from_str(&har(URL, 204, "")).expect("JSON");
        preflight["log"]["entries"][0]["request"]["method"] = json!("OPTIONS");
        for har in [
            har("https://cdn.contoso.com/app.js", 200, "alert()"),
            har("data:text/plain,x", 200, "x"),
            har(URL, 304, ""),
            preflight.to_string(),
        ] {
            let traffic = v1().traffic(&har).expect("a HAR file");
            assert_eq!((traffic.exchanges, traffic.passed_over), (0, 1), "{har}");
            assert_eq!(traffic.departures, BTreeMap::new());
        }
        let mut unread: Value = serde_json::from_str(&har(URL, 200, "")).expect("JSON");
        unread["log"]["entries"][0]["response"]["content"] = json!({ "size": 7 });
        let traffic = v1().traffic(&unread.to_string()).expect("a HAR file");
        assert_eq!(
            (traffic.exchanges, traffic.departures),
            (1, BTreeMap::new())
        );
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
                har("https://api.partner.microsoft.com/v1/leads?x=1", 200, "{}"),
                "no operation: GET /v1/leads",
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
            assert_eq!(
                (traffic.suggestion(), traffic.without_suggestion()),
                (None, 1)
            );
        }
        for text in ["", "[]", "{\"log\":{}}", "<html>"] {
            assert!(v1().traffic(text).is_err(), "{text}");
        }
    }
}
