//! What finds referrals without looking at each.
//!
//! Whatever a filter may ask of a referral by name is a *trait*, a bit. Each trait has a
//! row of bits, one for each referral, and there are three of them: in the order of
//! numbers, of creation and of the last change. So a filter is a few rows joined word by
//! word, its count is a count of bits, and a page is the next bits from some place on.
//!
//! Rows only grow: what is created or changed comes last in every order, because its time
//! is the latest. A referral that is changed leaves a gap where it was in the order of
//! changes.

mod search;
mod traits;

use std::ops::Range;
use std::thread;

use crate::data::{DAY, Data, NOW, SECOND};
use search::places;
pub(crate) use search::{Lookup, Part, Request, Wanted};
use traits::Traits;
pub(crate) use traits::{Field, of_document};

/// What referrals are ordered by. Numbers decide between those that are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Number,
    Created,
    Updated,
}

/// What a referral is ordered by, and its number: no two have the same.
pub(crate) type Key = (i64, u64);

/// Bits, 64 to a word.
pub(super) type Words = Vec<u64>;

/// How many referrals share an entry in the table of what was changed when.
const ZONE: usize = 4096;

/// An index of all referrals.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// By number, in ticks.
    created: Vec<i64>,
    updated: Vec<i64>,
    by_number: Rows,
    by_creation: Rows,
    /// The numbers, in this order.
    creations: Vec<u32>,
    /// The first and the last change of each zone of it.
    zones: Vec<(i64, i64)>,
    by_change: Rows,
    /// The numbers and the times, in this order, of gaps, too.
    changes: Vec<u32>,
    change_times: Vec<i64>,
}

/// The rows of one order.
#[derive(Debug)]
struct Rows {
    length: usize,
    /// Which places are no gaps.
    live: Words,
    /// A row for each trait.
    rows: Vec<Words>,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            length: 0,
            live: Words::new(),
            rows: vec![Words::new(); traits::COUNT],
        }
    }
}

impl Rows {
    /// The rows of referrals in this order.
    fn of(traits: impl ExactSizeIterator<Item = Traits>) -> Self {
        let words = traits.len().div_ceil(64);
        let mut made = Self {
            length: 0,
            live: Words::with_capacity(words),
            rows: (0..traits::COUNT)
                .map(|_| Words::with_capacity(words))
                .collect(),
        };
        let mut word = [0; traits::COUNT];
        let length = traits.len();
        for (place, traits) in traits.enumerate() {
            for bit in bits(traits) {
                word[bit] |= 1 << (place % 64);
            }
            if place % 64 == 63 || place + 1 == length {
                for (row, word) in made.rows.iter_mut().zip(&mut word) {
                    row.push(std::mem::take(word));
                }
                made.live.push(u64::MAX >> (63 - place % 64));
            }
        }
        made.length = length;
        made
    }

    fn push(&mut self, traits: Traits) {
        if self.length.is_multiple_of(64) {
            self.live.push(0);
            for row in &mut self.rows {
                row.push(0);
            }
        }
        let place = self.length;
        self.length += 1;
        self.set(place, traits);
    }

    fn set(&mut self, place: usize, traits: Traits) {
        let (word, bit) = (place / 64, 1 << (place % 64));
        self.live[word] |= bit;
        for (trait_, row) in self.rows.iter_mut().enumerate() {
            match traits & (1 << trait_) {
                0 => row[word] &= !bit,
                _ => row[word] |= bit,
            }
        }
    }

    fn traits(&self, place: usize) -> Traits {
        let (word, bit) = (place / 64, 1 << (place % 64));
        let rows = self.rows.iter().enumerate();
        let has = rows.filter(|(_, row)| row.get(word).is_some_and(|row| row & bit != 0));
        has.fold(0, |traits, (trait_, _)| traits | 1 << trait_)
    }

    fn remove(&mut self, place: usize) {
        self.set(place, 0);
        self.live[place / 64] &= !(1 << (place % 64));
    }
}

/// The places of the bits that are set.
fn bits(traits: Traits) -> impl Iterator<Item = usize> {
    let mut left = traits;
    std::iter::from_fn(move || {
        let bit = left.trailing_zeros() as usize;
        left &= left.wrapping_sub(1);
        (bit < traits::COUNT).then_some(bit)
    })
}

/// What an index knows of one referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) traits: Traits,
}

impl Index {
    /// An index of the made-up referrals with these changes, by number, and with those
    /// that were created, in the order of their numbers.
    pub(crate) fn new(data: &Data, changed: &[(u64, Entry)], created: &[Entry]) -> Self {
        let count = data.count();
        let workers = match count {
            0..50_000 => 1,
            _ => thread::available_parallelism().map_or(1, usize::from) as u32,
        };
        let share = count.div_ceil(workers).max(1);
        let parts = (0..count).step_by(share as usize);
        let parts = parts.map(|first| first..count.min(first + share));
        let mut entries: Vec<Entry> = thread::scope(|scope| {
            let parts: Vec<_> = parts
                .map(|part| scope.spawn(|| entries_of(data, part)))
                .collect();
            // A worker that panics takes the whole down, as without it.
            let made = parts.into_iter().flat_map(|part| {
                let made = part.join();
                made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            made.collect()
        });
        for (number, entry) in changed {
            if let Some(known) = entries.get_mut(*number as usize) {
                *known = *entry;
            }
        }
        entries.extend_from_slice(created);
        Self::of(&entries)
    }

    pub(crate) fn of(entries: &[Entry]) -> Self {
        let numbers = || (0..entries.len() as u32).collect::<Vec<_>>();
        let at = |number: &u32| &entries[*number as usize];
        let (by_number, (by_creation, creations), (by_change, changes)) = thread::scope(|scope| {
            let by_creation = scope.spawn(|| {
                let mut order = numbers();
                order.sort_unstable_by_key(|number| (at(number).created, *number));
                (
                    Rows::of(order.iter().map(|number| at(number).traits)),
                    order,
                )
            });
            let by_change = scope.spawn(|| {
                let mut order = numbers();
                order.sort_unstable_by_key(|number| (at(number).updated, *number));
                (
                    Rows::of(order.iter().map(|number| at(number).traits)),
                    order,
                )
            });
            let by_number = Rows::of(entries.iter().map(|entry| entry.traits));
            let [creations, changes] = [by_creation, by_change].map(|worker| {
                let made = worker.join();
                made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            });
            (by_number, creations, changes)
        });
        let zones = creations.chunks(ZONE).map(|zone| {
            let times = zone.iter().map(|number| at(number).updated);
            times.fold((i64::MAX, i64::MIN), |(first, last), time| {
                (first.min(time), last.max(time))
            })
        });
        Self {
            created: entries.iter().map(|entry| entry.created).collect(),
            updated: entries.iter().map(|entry| entry.updated).collect(),
            by_number,
            zones: zones.collect(),
            by_creation,
            change_times: changes.iter().map(|number| at(number).updated).collect(),
            creations,
            by_change,
            changes,
        }
    }

    /// How many referrals there are.
    pub(crate) fn count(&self) -> u64 {
        self.created.len() as u64
    }

    /// Adds the next referral. It was created after all others.
    pub(crate) fn push(&mut self, entry: Entry) {
        let number = self.created.len() as u32;
        self.created.push(entry.created);
        self.updated.push(entry.updated);
        self.by_number.push(entry.traits);
        if self.creations.len().is_multiple_of(ZONE) {
            self.zones.push((i64::MAX, i64::MIN));
        }
        self.creations.push(number);
        self.by_creation.push(entry.traits);
        self.widen(self.creations.len() - 1, entry.updated);
        self.changes.push(number);
        self.change_times.push(entry.updated);
        self.by_change.push(entry.traits);
    }

    /// Changes a referral. It was changed after all others; when it was created stays.
    pub(crate) fn change(&mut self, number: u64, updated: i64, traits: Traits) {
        let place = number as usize;
        let Some(before) = self.updated.get_mut(place) else {
            return;
        };
        let before = std::mem::replace(before, updated);
        let gap = self.place(Order::Updated, (before, number));
        self.by_change.remove(gap);
        self.changes.push(number as u32);
        self.change_times.push(updated);
        self.by_change.push(traits);
        self.by_number.set(place, traits);
        let place = self.place(Order::Created, (self.created[place], number));
        self.by_creation.set(place, traits);
        self.widen(place, updated);
    }

    fn widen(&mut self, place: usize, time: i64) {
        if let Some((first, last)) = self.zones.get_mut(place / ZONE) {
            *first = (*first).min(time);
            *last = (*last).max(time);
        }
    }

    /// What a referral is ordered by.
    pub(crate) fn key(&self, order: Order, number: u64) -> Option<Key> {
        let time = match order {
            Order::Number => (number < self.count()).then_some(0),
            Order::Created => self.created.get(number as usize).copied(),
            Order::Updated => self.updated.get(number as usize).copied(),
        };
        time.map(|time| (time, number))
    }

    fn rows(&self, order: Order) -> &Rows {
        match order {
            Order::Number => &self.by_number,
            Order::Created => &self.by_creation,
            Order::Updated => &self.by_change,
        }
    }

    /// The key at a place of an order, that of a gap, too.
    fn key_at(&self, order: Order, place: usize) -> Key {
        match order {
            Order::Number => (0, place as u64),
            Order::Created => {
                let number = self.creations[place];
                (self.created[number as usize], number.into())
            }
            Order::Updated => (self.change_times[place], self.changes[place].into()),
        }
    }

    /// The first place in an order whose key is not below this one.
    fn place(&self, order: Order, key: Key) -> usize {
        let places = 0..self.rows(order).length;
        partition(places, |place| self.key_at(order, place) < key)
    }

    /// Makes a referral an expired one.
    pub(crate) fn expire(&mut self, number: u64, time: i64) {
        let traits = self.by_number.traits(number as usize);
        self.change(number, time, traits::expired(traits));
    }

    /// The referrals that wait for an answer and were created until then, in the order of
    /// their creation.
    pub(crate) fn waiting(&self, until: i64) -> Vec<Key> {
        let end = self.place(Order::Created, (until, u64::MAX));
        let places = places(&self.by_creation.rows[traits::waiting()], 0..end);
        let key = |place| self.key_at(Order::Created, place);
        places.map(key).collect()
    }

    /// When the first of those was created.
    pub(crate) fn first_waiting(&self) -> Option<i64> {
        let rows = &self.by_creation;
        let place = places(&rows.rows[traits::waiting()], 0..rows.length).next()?;
        Some(self.key_at(Order::Created, place).0)
    }
}

/// Where in a range something ceases to hold.
fn partition(range: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    let Range { mut start, mut end } = range;
    while start < end {
        let middle = start + (end - start) / 2;
        match holds(middle) {
            true => start = middle + 1,
            false => end = middle,
        }
    }
    start
}

fn entries_of(data: &Data, numbers: Range<u32>) -> Vec<Entry> {
    let mut known: Option<(u32, crate::data::Engagement)> = None;
    let entries = numbers.map(|number| {
        let wanted = data.engagement_of(number);
        let engagement = match known.take() {
            Some((of, engagement)) if of == wanted => engagement,
            _ => data.engagement(wanted),
        };
        let facts = data.facts(&engagement, number);
        known = Some((wanted, engagement));
        debug_assert!(
            facts.updated <= NOW * SECOND && facts.created > NOW * SECOND - 7 * 366 * DAY
        );
        Entry {
            created: facts.created,
            updated: facts.updated,
            traits: traits::of_facts(&facts),
        }
    });
    entries.collect()
}

#[cfg(test)]
mod tests;
