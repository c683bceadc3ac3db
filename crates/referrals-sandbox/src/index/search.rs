//! Searching the index.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};

use uuid::Uuid;

use super::traits::{Bit, Field, Traits};
use super::{Index, Key, Order, Words, ZONE, bits, partition};

/// What referrals are wanted, as far as the index can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those with this value.
    Value(Field, String),
    /// Those whose field has no value.
    Without(Field),
    /// Those of this engagement.
    Engagement(String),
    /// The one with this id.
    Referral(String),
    /// Those that were changed in these ticks, both ends included.
    Updated(i64, i64),
    /// The same, of those that were created.
    Created(i64, i64),
    /// Those that all of these want.
    All(Vec<Wanted>),
    /// Those that any of these wants.
    Any(Vec<Wanted>),
    /// Those that it does not want.
    Not(Box<Wanted>),
    /// The index cannot tell.
    Unknown,
}

/// Finds referrals by an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lookup {
    Referral(Uuid),
    Engagement(Uuid),
}

/// A row of bits, put together from others.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Row {
    /// Those that have any of these traits.
    Has(Traits),
    Found(Vec<Lookup>),
    /// Those whose time in an order is one of these, both ends included.
    Between(Order, i64, i64),
    All(Vec<Row>),
    Any(Vec<Row>),
    Not(Box<Row>),
}

/// A request to the index.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The traits that a referral has.
    bits: Vec<usize>,
    /// What else it has to be.
    rows: Vec<Row>,
    /// Where it is found, if by ids: nowhere when what is asked for is none.
    lookups: Option<Vec<Lookup>>,
    updated: Option<(i64, i64)>,
    /// Whether the index finds exactly what is wanted. Where not, each has to be looked
    /// at.
    pub(crate) exact: bool,
    /// How many more rows may be put together.
    left: usize,
}

/// Up to so many are sorted; where there are more they are met soon in any order.
const FEW: u64 = 4096;

/// So many rows are put together for a request at most: the index is not changed
/// meanwhile. Beyond them it cannot tell.
const ROWS: usize = 256;

/// How many of those a row of times counts as. In orders of other times it is not there,
/// but made.
const TIMES: usize = 16;

impl Request {
    pub(crate) fn new(wanted: &Wanted) -> Self {
        let mut request = Self {
            bits: Vec::new(),
            rows: Vec::new(),
            lookups: None,
            updated: None,
            exact: true,
            left: ROWS,
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
            Wanted::Updated(from, to) => {
                let (first, last) = self.updated.unwrap_or((i64::MIN, i64::MAX));
                self.updated = Some((first.max(*from), last.min(*to)));
            }
            _ => {
                if let Some(found) = lookups(wanted) {
                    // There are few of them, so all conditions are held against each.
                    self.exact = false;
                    self.lookups.get_or_insert(found);
                    return;
                }
                let row = self.row(wanted);
                self.exact &= row.as_ref().is_some_and(|(_, exact)| *exact);
                self.rows.extend(row.map(|(row, _)| row));
            }
        }
    }

    /// The row of those that are wanted, and whether it has no others. `None` when the
    /// index cannot tell anything.
    fn row(&mut self, wanted: &Wanted) -> Option<(Row, bool)> {
        let cost = match wanted {
            Wanted::Updated(..) | Wanted::Created(..) => TIMES,
            // Those of many are one row.
            Wanted::Engagement(_) | Wanted::Referral(_) => 0,
            _ => 1,
        };
        self.left = self.left.checked_sub(cost)?;
        let id = |id: &str, lookup: fn(Uuid) -> Lookup| {
            // As texts the ids of other forms are other ones.
            let id = Uuid::try_parse(id).ok().filter(|_| id.len() == 36);
            Some((Row::Found(id.map(lookup).into_iter().collect()), true))
        };
        match wanted {
            Wanted::Value(field, value) => Some(match field.bit(value) {
                Bit::Own(bit) => (Row::Has(1 << bit), true),
                Bit::Other(bit) => (Row::Has(1 << bit), false),
            }),
            Wanted::Without(field) => Some((Row::Not(Box::new(Row::Has(field.all()))), true)),
            Wanted::Engagement(of) => id(of, Lookup::Engagement),
            Wanted::Referral(of) => id(of, Lookup::Referral),
            Wanted::Updated(from, to) => Some((Row::Between(Order::Updated, *from, *to), true)),
            Wanted::Created(from, to) => Some((Row::Between(Order::Created, *from, *to), true)),
            Wanted::All(parts) => {
                // What cannot be told leaves more than what is wanted.
                let rows: Vec<_> = parts.iter().map(|part| self.row(part)).collect();
                let exact = rows.iter().all(|row| matches!(row, Some((_, true))));
                let rows: Vec<_> = rows.into_iter().flatten().map(|(row, _)| row).collect();
                (exact || !rows.is_empty()).then_some((Row::All(rows), exact))
            }
            Wanted::Any(parts) => {
                let (mut has, mut found, mut rows) = (0, Vec::new(), Vec::new());
                let mut exact = true;
                for part in parts {
                    let (row, is_exact) = self.row(part)?;
                    exact &= is_exact;
                    match row {
                        Row::Has(traits) => has |= traits,
                        Row::Found(lookups) => found.extend(lookups),
                        row => rows.push(row),
                    }
                }
                if has != 0 {
                    rows.push(Row::Has(has));
                }
                if !found.is_empty() {
                    rows.push(Row::Found(found));
                }
                Some((Row::Any(rows), exact))
            }
            Wanted::Not(inner) => match self.row(inner)? {
                (row, true) => Some((Row::Not(Box::new(row)), true)),
                // What is more than wanted would be missing.
                _ => None,
            },
            Wanted::Unknown => None,
        }
    }

    /// Whether nothing is asked for that not all are.
    fn is_everything(&self) -> bool {
        self.bits.is_empty() && self.rows.is_empty() && self.updated.is_none()
    }

    /// The ids that are asked for, if all that is wanted is found by ids.
    pub(crate) fn lookups(&self) -> Option<&[Lookup]> {
        self.lookups.as_deref()
    }
}

/// The ids that all that is wanted is found by.
fn lookups(wanted: &Wanted) -> Option<Vec<Lookup>> {
    let of = |id: &str, lookup: fn(Uuid) -> Lookup| {
        Some(Uuid::try_parse(id).map(lookup).into_iter().collect())
    };
    match wanted {
        Wanted::Engagement(id) => of(id, Lookup::Engagement),
        Wanted::Referral(id) => of(id, Lookup::Referral),
        Wanted::Any(parts) => {
            let found: Vec<_> = parts.iter().map(lookups).collect::<Option<_>>()?;
            Some(found.concat())
        }
        // Those of one part have to be those of the others, too.
        Wanted::All(parts) => parts.iter().find_map(lookups),
        _ => None,
    }
}

/// The numbers of the referrals that an id finds.
pub(crate) type Find<'a> = &'a dyn Fn(Lookup) -> Vec<u64>;

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
    pub(crate) fn find(&self, request: &Request, part: Part, find: Find<'_>) -> (Vec<Key>, u64) {
        let Some((first, last)) = request.updated else {
            let joined = self.join(request, part.order, find);
            let total = match request.is_everything() {
                true => self.count(),
                false => joined.count(),
            };
            return (self.next(&joined, part), total);
        };
        let mut joined = self.join(request, Order::Updated, find);
        let start = self.place(Order::Updated, (first, 0));
        let end = match first <= last {
            true => self.place(Order::Updated, (last, u64::MAX)),
            false => start,
        };
        joined.places = start..end;
        let total = joined.count();
        let keys = match part.order {
            Order::Updated => self.next(&joined, part),
            order if total <= FEW => {
                let numbers = joined.places().map(|place| self.changes[place]);
                let keys = numbers.filter_map(|number| self.key(order, number.into()));
                part.of(keys.collect())
            }
            order => {
                let joined = self.join(request, order, find);
                self.next_updated(&joined, part, first..=last)
            }
        };
        (keys, total)
    }

    /// Those that have all the traits, and are what else they have to be.
    fn join(&self, request: &Request, order: Order, find: Find<'_>) -> Joined<'_> {
        let of = self.rows(order);
        let bits = request.bits.iter();
        let mut rows: Vec<Cow<'_, [u64]>> =
            bits.map(|bit| of.rows[*bit].as_slice().into()).collect();
        if rows.is_empty() {
            // Gaps have no traits.
            rows.push(of.live.as_slice().into());
        }
        let others = request.rows.iter();
        rows.extend(others.map(|row| self.made(row, order, find)));
        Joined {
            rows,
            places: 0..of.length,
        }
    }

    /// The bits of a row. Gaps may have some.
    fn made(&self, row: &Row, order: Order, find: Find<'_>) -> Cow<'_, [u64]> {
        let rows = self.rows(order);
        let none = || vec![0; rows.live.len()];
        match row {
            Row::Has(traits) => {
                let mut of = bits(*traits).map(|bit| &rows.rows[bit]);
                let Some(first) = of.next() else {
                    return none().into();
                };
                let Some(second) = of.next() else {
                    return first.into();
                };
                let mut made = first.clone();
                add(&mut made, second);
                of.for_each(|row| add(&mut made, row));
                made.into()
            }
            Row::Found(lookups) => {
                let mut made = none();
                let numbers = lookups.iter().flat_map(|lookup| find(*lookup));
                for key in numbers.filter_map(|number| self.key(order, number)) {
                    let place = self.place(order, key);
                    made[place / 64] |= 1 << (place % 64);
                }
                made.into()
            }
            Row::Between(of, first, last) => self.between(*of, *first..=*last, order).into(),
            Row::All(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else {
                    return rows.live.as_slice().into();
                };
                let mut made = self.made(first, order, find).into_owned();
                parts.for_each(|part| keep_common(&mut made, &self.made(part, order, find)));
                made.into()
            }
            Row::Any(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else {
                    return none().into();
                };
                let mut made = self.made(first, order, find);
                for part in parts {
                    add(made.to_mut(), &self.made(part, order, find));
                }
                made
            }
            Row::Not(inner) => {
                let inner = self.made(inner, order, find);
                inner.iter().map(|word| !word).collect()
            }
        }
    }

    /// The row of those whose time in an order is one of these, as a row of another order.
    fn between(&self, of: Order, times: RangeInclusive<i64>, order: Order) -> Words {
        let rows = self.rows(order);
        let mut made = vec![0; rows.live.len()];
        if times.is_empty() {
            return made;
        }
        let known = match of {
            Order::Number => return made,
            Order::Created => &self.created,
            Order::Updated => &self.updated,
        };
        if of == order {
            made.fill(u64::MAX);
            let start = self.place(order, (*times.start(), 0));
            let end = self.place(order, (*times.end(), u64::MAX));
            keep(&mut made, start..end);
            return made;
        }
        let of = |number: &u32| known[*number as usize];
        match order {
            Order::Number => mark(&mut made, known.iter().copied(), &times),
            Order::Created => mark(&mut made, self.creations.iter().map(of), &times),
            Order::Updated => mark(&mut made, self.changes.iter().map(of), &times),
        }
        made
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

    /// The keys of a part, out of the rows of its order.
    fn next(&self, joined: &Joined<'_>, part: Part) -> Vec<Key> {
        let Part { skip, take, .. } = part;
        let mut keys = Vec::with_capacity(take.min(1024));
        let mut skip = skip as u64;
        let more = |index: usize, word: u64| {
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
        };
        self.walk(joined, part, |_| true, more);
        keys
    }

    /// The same, of those that were changed at these times.
    fn next_updated(
        &self,
        joined: &Joined<'_>,
        part: Part,
        times: RangeInclusive<i64>,
    ) -> Vec<Key> {
        let Part { skip, take, .. } = part;
        let mut keys = Vec::with_capacity(take.min(1024));
        let mut skip = skip;
        let may_have = |zone: usize| match self.zones.get(zone) {
            Some((first, last)) if part.order == Order::Created => {
                last >= times.start() && first <= times.end()
            }
            _ => true,
        };
        let more = |index: usize, word: u64| {
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
        };
        self.walk(joined, part, may_have, more);
        keys
    }

    /// Shows the words of a part that are not empty, in its direction, for as long as
    /// more are wanted, but for those of zones that have none.
    fn walk(
        &self,
        joined: &Joined<'_>,
        part: Part,
        may_have: impl Fn(usize) -> bool,
        mut more: impl FnMut(usize, u64) -> bool,
    ) {
        if part.take == 0 {
            return;
        }
        let range = self.range(part);
        let range = range.start.max(joined.places.start)..range.end.min(joined.places.end);
        let mut show = |index: usize| {
            let word = within(joined.word(index), index, &range);
            word == 0 || more(index, word)
        };
        let words = words(&range);
        let mut pass = |zone: usize| {
            let first = words.start.max(zone * ZONE / 64);
            let end = words.end.min((zone + 1) * ZONE / 64);
            match part.descending {
                _ if !may_have(zone) => true,
                true => (first..end).rev().all(&mut show),
                false => (first..end).all(&mut show),
            }
        };
        let mut zones = words.start * 64 / ZONE..(words.end * 64).div_ceil(ZONE);
        // Both stop at the first that wants no more.
        let _ = match part.descending {
            true => zones.rev().all(&mut pass),
            false => zones.all(&mut pass),
        };
    }
}

/// Rows of an order, of which all have the bit of whatever is wanted.
struct Joined<'a> {
    rows: Vec<Cow<'a, [u64]>>,
    /// Where in the order it is.
    places: Range<usize>,
}

impl Joined<'_> {
    fn word(&self, index: usize) -> u64 {
        let words = self.rows.iter().map(|row| row[index]);
        within(
            words.fold(u64::MAX, |all, word| all & word),
            index,
            &self.places,
        )
    }

    /// The places, in their order.
    fn places(&self) -> impl Iterator<Item = usize> {
        words(&self.places).flat_map(|index| in_word(index, self.word(index), false))
    }

    /// How many there are. So few words at a time that they stay near while rows are joined.
    fn count(&self) -> u64 {
        let words = words(&self.places);
        let (mut total, mut block) = (0, [0; BLOCK]);
        let Some((first, others)) = self.rows.split_first() else {
            return total;
        };
        for start in words.clone().step_by(BLOCK) {
            let end = words.end.min(start + BLOCK);
            let block = &mut block[..end - start];
            block.copy_from_slice(&first[start..end]);
            for row in others {
                keep_common(block, &row[start..end]);
            }
            // Of the words at both ends not all places count.
            for index in [start, end - 1] {
                let word = &mut block[index - start];
                *word = within(*word, index, &self.places);
            }
            total += count(block);
        }
        total
    }
}

/// How many words are joined at a time.
const BLOCK: usize = 256;

/// The words that these places are in.
fn words(places: &Range<usize>) -> Range<usize> {
    places.start / 64..places.end.div_ceil(64).max(places.start / 64)
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

/// Sets the bits of those whose time is one of these.
fn mark(row: &mut [u64], mut of: impl Iterator<Item = i64>, times: &RangeInclusive<i64>) {
    for word in row {
        for (bit, time) in of.by_ref().take(64).enumerate() {
            *word |= u64::from(times.contains(&time)) << bit;
        }
    }
}

/// Sets the bits that another row has.
fn add(row: &mut [u64], other: &[u64]) {
    for (word, other) in row.iter_mut().zip(other) {
        *word |= other;
    }
}

/// Clears the bits that another row lacks.
fn keep_common(row: &mut [u64], other: &[u64]) {
    for (word, other) in row.iter_mut().zip(other) {
        *word &= other;
    }
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
