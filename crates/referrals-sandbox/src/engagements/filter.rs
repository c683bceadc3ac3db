//! `$filter`: text to words, words to a tree, the tree to a test.
//!
//! The grammar is OData's as far as comparisons, paths, `any`, `and` and
//! parentheses go. What of it this API documents is decided in the last step, so
//! that a refusal can name the place and what there is instead.

mod index;
mod lexer;
mod parser;

use chrono::{DateTime, FixedOffset};
use uuid::Uuid;

use crate::json::Json;
use crate::problem::Problem;
use crate::request::shown;
use crate::schemas::Schemas;

use parser::{Comparison, Expression, Literal, Operator, Path};

/// What a refusal says there is.
const DOCUMENTED: &str = "Documented are engagementId, status, substatus, qualification, type, \
    direction and customerProfile/address/country with eq and a text in single quotes, \
    team/any(t:t/email eq '...'), updatedDateTime with eq, ge, gt, le or lt and a time such as \
    2026-01-15T00:00:00Z without quotes, all of them joined by and, with or without parentheses.";

/// Why a filter is refused, and at which character, counted from 1.
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    at: usize,
    what: String,
}

impl Refusal {
    fn new(at: usize, what: impl Into<String>) -> Self {
        let what = what.into();
        Self { at, what }
    }
}

/// A filter that is documented.
#[derive(Debug)]
pub(super) struct Filter(Test);

impl Filter {
    pub(super) fn read(text: &str, schemas: &Schemas) -> Result<Self, Problem> {
        let test = parser::parse(text).and_then(|expression| Test::of(expression, schemas));
        test.map(Self).map_err(|Refusal { at, what }| {
            Problem::bad_request(format!("$filter, character {at}: {what}. {DOCUMENTED}"))
        })
    }

    pub(super) fn accepts(&self, document: &Json) -> bool {
        self.0.accepts(document)
    }
}

/// What a referral is asked.
#[derive(Debug)]
enum Test {
    All(Vec<Test>),
    Is {
        path: Vec<String>,
        value: String,
    },
    /// GUIDs are the same in any letter case.
    IsGuid {
        path: Vec<String>,
        value: String,
    },
    Time {
        path: Vec<String>,
        operator: Operator,
        value: DateTime<FixedOffset>,
    },
    Any {
        path: Vec<String>,
        test: Box<Test>,
    },
}

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

impl Test {
    fn of(expression: Expression, schemas: &Schemas) -> Result<Self, Refusal> {
        match expression {
            Expression::All(parts) => {
                let parts = parts.into_iter().map(|part| Self::of(part, schemas));
                Ok(Self::All(parts.collect::<Result<_, _>>()?))
            }
            Expression::Comparison(comparison) => {
                let names = comparison.path.names.clone();
                Self::compare(comparison, names, &FIELDS, schemas)
            }
            Expression::Any {
                path,
                variable,
                body,
            } => Self::any(path, &variable, *body, schemas),
        }
    }

    fn any(
        path: Path,
        variable: &str,
        body: Expression,
        schemas: &Schemas,
    ) -> Result<Self, Refusal> {
        let collection = COLLECTIONS.iter().find(|(name, _)| path.names == [*name]);
        let Some((_, fields)) = collection else {
            let what = format!("any is not documented for {}", path.shown());
            return Err(Refusal::new(path.at, what));
        };
        let Expression::Comparison(comparison) = body else {
            return Err(Refusal::new(
                path.at,
                "any is documented with one comparison inside",
            ));
        };
        let names = &comparison.path.names;
        if names.first().is_none_or(|name| name != variable) {
            let what = format!(
                "{} does not begin with {}, the name that any gives to an item",
                comparison.path.shown(),
                shown(variable)
            );
            return Err(Refusal::new(comparison.path.at, what));
        }
        let names = names[1..].to_vec();
        let test = Self::compare(comparison, names, fields, schemas)?;
        Ok(Self::Any {
            path: path.names,
            test: Box::new(test),
        })
    }

    fn compare(
        comparison: Comparison,
        names: Vec<String>,
        fields: &[Field],
        schemas: &Schemas,
    ) -> Result<Self, Refusal> {
        let Comparison {
            path,
            operator,
            operator_at,
            literal,
            literal_at,
        } = comparison;
        let Some((_, kind)) = fields.iter().find(|(field, _)| names == *field) else {
            let what = format!("no filter on {} is documented", path.shown());
            return Err(Refusal::new(path.at, what));
        };
        let refuse = |what: String| Err(Refusal::new(literal_at, what));
        let ordered = matches!(kind, Kind::Time) && operator != Operator::Unequal;
        if !(ordered || operator == Operator::Equal) {
            let what = format!("{} is not documented for {}", operator.name(), path.shown());
            return Err(Refusal::new(operator_at, what));
        }
        match (kind, literal) {
            (Kind::Time, Literal::Word(word)) => match time(&word) {
                Some(value) => Ok(Self::Time {
                    path: names,
                    operator,
                    value,
                }),
                None => refuse(format!("{} is no time in UTC", shown(&word))),
            },
            (Kind::Time, Literal::Text(_)) => refuse("a time has no quotes around it".to_owned()),
            // Quoted in the documentation, bare in links on the wire (X4).
            (Kind::Guid, Literal::Text(value)) => Ok(Self::IsGuid { path: names, value }),
            (Kind::Guid, Literal::Word(word)) => match Uuid::try_parse(&word) {
                Ok(_) if word.len() == 36 => Ok(Self::IsGuid {
                    path: names,
                    value: word,
                }),
                _ => refuse(format!(
                    "{} is no GUID; other texts need quotes",
                    shown(&word)
                )),
            },
            (Kind::Text, Literal::Text(value)) => Ok(Self::Is { path: names, value }),
            (Kind::Enum(name), Literal::Text(value)) => {
                let known = schemas.values(name);
                if known.contains(&value) {
                    return Ok(Self::Is { path: names, value });
                }
                let known = known.join(", ");
                refuse(format!("'{}' is none of {known}", shown(&value)))
            }
            (Kind::Text | Kind::Enum(_), Literal::Word(word)) => {
                refuse(format!("{} needs single quotes around it", shown(&word)))
            }
        }
    }

    fn accepts(&self, value: &Json) -> bool {
        let at = |path: &[String]| value.at(path.iter().map(String::as_str)).text();
        match self {
            Self::All(tests) => tests.iter().all(|test| test.accepts(value)),
            Self::Is { path, value } => at(path) == Some(value),
            Self::IsGuid { path, value } => {
                at(path).is_some_and(|is| is.eq_ignore_ascii_case(value))
            }
            Self::Time {
                path,
                operator,
                value,
            } => {
                let is = at(path).and_then(|is| DateTime::parse_from_rfc3339(is).ok());
                is.is_some_and(|is| operator.holds(is.cmp(value)))
            }
            Self::Any { path, test } => {
                let items = value.at(path.iter().map(String::as_str)).items();
                items.iter().any(|item| test.accepts(item))
            }
        }
    }
}

/// A time in UTC, as OData writes it.
fn time(word: &str) -> Option<DateTime<FixedOffset>> {
    let utc = word.ends_with('Z') && word.as_bytes().get(10) == Some(&b'T');
    if !utc {
        return None;
    }
    DateTime::parse_from_rfc3339(word).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;
    use crate::store::Store;
    use proptest::prelude::*;

    fn schemas() -> &'static Schemas {
        Schemas::get().expect("the contract")
    }

    fn refusal(text: &str) -> (usize, String) {
        let read = parser::parse(text).and_then(|expression| Test::of(expression, schemas()));
        let Refusal { at, what } = read.expect_err(text);
        (at, what)
    }

    #[test]
    fn what_is_not_documented_is_refused_at_its_place() {
        for (text, at, part) in [
            ("", 1, "a field is missing"),
            ("status", 7, "an operator is missing"),
            ("status eq", 10, "a value is missing"),
            ("status eq New", 11, "New needs single quotes"),
            (
                "status eq 'new'",
                11,
                "'new' is none of None, New, Active, Closed",
            ),
            ("status eq 'New", 11, "the text has no end"),
            ("status ne 'New'", 8, "ne is not documented for status"),
            ("status EQ 'New'", 8, "EQ is no operator"),
            ("Status eq 'New'", 1, "no filter on Status is documented"),
            ("name eq 'x'", 1, "no filter on name"),
            (
                "customerProfile/name eq 'x'",
                1,
                "no filter on customerProfile/name",
            ),
            ("customerProfile/ eq 'x'", 17, "a name is missing"),
            (
                "status eq 'New' or type eq 'Shared'",
                17,
                "or is not documented",
            ),
            ("not (status eq 'New')", 1, "not is not documented"),
            (
                "contains(name,'x')",
                1,
                "the function contains is not documented",
            ),
            ("status eq 'New' and", 20, "a field is missing"),
            (
                "status eq 'New' status eq 'New'",
                17,
                "status does not follow",
            ),
            ("status eq 'New')", 16, ") does not follow"),
            ("(status eq 'New'", 17, "a ) is missing"),
            (
                "status eq 'New'and type eq 'Shared'",
                16,
                "a blank is missing",
            ),
            ("status eq'New'", 10, "a blank is missing"),
            ("status in ('New')", 8, "in is not documented"),
            ("substatus eq null", 14, "null needs single quotes"),
            ("'New' eq status", 1, "a field is missing"),
            ("team/all(t:t/email eq 'a')", 1, "all is not documented"),
            ("team/any()", 10, "a name for the items is missing"),
            ("team/any(t:t/title eq 'a')", 12, "no filter on t/title"),
            (
                "team/any(t:email eq 'a')",
                12,
                "email does not begin with t",
            ),
            (
                "team/any(t:t/email eq 'a' and t/email eq 'b')",
                1,
                "one comparison inside",
            ),
            (
                "tags/any(t:t/email eq 'a')",
                1,
                "any is not documented for tags",
            ),
            ("engagementId eq 7", 17, "7 is no GUID"),
            (
                "updatedDateTime ge '2026-01-15T00:00:00Z'",
                20,
                "a time has no quotes",
            ),
            (
                "updatedDateTime ge 2026-01-15T00:00:00",
                20,
                "no time in UTC",
            ),
            ("updatedDateTime ge 2026-01-15", 20, "no time in UTC"),
            (
                "updatedDateTime ge 2026-13-15T00:00:00Z",
                20,
                "no time in UTC",
            ),
            (
                "updatedDateTime ne 2026-01-15T00:00:00Z",
                17,
                "ne is not documented",
            ),
            ("status eq 'New' # x", 17, "# is not expected"),
            ("größe eq 'x'", 3, "ö is not expected"),
            ("'äö' ß", 6, "ß is not expected"),
        ] {
            let (found, what) = refusal(text);
            assert!(what.contains(part), "{text}: {what}");
            assert_eq!(found, at, "{text}: {what}");
        }
        let deep = format!(
            "{}status eq 'New'{}",
            "(".repeat(50_000),
            ")".repeat(50_000)
        );
        assert!(refusal(&deep).1.contains("too many parentheses"));
    }

    #[test]
    fn a_refusal_says_what_there_is() {
        let problem = Filter::read("name eq 'x'", schemas()).expect_err("refused");
        let text = format!("{problem:?}");
        assert!(
            text.contains("$filter, character 1: no filter on name"),
            "{text}"
        );
        assert!(text.contains("Documented are engagementId"), "{text}");
    }

    /// A condition and the same without a filter.
    type Clause = (String, Box<dyn Fn(&serde_json::Value) -> bool>);

    /// Every documented form, with values of this referral.
    fn clauses(of: &serde_json::Value, operator: &'static str) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = Vec::new();
        for pointer in [
            "/engagementId",
            "/status",
            "/substatus",
            "/qualification",
            "/type",
            "/direction",
            "/customerProfile/address/country",
        ] {
            let Some(value) = of.pointer(pointer).and_then(|value| value.as_str()) else {
                continue;
            };
            let wanted = value.to_owned();
            let text = format!("{} eq '{}'", &pointer[1..], value.replace('\'', "''"));
            clauses.push((
                text,
                Box::new(move |document| document.pointer(pointer) == Some(&wanted.clone().into())),
            ));
        }
        let id = of["engagementId"].as_str().expect("an id").to_owned();
        clauses.push((
            format!("(engagementId eq {})", id.to_uppercase()),
            Box::new(move |document| document["engagementId"] == *id),
        ));
        let email = of["team"][0]["email"]
            .as_str()
            .unwrap_or("o'neill@example.com");
        let wanted = email.to_owned();
        clauses.push((
            format!("team/any(t:t/email eq '{}')", email.replace('\'', "''")),
            Box::new(move |document| {
                let team = document["team"].as_array().expect("a team");
                team.iter().any(|member| member["email"] == *wanted)
            }),
        ));
        // Times of the data have the same form, or differ in their last digits:
        // padded they compare as texts.
        let padded = |time: &serde_json::Value| {
            let time = time.as_str().expect("a time").trim_end_matches('Z');
            let (seconds, digits) = time.split_once('.').unwrap_or((time, ""));
            format!("{seconds}.{digits:0<7}")
        };
        let limit = padded(&of["updatedDateTime"]);
        clauses.push((
            format!(
                "updatedDateTime {operator} {}",
                of["updatedDateTime"].as_str().expect("a time")
            ),
            Box::new(move |document| {
                let is = padded(&document["updatedDateTime"]);
                match operator {
                    "eq" => is == limit,
                    "ge" => is >= limit,
                    "gt" => is > limit,
                    "le" => is <= limit,
                    _ => is < limit,
                }
            }),
        ));
        clauses
    }

    proptest! {
        #[test]
        fn a_filter_chooses_what_a_loop_chooses(
            seed in 0..20u64,
            number in 0..60u64,
            operator in prop::sample::select(vec!["eq", "ge", "gt", "le", "lt"]),
            picks in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
            parentheses in any::<bool>(),
        ) {
            let store = Store::new(Data::new(60, seed));
            let documents: Vec<_> = (0..60)
                .map(|number| store.record(number).expect("a record"))
                .collect();
            let values: Vec<serde_json::Value> = documents
                .iter()
                .map(|record| serde_json::from_str(&record.document.to_string()).expect("JSON"))
                .collect();
            let clauses = clauses(&values[number as usize], operator);
            let picked: Vec<_> = picks.iter().map(|pick| pick.get(&clauses)).collect();
            let texts: Vec<_> = picked
                .iter()
                .map(|(text, _)| if parentheses { format!("( {text})") } else { text.clone() })
                .collect();
            let text = texts.join(" and ");
            let filter = Filter::read(&text, schemas());
            let filter = filter.map_err(|problem| TestCaseError::fail(format!("{text}: {problem:?}")))?;
            for (record, value) in documents.iter().zip(&values) {
                let expected = picked.iter().all(|(_, accepts)| accepts(value));
                prop_assert_eq!(filter.accepts(&record.document), expected, "{}", &text);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,200}") {
            let _ = Filter::read(&text, schemas());
        }

        #[test]
        fn any_row_of_words_is_read_or_refused(words in prop::collection::vec(
            prop::sample::select(vec![
                "status", " ", " eq ", "'New'", " and ", "(", ")", "team/any(", "t:t/email", "/",
                "'", "''", ":", "2026-01-15T00:00:00Z", "updatedDateTime", " ge ", "not ", ",",
            ]),
            0..12,
        )) {
            let text = words.concat();
            if let Err(problem) = Filter::read(&text, schemas()) {
                let placed = format!("{problem:?}").contains("$filter, character ");
                prop_assert!(placed);
            }
        }
    }
}
