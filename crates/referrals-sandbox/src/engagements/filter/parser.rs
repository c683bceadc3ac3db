//! The tree of a filter.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::vec::IntoIter;

use super::Refusal;
use super::lexer::{Kind, Token, tokens};

/// How deep parentheses may be nested.
const DEPTH: usize = 32;

/// A condition.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Expression {
    /// All of these.
    All(Vec<Expression>),
    Comparison(Comparison),
    /// Some item of a collection.
    Any {
        path: Path,
        /// What an item is called in the body.
        variable: String,
        body: Box<Expression>,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub(super) path: Path,
    pub(super) operator: Operator,
    pub(super) operator_at: usize,
    pub(super) literal: Literal,
    pub(super) literal_at: usize,
}

/// A field, by the names that lead to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) names: Vec<String>,
    pub(super) at: usize,
}

impl Path {
    pub(super) fn shown(&self) -> String {
        crate::request::shown(&self.names.join("/"))
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

    /// Whether it holds for two values in this order.
    pub(super) fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        }
    }
}

/// A value to compare with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// In quotes.
    Text(String),
    /// Without: a GUID, a time, a number, null.
    Word(String),
}

/// Reads a filter.
pub(super) fn parse(text: &str) -> Result<Expression, Refusal> {
    let mut parser = Parser {
        tokens: tokens(text)?.into_iter().peekable(),
        depth: 0,
    };
    let expression = parser.conjunction()?;
    let rest = parser.next();
    match rest.kind {
        Kind::End => Ok(expression),
        Kind::Word(word) if word == "or" => Err(Refusal::new(rest.at, "or is not documented")),
        other => {
            let what = format!("{} does not follow a condition", other.shown());
            Err(Refusal::new(rest.at, what))
        }
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
    depth: usize,
}

impl Parser {
    /// The next word. The end is never passed.
    fn next(&mut self) -> Token {
        let end = Token {
            kind: Kind::End,
            at: 0,
            spaced: false,
        };
        self.tokens.next().unwrap_or(end)
    }

    fn next_is(&mut self, kind: &Kind) -> bool {
        self.tokens.peek().is_some_and(|token| token.kind == *kind)
    }

    /// `condition and condition ...`
    fn conjunction(&mut self) -> Result<Expression, Refusal> {
        let first = self.condition()?;
        let mut parts = vec![first];
        let and = Kind::Word("and".to_owned());
        while self.next_is(&and) {
            spaced(&self.next())?;
            if let Some(token) = self.tokens.peek()
                && token.kind != Kind::End
            {
                spaced(token)?;
            }
            parts.push(self.condition()?);
        }
        match parts.len() {
            1 => Ok(parts.remove(0)),
            _ => Ok(Expression::All(parts)),
        }
    }

    /// A comparison, an `any`, or something in parentheses.
    fn condition(&mut self) -> Result<Expression, Refusal> {
        let token = self.next();
        match token.kind {
            Kind::Open => self.nested(token.at, Self::conjunction),
            Kind::Word(word) => self.field(word, token.at),
            Kind::End => Err(Refusal::new(token.at, "a field is missing")),
            other => {
                let what = format!("a field is missing before {}", other.shown());
                Err(Refusal::new(token.at, what))
            }
        }
    }

    /// What is between an opening parenthesis, read already, and its closing one.
    fn nested(
        &mut self,
        at: usize,
        read: impl FnOnce(&mut Self) -> Result<Expression, Refusal>,
    ) -> Result<Expression, Refusal> {
        if self.depth == DEPTH {
            return Err(Refusal::new(at, "there are too many parentheses"));
        }
        self.depth += 1;
        let inner = read(self)?;
        self.depth -= 1;
        let close = self.next();
        match close.kind {
            Kind::Close => Ok(inner),
            Kind::End => Err(Refusal::new(close.at, "a ) is missing")),
            other => {
                let what = format!("{} is where a ) should be", other.shown());
                Err(Refusal::new(close.at, what))
            }
        }
    }

    /// What begins with the name of a field.
    fn field(&mut self, first: String, at: usize) -> Result<Expression, Refusal> {
        if first == "not" {
            return Err(Refusal::new(at, "not is not documented"));
        }
        if self.next_is(&Kind::Open) {
            let what = format!(
                "the function {} is not documented",
                crate::request::shown(&first)
            );
            return Err(Refusal::new(at, what));
        }
        let mut names = vec![first];
        while self.next_is(&Kind::Slash) {
            let slash = self.next();
            let token = self.next();
            let name = match token.kind {
                Kind::Word(name) if !token.spaced => name,
                _ => return Err(Refusal::new(slash.at + 1, "a name is missing behind the /")),
            };
            if self.next_is(&Kind::Open) {
                return self.lambda(&name, Path { names, at });
            }
            names.push(name);
        }
        self.comparison(Path { names, at })
    }

    /// `any(t:condition)`, up to the opening parenthesis read already.
    fn lambda(&mut self, name: &str, path: Path) -> Result<Expression, Refusal> {
        if name != "any" {
            let what = format!("{} is not documented", crate::request::shown(name));
            return Err(Refusal::new(path.at, what));
        }
        let open = self.next();
        self.nested(open.at, |parser| {
            let token = parser.next();
            let Kind::Word(variable) = token.kind else {
                return Err(Refusal::new(token.at, "a name for the items is missing"));
            };
            let colon = parser.next();
            if colon.kind != Kind::Colon {
                return Err(Refusal::new(colon.at, "a : is missing"));
            }
            Ok(Expression::Any {
                path,
                variable,
                body: Box::new(parser.conjunction()?),
            })
        })
    }

    /// `eq value`, behind a field.
    fn comparison(&mut self, path: Path) -> Result<Expression, Refusal> {
        let token = self.next();
        let operator_at = token.at;
        let operator = match &token.kind {
            Kind::Word(word) => {
                let known = Operator::ALL.iter().find(|(name, _)| name == word);
                known.map(|(_, operator)| *operator).ok_or_else(|| {
                    let word = crate::request::shown(word);
                    let what = match word.as_str() {
                        "in" | "has" | "add" | "sub" | "mul" | "div" | "mod" => {
                            format!("{word} is not documented")
                        }
                        _ => format!("{word} is no operator"),
                    };
                    Refusal::new(operator_at, what)
                })?
            }
            _ => return Err(Refusal::new(operator_at, "an operator is missing")),
        };
        spaced(&token)?;
        let token = self.next();
        let literal_at = token.at;
        let literal = match &token.kind {
            Kind::Text(text) => Literal::Text(text.clone()),
            Kind::Word(word) => Literal::Word(word.clone()),
            _ => return Err(Refusal::new(literal_at, "a value is missing")),
        };
        spaced(&token)?;
        Ok(Expression::Comparison(Comparison {
            path,
            operator,
            operator_at,
            literal,
            literal_at,
        }))
    }
}

/// OData wants a blank between words, quotes or not.
fn spaced(token: &Token) -> Result<(), Refusal> {
    if token.spaced {
        return Ok(());
    }
    let what = format!("a blank is missing before {}", token.kind.shown());
    Err(Refusal::new(token.at, what))
}
