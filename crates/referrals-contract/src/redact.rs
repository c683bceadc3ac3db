//! Personal data out of what is kept or shown: the marks of the contracts
//! (`x-personal-data`) say where it is.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use url::Url;

use crate::{Contract, Error, Operation};

/// What stands for a text that cannot be told apart from personal data.
const REDACTED: &str = "[redacted]";

/// Headers that are kept as they are. All others may hold a secret.
const HEADERS: [&str; 22] = [
    "accept",
    "allow",
    "cache-control",
    "client-request-id",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "etag",
    "host",
    "if-match",
    "ismfacompliant",
    "ms-correlationid",
    "ms-requestid",
    "prefer",
    "request-id",
    "retry-after",
    "timestamp",
    "user-agent",
    "validatemfa",
    "x-ms-ags-diagnostic",
    "x-sandbox-fault",
];

/// Options of a query whose values name nobody.
const HARMLESS: [&str; 9] = [
    "$orderby",
    "$select",
    "$top",
    "$skip",
    "$count",
    "$format",
    "self",
    "status",
    "engagementId",
];

/// Replaces personal data by pseudonyms.
///
/// The same text has the same pseudonym as long as this value lives, so that what belongs
/// together still does. A pseudonym is made of the order in which texts were met alone:
/// nothing leads back. Shapes are kept: an address of e-mail is one still, letters stay
/// letters of their case, digits stay digits, and the length is the same elsewhere.
///
/// ```
/// use referrals_contract::Redaction;
/// use serde_json::json;
///
/// let mut redaction = Redaction::new()?;
/// let mut body = json!({ "status": "New", "customerProfile": { "name": "Fabrikam" } });
/// redaction.answer("GET", "/v1.0/engagements/referrals/1", 200, &mut body);
/// assert_eq!(body["status"], "New");
/// assert_ne!(body["customerProfile"]["name"], "Fabrikam");
/// # Ok::<(), referrals_contract::Error>(())
/// ```
#[derive(Debug)]
pub struct Redaction {
    contracts: Vec<Contract>,
    met: HashMap<String, u64>,
    /// What a filter compares with that names nobody.
    values: BTreeSet<String>,
}

impl Redaction {
    /// By the marks of all contracts.
    ///
    /// # Errors
    ///
    /// When a contract that is built in cannot be read.
    pub fn new() -> Result<Self, Error> {
        let contracts = Contract::names().into_iter().map(Contract::named);
        let contracts: Vec<Contract> = contracts.collect::<Result<_, _>>()?;
        let schemas = contracts.iter().filter_map(Contract::schemas);
        let schemas = schemas.flat_map(|schemas| schemas.values());
        let values = schemas
            .flat_map(|schema| schema["enum"].as_array().into_iter().flatten())
            .filter_map(|value| value.as_str().map(str::to_lowercase))
            .collect();
        Ok(Self {
            contracts,
            met: HashMap::new(),
            values,
        })
    }

    /// The pseudonym of a text.
    pub fn text(&mut self, text: &str) -> String {
        let next = self.met.len() as u64 + 1;
        let number = *self.met.entry(text.to_owned()).or_insert(next);
        pseudonym(text, number)
    }

    /// Redacts the body of a request. What no operation has is redacted throughout.
    pub fn request(&mut self, method: &str, path: &str, body: &mut Value) {
        self.with_operation(method, path, |this, operation| {
            let content = &operation.value["requestBody"]["content"];
            let schema = &content["application/json"]["schema"];
            if let Some(operations) = body.as_array_mut() {
                for patch in operations {
                    this.patch(operation.contract, patch);
                }
                return true;
            }
            if schema.is_object() {
                this.walk(operation.contract, &[schema], body);
            }
            schema.is_object()
        })
        .unwrap_or_else(|| self.all(body));
    }

    /// Redacts the body of an answer. What no operation has is redacted throughout.
    pub fn answer(&mut self, method: &str, path: &str, status: u16, body: &mut Value) {
        self.with_operation(method, path, |this, operation| {
            let name = operation.answer_schema(status.into()).flatten();
            let schemas = operation.contract.schemas();
            let schema = name.and_then(|name| schemas.and_then(|schemas| schemas.get(name)));
            match schema {
                Some(schema) => {
                    this.walk(operation.contract, &[schema], body);
                    true
                }
                None => false,
            }
        })
        .unwrap_or_else(|| self.all(body));
        if status >= 400 {
            messages(body);
        }
    }

    /// A URL whose query names nobody and goes on with nothing.
    pub fn url(&mut self, url: &Url) -> Url {
        let mut redacted = url.clone();
        let _ = redacted.set_username("");
        let _ = redacted.set_password(None);
        redacted.set_fragment(None);
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        if url.query().is_some() {
            let mut query = redacted.query_pairs_mut();
            query.clear();
            for (name, value) in pairs {
                let value = match name.as_str() {
                    "$filter" | "filter" => self.filter(&value),
                    name if HARMLESS.contains(&name) && !value.contains('\'') => value,
                    "invitedByOrganization" => value,
                    "$skiptoken" => "redacted".to_owned(),
                    _ => self.text(&value),
                };
                query.append_pair(&name, &value);
            }
        }
        redacted
    }

    /// A filter with pseudonyms for the texts that it compares with.
    fn filter(&mut self, filter: &str) -> String {
        let mut redacted = String::new();
        for (place, part) in filter.split('\'').enumerate() {
            if place > 0 {
                redacted.push('\'');
            }
            let is_text = place % 2 == 1;
            match is_text && !is_guid(part) && !self.values.contains(&part.to_lowercase()) {
                true => redacted.push_str(&self.text(part)),
                false => redacted.push_str(part),
            }
        }
        redacted
    }

    /// Whether a header says nothing that is secret or personal, by its name.
    pub fn keeps_header(name: &str) -> bool {
        HEADERS.contains(&name.to_ascii_lowercase().as_str())
    }

    /// Does something with the operation that serves a path. None when there is none, or it
    /// has nothing to say.
    fn with_operation(
        &mut self,
        method: &str,
        path: &str,
        work: impl FnOnce(&mut Self, Operation<'_>) -> bool,
    ) -> Option<()> {
        let contracts = std::mem::take(&mut self.contracts);
        let mut operations = contracts.iter();
        let operation = operations.find_map(|contract| contract.serving(method, path));
        let done = operation.is_some_and(|operation| work(self, operation));
        self.contracts = contracts;
        done.then_some(())
    }

    /// One operation of a JSON Patch: its path says what the value is.
    fn patch(&mut self, contract: &Contract, patch: &mut Value) {
        let path = patch["path"].as_str().unwrap_or_default().to_owned();
        let schemas = contract.schemas();
        let mut found: Vec<&Value> = Vec::new();
        found.extend(schemas.and_then(|schemas| schemas.get("Referral")));
        for segment in path.split('/').skip(1) {
            let is_place = segment == "-" || segment.bytes().all(|digit| digit.is_ascii_digit());
            let parts = parts(contract, &found);
            found = match is_place {
                true => parts.iter().filter_map(|part| part.get("items")).collect(),
                false => properties(&parts, segment),
            };
        }
        for (name, value) in patch.as_object_mut().into_iter().flatten() {
            match name.as_str() {
                "op" | "path" => {}
                "value" if !found.is_empty() => self.walk(contract, &found, value),
                _ => self.all(value),
            }
        }
    }

    fn walk(&mut self, contract: &Contract, schemas: &[&Value], value: &mut Value) {
        let parts = parts(contract, schemas);
        let marked = |part: &&Value| part["x-personal-data"] == Value::Bool(true);
        if schemas.iter().any(marked) || parts.iter().any(marked) {
            return self.all(value);
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    if let (true, Some(link)) = (name == "@odata.nextLink", value.as_str()) {
                        *value = match Url::parse(link) {
                            Ok(link) => Value::String(self.url(&link).into()),
                            Err(_) => REDACTED.into(),
                        };
                        continue;
                    }
                    let known = properties(&parts, name);
                    match known.is_empty() {
                        // Nobody knows what it is.
                        true => self.all(value),
                        false => self.walk(contract, &known, value),
                    }
                }
            }
            Value::Array(items) => {
                let known: Vec<_> = parts.iter().filter_map(|part| part.get("items")).collect();
                for item in items {
                    match known.is_empty() {
                        true => self.all(item),
                        false => self.walk(contract, &known, item),
                    }
                }
            }
            _ => {}
        }
    }

    fn all(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.all(item)),
            Value::Object(members) => members.values_mut().for_each(|value| self.all(value)),
            // A number in place of a text, such as a phone.
            Value::Number(_) => *value = 0.into(),
            Value::Bool(_) | Value::Null => {}
        }
    }
}

/// A refusal may repeat what was sent.
fn messages(body: &mut Value) {
    for (name, value) in body.as_object_mut().into_iter().flatten() {
        match name.as_str() {
            "message" | "description" if value.is_string() => *value = REDACTED.into(),
            _ => messages(value),
        }
    }
}

/// A schema, and all that it refers to or is put together of.
fn parts<'a>(contract: &'a Contract, schemas: &[&'a Value]) -> Vec<&'a Value> {
    let mut open: Vec<&Value> = schemas.to_vec();
    let mut found: Vec<&Value> = Vec::new();
    while let Some(schema) = open.pop() {
        if found.iter().any(|known| std::ptr::eq(*known, schema)) {
            continue;
        }
        found.push(schema);
        if let Some(reference) = schema["$ref"].as_str() {
            open.extend(contract.document.pointer(reference.trim_start_matches('#')));
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            open.extend(schema[keyword].as_array().into_iter().flatten());
        }
    }
    found
}

/// The schemas of a member, in any letter case.
fn properties<'a>(parts: &[&'a Value], name: &str) -> Vec<&'a Value> {
    let all = parts
        .iter()
        .filter_map(|part| part["properties"].as_object());
    all.flatten()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, schema)| schema)
        .collect()
}

fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, letter)| match place {
            8 | 13 | 18 | 23 => letter == b'-',
            _ => letter.is_ascii_hexdigit(),
        })
}

/// A text of the same shape, made of a number.
fn pseudonym(text: &str, number: u64) -> String {
    if text.contains('@') && !text.contains(char::is_whitespace) {
        return format!("person{number}@example.com");
    }
    let mut dice = number;
    let mut below = |limit: u64| {
        // SplitMix64.
        dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (dice ^ (dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit) as usize
    };
    const FOREIGN: [char; 8] = ['é', 'ü', 'ñ', 'ø', 'ł', 'ż', 'č', 'å'];
    let letters = text.chars();
    letters
        .map(|letter| match letter {
            '0'..='9' => char::from(b'0' + below(10) as u8),
            'a'..='z' => char::from(b'a' + below(26) as u8),
            'A'..='Z' => char::from(b'A' + below(26) as u8),
            letter if letter.is_alphanumeric() => FOREIGN[below(8)],
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LIST: &str = "/v1.0/engagements/referrals";

    fn redaction() -> Redaction {
        Redaction::new().expect("the contracts")
    }

    #[test]
    fn pseudonyms_are_stable_and_keep_shapes() {
        let mut redaction = redaction();
        let name = redaction.text("Ada Example-42");
        assert_eq!(name, redaction.text("Ada Example-42"));
        assert_ne!(name, redaction.text("Bob Example-42"));
        let shape = |text: &str| -> String {
            let shape = text.chars().map(|letter| match letter {
                '0'..='9' => '9',
                'a'..='z' => 'a',
                'A'..='Z' => 'A',
                other => other,
            });
            shape.collect()
        };
        assert_eq!(shape(&name), shape("Ada Example-42"));
        assert!(
            redaction
                .text("ada@contoso.example.com")
                .ends_with("@example.com")
        );
        assert_eq!(redaction.text(""), "");
        assert_eq!(redaction.text("東京").chars().count(), 2);
    }

    #[test]
    fn marked_and_unknown_members_are_replaced_and_nothing_else() {
        let mut redaction = redaction();
        let before = json!({ "value": [{
            "id": "b10da48c-ea4c-4967-ab8e-0efcd8069414",
            "status": "New",
            "organizationName": "Contoso",
            "customerProfile": { "name": "Fabrikam", "size": "10to50employees",
                "address": { "city": "Seattle", "country": "US" },
                "team": [{ "firstName": "Ada", "email": "ada@fabrikam.example.com" }] },
            "team": [{ "firstName": "Ada" }],
            "newMember": { "of": "Ada" },
            "details": { "dealValue": 12.5, "notes": null },
        }], "@odata.nextLink": format!("http://localhost{LIST}?$skiptoken=QWRh") });
        let mut after = before.clone();
        redaction.answer("GET", LIST, 200, &mut after);
        let text = after.to_string();
        for personal in ["Fabrikam", "Seattle", "Ada", "fabrikam", "QWRh"] {
            assert!(!text.contains(personal), "{personal}: {text}");
        }
        let (before, after) = (&before["value"][0], &after["value"][0]);
        for kept in [
            "/id",
            "/status",
            "/customerProfile/size",
            "/details",
            "/customerProfile/address/country",
        ] {
            assert_eq!(before.pointer(kept), after.pointer(kept), "{kept}");
        }
        let first = after.pointer("/team/0/firstName");
        assert_eq!(first, after.pointer("/customerProfile/team/0/firstName"));
        assert_eq!(first, after.pointer("/newMember/of"));
    }

    #[test]
    fn a_patch_keeps_what_its_paths_say_is_harmless() {
        let mut body = json!([
            { "op": "replace", "path": "/status", "value": "Active" },
            { "op": "replace", "path": "/details/notes", "value": "Ada calls." },
            { "op": "add", "path": "/team/-", "value": { "firstName": "Ada" } },
            { "op": "add", "path": "/nothing", "value": "Ada" },
        ]);
        let mut redaction = redaction();
        redaction.request("PATCH", &format!("{LIST}/1"), &mut body);
        assert_eq!(body[0]["value"], "Active");
        assert!(!body.to_string().contains("Ada"), "{body}");
        let mut new = json!({ "customerProfile": { "name": "Fabrikam" }, "type": "Shared" });
        redaction.request("POST", LIST, &mut new);
        assert_eq!(new["type"], "Shared");
        assert!(!new.to_string().contains("Fabrikam"));
        let mut refusal = json!({ "error": { "code": "invalidRequest", "message": "no Ada" } });
        redaction.answer("GET", LIST, 400, &mut refusal);
        assert_eq!(refusal["error"]["message"], REDACTED);
        assert_eq!(refusal["error"]["code"], "invalidRequest");
        let mut other = json!({ "access_token": "secret", "name": "Ada" });
        redaction.answer("POST", "/elsewhere", 200, &mut other);
        assert!(!other.to_string().contains("Ada") && !other.to_string().contains("secret"));
    }

    #[test]
    fn a_url_keeps_its_names_and_no_people() {
        let mut redaction = redaction();
        let url = "http://u:p@localhost/v1.0/engagements/referrals?$filter=status eq 'New' and \
                   team/any(t:t/email eq 'ada@contoso.example.com')&$top=5&x=Ada&$skiptoken=a#b";
        let url = redaction.url(&url.parse().expect("a URL"));
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        assert_eq!(
            pairs[0].1,
            "status eq 'New' and team/any(t:t/email eq 'person1@example.com')"
        );
        assert_eq!(pairs[1], ("$top".to_owned(), "5".to_owned()));
        for secret in ["Ada", "u:p", "#b", "skiptoken=a"] {
            assert!(!url.as_str().contains(secret), "{secret}: {url}");
        }
        assert!(Redaction::keeps_header("Request-Id"));
        for header in [
            "authorization",
            "Cookie",
            "set-cookie",
            "x-sandbox-key",
            "x-unknown",
        ] {
            assert!(!Redaction::keeps_header(header), "{header}");
        }
    }
}
