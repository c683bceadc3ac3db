//! The query options of the list.

use crate::problem::Problem;
use crate::request::{decode, shown};
use crate::server::State;

use super::filter::Filter;
use super::token::Token;

/// The service's own page size, and the largest here.
const PAGE: usize = 100;

/// The documented options, as a refusal lists them.
const KNOWN: &str = "$filter, $orderby, $select, $top, $skip, $count and $skiptoken";

/// What a list is ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
}

/// A list that was asked for.
#[derive(Debug)]
pub(super) struct Options {
    /// The options as they were sent, without the token.
    pub(super) sent: Vec<(String, String)>,
    pub(super) filter: Option<Filter>,
    pub(super) order: Order,
    pub(super) select: Option<Vec<String>>,
    pub(super) size: usize,
    pub(super) skip: usize,
    pub(super) count: bool,
    /// Where an earlier page ended.
    pub(super) token: Option<Token>,
}

impl Options {
    pub(super) fn read(query: &str, state: &State) -> Result<Self, Problem> {
        let mut sent = pairs(query)?;
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
                    .about(name.clone()));
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
            skip: 0,
            count: true,
            token,
        };
        for (name, value) in &sent {
            options
                .take(name, value, state)
                .map_err(|problem| problem.about(name.clone()))?;
        }
        options.sent = sent;
        Ok(options)
    }

    fn take(&mut self, name: &str, value: &str, state: &State) -> Result<(), Problem> {
        match name {
            "$filter" => self.filter = Some(Filter::read(value, state.schemas)?),
            "$orderby" => self.order = order(value)?,
            "$select" => self.select = Some(select(value, state)?),
            "$top" => self.size = number(name, value, 1)?.min(PAGE),
            "$skip" => self.skip = number(name, value, 0)?,
            "$count" => {
                self.count = match value {
                    "true" => true,
                    "false" => false,
                    _ => return Err(Problem::bad_request("$count is true or false.")),
                }
            }
            "$expand" => {
                return Err(Problem::bad_request(
                    "$expand is not documented for anything: referrals have no related entities.",
                ));
            }
            _ => {
                let name = shown(name);
                let hint = match KNOWN.split([',', ' ']).find(|known| {
                    known.strip_prefix('$').is_some_and(|known| {
                        known.eq_ignore_ascii_case(name.trim_start_matches('$'))
                    })
                }) {
                    Some(known) => format!(" Did you mean {known}?"),
                    None => String::new(),
                };
                return Err(Problem::bad_request(format!(
                    "There is no query option {name}.{hint} There are {KNOWN}."
                )));
            }
        }
        Ok(())
    }
}

/// The options of a query, decoded.
fn pairs(query: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // In a token a plus is a plus.
        let plus = decode(name)? == "$skiptoken" && value.contains('+');
        let value = if plus {
            value.replace('+', "%2b")
        } else {
            value.to_owned()
        };
        let (name, value) = (decode(name)?, decode(&value)?);
        if pairs.iter().any(|(other, _)| *other == name) {
            return Err(Problem::bad_request(format!(
                "The query option {} is given more than once.",
                shown(&name)
            ))
            .about(name));
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

fn order(value: &str) -> Result<Order, Problem> {
    let mut words = value.split(' ').filter(|word| !word.is_empty());
    let field = words.next();
    let descending = match words.next() {
        None | Some("asc") => Some(false),
        Some("desc") => Some(true),
        Some(_) => None,
    };
    match (field, descending, words.next()) {
        (Some("createdDateTime"), Some(descending), None) => Ok(Order::Created { descending }),
        (Some("updatedDateTime"), Some(descending), None) => Ok(Order::Updated { descending }),
        _ => Err(Problem::bad_request(
            "$orderby is createdDateTime or updatedDateTime, alone or with asc or desc behind it.",
        )),
    }
}

fn select(value: &str, state: &State) -> Result<Vec<String>, Problem> {
    let names = value.split(',').map(str::trim);
    let names = names.map(|name| {
        let known = state
            .schemas
            .members()
            .iter()
            .find(|member| *member == name);
        known.cloned().ok_or_else(|| {
            let name = shown(name);
            Problem::bad_request(format!(
                "$select names \"{name}\", which is no member of a referral. Members of members \
                 cannot be selected."
            ))
        })
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;
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
            assert_eq!(
                options.select,
                Some(vec!["id".to_owned(), "status".to_owned()])
            );
        }
        assert_eq!(read("$top=2147483647").expect("a number").size, PAGE);
        assert_eq!(read("").expect("nothing").size, PAGE);
    }

    #[test]
    fn what_is_not_documented_is_refused_by_name() {
        for (query, part) in [
            ("filter=x", "no query option filter. Did you mean $filter?"),
            ("$Top=1", "no query option $Top. Did you mean $top?"),
            ("$search=x", "no query option $search. There are $filter"),
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
            let _ = read(&query);
        }
    }
}
