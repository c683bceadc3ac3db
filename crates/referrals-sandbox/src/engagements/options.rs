//! The query options of the list.

use crate::problem::Problem;
use crate::request::{decode, shown};
use crate::server::State;

use super::filter::{Filter, LENIENT, Language, Sort};
use super::select::Select;
use super::token::Token;

/// The service's own page size, and the largest here.
const PAGE: usize = 100;

/// The documented options, as a refusal lists them.
const KNOWN: &str = "$filter, $orderby, $select, $top, $skip, $count and $skiptoken";

/// All of them, in their spelling.
pub(crate) const NAMES: [&str; 8] = [
    "$filter",
    "$orderby",
    "$select",
    "$top",
    "$skip",
    "$count",
    "$skiptoken",
    "$format",
];

/// Those of OData that nothing takes.
const UNTAKEN: [&str; 4] = ["$expand", "$search", "$apply", "$compute"];

/// What a list is ordered by.
#[derive(Debug, PartialEq, Default)]
pub(super) enum Order {
    /// Nothing that was asked for: the order in which the referrals are kept.
    #[default]
    Number,
    Created {
        descending: bool,
    },
    Updated {
        descending: bool,
    },
    /// By whatever a filter can compare.
    By(Sort),
}

/// A list that was asked for.
#[derive(Debug)]
pub(super) struct Options {
    /// The options as they were sent, without the token.
    pub(super) sent: Vec<(String, String)>,
    pub(super) filter: Option<Filter>,
    pub(super) order: Order,
    pub(super) select: Option<Select>,
    pub(super) size: usize,
    /// How many referrals are listed at most, on all pages.
    pub(super) limit: Option<usize>,
    pub(super) skip: usize,
    pub(super) count: bool,
    /// Where an earlier page ended.
    pub(super) token: Option<Token>,
    /// How often the sandbox had been reset before anything was read.
    pub(super) resets: u64,
}

impl Options {
    pub(super) fn read(query: &str, state: &State) -> Result<Self, Problem> {
        let resets = state.store.resets();
        let mut sent = pairs(query, state.dialect.is_lenient())?;
        let place = sent.iter().position(|(name, _)| name == "$skiptoken");
        let token = match place {
            None => None,
            Some(place) => {
                let token = Token::open(&sent.remove(place).1, &state.store)?;
                if let Some((name, _)) = sent.iter().find(|pair| !token.options.contains(pair)) {
                    return Err(Problem::bad_request(format!(
                        "{} is not as it was in the request that the $skiptoken goes on with. \
                         The token alone is enough.",
                        shown(name)
                    ))
                    .about_option(name));
                }
                sent.clone_from(&token.options);
                Some(token)
            }
        };
        let mut options = Self {
            sent: Vec::new(),
            filter: None,
            order: Order::default(),
            select: None,
            size: PAGE,
            limit: None,
            skip: 0,
            count: true,
            token,
            resets,
        };
        let now = state.store.now();
        let language = Language {
            schemas: state.schemas,
            dialect: state.dialect,
            now,
        };
        for (name, value) in &sent {
            options
                .take(name, value, language)
                .map_err(|problem| problem.about_option(name))?;
        }
        if let Some(token) = &options.token {
            options.limit = token.left;
        }
        if let Some(limit) = options.limit {
            options.size = limit.min(PAGE);
        }
        options.sent = sent;
        Ok(options)
    }

    fn take(&mut self, name: &str, value: &str, language: Language<'_>) -> Result<(), Problem> {
        let lenient = language.dialect.is_lenient();
        match name {
            "$filter" => self.filter = Some(Filter::read(value, language)?),
            "$orderby" => self.order = order(value, language)?,
            "$select" => self.select = Select::read(value, language.schemas, language.dialect)?,
            // OData's is how many there are in all; the samples have next links beside it.
            "$top" if lenient => self.limit = Some(number(name, value, 0)?),
            "$top" => {
                let size = number(name, value, 1);
                let size = size.map_err(|problem| match number(name, value, 0) {
                    Ok(_) => problem.hinting(LENIENT),
                    Err(_) => problem,
                });
                self.size = size?.min(PAGE);
            }
            "$skip" => self.skip = number(name, value, 0)?,
            "$count" => {
                self.count = match value {
                    "true" => true,
                    "false" => false,
                    _ => {
                        let any_case = value.to_ascii_lowercase();
                        let problem = Problem::bad_request("$count is true or false.");
                        match (any_case.as_str(), lenient) {
                            ("true" | "false", true) => any_case == "true",
                            ("true" | "false", false) => return Err(problem.hinting(LENIENT)),
                            _ => return Err(problem),
                        }
                    }
                }
            }
            "$format" if lenient => json(value)?,
            _ => return Err(unknown(name, value, language)),
        }
        Ok(())
    }

    /// The options of an operation on one referral. There are none that are
    /// documented.
    pub(super) fn of_one(query: &str, state: &State) -> Result<Option<Select>, Problem> {
        let mut select = None;
        for (name, value) in pairs(query, state.dialect.is_lenient())? {
            match name.as_str() {
                "$select" if state.dialect.is_lenient() => {
                    select = Select::read(&value, state.schemas, state.dialect)
                        .map_err(|problem| problem.about(name))?;
                }
                "$format" if state.dialect.is_lenient() => {
                    json(&value).map_err(|problem| problem.about(name))?;
                }
                _ => {
                    let taken = ["$select", "$format"].map(Some).contains(&spelt(&name));
                    let hint = if taken { LENIENT } else { "" };
                    let reason = format!(
                        "This operation takes no query options; {} is none.{hint}",
                        shown(&name)
                    );
                    return Err(Problem::bad_request(reason));
                }
            }
        }
        Ok(select)
    }
}

fn json(format: &str) -> Result<(), Problem> {
    match format.split(';').next().unwrap_or_default().trim() {
        "json" | "application/json" => Ok(()),
        _ => Err(Problem::bad_request(
            "$format is json, the only format there is.",
        )),
    }
}

/// The refusal of an option that is not taken.
fn unknown(name: &str, value: &str, language: Language<'_>) -> Problem {
    let why = match name {
        "$expand" => "referrals have no related entities",
        "$search" => "the service documents no search; contains(name,'...') in $filter is near",
        "$apply" | "$compute" => "nothing is computed or grouped here",
        _ => "",
    };
    let lenient = language.dialect.is_lenient();
    if !why.is_empty() {
        let refused = if lenient {
            "is not taken"
        } else {
            "is not documented for anything"
        };
        return Problem::bad_request(format!("{name} {refused}: {why}."));
    }
    let name = shown(name);
    let spelt = spelt(&name).filter(|known| *known != name || !lenient);
    let hint = match spelt {
        Some("$format") if json(value).is_ok() => LENIENT.to_owned(),
        Some("$format") => String::new(),
        Some(known) => format!(" Did you mean {known}?{LENIENT}"),
        None => String::new(),
    };
    Problem::bad_request(format!(
        "There is no query option {name}.{hint} There are {KNOWN}."
    ))
}

impl Problem {
    /// Names the option that it is about.
    fn about_option(self, name: &str) -> Self {
        match NAMES.contains(&name) || UNTAKEN.contains(&name) {
            true => self.about(name),
            false => self.about_what_is_not_there(name),
        }
    }
}

/// An option's own spelling: its letter case and the dollar are often forgotten.
fn spelt(name: &str) -> Option<&'static str> {
    let bare = name.strip_prefix('$').unwrap_or(name);
    let is = |known: &&&str| known[1..].eq_ignore_ascii_case(bare);
    NAMES.iter().find(is).copied()
}

/// The options of a query, decoded; in their own spelling if `any_spelling` will do.
fn pairs(query: &str, any_spelling: bool) -> Result<Vec<(String, String)>, Problem> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // In a token a plus is a plus.
        let mut name = decode(name)?;
        if any_spelling && let Some(known) = spelt(&name) {
            name = known.to_owned();
        }
        let plus = name == "$skiptoken" && value.contains('+');
        let value = match plus {
            true => decode(&value.replace('+', "%2b"))?,
            false => decode(value)?,
        };
        if pairs.iter().any(|(other, _)| *other == name) {
            return Err(Problem::bad_request(format!(
                "The query option {} is given more than once.",
                shown(&name)
            ))
            .about_option(&name));
        }
        pairs.push((name, value));
    }
    Ok(pairs)
}

fn number(name: &str, value: &str, least: usize) -> Result<usize, Problem> {
    let digits = !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit());
    let number = if digits {
        value.parse::<i32>().ok()
    } else {
        None
    };
    let number = number.and_then(|number| usize::try_from(number).ok());
    number.filter(|number| *number >= least).ok_or_else(|| {
        Problem::bad_request(format!(
            "{name} is a whole number from {least} to {}.",
            i32::MAX
        ))
    })
}

fn order(value: &str, language: Language<'_>) -> Result<Order, Problem> {
    match documented_order(value) {
        Some(order) => Ok(order),
        None if language.dialect.is_lenient() => Sort::read(value, language).map(Order::By),
        None => {
            let taken = Sort::read(value, language).is_ok();
            let hint = if taken { LENIENT } else { "" };
            Err(Problem::bad_request(format!(
                "$orderby is createdDateTime or updatedDateTime, alone or with asc or desc behind \
                 it; the page \"Get a list of referrals\" (2020) states no other.{hint}"
            )))
        }
    }
}

fn documented_order(value: &str) -> Option<Order> {
    let mut words = value.split(' ').filter(|word| !word.is_empty());
    let field = words.next();
    let descending = match words.next() {
        None | Some("asc") => Some(false),
        Some("desc") => Some(true),
        Some(_) => None,
    };
    match (field, descending, words.next()) {
        (Some("createdDateTime"), Some(descending), None) => Some(Order::Created { descending }),
        (Some("updatedDateTime"), Some(descending), None) => Some(Order::Updated { descending }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;
    use crate::dialect::Dialect;
    use crate::json::Json;
    use proptest::prelude::*;

    fn read(query: &str) -> Result<Options, Problem> {
        Options::read(query, &State::for_tests(Data::new(3, 1)))
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        for query in [
            "$orderby=createdDateTime%20desc&$top=5&$skip=2&$count=false&$select=id,%20status",
            "%24orderby=createdDateTime+desc&%24top=5&%24skip=2&%24count=false&%24select=id,status",
        ] {
            let options = read(query).expect(query);
            assert_eq!(options.order, Order::Created { descending: true });
            assert_eq!((options.size, options.skip, options.count), (5, 2, false));
            let referral = r#"{"id":1,"name":2,"status":{"x":3}}"#;
            let referral = Json::read(referral).expect("JSON");
            let selected = options.select.expect("a part").of(referral);
            assert_eq!(selected.to_string(), r#"{"id":1,"status":{"x":3}}"#);
        }
        assert_eq!(read("$top=2147483647").expect("a number").size, PAGE);
        assert_eq!(read("").expect("nothing").size, PAGE);
    }

    #[test]
    fn what_is_not_documented_is_refused_by_name() {
        for (query, part) in [
            ("filter=x", "no query option filter. Did you mean $filter?"),
            ("$Top=1", "no query option $Top. Did you mean $top?"),
            ("$search=x", "$search is not documented for anything"),
            ("$top=1&%24top=1", "$top is given more than once"),
            ("$top=0", "$top is a whole number from 1"),
            ("$top=2147483648", "$top is a whole number"),
            ("$top=%2B1", "$top is a whole number"),
            ("$skip=-1", "$skip is a whole number from 0"),
            ("$count=True", "$count is true or false"),
            ("$expand=x", "$expand is not documented"),
            (
                "$orderby=name",
                "$orderby is createdDateTime or updatedDateTime",
            ),
            ("$orderby=createdDateTime,updatedDateTime", "$orderby is"),
            ("$orderby=createdDateTime DESC", "$orderby is"),
            ("$orderby=", "$orderby is"),
            ("$select=id,Status", "names \"Status\""),
            ("$select=", "names \"\""),
            ("$select=customerProfile/name", "no member of a referral"),
            ("$filter=", "$filter"),
            ("$skiptoken=abc", "The $skiptoken is none of"),
            ("$top=%zz", "a % that begins no escape"),
        ] {
            let text = format!("{:?}", read(query).expect_err(query));
            assert!(
                text.contains(&part.escape_debug().to_string()),
                "{query}: {text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_query_is_read_or_refused(query in ".{0,200}") {
            for dialect in Dialect::ALL {
                let mut state = State::for_tests(Data::new(3, 1));
                state.dialect = dialect;
                let _ = Options::read(&query, &state);
            }
        }

        #[test]
        fn any_bytes_are_a_filter_and_an_order_or_refused(
            bytes in prop::collection::vec(any::<u8>(), 0..120),
        ) {
            let text = percent_encoding::percent_encode(&bytes, percent_encoding::NON_ALPHANUMERIC);
            for dialect in Dialect::ALL {
                let mut state = State::for_tests(Data::new(3, 1));
                state.dialect = dialect;
                for name in ["$filter", "$orderby", "$select", "$skiptoken", "$top"] {
                    let _ = Options::read(&format!("{name}={text}"), &state);
                }
            }
        }
    }
}
