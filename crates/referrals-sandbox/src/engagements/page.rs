//! One page of a list.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::index::{Key, Order as By, Part, Request, Wanted};
use crate::json::quote;
use crate::server::{NextLinks, State};
use crate::store::{LOOKS, Record, Store};

use super::filter::Sort;
use super::options::{Options, Order};
use super::token::{Place, Token};
use super::write_item;

/// A page that was chosen.
#[derive(Debug)]
pub(super) struct Page {
    records: Vec<Arc<Record>>,
    total: u64,
    /// Where the next page goes on, when there is one.
    last: Option<(Place, u64)>,
}

impl Page {
    pub(super) async fn choose(store: &Store, options: &Options) -> Self {
        let (order, descending) = match &options.order {
            Order::Number => (By::Number, false),
            Order::Created { descending } => (By::Created, *descending),
            Order::Updated { descending } => (By::Updated, *descending),
            Order::By(sort) => return Self::sort(store, options, sort).await,
        };
        let after = options.token.as_ref().and_then(|token| match token.after {
            (Place::Time(time), number) => Some((time, number)),
            (Place::Bytes(_), _) => None,
        });
        let first = after.is_none();
        let filter = options.filter.as_ref();
        let wanted = filter.map_or(Wanted::All(Vec::new()), |filter| filter.wanted());
        let request = Request::new(&wanted);
        let part = Part {
            order,
            descending,
            after,
            // A continuation starts behind a referral, so it passes over none.
            skip: if first { options.skip } else { 0 },
            // One more tells whether there is a next page.
            take: options.size + 1,
        };
        let (mut chosen, total) = match request.exact {
            true => {
                let (found, total) = store.list(&request, part);
                let look = |(key, found)| (key, store.look(found));
                (found.into_iter().map(look).collect(), total)
            }
            false => look_at_each(store, options, &request, part, first).await,
        };
        let total = options.token.as_ref().map_or(total, |token| token.total);
        let more = chosen.len() > options.size;
        chosen.truncate(options.size);
        let last = chosen.last();
        let last = last.map(|((time, number), _)| (Place::Time(*time), *number));
        Self {
            records: chosen.into_iter().map(|(_, record)| record).collect(),
            total,
            last: last.filter(|_| more),
        }
    }

    /// A page in an order that the index does not have: each is looked at.
    async fn sort(store: &Store, options: &Options, sort: &Sort) -> Self {
        let after = options.token.as_ref().map(|token| &token.after);
        let skip = if after.is_none() { options.skip } else { 0 };
        let wanted = skip.saturating_add(options.size).saturating_add(1);
        let filter = options.filter.as_ref();
        let request = filter.map_or(Wanted::All(Vec::new()), |filter| filter.wanted());
        let request = Request::new(&request);
        let mut batch = Part {
            order: By::Number,
            descending: false,
            after: None,
            skip: 0,
            take: LOOKS,
        };
        let (mut first, mut total) = (BTreeMap::new(), 0);
        loop {
            let (found, _) = store.list(&request, batch);
            let is_last = found.len() < LOOKS;
            for (key, found) in found {
                batch.after = Some(key);
                let record = store.look_once(found);
                if filter.is_some_and(|filter| !filter.accepts(&record.document)) {
                    continue;
                }
                total += 1;
                let place = (Place::Bytes(sort.place(&record.document)), record.number);
                if after.is_none_or(|after| place > *after) {
                    first.insert(place, record);
                    if first.len() > wanted {
                        first.pop_last();
                    }
                }
            }
            if is_last {
                break;
            }
            tokio::task::yield_now().await;
        }
        let more = first.len() == wanted;
        let chosen: Vec<_> = first.into_iter().take(wanted - 1).skip(skip).collect();
        let last = chosen.last().map(|(place, _)| place.clone());
        Self {
            records: chosen.into_iter().map(|(_, record)| record).collect(),
            total: options.token.as_ref().map_or(total, |token| token.total),
            last: last.filter(|_| more),
        }
    }

    /// How many referrals match.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn render(&self, state: &State, options: &Options) -> Vec<u8> {
        let context = format!("{}/v1.0/$metadata#Referrals", state.url);
        let mut out = Vec::with_capacity(512 + 4096 * self.records.len());
        out.extend_from_slice(b"{\"@odata.context\":");
        quote(&context, &mut out);
        if options.count {
            // As on the wire, where it is that of the page (X11).
            let total = match state.dialect.is_observed() {
                true => self.records.len() as u64,
                false => self.total,
            };
            out.extend_from_slice(format!(",\"@odata.count\":{total}").as_bytes());
        }
        out.extend_from_slice(b",\"value\":[");
        for (place, record) in self.records.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            write_item(record, state, options.select.as_ref(), &mut out);
        }
        out.push(b']');
        if let Some(link) = self.next_link(state, options) {
            out.extend_from_slice(b",\"@odata.nextLink\":");
            quote(&link, &mut out);
        }
        out.push(b'}');
        out
    }

    fn next_link(&self, state: &State, options: &Options) -> Option<String> {
        let left = options.limit.map(|limit| limit - self.records.len());
        if left == Some(0) {
            return None;
        }
        let token = Token {
            options: options.sent.clone(),
            after: self.last.clone()?,
            total: self.total,
            left,
            resets: options.resets,
        };
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

/// The part of those whose documents the filter accepts, and how many there are in all
/// if that is asked for. Others get their turn in between.
async fn look_at_each(
    store: &Store,
    options: &Options,
    request: &Request,
    part: Part,
    counts: bool,
) -> (Vec<(Key, Arc<Record>)>, u64) {
    let (mut chosen, mut total) = (Vec::new(), 0);
    let mut batch = Part {
        skip: 0,
        take: LOOKS,
        ..part
    };
    loop {
        let (found, _) = store.list(request, batch);
        let is_last = found.len() < LOOKS;
        for (key, found) in found {
            batch.after = Some(key);
            let record = store.look_once(found);
            let filter = options.filter.as_ref();
            if filter.is_some_and(|filter| !filter.accepts(&record.document)) {
                continue;
            }
            total += 1;
            if total > part.skip as u64 && chosen.len() < part.take {
                chosen.push((key, record));
            }
        }
        if is_last || (chosen.len() == part.take && !counts) {
            return (chosen, total);
        }
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests;
