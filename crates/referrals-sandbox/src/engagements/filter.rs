//! `$filter` and `$orderby`: text to words, words to a tree, the tree to a test.
//!
//! The grammar is OData's in every dialect. What of it this API documents is decided
//! on the tree, so that a refusal can name the place and what there is instead.

mod documented;
mod index;
mod lexer;
#[cfg(test)]
mod oracle;
mod parser;
mod test;
mod value;

use crate::dialect::Dialect;
use crate::json::Json;
use crate::problem::Problem;
use crate::schemas::Schemas;

use documented::Documented;
use parser::{Node, Ordered};
use test::{Reader, Test};

/// What a refusal says there is.
const DOCUMENTED: &str = "Documented (\"Get a list of referrals\", 2019 and 2020) are \
    engagementId, status, substatus, qualification, type, direction and \
    customerProfile/address/country with eq and a text in single quotes, \
    team/any(t:t/email eq '...'), updatedDateTime with eq, ge, gt, le or lt and a time such as \
    2026-01-15T00:00:00Z without quotes, all of them joined by and, with or without parentheses.";

/// How many keys an order may have.
const KEYS: usize = 8;

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

/// What filters and orders are read by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Language<'a> {
    pub(super) schemas: &'a Schemas,
    pub(super) dialect: Dialect,
    /// The time of the sandbox, in ticks.
    pub(super) now: i64,
}

impl<'a> Language<'a> {
    fn reader(&self) -> Reader<'a> {
        let shape = self.schemas.shape();
        Reader::new(shape, self.dialect.is_lenient(), self.now)
    }

    fn filter(&self, text: &str) -> Result<Test, Refusal> {
        let node = parser::parse(text, self.dialect.is_lenient())?;
        if !self.dialect.is_lenient() {
            let documented = Documented {
                schemas: self.schemas,
                bare_guids: self.dialect.is_observed(),
            };
            documented.check(&node)?;
        }
        self.reader().condition(&node)
    }

    fn lenient(self) -> Self {
        let dialect = Dialect::Lenient;
        Self { dialect, ..self }
    }
}

/// What a refusal says when another dialect takes what is refused.
pub(super) const LENIENT: &str = " The dialect lenient takes it (referrals sandbox --dialect \
    lenient).";

/// A condition on referrals.
#[derive(Debug)]
pub(super) struct Filter(Test);

impl Filter {
    pub(super) fn read(text: &str, language: Language<'_>) -> Result<Self, Problem> {
        language.filter(text).map(Self).map_err(|refusal| {
            let Refusal { at, what } = refusal;
            let (hint, documented) = match language.dialect {
                Dialect::Lenient => ("", ""),
                _ if language.lenient().filter(text).is_ok() => (LENIENT, DOCUMENTED),
                _ => ("", DOCUMENTED),
            };
            let reason = format!("$filter, character {at}: {what}.{hint} {documented}");
            Problem::bad_request(reason.trim_end())
        })
    }

    pub(super) fn accepts(&self, document: &Json) -> bool {
        self.0.holds(document)
    }
}

/// An order by whatever a filter can compare.
#[derive(Debug, PartialEq)]
pub(super) struct Sort(Vec<(Test, bool)>);

impl Sort {
    /// Reads an order in the dialect lenient.
    pub(super) fn read(text: &str, language: Language<'_>) -> Result<Self, Problem> {
        Self::keys(text, language).map(Self).map_err(|refusal| {
            let Refusal { at, what } = refusal;
            Problem::bad_request(format!("$orderby, character {at}: {what}."))
        })
    }

    fn keys(text: &str, language: Language<'_>) -> Result<Vec<(Test, bool)>, Refusal> {
        let keys = parser::parse_order(text, true)?;
        if let Some(Ordered {
            node: Node { at, .. },
            ..
        }) = keys.get(KEYS)
        {
            let what = format!("an order has at most {KEYS} keys");
            return Err(Refusal::new(*at, what));
        }
        let keys = keys.iter();
        let keys = keys.map(|key| Ok((language.reader().key(&key.node)?, key.descending)));
        keys.collect()
    }

    /// Bytes in the order of the referrals. Null comes first, or last when descending.
    pub(super) fn place(&self, document: &Json) -> Vec<u8> {
        let mut place = Vec::new();
        for (test, descending) in &self.0 {
            let bytes = test.value(&mut vec![document]).sortable();
            match descending {
                true => place.extend(bytes.into_iter().map(|byte| !byte)),
                false => place.extend(bytes),
            }
        }
        place
    }
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

    fn language(dialect: Dialect) -> Language<'static> {
        Language {
            schemas: schemas(),
            dialect,
            now: crate::data::ticks("2026-01-15T00:00:10Z").expect("a time"),
        }
    }

    fn refusal(text: &str, dialect: Dialect) -> (usize, String) {
        let read = language(dialect).filter(text);
        let Refusal { at, what } = read.expect_err(text);
        (at, what)
    }

    fn check(faults: &mut Vec<String>, text: &str, dialect: Dialect, at: usize, part: &str) {
        let (found, what) = refusal(text, dialect);
        if (found, what.contains(part)) != (at, true) {
            faults.push(format!("{text} | {found}: {what}"));
        }
    }

    #[test]
    fn what_is_not_documented_is_refused_at_its_place() {
        let mut faults = Vec::new();
        for (text, at, part) in [
            ("", 1, "a field, a value or a function is missing"),
            ("status", 7, "an operator is missing"),
            ("status eq", 10, "is missing, found the end"),
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
            ("status eq 'New' and", 20, "is missing, found the end"),
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
            ("team/all(t:t/email eq 'a')", 6, "all is not documented"),
            ("team/any()", 6, "any is not documented without a condition"),
            ("team/any(t:t/title eq 'a')", 12, "no filter on t/title"),
            (
                "team/any(t:email eq 'a')",
                12,
                "email does not begin with t",
            ),
            (
                "team/any(t:t/email eq 'a' and t/email eq 'b')",
                12,
                "one comparison inside",
            ),
            (
                "tags/any(t:t/email eq 'a')",
                1,
                "any is not documented for tags",
            ),
            ("engagementId eq 7", 17, "7 is no GUID"),
            (
                "engagementId eq c5fbd8a6-0b5f-4d3e-9d5c-2f1a3b4c5d6e",
                17,
                "a GUID without quotes is not documented",
            ),
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
            ("details/dealValue add 1 gt 2", 19, "add is not documented"),
            ("-details/dealValue gt 2", 1, "a minus is not documented"),
            ("status eq 1 mod 2", 13, "mod is not documented"),
        ] {
            check(&mut faults, text, Dialect::Documented, at, part);
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_at_its_place() {
        let mut faults = Vec::new();
        #[rustfmt::skip]
        let table = [
            // Words.
            ("", 1, "a field, a value or a function is missing, found the end"),
            ("   ", 4, "a field, a value or a function is missing, found the end"),
            ("name eq 'x", 9, "the text has no end"),
            ("name eq 'x''", 9, "the text has no end"),
            ("name eq \"x\"", 9, "\\\" is not expected"),
            ("name = 'x'", 6, "= is not expected"),
            ("größe eq 'x'", 3, "ö is not expected"),
            ("name eq guid'x'", 9, "guid'...' is how OData 2 wrote it"),
            ("name eq duration'P1D'", 9, "duration'...' is no value that there is here"),
            // Syntax.
            ("name", 1, "name is a text, where a condition was expected"),
            ("name eq", 8, "a field, a value or a function is missing, found the end"),
            ("name eq eq", 9, "a field, a value or a function is missing, found eq"),
            ("and name eq 'x'", 1, "a field, a value or a function is missing, found and"),
            ("name is 'x'", 6, "is does not follow a condition: and, or or the end was expected"),
            ("name eq 'x' name", 13, "name does not follow a condition"),
            ("name eq 'x' and", 16, "missing, found the end"),
            ("name eq 'x')", 12, "there is no ( that it closes"),
            ("(name eq 'x'", 13, "a ) is missing, found the end"),
            ("(name eq 'x' status", 14, "a ) is missing, found status"),
            ("()", 2, "missing, found )"),
            ("name eq'x'", 8, "a blank is missing before a text"),
            ("(isSpam)and isSpam", 9, "a blank is missing before and"),
            ("notisSpam", 1, "there is no member notisSpam"),
            ("customerProfile/ eq 'x'", 17, "a name is missing behind the /, found eq"),
            ("customerProfile//name eq 'x'", 17, "a name is missing behind the /, found /"),
            ("name in 'x'", 9, "a ( with the values for in is missing, found a text"),
            ("name in ()", 10, "a value is missing, found )"),
            ("name in ('a',)", 14, "a value is missing, found )"),
            ("name in ('a' 'b')", 14, "a , or a ) is missing, found a text"),
            ("name in (x)", 10, "x is no value; texts need quotes"),
            ("contains(name,'x'", 18, "a , or a ) is missing, found the end"),
            ("contains(name 'x')", 15, "a , or a ) is missing, found a text"),
            ("team/any(", 10, "a name for the items is missing, found the end"),
            ("team/any('t')", 10, "a name for the items is missing, found a text"),
            ("team/any(1:1 eq 1)", 10, "1:1 is no name for the items"),
            ("team/any(t)", 11, "a : is missing behind the name for the items, found )"),
            ("team/any(t:)", 12, "missing, found )"),
            ("team/any(t:t/email eq 'a'", 26, "a ) is missing, found the end"),
            ("team/all()", 10, "a name for the items is missing, found )"),
            ("team/some(t:true)", 6, "some is none of any and all"),
            ("updatedDateTime ge 2026-01-15T00:00:00 01:00", 40, "a + is a blank: write the one in a time as %2B"),
            ("true eq true eq true eq true eq true eq true eq true eq true eq true eq true", 70, "more than 8 comparisons"),
            // Names and types.
            ("nam eq 'x'", 1, "there is no member nam; there is name"),
            ("team/emial eq 'x'", 6, "team is a collection: write team/any(x:x/emial ...)"),
            ("team/any(t:t/emial eq 'x')", 14, "there is no member emial; there is email"),
            ("team/any(t:team/any(t:true))", 21, "t is the name of an item already"),
            ("team/any(a:team/any(b:team/any(c:team/any(d:true))))", 39, "more than 3 of any and all"),
            ("name/any(t:true)", 6, "any is for collections, and name is a text"),
            ("name/$count eq 1", 6, "$count is for collections, and name is none"),
            ("name/x eq 'x'", 6, "name has no members"),
            ("eTag eq 'x'", 1, "eTag is made for each answer"),
            ("$root/name eq 'x'", 1, "$root is not taken here"),
            ("name eq @p", 9, "@p is not taken here"),
            ("status eq New", 11, "there is no member New"),
            ("status eq 'Nwe'", 11, "'Nwe' is none of None, New, Active, Closed"),
            ("status in ('New','Nwe')", 18, "'Nwe' is none of None, New, Active, Closed"),
            ("name eq 5", 6, "name is a text, 5 is a number: eq does not compare these; texts need"),
            ("details/dealValue gt '5'", 19, "leave out the quotes of what is no text"),
            ("updatedDateTime ge '2026-01-15'", 17, "leave out the quotes"),
            ("team eq null", 1, "team is a collection: ask for team/any(x:...) or team/$count"),
            ("details eq 'x'", 9, "details is something with members of its own, 'x' is a text"),
            ("details lt null", 9, "something with members of its own has no order"),
            ("name and isSpam", 1, "name is a text, where a condition was expected"),
            ("not name eq 'x'", 1, "put parentheses around the condition that begins with name"),
            ("not (name)", 1, "put parentheses around the condition that begins with name"),
            ("isSpam gt 1", 8, "isSpam is a condition, 1 is a number"),
            // Arithmetic.
            ("details/dealValue add gt 2", 23, "a field, a value or a function is missing, found gt"),
            ("details/dealValue add 1", 1, "what stands there is a number, where a condition was expected"),
            ("details/dealValue add'1' gt 2", 22, "a blank is missing before a text"),
            ("name add 1 gt 2", 1, "name is a text, and add takes numbers"),
            ("details/dealValue mul '2' gt 2", 23, "'2' is a text, and mul takes numbers; leave out the quotes"),
            ("isSpam mod 2 eq 0", 1, "isSpam is a condition, and mod takes numbers"),
            ("team div 2 eq 0", 1, "team is a collection, and div takes numbers"),
            ("createdDateTime add 1 gt now()", 1, "createdDateTime is a time, and add takes numbers: there is arithmetic with numbers alone"),
            ("1 sub 2026-01-15 gt 2", 7, "2026-01-15 is a date, and sub takes numbers"),
            ("createdDateTime add duration'P1D' gt now()", 21, "there is arithmetic with numbers alone; write the time itself"),
            ("-name eq 'x'", 2, "name is a text, and - takes numbers"),
            ("-(status eq 'New')", 3, "what stands there is a condition, and - takes numbers"),
            ("-status eq 'New' and isSpam", 2, "status is a text, and - takes numbers"),
            ("1 add isSpam in (true)", 7, "what stands there is a condition, and add takes numbers"),
            ("- gt 2", 3, "a field, a value or a function is missing, found gt"),
            ("details/dealValue gt -", 23, "a field, a value or a function is missing, found the end"),
            ("details/dealValue gt 5-3", 22, "5-3 is no number"),
            ("details/dealValue div 0 gt 2", 23, "div divides by zero"),
            ("details/dealValue divby (1 sub 1) gt 2", 26, "divby divides by zero"),
            ("1 mod 1e-60 gt 2", 7, "mod divides by zero"),
            ("details/dealValue add 1e50 gt 2", 23, "there is no arithmetic with more than 50 digits"),
            ("1e49 mul 1e49 gt 2", 6, "what comes of it has more than 50 digits"),
            ("1e30 mul (1e10 mul details/dealValue) in ('x')", 39, "in does not compare these"),
            ("not details/dealValue add 1 gt 2", 1, "put parentheses around the condition that begins with details/dealValue"),
            ("status has 'New'", 8, "has is for flags"),
            ("substringof('x',name)", 1, "contains(text, part) is what took its place"),
            ("frobnicate(name)", 1, "there is no function frobnicate; there are contains"),
            ("contains(name)", 1, "contains takes 2 values, found 1"),
            ("substring(name)", 1, "substring takes 2 or 3 values, found 1"),
            ("contains(name,5)", 15, "5 is a number, and contains takes a text there"),
            ("length(5) eq 1", 8, "5 is a number, and length takes a text there"),
            ("year(name) eq 2026", 6, "name is a text, and year takes a time there"),
            // Values.
            ("details/dealValue gt 1.", 22, "1. is no number, no GUID, no date and no time"),
            ("details/dealValue gt 0x1", 22, "0x1 is no number"),
            ("details/dealValue gt INF", 22, "INF is no number that there is here"),
            ("updatedDateTime ge 2026-13-15", 20, "2026-13-15 is no number"),
            ("updatedDateTime ge 2026-01-15T00:00:00", 20, "lacks its time zone: Z, or +01:00"),
        ];
        for (text, at, part) in table {
            check(&mut faults, text, Dialect::Lenient, at, part);
        }
        assert!(faults.is_empty(), "{faults:#?}");
    }

    #[test]
    fn what_is_nested_too_deep_is_refused_and_never_overflows() {
        for (open, close) in [
            ("(", ")"),
            ("not ", ""),
            ("not(", ")"),
            ("tolower(", ")"),
            ("team/any(t:", ")"),
            ("true eq (", ")"),
            ("isSpam or (true eq true and not (", "))"),
        ] {
            let nested = |depth| format!("{}isSpam{}", open.repeat(depth), close.repeat(depth));
            for dialect in Dialect::ALL {
                let what = refusal(&nested(1_000), dialect).1;
                assert!(what.contains("too many parentheses"), "{open} {what}");
            }
            let what = refusal(&nested(100_000), Dialect::Lenient).1;
            assert!(what.contains("longer than 60000 bytes"), "{open} {what}");
        }
        let deep = format!("{}isSpam{}", "(".repeat(40), ")".repeat(40));
        assert!(language(Dialect::Lenient).filter(&deep).is_ok());
        let chain = vec!["isSpam eq true"; 3_000].join(" or ");
        assert!(language(Dialect::Lenient).filter(&chain).is_ok());
        let chain = vec!["isSpam"; 6_000].join(" eq ");
        assert!(language(Dialect::Lenient).filter(&chain).is_err());
    }

    #[test]
    fn arithmetic_has_a_limit_and_binds_as_in_odata() {
        for of in ["1 add 1", "-(1", "- -1"] {
            let what = refusal(&vec![of; 200].join(" add "), Dialect::Lenient).1;
            let limited = what.contains("more than 100 operators") || what.contains("nested");
            assert!(limited, "{of} {what}");
        }
        let row = Json::read(r#"{"details":{"dealValue":10.5},"team":[{},{},{}]}"#).expect("JSON");
        for text in [
            "1 add 2 mul 3 eq 7 and true",
            "(1 add 2) mul 3 eq 9",
            "10 sub 3 sub 2 eq 5",
            "10 sub (3 sub 2) eq 9",
            "7 div 2 eq 3 and 7 divby 2 eq 3.5 and 7.0 div 2 eq 3.5",
            "-7 div 2 eq -3 and -7 mod 2 eq -1 and 7 mod -2 eq 1",
            "-details/dealValue add 1 eq -9.5",
            "-(details/dealValue add 1) eq -11.5",
            "- details/dealValue mul -1 eq 10.5",
            "--5 eq 5 and - - 5 eq 5",
            "details/dealValue div 2 eq 5.25",
            "details/dealValue mod 4 eq 2.5",
            "team/$count div 2 eq 1 and team/$count divby 2 eq 1.5",
            "team/$count mul 2 sub 1 eq 5 or false",
            "floor(details/dealValue) div 4 eq 2.5",
            "2 add 3 eq 5 eq true",
            "null add 1 eq null and -null eq null",
            "closedDateTime eq null and details/dealValue div (team/$count sub 3) eq null",
            "details/dealValue mul 1e49 mul 10 eq null",
            "1 ADD 1 EQ 2",
            "(details/dealValue add 1) in (11.5, 2) and true",
        ] {
            let filter = Filter::read(text, language(Dialect::Lenient));
            let filter = filter.unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
            assert!(filter.accepts(&row), "{text}");
        }
    }

    #[test]
    fn a_long_list_of_values_is_searched_and_not_walked() {
        let store = Store::new(Data::new(2_000, 1));
        let names: Vec<_> = (0..5_000).map(|number| format!("'n{number}'")).collect();
        let text = format!("name in ({}) or salesStage in ('40')", names.join(","));
        let filter = Filter::read(&text, language(Dialect::Lenient)).expect("a filter");
        let records = (0..2_000).filter_map(|number| store.record(number));
        let found = records.filter(|record| filter.accepts(&record.document));
        let known = (0..2_000).filter_map(|number| store.record(number));
        let known = known.filter(|record| record.document.get("salesStage").text() == Some("40"));
        assert_eq!(found.count(), known.count());
    }

    #[test]
    fn an_order_is_refused_at_its_place() {
        for (text, at, part) in [
            ("", 1, "missing, found the end"),
            ("name up", 6, "up does not follow"),
            ("name desc,", 11, "missing, found the end"),
            ("name desc asc", 11, "asc does not follow"),
            ("nobody", 1, "there is no member nobody"),
            ("id,team", 4, "team is a collection, which has no order"),
            (
                "details",
                1,
                "details is something with members of its own, which has no order",
            ),
            (
                "id,id,id,id,id,id,id,id,name",
                25,
                "an order has at most 8 keys",
            ),
        ] {
            let problem = Sort::read(text, language(Dialect::Lenient)).expect_err(text);
            let problem = format!("{problem:?}");
            assert!(
                problem.contains(&format!("$orderby, character {at}: ")),
                "{problem}"
            );
            assert!(problem.contains(part), "{problem}");
        }
    }

    #[test]
    fn an_order_is_that_of_its_values() {
        let read = |text| Json::read(text).expect("JSON");
        let documents = [
            r#"{"id":"0","name":"b","details":{"dealValue":9007199254740993.55}}"#,
            r#"{"id":"1","name":null,"details":{"dealValue":9007199254740993.5}}"#,
            r#"{"id":"2","name":"b","details":{"dealValue":-1e3}}"#,
            r#"{"id":"3","name":"a","details":null}"#,
            r#"{"id":"4","name":"B","details":{"dealValue":10}}"#,
        ]
        .map(read);
        for (order, expected) in [
            ("name,details/dealValue desc", "14302"),
            ("name desc,details/dealValue", "20341"),
            ("details/dealValue", "32410"),
            ("DETAILS/dealvalue DESC , Name", "01423"),
            ("tolower(name) desc,id desc", "42031"),
            ("name eq 'b' desc,id", "02134"),
            ("-details/dealValue mul 2", "30142"),
        ] {
            let sort = Sort::read(order, language(Dialect::Lenient)).expect(order);
            let mut sorted: Vec<_> = documents.iter().collect();
            sorted.sort_by_key(|document| sort.place(document));
            let sorted = sorted
                .iter()
                .filter_map(|document| document.get("id").text());
            assert_eq!(sorted.collect::<String>(), expected, "{order}");
        }
    }

    #[test]
    fn a_refusal_says_what_there_is() {
        let problem =
            Filter::read("name eq 'x'", language(Dialect::Documented)).expect_err("refused");
        let text = format!("{problem:?}");
        assert!(
            text.contains("$filter, character 1: no filter on name"),
            "{text}"
        );
        assert!(text.contains("are engagementId, status"), "{text}");
        assert!(text.contains("The dialect lenient takes it"), "{text}");
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
            let filter = Filter::read(&text, language(Dialect::Observed));
            let filter = filter.map_err(|problem| TestCaseError::fail(format!("{text}: {problem:?}")))?;
            for (record, value) in documents.iter().zip(&values) {
                let expected = picked.iter().all(|(_, accepts)| accepts(value));
                prop_assert_eq!(filter.accepts(&record.document), expected, "{}", &text);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".{0,200}") {
            for dialect in Dialect::ALL {
                let _ = Filter::read(&text, language(dialect));
                let _ = Sort::read(&text, language(dialect));
            }
        }

        #[test]
        fn any_row_of_words_is_read_or_refused(words in prop::collection::vec(
            prop::sample::select(vec![
                "status", " ", " eq ", "'New'", " and ", " or ", "(", ")", "team/any(", "t:t/email",
                "/", "'", "''", ":", "2026-01-15T00:00:00Z", "updatedDateTime", " ge ", "not ", ",",
                " in (", "contains(", "details/dealValue", "1e3", "null", "all(", "name", "-", "$it/",
                " add ", " div ", " mod ", "0",
            ]),
            0..14,
        )) {
            let text = words.concat();
            for dialect in Dialect::ALL {
                if let Err(problem) = Filter::read(&text, language(dialect)) {
                    let placed = format!("{problem:?}").contains("$filter, character ");
                    prop_assert!(placed);
                }
            }
        }
    }
}
