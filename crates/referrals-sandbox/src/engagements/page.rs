//! One page of a list.

use std::collections::BinaryHeap;
use std::sync::Arc;

use chrono::DateTime;

use crate::json::Json;
use crate::server::{NextLinks, State};
use crate::store::{Record, Store, give_way};

use super::item;
use super::options::{Options, Order};
use super::token::{Place, Token};

/// What a referral is ordered by, and its number: no two have the same.
type Key = (Place, u64);

/// A page that was chosen.
#[derive(Debug)]
pub(super) struct Page {
    records: Vec<Arc<Record>>,
    total: u64,
    /// Where the next page goes on, when there is one.
    last: Option<Key>,
}

impl Page {
    pub(super) async fn choose(store: &Store, options: &Options) -> Self {
        let after = options.token.as_ref().map(|token| &token.after);
        let first = after.is_none();
        let unordered = options.order == Order::Number;
        // A continuation starts behind a referral, so it passes over none.
        let skip = if first { options.skip } else { 0 };
        // All of them in their own order: the place is the number.
        let direct = unordered && options.filter.is_none();
        let (start, skip) = if direct { (skip as u64, 0) } else { (0, skip) };
        let wanted = skip.saturating_add(options.size).saturating_add(1);
        let counts = first && options.filter.is_some();
        let end = store.count();
        let start = match after {
            Some((_, number)) if unordered => number + 1,
            _ => start,
        };
        let mut chosen = BinaryHeap::new();
        let mut matches = 0;
        for number in start..end {
            if unordered && !counts && chosen.len() == wanted {
                break;
            }
            if let Some(record) = store.record(number)
                && accepts(options, &record.document)
            {
                matches += 1;
                let key = key(&options.order, &record);
                if after.is_none_or(|after| key > *after) {
                    // The largest is on top: it is the first to go.
                    chosen.push(key);
                    if chosen.len() > wanted {
                        chosen.pop();
                    }
                }
            }
            give_way(number).await;
        }
        let total = match &options.token {
            Some(token) => token.total,
            None if counts => matches,
            None => end,
        };
        let mut chosen = chosen.into_sorted_vec();
        let more = chosen.len() == wanted;
        chosen.truncate(wanted - 1);
        let chosen = chosen.into_iter().skip(skip).collect::<Vec<_>>();
        let last = if more { chosen.last().cloned() } else { None };
        let records: Vec<_> = chosen
            .iter()
            .filter_map(|(_, number)| store.record(*number))
            .collect();
        for record in &records {
            let id = record.document.get("id").text().unwrap_or_default();
            if let Ok(id) = id.parse() {
                store.remember(id, record.number);
            }
        }
        Self {
            records,
            total,
            last,
        }
    }

    /// How many referrals match.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn render(&self, state: &State, options: &Options) -> String {
        let items = self.records.iter().map(|record| {
            let item = item(record, state);
            match &options.select {
                None => item,
                Some(select) => select.of(item),
            }
        });
        let mut members = vec![(
            "@odata.context",
            format!("{}/v1.0/$metadata#Referrals", state.url).into(),
        )];
        if options.count {
            // As on the wire, where it is that of the page (X11).
            let total = match state.dialect.is_observed() {
                true => self.records.len() as u64,
                false => self.total,
            };
            let total = total.to_string();
            members.push(("@odata.count", Json::Number(total.into())));
        }
        members.push(("value", Json::Array(items.collect())));
        if let Some(link) = self.next_link(state, options) {
            members.push(("@odata.nextLink", link.into()));
        }
        Json::object(members).to_string()
    }

    fn next_link(&self, state: &State, options: &Options) -> Option<String> {
        let left = options.limit.map(|limit| limit - self.records.len());
        let token = Token {
            options: options.sent.clone(),
            after: self.last.clone()?,
            total: self.total,
            left,
        };
        if left == Some(0) {
            return None;
        }
        let path = match state.next_links {
            NextLinks::Documented => "/v1.0/referrals",
            NextLinks::Followable => "/v1.0/engagements/referrals",
        };
        // In lower case, as on the wire (X3).
        let token = token.seal(&state.store);
        let token = token
            .replace('+', "%2b")
            .replace('/', "%2f")
            .replace('=', "%3d");
        Some(format!("{}{path}?$skiptoken={token}", state.url))
    }
}

fn accepts(options: &Options, document: &Json) -> bool {
    let filter = options.filter.as_ref();
    filter.is_none_or(|filter| filter.accepts(document))
}

fn key(order: &Order, record: &Record) -> Key {
    let time = |name| {
        let text = record.document.get(name).text().unwrap_or_default();
        // The service sets them, so they are times.
        let time = DateTime::parse_from_rfc3339(text).unwrap_or_default();
        time.timestamp() * 10_000_000 + i64::from(time.timestamp_subsec_nanos() / 100)
    };
    let (time, descending) = match order {
        Order::Number => (0, false),
        Order::Created { descending } => (time("createdDateTime"), *descending),
        Order::Updated { descending } => (time("updatedDateTime"), *descending),
        Order::By(sort) => return (Place::Bytes(sort.place(&record.document)), record.number),
    };
    let place = Place::Time(if descending { -time } else { time });
    (place, record.number)
}
