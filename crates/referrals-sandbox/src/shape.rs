//! The members of a referral and their types, as the contract has them.

use serde_json::Value;

/// What a member is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Truth,
    Number,
    Text,
    /// A text that is the same in any letter case.
    Guid,
    Time,
    /// One of these texts.
    Enum(Vec<String>),
    List(Box<Shape>),
    Object(Vec<(String, Shape)>),
    /// The contract does not say.
    Any,
}

/// How deep the contract nests. It has no referral inside a referral.
const DEPTH: usize = 16;

/// Members whose values are GUIDs. The contract has them as texts.
const GUIDS: [&str; 2] = ["id", "engagementId"];

impl Shape {
    /// The shape of a referral, out of its JSON Schema.
    pub(crate) fn of_referral(schema: &Value) -> Self {
        let mut shape = Self::of(schema, schema, DEPTH);
        if let Self::Object(members) = &mut shape {
            for (name, member) in members {
                if GUIDS.contains(&name.as_str()) {
                    *member = Self::Guid;
                }
            }
        }
        shape
    }

    fn of(schema: &Value, root: &Value, depth: usize) -> Self {
        if depth == 0 {
            return Self::Any;
        }
        if let Some(name) = schema["$ref"].as_str() {
            let pointer = name.trim_start_matches('#');
            let inner = root.pointer(pointer).unwrap_or(&Value::Null);
            return Self::of(inner, root, depth - 1);
        }
        // A reference that may be null.
        if schema["else"].is_object() {
            return Self::of(&schema["else"], root, depth - 1);
        }
        let kinds = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.as_str().into_iter().collect::<Vec<_>>(),
        };
        match kinds.into_iter().find(|kind| *kind != "null") {
            Some("boolean") => Self::Truth,
            Some("number" | "integer") => Self::Number,
            Some("array") => Self::List(Box::new(Self::of(&schema["items"], root, depth - 1))),
            Some("object") => {
                let members = schema["properties"].as_object().into_iter().flatten();
                let members =
                    members.map(|(name, inner)| (name.clone(), Self::of(inner, root, depth - 1)));
                Self::Object(members.collect())
            }
            Some("string") if schema["format"] == "date-time" => Self::Time,
            Some("string") => match schema["enum"].as_array() {
                Some(values) => {
                    let values = values.iter().filter_map(Value::as_str);
                    Self::Enum(values.map(str::to_owned).collect())
                }
                None => Self::Text,
            },
            _ => Self::Any,
        }
    }

    /// The members of an object.
    pub(crate) fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Object(members) => members,
            _ => &[],
        }
    }

    /// The member of this name, in any letter case when none has exactly this one.
    pub(crate) fn member(&self, name: &str, any_case: bool) -> Option<(&str, &Self)> {
        let members = self.members();
        let exact = members.iter().find(|(known, _)| known == name);
        let found = exact.or_else(|| {
            let mut members = members.iter().filter(|_| any_case);
            members.find(|(known, _)| known.eq_ignore_ascii_case(name))
        });
        found.map(|(name, shape)| (name.as_str(), shape))
    }

    /// The member whose name comes nearest to one that there is not.
    pub(crate) fn nearest(&self, name: &str) -> Option<&str> {
        let name = name.to_ascii_lowercase();
        let names = self.members().iter().map(|(known, _)| known.as_str());
        let near = names.map(|known| (distance(&name, &known.to_ascii_lowercase()), known));
        let (distance, known) = near.min()?;
        (distance * 2 <= known.len()).then_some(known)
    }
}

/// How many letters have to be put in, left out or changed.
fn distance(one: &str, two: &str) -> usize {
    let two: Vec<char> = two.chars().collect();
    let mut row: Vec<usize> = (0..=two.len()).collect();
    for (line, letter) in one.chars().take(64).enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (place, other) in two.iter().enumerate() {
            let change = diagonal + usize::from(letter != *other);
            diagonal = row[place + 1];
            row[place + 1] = change.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row[two.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schemas::Schemas;

    #[test]
    fn members_have_the_types_of_the_contract() {
        let shape = Schemas::get().expect("the contract").shape();
        let at = |path: &[&str]| {
            path.iter().fold(shape, |shape, name| {
                let shape = match shape {
                    Shape::List(item) => item,
                    shape => shape,
                };
                shape.member(name, false).expect(name).1
            })
        };
        assert_eq!(at(&["id"]), &Shape::Guid);
        assert_eq!(at(&["favorite"]), &Shape::Truth);
        assert_eq!(at(&["updatedDateTime"]), &Shape::Time);
        assert_eq!(at(&["details", "dealValue"]), &Shape::Number);
        assert_eq!(at(&["team", "email"]), &Shape::Text);
        assert!(!at(&["team", "contactPreference"]).members().is_empty());
        assert!(matches!(at(&["status"]), Shape::Enum(values) if values.len() == 4));
        assert_eq!(at(&["tags"]), &Shape::List(Box::new(Shape::Text)));
        assert_eq!(at(&["customerProfile", "ids"]), &Shape::Any);
        assert_eq!(shape.member("Status", false), None);
        assert_eq!(
            shape.member("Status", true).map(|found| found.0),
            Some("status")
        );
        assert_eq!(shape.nearest("statsu"), Some("status"));
        assert_eq!(shape.nearest("quantum"), None);
    }
}
