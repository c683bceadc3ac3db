//! Rules for contracts: what the generator cannot take, and what readers of the
//! contract rely on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value, json};

use crate::Contract;

/// A rule with a stable id.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its id; never reused for anything else.
    pub id: &'static str,
    /// What it asks for, and why.
    pub explanation: &'static str,
    check: fn(&Linter<'_>) -> Vec<(String, String)>,
}

/// A place that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// Where, as a path of member names.
    pub place: String,
    /// What is wrong there and what to write instead.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.rule, self.place, self.message)
    }
}

/// All rules.
pub const RULES: &[Rule] = &[
    Rule {
        id: "oas-3.0-only",
        explanation: "The generator takes OpenAPI 3.0 only.",
        check: |linter| {
            let version = linter.document["openapi"].as_str().unwrap_or("none");
            let wrong = !version.starts_with("3.0.");
            found(
                wrong,
                "openapi",
                &format!("the version is {version}; write 3.0.3"),
            )
        },
    },
    Rule {
        id: "operation-id-camel",
        explanation: "Function names and reports are made from operation ids.",
        check: |linter| {
            let mut seen = BTreeSet::new();
            linter.each_operation(|place, operation| {
                let id = operation["operationId"].as_str().unwrap_or_default();
                let camel = id.starts_with(|first: char| first.is_ascii_lowercase())
                    && id.chars().all(|letter| letter.is_ascii_alphanumeric());
                if !camel {
                    Some((place, format!("the operationId {id:?} is not in camelCase")))
                } else if !seen.insert(id.to_owned()) {
                    Some((place, format!("the operationId {id} is taken")))
                } else {
                    None
                }
            })
        },
    },
    Rule {
        id: "no-default-response",
        explanation: "`default` counts as success and failure at once, in the generator as for readers.",
        check: |linter| {
            linter.each_operation(|place, operation| {
                operation["responses"].get("default").map(|_| {
                    (
                        format!("{place}.responses.default"),
                        "list the status codes instead".to_owned(),
                    )
                })
            })
        },
    },
    Rule {
        id: "success-present",
        explanation: "Without a success answer there is nothing to generate.",
        check: |linter| {
            linter.each_operation(|place, operation| {
                let codes = operation["responses"].as_object().into_iter().flatten();
                let none = !codes.into_iter().any(|(code, _)| code.starts_with('2'));
                none.then(|| (format!("{place}.responses"), "add a 2xx status".to_owned()))
            })
        },
    },
    Rule {
        id: "json-only",
        explanation: "Bodies are JSON; the generator takes one media type a body.",
        check: |linter| {
            linter.each("content", |place, content| {
                let types: Vec<_> = content.as_object()?.keys().collect();
                (types != ["application/json"]).then(|| {
                    (
                        place,
                        format!("the media types are {types:?}; write application/json"),
                    )
                })
            })
        },
    },
    Rule {
        id: "errors-same-body",
        explanation: "One error type serves all failures of an operation.",
        check: |linter| {
            linter.each_operation(|place, operation| {
                let responses = operation["responses"].as_object()?;
                let failures = responses
                    .iter()
                    .filter(|(code, _)| code.starts_with(['4', '5']));
                let bodies: BTreeSet<String> = failures
                    .map(|(_, response)| {
                        let response = linter.contract.resolve(response);
                        response["content"]["application/json"]["schema"].to_string()
                    })
                    .collect();
                (bodies.len() > 1).then(|| {
                    (
                        format!("{place}.responses"),
                        format!("the failures have {} different bodies", bodies.len()),
                    )
                })
            })
        },
    },
    Rule {
        id: "no-inline-schema",
        explanation: "Only components become named types in the model.",
        check: |linter| {
            let mut findings = linter.each("schema", |place, schema| {
                let inline = schema.get("properties").is_some() || schema.get("enum").is_some();
                inline.then(|| {
                    (
                        place,
                        "move the schema to components and refer to it".to_owned(),
                    )
                })
            });
            findings.extend(linter.each_property(|place, property| {
                let items = &property["items"];
                let inline = [property, items].iter().any(|schema| {
                    schema.get("properties").is_some() || schema.get("enum").is_some()
                });
                inline.then(|| {
                    (
                        place,
                        "move the schema to components and refer to it".to_owned(),
                    )
                })
            }));
            findings
        },
    },
    Rule {
        id: "nullable-reference",
        explanation: "`nullable` beside a reference means different things to different validators.",
        check: |linter| {
            linter.each_property(|place, property| {
                let beside = ["$ref", "allOf", "anyOf", "oneOf"]
                    .iter()
                    .any(|keyword| property.get(*keyword).is_some());
                (beside && property.get("nullable").is_some()).then(|| {
                    (
                        place,
                        "write anyOf of the reference and JsonNull".to_owned(),
                    )
                })
            })
        },
    },
    Rule {
        id: "no-closed-objects",
        explanation: "The service adds members without notice; reading must go on.",
        check: |linter| {
            linter.each("additionalProperties", |place, value| {
                (value == &json!(false)).then(|| (place, "leave it out".to_owned()))
            })
        },
    },
    Rule {
        id: "no-closed-response-enum",
        explanation: "The service adds values without notice; an enum in an answer is open.",
        check: |linter| {
            let reachable = linter.reachable_from_responses();
            linter.each_schema(|place, name, schema| {
                let closed = schema.get("enum").is_some()
                    && schema["enum"] != json!([null])
                    && schema["x-ms-enum"]["modelAsString"] != json!(true);
                (closed && reachable.contains(name))
                    .then(|| (place, "add x-ms-enum with modelAsString: true".to_owned()))
            })
        },
    },
    Rule {
        id: "enum-values-distinct",
        explanation: "Values that differ in case only would get the same Rust name, and are read in any case.",
        check: |linter| {
            linter.each_schema(|place, _, schema| {
                let values: Vec<_> = schema["enum"]
                    .as_array()?
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                let distinct: BTreeSet<_> = values
                    .iter()
                    .map(|value| value.to_ascii_lowercase())
                    .collect();
                (distinct.len() < values.len())
                    .then(|| (place, "two values differ in case only".to_owned()))
            })
        },
    },
    Rule {
        id: "parameters-distinct",
        explanation: "`$filter` and `filter` would get the same Rust name.",
        check: |linter| {
            linter.each_operation(|place, operation| {
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let mut names = BTreeMap::new();
                parameters
                    .filter_map(|parameter| linter.contract.resolve(parameter)["name"].as_str())
                    .find_map(|name| {
                        let plain: String =
                            name.chars().filter(char::is_ascii_alphanumeric).collect();
                        let other = names.insert(plain.to_ascii_lowercase(), name)?;
                        Some((
                            place.clone(),
                            format!("the parameters {other} and {name} would be called the same"),
                        ))
                    })
            })
        },
    },
    Rule {
        id: "plain-parameters",
        explanation: "The generator takes path, query and header parameters with a schema, and turns a minimum of 1 into another type.",
        check: |linter| {
            linter.each_parameter(|place, parameter| {
                let place_of = parameter["in"].as_str().unwrap_or_default();
                let schema = linter.contract.resolve(&parameter["schema"]);
                let message = if !["path", "query", "header"].contains(&place_of) {
                    format!("a parameter in {place_of:?} is not supported")
                } else if parameter.get("schema").is_none() {
                    "describe the parameter by a schema".to_owned()
                } else if parameter.get("style").is_some() || parameter.get("explode").is_some() {
                    "leave style and explode out".to_owned()
                } else if schema.get("minimum").is_some() {
                    "leave minimum out".to_owned()
                } else {
                    return None;
                };
                Some((place, message))
            })
        },
    },
    Rule {
        id: "no-auth-header-parameter",
        explanation: "Authorization, Accept and Content-Type are security and media types.",
        check: |linter| {
            linter.each_parameter(|place, parameter| {
                let name = parameter["name"].as_str()?.to_ascii_lowercase();
                ["authorization", "accept", "content-type"]
                    .contains(&name.as_str())
                    .then(|| (place, format!("{name} is no parameter in OpenAPI")))
            })
        },
    },
    Rule {
        id: "pascal-schemas",
        explanation: "Schema names are Rust names.",
        check: |linter| {
            linter.each_schema(|place, name, _| {
                let pascal = name.starts_with(|first: char| first.is_ascii_uppercase())
                    && name.chars().all(|letter| letter.is_ascii_alphanumeric());
                (!pascal).then(|| (place, "write the name in PascalCase".to_owned()))
            })
        },
    },
    Rule {
        id: "schema-used",
        explanation: "A type that nothing refers to is a promise nobody keeps.",
        check: |linter| {
            let text = linter.document.to_string();
            linter.each_schema(|place, name, _| {
                let reference = format!("\"#/components/schemas/{name}\"");
                (!text.contains(&reference)).then(|| (place, "nothing refers to it".to_owned()))
            })
        },
    },
    Rule {
        id: "described",
        explanation: "Descriptions become the documentation of the Rust types.",
        check: |linter| {
            let missing = |value: &Value| {
                value.get("$ref").is_none()
                    && value["description"].as_str().is_none_or(str::is_empty)
            };
            let message = || "add a description".to_owned();
            let mut findings =
                linter.each_schema(|place, _, schema| missing(schema).then(|| (place, message())));
            findings
                .extend(linter.each_property(|place, property| {
                    missing(property).then(|| (place, message()))
                }));
            findings.extend(
                linter.each_parameter(|place, parameter| {
                    missing(parameter).then(|| (place, message()))
                }),
            );
            findings
        },
    },
    Rule {
        id: "doc-source",
        explanation: "Every statement names the page it comes from, or the ruling that stands in for one.",
        check: |linter| {
            let missing = |value: &Value| {
                let page = value["x-doc-source"]["page"].as_str();
                page.is_none() && value["x-errata"].as_array().is_none_or(Vec::is_empty)
            };
            let message = || "add x-doc-source (page and date) or x-errata".to_owned();
            let mut findings = linter
                .each_operation(|place, operation| missing(operation).then(|| (place, message())));
            findings.extend(linter.each_schema(|place, _, schema| {
                (missing(schema) && schema["enum"] != json!([null])).then(|| (place, message()))
            }));
            findings
        },
    },
    Rule {
        id: "errata-known",
        explanation: "A ruling that is named stands in openapi/README.md.",
        check: |linter| {
            let mut findings = linter.each("x-errata", |place, ids| {
                let unknown: Vec<_> = ids
                    .as_array()?
                    .iter()
                    .filter_map(Value::as_str)
                    .filter(|id| !linter.rulings.contains(*id))
                    .collect();
                (!unknown.is_empty())
                    .then(|| (place, format!("there is no ruling {}", unknown.join(", "))))
            });
            let left_out = linter.document["info"]["x-not-modelled"].as_object();
            findings.extend(left_out.into_iter().flatten().filter_map(|(name, ruling)| {
                let ruling = ruling.as_str().unwrap_or_default();
                (!linter.rulings.contains(ruling)).then(|| {
                    (
                        format!("info.x-not-modelled.{name}"),
                        format!("there is no ruling {ruling}"),
                    )
                })
            }));
            findings
        },
    },
    Rule {
        id: "replaces-known",
        explanation: "A migration from what never was, or to what is not there, misleads.",
        check: |linter| {
            let older = linter.document["info"]["x-replaces"].as_object();
            let mut findings = Vec::new();
            for (name, rows) in older.into_iter().flatten() {
                let place = format!("info.x-replaces.{name}");
                let Ok(contract) = Contract::named(name) else {
                    findings.push((place, format!("there is no contract {name}")));
                    continue;
                };
                for (part, row) in rows.as_object().into_iter().flatten() {
                    let place = format!("{place}.{part}");
                    let by = row["by"].as_str();
                    if !contract.has(part) {
                        findings.push((place, format!("{name} has no {part}")));
                    } else if let Some(by) = by.filter(|by| !linter.contract.has(by)) {
                        findings.push((place, format!("there is no {by} in this contract")));
                    } else if by.is_none() && row["note"].as_str().is_none_or(str::is_empty) {
                        findings.push((
                            place,
                            "say by what it is replaced, or in a note why it is not".to_owned(),
                        ));
                    }
                }
            }
            findings
        },
    },
    Rule {
        id: "record-reads-anything",
        explanation: "A record marked x-record that answers hold promises no member: one that is missing would break it.",
        check: |linter| {
            let answered = linter.reachable_from_responses();
            linter.each_schema(|place, name, schema| {
                let required = schema["required"]
                    .as_array()
                    .is_some_and(|names| !names.is_empty());
                (schema["x-record"] == json!(true) && required && answered.contains(name))
                    .then(|| (place, "leave required out".to_owned()))
            })
        },
    },
];

impl Contract {
    /// Applies all rules. `rulings` are the ids of the rulings there are.
    pub fn lint(&self, rulings: &BTreeSet<String>) -> Vec<Finding> {
        let linter = Linter {
            contract: self,
            document: &self.document,
            rulings,
        };
        RULES
            .iter()
            .flat_map(|rule| {
                let places = (rule.check)(&linter);
                places.into_iter().map(|(place, message)| Finding {
                    rule: rule.id,
                    place,
                    message,
                })
            })
            .collect()
    }
}

fn found(wrong: bool, place: &str, message: &str) -> Vec<(String, String)> {
    match wrong {
        true => vec![(place.to_owned(), message.to_owned())],
        false => Vec::new(),
    }
}

struct Linter<'a> {
    contract: &'a Contract,
    document: &'a Value,
    rulings: &'a BTreeSet<String>,
}

type Place = (String, String);

impl Linter<'_> {
    fn each_operation(&self, mut check: impl FnMut(String, &Value) -> Option<Place>) -> Vec<Place> {
        let paths = self.document["paths"].as_object().into_iter().flatten();
        let mut findings = Vec::new();
        for (path, item) in paths {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if operation.get("responses").is_some() {
                    findings.extend(check(format!("paths.{path}.{method}"), operation));
                }
            }
        }
        findings
    }

    fn each_schema(&self, check: impl Fn(String, &str, &Value) -> Option<Place>) -> Vec<Place> {
        let schemas = self.contract.schemas().into_iter().flatten();
        schemas
            .filter_map(|(name, schema)| check(format!("components.schemas.{name}"), name, schema))
            .collect()
    }

    fn each_property(&self, check: impl Fn(String, &Value) -> Option<Place>) -> Vec<Place> {
        let schemas = self.contract.schemas().into_iter().flatten();
        schemas
            .flat_map(|(name, schema)| {
                let properties = schema["properties"].as_object().into_iter().flatten();
                properties.map(move |(member, property)| {
                    (
                        format!("components.schemas.{name}.properties.{member}"),
                        property,
                    )
                })
            })
            .filter_map(|(place, property)| check(place, property))
            .collect()
    }

    fn each_parameter(&self, check: impl Fn(String, &Value) -> Option<Place>) -> Vec<Place> {
        let shared = self
            .document
            .pointer("/components/parameters")
            .and_then(Value::as_object);
        let mut findings: Vec<_> = shared
            .into_iter()
            .flatten()
            .filter_map(|(name, parameter)| {
                check(format!("components.parameters.{name}"), parameter)
            })
            .collect();
        let _ = self.each_operation(|place, operation| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            findings.extend(parameters.enumerate().filter_map(|(index, parameter)| {
                let own = parameter.get("$ref").is_none();
                own.then(|| check(format!("{place}.parameters[{index}]"), parameter))
                    .flatten()
            }));
            None
        });
        findings
    }

    /// Every member of this name anywhere in the document, examples aside.
    fn each(&self, name: &str, check: impl Fn(String, &Value) -> Option<Place>) -> Vec<Place> {
        let mut findings = Vec::new();
        walk(self.document, String::new(), &mut |place, members| {
            if let Some(value) = members.get(name) {
                findings.extend(check(format!("{place}{name}"), value));
            }
        });
        findings
    }

    /// The schemas that can be part of an answer.
    fn reachable_from_responses(&self) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open = Vec::new();
        let _ = self.each_operation(|_, operation| {
            open.push(operation["responses"].clone());
            None
        });
        while let Some(value) = open.pop() {
            let mut references = Vec::new();
            walk(&value, String::new(), &mut |_, members| {
                if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                    references.push(reference.to_owned());
                }
            });
            for reference in references {
                if reached.insert(reference.clone()) {
                    open.push(self.contract.resolve(&json!({ "$ref": reference })).clone());
                }
            }
        }
        reached
            .iter()
            .filter_map(|reference| reference.strip_prefix("#/components/schemas/"))
            .map(str::to_owned)
            .collect()
    }
}

/// Visits every object below a value. What is inside an example is data.
fn walk(value: &Value, place: String, visit: &mut impl FnMut(&str, &Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(&place, members);
            for (name, member) in members {
                if name != "example" && name != "examples" {
                    walk(member, format!("{place}{name}."), visit);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, format!("{place}{index}."), visit);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rulings() -> BTreeSet<String> {
        let ids = |letter: char| (1..60).map(move |number| format!("{letter}{number}"));
        ids('E').chain(ids('X')).collect()
    }

    fn lint(text: &str) -> Vec<Finding> {
        Contract::parse("test", text)
            .expect("YAML")
            .lint(&rulings())
    }

    #[test]
    fn our_contracts_break_no_rule() {
        for contract in referrals_openapi::CONTRACTS {
            assert_eq!(lint(contract.text), [], "{}", contract.name);
        }
    }

    /// Each rule is broken by one edit of the first contract and finds it, and
    /// no other rule does.
    #[test]
    fn each_rule_finds_its_fault_and_only_its_own() {
        let text = referrals_openapi::contract("v1").expect("v1").text;
        let member = "        city: { description: City., type: string";
        let tag =
            "    Tag:\n      description: A value of one of the taxonomies.\n      type: object\n";
        let error = "        \"404\": { $ref: \"#/components/responses/Error\" }\n";
        let parameter = "        - name: engagementId\n          in: query\n";
        let faults = [
            ("oas-3.0-only", "openapi: 3.0.3", "openapi: 3.1.0".to_owned()),
            ("operation-id-camel", "operationId: listReferrals", "operationId: List-Referrals".to_owned()),
            ("no-default-response", error, format!("{error}        default: {{ $ref: \"#/components/responses/Error\" }}\n")),
            ("success-present", "        \"200\":\n", "        \"300\":\n".to_owned()),
            ("json-only", "            application/json:\n              schema: { $ref: \"#/components/schemas/ReferralCollection\" }", "            text/json:\n              schema: { $ref: \"#/components/schemas/ReferralCollection\" }".to_owned()),
            ("errors-same-body", error, "        \"404\": { description: d }\n".to_owned()),
            ("no-inline-schema", member, format!("        extra: {{ description: d, type: string, enum: [a] }}\n{member}")),
            ("nullable-reference", member, format!("        extra: {{ description: d, nullable: true, allOf: [{{ $ref: \"#/components/schemas/Tag\" }}] }}\n{member}")),
            ("no-closed-objects", tag, format!("{tag}      additionalProperties: false\n")),
            ("no-closed-response-enum", "        name: ReferralType\n        modelAsString: true\n", "        name: ReferralType\n".to_owned()),
            ("enum-values-distinct", "enum: [Collaborative, Competitive]", "enum: [Collaborative, Competitive, competitive]".to_owned()),
            ("parameters-distinct", parameter, format!("        - {{ name: $status, in: query, description: d, schema: {{ type: string }} }}\n{parameter}")),
            ("plain-parameters", parameter, "        - name: engagementId\n          in: cookie\n".to_owned()),
            ("no-auth-header-parameter", parameter, format!("        - {{ name: Accept, in: header, description: d, schema: {{ type: string }} }}\n{parameter}")),
            ("schema-used", tag, format!("    Stray:\n      description: d\n      type: object\n      x-errata: [E1]\n{tag}")),
            ("described", member, "        city: { type: string".to_owned()),
            ("doc-source", "      x-doc-source: { page: get-a-list-of-referrals.md, date: \"2018-10-01\" }\n      x-errata: [E5]\n", String::new()),
            ("errata-known", "x-errata: [E5]", "x-errata: [E5, X99]".to_owned()),
            ("errata-known", "Contact: E14", "Contact: E999".to_owned()),
            ("replaces-known", "  x-not-modelled:\n", "  x-replaces: { v1: { Referral.mood: { by: Referral.id } } }\n  x-not-modelled:\n".to_owned()),
            ("replaces-known", "  x-not-modelled:\n", "  x-replaces: { v1: { Referral.id: { by: Referral.mood } } }\n  x-not-modelled:\n".to_owned()),
            ("replaces-known", "  x-not-modelled:\n", "  x-replaces: { v1: { listReferrals.self: {} } }\n  x-not-modelled:\n".to_owned()),
            ("replaces-known", "  x-not-modelled:\n", "  x-replaces: { v0: {} }\n  x-not-modelled:\n".to_owned()),
            ("record-reads-anything", "      x-record: true\n", "      x-record: true\n      required: [id]\n".to_owned()),
        ];
        let mut seeded: BTreeSet<_> = BTreeSet::from(["pascal-schemas"]);
        for (rule, from, to) in faults {
            assert!(
                text.contains(from),
                "{rule}: {from:?} is not in the contract"
            );
            let findings = lint(&text.replacen(from, &to, 1));
            let rules: BTreeSet<_> = findings.iter().map(|finding| finding.rule).collect();
            assert_eq!(rules, BTreeSet::from([rule]), "{findings:#?}");
            seeded.insert(rule);
        }
        let renamed = lint(
            &text
                .replace("schemas/Tag\"", "schemas/tag\"")
                .replace("    Tag:\n", "    tag:\n"),
        );
        assert_eq!(
            renamed
                .iter()
                .map(|finding| finding.rule)
                .collect::<Vec<_>>(),
            ["pascal-schemas"]
        );
        assert_eq!(
            seeded,
            RULES.iter().map(|rule| rule.id).collect(),
            "a rule without a fault"
        );
    }
}
