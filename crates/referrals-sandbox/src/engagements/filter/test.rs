//! What a filter asks of a referral: a tree whose types fit the contract, and what
//! comes of it.
//!
//! Null is OData's: `eq` and `ne` compare with it, any other comparison with it is
//! false, a function of it is null, and `and`, `or` and `not` know three values.
//!
//! So is arithmetic with it. The contract has decimals alone; whole numbers are those that
//! are counted, and those that are written without a point. Where a member divides by
//! zero, or is too large, OData has the request fail; here it is null, as one referral
//! should not keep the others from being found.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Refusal;
use super::parser::{
    Arithmetic, Expression, Lambda, Logic, Name, Node, Operator, TIMES, is_guid, show,
};
use super::value::{Calculation, Decimal, Instant, PLACES, Rounding, Value, calendar, date_of};
use crate::data::seven_digits;
use crate::json::Json;
use crate::request::shown;
use crate::shape::Shape;

/// How deep `any` and `all` may be nested: each looks at all items of the others.
const LAMBDAS: usize = 3;

/// Members that are made for an answer, and not kept.
const MADE: [&str; 3] = ["eTag", "links", "@odata.context"];

/// What an expression is, as far as the contract and the text tell.
#[derive(Debug, Clone, Copy)]
enum Type<'s> {
    Null,
    Truth,
    Number,
    /// A number that is whole whatever happens.
    Integer,
    Text,
    /// In any letter case.
    Guid,
    /// One of these.
    Enum(&'s [String]),
    Time,
    Date,
    /// Has members.
    Object,
    /// Has items.
    List,
}

impl Type<'_> {
    fn shown(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Truth => "a condition",
            Self::Number | Self::Integer => "a number",
            Self::Text | Self::Guid | Self::Enum(_) => "a text",
            Self::Time => "a time",
            Self::Date => "a date",
            Self::Object => "something with members of its own",
            Self::List => "a collection",
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Guid | Self::Enum(_))
    }

    fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Integer)
    }

    /// Whether values of both can be compared.
    fn fits(self, other: Self) -> bool {
        let moment = |kind: Self| matches!(kind, Self::Time | Self::Date);
        match (self, other) {
            (Self::List, _) | (_, Self::List) => false,
            (Self::Null, _) | (_, Self::Null) => true,
            (Self::Truth, Self::Truth) => true,
            _ => {
                (self.is_number() && other.is_number())
                    || (self.is_text() && other.is_text())
                    || (moment(self) && moment(other))
            }
        }
    }
}

/// An expression that is known to make sense.
#[derive(Debug, PartialEq)]
pub(super) enum Test {
    Value(Value<'static>),
    /// A member of the referral, or of the item of a lambda.
    Member {
        scope: usize,
        names: Vec<String>,
        read: Read,
    },
    /// How many items there are.
    Count {
        scope: usize,
        names: Vec<String>,
    },
    Call(Function, Vec<Test>),
    Negated(Box<Test>),
    Calculated(Calculation, Box<[Test; 2]>),
    Not(Box<Test>),
    Joined(Logic, Vec<Test>),
    Comparison {
        operator: Operator,
        any_case: bool,
        left: Box<Test>,
        right: Box<Test>,
    },
    In {
        left: Box<Test>,
        any_case: bool,
        null: bool,
        /// In their order.
        values: Vec<Value<'static>>,
    },
    Lambda {
        scope: usize,
        names: Vec<String>,
        all: bool,
        body: Option<Box<Test>>,
    },
}

/// What is read of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    Truth,
    Number,
    Text,
    Time,
    /// Only whether it is there.
    Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Contains,
    StartsWith,
    EndsWith,
    ToLower,
    ToUpper,
    Trim,
    Length,
    IndexOf,
    Substring,
    Concat,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Date,
    Round,
    Floor,
    Ceiling,
}

/// What a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Text,
    Number,
    Time,
    /// A time or a date.
    Day,
}

impl Function {
    #[rustfmt::skip]
    const ALL: [(&'static str, Self, &'static [Takes]); 20] = [
        ("contains", Self::Contains, &[Takes::Text, Takes::Text]),
        ("startswith", Self::StartsWith, &[Takes::Text, Takes::Text]),
        ("endswith", Self::EndsWith, &[Takes::Text, Takes::Text]),
        ("tolower", Self::ToLower, &[Takes::Text]),
        ("toupper", Self::ToUpper, &[Takes::Text]),
        ("trim", Self::Trim, &[Takes::Text]),
        ("length", Self::Length, &[Takes::Text]),
        ("indexof", Self::IndexOf, &[Takes::Text, Takes::Text]),
        ("substring", Self::Substring, &[Takes::Text, Takes::Number, Takes::Number]),
        ("concat", Self::Concat, &[Takes::Text, Takes::Text]),
        ("year", Self::Year, &[Takes::Day]),
        ("month", Self::Month, &[Takes::Day]),
        ("day", Self::Day, &[Takes::Day]),
        ("hour", Self::Hour, &[Takes::Time]),
        ("minute", Self::Minute, &[Takes::Time]),
        ("second", Self::Second, &[Takes::Time]),
        ("date", Self::Date, &[Takes::Day]),
        ("round", Self::Round, &[Takes::Number]),
        ("floor", Self::Floor, &[Takes::Number]),
        ("ceiling", Self::Ceiling, &[Takes::Number]),
    ];

    fn result(self) -> Type<'static> {
        match self {
            Self::Contains | Self::StartsWith | Self::EndsWith => Type::Truth,
            Self::ToLower | Self::ToUpper | Self::Trim | Self::Substring | Self::Concat => {
                Type::Text
            }
            Self::Date => Type::Date,
            Self::Round | Self::Floor | Self::Ceiling => Type::Number,
            _ => Type::Integer,
        }
    }

    /// The value of a function whose arguments are all there.
    fn of<'v>(self, arguments: &[Value<'v>]) -> Value<'v> {
        use Value::{Date, Number, Text, Time, Truth};
        match (self, arguments) {
            (Self::Contains, [Text(text), Text(part)]) => Truth(text.contains(&**part)),
            (Self::StartsWith, [Text(text), Text(part)]) => Truth(text.starts_with(&**part)),
            (Self::EndsWith, [Text(text), Text(part)]) => Truth(text.ends_with(&**part)),
            (Self::ToLower, [Text(text)]) => Text(text.to_lowercase().into()),
            (Self::ToUpper, [Text(text)]) => Text(text.to_uppercase().into()),
            (Self::Trim, [Text(text)]) => Text(text.trim().to_owned().into()),
            (Self::Length, [Text(text)]) => number(text.chars().count()),
            (Self::IndexOf, [Text(text), Text(part)]) => match text.find(&**part) {
                Some(place) => number(text[..place].chars().count()),
                None => Number((-1).into()),
            },
            (Self::Substring, [Text(text), Number(start), rest @ ..]) => {
                let count = match rest {
                    [Number(count)] => count.index(),
                    _ => Some(i64::MAX),
                };
                let (Some(start), Some(count)) = (start.index(), count) else {
                    return Value::Null;
                };
                let [start, count] = [start, count]
                    .map(|number| usize::try_from(number.max(0)).unwrap_or(usize::MAX));
                Text(
                    text.chars()
                        .skip(start)
                        .take(count)
                        .collect::<String>()
                        .into(),
                )
            }
            (Self::Concat, [Text(one), Text(two)]) => Text(format!("{one}{two}").into()),
            (Self::Year, [Time(_) | Date(_)]) => calendar_of(&arguments[0], 0),
            (Self::Month, [Time(_) | Date(_)]) => calendar_of(&arguments[0], 1),
            (Self::Day, [Time(_) | Date(_)]) => calendar_of(&arguments[0], 2),
            (Self::Hour, [Time(time)]) => Number(time.clock()[0].into()),
            (Self::Minute, [Time(time)]) => Number(time.clock()[1].into()),
            (Self::Second, [Time(time)]) => Number(time.clock()[2].into()),
            (Self::Date, [Time(time)]) => Date(time.day()),
            (Self::Date, [Date(day)]) => Date(*day),
            (Self::Round, [Number(number)]) => Number(number.whole(Rounding::Nearest)),
            (Self::Floor, [Number(number)]) => Number(number.whole(Rounding::Down)),
            (Self::Ceiling, [Number(number)]) => Number(number.whole(Rounding::Up)),
            _ => Value::Null,
        }
    }
}

fn number(number: usize) -> Value<'static> {
    Value::Number(i64::try_from(number).unwrap_or(i64::MAX).into())
}

fn calendar_of(value: &Value<'_>, part: usize) -> Value<'static> {
    let day = match value {
        Value::Time(time) => time.day(),
        Value::Date(day) => *day,
        _ => return Value::Null,
    };
    Value::Number(calendar(day)[part].into())
}

/// Reads trees.
pub(super) struct Reader<'s> {
    pub(super) referral: &'s Shape,
    /// Whether names are taken in any letter case.
    pub(super) any_case: bool,
    /// The time of the sandbox, for `now()`, in ticks.
    pub(super) now: i64,
    /// Names of items and what they are, the outermost first.
    scopes: Vec<(String, &'s Shape)>,
}

type Typed<'s> = (Test, Type<'s>);

impl<'s> Reader<'s> {
    pub(super) fn new(referral: &'s Shape, any_case: bool, now: i64) -> Self {
        Self {
            referral,
            any_case,
            now,
            scopes: Vec::new(),
        }
    }

    /// An expression that is true or false.
    pub(super) fn condition(&mut self, node: &Node) -> Result<Test, Refusal> {
        let (test, kind) = self.read(node)?;
        match kind {
            Type::Truth | Type::Null => Ok(test),
            _ => {
                let what = format!(
                    "{} is {}, where a condition was expected",
                    describe(node),
                    kind.shown()
                );
                Err(Refusal::new(node.at, what))
            }
        }
    }

    /// An expression that has a place in an order.
    pub(super) fn key(&mut self, node: &Node) -> Result<Test, Refusal> {
        let (test, kind) = self.read(node)?;
        match kind {
            Type::Object | Type::List => {
                let what = format!("{} is {}, which has no order", describe(node), kind.shown());
                Err(Refusal::new(node.at, what))
            }
            _ => Ok(test),
        }
    }

    fn read(&mut self, node: &Node) -> Result<Typed<'s>, Refusal> {
        match &node.kind {
            Expression::Text(text) => {
                let value = Value::Text(text.clone().into());
                Ok((Test::Value(value), Type::Text))
            }
            Expression::Word(word) => literal(word, node.at),
            Expression::Path(path) => self.member(path),
            Expression::Call { name, arguments } => self.call(name, node.at, arguments),
            Expression::Not(inner) => {
                if let Expression::Path(path) = &inner.kind
                    && !matches!(self.member(path)?.1, Type::Truth)
                {
                    let what = format!(
                        "not stands before a condition, and binds what follows it at once: put \
                         parentheses around the condition that begins with {}",
                        show(path)
                    );
                    return Err(Refusal::new(node.at, what));
                }
                Ok((Test::Not(Box::new(self.condition(inner)?)), Type::Truth))
            }
            Expression::Negated(inner) => {
                let (test, kind) = self.number("-", inner)?;
                let test = match test {
                    Test::Value(value) => Test::Value(negated(&value)),
                    test => Test::Negated(Box::new(test)),
                };
                Ok((test, kind))
            }
            Expression::Arithmetic {
                operator,
                operator_at,
                left,
                right,
            } => self.calculate(*operator, *operator_at, left, right),
            Expression::Joined { by, parts, .. } => {
                let parts = parts.iter().map(|part| self.condition(part));
                let parts = parts.collect::<Result<_, _>>()?;
                Ok((Test::Joined(*by, parts), Type::Truth))
            }
            Expression::Comparison {
                operator,
                operator_at,
                left,
                right,
            } => {
                let test = self.compare(*operator, *operator_at, left, right)?;
                Ok((test, Type::Truth))
            }
            Expression::In {
                operator_at,
                left,
                list,
            } => Ok((self.within(*operator_at, left, list)?, Type::Truth)),
            Expression::Lambda(lambda) => Ok((self.lambda(lambda)?, Type::Truth)),
        }
    }

    /// Something that arithmetic is done with.
    fn number(&mut self, word: &str, node: &Node) -> Result<Typed<'s>, Refusal> {
        let (test, kind) = self.read(node)?;
        let why = match kind {
            Type::Null => return Ok((test, Type::Integer)),
            Type::Time | Type::Date => format!(": {TIMES}"),
            kind if kind.is_number() => String::new(),
            kind if kind.is_text() && matches!(test, Test::Value(_)) => {
                "; leave out the quotes of what is no text".to_owned()
            }
            _ => String::new(),
        };
        if !kind.is_number() {
            let what = format!(
                "{} is {}, and {word} takes numbers{why}",
                describe(node),
                kind.shown()
            );
            return Err(Refusal::new(node.at, what));
        }
        if let Test::Value(Value::Number(number)) = &test
            && number.fixed().is_none()
        {
            let what = format!("there is no arithmetic with more than {PLACES} digits");
            return Err(Refusal::new(node.at, what));
        }
        Ok((test, kind))
    }

    fn calculate(
        &mut self,
        operator: Arithmetic,
        at: usize,
        left: &Node,
        right: &Node,
    ) -> Result<Typed<'s>, Refusal> {
        let (one, one_type) = self.number(operator.name(), left)?;
        let (two, two_type) = self.number(operator.name(), right)?;
        let whole = [one_type, two_type]
            .iter()
            .all(|kind| matches!(kind, Type::Integer));
        let (by, kind) = match operator {
            Arithmetic::Divide if whole => (Calculation::WholeQuotient, Type::Integer),
            Arithmetic::Divide | Arithmetic::DivideBy => (Calculation::Quotient, Type::Number),
            Arithmetic::Add => (Calculation::Sum, one_type),
            Arithmetic::Subtract => (Calculation::Difference, one_type),
            Arithmetic::Multiply => (Calculation::Product, one_type),
            Arithmetic::Modulo => (Calculation::Rest, one_type),
        };
        let kind = if whole { kind } else { Type::Number };
        if let Test::Value(Value::Number(number)) = &two
            && by.divides()
            && number.fixed() == Some(0.into())
        {
            let what = format!("{} divides by zero", operator.name());
            return Err(Refusal::new(right.at, what));
        }
        let test = match (one, two) {
            (Test::Value(Value::Number(one)), Test::Value(Value::Number(two))) => {
                let Some(number) = one.with(by, &two) else {
                    let what = format!("what comes of it has more than {PLACES} digits");
                    return Err(Refusal::new(at, what));
                };
                Test::Value(Value::Number(number))
            }
            (Test::Value(Value::Null), _) | (_, Test::Value(Value::Null)) => {
                Test::Value(Value::Null)
            }
            (one, two) => Test::Calculated(by, Box::new([one, two])),
        };
        Ok((test, kind))
    }

    fn compare(
        &mut self,
        operator: Operator,
        operator_at: usize,
        left: &Node,
        right: &Node,
    ) -> Result<Test, Refusal> {
        let (mut one, one_type) = self.read(left)?;
        let (mut two, two_type) = self.read(right)?;
        check_types(
            operator.name(),
            operator_at,
            (left, one_type),
            (right, two_type),
        )?;
        if matches!(operator, Operator::Equal | Operator::Unequal) {
            for (side, node, of) in [(&mut one, left, two_type), (&mut two, right, one_type)] {
                if let (Test::Value(value), Type::Enum(known)) = (side, of) {
                    of_enum(value, known, node.at)?;
                }
            }
        } else if matches!(one_type, Type::Object) || matches!(two_type, Type::Object) {
            let what = format!("{} has no order", Type::Object.shown());
            return Err(Refusal::new(operator_at, what));
        }
        let any_case = [one_type, two_type]
            .iter()
            .any(|kind| matches!(kind, Type::Guid));
        Ok(Test::Comparison {
            operator,
            any_case,
            left: Box::new(one),
            right: Box::new(two),
        })
    }

    fn within(&mut self, at: usize, left: &Node, list: &[Node]) -> Result<Test, Refusal> {
        let (test, kind) = self.read(left)?;
        let mut any_case = matches!(kind, Type::Guid);
        let mut values = Vec::with_capacity(list.len());
        let mut null = false;
        for item in list {
            let (value, other) = self.read(item)?;
            check_types("in", at, (left, kind), (item, other))?;
            any_case |= matches!(other, Type::Guid);
            let Test::Value(mut value) = value else {
                continue;
            };
            if let Type::Enum(known) = kind {
                of_enum(&mut value, known, item.at)?;
            }
            match value {
                Value::Null => null = true,
                value => values.push(value),
            }
        }
        if any_case {
            values = values.into_iter().map(lower).collect();
        }
        values.sort_by(|one, two| one.order(two).unwrap_or(Ordering::Equal));
        Ok(Test::In {
            left: Box::new(test),
            any_case,
            null,
            values,
        })
    }

    fn call(&mut self, name: &str, at: usize, arguments: &[Node]) -> Result<Typed<'s>, Refusal> {
        let wanted = match self.any_case {
            true => name.to_ascii_lowercase(),
            false => name.to_owned(),
        };
        if wanted == "now" && arguments.is_empty() {
            let now = Instant::read(&seven_digits(self.now)).map_or(Value::Null, Value::Time);
            return Ok((Test::Value(now), Type::Time));
        }
        let known = Function::ALL.iter().find(|(known, ..)| *known == wanted);
        let Some((_, function, takes)) = known else {
            let what = match wanted.as_str() {
                "substringof" => {
                    "substringof is OData 2; contains(text, part) is what took its place".to_owned()
                }
                _ => {
                    let names: Vec<_> = Function::ALL.iter().map(|(known, ..)| *known).collect();
                    format!(
                        "there is no function {}; there are {} and now",
                        shown(name),
                        names.join(", ")
                    )
                }
            };
            return Err(Refusal::new(at, what));
        };
        // The last of substring is optional.
        let least = takes.len() - usize::from(*function == Function::Substring);
        if !(least..=takes.len()).contains(&arguments.len()) {
            let what = format!(
                "{wanted} takes {}, found {}",
                counted(takes.len(), least),
                arguments.len()
            );
            return Err(Refusal::new(at, what));
        }
        let mut tests = Vec::with_capacity(arguments.len());
        for (argument, takes) in arguments.iter().zip(*takes) {
            let (test, kind) = self.read(argument)?;
            let fits = match (takes, kind) {
                (_, Type::Null) => true,
                (Takes::Text, kind) => kind.is_text(),
                (Takes::Number, kind) => kind.is_number(),
                (Takes::Time, kind) => matches!(kind, Type::Time),
                (Takes::Day, kind) => matches!(kind, Type::Time | Type::Date),
            };
            if !fits {
                let takes = match takes {
                    Takes::Text => "a text",
                    Takes::Number => "a number",
                    Takes::Time | Takes::Day => "a time",
                };
                let what = format!(
                    "{} is {}, and {wanted} takes {takes} there",
                    describe(argument),
                    kind.shown()
                );
                return Err(Refusal::new(argument.at, what));
            }
            tests.push(test);
        }
        Ok((Test::Call(*function, tests), function.result()))
    }

    fn lambda(&mut self, lambda: &Lambda) -> Result<Test, Refusal> {
        let word = if lambda.all { "all" } else { "any" };
        let (scope, names, shape) = self.resolve(&lambda.path)?;
        let Shape::List(item) = shape else {
            let what = format!(
                "{word} is for collections, and {} is {}",
                show(&lambda.path),
                type_of(shape).shown()
            );
            return Err(Refusal::new(lambda.at, what));
        };
        let body = match &lambda.body {
            None => None,
            Some((variable, _)) if self.scopes.iter().any(|(name, _)| *name == variable.text) => {
                let what = format!("{} is the name of an item already", shown(&variable.text));
                return Err(Refusal::new(variable.at, what));
            }
            Some(_) if self.scopes.len() == LAMBDAS => {
                let what = format!("more than {LAMBDAS} of any and all are nested");
                return Err(Refusal::new(lambda.at, what));
            }
            Some((variable, body)) => {
                self.scopes.push((variable.text.clone(), &**item));
                let test = self.condition(body);
                self.scopes.pop();
                Some(Box::new(test?))
            }
        };
        Ok(Test::Lambda {
            scope,
            names,
            all: lambda.all,
            body,
        })
    }

    fn member(&self, path: &[Name]) -> Result<Typed<'s>, Refusal> {
        if let Some((last, before)) = path.split_last()
            && last.text == "$count"
            && !before.is_empty()
        {
            let (scope, names, shape) = self.resolve(before)?;
            if !matches!(shape, Shape::List(_)) {
                let what = format!("$count is for collections, and {} is none", show(before));
                return Err(Refusal::new(last.at, what));
            }
            return Ok((Test::Count { scope, names }, Type::Integer));
        }
        let (scope, names, shape) = self.resolve(path)?;
        let kind = type_of(shape);
        let read = match kind {
            Type::Truth => Read::Truth,
            Type::Number | Type::Integer => Read::Number,
            Type::Text | Type::Guid | Type::Enum(_) => Read::Text,
            Type::Time => Read::Time,
            _ => Read::Presence,
        };
        Ok((Test::Member { scope, names, read }, kind))
    }

    /// Whose member a path is, its names in the contract's spelling, and what it is.
    fn resolve(&self, path: &[Name]) -> Result<(usize, Vec<String>, &'s Shape), Refusal> {
        let mut rest = path;
        let (mut scope, mut shape) = (0, self.referral);
        if let Some((first, behind)) = path.split_first() {
            let variable = self
                .scopes
                .iter()
                .rposition(|(name, _)| *name == first.text);
            if let Some(place) = variable {
                (scope, shape) = (place + 1, self.scopes[place].1);
                rest = behind;
            } else if first.text == "$it" {
                rest = behind;
            }
        }
        let mut names = Vec::with_capacity(rest.len());
        for (place, name) in rest.iter().enumerate() {
            let owner = &path[..path.len() - rest.len() + place];
            if let Shape::List(_) = shape {
                let owner = show(owner);
                let what = format!(
                    "{owner} is a collection: write {owner}/any(x:x/{} ...)",
                    shown(&name.text)
                );
                return Err(Refusal::new(name.at, what));
            }
            let Some((known, member)) = shape.member(&name.text, self.any_case) else {
                let what = match (name.text.as_bytes().first(), shape.nearest(&name.text)) {
                    (Some(b'$' | b'@'), _) => format!("{} is not taken here", shown(&name.text)),
                    (_, Some(near)) => {
                        format!("there is no member {}; there is {near}", shown(&name.text))
                    }
                    _ if shape.members().is_empty() => {
                        format!("{} has no members", show(owner))
                    }
                    _ => format!("there is no member {}", shown(&name.text)),
                };
                return Err(Refusal::new(name.at, what));
            };
            if scope == 0 && place == 0 && MADE.contains(&known) {
                let what = format!("{known} is made for each answer, so nothing is chosen by it");
                return Err(Refusal::new(name.at, what));
            }
            names.push(known.to_owned());
            shape = member;
        }
        Ok((scope, names, shape))
    }
}

fn type_of(shape: &Shape) -> Type<'_> {
    match shape {
        Shape::Truth => Type::Truth,
        Shape::Number => Type::Number,
        Shape::Text => Type::Text,
        Shape::Guid => Type::Guid,
        Shape::Time => Type::Time,
        Shape::Enum(values) => Type::Enum(values),
        Shape::List(_) => Type::List,
        Shape::Object(_) | Shape::Any => Type::Object,
    }
}

/// A value without quotes.
fn literal(word: &str, at: usize) -> Result<Typed<'static>, Refusal> {
    let value = |value, kind| Ok((Test::Value(value), kind));
    let refuse = |what: String| Err(Refusal::new(at, what));
    match word.to_ascii_lowercase().as_str() {
        "null" => return value(Value::Null, Type::Null),
        "true" => return value(Value::Truth(true), Type::Truth),
        "false" => return value(Value::Truth(false), Type::Truth),
        "nan" | "inf" | "-inf" => return refuse(format!("{word} is no number that there is here")),
        _ => {}
    }
    if is_guid(word) {
        return value(Value::Text(word.to_owned().into()), Type::Guid);
    }
    if let Some(number) = Decimal::read(word) {
        let digits = word.strip_prefix('-').unwrap_or(word);
        let kind = match digits.bytes().all(|digit| digit.is_ascii_digit()) {
            true => Type::Integer,
            false => Type::Number,
        };
        return value(Value::Number(number.owned()), kind);
    }
    if let Some(day) = date_of(word) {
        return value(Value::Date(day), Type::Date);
    }
    if let Some(time) = Instant::read(word) {
        return value(Value::Time(time), Type::Time);
    }
    let date = word.get(..10).and_then(date_of).is_some() && word.as_bytes().get(10) == Some(&b'T');
    if date && Instant::read(&format!("{word}Z")).is_some() {
        return refuse(format!("{} lacks its time zone: Z, or +01:00", shown(word)));
    }
    refuse(format!(
        "{} is no number, no GUID, no date and no time; texts need single quotes",
        shown(word)
    ))
}

/// Holds a value against those that a member can have, in any letter case.
fn of_enum(value: &mut Value<'static>, known: &[String], at: usize) -> Result<(), Refusal> {
    let Value::Text(text) = value else {
        return Ok(());
    };
    let mut known_of_it = known
        .iter()
        .filter(|known| known.eq_ignore_ascii_case(text));
    match known_of_it.next() {
        Some(known) => {
            *text = known.clone().into();
            Ok(())
        }
        None => {
            let what = format!("'{}' is none of {}", shown(text), known.join(", "));
            Err(Refusal::new(at, what))
        }
    }
}

fn check_types(
    operator: &str,
    at: usize,
    (left, one): (&Node, Type<'_>),
    (right, two): (&Node, Type<'_>),
) -> Result<(), Refusal> {
    if one.fits(two) {
        return Ok(());
    }
    for (node, kind) in [(left, one), (right, two)] {
        if matches!(kind, Type::List) {
            let name = describe(node);
            let what =
                format!("{name} is a collection: ask for {name}/any(x:...) or {name}/$count");
            return Err(Refusal::new(node.at, what));
        }
    }
    let hint = match (one, two) {
        _ if one.is_text() && !two.is_text() => "; texts need single quotes",
        _ if two.is_text() => "; leave out the quotes of what is no text",
        _ => "",
    };
    let what = format!(
        "{} is {}, {} is {}: {operator} does not compare these{hint}",
        describe(left),
        one.shown(),
        describe(right),
        two.shown(),
    );
    Err(Refusal::new(at, what))
}

/// An expression in a refusal.
fn describe(node: &Node) -> String {
    match &node.kind {
        Expression::Text(text) => format!("'{}'", shown(text)),
        Expression::Word(word) => shown(word),
        Expression::Path(path) => show(path),
        Expression::Call { name, .. } => format!("{}(...)", shown(name)),
        Expression::Lambda(lambda) => show(&lambda.path),
        _ => "what stands there".to_owned(),
    }
}

fn counted(most: usize, least: usize) -> String {
    match (least == most, most) {
        (true, 1) => "1 value".to_owned(),
        (true, _) => format!("{most} values"),
        (false, _) => format!("{least} or {most} values"),
    }
}

fn negated(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Number(number) => Value::Number(number.negated()),
        _ => Value::Null,
    }
}

fn lower(value: Value<'_>) -> Value<'_> {
    match value {
        Value::Text(text) if text.bytes().any(|letter| letter.is_ascii_uppercase()) => {
            Value::Text(text.to_ascii_lowercase().into())
        }
        value => value,
    }
}

impl Test {
    pub(super) fn holds(&self, referral: &Json) -> bool {
        self.value(&mut vec![referral]) == Value::Truth(true)
    }

    /// What comes of it: the referral is the first of `items`, those of lambdas follow.
    pub(super) fn value<'v>(&'v self, items: &mut Vec<&'v Json>) -> Value<'v> {
        match self {
            Self::Value(value) => value.borrowed(),
            Self::Member { scope, names, read } => read.of(at(items[*scope], names)),
            Self::Count { scope, names } => number(at(items[*scope], names).items().len()),
            Self::Call(function, arguments) => {
                let arguments: Vec<_> = arguments
                    .iter()
                    .map(|argument| argument.value(items))
                    .collect();
                match arguments.contains(&Value::Null) {
                    true => Value::Null,
                    false => function.of(&arguments),
                }
            }
            Self::Negated(inner) => negated(&inner.value(items)),
            Self::Calculated(by, of) => {
                let [one, two] = &**of;
                match (one.value(items), two.value(items)) {
                    (Value::Number(one), Value::Number(two)) => {
                        one.with(*by, &two).map_or(Value::Null, Value::Number)
                    }
                    _ => Value::Null,
                }
            }
            Self::Not(inner) => match inner.value(items) {
                Value::Truth(truth) => Value::Truth(!truth),
                _ => Value::Null,
            },
            Self::Joined(by, parts) => {
                // What decides alone, whatever the others are.
                let decides = Value::Truth(*by == Logic::Or);
                let mut null = false;
                for part in parts {
                    match part.value(items) {
                        value if value == decides => return decides,
                        Value::Null => null = true,
                        _ => {}
                    }
                }
                match null {
                    true => Value::Null,
                    false => Value::Truth(*by == Logic::And),
                }
            }
            Self::Comparison {
                operator,
                any_case,
                left,
                right,
            } => {
                let (mut one, mut two) = (left.value(items), right.value(items));
                if *any_case {
                    (one, two) = (lower(one), lower(two));
                }
                Value::Truth(compare(*operator, &one, &two))
            }
            Self::In {
                left,
                any_case,
                null,
                values,
            } => {
                let mut value = left.value(items);
                if *any_case {
                    value = lower(value);
                }
                Value::Truth(match value {
                    Value::Null => *null,
                    value => {
                        let order = |other: &Value<'_>| other.order(&value);
                        let found =
                            values.binary_search_by(|other| order(other).unwrap_or(Ordering::Less));
                        found.is_ok()
                    }
                })
            }
            Self::Lambda {
                scope,
                names,
                all,
                body,
            } => {
                let list = at(items[*scope], names).items();
                let Some(body) = body else {
                    return Value::Truth(!list.is_empty());
                };
                let mut found = false;
                for item in list {
                    items.push(item);
                    let holds = body.value(items) == Value::Truth(true);
                    items.pop();
                    if holds != *all {
                        found = true;
                        break;
                    }
                }
                Value::Truth(found != *all)
            }
        }
    }
}

impl Read {
    fn of(self, json: &Json) -> Value<'_> {
        match (self, json) {
            (Self::Truth, Json::Bool(truth)) => Value::Truth(*truth),
            (Self::Number, Json::Number(text)) => {
                Decimal::read(text).map_or(Value::Null, Value::Number)
            }
            (Self::Text, Json::Text(text)) => Value::Text(Cow::Borrowed(text)),
            (Self::Time, Json::Text(text)) => Instant::read(text).map_or(Value::Null, Value::Time),
            // There is something, and nothing that it is compared with but null.
            (Self::Presence, json) if !json.is_null() => Value::Truth(true),
            _ => Value::Null,
        }
    }
}

fn at<'v>(value: &'v Json, names: &[String]) -> &'v Json {
    value.at(names.iter().map(String::as_str))
}

fn compare(operator: Operator, one: &Value<'_>, two: &Value<'_>) -> bool {
    let null = [one, two].map(|value| *value == Value::Null);
    if null != [false, false] {
        let both = null == [true, true];
        return match operator {
            Operator::Equal => both,
            Operator::Unequal => !both,
            _ => false,
        };
    }
    let order = one.order(two);
    match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::Unequal => order != Some(Ordering::Equal),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        Operator::Less => order == Some(Ordering::Less),
        Operator::LessOrEqual => order.is_some_and(Ordering::is_le),
    }
}
