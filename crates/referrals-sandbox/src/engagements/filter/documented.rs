//! Which filters the documentation states.

use chrono::DateTime;

use super::Refusal;
use super::parser::{Expression, Lambda, Logic, Node, Operator, Path, is_guid, show};
use crate::request::shown;
use crate::schemas::Schemas;

/// What a field is compared with.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Guid,
    Text,
    Time,
    Enum(&'static str),
}

/// A field, by the names that lead to it.
type Field = (&'static [&'static str], Kind);

/// The fields that are documented.
const FIELDS: [Field; 8] = [
    (&["engagementId"], Kind::Guid),
    (&["status"], Kind::Enum("ReferralStatus")),
    (&["substatus"], Kind::Enum("ReferralSubstatus")),
    (&["qualification"], Kind::Enum("ReferralQualification")),
    (&["type"], Kind::Enum("ReferralType")),
    (&["direction"], Kind::Enum("ReferralDirection")),
    (&["customerProfile", "address", "country"], Kind::Text),
    (&["updatedDateTime"], Kind::Time),
];

/// The collections that `any` is documented for, with their items' fields.
const COLLECTIONS: [(&str, &[Field]); 1] = [("team", &[(&["email"], Kind::Text)])];

/// Holds filters against the documentation.
pub(super) struct Documented<'a> {
    pub(super) schemas: &'a Schemas,
    /// Whether GUIDs are taken without quotes, as links on the wire have them (X4).
    pub(super) bare_guids: bool,
}

impl Documented<'_> {
    pub(super) fn check(&self, node: &Node) -> Result<(), Refusal> {
        let undocumented = |at: usize, name: &str| {
            let what = format!("{name} is not documented");
            Err(Refusal::new(at, what))
        };
        match &node.kind {
            Expression::Joined { by, at, parts } => match by {
                Logic::And => parts.iter().try_for_each(|part| self.check(part)),
                Logic::Or => undocumented(*at, by.name()),
            },
            Expression::Comparison {
                operator,
                operator_at,
                left,
                right,
            } => self.compare((*operator, *operator_at), left, right, None),
            Expression::Lambda(lambda) => self.any(lambda),
            Expression::Not(_) => undocumented(node.at, "not"),
            Expression::Negated(_) => undocumented(node.at, "a minus"),
            Expression::Arithmetic {
                operator,
                operator_at,
                ..
            } => undocumented(*operator_at, operator.name()),
            Expression::Call { name, .. } => {
                undocumented(node.at, &format!("the function {}", shown(name)))
            }
            Expression::In { operator_at, .. } => undocumented(*operator_at, "in"),
            Expression::Path(path) => {
                let what = format!("an operator is missing behind {}", show(path));
                let end = path
                    .last()
                    .map_or(node.at, |name| name.at + name.text.chars().count());
                Err(Refusal::new(end, what))
            }
            Expression::Text(_) | Expression::Word(_) => {
                Err(Refusal::new(node.at, "a field is missing"))
            }
        }
    }

    fn any(&self, lambda: &Lambda) -> Result<(), Refusal> {
        if lambda.all {
            return Err(Refusal::new(lambda.at, "all is not documented"));
        }
        let names: Vec<_> = lambda.path.iter().map(|name| name.text.as_str()).collect();
        let Some((_, fields)) = COLLECTIONS.iter().find(|(name, _)| names == [*name]) else {
            let what = format!("any is not documented for {}", show(&lambda.path));
            return Err(Refusal::new(lambda.path[0].at, what));
        };
        let Some((variable, body)) = &lambda.body else {
            let what = "any is not documented without a condition inside";
            return Err(Refusal::new(lambda.at, what));
        };
        let Expression::Comparison {
            operator,
            operator_at,
            left,
            right,
        } = &body.kind
        else {
            let what = "any is documented with one comparison inside";
            return Err(Refusal::new(body.at, what));
        };
        let inside = (variable.text.as_str(), *fields);
        self.compare((*operator, *operator_at), left, right, Some(inside))
    }

    /// Inside `any` paths begin with the name that it gives to an item.
    fn compare(
        &self,
        (operator, operator_at): (Operator, usize),
        left: &Node,
        right: &Node,
        inside: Option<(&str, &[Field])>,
    ) -> Result<(), Refusal> {
        let path: &Path = match &left.kind {
            Expression::Path(path) => path,
            Expression::Text(_) | Expression::Word(_) => {
                return Err(Refusal::new(left.at, "a field is missing before a value"));
            }
            _ => {
                return self
                    .check(left)
                    .and(Err(Refusal::new(left.at, "a field is missing")));
            }
        };
        let mut names: Vec<_> = path.iter().map(|name| name.text.as_str()).collect();
        let fields = match inside {
            None => &FIELDS[..],
            Some((variable, _)) if names[0] != variable => {
                let what = format!(
                    "{} does not begin with {}, the name that any gives to an item",
                    show(path),
                    shown(variable)
                );
                return Err(Refusal::new(left.at, what));
            }
            Some((_, fields)) => {
                names.remove(0);
                fields
            }
        };
        let Some((_, kind)) = fields.iter().find(|(field, _)| names == *field) else {
            let what = format!("no filter on {} is documented", show(path));
            return Err(Refusal::new(left.at, what));
        };
        let ordered = matches!(kind, Kind::Time) && operator != Operator::Unequal;
        if !(ordered || operator == Operator::Equal) {
            let what = format!("{} is not documented for {}", operator.name(), show(path));
            return Err(Refusal::new(operator_at, what));
        }
        self.value(*kind, right)
    }

    fn value(&self, kind: Kind, right: &Node) -> Result<(), Refusal> {
        let refuse = |what: String| Err(Refusal::new(right.at, what));
        let name;
        let (text, word) = match &right.kind {
            Expression::Text(text) => (Some(text), ""),
            Expression::Word(word) => (None, word.as_str()),
            Expression::Path(path) => {
                name = show(path);
                (None, name.as_str())
            }
            _ => {
                let missing = refuse("a value is missing".to_owned());
                return self.check(right).and(missing);
            }
        };
        match (kind, text) {
            (Kind::Time, None) if is_utc(word) => Ok(()),
            (Kind::Time, None) => refuse(format!("{} is no time in UTC", shown(word))),
            (Kind::Time, Some(_)) => refuse("a time has no quotes around it".to_owned()),
            (Kind::Guid | Kind::Text, Some(_)) => Ok(()),
            (Kind::Guid, None) if is_guid(word) => match self.bare_guids {
                true => Ok(()),
                false => refuse("a GUID without quotes is not documented".to_owned()),
            },
            (Kind::Guid, None) => refuse(format!(
                "{} is no GUID; other texts need quotes",
                shown(word)
            )),
            (Kind::Enum(name), Some(value)) => {
                let known = self.schemas.values(name);
                if known.contains(value) {
                    return Ok(());
                }
                let known = known.join(", ");
                refuse(format!("'{}' is none of {known}", shown(value)))
            }
            (Kind::Text | Kind::Enum(_), None) => {
                refuse(format!("{} needs single quotes around it", shown(word)))
            }
        }
    }
}

/// A time in UTC, as OData writes it.
fn is_utc(word: &str) -> bool {
    word.ends_with('Z')
        && word.as_bytes().get(10) == Some(&b'T')
        && DateTime::parse_from_rfc3339(word).is_ok()
}
