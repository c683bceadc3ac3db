//! The values that a filter compares.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};
use num_bigint::{BigInt, Sign};

/// A value. Null is what a member without a value has, and what comes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Null,
    Truth(bool),
    Number(Decimal<'a>),
    Text(Cow<'a, str>),
    Time(Instant),
    /// A day, counted from the first of year 1.
    Date(i32),
}

impl Value<'_> {
    /// The same value, for as long as this one lives.
    pub(super) fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Null => Value::Null,
            Self::Truth(truth) => Value::Truth(*truth),
            Self::Number(number) => Value::Number(number.borrowed()),
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Time(instant) => Value::Time(*instant),
            Self::Date(day) => Value::Date(*day),
        }
    }

    /// In which order two values come, if they can be compared. A day begins at
    /// midnight in UTC.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        Some(match (self, other) {
            (Self::Truth(one), Self::Truth(two)) => one.cmp(two),
            (Self::Number(one), Self::Number(two)) => one.cmp(two),
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            (Self::Time(one), Self::Time(two)) => one.cmp(two),
            (Self::Date(one), Self::Date(two)) => one.cmp(two),
            (Self::Time(one), Self::Date(two)) => one.cmp(&Instant::midnight(*two)),
            (Self::Date(one), Self::Time(two)) => Instant::midnight(*one).cmp(two),
            _ => return None,
        })
    }

    /// Bytes that are in the same order as the values. Null comes first.
    pub(super) fn sortable(&self) -> Vec<u8> {
        let mut bytes = vec![u8::from(*self != Self::Null)];
        match self {
            Self::Null => {}
            Self::Truth(truth) => bytes.push(u8::from(*truth)),
            Self::Number(number) => number.sortable(&mut bytes),
            Self::Text(text) => {
                // A zero ends it, and there is none inside.
                let letters = text.bytes().take(SORTED);
                for letter in letters {
                    match letter {
                        0 | 1 => bytes.extend([1, letter + 1]),
                        _ => bytes.push(letter),
                    }
                }
                bytes.push(0);
            }
            Self::Time(instant) => instant.sortable(&mut bytes),
            Self::Date(day) => Instant::midnight(*day).sortable(&mut bytes),
        }
        bytes
    }
}

/// So much of a text decides on its place. All of it would have to go into
/// continuation tokens.
const SORTED: usize = 256;

/// A number, exact: its digits without zeros around them, and where the point is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal<'a> {
    negative: bool,
    digits: Cow<'a, str>,
    /// How many of the digits are before the point; more than there are, or fewer
    /// than none, as zeros beside them. Zero has no digits, and 0 here.
    point: i64,
}

impl<'a> Decimal<'a> {
    /// Reads a number as JSON and OData write it.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent_of(exponent)?),
            None => (rest, 0),
        };
        let is_digits =
            |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        let (digits, whole) = match mantissa.split_once('.') {
            None if is_digits(mantissa) => (Cow::Borrowed(mantissa), mantissa.len()),
            Some((whole, part)) if is_digits(whole) && is_digits(part) => {
                (Cow::Owned(format!("{whole}{part}")), whole.len())
            }
            _ => return None,
        };
        Some(Self::of(negative, digits, whole as i64, exponent))
    }

    fn of(negative: bool, digits: Cow<'a, str>, whole: i64, exponent: i64) -> Self {
        let leading = digits.len() - digits.trim_start_matches('0').len();
        let end = digits.trim_end_matches('0').len().max(leading);
        let digits = match digits {
            Cow::Borrowed(digits) => Cow::Borrowed(&digits[leading..end]),
            Cow::Owned(digits) => Cow::Owned(digits[leading..end].to_owned()),
        };
        if digits.is_empty() {
            return Self {
                negative: false,
                digits,
                point: 0,
            };
        }
        let point = whole
            .saturating_sub(leading as i64)
            .saturating_add(exponent);
        Self {
            negative,
            digits,
            point,
        }
    }

    pub(super) fn owned(self) -> Decimal<'static> {
        Decimal {
            negative: self.negative,
            digits: Cow::Owned(self.digits.into_owned()),
            point: self.point,
        }
    }

    fn borrowed(&self) -> Decimal<'_> {
        Decimal {
            negative: self.negative,
            digits: Cow::Borrowed(&self.digits),
            point: self.point,
        }
    }

    /// The whole number nearest to it: the lower one, the upper one, or the nearer,
    /// away from zero when it is in the middle.
    pub(super) fn whole(&self, way: Rounding) -> Decimal<'static> {
        let length = self.digits.len() as i64;
        let kept = usize::try_from(self.point.clamp(0, length)).unwrap_or_default();
        let (whole, part) = self.digits.split_at(kept);
        let up = !part.is_empty()
            && match way {
                Rounding::Down => self.negative,
                Rounding::Up => !self.negative,
                // With the point before its first digit it is less than a tenth.
                Rounding::Nearest => self.point >= 0 && part.as_bytes()[0] >= b'5',
            };
        let mut digits = whole.as_bytes().to_vec();
        let mut point = self.point.max(0);
        if up {
            let nines = digits
                .iter()
                .rev()
                .take_while(|digit| **digit == b'9')
                .count();
            digits.truncate(digits.len() - nines);
            match digits.last_mut() {
                Some(digit) => *digit += 1,
                None => {
                    digits.push(b'1');
                    point += 1;
                }
            }
        }
        // Digits are ASCII.
        let digits = String::from_utf8(digits).unwrap_or_default();
        Decimal::of(self.negative, Cow::Owned(digits), point, 0)
    }

    /// The number as an index, when it is a whole one.
    pub(super) fn index(&self) -> Option<i64> {
        if self.digits.is_empty() {
            return Some(0);
        }
        if self.point < self.digits.len() as i64 {
            return None;
        }
        let zeros = usize::try_from(self.point - self.digits.len() as i64).ok()?;
        // Longer than any text.
        if zeros > 12 || self.digits.len() > 12 {
            return Some(if self.negative { i64::MIN } else { i64::MAX });
        }
        let number: i64 = format!("{}{}", self.digits, "0".repeat(zeros))
            .parse()
            .ok()?;
        Some(if self.negative { -number } else { number })
    }

    /// The number with its sign changed.
    pub(super) fn negated(&self) -> Decimal<'static> {
        let number = self.borrowed().owned();
        Decimal {
            negative: !number.negative && !number.digits.is_empty(),
            ..number
        }
    }

    /// The number as that many of the smallest ones that arithmetic knows. What is behind
    /// them is cut off; `None` when it is too large.
    pub(super) fn fixed(&self) -> Option<BigInt> {
        if self.point > PLACES {
            return None;
        }
        let length = usize::try_from(self.point + PLACES).unwrap_or_default();
        let digits = &self.digits[..self.digits.len().min(length)];
        let sign = if self.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        let number = BigInt::parse_bytes(format!("{digits:0<length$}").as_bytes(), 10);
        let number = number.unwrap_or_default();
        Some(BigInt::from_biguint(sign, number.into_parts().1))
    }

    fn of_fixed(number: &BigInt) -> Option<Decimal<'static>> {
        let digits = number.magnitude().to_string();
        let whole = digits.len() as i64 - PLACES;
        let negative = number.sign() == Sign::Minus;
        (whole <= PLACES).then(|| Decimal::of(negative, Cow::Owned(digits), whole, 0))
    }

    /// What comes of two numbers: nothing when one divides by zero, or when it is too
    /// large.
    pub(super) fn with(&self, by: Calculation, other: &Decimal<'_>) -> Option<Decimal<'static>> {
        let (one, two) = (self.fixed()?, other.fixed()?);
        if by.divides() && two.sign() == Sign::NoSign {
            return None;
        }
        let number = match by {
            Calculation::Sum => one + two,
            Calculation::Difference => one - two,
            Calculation::Product => one * two / &*ONE,
            Calculation::Quotient => one * &*ONE / two,
            Calculation::WholeQuotient => one / two * &*ONE,
            // It has the sign of the first.
            Calculation::Rest => one % two,
        };
        Decimal::of_fixed(&number)
    }

    fn sortable(&self, bytes: &mut Vec<u8>) {
        let magnitude = |bytes: &mut Vec<u8>| {
            bytes.extend((self.point as u64 ^ (1 << 63)).to_be_bytes());
            bytes.extend(self.digits.bytes());
            bytes.push(0);
        };
        match (self.digits.is_empty(), self.negative) {
            (true, _) => bytes.push(1),
            (false, false) => {
                bytes.push(2);
                magnitude(bytes);
            }
            (false, true) => {
                bytes.push(0);
                let start = bytes.len();
                magnitude(bytes);
                bytes[start..].iter_mut().for_each(|byte| *byte = !*byte);
            }
        }
    }
}

impl From<i64> for Decimal<'static> {
    fn from(number: i64) -> Self {
        let digits = number.unsigned_abs().to_string();
        let whole = digits.len() as i64;
        Self::of(number < 0, Cow::Owned(digits), whole, 0)
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let magnitude = || {
            // Without zeros in front, and in the order of their digits.
            (self.point, &self.digits).cmp(&(other.point, &other.digits))
        };
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => magnitude(),
            _ => magnitude().reverse(),
        })
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How many digits arithmetic has before the point and behind it.
pub(super) const PLACES: i64 = 50;

/// One, in the smallest numbers that arithmetic knows.
static ONE: LazyLock<BigInt> = LazyLock::new(|| BigInt::from(10).pow(PLACES as u32));

/// How two numbers are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calculation {
    Sum,
    Difference,
    Product,
    Quotient,
    /// Without what is behind the point.
    WholeQuotient,
    Rest,
}

impl Calculation {
    pub(super) fn divides(self) -> bool {
        matches!(self, Self::Quotient | Self::WholeQuotient | Self::Rest)
    }
}

/// Where to a number is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    Down,
    Up,
    Nearest,
}

fn exponent_of(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    // Beyond what anybody writes; still on the right side of every other.
    let size = digits.trim_start_matches('0');
    let size = match size.len() {
        0 => 0,
        1..=15 => size.parse().ok()?,
        _ => i64::MAX / 4,
    };
    Some(if text.starts_with('-') { -size } else { size })
}

/// A moment, and the time zone it was written in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Instant {
    /// Seconds of the clock there, from the first day of year 1.
    local: i64,
    /// How far that clock is ahead of UTC, in seconds.
    offset: i64,
    /// In billionths of a thousandth of a second.
    fraction: u64,
}

/// Digits of a second's fraction that OData allows.
const DIGITS: usize = 12;

const DAY: i64 = 86_400;

/// 1970, counted as [`Instant`] counts.
const EPOCH: i64 = 719_162 * DAY;

impl Instant {
    /// The beginning of a day in UTC.
    pub(super) fn midnight(day: i32) -> Self {
        Self {
            local: i64::from(day) * DAY,
            offset: 0,
            fraction: 0,
        }
    }

    /// Reads a date and a time with a time zone. More digits of a fraction than OData
    /// allows are cut off.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let day = i64::from(date_of(date)?);
        let rest = rest.strip_prefix(['T', 't'])?;
        let zone = rest.find(['Z', 'z', '+', '-'])?;
        let (time, zone) = rest.split_at(zone);
        let offset = match zone {
            "Z" | "z" => 0,
            _ => {
                let (hours, minutes) = zone[1..].split_once(':')?;
                let offset = two(hours, 23)? * 3600 + two(minutes, 59)? * 60;
                if zone.starts_with('-') {
                    -offset
                } else {
                    offset
                }
            }
        };
        let (time, fraction) = match time.split_once('.') {
            None => (time, 0),
            Some((time, digits)) => (time, fraction_of(digits)?),
        };
        let mut parts = time.split(':');
        let (hours, minutes) = (two(parts.next()?, 23)?, two(parts.next()?, 59)?);
        // A leap second is the first one of the next minute.
        let seconds = match parts.next() {
            Some(seconds) => two(seconds, 60)?,
            None if fraction == 0 => 0,
            None => return None,
        };
        if parts.next().is_some() {
            return None;
        }
        Some(Self {
            local: day * DAY + hours * 3600 + minutes * 60 + seconds,
            offset,
            fraction,
        })
    }

    /// The day on the clock it was written by.
    pub(super) fn day(self) -> i32 {
        i32::try_from(self.local.div_euclid(DAY)).unwrap_or_default()
    }

    /// Hour, minute and second on that clock.
    pub(super) fn clock(self) -> [i64; 3] {
        let second = self.local.rem_euclid(DAY);
        [second / 3600, second / 60 % 60, second % 60]
    }

    /// How many parts of a second, of which it has so many, it is since 1970, and
    /// whether there is a rest.
    pub(super) fn ticks(self, of_a_second: i64) -> (i64, bool) {
        let (seconds, fraction) = self.utc();
        let tick = 10_u64.pow(DIGITS as u32) / of_a_second.unsigned_abs();
        let ticks = (seconds - EPOCH) * of_a_second + (fraction / tick) as i64;
        (ticks, !fraction.is_multiple_of(tick))
    }

    fn utc(self) -> (i64, u64) {
        (self.local - self.offset, self.fraction)
    }

    fn sortable(self, bytes: &mut Vec<u8>) {
        let (seconds, fraction) = self.utc();
        bytes.extend((seconds as u64 ^ (1 << 63)).to_be_bytes());
        bytes.extend(fraction.to_be_bytes());
    }
}

/// In which time zone it was written makes no difference.
impl PartialEq for Instant {
    fn eq(&self, other: &Self) -> bool {
        self.utc() == other.utc()
    }
}

impl Eq for Instant {}

impl Ord for Instant {
    fn cmp(&self, other: &Self) -> Ordering {
        self.utc().cmp(&other.utc())
    }
}

impl PartialOrd for Instant {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A number of two digits, up to a limit.
fn two(text: &str, limit: i64) -> Option<i64> {
    let digits = text.len() == 2 && text.bytes().all(|digit| digit.is_ascii_digit());
    let number = text.parse().ok().filter(|_| digits)?;
    (number <= limit).then_some(number)
}

fn fraction_of(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let kept = &digits[..digits.len().min(DIGITS)];
    format!("{kept:0<DIGITS$}").parse().ok()
}

/// Reads a day, as the number that [`Value::Date`] has.
pub(super) fn date_of(text: &str) -> Option<i32> {
    let digit = |place: usize, byte: u8| match place {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    let shaped = text.len() == 10 && text.bytes().enumerate().all(|(at, byte)| digit(at, byte));
    if !shaped {
        return None;
    }
    let year = text[..4].parse().ok()?;
    let date = NaiveDate::from_ymd_opt(year, text[5..7].parse().ok()?, text[8..].parse().ok()?)?;
    Some(date.num_days_from_ce() - 1)
}

/// Year, month and day of a [`Value::Date`].
pub(super) fn calendar(day: i32) -> [i64; 3] {
    let date = NaiveDate::from_num_days_from_ce_opt(day + 1).unwrap_or_default();
    [date.year().into(), date.month().into(), date.day().into()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal<'_> {
        Decimal::read(text).expect(text)
    }

    #[test]
    fn numbers_are_exact() {
        for (one, two, order) in [
            (
                "9007199254740993.55",
                "9007199254740993.5500",
                Ordering::Equal,
            ),
            (
                "9007199254740993.55",
                "9007199254740993.551",
                Ordering::Less,
            ),
            ("1e3", "1000", Ordering::Equal),
            ("1e-3", "0.001", Ordering::Equal),
            ("-0.0", "0", Ordering::Equal),
            ("-1", "0", Ordering::Less),
            ("-2", "-1", Ordering::Less),
            ("-10", "-9", Ordering::Less),
            ("0.09", "0.1", Ordering::Less),
            ("1e999999999999999999999", "2e5", Ordering::Greater),
            ("1e-999999999999999999999", "0", Ordering::Greater),
            ("007", "7", Ordering::Equal),
        ] {
            assert_eq!(decimal(one).cmp(&decimal(two)), order, "{one} {two}");
            assert_eq!(
                decimal(two).cmp(&decimal(one)),
                order.reverse(),
                "{one} {two}"
            );
        }
        for text in [
            "", "-", ".5", "5.", "1e", "+1", "1.2.3", "1e1.5", "0x1", "1_0", "١",
        ] {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_rounded_away_from_zero() {
        for (text, down, up, nearest) in [
            ("2.5", "2", "3", "3"),
            ("-2.5", "-3", "-2", "-3"),
            ("0.49", "0", "1", "0"),
            ("0.5", "0", "1", "1"),
            ("-0.5", "-1", "0", "-1"),
            ("0.05", "0", "1", "0"),
            ("999.5", "999", "1000", "1000"),
            ("120.1", "120", "121", "120"),
            ("5e30", "5e30", "5e30", "5e30"),
            ("7", "7", "7", "7"),
        ] {
            let number = decimal(text);
            assert_eq!(number.whole(Rounding::Down), decimal(down), "{text}");
            assert_eq!(number.whole(Rounding::Up), decimal(up), "{text}");
            assert_eq!(number.whole(Rounding::Nearest), decimal(nearest), "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact_up_to_its_last_digit() {
        use Calculation::{Difference, Product, Quotient, Rest, Sum, WholeQuotient};
        let third = format!("0.{}", "3".repeat(50));
        let (large, small) = (format!("1{}", "0".repeat(49)), "1e-50");
        for (one, by, two, expected) in [
            ("0.1", Sum, "0.2", Some("0.3")),
            (
                "9007199254740993.55",
                Sum,
                "-0.05",
                Some("9007199254740993.5"),
            ),
            ("1", Difference, "1.0", Some("0")),
            ("-0.5", Product, "0.5", Some("-0.25")),
            ("99.99", Product, "0", Some("0")),
            ("1", Quotient, "3", Some(&*third)),
            ("-1", Quotient, "-3", Some(&*third)),
            ("7", WholeQuotient, "2", Some("3")),
            ("-7", WholeQuotient, "2", Some("-3")),
            ("7", Rest, "-2", Some("1")),
            ("-7", Rest, "2", Some("-1")),
            ("5.5", Rest, "2", Some("1.5")),
            ("1", Quotient, "0", None),
            ("1", WholeQuotient, "0.0", None),
            ("1", Rest, "1e-60", None),
            (&large, Product, "9.9", Some("99e48")),
            (&large, Product, "10", None),
            (&large, Sum, "9e49", None),
            ("1e999999999999999", Sum, "1", None),
            ("1e-999999999999999", Sum, "1", Some("1")),
            (small, Product, "0.5", Some("0")),
            (
                small,
                Sum,
                "1e49",
                Some(&*format!("1{}.{}1", "0".repeat(49), "0".repeat(49))),
            ),
        ] {
            let found = decimal(one).with(by, &decimal(two));
            assert_eq!(found, expected.map(decimal), "{one} {by:?} {two}");
        }
        assert_eq!(decimal("-2.5").negated(), decimal("2.5"));
        assert_eq!(decimal("0").negated(), decimal("0"));
    }

    #[test]
    fn numbers_are_indexes_when_they_are_whole() {
        for (text, index) in [
            ("0", Some(0)),
            ("120", Some(120)),
            ("-3", Some(-3)),
            ("1.5", None),
            ("1e2", Some(100)),
            ("1e50", Some(i64::MAX)),
        ] {
            assert_eq!(decimal(text).index(), index, "{text}");
        }
        assert_eq!(Decimal::from(-1), decimal("-1"));
    }

    #[test]
    fn times_are_read_to_their_last_digit() {
        let time = |text: &str| Instant::read(text).expect(text);
        for (one, two, order) in [
            (
                "2026-01-15T00:00:00Z",
                "2026-01-15T01:00:00+01:00",
                Ordering::Equal,
            ),
            (
                "2026-01-15T00:00:00Z",
                "2026-01-14T23:59:59.999999999999Z",
                Ordering::Greater,
            ),
            (
                "2026-01-15T00:00:00.1234567Z",
                "2026-01-15T00:00:00.12345670Z",
                Ordering::Equal,
            ),
            ("2026-01-15T00:00Z", "2026-01-15T00:00:00Z", Ordering::Equal),
            (
                "0038-01-01T00:00:00Z",
                "2026-01-15T00:00:00-11:30",
                Ordering::Less,
            ),
        ] {
            assert_eq!(time(one).cmp(&time(two)), order, "{one} {two}");
        }
        let late = time("2025-12-31T23:30:05-02:00");
        assert_eq!(
            (calendar(late.day()), late.clock()),
            ([2025, 12, 31], [23, 30, 5])
        );
        for text in [
            "2026-01-15",
            "2026-01-15T00:00:00",
            "2026-13-15T00:00:00Z",
            "2026-01-15 00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-01-15T24:00:00Z",
            "2026-01-15T00:00:00.Z",
            "x",
            "2026-01-15T00:00:00+1:00",
            "2026-01-15T00:00:00Zx",
            "2026-01-15TZ",
            "äöüäöü",
            "2026-01-15T00:00.5Z",
            "2026-01-15T00:00:00:00Z",
        ] {
            assert!(Instant::read(text).is_none(), "{text}");
        }
        assert_eq!(
            time("1970-01-01T01:00:02.00000015+01:00").ticks(10_000_000),
            (20_000_001, true)
        );
        assert_eq!(date_of("0001-01-01"), Some(0));
        assert_eq!(
            calendar(date_of("2024-02-29").expect("a leap day")),
            [2024, 2, 29]
        );
        assert_eq!(date_of("2023-02-29"), None);
    }

    fn values() -> impl Strategy<Value = Value<'static>> {
        let number = "-?[0-9]{1,3}(\\.[0-9]{1,3})?(e-?[0-9]{1,2})?";
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Truth),
            number.prop_map(|text| {
                let number = Decimal::read(Box::leak(text.into_boxed_str()));
                Value::Number(number.expect("a number"))
            }),
            "[a-c\\x00-\\x02é]{0,4}".prop_map(|text| Value::Text(text.into())),
            (0_i64..9, -2_i64..3, 0_u64..3).prop_map(|(local, offset, fraction)| {
                Value::Time(Instant {
                    local,
                    offset,
                    fraction,
                })
            }),
        ]
    }

    proptest! {
        #[test]
        fn sortable_bytes_are_in_the_order_of_the_values(one in values(), two in values()) {
            let order = one.sortable().cmp(&two.sortable());
            match (&one, &two) {
                (Value::Null, Value::Null) => prop_assert_eq!(order, Ordering::Equal),
                (Value::Null, _) => prop_assert_eq!(order, Ordering::Less),
                (_, Value::Null) => prop_assert_eq!(order, Ordering::Greater),
                _ => if let Some(expected) = one.order(&two) {
                    prop_assert_eq!(order, expected);
                },
            }
        }

        #[test]
        fn any_text_is_a_value_or_none(text in ".{0,40}") {
            let _ = (Decimal::read(&text), Instant::read(&text), date_of(&text));
        }
    }
}
