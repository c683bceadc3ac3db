//! The tree of a filter.
//!
//! A Pratt parser for OData v4's grammar of expressions. The crates there are do not
//! fit: `odata-params` knows no lambdas, `odatav4-parser` is made to write SQL and in
//! its first weeks, and neither limits how deep a text nests or says what is wrong at
//! which character.

use super::Refusal;
use super::lexer::{Kind, Token, tokens};
use crate::request::shown;

/// How deep parentheses, functions and `not` may be nested.
const DEPTH: usize = 40;

/// How many comparisons may follow each other without parentheses, as in
/// `a eq b eq true`.
const CHAIN: usize = 8;

/// How much arithmetic a filter may have. Each is done for each referral, and nests.
const ARITHMETIC: usize = 100;

/// How many characters a text may have. It comes in a URL, which has a limit, too.
const LENGTH: usize = 60_000;

/// An expression and its first character.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) kind: Expression,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// In quotes.
    Text(String),
    /// A value without: a number, a GUID, a time, null, true, false.
    Word(String),
    Path(Path),
    Call {
        name: String,
        arguments: Vec<Node>,
    },
    Not(Box<Node>),
    /// With a minus before it.
    Negated(Box<Node>),
    Arithmetic {
        operator: Arithmetic,
        operator_at: usize,
        left: Box<Node>,
        right: Box<Node>,
    },
    /// Conditions joined by the same word, which is where the first of them is.
    Joined {
        by: Logic,
        at: usize,
        parts: Vec<Node>,
    },
    Comparison {
        operator: Operator,
        operator_at: usize,
        left: Box<Node>,
        right: Box<Node>,
    },
    In {
        operator_at: usize,
        left: Box<Node>,
        list: Vec<Node>,
    },
    Lambda(Lambda),
}

/// `any` or `all` of a collection.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lambda {
    pub(super) path: Path,
    pub(super) all: bool,
    /// Where the word is.
    pub(super) at: usize,
    /// What an item is called, and what is said of it.
    pub(super) body: Option<(Name, Box<Node>)>,
}

/// A field, by the names that lead to it.
pub(super) type Path = Vec<Name>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) at: usize,
    pub(super) text: String,
}

/// A path as a refusal shows it.
pub(super) fn show(path: &[Name]) -> String {
    let names: Vec<_> = path.iter().map(|name| name.text.as_str()).collect();
    shown(&names.join("/"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logic {
    And,
    Or,
}

impl Logic {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::And => "and",
            Self::Or => "or",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Operator {
    const ALL: [(&'static str, Self); 6] = [
        ("eq", Self::Equal),
        ("ne", Self::Unequal),
        ("gt", Self::Greater),
        ("ge", Self::GreaterOrEqual),
        ("lt", Self::Less),
        ("le", Self::LessOrEqual),
    ];

    pub(super) fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(_, operator)| *operator == self)
            .map_or("", |(name, _)| name)
    }

    /// What says the same when the sides change places.
    pub(super) fn turned(self) -> Self {
        match self {
            Self::Equal | Self::Unequal => self,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
        }
    }

    /// What is so when this is not, where both sides are there.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    /// Of whole numbers to a whole number.
    Divide,
    DivideBy,
    Modulo,
}

impl Arithmetic {
    const ALL: [(&'static str, Self); 6] = [
        ("add", Self::Add),
        ("sub", Self::Subtract),
        ("mul", Self::Multiply),
        ("div", Self::Divide),
        ("divby", Self::DivideBy),
        ("mod", Self::Modulo),
    ];

    pub(super) fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(_, operator)| *operator == self)
            .map_or("", |(name, _)| name)
    }
}

/// What stands between two expressions, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Infix {
    Logic(Logic),
    Comparison(Operator),
    Arithmetic(Arithmetic),
    In,
    /// Of OData, and not taken.
    Has,
}

impl Infix {
    /// Its word, and how strongly it binds.
    fn of(word: &str) -> Option<(Self, u8)> {
        let comparison = Operator::ALL.iter().find(|(name, _)| *name == word);
        if let Some((_, operator)) = comparison {
            let equality = matches!(operator, Operator::Equal | Operator::Unequal);
            return Some((Self::Comparison(*operator), if equality { 3 } else { 4 }));
        }
        let arithmetic = Arithmetic::ALL.iter().find(|(name, _)| *name == word);
        if let Some((_, operator)) = arithmetic {
            let additive = matches!(operator, Arithmetic::Add | Arithmetic::Subtract);
            return Some((Self::Arithmetic(*operator), if additive { 5 } else { 6 }));
        }
        Some(match word {
            "or" => (Self::Logic(Logic::Or), 1),
            "and" => (Self::Logic(Logic::And), 2),
            "has" => (Self::Has, 8),
            "in" => (Self::In, 8),
            _ => return None,
        })
    }
}

/// How strongly `not` and a minus bind.
const UNARY: u8 = 7;

/// An expression, and for an order which way it goes.
#[derive(Debug)]
pub(super) struct Ordered {
    pub(super) node: Node,
    pub(super) descending: bool,
}

/// Reads a filter. Words are taken in any letter case if `any_case`.
pub(super) fn parse(text: &str, any_case: bool) -> Result<Node, Refusal> {
    let mut parser = Parser::new(text, any_case)?;
    let node = parser.expression(0)?;
    parser.end()?;
    Ok(node)
}

/// Reads an order: expressions with `asc` or `desc` behind them.
pub(super) fn parse_order(text: &str, any_case: bool) -> Result<Vec<Ordered>, Refusal> {
    let mut parser = Parser::new(text, any_case)?;
    let mut keys = Vec::new();
    loop {
        let node = parser.expression(0)?;
        let descending = match parser.keyword().as_deref() {
            Some("desc") => Some(true),
            Some("asc") => Some(false),
            _ => None,
        };
        if descending.is_some() {
            let word = parser.next();
            spaced(&word)?;
        }
        keys.push(Ordered {
            node,
            descending: descending.unwrap_or(false),
        });
        if parser.peek().kind != Kind::Comma {
            break;
        }
        parser.next();
    }
    parser.end()?;
    Ok(keys)
}

struct Parser {
    tokens: Vec<Token>,
    place: usize,
    depth: usize,
    /// How much arithmetic there was.
    arithmetic: usize,
    any_case: bool,
}

/// What is missing, and what is there.
fn missing(what: &str, at: usize, found: &Kind) -> Refusal {
    Refusal::new(at, format!("{what}, found {}", found.shown()))
}

impl Parser {
    fn new(text: &str, any_case: bool) -> Result<Self, Refusal> {
        if text.len() > LENGTH {
            let what = format!("the text is longer than {LENGTH} bytes");
            return Err(Refusal::new(1, what));
        }
        Ok(Self {
            tokens: tokens(text)?,
            place: 0,
            depth: 0,
            arithmetic: 0,
            any_case,
        })
    }

    /// The next word, which stays the next. The end is never passed.
    fn peek(&self) -> &Token {
        // The lexer ends every row with the end.
        &self.tokens[self.place.min(self.tokens.len() - 1)]
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.place += 1;
        token
    }

    /// The next word if it has letters, in the case that keywords are in.
    fn keyword(&self) -> Option<String> {
        match &self.peek().kind {
            Kind::Word(word) if self.any_case => Some(word.to_ascii_lowercase()),
            Kind::Word(word) => Some(word.clone()),
            _ => None,
        }
    }

    fn end(&self) -> Result<(), Refusal> {
        let rest = self.peek();
        let what = match &rest.kind {
            Kind::End => return Ok(()),
            Kind::Word(word) if Infix::of(&word.to_ascii_lowercase()).is_some() => format!(
                "{} is no operator; {} is",
                shown(word),
                word.to_ascii_lowercase()
            ),
            Kind::Close => ") does not follow a condition: there is no ( that it closes".to_owned(),
            other => format!(
                "{} does not follow a condition: and, or or the end was expected",
                other.shown()
            ),
        };
        Err(Refusal::new(rest.at, what))
    }

    /// What is missing, and what is there.
    fn missing(&self, what: &str) -> Refusal {
        let found = self.peek();
        missing(what, found.at, &found.kind)
    }

    fn expression(&mut self, least: u8) -> Result<Node, Refusal> {
        let mut left = self.operand()?;
        let (mut joined, mut comparisons) = (false, 0);
        loop {
            let Some((infix, strength)) = self.keyword().as_deref().and_then(Infix::of) else {
                return Ok(left);
            };
            if strength <= least {
                return Ok(left);
            }
            let word = self.next();
            spaced(&word)?;
            let at = left.at;
            let kind = match infix {
                Infix::Logic(by) => {
                    self.blank()?;
                    let right = self.expression(strength)?;
                    // Joined to what the same word has joined already.
                    match left.kind {
                        Expression::Joined {
                            by: before,
                            at,
                            mut parts,
                        } if before == by && joined => {
                            parts.push(right);
                            Expression::Joined { by, at, parts }
                        }
                        kind => Expression::Joined {
                            by,
                            at: word.at,
                            parts: vec![Node { at, kind }, right],
                        },
                    }
                }
                Infix::Arithmetic(operator) => {
                    self.calculates(&word)?;
                    self.blank()?;
                    let right = self.expression(strength)?;
                    Expression::Arithmetic {
                        operator,
                        operator_at: word.at,
                        left: Box::new(left),
                        right: Box::new(right),
                    }
                }
                Infix::Comparison(operator) => {
                    self.blank()?;
                    let right = self.expression(strength)?;
                    Expression::Comparison {
                        operator,
                        operator_at: word.at,
                        left: Box::new(left),
                        right: Box::new(right),
                    }
                }
                Infix::In => Expression::In {
                    operator_at: word.at,
                    left: Box::new(left),
                    list: self.list()?,
                },
                Infix::Has => {
                    let what = "has is for flags, and a referral has none";
                    return Err(Refusal::new(word.at, what));
                }
            };
            joined = matches!(infix, Infix::Logic(_));
            comparisons += usize::from(matches!(infix, Infix::Comparison(_) | Infix::In));
            if comparisons > CHAIN {
                let what = format!("more than {CHAIN} comparisons follow each other");
                return Err(Refusal::new(word.at, what));
            }
            left = Node { at, kind };
        }
    }

    /// What an operator stands before or behind.
    fn operand(&mut self) -> Result<Node, Refusal> {
        if self.keyword().as_deref() == Some("not") {
            let word = self.next();
            let body = self.nest(word.at, |parser| {
                if parser.peek().kind != Kind::Open {
                    parser.blank()?;
                }
                parser.expression(UNARY)
            })?;
            return Ok(Node {
                at: word.at,
                kind: Expression::Not(Box::new(body)),
            });
        }
        if let Some(minus) = self.minus() {
            self.calculates(&minus)?;
            let body = self.nest(minus.at, |parser| parser.expression(UNARY))?;
            return Ok(Node {
                at: minus.at,
                kind: Expression::Negated(Box::new(body)),
            });
        }
        let token = self.next();
        let at = token.at;
        let kind = match token.kind {
            Kind::Open => {
                let inner = self.nest(at, |parser| parser.expression(0))?;
                self.close()?;
                // What it is about begins behind it.
                return Ok(inner);
            }
            Kind::Text(text) => Expression::Text(text),
            Kind::Word(word) => return self.word(word, at),
            found => {
                let what = "a field, a value or a function is missing";
                return Err(missing(what, at, &found));
            }
        };
        Ok(Node { at, kind })
    }

    /// A minus that is no part of a number. What it is written to stays the next.
    fn minus(&mut self) -> Option<Token> {
        let any_case = self.any_case;
        let place = self.place;
        let token = self.tokens.get_mut(place)?;
        let Kind::Word(word) = &token.kind else {
            return None;
        };
        let rest = word.strip_prefix('-')?;
        if is_value(word, any_case) {
            return None;
        }
        let minus = Token {
            kind: Kind::Word("-".to_owned()),
            ..*token
        };
        if rest.is_empty() {
            self.place += 1;
        } else {
            *token = Token {
                kind: Kind::Word(rest.to_owned()),
                at: token.at + 1,
                spaced: false,
            };
        }
        Some(minus)
    }

    /// Counts the arithmetic.
    fn calculates(&mut self, word: &Token) -> Result<(), Refusal> {
        self.arithmetic += 1;
        if self.arithmetic > ARITHMETIC {
            let what = format!("there is too much arithmetic: more than {ARITHMETIC} operators");
            return Err(Refusal::new(word.at, what));
        }
        Ok(())
    }

    /// What begins with a word.
    fn word(&mut self, word: String, at: usize) -> Result<Node, Refusal> {
        let next = self.peek();
        let behind = next.at == at + word.chars().count();
        match &next.kind {
            Kind::Text(_) if behind => {
                let what = match word.to_ascii_lowercase().as_str() {
                    "guid" | "datetime" | "datetimeoffset" => {
                        format!("{word}'...' is how OData 2 wrote it; write the value alone")
                    }
                    "duration" => format!("{word}'...' is no value that there is here: {TIMES}"),
                    _ => format!("{}'...' is no value that there is here", shown(&word)),
                };
                return Err(Refusal::new(at, what));
            }
            Kind::Open if behind && is_name(&word) => {
                let open = self.next();
                let arguments = self.nest(open.at, Self::arguments)?;
                let kind = Expression::Call {
                    name: word,
                    arguments,
                };
                return Ok(Node { at, kind });
            }
            _ => {}
        }
        if Infix::of(&word).is_some() {
            let what = format!("a field, a value or a function is missing, found {word}");
            return Err(Refusal::new(at, what));
        }
        if is_value(&word, self.any_case) {
            let zone = |kind: &Kind| match kind {
                Kind::Word(word) => word.len() == 5 && word.as_bytes()[2] == b':',
                _ => false,
            };
            if word.contains('T') && next.spaced && zone(&next.kind) {
                let what = "in a URL a + is a blank: write the one in a time as %2B";
                return Err(Refusal::new(next.at, what));
            }
            let kind = Expression::Word(word);
            return Ok(Node { at, kind });
        }
        let mut path = vec![Name { at, text: word }];
        while self.peek().kind == Kind::Slash {
            let slash = self.next();
            let token = self.peek().clone();
            let name = match token.kind {
                Kind::Word(text) if !token.spaced => Name { at: token.at, text },
                _ => {
                    let what = format!("a name is missing behind the /, found {}", {
                        token.kind.shown()
                    });
                    return Err(Refusal::new(slash.at + 1, what));
                }
            };
            self.next();
            let kind = if self.any_case {
                name.text.to_ascii_lowercase()
            } else {
                name.text.clone()
            };
            if self.peek().kind == Kind::Open {
                if !["any", "all"].contains(&kind.as_str()) {
                    let what = format!("{} is none of any and all", shown(&name.text));
                    return Err(Refusal::new(name.at, what));
                }
                let lambda = self.lambda(path, kind == "all", name.at)?;
                let kind = Expression::Lambda(lambda);
                return Ok(Node { at, kind });
            }
            path.push(name);
        }
        let kind = Expression::Path(path);
        Ok(Node { at, kind })
    }

    /// `any(t:condition)`, up to the opening parenthesis read already.
    fn lambda(&mut self, path: Path, all: bool, at: usize) -> Result<Lambda, Refusal> {
        let open = self.next();
        if !all && self.peek().kind == Kind::Close {
            self.next();
            let body = None;
            return Ok(Lambda {
                path,
                all,
                at,
                body,
            });
        }
        let token = self.next();
        let Kind::Word(text) = token.kind else {
            let what = "a name for the items is missing";
            return Err(missing(what, token.at, &token.kind));
        };
        if !is_name(&text) {
            let what = format!("{} is no name for the items", shown(&text));
            return Err(Refusal::new(token.at, what));
        }
        let variable = Name { at: token.at, text };
        if self.peek().kind != Kind::Colon {
            return Err(self.missing("a : is missing behind the name for the items"));
        }
        self.next();
        let condition = self.nest(open.at, |parser| parser.expression(0))?;
        self.close()?;
        let body = Some((variable, Box::new(condition)));
        Ok(Lambda {
            path,
            all,
            at,
            body,
        })
    }

    /// What is between the parentheses of a function.
    fn arguments(&mut self) -> Result<Vec<Node>, Refusal> {
        let mut arguments = Vec::new();
        if self.peek().kind == Kind::Close {
            self.next();
            return Ok(arguments);
        }
        loop {
            arguments.push(self.expression(0)?);
            match self.peek().kind {
                Kind::Comma => self.next(),
                Kind::Close => {
                    self.next();
                    return Ok(arguments);
                }
                _ => return Err(self.missing("a , or a ) is missing")),
            };
        }
    }

    /// The values behind `in`.
    fn list(&mut self) -> Result<Vec<Node>, Refusal> {
        if self.peek().kind != Kind::Open {
            return Err(self.missing("a ( with the values for in is missing"));
        }
        self.next();
        let mut list = Vec::new();
        loop {
            let token = self.next();
            let at = token.at;
            let kind = match token.kind {
                Kind::Text(text) => Expression::Text(text),
                Kind::Word(word) if is_value(&word, self.any_case) => Expression::Word(word),
                Kind::Word(word) => {
                    let what = format!("{} is no value; texts need quotes", shown(&word));
                    return Err(Refusal::new(at, what));
                }
                found => return Err(missing("a value is missing", at, &found)),
            };
            list.push(Node { at, kind });
            match self.peek().kind {
                Kind::Comma => self.next(),
                Kind::Close => {
                    self.next();
                    return Ok(list);
                }
                _ => return Err(self.missing("a , or a ) is missing")),
            };
        }
    }

    /// Reads what is inside something.
    fn nest<T>(
        &mut self,
        at: usize,
        read: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        if self.depth == DEPTH {
            let what = format!("there are too many parentheses: more than {DEPTH} are nested");
            return Err(Refusal::new(at, what));
        }
        self.depth += 1;
        let inner = read(self)?;
        self.depth -= 1;
        Ok(inner)
    }

    fn close(&mut self) -> Result<(), Refusal> {
        if self.peek().kind != Kind::Close {
            return Err(self.missing("a ) is missing"));
        }
        self.next();
        Ok(())
    }

    /// Demands a blank before the next word.
    fn blank(&self) -> Result<(), Refusal> {
        match self.peek() {
            token if token.kind == Kind::End => Ok(()),
            token => spaced(token),
        }
    }
}

/// Why nothing is added to a time.
pub(super) const TIMES: &str = "there is arithmetic with numbers alone; write the time itself";

fn is_name(word: &str) -> bool {
    let first = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    word.starts_with(first)
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
}

/// Whether a word is a value and no name. A GUID may begin like one.
fn is_value(word: &str, any_case: bool) -> bool {
    let fixed = ["null", "true", "false", "NaN", "INF", "-INF"];
    let is = |known: &&str| *known == word || (any_case && known.eq_ignore_ascii_case(word));
    let number = word.strip_prefix('-').unwrap_or(word);
    fixed.iter().any(is)
        || number.starts_with(|first: char| first.is_ascii_digit())
        || is_guid(word)
}

pub(super) fn is_guid(word: &str) -> bool {
    word.len() == 36 && uuid::Uuid::try_parse(word).is_ok()
}

/// OData wants a blank between words, quotes or not.
fn spaced(token: &Token) -> Result<(), Refusal> {
    if token.spaced {
        return Ok(());
    }
    let what = format!("a blank is missing before {}", token.kind.shown());
    Err(Refusal::new(token.at, what))
}
