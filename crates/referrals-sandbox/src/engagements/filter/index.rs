//! What of a filter the index can tell.

use chrono::{DateTime, FixedOffset};

use super::{Filter, Operator, Test};
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
        Test::All(tests) => Wanted::All(tests.iter().map(wanted).collect()),
        Test::Is { path, value } => match field(path) {
            Some(field) => Wanted::Value(field, value.clone()),
            None => Wanted::Unknown,
        },
        Test::IsGuid { path, value } if path == &["engagementId"] => {
            Wanted::Engagement(value.clone())
        }
        Test::Time {
            path,
            operator,
            value,
        } if path == &["updatedDateTime"] => updated(*operator, value),
        Test::Any { path, test } if path == &["team"] => match test.as_ref() {
            Test::Is { path, value } if path == &["email"] => {
                Wanted::Value(Field::Team, value.clone())
            }
            _ => Wanted::Unknown,
        },
        Test::IsGuid { .. } | Test::Time { .. } | Test::Any { .. } => Wanted::Unknown,
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
fn updated(operator: Operator, value: &DateTime<FixedOffset>) -> Wanted {
    let nanos = i64::from(value.timestamp_subsec_nanos());
    let floor = value.timestamp() * SECOND + nanos / 100;
    let between = nanos % 100 != 0;
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
