//! What of a filter the index can tell.

use super::Filter;
use super::parser::{Logic, Operator};
use super::test::{Read, Test};
use super::value::{Instant, Value};
use crate::data::SECOND;
use crate::index::{Field, Wanted};

impl Filter {
    /// What the index is asked for. Where it cannot tell all of it, it finds more.
    pub(in super::super) fn wanted(&self) -> Wanted {
        wanted(&self.0)
    }
}

fn wanted(test: &Test) -> Wanted {
    match test {
        Test::Joined(Logic::And, tests) => Wanted::All(tests.iter().map(wanted).collect()),
        Test::Comparison {
            operator,
            any_case,
            left,
            right,
        } => match (member(left, 0), right.as_ref()) {
            (Some((path, Read::Text)), Test::Value(Value::Text(value)))
                if *operator == Operator::Equal =>
            {
                match (*any_case, field(path)) {
                    (false, Some(field)) => Wanted::Value(field, value.to_string()),
                    (true, _) if path == ["engagementId"] => Wanted::Engagement(value.to_string()),
                    _ => Wanted::Unknown,
                }
            }
            (Some((path, Read::Time)), Test::Value(Value::Time(value)))
                if path == ["updatedDateTime"] =>
            {
                updated(*operator, *value)
            }
            _ => Wanted::Unknown,
        },
        Test::Lambda {
            scope: 0,
            names,
            all: false,
            body: Some(body),
        } if names == &["team"] => match email(body) {
            Some(value) => Wanted::Value(Field::Team, value),
            None => Wanted::Unknown,
        },
        _ => Wanted::Unknown,
    }
}

/// The member that a test reads of the referral (0) or of an item.
fn member(test: &Test, of: usize) -> Option<(&[String], Read)> {
    match test {
        Test::Member { scope, names, read } if *scope == of => Some((names, *read)),
        _ => None,
    }
}

/// The address that a member of the team has to have.
fn email(test: &Test) -> Option<String> {
    let Test::Comparison {
        operator: Operator::Equal,
        any_case: false,
        left,
        right,
    } = test
    else {
        return None;
    };
    let (path, _) = member(left, 1)?;
    match right.as_ref() {
        Test::Value(Value::Text(value)) if path == ["email"] => Some(value.to_string()),
        _ => None,
    }
}

fn field(path: &[String]) -> Option<Field> {
    let path: Vec<_> = path.iter().map(String::as_str).collect();
    Some(match path.as_slice() {
        ["status"] => Field::Status,
        ["substatus"] => Field::Substatus,
        ["qualification"] => Field::Qualification,
        ["type"] => Field::Type,
        ["direction"] => Field::Direction,
        ["customerProfile", "address", "country"] => Field::Country,
        _ => return None,
    })
}

/// The ticks that are so, both ends included. A time may be finer than a tick.
fn updated(operator: Operator, value: Instant) -> Wanted {
    let (floor, between) = value.ticks(SECOND);
    let ceiling = floor + i64::from(between);
    let (from, to) = match operator {
        Operator::Equal if between => (i64::MAX, i64::MIN),
        Operator::Equal => (floor, floor),
        Operator::GreaterOrEqual => (ceiling, i64::MAX),
        Operator::Greater => (floor + 1, i64::MAX),
        Operator::LessOrEqual => (i64::MIN, floor),
        Operator::Less => (i64::MIN, ceiling - 1),
        Operator::Unequal => return Wanted::Unknown,
    };
    Wanted::Updated(from, to)
}
