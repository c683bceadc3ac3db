//! Bodies in the spellings that clients get wrong, put right for the dialect lenient:
//! member names and enum values in any letter case (X7), booleans and numbers in
//! texts (X8, X25), patches with any spelling of their operations.

use std::collections::HashSet;

use serde_json::Value;

use crate::json::Json;
use crate::problem::Problem;
use crate::request::shown;
use crate::shape::Shape;

use super::body::Read;

/// A referral in the contract's spelling.
pub(super) fn referral(body: Read, shape: &Shape) -> Result<Read, Problem> {
    read(spell(body.json, shape)?)
}

/// A patch in the contract's spelling.
pub(super) fn patch(body: Read, shape: &Shape) -> Result<Read, Problem> {
    let Json::Array(operations) = body.json else {
        return Ok(body);
    };
    let operations = operations.into_iter().map(|operation| {
        let names = ["op", "path", "value", "from"].map(|name| (name.to_owned(), Shape::Any));
        let mut operation = spell(operation, &Shape::Object(names.into()))?;
        if let Some(op) = operation.get("op").text().map(str::to_ascii_lowercase) {
            operation.set("op", op);
        }
        if let Some((path, inner)) = operation
            .get("path")
            .text()
            .and_then(|path| at(path, shape))
        {
            let value = spell(operation.get("value").clone(), inner)?;
            operation.set("path", path);
            if operation.has("value") {
                operation.set("value", value);
            }
        }
        Ok::<_, Problem>(operation)
    });
    read(Json::Array(operations.collect::<Result<_, _>>()?))
}

fn read(json: Json) -> Result<Read, Problem> {
    let value: Value = serde_json::from_str(&json.to_string())
        .map_err(|error| Problem::bad_request(error.to_string()))?;
    Ok(Read { value, json })
}

/// A path of a patch in the contract's spelling, and what is there.
fn at<'s>(path: &str, shape: &'s Shape) -> Option<(String, &'s Shape)> {
    let mut known = String::new();
    let mut shape = shape;
    for name in path.strip_prefix('/')?.split('/') {
        let (name, inner) = match shape {
            Shape::List(item) => (name, &**item),
            shape => shape.member(name, true)?,
        };
        known.push('/');
        known.push_str(name);
        shape = inner;
    }
    Some((known, shape))
}

fn spell(json: Json, shape: &Shape) -> Result<Json, Problem> {
    Ok(match (json, shape) {
        (Json::Text(text), Shape::Truth) => match text.to_ascii_lowercase().as_str() {
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => Json::Text(text),
        },
        (Json::Text(text), Shape::Number) => Json::number(&text).unwrap_or(Json::Text(text)),
        (Json::Text(text), Shape::Enum(values)) => {
            let known = values
                .iter()
                .find(|known| known.eq_ignore_ascii_case(&text));
            known.map_or(Json::Text(text), |known| known.clone().into())
        }
        (Json::Array(items), Shape::List(item)) => {
            let items = items.into_iter().map(|inner| spell(inner, item));
            Json::Array(items.collect::<Result<_, _>>()?)
        }
        (Json::Object(members), Shape::Object(_)) => {
            let mut spelt = Vec::with_capacity(members.len());
            // A body has room for a hundred thousand of them.
            let mut seen = HashSet::with_capacity(members.len());
            for (name, value) in members {
                let member = match shape.member(&name, true) {
                    Some((known, inner)) => (known.to_owned().into(), spell(value, inner)?),
                    None => (name.clone(), value),
                };
                if !seen.insert(member.0.clone()) {
                    let shown = shown(&name);
                    let problem = Problem::bad_request(format!(
                        "The member {shown} is there twice, in two spellings."
                    ));
                    return Err(match shape.member(&name, true) {
                        Some((known, _)) => problem.about(known),
                        None => problem.about_what_is_not_there(&name),
                    });
                }
                spelt.push(member);
            }
            Json::Object(spelt)
        }
        (json, _) => json,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemas::Schemas;

    fn shape() -> &'static Shape {
        Schemas::get().expect("the contract").shape()
    }

    fn json(text: &str) -> Read {
        read(Json::read(text).expect("JSON")).expect("JSON")
    }

    /// It took 20 seconds when each was compared with all before it.
    #[test]
    fn many_members_take_no_time_to_speak_of() {
        let members: Vec<_> = (0..60_000).map(|n| format!("\"{n}\":1")).collect();
        let many = json(&format!("{{{}}}", members.join(",")));
        let begin = std::time::Instant::now();
        let read = referral(many, shape()).expect("read");
        assert!(begin.elapsed() < std::time::Duration::from_secs(5));
        assert_eq!(
            read.value.as_object().map(|members| members.len()),
            Some(60_000)
        );
    }

    #[test]
    fn what_is_spelt_wrong_is_put_right_and_nothing_else() {
        for (sent, expected) in [
            (
                r#"{"Type":"shared","Details":{"DealValue":"10.50","NOTES":"true"}}"#,
                r#"{"type":"Shared","details":{"dealValue":10.50,"notes":"true"}}"#,
            ),
            (
                r#"{"consent":{"consentToContact":"True"},"Team":[{"EMAIL":"a"},null]}"#,
                r#"{"consent":{"consentToContact":true},"team":[{"email":"a"},null]}"#,
            ),
            (
                r#"{"unknown":"true","details":{"dealValue":"ten"},"favorite":"yes"}"#,
                r#"{"unknown":"true","details":{"dealValue":"ten"},"favorite":"yes"}"#,
            ),
        ] {
            let read = referral(json(sent), shape()).expect(sent);
            assert_eq!(read.json.to_string(), expected);
            assert!(read.value.is_object());
        }
        assert!(referral(json(r#"{"name":"a","Name":"b"}"#), shape()).is_err());
        let sent = r#"[{"Op":"Replace","Path":"/Details/DealValue","Value":"7"},
            {"op":"add","path":"/team/-","value":{"Email":"a"}},{"op":"add","path":"/x"},5]"#;
        let expected = concat!(
            r#"[{"op":"replace","path":"/details/dealValue","value":7},"#,
            r#"{"op":"add","path":"/team/-","value":{"email":"a"}},{"op":"add","path":"/x"},5]"#
        );
        let read = patch(json(sent), shape()).expect(sent);
        assert_eq!(read.json.to_string(), expected);
    }
}
