//! What of a filter the index can tell.
//!
//! A `not` is carried inwards, to the single comparisons: what is asked is not whether
//! something holds, but whether it is true or whether it is false. So null, which is
//! neither, is never taken for one of them.

use super::Filter;
use super::parser::{Logic, Operator};
use super::test::{Read, Test};
use super::value::{Instant, Value};
use crate::data::SECOND;
use crate::index::{Field, Wanted};

impl Filter {
    /// What the index is asked for. Where it cannot tell all of it, it finds more.
    pub(in super::super) fn wanted(&self) -> Wanted {
        wanted(&self.0, true)
    }
}

/// Those for which this is true, or false.
fn wanted(test: &Test, truth: bool) -> Wanted {
    match test {
        Test::Value(Value::Truth(value)) => constant(*value == truth),
        Test::Value(Value::Null) => constant(false),
        Test::Not(inner) => wanted(inner, !truth),
        Test::Joined(by, parts) => {
            let parts = parts.iter().map(|part| wanted(part, truth)).collect();
            match (*by == Logic::And) == truth {
                true => Wanted::All(parts),
                false => Wanted::Any(parts),
            }
        }
        Test::Comparison {
            operator,
            any_case,
            left,
            right,
        } => {
            let (operator, left, right) = match right.as_ref() {
                Test::Member { .. } => (operator.turned(), right, left),
                _ => (*operator, left, right),
            };
            match (member(left, 0), right.as_ref()) {
                (Some((path, read)), Test::Value(value)) => {
                    compared((operator, truth), path, read, *any_case, value)
                }
                _ => Wanted::Unknown,
            }
        }
        Test::In {
            left,
            any_case,
            null,
            values,
        } => {
            let Some((path, Read::Text)) = member(left, 0) else {
                return Wanted::Unknown;
            };
            let values = values.iter().chain(null.then_some(&Value::Null));
            let values = values.map(|value| equal(path, *any_case, value));
            is(Wanted::Any(values.collect()), truth)
        }
        Test::Lambda {
            scope: 0,
            names,
            all,
            body: Some(body),
        } if names == &["team"] => is(some(body, !all), truth != *all),
        _ => Wanted::Unknown,
    }
}

/// All referrals, or none.
fn constant(all: bool) -> Wanted {
    match all {
        true => Wanted::All(Vec::new()),
        false => Wanted::Any(Vec::new()),
    }
}

/// Those that are wanted, or all others.
fn is(wanted: Wanted, truth: bool) -> Wanted {
    match truth {
        true => wanted,
        false => Wanted::Not(Box::new(wanted)),
    }
}

/// The member that a test reads of the referral (0) or of an item.
fn member(test: &Test, of: usize) -> Option<(&[String], Read)> {
    match test {
        Test::Member { scope, names, read } if *scope == of => Some((names, *read)),
        _ => None,
    }
}

fn compared(
    (operator, truth): (Operator, bool),
    path: &[String],
    read: Read,
    any_case: bool,
    value: &Value<'_>,
) -> Wanted {
    match (read, operator) {
        (Read::Text, Operator::Equal) => is(equal(path, any_case, value), truth),
        (Read::Text, Operator::Unequal) => is(equal(path, any_case, value), !truth),
        (Read::Time, _) => {
            // Both are always there.
            let within = match path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
                ["updatedDateTime"] => Wanted::Updated,
                ["createdDateTime"] => Wanted::Created,
                _ => return Wanted::Unknown,
            };
            let time = match value {
                Value::Time(time) => *time,
                Value::Date(day) => Instant::midnight(*day),
                _ => return Wanted::Unknown,
            };
            let operator = if truth { operator } else { operator.negated() };
            times(operator, time, within)
        }
        _ => Wanted::Unknown,
    }
}

/// Those whose member is this text, or null.
fn equal(path: &[String], any_case: bool, value: &Value<'_>) -> Wanted {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    match (value, any_case) {
        (Value::Text(value), true) => match path[..] {
            ["id"] => Wanted::Referral(value.to_string()),
            ["engagementId"] => Wanted::Engagement(value.to_string()),
            _ => Wanted::Unknown,
        },
        (Value::Text(value), false) => match field(&path) {
            Some(field) => Wanted::Value(field, value.to_string()),
            None => Wanted::Unknown,
        },
        (Value::Null, _) => field(&path).map_or(Wanted::Unknown, Wanted::Without),
        _ => Wanted::Unknown,
    }
}

fn field(path: &[&str]) -> Option<Field> {
    Some(match path {
        ["status"] => Field::Status,
        ["substatus"] => Field::Substatus,
        ["qualification"] => Field::Qualification,
        ["type"] => Field::Type,
        ["direction"] => Field::Direction,
        ["customerProfile", "address", "country"] => Field::Country,
        _ => return None,
    })
}

/// Those of which some member of the team makes this true, or false.
fn some(body: &Test, truth: bool) -> Wanted {
    let email = |test| matches!(member(test, 1), Some(([name], Read::Text)) if name == "email");
    let has = |value: &Value<'_>| match value {
        Value::Text(value) => Wanted::Value(Field::Team, value.to_string()),
        _ => Wanted::Unknown,
    };
    match body {
        Test::Not(inner) => some(inner, !truth),
        Test::Joined(by, parts) => {
            let mut parts: Vec<_> = parts.iter().map(|part| some(part, truth)).collect();
            match (*by == Logic::And) == truth {
                true => {
                    // It would have to be the same member.
                    parts.push(Wanted::Unknown);
                    Wanted::All(parts)
                }
                false => Wanted::Any(parts),
            }
        }
        Test::Comparison {
            operator,
            any_case: false,
            left,
            right,
        } => {
            let same = match operator {
                Operator::Equal => truth,
                Operator::Unequal => !truth,
                _ => false,
            };
            match (left.as_ref(), right.as_ref()) {
                (Test::Value(value), member) | (member, Test::Value(value))
                    if same && email(member) =>
                {
                    has(value)
                }
                _ => Wanted::Unknown,
            }
        }
        Test::In {
            left,
            any_case: false,
            null: false,
            values,
        } if truth && email(left) => Wanted::Any(values.iter().map(has).collect()),
        _ => Wanted::Unknown,
    }
}

/// The ticks that are so, both ends included. A time may be finer than a tick.
fn times(operator: Operator, value: Instant, within: fn(i64, i64) -> Wanted) -> Wanted {
    let (floor, between) = value.ticks(SECOND);
    let ceiling = floor + i64::from(between);
    match operator {
        Operator::Equal if between => within(i64::MAX, i64::MIN),
        Operator::Equal => within(floor, floor),
        Operator::GreaterOrEqual => within(ceiling, i64::MAX),
        Operator::Greater => within(floor + 1, i64::MAX),
        Operator::LessOrEqual => within(i64::MIN, floor),
        Operator::Less => within(i64::MIN, ceiling - 1),
        Operator::Unequal => is(times(Operator::Equal, value, within), false),
    }
}
