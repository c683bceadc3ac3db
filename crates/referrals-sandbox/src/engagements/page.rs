//! One page of a list.

use std::sync::Arc;

use crate::index::{Key, Order as By, Part, Request, Wanted};
use crate::json::Json;
use crate::server::{NextLinks, State};
use crate::store::{LOOKS, Record, Store};

use super::item;
use super::options::{Options, Order};
use super::token::Token;

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
        let after = options.token.as_ref().map(|token| token.after);
        let first = after.is_none();
        let (order, descending) = match options.order {
            Order::Number => (By::Number, false),
            Order::Created { descending } => (By::Created, descending),
            Order::Updated { descending } => (By::Updated, descending),
        };
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
        let last = chosen.last().map(|(key, _)| *key);
        Self {
            records: chosen.into_iter().map(|(_, record)| record).collect(),
            total,
            last: last.filter(|_| more),
        }
    }

    pub(super) fn render(&self, state: &State, options: &Options) -> String {
        let items = self.records.iter().map(|record| {
            let item = item(record, &state.url);
            match &options.select {
                None => item,
                Some(names) => only(item, names),
            }
        });
        let mut members = vec![(
            "@odata.context",
            format!("{}/v1.0/$metadata#Referrals", state.url).into(),
        )];
        if options.count {
            let total = self.total.to_string();
            members.push(("@odata.count", Json::Number(total.into())));
        }
        members.push(("value", Json::Array(items.collect())));
        if let Some(link) = self.next_link(state, options) {
            members.push(("@odata.nextLink", link.into()));
        }
        Json::object(members).to_string()
    }

    fn next_link(&self, state: &State, options: &Options) -> Option<String> {
        let token = Token {
            options: options.sent.clone(),
            after: self.last?,
            total: self.total,
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
            let record = store.look(found);
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

fn only(item: Json, names: &[String]) -> Json {
    let Json::Object(members) = item else {
        return item;
    };
    let members = members.into_iter();
    let selected = members.filter(|(name, _)| names.iter().any(|wanted| wanted == name));
    Json::Object(selected.collect())
}

#[cfg(test)]
mod tests;
