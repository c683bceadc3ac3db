//! Searching the index.

use std::ops::{Range, RangeInclusive};

use uuid::Uuid;

use super::traits::{Bit, Field};
use super::{Index, Key, Order, Words, ZONE, partition};

/// What referrals are wanted, as far as the index can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those with this value.
    Value(Field, String),
    /// Those of this engagement.
    Engagement(String),
    /// Those that were changed in these ticks, both ends included.
    Updated(i64, i64),
    /// Those that all of these want.
    All(Vec<Wanted>),
    /// The index cannot tell.
    Unknown,
}

/// A request to the index.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The traits that a referral has.
    bits: Vec<usize>,
    /// Of which engagement it is: nobody's when it is no id.
    engagement: Option<Option<Uuid>>,
    updated: Option<(i64, i64)>,
    /// Whether the index finds exactly what is wanted. Where not, each has to be looked
    /// at.
    pub(crate) exact: bool,
}

/// Up to so many are sorted; where there are more they are met soon in any order.
const FEW: u64 = 4096;

impl Request {
    pub(crate) fn new(wanted: &Wanted) -> Self {
        let mut request = Self {
            bits: Vec::new(),
            engagement: None,
            updated: None,
            exact: true,
        };
        request.add(wanted);
        request
    }

    fn add(&mut self, wanted: &Wanted) {
        match wanted {
            Wanted::All(parts) => parts.iter().for_each(|part| self.add(part)),
            Wanted::Value(field, value) => match field.bit(value) {
                Bit::Own(bit) => self.bits.push(bit),
                Bit::Other(bit) => {
                    self.bits.push(bit);
                    self.exact = false;
                }
            },
            Wanted::Engagement(id) => {
                // There are few of one, so others' conditions are held against each.
                self.exact = false;
                self.engagement = Some(Uuid::try_parse(id).ok());
            }
            Wanted::Updated(from, to) => {
                let (first, last) = self.updated.unwrap_or((i64::MIN, i64::MAX));
                self.updated = Some((first.max(*from), last.min(*to)));
            }
            Wanted::Unknown => self.exact = false,
        }
    }

    /// The engagement that is asked for, if one is; `Some(None)` is nobody's.
    pub(crate) fn engagement(&self) -> Option<Option<Uuid>> {
        self.engagement
    }
}

/// A part of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    pub(crate) order: Order,
    pub(crate) descending: bool,
    /// Behind this one.
    pub(crate) after: Option<Key>,
    /// How many are passed over from there.
    pub(crate) skip: usize,
    pub(crate) take: usize,
}

impl Part {
    /// Of keys in any order, those of this part in its order.
    pub(crate) fn of(self, mut keys: Vec<Key>) -> Vec<Key> {
        keys.sort_unstable();
        if self.descending {
            keys.reverse();
        }
        let behind = |key: &Key| match self.after {
            None => true,
            Some(after) if self.descending => *key < after,
            Some(after) => *key > after,
        };
        let keys = keys.into_iter().filter(behind);
        keys.skip(self.skip).take(self.take).collect()
    }
}

impl Index {
    /// Finds a part of what is asked for, and how many there are of it in all.
    pub(crate) fn find(&self, request: &Request, part: Part) -> (Vec<Key>, u64) {
        let Some((first, last)) = request.updated else {
            let row = self.join(request, part.order);
            let total = count(&row);
            let keys = self.next(&row, part);
            return (keys, total);
        };
        let mut row = self.join(request, Order::Updated);
        let start = self.place(Order::Updated, (first, 0));
        let end = match first <= last {
            true => self.place(Order::Updated, (last, u64::MAX)),
            false => start,
        };
        keep(&mut row, start..end);
        let total = count(&row);
        let keys = match part.order {
            Order::Updated => self.next(&row, part),
            order if total <= FEW => {
                let numbers = places(&row, start..end).map(|place| self.changes[place]);
                let keys = numbers.filter_map(|number| self.key(order, number.into()));
                part.of(keys.collect())
            }
            order => {
                let row = self.join(request, order);
                self.next_updated(&row, part, first..=last)
            }
        };
        (keys, total)
    }

    /// The row of those that have all the traits.
    fn join(&self, request: &Request, order: Order) -> Words {
        let rows = self.rows(order);
        let mut joined = rows.live.clone();
        for bit in &request.bits {
            let row = &rows.rows[*bit];
            for (word, other) in joined.iter_mut().zip(row) {
                *word &= other;
            }
        }
        joined
    }

    /// The places of an order that a part may be of.
    fn range(&self, part: Part) -> Range<usize> {
        let length = self.rows(part.order).length;
        match part.after {
            None => 0..length,
            Some(after) if part.descending => 0..self.place(part.order, after),
            Some(after) => {
                let place = |at| self.key_at(part.order, at) <= after;
                partition(0..length, place)..length
            }
        }
    }

    /// The keys of a part, out of the row of an order.
    fn next(&self, row: &[u64], part: Part) -> Vec<Key> {
        let Part { skip, take, .. } = part;
        let mut keys = Vec::with_capacity(take.min(1024));
        let mut skip = skip as u64;
        self.walk(row, part, |index, word| {
            // Whole words are passed over by their number of bits.
            let ones = u64::from(word.count_ones());
            if skip >= ones {
                skip -= ones;
                return true;
            }
            for place in in_word(index, word, part.descending) {
                if skip > 0 {
                    skip -= 1;
                } else if keys.len() < take {
                    keys.push(self.key_at(part.order, place));
                }
            }
            keys.len() < take
        });
        keys
    }

    /// The same, of those that were changed at these times.
    fn next_updated(&self, row: &[u64], part: Part, times: RangeInclusive<i64>) -> Vec<Key> {
        let Part { skip, take, .. } = part;
        let mut keys = Vec::with_capacity(take.min(1024));
        let mut skip = skip;
        self.walk(row, part, |index, word| {
            if part.order == Order::Created
                && let Some((first, last)) = self.zones.get(index * 64 / ZONE)
                && (last < times.start() || first > times.end())
            {
                return true;
            }
            for place in in_word(index, word, part.descending) {
                let key = self.key_at(part.order, place);
                if !times.contains(&self.updated[key.1 as usize]) {
                    continue;
                }
                if skip > 0 {
                    skip -= 1;
                } else if keys.len() < take {
                    keys.push(key);
                }
            }
            keys.len() < take
        });
        keys
    }

    /// Shows the words of a part that are not empty, in its direction, for as long as
    /// more are wanted.
    fn walk(&self, row: &[u64], part: Part, mut more: impl FnMut(usize, u64) -> bool) {
        if part.take == 0 {
            return;
        }
        let range = self.range(part);
        let words = range.start / 64..range.end.div_ceil(64);
        let mut show = |index: usize| {
            let word = within(row[index], index, &range);
            word == 0 || more(index, word)
        };
        // Both stop at the first that wants no more.
        let _ = match part.descending {
            true => words.rev().all(&mut show),
            false => words.into_iter().all(&mut show),
        };
    }
}

/// The bits of a word that are in a range of places.
fn within(word: u64, index: usize, range: &Range<usize>) -> u64 {
    let first = index * 64;
    let mut word = word;
    if range.start > first {
        word &= u64::MAX
            .checked_shl((range.start - first) as u32)
            .unwrap_or(0);
    }
    if range.end < first + 64 {
        let beyond = u64::MAX.checked_shl(range.end.saturating_sub(first) as u32);
        word &= !beyond.unwrap_or(0);
    }
    word
}

fn in_word(index: usize, word: u64, descending: bool) -> impl Iterator<Item = usize> {
    let mut left = word;
    std::iter::from_fn(move || {
        if left == 0 {
            return None;
        }
        let bit = match descending {
            true => 63 - left.leading_zeros(),
            false => left.trailing_zeros(),
        };
        left &= !(1 << bit);
        Some(index * 64 + bit as usize)
    })
}

/// The places of bits that are set, within these.
pub(super) fn places(row: &[u64], range: Range<usize>) -> impl Iterator<Item = usize> {
    let words = range.start / 64..range.end.div_ceil(64);
    words.flat_map(move |index| in_word(index, within(row[index], index, &range), false))
}

/// Clears all bits but those of these places.
fn keep(row: &mut [u64], range: Range<usize>) {
    for (index, word) in row.iter_mut().enumerate() {
        *word = within(*word, index, &range);
    }
}

fn count(row: &[u64]) -> u64 {
    row.iter().map(|word| u64::from(word.count_ones())).sum()
}
