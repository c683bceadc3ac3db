//! The filter language once more, written down as naively as can be: random trees are
//! printed as OData in random spelling, and what the sandbox chooses by the text has to
//! be what a walk along the tree chooses. So has what the index finds, or it has to say
//! that it finds more.
//!
//! Shares nothing with the language itself: numbers are fractions, times
//! `chrono`'s, values `serde_json`'s. By default 5,000 trees;
//! `REFERRALS_FILTER_CASES=100000 cargo test --release -p referrals-sandbox oracle` for more.

use std::env;

use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, Timelike as _, Utc};
use num_bigint::BigInt;
use num_rational::BigRational as Fraction;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use serde_json::{Map, Value};

use super::*;
use crate::data::{COLLEAGUES, Data};
use crate::index::{Entry, Index, Lookup, Order, Part, Request, of_document};
use crate::store::Store;

/// Referrals that every tree is asked about.
const ROWS: u64 = 24;

/// How often the index has each of them, so that it has more than one word of bits.
const COPIES: usize = 6;

#[derive(Debug, Clone)]
enum Tree {
    Literal(Literal),
    Field(&'static str, Kind),
    /// A field of an item, or the item itself.
    Of(String, &'static str, Kind),
    Count(&'static str),
    Negated(Box<Tree>),
    Math(&'static str, Box<Tree>, Box<Tree>),
    Not(Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Compare(&'static str, Box<Tree>, Box<Tree>),
    In(Box<Tree>, Vec<Literal>),
    Call(&'static str, Vec<Tree>),
    Some(&'static str, Option<(String, Box<Tree>)>),
    All(&'static str, String, Box<Tree>),
}

#[derive(Debug, Clone)]
enum Literal {
    Null,
    Truth(bool),
    Number(String),
    /// A number that is written without a point.
    Integer(String),
    Text(String),
    /// One of an enum's, in any letter case.
    Enum(String),
    /// Without quotes, in any letter case.
    Guid(String),
    Time(String),
    Date(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Truth,
    Number,
    Text,
    Enum(&'static [&'static str]),
    Guid,
    Time,
}

const STATUS: &[&str] = &["None", "New", "Active", "Closed"];
const SUBSTATUS: &[&str] = &[
    "Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired",
];
const DIRECTION: &[&str] = &["Incoming", "Outgoing"];
const TYPE: &[&str] = &["Independent", "Shared"];
const SOLUTION: &[&str] = &["None", "Category", "Name"];

const FIELDS: [(&str, Kind); 29] = [
    ("name", Kind::Text),
    ("externalReferenceId", Kind::Text),
    ("organizationName", Kind::Text),
    ("salesStage", Kind::Text),
    ("campaignId", Kind::Text),
    ("customerProfile/name", Kind::Text),
    ("customerProfile/address/city", Kind::Text),
    ("customerProfile/address/country", Kind::Text),
    ("details/notes", Kind::Text),
    ("details/currency", Kind::Text),
    ("inviteContext/notes", Kind::Text),
    ("inviteContext/invitedBy/organizationName", Kind::Text),
    ("status", Kind::Enum(STATUS)),
    ("substatus", Kind::Enum(SUBSTATUS)),
    ("direction", Kind::Enum(DIRECTION)),
    ("type", Kind::Enum(TYPE)),
    ("id", Kind::Guid),
    ("engagementId", Kind::Guid),
    ("details/dealValue", Kind::Number),
    ("favorite", Kind::Truth),
    ("isSpam", Kind::Truth),
    ("consent/consentToContact", Kind::Truth),
    (
        "consent/consentToShareReferralWithMicrosoftSellers",
        Kind::Truth,
    ),
    ("createdDateTime", Kind::Time),
    ("updatedDateTime", Kind::Time),
    ("acceptedDateTime", Kind::Time),
    ("closedDateTime", Kind::Time),
    ("expirationDateTime", Kind::Time),
    ("details/closingDateTime", Kind::Time),
];

type Item = &'static [(&'static str, Kind)];

const PERSON: Item = &[
    ("firstName", Kind::Text),
    ("lastName", Kind::Text),
    ("email", Kind::Text),
];

const COLLECTIONS: [(&str, Item); 5] = [
    ("team", PERSON),
    ("customerProfile/team", PERSON),
    (
        "details/requirements/solutions",
        &[
            ("id", Kind::Text),
            ("name", Kind::Text),
            ("type", Kind::Enum(SOLUTION)),
            ("price", Kind::Number),
        ],
    ),
    ("details/requirements/industries", &[("id", Kind::Text)]),
    ("tags", &[("", Kind::Text)]),
];

const NUMBERS: [&str; 12] = [
    "0",
    "-1",
    "1",
    "2",
    "10000",
    "0.5",
    "-2.5",
    "9007199254740993.55",
    "9007199254740993.5",
    "250000",
    "99.99",
    "1234.5678",
];

const TEXTS: [&str; 12] = [
    "",
    "a",
    "Contoso",
    "O'Neill",
    "  x ",
    "ÄÖ",
    "äö",
    "100%",
    "US",
    "Contoso Ltd.",
    "e",
    "it''s",
];

const TIMES: [&str; 7] = [
    "2025-06-01T00:00:00Z",
    "2025-12-31T23:30:00-02:00",
    "2026-01-01T01:30:00Z",
    "2026-01-15T00:00:00.1234567Z",
    "2026-01-15T00:00:00.1234560Z",
    "2024-02-29T12:00:05.5+05:30",
    "2026-06-30T00:00:00Z",
];

// --- rows -------------------------------------------------------------------

/// Made-up referrals, with values at which languages differ.
fn rows(dice: &mut Dice) -> Vec<Json> {
    let store = Store::new(Data::new(200, 7));
    let rows = (0..ROWS).map(|row| {
        let record = store.record(row * 7).expect("a record");
        let mut document = record.document.clone();
        for (path, kind) in FIELDS {
            if dice.below(5) != 0 {
                continue;
            }
            // The service sets these.
            let set = ["id", "engagementId", "createdDateTime", "updatedDateTime"].contains(&path);
            let value = match kind {
                _ if !set && dice.below(2) == 0 => Json::Null,
                Kind::Text => dice.pick(&TEXTS).to_owned().into(),
                Kind::Number => Json::Number(dice.pick(&NUMBERS).to_owned().into()),
                Kind::Time => dice.pick(&TIMES).to_owned().into(),
                Kind::Truth => (dice.below(2) == 0).into(),
                Kind::Enum(_) | Kind::Guid => continue,
            };
            put(&mut document, path, value);
        }
        let tags = (0..dice.below(3)).map(|_| dice.pick(&TEXTS).to_owned().into());
        let tags = Json::Array(tags.collect());
        document.set("tags", if dice.below(4) == 0 { Json::Null } else { tags });
        if dice.below(8) == 0 {
            document.set("details", Json::Null);
        }
        if dice.below(6) == 0 {
            document.set("team", Json::Array(Vec::new()));
        }
        document
    });
    rows.collect()
}

fn put(document: &mut Json, path: &str, value: Json) {
    let mut place = document;
    let mut names = path.split('/').peekable();
    while let Some(name) = names.next() {
        if names.peek().is_none() {
            return place.set(name, value);
        }
        match place.slot(name) {
            Some(Json::Null) | None => return,
            Some(inner) => place = inner,
        }
    }
}

/// What marks a number in a text: a `serde_json::Value` would round it.
const NUMBER: &str = "\u{1}number ";

fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(text) => Value::String(format!("{NUMBER}{text}")),
        Json::Text(text) => Value::String(text.to_string()),
        Json::Array(items) => Value::Array(items.iter().map(plain).collect()),
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.to_string(), plain(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

// --- trees ------------------------------------------------------------------

struct Dice(ChaCha8Rng);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        (self.0.next_u32() as usize) % limit
    }

    fn pick<'t, T: ?Sized>(&mut self, from: &[&'t T]) -> &'t T {
        from[self.below(from.len())]
    }
}

/// What items are called, and which fields they have.
type Scopes = Vec<(String, Item)>;

struct Grower<'d> {
    dice: &'d mut Dice,
    scopes: Scopes,
    /// Whether it is mostly about what the index knows.
    indexed: bool,
}

impl Grower<'_> {
    /// Something that is true, false or null.
    fn condition(&mut self, depth: usize) -> Tree {
        if depth == 0 {
            return self.comparison(0);
        }
        let joins = self.indexed && self.dice.below(24) != 0;
        match self.dice.below(if joins { 5 } else { 12 }) {
            0 => Tree::Not(Box::new(self.condition(depth - 1))),
            1 | 2 => Tree::And(self.conditions(depth)),
            3 | 4 => Tree::Or(self.conditions(depth)),
            5 => Tree::Compare(
                ["eq", "ne", "gt", "le"][self.dice.below(4)],
                Box::new(self.condition(depth - 1)),
                Box::new(match self.dice.below(3) {
                    0 => Tree::Literal(Literal::Null),
                    1 => Tree::Literal(Literal::Truth(self.dice.below(2) == 0)),
                    _ => self.condition(depth - 1),
                }),
            ),
            6 | 7 if self.scopes.len() < 2 => self.lambda(depth),
            8 => self.field(Kind::Truth),
            9 => {
                let name = ["contains", "startswith", "endswith"][self.dice.below(3)];
                Tree::Call(name, vec![self.text(depth - 1), self.text(depth - 1)])
            }
            _ => self.comparison(depth - 1),
        }
    }

    fn conditions(&mut self, depth: usize) -> Vec<Tree> {
        (0..2 + self.dice.below(2))
            .map(|_| self.condition(depth - 1))
            .collect()
    }

    fn lambda(&mut self, depth: usize) -> Tree {
        let (path, item) = COLLECTIONS[self.dice.below(COLLECTIONS.len())];
        if self.dice.below(6) == 0 {
            return Tree::Some(path, None);
        }
        let variable =
            ["t", "x", "item"][self.dice.below(3)].to_owned() + &"x".repeat(self.scopes.len());
        self.scopes.push((variable.clone(), item));
        let body = Box::new(self.condition(depth - 1));
        self.scopes.pop();
        match self.dice.below(2) {
            0 => Tree::All(path, variable, body),
            _ => Tree::Some(path, Some((variable, body))),
        }
    }

    /// Something that the index knows.
    fn known(&mut self) -> Tree {
        let text = |text: &str| Tree::Literal(Literal::Text(text.to_owned()));
        let mut equal = ["eq", "ne"][self.dice.below(2)];
        let (left, right) = match self.dice.below(7) {
            0 => {
                let (field, known) = self.choice();
                let list = (0..1 + self.dice.below(3)).map(|_| match self.dice.below(5) {
                    0 => Literal::Null,
                    _ => Literal::Enum(self.dice.pick(known).to_owned()),
                });
                return Tree::In(Box::new(field), list.collect());
            }
            1 => {
                let country = Tree::Field("customerProfile/address/country", Kind::Text);
                let value = ["US", "DE", "IN", "ZZ", ""][self.dice.below(5)];
                match self.dice.below(4) {
                    0 => (country, Tree::Literal(Literal::Null)),
                    _ => (country, text(value)),
                }
            }
            2 => {
                let address = COLLEAGUES[self.dice.below(COLLEAGUES.len())].2;
                let email = || Tree::Of("t".to_owned(), "email", Kind::Text);
                let mut body = match self.dice.below(4) {
                    0 => Tree::In(
                        Box::new(email()),
                        vec![
                            Literal::Text(address.to_owned()),
                            Literal::Text(COLLEAGUES[0].2.to_owned()),
                        ],
                    ),
                    _ => Tree::Compare(equal, Box::new(email()), Box::new(text(address))),
                };
                if self.dice.below(4) == 0 {
                    let other = Tree::Compare("eq", Box::new(email()), Box::new(text("x")));
                    body = match self.dice.below(3) {
                        0 => Tree::Not(Box::new(body)),
                        1 => Tree::And(vec![body, other]),
                        _ => Tree::Or(vec![body, other]),
                    };
                }
                return match self.dice.below(2) {
                    0 => Tree::All("team", "t".to_owned(), Box::new(body)),
                    _ => Tree::Some("team", Some(("t".to_owned(), Box::new(body)))),
                };
            }
            3 => {
                equal = ["eq", "ne", "gt", "ge", "lt", "le"][self.dice.below(6)];
                let field = ["createdDateTime", "updatedDateTime"][self.dice.below(2)];
                let time = self.dice.pick(&TIMES).to_owned();
                let time = match self.dice.below(3) {
                    0 => Literal::Date(time[..10].to_owned()),
                    _ => Literal::Time(time),
                };
                (Tree::Field(field, Kind::Time), Tree::Literal(time))
            }
            4 => {
                let field = ["id", "engagementId"][self.dice.below(2)];
                let field = Tree::Field(field, Kind::Guid);
                let guid = self.guid();
                match self.dice.below(3) {
                    0 => return Tree::In(Box::new(field), vec![guid, self.guid()]),
                    _ => (field, Tree::Literal(guid)),
                }
            }
            _ => {
                let (field, known) = self.choice();
                let value = match self.dice.below(6) {
                    0 => Literal::Null,
                    _ => Literal::Enum(self.dice.pick(known).to_owned()),
                };
                (field, Tree::Literal(value))
            }
        };
        match self.dice.below(4) {
            0 => Tree::Compare(equal, Box::new(right), Box::new(left)),
            _ => Tree::Compare(equal, Box::new(left), Box::new(right)),
        }
    }

    fn comparison(&mut self, depth: usize) -> Tree {
        if self.indexed && self.scopes.is_empty() && self.dice.below(40) != 0 {
            return self.known();
        }
        let operator = ["eq", "ne", "gt", "ge", "lt", "le"][self.dice.below(6)];
        let equal = ["eq", "ne"][self.dice.below(2)];
        let (left, right) = match self.dice.below(9) {
            0 => {
                let field = self.field(Kind::Guid);
                return match self.dice.below(3) {
                    0 => Tree::In(
                        Box::new(field),
                        vec![self.guid(), self.guid(), Literal::Null],
                    ),
                    _ => Tree::Compare(
                        operator,
                        Box::new(field),
                        Box::new(Tree::Literal(self.guid())),
                    ),
                };
            }
            1 => {
                let (field, known) = self.choice();
                let literal = |dice: &mut Dice| Literal::Enum(dice.pick(known).to_owned());
                return match self.dice.below(3) {
                    0 => Tree::In(
                        Box::new(field),
                        (0..1 + self.dice.below(3))
                            .map(|_| literal(self.dice))
                            .collect(),
                    ),
                    _ => Tree::Compare(
                        equal,
                        Box::new(field),
                        Box::new(Tree::Literal(literal(self.dice))),
                    ),
                };
            }
            2 => {
                let list = (0..1 + self.dice.below(4)).map(|_| match self.dice.below(6) {
                    0 => Literal::Null,
                    _ => Literal::Text(self.dice.pick(&TEXTS).to_owned()),
                });
                let list = list.collect();
                return Tree::In(Box::new(self.text(depth)), list);
            }
            3 => {
                let kinds = [Kind::Text, Kind::Number, Kind::Time, Kind::Truth];
                let kind = kinds[self.dice.below(4)];
                let field = self.field(kind);
                (field, Tree::Literal(Literal::Null))
            }
            4 | 5 => (self.number(depth), self.number(depth)),
            6 => (self.time(), self.time()),
            _ => (self.text(depth), self.text(depth)),
        };
        match self.dice.below(8) {
            0 => Tree::Compare(operator, Box::new(right), Box::new(left)),
            _ => Tree::Compare(operator, Box::new(left), Box::new(right)),
        }
    }

    /// A field of this kind; a literal where an item has none.
    fn field(&mut self, kind: Kind) -> Tree {
        let scope = match self.scopes.len() {
            0 => None,
            _ if self.dice.below(4) == 0 => None,
            count => Some(self.dice.below(count)),
        };
        if let Some(scope) = scope {
            let (variable, item) = self.scopes[scope].clone();
            let fields: Vec<_> = item.iter().filter(|(_, other)| *other == kind).collect();
            if !fields.is_empty() {
                let (name, kind) = fields[self.dice.below(fields.len())];
                return Tree::Of(variable, name, *kind);
            }
        }
        let fields: Vec<_> = FIELDS.iter().filter(|(_, other)| *other == kind).collect();
        let (path, kind) = fields[self.dice.below(fields.len())];
        Tree::Field(path, *kind)
    }

    fn choice(&mut self) -> (Tree, &'static [&'static str]) {
        let known = [STATUS, SUBSTATUS, DIRECTION, TYPE][self.dice.below(4)];
        (self.field(Kind::Enum(known)), known)
    }

    fn guid(&mut self) -> Literal {
        let guid = Store::new(Data::new(200, 7)).record(7 * self.dice.below(ROWS as usize) as u64);
        let guid = guid.expect("a record");
        let name = ["id", "engagementId"][self.dice.below(2)];
        let guid = guid.document.get(name).text().expect("an id").to_owned();
        match self.dice.below(3) {
            0 => Literal::Text(guid),
            1 => Literal::Text(guid.to_uppercase()),
            _ => Literal::Guid(guid),
        }
    }

    fn text(&mut self, depth: usize) -> Tree {
        if depth > 0 && self.dice.below(3) == 0 {
            let name = ["tolower", "toupper", "trim", "concat", "substring"][self.dice.below(5)];
            let mut arguments = vec![self.text(depth - 1)];
            match name {
                "concat" => arguments.push(self.text(depth - 1)),
                "substring" => {
                    arguments.push(match self.dice.below(4) {
                        0 => Tree::Call("indexof", vec![self.text(0), self.text(0)]),
                        _ => self.small(),
                    });
                    if self.dice.below(2) == 0 {
                        arguments.push(self.small());
                    }
                }
                _ => {}
            }
            return Tree::Call(name, arguments);
        }
        match self.dice.below(8) {
            0..=2 => Tree::Literal(Literal::Text(self.dice.pick(&TEXTS).to_owned())),
            // Compared with a text alone it would have to be one of its own.
            3 => Tree::Call("trim", vec![self.choice().0]),
            _ => self.field(Kind::Text),
        }
    }

    fn small(&mut self) -> Tree {
        let number = self.dice.below(9) as i64 - 2;
        Tree::Literal(Literal::Number(number.to_string()))
    }

    fn number(&mut self, depth: usize) -> Tree {
        let time = |grower: &mut Self| grower.field(Kind::Time);
        if depth > 0 && self.dice.below(3) == 0 {
            return self.math(depth - 1);
        }
        match self.dice.below(if depth == 0 { 4 } else { 9 }) {
            0 | 1 => Tree::Literal(Literal::Number(self.dice.pick(&NUMBERS).to_owned())),
            2 => self.field(Kind::Number),
            3 => Tree::Count(COLLECTIONS[self.dice.below(COLLECTIONS.len())].0),
            4 => Tree::Call("length", vec![self.text(depth - 1)]),
            5 => Tree::Call("indexof", vec![self.text(depth - 1), self.text(depth - 1)]),
            6 => {
                let name = ["round", "floor", "ceiling"][self.dice.below(3)];
                Tree::Call(name, vec![self.number(depth - 1)])
            }
            7 => {
                let name = ["hour", "minute", "second"][self.dice.below(3)];
                Tree::Call(name, vec![time(self)])
            }
            _ => {
                let name = ["year", "month", "day"][self.dice.below(3)];
                Tree::Call(name, vec![time(self)])
            }
        }
    }

    fn math(&mut self, depth: usize) -> Tree {
        let left = Box::new(self.term(depth));
        let operator = ["add", "sub", "mul", "div", "divby", "mod", "-"][self.dice.below(7)];
        let right = match operator {
            "-" => return Tree::Negated(left),
            "add" | "sub" => self.term(depth),
            // Nothing that is known to be zero, or to become too large.
            _ => match self.dice.below(4) {
                0 => self.field(Kind::Number),
                1 => Tree::Count(COLLECTIONS[self.dice.below(COLLECTIONS.len())].0),
                2 => Tree::Literal(Literal::Number(
                    ["0.5", "-2.5", "3.0", "0.07"][self.dice.below(4)].to_owned(),
                )),
                _ => Tree::Literal(Literal::Integer(
                    ["2", "3", "-7", "1000"][self.dice.below(4)].to_owned(),
                )),
            },
        };
        Tree::Math(operator, left, Box::new(right))
    }

    /// A number whose literals say whether they are whole.
    fn term(&mut self, depth: usize) -> Tree {
        match self.number(depth) {
            Tree::Literal(Literal::Number(text)) if !text.contains('.') => {
                Tree::Literal(Literal::Integer(text))
            }
            other => other,
        }
    }

    fn time(&mut self) -> Tree {
        match self.dice.below(6) {
            0 | 1 => Tree::Literal(Literal::Time(self.dice.pick(&TIMES).to_owned())),
            2 => Tree::Literal(Literal::Date(self.dice.pick(&TIMES)[..10].to_owned())),
            3 => Tree::Call("date", vec![self.field(Kind::Time)]),
            _ => self.field(Kind::Time),
        }
    }
}

// --- printing ---------------------------------------------------------------

struct Printer<'d>(&'d mut Dice);

impl Printer<'_> {
    /// Prints a tree where something that binds as `least` or more may stand.
    fn print(&mut self, tree: &Tree, least: u8) -> String {
        let (text, strength) = match tree {
            Tree::Literal(literal) => (self.literal(literal), 9),
            Tree::Field(path, _) => (self.path(path), 9),
            Tree::Of(variable, "", _) => (variable.clone(), 9),
            Tree::Of(variable, path, _) => (format!("{variable}/{}", self.path(path)), 9),
            Tree::Count(path) => (format!("{}/$count", self.path(path)), 9),
            Tree::Negated(inner) => {
                let (gap, inner) = (self.gap(), self.print(inner, 7));
                (format!("-{gap}{inner}"), 7)
            }
            Tree::Math(operator, left, right) => {
                let strength = if ["add", "sub"].contains(operator) {
                    5
                } else {
                    6
                };
                (self.infix(operator, left, right, strength), strength)
            }
            Tree::Not(inner) => {
                let (word, inner) = (self.word("not"), self.print(inner, 7));
                match inner.starts_with('(') && self.0.below(2) == 0 {
                    true => (format!("{word}{inner}"), 7),
                    false => (format!("{word}{}{inner}", self.blank()), 7),
                }
            }
            Tree::And(parts) => (self.joined("and", parts, 2), 2),
            Tree::Or(parts) => (self.joined("or", parts, 1), 1),
            Tree::Compare(operator, left, right) => {
                let strength = if ["eq", "ne"].contains(operator) {
                    3
                } else {
                    4
                };
                (self.infix(operator, left, right, strength), strength)
            }
            Tree::In(left, list) => {
                let left = self.print(left, 9);
                let list: Vec<_> = list.iter().map(|literal| self.literal(literal)).collect();
                let list = self.list(&list);
                let (before, word, after) = (self.blank(), self.word("in"), self.gap());
                (format!("{left}{before}{word}{after}({list})"), 8)
            }
            Tree::Call(name, arguments) => {
                let arguments: Vec<_> = arguments.iter().map(|tree| self.print(tree, 0)).collect();
                (format!("{}({})", self.word(name), self.list(&arguments)), 9)
            }
            Tree::Some(path, None) => (format!("{}/{}()", self.path(path), self.word("any")), 9),
            Tree::Some(path, Some((variable, body))) => {
                (self.lambda("any", path, variable, body), 9)
            }
            Tree::All(path, variable, body) => (self.lambda("all", path, variable, body), 9),
        };
        if strength < least || self.0.below(8) == 0 {
            format!("({}{text}{})", self.gap(), self.gap())
        } else {
            text
        }
    }

    fn infix(&mut self, word: &str, left: &Tree, right: &Tree, strength: u8) -> String {
        let (left, right) = (self.print(left, strength), self.print(right, strength + 1));
        let (before, word, after) = (self.blank(), self.word(word), self.blank());
        format!("{left}{before}{word}{after}{right}")
    }

    fn joined(&mut self, word: &str, parts: &[Tree], strength: u8) -> String {
        let mut text = self.print(&parts[0], strength);
        for part in &parts[1..] {
            let (before, word, after) = (self.blank(), self.word(word), self.blank());
            let least = strength + self.0.below(2) as u8;
            let part = self.print(part, least);
            text = format!("{text}{before}{word}{after}{part}");
        }
        text
    }

    fn lambda(&mut self, word: &str, path: &str, variable: &str, body: &Tree) -> String {
        let (path, word, body) = (self.path(path), self.word(word), self.print(body, 0));
        let gaps = [self.gap(), self.gap(), self.gap()];
        format!(
            "{path}/{word}({variable}{}:{}{body}{})",
            gaps[0], gaps[1], gaps[2]
        )
    }

    fn list(&mut self, parts: &[String]) -> String {
        let mut text = self.gap();
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                text += ",";
                text += &self.gap();
            }
            text += part;
            text += &self.gap();
        }
        text
    }

    fn literal(&mut self, literal: &Literal) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        match literal {
            Literal::Null => self.word("null"),
            Literal::Truth(truth) => self.word(&truth.to_string()),
            Literal::Text(text) => quoted(text),
            Literal::Enum(text) => {
                let text = self.word(text);
                quoted(&text)
            }
            Literal::Guid(guid) => self.word(guid),
            Literal::Date(date) => date.clone(),
            Literal::Integer(number) => number.clone(),
            Literal::Number(number) => match self.0.below(4) {
                0 if number.contains('.') => format!("{number}0"),
                0 => format!("{number}.000"),
                1 => format!("{number}e0"),
                2 => {
                    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
                    format!("{whole}{part}000e-{}", part.len() + 3)
                }
                _ => number.clone(),
            },
            Literal::Time(time) => {
                let time = DateTime::parse_from_rfc3339(time).expect("a time");
                match self.0.below(3) {
                    0 => time
                        .with_timezone(&Utc)
                        .to_rfc3339_opts(chrono::SecondsFormat::Nanos, true),
                    1 => {
                        let zone = FixedOffset::east_opt(3600).expect("a zone");
                        time.with_timezone(&zone).to_rfc3339()
                    }
                    _ => time.to_rfc3339(),
                }
            }
        }
    }

    fn path(&mut self, path: &str) -> String {
        self.word(path)
    }

    /// A word in some letter case.
    fn word(&mut self, word: &str) -> String {
        match self.0.below(12) {
            0 => word.to_uppercase(),
            1 => {
                let mut letters = word.chars();
                let first = letters.next().map(|letter| letter.to_ascii_uppercase());
                first.into_iter().chain(letters).collect()
            }
            _ => word.to_owned(),
        }
    }

    fn blank(&mut self) -> String {
        [" ", "  ", " ", "\t", " "][self.0.below(5)].to_owned()
    }

    fn gap(&mut self) -> String {
        ["", "", " ", "  "][self.0.below(4)].to_owned()
    }
}

// --- walking ----------------------------------------------------------------

#[derive(Debug, Clone, PartialEq)]
enum Found {
    Null,
    Truth(bool),
    Number(Fraction),
    Text(String),
    Time(DateTime<FixedOffset>),
    Date(NaiveDate),
}

/// Names of items and the items.
type Items<'r> = Vec<(String, &'r Value)>;

fn follow<'r>(start: &'r Value, path: &str) -> &'r Value {
    let names = path.split('/').filter(|name| !name.is_empty());
    names.fold(start, |value, name| &value[name])
}

fn found(value: &Value, kind: Kind) -> Found {
    match (value, kind) {
        (Value::Bool(truth), Kind::Truth) => Found::Truth(*truth),
        (Value::String(text), Kind::Time) => Found::Time(text.parse().expect("a time")),
        (Value::String(text), Kind::Number) => {
            Found::Number(decimal(text.strip_prefix(NUMBER).expect("a number")))
        }
        (Value::String(text), _) => Found::Text(text.clone()),
        (Value::Null, _) => Found::Null,
        other => panic!("{other:?}"),
    }
}

fn decimal(text: &str) -> Fraction {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: BigInt = format!("{whole}{part}").parse().expect("digits");
    let exponent: i32 = exponent.parse().expect("an exponent");
    integer(digits) * integer(10.into()).pow(exponent - part.len() as i32)
}

fn integer(number: BigInt) -> Fraction {
    Fraction::from_integer(number)
}

/// Whether a number is whole whatever happens.
fn is_whole(tree: &Tree) -> bool {
    match tree {
        Tree::Literal(Literal::Integer(_)) | Tree::Count(_) => true,
        Tree::Call(name, _) => !["round", "floor", "ceiling"].contains(name),
        Tree::Negated(inner) => is_whole(inner),
        Tree::Math(operator, left, right) => {
            *operator != "divby" && is_whole(left) && is_whole(right)
        }
        _ => false,
    }
}

/// What comes of two numbers, with 50 digits before the point and behind it.
fn math(operator: &str, left: Fraction, right: Fraction, whole: bool) -> Found {
    let zero = integer(0.into());
    if ["div", "divby", "mod"].contains(&operator) && right == zero {
        return Found::Null;
    }
    let number = match operator {
        "add" => left + right,
        "sub" => left - right,
        "mul" => left * right,
        "div" if whole => (left / right).trunc(),
        "mod" => left.clone() - right.clone() * (left / right).trunc(),
        _ => left / right,
    };
    let limit = integer(10.into()).pow(50);
    if number >= limit || number <= -limit.clone() {
        return Found::Null;
    }
    Found::Number((number * limit.clone()).trunc() / limit)
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn walk(tree: &Tree, row: &Value, scopes: &Items<'_>) -> Found {
    let item = |variable: &str| {
        let mut scopes = scopes.iter();
        scopes
            .find(|(name, _)| name == variable)
            .expect("an item")
            .1
    };
    match tree {
        Tree::Literal(literal) => match literal {
            Literal::Null => Found::Null,
            Literal::Truth(truth) => Found::Truth(*truth),
            Literal::Number(text) | Literal::Integer(text) => Found::Number(decimal(text)),
            Literal::Text(text) | Literal::Enum(text) | Literal::Guid(text) => {
                Found::Text(text.clone())
            }
            Literal::Time(text) => Found::Time(text.parse().expect("a time")),
            Literal::Date(text) => Found::Date(text.parse().expect("a date")),
        },
        Tree::Field(path, kind) => found(follow(row, path), *kind),
        Tree::Of(variable, path, kind) => found(follow(item(variable), path), *kind),
        Tree::Count(path) => Found::Number(integer(items(follow(row, path)).len().into())),
        Tree::Negated(inner) => match walk(inner, row, scopes) {
            Found::Number(number) => Found::Number(-number),
            _ => Found::Null,
        },
        Tree::Math(operator, left, right) => {
            let whole = is_whole(left) && is_whole(right);
            match (walk(left, row, scopes), walk(right, row, scopes)) {
                (Found::Number(left), Found::Number(right)) => math(operator, left, right, whole),
                _ => Found::Null,
            }
        }
        Tree::Not(inner) => match walk(inner, row, scopes) {
            Found::Truth(truth) => Found::Truth(!truth),
            _ => Found::Null,
        },
        Tree::And(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| walk(part, row, scopes)).collect();
            if parts.contains(&Found::Truth(false)) {
                Found::Truth(false)
            } else if parts.contains(&Found::Null) {
                Found::Null
            } else {
                Found::Truth(true)
            }
        }
        Tree::Or(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| walk(part, row, scopes)).collect();
            if parts.contains(&Found::Truth(true)) {
                Found::Truth(true)
            } else if parts.contains(&Found::Null) {
                Found::Null
            } else {
                Found::Truth(false)
            }
        }
        Tree::Compare(operator, left, right) => {
            let fold = is_guid(left) || is_guid(right);
            let (left, right) = (walk(left, row, scopes), walk(right, row, scopes));
            Found::Truth(compares(operator, &left, &right, fold))
        }
        Tree::In(left, list) => {
            let guids = list
                .iter()
                .any(|literal| matches!(literal, Literal::Guid(_)));
            let fold = guids || is_guid(left);
            let value = walk(left, row, scopes);
            let mut list = list
                .iter()
                .map(|literal| walk(&Tree::Literal(literal.clone()), row, scopes));
            Found::Truth(list.any(|other| compares("eq", &value, &other, fold)))
        }
        Tree::Call(name, arguments) => {
            let arguments: Vec<_> = arguments
                .iter()
                .map(|tree| walk(tree, row, scopes))
                .collect();
            if arguments.contains(&Found::Null) {
                return Found::Null;
            }
            call(name, &arguments)
        }
        Tree::Some(path, None) => Found::Truth(!items(follow(row, path)).is_empty()),
        Tree::Some(path, Some((variable, body))) => {
            let holds = |item| holds(body, row, scopes, variable, item);
            Found::Truth(items(follow(row, path)).iter().any(holds))
        }
        Tree::All(path, variable, body) => {
            let holds = |item| holds(body, row, scopes, variable, item);
            Found::Truth(items(follow(row, path)).iter().all(holds))
        }
    }
}

fn holds(body: &Tree, row: &Value, scopes: &Items<'_>, variable: &str, item: &Value) -> bool {
    let mut inner: Items<'_> = scopes.clone();
    inner.push((variable.to_owned(), item));
    walk(body, row, &inner) == Found::Truth(true)
}

fn is_guid(tree: &Tree) -> bool {
    matches!(
        tree,
        Tree::Field(_, Kind::Guid) | Tree::Literal(Literal::Guid(_))
    )
}

fn compares(operator: &str, left: &Found, right: &Found, fold: bool) -> bool {
    let midnight = |found: &Found| match found {
        Found::Date(date) => {
            let time = date.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
            Found::Time(time.fixed_offset())
        }
        Found::Text(text) if fold => Found::Text(text.to_lowercase()),
        other => other.clone(),
    };
    let order = match (&midnight(left), &midnight(right)) {
        (Found::Null, Found::Null) => return operator == "eq",
        (Found::Null, _) | (_, Found::Null) => return operator == "ne",
        (Found::Truth(left), Found::Truth(right)) => left.cmp(right),
        (Found::Number(left), Found::Number(right)) => left.cmp(right),
        (Found::Text(left), Found::Text(right)) => left.chars().cmp(right.chars()),
        (Found::Time(left), Found::Time(right)) => left.cmp(right),
        (left, right) => panic!("{left:?} {right:?}"),
    };
    match operator {
        "eq" => order.is_eq(),
        "ne" => order.is_ne(),
        "gt" => order.is_gt(),
        "ge" => order.is_ge(),
        "lt" => order.is_lt(),
        _ => order.is_le(),
    }
}

fn call(name: &str, arguments: &[Found]) -> Found {
    let text = |place: usize| match &arguments[place] {
        Found::Text(text) => text.chars().collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let number = |place: usize| match &arguments[place] {
        Found::Number(number) => number.clone(),
        other => panic!("{other:?}"),
    };
    let whole = |place: usize| usize::try_from(number(place).to_integer()).unwrap_or(0);
    let place = |text: &[char], part: &[char]| {
        (0..=text.len()).find(|start| text[*start..].starts_with(part))
    };
    match name {
        "contains" => Found::Truth(place(&text(0), &text(1)).is_some()),
        "startswith" => Found::Truth(text(0).starts_with(&text(1))),
        "endswith" => Found::Truth(text(0).ends_with(&text(1))),
        "tolower" => Found::Text(
            text(0)
                .iter()
                .flat_map(|letter| letter.to_lowercase())
                .collect(),
        ),
        "toupper" => Found::Text(
            text(0)
                .iter()
                .flat_map(|letter| letter.to_uppercase())
                .collect(),
        ),
        "trim" => {
            let mut text = text(0);
            while text.first().is_some_and(|letter| letter.is_whitespace()) {
                text.remove(0);
            }
            while text.last().is_some_and(|letter| letter.is_whitespace()) {
                text.pop();
            }
            Found::Text(text.into_iter().collect())
        }
        "concat" => Found::Text(text(0).into_iter().chain(text(1)).collect()),
        "length" => Found::Number(integer(text(0).len().into())),
        "indexof" => match place(&text(0), &text(1)) {
            Some(place) => Found::Number(integer(place.into())),
            None => Found::Number(integer((-1).into())),
        },
        "substring" => {
            let count = if arguments.len() == 3 {
                whole(2)
            } else {
                usize::MAX
            };
            let part = text(0).into_iter().skip(whole(1)).take(count);
            Found::Text(part.collect())
        }
        "round" => Found::Number(number(0).round()),
        "floor" => Found::Number(number(0).floor()),
        "ceiling" => Found::Number(number(0).ceil()),
        _ => {
            let Found::Time(time) = &arguments[0] else {
                panic!("{arguments:?}");
            };
            match name {
                "date" => Found::Date(time.date_naive()),
                "year" => Found::Number(integer(time.year().into())),
                "month" => Found::Number(integer(time.month().into())),
                "day" => Found::Number(integer(time.day().into())),
                "hour" => Found::Number(integer(time.hour().into())),
                "minute" => Found::Number(integer(time.minute().into())),
                _ => Found::Number(integer(time.second().into())),
            }
        }
    }
}

// --- the test ---------------------------------------------------------------

#[test]
fn the_oracle_chooses_the_same_rows() {
    let cases = env::var("REFERRALS_FILTER_CASES").ok();
    let cases: u64 = cases.map_or(5_000, |cases| cases.parse().expect("a number of cases"));
    let rows = rows(&mut Dice(ChaCha8Rng::seed_from_u64(1)));
    let plain: Vec<_> = rows.iter().map(plain).collect();
    let language = Language {
        schemas: Schemas::get().expect("the contract"),
        dialect: Dialect::Lenient,
        now: crate::data::ticks("2026-01-15T00:00:10Z").expect("a time"),
    };
    let indexed_rows = IndexedRows::new(&rows);
    let (mut telling, mut exact) = (0, 0);
    for case in 0..cases {
        // Each has its own, so that one can be looked at alone.
        let mut dice = Dice(ChaCha8Rng::seed_from_u64(case));
        let depth = 1 + dice.below(4);
        let indexed = dice.below(3) == 0;
        let mut grower = Grower {
            dice: &mut dice,
            scopes: Vec::new(),
            indexed,
        };
        let tree = grower.condition(depth);
        let text = Printer(&mut dice).print(&tree, 0);
        let filter = Filter::read(&text, language);
        let filter = filter.unwrap_or_else(|problem| panic!("case {case}: {text}\n{problem:?}"));
        let chosen: Vec<_> = rows.iter().map(|row| filter.accepts(row)).collect();
        let expected = plain.iter();
        let expected: Vec<_> = expected
            .map(|row| walk(&tree, row, &Items::new()) == Found::Truth(true))
            .collect();
        assert_eq!(chosen, expected, "case {case}: {text}\n{tree:?}");
        let tells = expected.contains(&true) && expected.contains(&false);
        telling += u64::from(tells);
        let (found, is_exact) = indexed_rows.find(&filter);
        for found in found {
            let is_right = match is_exact {
                true => found == expected,
                // It may have more, and never less.
                false => expected.iter().zip(&found).all(|(is, found)| *found || !is),
            };
            assert!(is_right, "case {case}: {text}\n{:?}", filter.wanted());
        }
        exact += u64::from(tells && is_exact);
    }
    // A test that chooses all or nothing tells little.
    assert!(telling * 3 > cases, "{telling} of {cases}");
    assert!(exact * 20 > cases, "{exact} of {cases}");
    println!(
        "{telling} of {cases} expressions choose some rows and not all, {exact} of them by the \
         index alone"
    );
}

/// The rows in an index, each several times.
struct IndexedRows {
    index: Index,
    ids: Vec<[uuid::Uuid; 2]>,
}

impl IndexedRows {
    fn new(rows: &[Json]) -> Self {
        let time = |row: &Json, name| {
            let time: DateTime<Utc> = row.get(name).text().expect("a time").parse().expect(name);
            time.timestamp() * 10_000_000 + i64::from(time.timestamp_subsec_nanos() / 100)
        };
        let entries = rows.iter().map(|row| Entry {
            created: time(row, "createdDateTime"),
            updated: time(row, "updatedDateTime"),
            traits: of_document(row),
        });
        let entries: Vec<_> = entries.collect();
        let id = |row: &Json, name| {
            row.get(name)
                .text()
                .expect("an id")
                .parse()
                .expect("a GUID")
        };
        let ids = rows
            .iter()
            .map(|row| [id(row, "id"), id(row, "engagementId")]);
        Self {
            index: Index::of(&entries.repeat(COPIES)),
            ids: ids.collect(),
        }
    }

    /// Which rows are found in each order, and whether those are all that are wanted.
    fn find(&self, filter: &Filter) -> ([Vec<bool>; 3], bool) {
        let request = Request::new(&filter.wanted());
        let of_id = |lookup| -> Vec<u64> {
            let rows = self.ids.iter().enumerate();
            let rows = rows.filter(|(_, [id, engagement])| match lookup {
                Lookup::Referral(wanted) => wanted == *id,
                Lookup::Engagement(wanted) => wanted == *engagement,
            });
            let copies =
                |(row, _)| (0..COPIES).map(move |copy| (copy * self.ids.len() + row) as u64);
            rows.flat_map(copies).collect()
        };
        let found = [Order::Number, Order::Created, Order::Updated].map(|order| {
            let part = Part {
                order,
                descending: false,
                after: None,
                skip: 0,
                take: usize::MAX,
            };
            let numbers = match request.lookups() {
                Some(lookups) => lookups.iter().flat_map(|lookup| of_id(*lookup)).collect(),
                None => {
                    let (keys, total) = self.index.find(&request, part, &of_id);
                    assert_eq!(keys.len() as u64, total);
                    keys.into_iter()
                        .map(|(_, number)| number)
                        .collect::<Vec<_>>()
                }
            };
            let mut copies = vec![0; self.ids.len()];
            for number in numbers {
                copies[number as usize % self.ids.len()] += 1;
            }
            copies.into_iter().map(|copies| copies > 0).collect()
        });
        (found, request.exact)
    }
}
