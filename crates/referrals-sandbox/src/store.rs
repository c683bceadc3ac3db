//! All referrals: made-up ones, made when they are asked for, and those that
//! were changed or created, which are kept.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use quick_cache::sync::Cache;
use uuid::Uuid;

use crate::clock::Clock;
use crate::data::{
    Data, NOW, Named, SECOND, TIME_TO_ANSWER, expire, scramble, seven_digits, ticks,
};
use crate::index::{Entry, Index, Key, Lookup, Part, Request, of_document};
use crate::json::Json;
use crate::state::{self, Put, State, Ticket, Turn, Unwritten};

/// How many referrals are looked at before others get their turn.
pub(crate) const LOOKS: usize = 1_000;

/// About how many of those that nobody changed stay in memory, a dozen kilobytes each.
const MADE: usize = 1_024;

/// A referral in one of its versions.
#[derive(Debug)]
pub(crate) struct Record {
    /// Its place among all referrals.
    pub(crate) number: u64,
    /// How often it was changed.
    version: u64,
    seed: u64,
    /// It, without what depends on version and address.
    pub(crate) document: Json,
    /// With these, as soon as somebody asked for it.
    text: OnceLock<Box<[u8]>>,
}

/// All referrals.
#[derive(Debug)]
pub(crate) struct Store {
    data: Data,
    clock: Arc<Clock>,
    /// Where changes are written down, if they are.
    state: Option<State>,
    kept: RwLock<Kept>,
    made: Cache<(u32, bool), Arc<Record>>,
    /// How often it was reset.
    resets: AtomicU64,
}

/// What memory is spent on.
#[derive(Debug, Default)]
struct Kept {
    /// Changed and created referrals by number.
    records: HashMap<u64, Arc<Record>>,
    /// Those that nobody answered in time, and nobody changed before that.
    expired: HashSet<u64>,
    /// The created ones of each engagement.
    joined: HashMap<Named, Vec<u64>>,
    index: Index,
    created: u64,
    /// Of the last change, in ticks.
    time: i64,
    /// No referral expires before.
    next: i64,
}

/// A referral that was found, as it was at that moment.
#[derive(Debug)]
pub(crate) enum Found {
    Kept(Arc<Record>),
    /// It was never changed: it is made when it is looked at.
    Made(u32),
    /// The same, and nobody answered it.
    Expired(u32),
}

/// What the service sets when a referral is created.
pub(crate) struct Birth {
    pub(crate) id: String,
    /// The engagement it begins, unless it joins another.
    pub(crate) engagement_id: String,
    pub(crate) time: String,
    /// When it expires, if it has to be answered.
    pub(crate) expires: String,
}

/// A referral that was changed, as soon as that is written down.
#[derive(Debug)]
#[must_use = "a change that is not settled may be lost"]
pub(crate) struct Changed {
    record: Arc<Record>,
    ticket: Ticket,
}

impl Changed {
    /// The referral, once nothing can undo the change.
    pub(crate) async fn settled(self) -> Result<Arc<Record>, Unwritten> {
        self.ticket.settled().await?;
        Ok(self.record)
    }
}

/// Nobody else changes anything meanwhile.
struct Writing<'a> {
    data: &'a Data,
    kept: RwLockWriteGuard<'a, Kept>,
    turn: Option<Turn<'a>>,
    /// The time of the change.
    time: i64,
}

impl Store {
    /// Referrals that are gone with the store, in a time that stands still.
    #[cfg(test)]
    pub(crate) fn new(data: Data) -> Self {
        Self::with(data, Arc::default(), None, Vec::new())
    }

    /// Referrals with these changes.
    pub(crate) fn with(
        data: Data,
        clock: Arc<Clock>,
        state: Option<State>,
        entries: Vec<state::Entry>,
    ) -> Self {
        let kept = Kept::of(&data, entries);
        clock.go_on_from(kept.time);
        Self {
            data,
            clock,
            state,
            kept: RwLock::new(kept),
            made: Cache::new(MADE),
            resets: AtomicU64::new(0),
        }
    }

    pub(crate) fn data(&self) -> &Data {
        &self.data
    }

    /// How many referrals there are. Their numbers are those below it.
    pub(crate) fn count(&self) -> u64 {
        u64::from(self.data.count()) + self.read().created
    }

    /// What the time is, in ticks.
    pub(crate) fn now(&self) -> i64 {
        self.clock.ticks()
    }

    /// The referral with this number as it is now.
    pub(crate) fn record(&self, number: u64) -> Option<Arc<Record>> {
        let found = self.read().found(&self.data, number)?;
        Some(self.look(found))
    }

    /// The referral that was found. What is asked for often is made once.
    pub(crate) fn look(&self, found: Found) -> Arc<Record> {
        let key = match &found {
            Found::Kept(record) => return record.clone(),
            Found::Made(number) => (*number, false),
            Found::Expired(number) => (*number, true),
        };
        self.made.get(&key).unwrap_or_else(|| {
            let record = look(&self.data, found);
            self.made.insert(key, record.clone());
            record
        })
    }

    /// The same, where many are looked at and few are asked for.
    pub(crate) fn look_once(&self, found: Found) -> Arc<Record> {
        look(&self.data, found)
    }

    /// The number of the referral with this id.
    pub(crate) fn find(&self, id: Uuid) -> Option<u64> {
        number_of(&self.data, id, || self.read().created)
    }

    /// Whether some referral is part of this engagement.
    pub(crate) fn has_engagement(&self, id: Uuid) -> bool {
        !self.engagement(id).is_empty()
    }

    /// The numbers of the referrals of an engagement.
    pub(crate) fn engagement(&self, id: Uuid) -> Vec<u64> {
        self.read().engagement(&self.data, id)
    }

    /// Finds a part of what is asked for, all at one moment, with their keys; and how
    /// many there are in all.
    pub(crate) fn list(&self, request: &Request, part: Part) -> (Vec<(Key, Found)>, u64) {
        let kept = self.read();
        let find = |lookup| kept.numbers(&self.data, lookup);
        let (keys, total) = match request.lookups() {
            None => kept.index.find(request, part, &find),
            Some(lookups) => {
                let numbers = lookups.iter().flat_map(|lookup| find(*lookup));
                let keys = numbers.filter_map(|number| kept.index.key(part.order, number));
                let mut keys: Vec<_> = keys.collect();
                keys.sort_unstable();
                keys.dedup();
                let total = keys.len() as u64;
                (part.of(keys), total)
            }
        };
        let found = keys.into_iter();
        let found = found.filter_map(|key| Some((key, kept.found(&self.data, key.1)?)));
        (found.collect(), total)
    }

    /// Changes a referral. Nobody changes it between the moment `edit` sees it
    /// and the moment it is stored; where `edit` refuses nothing is changed.
    /// `edit` is given the time of the change.
    ///
    /// # Errors
    ///
    /// What `edit` says, or that the change cannot be written down. `None` when there is
    /// no such referral.
    pub(crate) fn change<E: From<Unwritten>>(
        &self,
        number: u64,
        edit: impl FnOnce(&Record, &str) -> Result<Option<Json>, E>,
    ) -> Option<Result<Changed, E>> {
        let writing = match self.write() {
            Ok(writing) => writing,
            Err(unwritten) => return Some(Err(unwritten.into())),
        };
        let record = look(&self.data, writing.kept.found(&self.data, number)?);
        let document = match edit(&record, &seven_digits(writing.time)) {
            Ok(Some(document)) => document,
            Ok(None) => {
                let ticket = Ticket::done();
                return Some(Ok(Changed { record, ticket }));
            }
            Err(refusal) => return Some(Err(refusal)),
        };
        let changed = Record {
            number,
            version: record.version + 1,
            seed: record.seed,
            document,
            text: OnceLock::new(),
        };
        Some(writing.put(changed).map_err(E::from))
    }

    /// Adds the referral that `make` makes.
    ///
    /// # Errors
    ///
    /// When that cannot be written down.
    pub(crate) fn create(&self, make: impl FnOnce(Birth) -> Json) -> Result<Changed, Unwritten> {
        let writing = self.write()?;
        let (place, time) = (writing.kept.created, writing.time);
        let id = |named| self.data.id(named).to_string();
        let record = Record {
            number: u64::from(self.data.count()) + place,
            version: 0,
            seed: self.data.seed(),
            document: make(Birth {
                id: id(Named::Created(place)),
                engagement_id: id(Named::Begun(place)),
                time: seven_digits(time),
                expires: seven_digits(time + TIME_TO_ANSWER),
            }),
            text: OnceLock::new(),
        };
        writing.put(record)
    }

    /// Puts the time forward.
    pub(crate) async fn advance(&self, by: Duration) -> Result<(), Unwritten> {
        let now = self.read().time;
        self.clock.go_on_from(now);
        self.clock.advance(by);
        let ticket = self.write()?.pass()?;
        ticket.settled().await
    }

    /// Forgets all changes, and where the time was moved to if `rewind`.
    ///
    /// # Errors
    ///
    /// When the state file cannot be emptied.
    pub(crate) async fn reset(&self, rewind: bool) -> Result<(), Unwritten> {
        // It takes a while when there are many; others read and write meanwhile.
        let made = Kept::of(&self.data, Vec::new());
        let ticket = {
            let mut writing = self.write()?;
            let ticket = match (&mut writing.turn, &self.state) {
                (Some(turn), Some(state)) => turn.begin(state.beginning())?,
                _ => Ticket::done(),
            };
            *writing.kept = made;
            self.resets.fetch_add(1, Ordering::Relaxed);
            if rewind {
                self.clock.restart();
            }
            ticket
        };
        ticket.settled().await
    }

    /// How often all changes were forgotten.
    pub(crate) fn resets(&self) -> u64 {
        self.resets.load(Ordering::Relaxed)
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.ticks();
        if now < kept.next {
            return kept;
        }
        // Somebody was not answered until now.
        drop(kept);
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        // Meanwhile the time may have been put back.
        let now = self.clock.ticks().max(kept.time);
        kept.expire(&self.data, now);
        kept.time = now;
        if let Some(state) = &self.state {
            state.pass(now);
        }
        drop(kept);
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> Result<Writing<'_>, Unwritten> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let turn = match self.state.as_ref().map(State::enter).transpose()? {
            None => None,
            Some((turn, others)) => {
                if let Some(entries) = others {
                    *kept = Kept::of(&self.data, entries);
                }
                Some(turn)
            }
        };
        // Each change has a time of its own, after all others.
        let time = self.clock.ticks().max(kept.time + SECOND);
        kept.expire(&self.data, time);
        Ok(Writing {
            data: &self.data,
            kept,
            turn,
            time,
        })
    }
}

impl Writing<'_> {
    fn put(mut self, record: Record) -> Result<Changed, Unwritten> {
        let entry = self.turn.is_some().then(|| state::Entry {
            time: self.time,
            put: Some(Put {
                number: record.number,
                version: record.version,
                document: record.document.clone(),
            }),
        });
        let ticket = self.note(entry)?;
        let record = Arc::new(record);
        self.kept.put(self.data, record.clone(), self.time);
        Ok(Changed { record, ticket })
    }

    /// Lets the time go on, with nothing else.
    fn pass(mut self) -> Result<Ticket, Unwritten> {
        let time = self.time;
        self.kept.time = time;
        self.note(Some(state::Entry { time, put: None }))
    }

    fn note(&mut self, entry: Option<state::Entry>) -> Result<Ticket, Unwritten> {
        match (&mut self.turn, entry) {
            (Some(turn), Some(entry)) => turn.write(&entry),
            _ => Ok(Ticket::done()),
        }
    }
}

impl Kept {
    /// Made-up referrals with these changes.
    fn of(data: &Data, entries: Vec<state::Entry>) -> Self {
        let count = u64::from(data.count());
        let mut kept = Self {
            time: NOW * SECOND,
            ..Self::default()
        };
        for entry in entries {
            kept.time = kept.time.max(entry.time);
            let Some(put) = entry.put else {
                continue;
            };
            let record = Record {
                number: put.number,
                version: put.version,
                seed: data.seed(),
                document: put.document,
                text: OnceLock::new(),
            };
            kept.records.insert(put.number, Arc::new(record));
        }
        let mut changed = Vec::new();
        for record in kept.records.values() {
            if record.number < count {
                changed.push((record.number, record.entry()));
            }
        }
        let mut created = Vec::new();
        while let Some(record) = kept.records.get(&(count + kept.created)) {
            created.push(record.entry());
            if let Some(engagement) = engagement_of(data, record) {
                kept.joined
                    .entry(engagement)
                    .or_default()
                    .push(record.number);
            }
            kept.created += 1;
        }
        kept.index = Index::new(data, &changed, &created);
        kept.look_ahead();
        kept.expire(data, kept.time);
        kept
    }

    fn found(&self, data: &Data, number: u64) -> Option<Found> {
        if let Some(record) = self.records.get(&number) {
            return Some(Found::Kept(record.clone()));
        }
        let place = u32::try_from(number).ok();
        let place = place.filter(|place| *place < data.count())?;
        Some(match self.expired.contains(&number) {
            true => Found::Expired(place),
            false => Found::Made(place),
        })
    }

    /// The numbers of the referrals of an engagement.
    fn engagement(&self, data: &Data, id: Uuid) -> Vec<u64> {
        let Some(named) = data.named(id) else {
            return Vec::new();
        };
        let made = match named {
            Named::Engagement(number) => data.referrals_of(number),
            _ => 0..0,
        };
        let joined = self.joined.get(&named).into_iter().flatten();
        made.map(u64::from).chain(joined.copied()).collect()
    }

    /// The numbers of the referrals that an id finds.
    fn numbers(&self, data: &Data, lookup: Lookup) -> Vec<u64> {
        match lookup {
            Lookup::Referral(id) => number_of(data, id, || self.created).into_iter().collect(),
            Lookup::Engagement(id) => self.engagement(data, id),
        }
    }

    /// Keeps what was changed or created at this time.
    fn put(&mut self, data: &Data, record: Arc<Record>, time: i64) {
        let number = record.number;
        let traits = of_document(&record.document);
        if number < self.index.count() {
            self.index.change(number, time, traits);
        } else {
            self.created += 1;
            self.index.push(Entry {
                created: time,
                updated: time,
                traits,
            });
            if let Some(engagement) = engagement_of(data, &record) {
                self.joined.entry(engagement).or_default().push(number);
            }
            self.next = self.next.min(time + TIME_TO_ANSWER);
        }
        self.time = time;
        self.expired.remove(&number);
        self.records.insert(number, record);
    }

    /// Closes what nobody has answered until now.
    fn expire(&mut self, data: &Data, now: i64) {
        if now < self.next {
            return;
        }
        for (created, number) in self.index.waiting(now - TIME_TO_ANSWER) {
            let time = created + TIME_TO_ANSWER;
            self.index.expire(number, time);
            if let Some(record) = self.records.get_mut(&number) {
                let mut document = record.document.clone();
                expire(&mut document);
                *record = Arc::new(Record {
                    number,
                    version: record.version + 1,
                    seed: data.seed(),
                    document,
                    text: OnceLock::new(),
                });
            } else {
                // A note is enough: it can be made again.
                self.expired.insert(number);
            }
        }
        self.look_ahead();
    }

    fn look_ahead(&mut self) {
        let first = self.index.first_waiting();
        self.next = first.map_or(i64::MAX, |created| created + TIME_TO_ANSWER);
    }
}

/// The number of the referral with this id, of so many that were created.
fn number_of(data: &Data, id: Uuid, created: impl FnOnce() -> u64) -> Option<u64> {
    let count = u64::from(data.count());
    match data.named(id)? {
        Named::Made(number) => Some(number).filter(|number| *number < count),
        Named::Created(place) => (place < created()).then_some(count + place),
        Named::Engagement(_) | Named::Begun(_) => None,
    }
}

fn look(data: &Data, found: Found) -> Arc<Record> {
    let (number, expired) = match found {
        Found::Kept(record) => return record,
        Found::Made(number) => (number, false),
        Found::Expired(number) => (number, true),
    };
    let mut document = data.document(number);
    if expired {
        expire(&mut document);
    }
    Arc::new(Record {
        number: number.into(),
        version: expired.into(),
        seed: data.seed(),
        document,
        text: OnceLock::new(),
    })
}

fn engagement_of(data: &Data, record: &Record) -> Option<Named> {
    let id = record.document.get("engagementId").text()?;
    data.named(Uuid::try_parse(id).ok()?)
}

impl Record {
    /// Its text, made of this when it is asked for the first time.
    pub(crate) fn text(&self, whole: impl FnOnce() -> Json) -> &[u8] {
        self.text.get_or_init(|| {
            let mut text = Vec::new();
            whole().write(&mut text);
            text.into()
        })
    }

    /// What the index knows of it.
    fn entry(&self) -> Entry {
        // The service sets them, so they are times.
        let time = |name| self.document.get(name).text().and_then(ticks);
        Entry {
            created: time("createdDateTime").unwrap_or_default(),
            updated: time("updatedDateTime").unwrap_or_default(),
            traits: of_document(&self.document),
        }
    }

    /// The version, as the service writes it: the quotes are part of it. A
    /// referral has never the same twice.
    pub(crate) fn etag(&self) -> String {
        let referral = scramble(self.seed ^ scramble(self.number));
        // An odd factor, so that no two versions fall on the same number.
        let version = self.version.wrapping_mul(0x9e37_79b9_7f4b);
        let version = (referral >> 16).wrapping_add(version) & 0xffff_ffff_ffff;
        format!("\"{:08x}-0000-0000-0000-{version:012x}\"", referral as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    impl Store {
        fn is_kept(&self, number: u64) -> bool {
            self.read().records.contains_key(&number)
        }
    }

    fn renamed(record: &Record, name: &'static str) -> Json {
        let mut document = record.document.clone();
        document.set("name", name);
        document
    }

    #[test]
    fn a_change_is_kept_and_has_a_version_of_its_own() {
        let store = Store::new(Data::new(3, 1));
        let mut versions = HashSet::from([store.record(1).expect("a record").etag()]);
        for name in ["a", "b", "a", "b"] {
            let changed = store.change::<Unwritten>(1, |record, _| Ok(Some(renamed(record, name))));
            let changed = changed.expect("a record").expect("changed").record;
            assert!(versions.insert(changed.etag()), "{}", changed.etag());
            let now = store.record(1).expect("a record");
            assert_eq!(now.document.get("name").text(), Some(name));
            assert_eq!(now.etag(), changed.etag());
        }
        assert!(!store.is_kept(0) && !store.is_kept(2));
        assert!(store.record(3).is_none());
        let refused = store.change(0, |_, _| Err(Unwritten("no".to_owned())));
        assert_eq!(refused.expect("a record").expect_err("refused").0, "no");
        assert!(!store.is_kept(0));
        assert!(store.change::<Unwritten>(3, |_, _| Ok(None)).is_none());
    }

    #[test]
    fn what_is_created_has_ids_and_a_time_of_its_own() {
        let store = Store::new(Data::new(2, 1));
        let make = |birth: Birth| {
            Json::object([
                ("id", birth.id.into()),
                ("engagementId", birth.engagement_id.into()),
                ("createdDateTime", birth.time.into()),
            ])
        };
        let one = store.create(make).expect("created").record;
        let two = store.create(make).expect("created").record;
        assert_eq!((one.number, two.number), (2, 3));
        for name in ["id", "engagementId", "createdDateTime"] {
            assert_ne!(one.document.get(name), two.document.get(name), "{name}");
        }
        for record in [one, two, store.record(1).expect("a record")] {
            let id = |name| {
                let id = record.document.get(name).text().expect("an id");
                Uuid::try_parse(id).expect("a GUID")
            };
            assert_eq!(store.find(id("id")), Some(record.number));
            assert!(store.has_engagement(id("engagementId")));
            assert!(!store.has_engagement(id("id")));
            assert_eq!(store.find(id("engagementId")), None);
        }
    }

    #[tokio::test]
    async fn what_is_made_once_is_still_as_it_is_now() {
        let store = Store::new(Data::new(200, 1));
        let status = |record: &Record| record.document.get("status").text().map(str::to_owned);
        let all = || (0..200).map(|number| store.record(number).expect("a record"));
        let before: Vec<_> = all().collect();
        assert!(
            before
                .iter()
                .zip(all())
                .all(|(one, two)| Arc::ptr_eq(one, &two))
        );
        let two_weeks = Duration::from_secs(15 * 24 * 3_600);
        store.advance(two_weeks).await.expect("advanced");
        let (mut expired, mut same) = (0, 0);
        for (before, after) in before.iter().zip(all()) {
            match status(before).as_deref() {
                Some("New") => {
                    assert_eq!(status(&after).as_deref(), Some("Closed"));
                    assert_ne!(before.etag(), after.etag());
                    expired += 1;
                }
                _ => {
                    assert!(Arc::ptr_eq(before, &after));
                    same += 1;
                }
            }
        }
        assert!(expired > 0 && same > 0);
    }

    #[test]
    fn versions_look_like_those_of_the_wire_and_never_meet() {
        let store = Store::new(Data::new(2_000, 1));
        let mut seen = HashSet::new();
        for number in 0..2_000 {
            let etag = store.record(number).expect("a record").etag();
            let groups: Vec<_> = etag.trim_matches('"').split('-').map(str::len).collect();
            assert_eq!((etag.len(), groups), (38, vec![8, 4, 4, 4, 12]));
            assert!(seen.insert(etag));
        }
    }
}
