//! A contract as the same facts.

use std::collections::BTreeMap;

use referrals_openapi::CONTRACTS;
use serde_json::{Map, Value, json};

use crate::Error;
use crate::page::{APP, APP_PLUS_USER, Resource, is_version};

/// A contract that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    name: String,
    text: String,
    pub(crate) document: Value,
}

/// An operation of a contract.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) value: &'a Value,
}

/// A parameter with references followed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameter<'a> {
    pub(crate) value: &'a Value,
    pub(crate) schema: &'a Value,
    /// The component that the schema is, if it is one.
    pub(crate) schema_name: Option<&'a str>,
}

impl Contract {
    /// The short names of all contracts.
    pub fn names() -> Vec<&'static str> {
        CONTRACTS.iter().map(|contract| contract.name).collect()
    }

    /// The contract of this short name, such as `v1`.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn named(name: &str) -> Result<Self, Error> {
        let contract = referrals_openapi::contract(name).ok_or_else(|| Error::NoContract {
            name: name.to_owned(),
            known: Self::names().join(", "),
        })?;
        Self::parse(contract.name, contract.text)
    }

    /// Reads a contract from its YAML text.
    ///
    /// # Errors
    ///
    /// When the text is not YAML.
    pub fn parse(name: &str, text: &str) -> Result<Self, Error> {
        let options = serde_saphyr::options! {
            strict_booleans: true,
            leading_zero_numbers_as_strings: true,
        };
        let document = serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| Error::Broken(error.to_string()))?;
        Ok(Self {
            name: name.to_owned(),
            text: text.to_owned(),
            document,
        })
    }

    /// Its short name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its YAML text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All operations, in the order of their paths.
    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.document["paths"].as_object();
        let mut operations = Vec::new();
        for (path, item) in paths.into_iter().flatten() {
            for (method, value) in item.as_object().into_iter().flatten() {
                if value.get("operationId").is_some() {
                    operations.push(Operation {
                        contract: self,
                        path,
                        method,
                        value,
                    });
                }
            }
        }
        operations
    }

    /// The operation of this id.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn operation(&self, id: &str) -> Result<Operation<'_>, Error> {
        let operations = self.operations();
        let found = operations.iter().find(|operation| operation.id() == id);
        found.copied().ok_or_else(|| Error::NoOperation {
            id: id.to_owned(),
            known: operations
                .iter()
                .map(Operation::id)
                .collect::<Vec<_>>()
                .join(", "),
        })
    }

    /// The names of all schemas.
    pub fn schema_names(&self) -> Vec<&str> {
        let schemas = self.schemas().into_iter().flatten();
        schemas.map(|(name, _)| name.as_str()).collect()
    }

    /// The schemas by name.
    pub(crate) fn schemas(&self) -> Option<&Map<String, Value>> {
        self.document.pointer("/components/schemas")?.as_object()
    }

    /// The URLs of its servers.
    pub(crate) fn servers(&self) -> Vec<&str> {
        let servers = self.document["servers"].as_array().into_iter().flatten();
        servers
            .filter_map(|server| server["url"].as_str())
            .collect()
    }

    /// The schema of this name.
    pub(crate) fn schema_named(&self, name: &str) -> Option<&Value> {
        self.schemas()?.get(name)
    }

    /// The properties of the schema of this name.
    pub(crate) fn properties(&self, name: &str) -> Option<&Map<String, Value>> {
        self.schema_named(name)?["properties"].as_object()
    }

    /// The values of the schema of this name, if it is an enum.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let values = self
            .schema_named(name)
            .and_then(|schema| schema["enum"].as_array());
        values
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// Whether there is such an operation or type (`Referral`), or such a
    /// parameter, property or value of one (`Referral.status`).
    pub(crate) fn has(&self, part: &str) -> bool {
        let (name, member) = match part.split_once('.') {
            Some((name, member)) => (name, Some(member)),
            None => (part, None),
        };
        match (self.operation(name), member) {
            (Ok(_), None) => true,
            (Ok(operation), Some(member)) => operation.parameters().contains_key(member),
            (Err(_), None) => self.schema_named(name).is_some(),
            (Err(_), Some(member)) => {
                let properties = self.properties(name);
                properties.is_some_and(|members| members.contains_key(member))
                    || self.values(name).contains(&member)
            }
        }
    }

    /// The JSON type (such as `string`) of what a JSON Pointer leads to inside a
    /// value of the schema of this name. `None` when the contract does not say.
    ///
    /// ```
    /// use referrals_contract::Contract;
    ///
    /// let contract = Contract::named("engagements")?;
    /// assert_eq!(contract.json_type("Referral", "/salesStage"), Some("string"));
    /// assert_eq!(contract.json_type("Referral", "/team/0/email"), Some("string"));
    /// assert_eq!(contract.json_type("Referral", "/details/dealValue"), Some("number"));
    /// assert_eq!(contract.json_type("Referral", "/mood"), None);
    /// # Ok::<(), referrals_contract::Error>(())
    /// ```
    pub fn json_type(&self, schema: &str, pointer: &str) -> Option<&str> {
        let mut place = self.schema_named(schema)?;
        for name in pointer.strip_prefix('/')?.split('/') {
            place = match place["type"].as_str() {
                Some("array") => place.get("items")?,
                _ => {
                    let name = name.replace("~1", "/").replace("~0", "~");
                    place["properties"].get(&name)?
                }
            };
            if let Some(name) = referred_itself(place) {
                place = self.schema_named(name)?;
            }
        }
        place["type"].as_str()
    }

    /// Follows a reference inside the document.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        value["$ref"]
            .as_str()
            .and_then(|reference| self.document.pointer(reference.strip_prefix('#')?))
            .unwrap_or(value)
    }
}

/// The last part of a reference: the name of a component.
pub(crate) fn component_name(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.rsplit('/').next()
}

/// The type of a property in a few words, null aside: `string (date-time)`,
/// `array of Tag`.
pub(crate) fn type_words(schema: &Value) -> String {
    let parts = schema["anyOf"].as_array().into_iter().flatten();
    let references: Vec<&str> = component_name(schema)
        .into_iter()
        .chain(parts.filter_map(component_name))
        .filter(|name| *name != "JsonNull")
        .collect();
    if !references.is_empty() {
        return references.join(" or ");
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => format!("array of {}", type_words(&schema["items"])),
        (Some(kind), Some(format)) => format!("{kind} ({format})"),
        (Some(kind), None) => kind.to_owned(),
        (None, _) => "anything".to_owned(),
    }
}

/// The component that a property is, null aside.
fn referred_itself(schema: &Value) -> Option<&str> {
    let parts = schema["anyOf"].as_array().into_iter().flatten();
    component_name(schema)
        .into_iter()
        .chain(parts.filter_map(component_name))
        .find(|name| *name != "JsonNull")
}

/// The component that a property or its items are, null aside.
pub(crate) fn referred(schema: &Value) -> Option<&str> {
    referred_itself(schema).or_else(|| schema.get("items").and_then(referred))
}

impl<'a> Operation<'a> {
    /// Its `operationId`.
    pub fn id(&self) -> &'a str {
        self.value["operationId"].as_str().unwrap_or_default()
    }

    /// Its method in upper case.
    pub fn method(&self) -> String {
        self.method.to_ascii_uppercase()
    }

    /// What it does, in a few words.
    pub fn summary(&self) -> Option<&'a str> {
        self.value["summary"].as_str()
    }

    /// Its path.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// Names and places (`path`, `query`, `header`) of its parameters.
    pub fn parameter_names(&self) -> Vec<(&'a str, &'a str)> {
        self.parameters()
            .into_iter()
            .map(|(name, parameter)| (name, parameter.value["in"].as_str().unwrap_or_default()))
            .collect()
    }

    /// The path without its version, and the version.
    pub(crate) fn path_and_version(&self) -> (String, Option<&'a str>) {
        let mut segments: Vec<_> = self
            .path
            .split('/')
            .filter(|part| !part.is_empty())
            .collect();
        let version = segments.iter().position(|segment| is_version(segment));
        let version = version.map(|index| segments.remove(index));
        (format!("/{}", segments.join("/")), version)
    }

    /// The kinds of credentials, as the documentation writes them.
    pub(crate) fn credentials(&self) -> Vec<&'static str> {
        let security = match &self.value["security"] {
            Value::Null => &self.contract.document["security"],
            own => own,
        };
        let schemes = security.as_array().into_iter().flatten();
        let mut kinds: Vec<_> = schemes
            .filter_map(Value::as_object)
            .flat_map(|scheme| scheme.keys())
            .filter_map(|scheme| match scheme.as_str() {
                "app" => Some(APP),
                "appPlusUser" => Some(APP_PLUS_USER),
                _ => None,
            })
            .collect();
        kinds.sort_unstable();
        kinds
    }

    /// The parameters by name.
    pub(crate) fn parameters(&self) -> BTreeMap<&'a str, Parameter<'a>> {
        let parameters = self.value["parameters"].as_array().into_iter().flatten();
        parameters
            .filter_map(|parameter| {
                let value = self.contract.resolve(parameter);
                let schema = &value["schema"];
                let parameter = Parameter {
                    value,
                    schema: self.contract.resolve(schema),
                    schema_name: component_name(schema),
                };
                Some((value["name"].as_str()?, parameter))
            })
            .collect()
    }

    pub(crate) fn has_header_page(&self) -> Option<String> {
        self.parameters()
            .values()
            .filter(|parameter| parameter.value["in"] == json!("header"))
            .find_map(|parameter| {
                parameter.value["x-doc-source"]["page"]
                    .as_str()
                    .map(str::to_owned)
            })
    }

    /// What the request body is, in the words of the page.
    pub(crate) fn request_body(&self) -> String {
        let Some(body) = self.value.get("requestBody") else {
            return "none".to_owned();
        };
        let documented = body["x-documented-as"]["resource"].as_str();
        let name = documented.or_else(|| component_name(self.request_schema()));
        name.unwrap_or("a body").to_owned()
    }

    fn request_schema(&self) -> &'a Value {
        &self.value["requestBody"]["content"]["application/json"]["schema"]
    }

    /// The type of the request body, or of its items, by name.
    pub(crate) fn request_type(&self) -> Option<&'a str> {
        referred(self.request_schema())
    }

    /// What a success brings: a resource, or the record inside an envelope.
    pub(crate) fn response(&self) -> Option<Resource> {
        let name = self.success_schema()?;
        let schema = self.contract.schemas().and_then(|all| all.get(name));
        let properties = schema.and_then(|schema| schema["properties"].as_object());
        let record = properties.into_iter().flatten().find_map(|(_, property)| {
            let items = &property["items"];
            let record = self.contract.resolve(items)["x-record"] == json!(true);
            record.then(|| component_name(items)).flatten()
        });
        Some(Resource {
            name: record.unwrap_or(name).to_owned(),
            collection: record.is_some(),
        })
    }

    /// The schema of the body of a success, by name.
    pub(crate) fn success_schema(&self) -> Option<&'a str> {
        let responses = self.value["responses"].as_object()?;
        let (_, success) = responses
            .iter()
            .find(|(status, _)| status.starts_with('2'))?;
        self.body_schema(success)
    }

    /// The schema of the body of a failure, by name: the same for all, by a rule.
    pub(crate) fn failure_schema(&self) -> Option<&'a str> {
        let responses = self.value["responses"].as_object()?;
        let failures = responses
            .iter()
            .filter(|(status, _)| status.starts_with(['4', '5']));
        failures
            .into_iter()
            .find_map(|(_, response)| self.body_schema(response))
    }

    /// The headers of a success, sorted.
    pub(crate) fn success_headers(&self) -> Vec<&'a str> {
        let responses = self.value["responses"].as_object();
        let success = responses
            .into_iter()
            .flatten()
            .find(|(status, _)| status.starts_with('2'));
        let Some((_, success)) = success else {
            return Vec::new();
        };
        let headers = self.contract.resolve(success)["headers"].as_object();
        headers
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The schema of the body of an answer with this status: `None` for a status
    /// that is not listed, `Some(None)` where there is no body.
    pub(crate) fn answer_schema(&self, status: u64) -> Option<Option<&'a str>> {
        let responses = self.value["responses"].as_object()?;
        let response = responses
            .get(&status.to_string())
            .or_else(|| responses.get(&format!("{}XX", status / 100)))?;
        Some(self.body_schema(response))
    }

    fn body_schema(&self, response: &'a Value) -> Option<&'a str> {
        let response = self.contract.resolve(response);
        component_name(&response["content"]["application/json"]["schema"])
    }

    /// The status codes of failures.
    pub(crate) fn failures(&self) -> Vec<u16> {
        let responses = self.value["responses"].as_object().into_iter().flatten();
        responses
            .filter_map(|(status, _)| status.parse().ok())
            .filter(|status| *status >= 400)
            .collect()
    }
}
