//! A page next to a contract, fact by fact.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::Error;
use crate::contract::{Contract, Operation, component_name};
use crate::page::{Member, Page, Parameter, Type};

/// A fact on which page and contract agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Which fact, such as `method` or `parameter status: type`.
    pub fact: String,
    /// Its value.
    pub value: String,
    /// The line of the page.
    pub line: usize,
}

/// A fact on which they do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which fact.
    pub fact: String,
    /// What the contract says.
    pub contract: String,
    /// What the page says.
    pub page: String,
    /// The line of the page.
    pub line: usize,
    /// Where in the contract to change it, if the page is right.
    pub place: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}: {}: the page says {}, the contract says {}; if the page is right, change {} and run `cargo xtask generate`, else add a ruling to openapi/README.md",
            self.line, self.fact, self.page, self.contract, self.place
        )
    }
}

/// What came of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The id of the operation, if the page documents one.
    pub operation: Option<String>,
    /// The facts on which both agree, in the order of the page.
    pub agreements: Vec<Agreement>,
    /// The facts on which they do not, in the order of the page.
    pub differences: Vec<Difference>,
}

impl Contract {
    /// Holds a page against this contract. `operation` says which operation it
    /// documents; without it, method and path of the page do.
    ///
    /// # Errors
    ///
    /// When the page documents nothing that is in the contract, or there is no
    /// operation of that id.
    pub fn compare(&self, page: &Page, operation: Option<&str>) -> Result<Comparison, Error> {
        let operation = match (operation, page.requests.first()) {
            (Some(id), _) => self.operation(id)?,
            (None, Some(_)) => self.documented(page)?,
            (None, None) if self.knows_something(page) => return Ok(self.compare_shared(page)),
            (None, None) => return Err(self.other_page(page)),
        };
        let mut comparing = Comparing::default();
        comparing.comparison.operation = Some(operation.id().to_owned());
        comparing.operation(page, operation);
        comparing.types(page, self);
        Ok(comparing.finish())
    }

    /// Holds a page that several operations share against this contract: types,
    /// status codes, headers and credentials.
    pub fn compare_shared(&self, page: &Page) -> Comparison {
        let mut comparing = Comparing::default();
        comparing.types(page, self);
        comparing.statuses(page, self);
        comparing.headers(page, self);
        for operation in self.operations() {
            comparing.credentials(page, operation);
        }
        comparing.finish()
    }

    fn knows_something(&self, page: &Page) -> bool {
        let mut types = page.types.iter();
        types.any(|found| self.schema(&found.name).is_some())
            || !page.statuses.is_empty()
            || !page.header_table.is_empty()
    }

    /// The schema that a page has under this heading.
    fn schema(&self, heading: &str) -> Option<&Value> {
        let schemas = self.schemas()?;
        let documented_under =
            |schema: &&Value| schema["x-documented-as"]["heading"].as_str() == Some(heading);
        schemas
            .get(heading)
            .or_else(|| schemas.values().find(documented_under))
    }

    /// The ruling by which something documented is not in this contract.
    fn not_modelled(&self, name: &str) -> Option<&str> {
        self.document["info"]["x-not-modelled"][name].as_str()
    }

    /// The operation whose method and path, version aside, the page has.
    fn documented(&self, page: &Page) -> Result<Operation<'_>, Error> {
        let request = page.requests.first().map(|request| &request.value);
        self.operations()
            .into_iter()
            .find(|operation| {
                request.is_some_and(|request| {
                    request.method == operation.method()
                        && without_names(&request.path)
                            == without_names(&operation.path_and_version().0)
                })
            })
            .ok_or_else(|| self.other_page(page))
    }

    fn other_page(&self, page: &Page) -> Error {
        let found = match page.requests.first() {
            Some(request) => format!(
                "line {}: the page documents {} {}{}, which is not in the contract `{}`",
                request.line,
                request.value.method,
                request.value.version.as_ref().map(|version| format!("/{version}")).unwrap_or_default(),
                request.value.path,
                self.name()
            ),
            None => "the page has no table with the columns Method and Request URI, so it documents no operation".to_owned(),
        };
        let wanted = page
            .requests
            .first()
            .map(|request| format!("{} {}", request.value.method, request.value.path))
            .unwrap_or_default();
        let nearest = self.operations().into_iter().max_by(|left, right| {
            let likeness = |operation: &Operation<'_>| {
                let shown = format!("{} {}", operation.method(), operation.path_and_version().0);
                strsim::normalized_levenshtein(&wanted, &shown)
            };
            likeness(left).total_cmp(&likeness(right))
        });
        Error::OtherPage {
            found,
            nearest: nearest.map_or_else(
                || "none, it has no operations".to_owned(),
                |operation| {
                    format!(
                        "{} ({} {})",
                        operation.id(),
                        operation.method(),
                        operation.path()
                    )
                },
            ),
        }
    }
}

/// What a fact is that a page of an operation has to state and does not.
const NOT_FOUND: &str = "not found on the page";

/// The parameters that the page of an operation lists: those in query and path.
fn documented_parameters(
    operation: Operation<'_>,
) -> BTreeMap<&str, crate::contract::Parameter<'_>> {
    let all = operation.parameters().into_iter();
    all.filter(|(_, parameter)| parameter.value["in"] != "header")
        .collect()
}

/// `/a/{id}` and `/a/{Id}` are the same path.
fn without_names(path: &str) -> String {
    path.split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// A fact as the documentation states it, where the contract rules otherwise:
/// `x-documented-as` keeps what the page says.
fn documented_as<'a>(node: &'a Value, fact: &str) -> &'a Value {
    match &node["x-documented-as"][fact] {
        Value::Null => &node[fact],
        documented => documented,
    }
}

/// Whether something is required, in the words of the page.
fn required_as(node: &Value) -> String {
    match documented_as(node, "required") {
        Value::String(text) => text.clone(),
        required => yes_or_no(*required == true),
    }
}

fn yes_or_no(value: bool) -> String {
    if value { "Yes" } else { "No" }.to_owned()
}

#[derive(Default)]
struct Comparing {
    comparison: Comparison,
}

impl Comparing {
    fn fact(
        &mut self,
        fact: impl Into<String>,
        page: impl Into<String>,
        contract: impl Into<String>,
        line: usize,
        place: impl Into<String>,
    ) {
        let (fact, page, contract) = (fact.into(), page.into(), contract.into());
        if page == contract {
            self.comparison.agreements.push(Agreement {
                fact,
                value: page,
                line,
            });
        } else {
            self.comparison.differences.push(Difference {
                fact,
                contract,
                page,
                line,
                place: place.into(),
            });
        }
    }

    fn operation(&mut self, page: &Page, operation: Operation<'_>) {
        let place = format!("paths.{}.{}", operation.path, operation.method);
        if page.requests.is_empty() {
            let documented = format!("{} {}", operation.method(), operation.path());
            self.fact("request", NOT_FOUND, documented, 1, &place);
        }
        for request in &page.requests {
            let line = request.line;
            let request = &request.value;
            self.fact("method", &request.method, operation.method(), line, &place);
            let (path, version) = operation.path_and_version();
            let same = without_names(&path) == without_names(&request.path);
            let shown = if same { &path } else { &request.path };
            self.fact("path", shown, &path, line, &place);
            let page_version = request.version.as_deref().unwrap_or("none");
            self.fact(
                "version",
                page_version,
                version.unwrap_or("none"),
                line,
                &place,
            );
            if let Some(host) = &request.host {
                let hosts = operation.contract.servers();
                let contract = match hosts.iter().find(|known| *known == host) {
                    Some(host) => (*host).to_owned(),
                    None => hosts.join(" or "),
                };
                self.fact("host", host, contract, line, "servers");
            }
        }
        self.credentials(page, operation);
        match &page.parameters {
            Some(parameters) => {
                self.parameters(&parameters.value, parameters.line, operation, &place);
            }
            None => {
                let known: Vec<_> = documented_parameters(operation).into_keys().collect();
                if !known.is_empty() {
                    self.fact("parameters", NOT_FOUND, known.join(", "), 1, &place);
                }
            }
        }
        if let Some(headers) = &page.headers {
            let contract = operation
                .has_header_page()
                .unwrap_or_else(|| "none".to_owned());
            let page = match headers.value.iter().find(|link| **link == contract) {
                Some(link) => link.clone(),
                None => headers
                    .value
                    .first()
                    .cloned()
                    .unwrap_or_else(|| "none".to_owned()),
            };
            self.fact(
                "headers page",
                page,
                contract,
                headers.line,
                format!("{place}.parameters"),
            );
        }
        if let Some(body) = &page.request_body {
            self.fact(
                "request body",
                &body.value,
                operation.request_body(),
                body.line,
                format!("{place}.requestBody"),
            );
        }
        self.body_table(page, operation);
        self.examples(page, operation, &place);
        if let Some(response) = &page.response {
            let contract = operation
                .response()
                .map_or_else(|| "none".to_owned(), |resource| resource.to_string());
            self.fact(
                "response resource",
                response.value.to_string(),
                contract,
                response.line,
                format!("{place}.responses"),
            );
        }
    }

    /// The table of the request body against its type.
    fn body_table(&mut self, page: &Page, operation: Operation<'_>) {
        let contract = operation.contract;
        let Some(first) = page.body_table.first() else {
            return;
        };
        let Some((name, schema)) = operation
            .request_type()
            .and_then(|name| Some((name, contract.schema_named(name)?)))
        else {
            return;
        };
        let found = Type {
            name: name.to_owned(),
            rows: page
                .body_table
                .iter()
                .map(|row| Member {
                    name: row.name.clone(),
                    kind: row.kind.clone(),
                    line: row.line,
                })
                .collect(),
            line: first.line,
        };
        let place = format!("components.schemas.{name}");
        self.properties(&found, schema, contract, &place);
        let properties = documented_properties(schema);
        for row in &page.body_table {
            let (Some(page), Some((wire, _))) =
                (&row.required, properties.get(&camel_case(&row.name)))
            else {
                continue;
            };
            let required = schema["required"].as_array().into_iter().flatten();
            let is_required = required.into_iter().any(|name| name == *wire);
            let fact = format!("{name}.{wire}: required");
            self.fact(fact, page, yes_or_no(is_required), row.line, &place);
        }
    }

    /// Response examples against the schema of the answer.
    fn examples(&mut self, page: &Page, operation: Operation<'_>, place: &str) {
        let Some(schema) = operation.success_schema() else {
            return;
        };
        for example in &page.examples {
            let place = format!("{place}.responses");
            let as_documented = format!("a {schema}");
            let departures = match serde_json::from_str(&example.value) {
                Ok(value) => operation.contract.departures(schema, &value),
                Err(error) => {
                    let line = example.line + error.line().saturating_sub(1);
                    let found = format!("not JSON at column {}", error.column());
                    self.fact("response example", found, as_documented, line, place);
                    continue;
                }
            };
            if departures.is_empty() {
                self.fact(
                    "response example",
                    &as_documented,
                    &as_documented,
                    example.line,
                    place,
                );
                continue;
            }
            for departure in departures {
                let found = departure.to_string();
                self.fact(
                    "response example",
                    found,
                    &as_documented,
                    example.line,
                    &place,
                );
            }
        }
    }

    fn credentials(&mut self, page: &Page, operation: Operation<'_>) {
        let Some(credentials) = &page.credentials else {
            return;
        };
        let mut kinds: Vec<_> = credentials.value.iter().copied().collect();
        if kinds.is_empty() {
            kinds.push("neither App nor App+User");
        }
        let contract = operation.credentials().join(" and ");
        self.fact(
            "credentials",
            kinds.join(" and "),
            contract,
            credentials.line,
            "security",
        );
    }

    fn headers(&mut self, page: &Page, contract: &Contract) {
        let known = contract.document.pointer("/components/parameters");
        let known = known.and_then(Value::as_object);
        let place = "components.parameters";
        for header in &page.header_table {
            let fact = format!("header {}", header.name);
            let Some(parameter) = known.and_then(|known| known.get(&header.name)) else {
                self.not_modelled(
                    contract,
                    fact,
                    &header.name,
                    "no such header",
                    header.line,
                    place,
                );
                continue;
            };
            self.fact(&fact, "known", "known", header.line, place);
            if let Some(required) = &header.required {
                let fact = format!("{fact}: required");
                self.fact(fact, required, required_as(parameter), header.line, place);
            }
        }
    }

    /// Something that the contract does not have: a difference, or agreement by
    /// a ruling.
    fn not_modelled(
        &mut self,
        contract: &Contract,
        fact: String,
        name: &str,
        missing: &str,
        line: usize,
        place: &str,
    ) {
        match contract.not_modelled(name) {
            Some(ruling) => {
                let value = format!("not in the contract, by ruling {ruling}");
                self.fact(fact, &value, &value, line, place);
            }
            None => self.fact(fact, "documented", missing, line, place),
        }
    }

    fn finish(mut self) -> Comparison {
        self.comparison
            .agreements
            .sort_by_key(|agreement| agreement.line);
        self.comparison
            .differences
            .sort_by_key(|difference| difference.line);
        self.comparison
    }

    fn parameters(
        &mut self,
        page: &[Parameter],
        table: usize,
        operation: Operation<'_>,
        place: &str,
    ) {
        let place = format!("{place}.parameters");
        let known = documented_parameters(operation);
        let mut missing: BTreeSet<&str> = known
            .iter()
            .filter(|(_, parameter)| parameter.value["x-observed"] != true)
            .map(|(name, _)| *name)
            .collect();
        for parameter in page {
            missing.remove(parameter.name.as_str());
        }
        for parameter in page {
            let name = parameter.name.as_str();
            let Some(contract) = known.get(name) else {
                // A name that only the page has and one that only the contract
                // has are one renamed parameter when they are alike.
                let renamed = likest(name, &missing);
                if let Some(renamed) = renamed {
                    missing.remove(renamed);
                }
                self.fact(
                    "parameter name",
                    name,
                    renamed.unwrap_or("no such parameter"),
                    parameter.line,
                    &place,
                );
                continue;
            };
            let line = parameter.line;
            let fact = |what: &str| format!("parameter {name}: {what}");
            let in_path = operation.path.contains(&format!("{{{name}}}"));
            let page_place = if in_path { "path" } else { "query" };
            let contract_place = contract.value["in"].as_str().unwrap_or_default();
            self.fact(fact("place"), page_place, contract_place, line, &place);
            let kind = contract.schema["type"].as_str().unwrap_or("any");
            if !parameter.kind.is_empty() {
                self.fact(fact("type"), &parameter.kind, kind, line, &place);
            }
            if let Some(page) = &parameter.required {
                let required = required_as(contract.value);
                self.fact(fact("required"), page, required, line, &place);
            }
            if let (Some(page), Some(contract)) = (&parameter.refers_to, contract.schema_name) {
                let page = match page.eq_ignore_ascii_case(contract) {
                    true => contract,
                    false => page.as_str(),
                };
                self.fact(fact("values"), page, contract, line, &place);
            }
        }
        for name in missing {
            self.fact("parameter name", "no such parameter", name, table, &place);
        }
    }

    fn types(&mut self, page: &Page, contract: &Contract) {
        for found in &page.types {
            let place = format!("components.schemas.{}", found.name);
            let Some(schema) = contract.schema(&found.name) else {
                let fact = format!("type {}", found.name);
                self.not_modelled(
                    contract,
                    fact,
                    &found.name,
                    "no such type",
                    found.line,
                    &place,
                );
                continue;
            };
            if schema["enum"].is_array() {
                self.values(found, schema, &place);
            } else {
                self.properties(found, schema, contract, &place);
            }
        }
    }

    fn values(&mut self, found: &Type, schema: &Value, place: &str) {
        let known: Vec<&str> = schema["enum"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let described = schema["x-ms-enum"]["values"].as_array();
        for Member { name, kind, line } in &found.rows {
            let fact = format!("{}: value {name}", found.name);
            let contract = if known.contains(&name.as_str()) {
                "known"
            } else {
                "no such value"
            };
            self.fact(fact, "known", contract, *line, place);
            let position = described
                .into_iter()
                .flatten()
                .find(|value| value["value"] == name.as_str())
                .and_then(|value| value["position"].as_u64());
            if let (Ok(page), Some(contract)) = (kind.parse::<u64>(), position) {
                let fact = format!("{}: position of {name}", found.name);
                self.fact(fact, page.to_string(), contract.to_string(), *line, place);
            }
        }
        let observed = |name: &str| {
            let mut values = described.into_iter().flatten();
            values.any(|value| value["value"] == name && value["x-observed"] == true)
        };
        for name in known {
            if !observed(name) && !found.rows.iter().any(|row| row.name == name) {
                let fact = format!("{}: value {name}", found.name);
                self.fact(fact, "no such value", "known", found.line, place);
            }
        }
    }

    fn properties(&mut self, found: &Type, schema: &Value, contract: &Contract, place: &str) {
        let properties = documented_properties(schema);
        let mut missing: BTreeSet<&str> = properties
            .iter()
            .filter(|(_, (_, property))| property["x-observed"] != true)
            .map(|(name, _)| name.as_str())
            .collect();
        let names: Vec<String> = found.rows.iter().map(|row| camel_case(&row.name)).collect();
        for name in &names {
            missing.remove(name.as_str());
        }
        for (row, name) in found.rows.iter().zip(&names) {
            let Some((wire, property)) = properties.get(name) else {
                let renamed = likest(name, &missing);
                if let Some(renamed) = renamed {
                    missing.remove(renamed);
                }
                let fact = format!("{}: property name", found.name);
                self.fact(
                    fact,
                    name,
                    renamed.unwrap_or("no such property"),
                    row.line,
                    place,
                );
                continue;
            };
            let fact = format!("{}.{name}: type", found.name);
            let contract_kind = match schema["x-documented-as"]["types"][wire].as_str() {
                Some(documented) => documented.to_owned(),
                None => property_type(property, contract),
            };
            let unstated =
                row.kind.is_empty() || row.kind.to_ascii_lowercase().starts_with("not stated");
            let page_kind = match unstated || is_that_type(&row.kind, property, contract) {
                true => contract_kind.clone(),
                false => page_type(&row.kind, &contract_kind),
            };
            self.fact(
                fact,
                page_kind,
                contract_kind,
                row.line,
                format!("{place}.properties.{name}"),
            );
        }
        for name in missing {
            let fact = format!("{}: property name", found.name);
            self.fact(fact, "no such property", name, found.line, place);
        }
    }

    fn statuses(&mut self, page: &Page, contract: &Contract) {
        let Some(first) = page.statuses.first() else {
            return;
        };
        for operation in contract.operations() {
            let known: BTreeSet<u16> = operation.failures().into_iter().collect();
            let place = format!("paths.{}.{}.responses", operation.path, operation.method);
            let failures = page.statuses.iter().filter(|status| status.value >= 400);
            let listed: BTreeSet<u16> = failures.clone().map(|status| status.value).collect();
            for status in failures {
                let contract = if known.contains(&status.value) {
                    "listed"
                } else {
                    "not listed"
                };
                self.fact(
                    format!("{}: status {}", operation.id(), status.value),
                    "listed",
                    contract,
                    status.line,
                    &place,
                );
            }
            for status in known.difference(&listed) {
                self.fact(
                    format!("{}: status {status}", operation.id()),
                    "not listed",
                    "listed",
                    first.line,
                    &place,
                );
            }
        }
    }
}

/// The name among `candidates` that `name` is most likely a change of.
fn likest<'a>(name: &str, candidates: &BTreeSet<&'a str>) -> Option<&'a str> {
    let likeness = |candidate: &str| {
        strsim::normalized_levenshtein(&name.to_ascii_lowercase(), &candidate.to_ascii_lowercase())
    };
    candidates
        .iter()
        .copied()
        .max_by(|left, right| likeness(left).total_cmp(&likeness(right)))
        .filter(|candidate| likeness(candidate) > 0.5 || candidates.len() == 1)
}

/// The tables print names in PascalCase, the wire has camelCase.
fn camel_case(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The properties of a type under the names that the page has for them, each with
/// its name in the contract: `x-documented-as` of the type names those that differ.
fn documented_properties(schema: &Value) -> BTreeMap<String, (&str, &Value)> {
    let renamed = &schema["x-documented-as"]["properties"];
    let properties = schema["properties"].as_object().into_iter().flatten();
    // Renamed ones last: such a name may be that of another property, too.
    let (renamed, same): (Vec<_>, Vec<_>) = properties
        .map(|(name, property)| {
            let documented = renamed[name].as_str();
            (documented, (name.as_str(), property))
        })
        .partition(|(documented, _)| documented.is_some());
    same.into_iter()
        .chain(renamed)
        .map(|(documented, (name, property))| {
            (documented.unwrap_or(name).to_owned(), (name, property))
        })
        .collect()
}

/// Whether a page means this property's type by another name: that of its heading,
/// `object` for any type with members, `array` for many of them.
fn is_that_type(text: &str, property: &Value, contract: &Contract) -> bool {
    let kind = property_type(property, contract);
    let schema = contract.schema_named(&kind);
    let heading = schema.and_then(|schema| schema["x-documented-as"]["heading"].as_str());
    match text {
        "array" => property["type"] == "array",
        "object" => schema.is_some_and(|schema| schema["type"] == "object"),
        _ => {
            let words = text.split(|letter: char| !letter.is_alphanumeric());
            heading == Some(text)
                || words
                    .into_iter()
                    .any(|word| word.eq_ignore_ascii_case(&kind))
        }
    }
}

/// The type of a property in the documentation's words. Whether there are many
/// is not compared: the tables print `Member` for a list of them.
fn property_type(property: &Value, contract: &Contract) -> String {
    let parts = property["anyOf"].as_array();
    let reference =
        component_name(property).or_else(|| parts.into_iter().flatten().find_map(component_name));
    if let Some(name) = reference {
        return name.to_owned();
    }
    let resolved = contract.resolve(property);
    match (resolved["type"].as_str(), resolved["format"].as_str()) {
        (Some("array"), _) => match &resolved["items"] {
            Value::Object(items) if items.is_empty() => "array".to_owned(),
            items => property_type(items, contract),
        },
        (_, Some("date-time")) => "date-time".to_owned(),
        (_, Some("decimal")) => "decimal".to_owned(),
        (Some(kind), _) => kind.to_owned(),
        (None, _) => "any".to_owned(),
    }
}

/// A type as a page writes it, in the same words: `string` where it is a string,
/// whatever is said of its form.
fn page_type(text: &str, contract: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .collect();
    if lower.contains("date") {
        return "date-time".to_owned();
    }
    if let Some(known) = ["decimal", "array", "boolean", "integer", "number", "string"]
        .into_iter()
        .find(|kind| words.contains(kind))
    {
        return known.to_owned();
    }
    // A type's name, in the contract's spelling when it is that type.
    if words.contains(&contract.to_ascii_lowercase().as_str()) {
        return contract.to_owned();
    }
    text.to_owned()
}
