//! `$select`: the members of a referral that are wanted.

use crate::dialect::Dialect;
use crate::json::Json;
use crate::problem::Problem;
use crate::request::shown;
use crate::schemas::Schemas;
use crate::shape::Shape;

use super::filter::LENIENT;

/// Members by name, each whole or with the members of it that are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Select(Vec<(String, Option<Select>)>);

impl Select {
    /// Reads the names. Nothing when all are wanted.
    pub(super) fn read(
        value: &str,
        schemas: &Schemas,
        dialect: Dialect,
    ) -> Result<Option<Self>, Problem> {
        let lenient = dialect.is_lenient();
        let mut select = Self::default();
        let mut all = false;
        for path in value.split(',').map(str::trim) {
            if lenient && path == "*" {
                all = true;
                continue;
            }
            let names: Vec<_> = match lenient {
                true => path.split('/').collect(),
                false => vec![path],
            };
            let Some(names) = resolve(schemas.shape(), &names, lenient) else {
                return Err(unknown(path, schemas, dialect));
            };
            select.add(&names);
        }
        Ok((!all).then_some(select))
    }

    fn add(&mut self, names: &[&str]) {
        let Some((first, rest)) = names.split_first() else {
            return;
        };
        let place = self.0.iter().position(|(name, _)| name == first);
        let place = place.unwrap_or_else(|| {
            self.0.push(((*first).to_owned(), Some(Self::default())));
            self.0.len() - 1
        });
        let inner = &mut self.0[place].1;
        match inner {
            // What is wanted whole stays so.
            None => {}
            Some(_) if rest.is_empty() => *inner = None,
            Some(inner) => inner.add(rest),
        }
    }

    /// What is wanted of a value; of a collection, of each of its items.
    pub(super) fn of(&self, value: Json) -> Json {
        match value {
            Json::Object(members) => {
                let wanted = members.into_iter().filter_map(|(name, value)| {
                    let (_, inner) = self.0.iter().find(|(wanted, _)| *wanted == name)?;
                    let value = match inner {
                        Some(inner) => inner.of(value),
                        None => value,
                    };
                    Some((name, value))
                });
                Json::Object(wanted.collect())
            }
            Json::Array(items) => {
                Json::Array(items.into_iter().map(|item| self.of(item)).collect())
            }
            value => value,
        }
    }
}

/// The names in the contract's spelling.
fn resolve<'s>(shape: &'s Shape, names: &[&str], any_case: bool) -> Option<Vec<&'s str>> {
    let mut shape = shape;
    let mut known = Vec::with_capacity(names.len());
    for name in names {
        if let Shape::List(item) = shape {
            shape = item;
        }
        let (name, member) = shape.member(name, any_case)?;
        known.push(name);
        shape = member;
    }
    Some(known)
}

fn unknown(path: &str, schemas: &Schemas, dialect: Dialect) -> Problem {
    let reason = match dialect {
        Dialect::Lenient => {
            let near = schemas.shape().nearest(path);
            let near = near.map_or(String::new(), |near| format!(" There is {near}."));
            format!(
                "$select names \"{}\", which is no member of a referral.{near}",
                shown(path)
            )
        }
        _ => {
            let names: Vec<_> = path.split('/').collect();
            let taken = path == "*" || resolve(schemas.shape(), &names, true).is_some();
            let hint = if taken { LENIENT } else { "" };
            format!(
                "$select names \"{}\", which is no member of a referral. Members of members \
                 cannot be selected, and names are spelt as in answers (\"Get a list of \
                 referrals\", 2020).{hint}",
                shown(path)
            )
        }
    };
    Problem::bad_request(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_members_and_items() {
        let schemas = Schemas::get().expect("the contract");
        let read = |value| Select::read(value, schemas, Dialect::Lenient).expect(value);
        let referral = r#"{"id":"1","name":"x","customerProfile":{"name":"y","size":null},
            "team":[{"email":"a","firstName":"b"},null],"inviteContext":null}"#;
        let referral = Json::read(referral).expect("JSON");
        for (value, expected) in [
            ("ID,Team/Email", r#"{"id":"1","team":[{"email":"a"},null]}"#),
            (
                "customerProfile/name",
                r#"{"customerProfile":{"name":"y"}}"#,
            ),
            (
                "customerProfile/name, customerProfile",
                r#"{"customerProfile":{"name":"y","size":null}}"#,
            ),
            (
                "customerProfile,customerProfile/name",
                r#"{"customerProfile":{"name":"y","size":null}}"#,
            ),
            ("inviteContext/notes", r#"{"inviteContext":null}"#),
        ] {
            let select = read(value).expect("a part");
            assert_eq!(select.of(referral.clone()).to_string(), expected, "{value}");
        }
        assert_eq!(read("id,*"), None);
        for value in ["", "id,", "nobody", "team/nobody", "name/first"] {
            assert!(
                Select::read(value, schemas, Dialect::Lenient).is_err(),
                "{value}"
            );
        }
    }
}
