//! All referrals: made-up ones, made when they are asked for, and those that
//! were changed or created, which are kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use chrono::{TimeDelta, Utc};
use uuid::Uuid;

use crate::data::{Data, NOW, instant, seven_digits};
use crate::json::Json;
use crate::views;

/// How many referrals are looked at before others get their turn.
pub(crate) const LOOKS: u64 = 1_000;

/// The first change comes this many seconds after the moment at which the data
/// was made: some of it was changed in the last second before.
const FIRST_CHANGE: i64 = 10;

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
}

/// All referrals.
#[derive(Debug)]
pub(crate) struct Store {
    data: Data,
    kept: RwLock<Kept>,
    /// The numbers of referrals that were listed or found lately: people read and
    /// change what they have just seen.
    seen: Mutex<HashMap<Uuid, u64>>,
}

/// How many of them are remembered.
const SEEN: usize = 10_000;

/// What memory is spent on.
#[derive(Debug, Default)]
struct Kept {
    /// Changed and created referrals by number.
    records: HashMap<u64, Arc<Record>>,
    /// The numbers of the created ones by id.
    numbers: HashMap<Uuid, u64>,
    created: u64,
    writes: i64,
}

/// What the service sets when a referral is created.
pub(crate) struct Birth {
    pub(crate) id: String,
    /// The engagement it begins, unless it joins another.
    pub(crate) engagement_id: String,
    pub(crate) time: String,
}

impl Store {
    pub(crate) fn new(data: Data) -> Self {
        Self {
            data,
            kept: RwLock::default(),
            seen: Mutex::default(),
        }
    }

    pub(crate) fn data(&self) -> &Data {
        &self.data
    }

    /// The time of the next change.
    pub(crate) fn now(&self) -> String {
        time_of(self.read().writes)
    }

    /// How many referrals there are.
    pub(crate) fn count(&self) -> u64 {
        u64::from(self.data.count()) + self.read().created
    }

    /// The referral with this number as it is now.
    pub(crate) fn record(&self, number: u64) -> Option<Arc<Record>> {
        self.kept(number).or_else(|| self.made_up(number))
    }

    /// The referral with this number if it was changed or created.
    pub(crate) fn kept(&self, number: u64) -> Option<Arc<Record>> {
        self.read().records.get(&number).cloned()
    }

    /// The number of the referral with this id.
    ///
    /// Ids are random, so those of referrals that were not seen lately are made one
    /// by one until one fits: an index of them would take memory.
    pub(crate) async fn find(&self, id: Uuid) -> Option<u64> {
        let created = self.read().numbers.get(&id).copied();
        if let Some(number) = created.or_else(|| self.seen(id)) {
            return Some(number);
        }
        for number in 0..self.data.count() {
            if self.data.id(number) == id {
                let number = u64::from(number);
                self.remember(id, number);
                return Some(number);
            }
            give_way(u64::from(number)).await;
        }
        None
    }

    fn seen(&self, id: Uuid) -> Option<u64> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(&id).copied()
    }

    /// Makes a referral quick to find.
    pub(crate) fn remember(&self, id: Uuid, number: u64) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SEEN {
            seen.clear();
        }
        seen.insert(id, number);
    }

    /// Whether some referral is part of this engagement.
    pub(crate) async fn has_engagement(&self, id: Uuid) -> bool {
        let text = id.to_string();
        let is = |record: &Arc<Record>| record.document.get("engagementId").text() == Some(&text);
        if self.read().records.values().any(is) {
            return true;
        }
        for number in 0..self.data.count() {
            if self.data.engagement_id(number) == id {
                return true;
            }
            give_way(u64::from(number)).await;
        }
        false
    }

    /// Changes a referral. Nobody changes it between the moment `edit` sees it
    /// and the moment it is stored; where `edit` refuses nothing is changed.
    /// `edit` is given the time of the change.
    ///
    /// # Errors
    ///
    /// What `edit` says. `None` when there is no such referral.
    pub(crate) fn change<E>(
        &self,
        number: u64,
        edit: impl FnOnce(&Record, &str) -> Result<Option<Json>, E>,
    ) -> Option<Result<Arc<Record>, E>> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let known = kept.records.get(&number).cloned();
        let record = known.or_else(|| self.made_up(number))?;
        let time = time_of(kept.writes);
        let document = match edit(&record, &time) {
            Ok(Some(document)) => document,
            Ok(None) => return Some(Ok(record)),
            Err(refusal) => return Some(Err(refusal)),
        };
        let changed = Arc::new(Record {
            number,
            version: record.version + 1,
            seed: record.seed,
            document,
        });
        kept.writes += 1;
        kept.records.insert(number, changed.clone());
        Some(Ok(changed))
    }

    /// Adds the referral that `make` makes.
    pub(crate) fn create(&self, make: impl FnOnce(Birth) -> Json) -> Arc<Record> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let number = u64::from(self.data.count()) + kept.created;
        let (id, engagement_id) = self.data.new_ids(kept.created);
        let record = Arc::new(Record {
            number,
            version: 0,
            seed: self.data.seed(),
            document: make(Birth {
                id: id.to_string(),
                engagement_id: engagement_id.to_string(),
                time: time_of(kept.writes),
            }),
        });
        kept.created += 1;
        kept.writes += 1;
        kept.numbers.insert(id, number);
        kept.records.insert(number, record.clone());
        record
    }

    fn made_up(&self, number: u64) -> Option<Arc<Record>> {
        let place = u32::try_from(number).ok()?;
        let referral = self.data.referral(place)?;
        Some(Arc::new(Record {
            number,
            version: 0,
            seed: self.data.seed(),
            document: views::document(referral, place),
        }))
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Record {
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

/// Lets others have their turn every so often.
pub(crate) async fn give_way(number: u64) {
    if number % LOOKS == LOOKS - 1 {
        tokio::task::yield_now().await;
    }
}

/// The time of the change after this many: a second for each.
fn time_of(writes: i64) -> String {
    let time = instant(NOW + FIRST_CHANGE) + TimeDelta::seconds(writes);
    seven_digits(time.with_timezone(&Utc))
}

/// The finalizer of SplitMix64: numbers in a row come out unlike each other.
fn scramble(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::convert::Infallible;

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
            let changed =
                store.change::<Infallible>(1, |record, _| Ok(Some(renamed(record, name))));
            let changed = changed.expect("a record").expect("changed");
            assert!(versions.insert(changed.etag()), "{}", changed.etag());
            let now = store.record(1).expect("a record");
            assert_eq!(now.document.get("name").text(), Some(name));
            assert_eq!(now.etag(), changed.etag());
        }
        assert!(store.kept(0).is_none() && store.kept(2).is_none());
        assert!(store.record(3).is_none());
        let refused = store.change(0, |_, _| Err("no"));
        assert_eq!(refused.expect("a record").expect_err("refused"), "no");
        assert!(store.kept(0).is_none());
        assert!(store.change::<()>(3, |_, _| Ok(None)).is_none());
    }

    #[tokio::test]
    async fn what_is_created_has_ids_and_a_time_of_its_own() {
        let store = Store::new(Data::new(2, 1));
        let make = |birth: Birth| {
            Json::object([
                ("id", birth.id.into()),
                ("engagementId", birth.engagement_id.into()),
                ("createdDateTime", birth.time.into()),
            ])
        };
        let one = store.create(make);
        let two = store.create(make);
        assert_eq!((one.number, two.number, store.count()), (2, 3, 4));
        for name in ["id", "engagementId", "createdDateTime"] {
            assert_ne!(one.document.get(name), two.document.get(name), "{name}");
        }
        for record in [one, two, store.record(1).expect("a record")] {
            let id = |name| {
                let id = record.document.get(name).text().expect("an id");
                Uuid::try_parse(id).expect("a GUID")
            };
            assert_eq!(store.find(id("id")).await, Some(record.number));
            assert!(store.has_engagement(id("engagementId")).await);
            assert!(!store.has_engagement(id("id")).await);
            assert_eq!(store.find(id("engagementId")).await, None);
        }
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
