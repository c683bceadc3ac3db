//! `referrals update`

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use referrals::Raw;
use referrals::engagements::{ETag, PatchOperation};
use referrals_contract::Contract;
use serde_json::value::RawValue;

use super::create::tell;
use super::drift;
use crate::arguments::{Api, Assignment, Update};
use crate::connection::connect;
use crate::failure::{Failure, note};
use crate::input::{Document, Shape};
use crate::runtime;

pub(crate) fn run(arguments: Update) -> Result<ExitCode, Failure> {
    let operations = match &arguments.file {
        Some(file) => from_file(file)?,
        None if arguments.set.is_empty() && arguments.add.is_empty() => {
            return Err(Failure::usage(
                "it is not said what to change: use --set PATH=VALUE, --add PATH=VALUE, or -f \
                 with a file that holds a JSON Patch",
            ));
        }
        None => from_options(&arguments.set, &arguments.add)?,
    };
    warn(&operations);
    if arguments.dry_run {
        let texts: Vec<_> = operations
            .iter()
            .map(|operation| operation.json.get())
            .collect();
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "[{}]", texts.join(","))?;
        note("nothing was sent");
        return Ok(ExitCode::SUCCESS);
    }
    let operations = operations
        .into_iter()
        .map(|operation| Raw::from(operation.json))
        .collect();
    runtime()?.block_on(update(arguments, operations))
}

async fn update(
    arguments: Update,
    operations: Vec<Raw<PatchOperation>>,
) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let engagements = connected.referrals.engagements();
    let id = arguments.id.as_str();
    let about = |error| Failure::about(&error, id);
    let etag = match (arguments.if_match, arguments.force) {
        (Some(etag), _) => {
            if !etag.ends_with('"') && etag != "*" {
                note(&format!(
                    "note: an eTag has quotes of its own, and a shell takes them away: write \
                     --if-match '\"{etag}\"' if this one had some"
                ));
            }
            Some(ETag::from(etag))
        }
        (None, true) => None,
        (None, false) => {
            let found = engagements.get(id).await.map_err(about)?;
            let etag = found.etag.ok_or_else(|| {
                Failure::failed(format!(
                    "the referral {id:?} has no eTag, so nobody can tell whether it changes in \
                     between: use --force to change it all the same"
                ))
            })?;
            Some(etag)
        }
    };
    let mut patch = engagements
        .patch(id)
        .operations(operations)
        .return_representation();
    if let Some(etag) = etag {
        patch = patch.if_match(etag);
    }
    let Some(updated) = patch.send().await.map_err(about)? else {
        note(&format!("updated {id}"));
        return Ok(ExitCode::SUCCESS);
    };
    tell("updated", &updated);
    drift::show(&updated.referral, &arguments.printing)
}

/// An operation with the path it has inside.
#[derive(Debug)]
struct Operation {
    path: String,
    json: Box<RawValue>,
}

/// Status and substatus have to change together.
fn warn(operations: &[Operation]) {
    let changes = |path: &str| operations.iter().any(|operation| operation.path == path);
    for (one, other) in [("/status", "/substatus"), ("/substatus", "/status")] {
        if changes(one) && !changes(other) {
            note(&format!(
                "note: {one} changes without {other}; the documentation wants both in one update"
            ));
        }
    }
}

fn from_options(set: &[Assignment], add: &[Assignment]) -> Result<Vec<Operation>, Failure> {
    let contract = Contract::named(Api::Engagements.name())
        .map_err(|error| Failure::failed(error.to_string()))?;
    let set = set.iter().map(|assignment| ("replace", assignment));
    let add = add.iter().map(|assignment| ("add", assignment));
    set.chain(add)
        .map(|(operator, Assignment { path, value })| {
            let value = value_of(&contract, path, value);
            let path_text = serde_json::Value::from(path.as_str());
            let text = format!(r#"{{"op":"{operator}","path":{path_text},"value":{value}}}"#);
            let json = RawValue::from_string(text).map_err(|error| {
                Failure::usage(format!("the value of {path} cannot be sent: {error}"))
            })?;
            Ok(Operation {
                path: path.clone(),
                json,
            })
        })
        .collect()
}

/// A value as JSON. Where the contract says that it is text, only null and what is
/// in quotes already is taken as JSON: `--set /salesStage=40` means \"40\".
fn value_of(contract: &Contract, path: &str, value: &str) -> String {
    let is_text = contract.json_type("Referral", path) == Some("string");
    let trimmed = value.trim();
    let as_json = !is_text || trimmed == "null" || trimmed.starts_with('"');
    match serde_json::from_str::<&RawValue>(value) {
        Ok(json) if as_json => json.get().to_owned(),
        _ => serde_json::Value::from(value).to_string(),
    }
}

fn from_file(file: &Path) -> Result<Vec<Operation>, Failure> {
    let document = Document::read(file)?;
    let source = &document.source;
    if document.shape() != Shape::Array {
        return Err(Failure::usage(format!(
            "{source} holds no array: a JSON Patch is one, such as \
             [{{\"op\":\"replace\",\"path\":\"/details/notes\",\"value\":\"...\"}}]; \
             a referral with the changes in it is not accepted by the service"
        )));
    }
    let items: Vec<Box<RawValue>> = serde_json::from_str(document.json.get())
        .map_err(|error| Failure::usage(format!("{source} cannot be read: {error}")))?;
    if items.is_empty() {
        return Err(Failure::usage(format!(
            "{source} holds an empty array: there is nothing to change"
        )));
    }
    let numbered = items.into_iter().enumerate();
    numbered
        .map(|(index, json)| operation(json, &format!("operation {} of {source}", index + 1)))
        .collect()
}

/// An operation as the documentation knows it.
fn operation(json: Box<RawValue>, source: &str) -> Result<Operation, Failure> {
    let value: serde_json::Value = serde_json::from_str(json.get())
        .map_err(|error| Failure::usage(format!("{source} cannot be read: {error}")))?;
    let refused = |reason: String| Err(Failure::usage(format!("{source} {reason}")));
    match value["op"].as_str() {
        Some("replace" | "add") => {}
        Some(op) => {
            return refused(format!(
                "has the op {op:?}: the service documents replace and add only; `referrals api \
                 PATCH` sends any other"
            ));
        }
        None => return refused("has no op: write replace or add".to_owned()),
    }
    let path = value["path"].as_str().unwrap_or_default();
    if !path.starts_with('/') {
        return refused(format!(
            "has the path {path:?}: write a JSON Pointer such as /details/notes"
        ));
    }
    if value.get("value").is_none() {
        return refused("has no value".to_owned());
    }
    Ok(Operation {
        path: path.to_owned(),
        json,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_text_where_the_contract_says_so() {
        let contract = Contract::named("engagements").expect("the contract");
        for (path, value, json) in [
            (
                "/details/dealValue",
                "9007199254740993.55",
                "9007199254740993.55",
            ),
            ("/details/dealValue", "\"10000\"", "\"10000\""),
            ("/details/dealValue", "a lot", "\"a lot\""),
            ("/salesStage", "40", "\"40\""),
            ("/salesStage", "\"40\"", "\"40\""),
            ("/salesStage", "null", "null"),
            ("/details/notes", "", "\"\""),
            ("/details/notes", "{\"a\":1}", "\"{\\\"a\\\":1}\""),
            ("/customerProfile/address/postalCode", "98052", "\"98052\""),
            ("/team/-", "{\"email\":\"a\"}", "{\"email\":\"a\"}"),
            ("/favorite", "true", "true"),
            ("/mood", "1.50", "1.50"),
        ] {
            assert_eq!(value_of(&contract, path, value), json, "{path}={value}");
        }
    }

    #[test]
    fn only_documented_operations_are_taken_from_a_file() {
        let read = |json: &str| {
            let json = RawValue::from_string(json.to_owned()).expect("JSON");
            operation(json, "it").map(|operation| operation.path)
        };
        let good = r#"{"op":"add","path":"/team/-","value":{}}"#;
        assert_eq!(read(good).as_deref(), Ok("/team/-"));
        for bad in [
            r#"{"op":"remove","path":"/team/0"}"#,
            r#"{"path":"/team/0","value":1}"#,
            r#"{"op":"replace","path":"team","value":1}"#,
            r#"{"op":"replace","path":"/team"}"#,
            "7",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
