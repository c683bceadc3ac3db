//! Faults as text: `error=500,when=after-write,chance=0.1`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::{HeaderValue, Method, StatusCode};

/// The longest latency.
const LONGEST_LATENCY: Duration = Duration::from_secs(600);

/// The farthest jump of the clock.
const FARTHEST_JUMP: Duration = Duration::from_secs(3_650 * 24 * 60 * 60);

/// Something that goes wrong on purpose, in the form that the command line, the control
/// endpoint and the header share. The README lists what there is.
///
/// ```
/// use referrals_sandbox::Fault;
///
/// let fault: Fault = "error=500,when=after-write,chance=0.1".parse()?;
/// assert_eq!(fault.to_string(), "error=500,when=after-write,chance=0.1");
/// # Ok::<(), referrals_sandbox::InvalidFault>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    text: String,
    pub(super) kind: Kind,
    pub(super) after_write: bool,
    pub(super) chance: Option<f64>,
    pub(super) times: Option<u64>,
    pub(super) method: Option<Method>,
    pub(super) path: Option<String>,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Latency(Latency),
    Throttle {
        rate: Option<Rate>,
        retry_after: RetryAfter,
    },
    Error(StatusCode),
    Unavailable(RetryAfter),
    Reset,
    HalfBody,
    ContentType(HeaderValue),
    StalePageToken,
    ExpiredToken,
    /// Seconds, to the past when negative.
    Clock(i64),
}

/// How long an answer takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Latency {
    /// Anything between these, all equally likely.
    Between(Duration, Duration),
    /// Log-normal: half of the answers take longer than the first, one in a hundred
    /// longer than the second.
    Tail(Duration, Duration),
}

/// A token bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rate {
    pub(super) per_second: f64,
    pub(super) burst: f64,
}

/// What the header of this name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RetryAfter {
    None,
    /// `None` is as long as it takes.
    Seconds(Option<u64>),
    Date(Option<u64>),
}

/// Why a text is no fault. It says which part is wrong and what there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFault(String);

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidFault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// What there is, as a message lists it, and the options that each takes beside
/// [`COMMON`].
const KINDS: [(&str, &str, &[&str]); 10] = [
    (
        "latency",
        "latency=20ms, latency=20ms..200ms, latency=20ms,p99=2s",
        &["p99", "when"],
    ),
    (
        "throttle",
        "throttle=10/s,burst=20,retry-after=date",
        &["burst", "retry-after"],
    ),
    ("error", "error=500", &["when"]),
    (
        "unavailable",
        "unavailable,retry-after=5",
        &["retry-after", "when"],
    ),
    ("reset", "reset", &["when"]),
    ("half-body", "half-body", &[]),
    ("content-type", "content-type=text/html", &[]),
    ("stale-page-token", "stale-page-token", &[]),
    ("expired-token", "expired-token", &[]),
    ("clock", "clock=+15d", &[]),
];

/// The options of every fault.
const COMMON: [&str; 4] = ["chance", "times", "method", "path"];

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let text = text.trim();
        let mut parts = text.split(',').map(|part| match part.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (part.trim(), None),
        });
        let (name, value) = parts.next().unwrap_or_default();
        let Some((_, example, own)) = KINDS.into_iter().find(|(known, ..)| *known == name) else {
            let examples = KINDS.map(|(_, example, _)| example).join("; ");
            return Err(InvalidFault(format!(
                "there is no fault {name:?}; there are: {examples}; each also with {}",
                COMMON.map(|name| format!("{name}=")).join(", "),
            )));
        };
        let mut options = Options {
            fault: name,
            own,
            given: Vec::new(),
        };
        for (option, value) in parts {
            options.add(option, value)?;
        }
        let wrong = |reason: &str| wrong(name, value, &format!("{reason}, such as {example}"));
        let needed = |reason: &str| value.ok_or_else(|| wrong(reason));
        let kind = match name {
            "latency" => {
                let value = needed("it needs a time or two")?;
                Kind::Latency(latency(value, options.take("p99")).map_err(|why| wrong(&why))?)
            }
            "throttle" => {
                let rate = value.map(|value| {
                    let per_second = rate(value);
                    per_second.ok_or_else(|| wrong("the rate is a number /s, /min or /h"))
                });
                let per_second = rate.transpose()?;
                let burst = options.number("burst", 1)?;
                if let (None, Some(_)) = (per_second, burst) {
                    return Err(wrong("a burst belongs to a rate"));
                }
                Kind::Throttle {
                    rate: per_second.map(|(per_second, many)| Rate {
                        per_second,
                        burst: burst.map_or(many.max(1.0), |burst| burst as f64),
                    }),
                    retry_after: options.retry_after(RetryAfter::Seconds(None))?,
                }
            }
            "error" => {
                let status = needed("it needs a status from 400 to 599")?.parse();
                let status = status.ok().filter(|status| (400..600).contains(status));
                let status = status.and_then(|status: u16| StatusCode::from_u16(status).ok());
                Kind::Error(status.ok_or_else(|| wrong("the status is from 400 to 599"))?)
            }
            "unavailable" => Kind::Unavailable(options.retry_after(RetryAfter::None)?),
            "reset" => Kind::Reset,
            "half-body" => Kind::HalfBody,
            "content-type" => {
                let value = HeaderValue::try_from(needed("it needs a media type")?);
                let value = value.ok().filter(|value| !value.is_empty());
                Kind::ContentType(value.ok_or_else(|| wrong("it needs a media type"))?)
            }
            "stale-page-token" => Kind::StalePageToken,
            "expired-token" => Kind::ExpiredToken,
            // The last one there is.
            _ => Kind::Clock(
                jump(needed("it needs a time with its sign")?).map_err(|why| wrong(&why))?,
            ),
        };
        let takes_value = matches!(
            kind,
            Kind::Latency(_)
                | Kind::Throttle { .. }
                | Kind::Error(_)
                | Kind::ContentType(_)
                | Kind::Clock(_)
        );
        if !takes_value && value.is_some() {
            return Err(wrong("it takes no value"));
        }
        let after_write = match options.take("when") {
            None | Some("before") => false,
            Some("after-write") => true,
            Some(_) => return Err(options.wrong("when", "it is before or after-write")),
        };
        let chance = match options.take("chance").map(str::parse::<f64>) {
            None => None,
            Some(Ok(chance)) if chance > 0.0 && chance <= 1.0 => Some(chance),
            Some(_) => return Err(options.wrong("chance", "it is above 0 and at most 1")),
        };
        let times = options.number("times", 1)?;
        let method = match options.take("method") {
            None => None,
            Some(method) => {
                let method = method.to_ascii_uppercase();
                let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
                if !known.contains(&method.as_str()) {
                    let reason = format!("it is one of {}", known.join(", "));
                    return Err(options.wrong("method", &reason));
                }
                method.parse().ok()
            }
        };
        let path = match options.take("path") {
            Some(path) if !path.starts_with(['/', '*']) => {
                return Err(options.wrong("path", "it starts with / or *, and * is anything"));
            }
            path => path.map(str::to_owned),
        };
        Ok(Self {
            text: text.to_owned(),
            // A clock that jumped on every call would run away.
            times: times.or(matches!(kind, Kind::Clock(_)).then_some(1)),
            kind,
            after_write,
            chance,
            method,
            path,
        })
    }
}

impl Fault {
    /// A fault for one call, as its header has it.
    pub(super) fn for_one_call(text: &str) -> Result<Self, InvalidFault> {
        let fault: Self = text.parse()?;
        let meant_for_many = [
            ("times", fault.times.is_some()),
            ("method", fault.method.is_some()),
            ("path", fault.path.is_some()),
            (
                "the rate",
                matches!(fault.kind, Kind::Throttle { rate: Some(_), .. }),
            ),
        ];
        if matches!(fault.kind, Kind::Clock(_)) {
            return Err(InvalidFault(
                "clock is everybody's, not one call's: use POST /sandbox/clock".to_owned(),
            ));
        }
        match meant_for_many.into_iter().find(|(_, given)| *given) {
            Some((name, _)) => Err(InvalidFault(format!(
                "{name} in {text:?} is for faults of many calls; the header is for one"
            ))),
            None => Ok(fault),
        }
    }

    /// Its first word.
    pub(super) fn name(&self) -> &str {
        self.text.split([',', '=']).next().unwrap_or_default()
    }

    /// Whether it strikes when the answer is there, not before.
    pub(super) fn strikes_after(&self) -> bool {
        self.after_write || matches!(self.kind, Kind::HalfBody | Kind::ContentType(_))
    }
}

/// The parts behind the first.
struct Options<'a> {
    fault: &'a str,
    own: &'static [&'static str],
    given: Vec<(&'a str, &'a str)>,
}

impl<'a> Options<'a> {
    fn add(&mut self, name: &'a str, value: Option<&'a str>) -> Result<(), InvalidFault> {
        if !self.own.contains(&name) && !COMMON.contains(&name) {
            let known = [self.own, &COMMON].concat().join(", ");
            return Err(InvalidFault(format!(
                "{name:?} is none of the options of {}: {known}",
                self.fault
            )));
        }
        if self.given.iter().any(|(other, _)| *other == name) {
            return Err(InvalidFault(format!(
                "{name} is given twice for {}",
                self.fault
            )));
        }
        match value {
            Some(value) if !value.is_empty() => {
                self.given.push((name, value));
                Ok(())
            }
            _ => Err(InvalidFault(format!(
                "{name} of {} has no value: write {name}=...",
                self.fault
            ))),
        }
    }

    fn take(&self, name: &str) -> Option<&'a str> {
        let given = self.given.iter().find(|(other, _)| *other == name);
        given.map(|(_, value)| *value)
    }

    fn number(&self, name: &str, least: u64) -> Result<Option<u64>, InvalidFault> {
        match self.take(name).map(str::parse) {
            None => Ok(None),
            Some(Ok(number)) if number >= least => Ok(Some(number)),
            Some(_) => Err(self.wrong(name, &format!("it is a whole number from {least} on"))),
        }
    }

    fn retry_after(&self, default: RetryAfter) -> Result<RetryAfter, InvalidFault> {
        let Some(text) = self.take("retry-after") else {
            return Ok(default);
        };
        let (date, seconds) = match text.strip_prefix("date") {
            Some(rest) => (
                true,
                rest.strip_prefix(':').or(rest.is_empty().then_some("")),
            ),
            None => (false, Some(text.strip_prefix("seconds").unwrap_or(text))),
        };
        let seconds = match seconds {
            _ if text == "none" => return Ok(RetryAfter::None),
            Some("") => Some(None),
            Some(seconds) => seconds.parse().ok().map(Some),
            None => None,
        };
        // Long enough for everybody, and short enough for dates.
        let seconds = seconds.filter(|seconds| seconds.is_none_or(|seconds| seconds <= 31_536_000));
        match seconds {
            Some(seconds) if date => Ok(RetryAfter::Date(seconds)),
            Some(seconds) => Ok(RetryAfter::Seconds(seconds)),
            None => Err(self.wrong(
                "retry-after",
                "it is seconds, date, none, a number of seconds such as 57, or date:57",
            )),
        }
    }

    fn wrong(&self, name: &str, reason: &str) -> InvalidFault {
        wrong(name, self.take(name), reason)
    }
}

fn wrong(name: &str, value: Option<&str>, reason: &str) -> InvalidFault {
    InvalidFault(match value {
        Some(value) => format!("{name}={value} cannot be used: {reason}"),
        None => format!("{name} cannot be used: {reason}"),
    })
}

fn latency(text: &str, p99: Option<&str>) -> Result<Latency, String> {
    let time = |text| {
        let time = duration(text)?;
        match time <= LONGEST_LATENCY {
            true => Ok(time),
            false => Err("it is 10 min at most".to_owned()),
        }
    };
    let (least, most) = match text.split_once("..") {
        Some((least, most)) => (time(least)?, time(most)?),
        None => (time(text)?, time(text)?),
    };
    match p99 {
        None if least <= most => Ok(Latency::Between(least, most)),
        None => Err("the first time is the shorter one".to_owned()),
        Some(_) if least != most => Err("p99 goes with one time, the median".to_owned()),
        Some(p99) => {
            let p99 = time(p99).map_err(|why| format!("of p99={p99}: {why}"))?;
            match !least.is_zero() && least < p99 {
                true => Ok(Latency::Tail(least, p99)),
                false => Err("p99 is longer than the median, which is not 0".to_owned()),
            }
        }
    }
}

/// How many a second, and the number as it was written.
fn rate(text: &str) -> Option<(f64, f64)> {
    let (many, unit) = text.split_once('/')?;
    let many: f64 = many.trim().parse().ok()?;
    let seconds = match unit.trim() {
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3_600.0,
        _ => return None,
    };
    let sensible = many.is_finite() && (0.001..=1e6).contains(&many);
    sensible.then_some((many / seconds, many))
}

/// A time with its sign, in seconds. The control endpoint reads it, too.
pub(crate) fn jump(text: &str) -> Result<i64, String> {
    let (sign, time) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(time), _) => (1, time),
        (_, Some(time)) => (-1, time),
        _ => return Err("the time has a sign".to_owned()),
    };
    let time = duration(time)?;
    if time > FARTHEST_JUMP {
        return Err("it is 3650 d at most".to_owned());
    }
    Ok(sign * time.as_secs() as i64)
}

fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let units = [
        ("ms", 0.001),
        ("min", 60.0),
        ("s", 1.0),
        ("h", 3_600.0),
        ("d", 86_400.0),
    ];
    let read = units.into_iter().find_map(|(unit, seconds)| {
        let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        Duration::try_from_secs_f64(number * seconds).ok()
    });
    read.ok_or_else(|| format!("{text:?} is no number with ms, s, min, h or d behind it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_is_listed_can_be_read() {
        for (_, examples, _) in KINDS {
            for example in examples.split(", ") {
                let fault: Fault = example.parse().expect(example);
                assert_eq!(fault.to_string(), example);
            }
        }
        let fault: Fault =
            " error=503 , when=after-write, chance=0.5,times=2,method=post,path=/v1*"
                .parse()
                .expect("a fault");
        assert!(fault.strikes_after());
        assert_eq!(fault.name(), "error");
        assert_eq!((fault.chance, fault.times), (Some(0.5), Some(2)));
        assert_eq!(fault.method, Some(Method::POST));
        let throttle = |text: &str| text.parse::<Fault>().expect(text).kind;
        let rate = Some(Rate {
            per_second: 2.0 / 60.0,
            burst: 2.0,
        });
        let retry_after = RetryAfter::Date(Some(57));
        assert_eq!(
            throttle("throttle=2/min,retry-after=date:57"),
            Kind::Throttle { rate, retry_after }
        );
        let retry_after = RetryAfter::Seconds(Some(57));
        assert_eq!(
            throttle("throttle,retry-after=57"),
            Kind::Throttle {
                rate: None,
                retry_after
            }
        );
        assert_eq!(jump("-1.5min"), Ok(-90));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, part) in [
            ("", "there is no fault \"\"; there are: latency=20ms"),
            ("eror=500", "there is no fault \"eror\""),
            (
                "error=500,chanse=1",
                "\"chanse\" is none of the options of error: when, chance",
            ),
            ("reset,burst=3", "\"burst\" is none of the options of reset"),
            ("error", "error cannot be used: it needs a status"),
            (
                "error=200",
                "error=200 cannot be used: the status is from 400 to 599",
            ),
            (
                "error=500,when=later",
                "when=later cannot be used: it is before or after-write",
            ),
            (
                "error=500,chance=0",
                "chance=0 cannot be used: it is above 0",
            ),
            ("error=500,chance=NaN", "chance=NaN cannot be used"),
            ("error=500,times=0", "times=0 cannot be used"),
            (
                "error=500,times=1,times=2",
                "times is given twice for error",
            ),
            ("error=500,times", "times of error has no value"),
            (
                "error=500,method=FETCH",
                "method=FETCH cannot be used: it is one of GET",
            ),
            ("error=500,path=v1", "path=v1 cannot be used"),
            (
                "latency=20",
                "\"20\" is no number with ms, s, min, h or d behind it",
            ),
            ("latency=-1s", "latency=-1s cannot be used"),
            ("latency=1h", "10 min at most"),
            ("latency=2s..1s", "the first time is the shorter one"),
            ("latency=2s,p99=1s", "p99 is longer than the median"),
            ("throttle=10", "the rate is a number /s, /min or /h"),
            ("throttle=10/s,burst=0", "burst=0 cannot be used"),
            ("throttle,burst=3", "a burst belongs to a rate"),
            (
                "throttle=1/s,retry-after=soon",
                "retry-after=soon cannot be used",
            ),
            ("reset=1", "reset=1 cannot be used: it takes no value"),
            ("content-type=", "needs a media type"),
            ("clock=15d", "the time has a sign"),
            ("clock=+4000d", "3650 d at most"),
        ] {
            let error = text.parse::<Fault>().expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        for (text, part) in [
            ("error=500,times=1", "times in"),
            ("throttle=1/s", "the rate in"),
            ("clock=+1d", "POST /sandbox/clock"),
        ] {
            let error = Fault::for_one_call(text).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
