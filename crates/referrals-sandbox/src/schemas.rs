//! Bodies held against the contract.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use referrals_contract::{Contract, Unknown};
use serde_json::Value;

use crate::problem::Problem;
use crate::request::shown;
use crate::shape::Shape;

/// How many faults of a body are told at once.
const FAULTS: usize = 5;

/// What the contract says about referrals.
#[derive(Debug)]
pub(crate) struct Schemas {
    referral: Validator,
    new_referral: Validator,
    patch: Validator,
    shape: Shape,
    /// The values of each enum.
    values: BTreeMap<String, Vec<String>>,
}

/// Which schema a body is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Body {
    Referral,
    NewReferral,
    Patch,
}

impl Schemas {
    /// The schemas, read once in a process.
    ///
    /// # Errors
    ///
    /// When the contract that was built in cannot be read.
    pub(crate) fn get() -> Result<&'static Self, &'static str> {
        static SCHEMAS: LazyLock<Result<Schemas, String>> = LazyLock::new(Schemas::read);
        SCHEMAS.as_ref().map_err(String::as_str)
    }

    fn read() -> Result<Self, String> {
        let contract = Contract::named("engagements").map_err(|error| error.to_string())?;
        let schema = |pointer: &str| {
            contract
                .json_schema(pointer, Unknown::Allowed)
                .ok_or_else(|| format!("the contract has no {pointer}"))
        };
        let validator = |pointer: &str| {
            jsonschema::options()
                .should_validate_formats(true)
                .build(&schema(pointer)?)
                .map_err(|error| format!("{pointer}: {error}"))
        };
        let referral = "/components/schemas/Referral";
        let patch = "/paths/~1v1.0~1engagements~1referrals~1{id}/patch/requestBody/content/\
                     application~1json/schema";
        Ok(Self {
            referral: validator(referral)?,
            new_referral: validator("/components/schemas/NewReferral")?,
            patch: validator(patch)?,
            shape: Shape::of_referral(&schema(referral)?),
            values: contract
                .schema_names()
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), enumerated(&contract, name)?)))
                .collect(),
        })
    }

    /// The members of a referral and their types.
    pub(crate) fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The values of an enum, such as `ReferralStatus`.
    pub(crate) fn values(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Holds a body against its schema.
    ///
    /// # Errors
    ///
    /// The refusal that names member, type and rule.
    pub(crate) fn check(&self, body: Body, value: &Value) -> Result<(), Problem> {
        let validator = match body {
            Body::Referral => &self.referral,
            Body::NewReferral => &self.new_referral,
            Body::Patch => &self.patch,
        };
        let faults: Vec<_> = validator.iter_errors(value).take(FAULTS).collect();
        let Some(first) = faults.first() else {
            return Ok(());
        };
        let target = target(first);
        let faults: Vec<_> = faults.iter().map(fault).collect();
        Err(Problem::bad_request(faults.join(" ")).about(target))
    }
}

fn enumerated(contract: &Contract, name: &str) -> Option<Vec<String>> {
    let pointer = format!("/components/schemas/{name}");
    let schema = contract.json_schema(&pointer, Unknown::Allowed)?;
    let values = schema["enum"].as_array()?.iter().filter_map(Value::as_str);
    Some(values.map(str::to_owned).collect())
}

/// The place that a fault is about.
fn target(error: &ValidationError<'_>) -> String {
    let place = error.instance_path().as_str();
    match error.kind() {
        ValidationErrorKind::Required {
            property: Value::String(name),
        } => format!("{place}/{name}"),
        _ if place.is_empty() => "body".to_owned(),
        _ => place.to_owned(),
    }
}

/// One fault in a sentence. Texts of the body are not repeated, they may be
/// about people; a value that is not in a list is.
fn fault(error: &ValidationError<'_>) -> String {
    let place = shown(error.instance_path().as_str());
    let place = match place.as_str() {
        "" => "The body".to_owned(),
        place => format!("The member {place}"),
    };
    let value = error.instance();
    match error.kind() {
        ValidationErrorKind::Type { kind } => {
            format!(
                "{place} is {}, and has to be {}.",
                kind_of(value),
                wanted(kind)
            )
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            format!("{place} lacks {name}, which is required.")
        }
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().into_iter().flatten();
            let options: Vec<_> = options.filter_map(Value::as_str).collect();
            let found = match value.as_str() {
                Some(text) => format!("\"{}\"", shown(text)),
                None => kind_of(value).to_owned(),
            };
            format!(
                "{place} is {found}, and has to be one of {}.",
                options.join(", ")
            )
        }
        ValidationErrorKind::Format { format } if format == "date-time" => format!(
            "{place} is {}, and has to be a date and time such as 2026-01-15T00:00:00Z.",
            kind_of(value)
        ),
        _ => format!("{place}: {}.", error.masked()),
    }
}

fn wanted(kind: &TypeKind) -> String {
    let names: Vec<_> = match kind {
        TypeKind::Single(name) => vec![name.to_string()],
        TypeKind::Multiple(names) => names.iter().map(|name| name.to_string()).collect(),
    };
    let (nulls, names): (Vec<_>, Vec<_>) = names.iter().partition(|name| *name == "null");
    let names = names
        .into_iter()
        .chain(nulls)
        .map(|name| match name.as_str() {
            "null" => name.clone(),
            "array" | "integer" | "object" => format!("an {name}"),
            _ => format!("a {name}"),
        });
    names.collect::<Vec<_>>().join(" or ")
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
