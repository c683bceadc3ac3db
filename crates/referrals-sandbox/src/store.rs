//! All referrals: made-up ones, made when they are asked for, and those that
//! were changed or created, which are kept.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use uuid::Uuid;

use crate::data::{Data, NOW, Named, SECOND, scramble, seven_digits};
use crate::index::{Entry, Index, Key, Part, Request, Traits, of_document};
use crate::json::Json;

/// How many referrals are looked at before others get their turn.
pub(crate) const LOOKS: usize = 1_000;

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
}

/// What memory is spent on.
#[derive(Debug, Default)]
struct Kept {
    /// Changed and created referrals by number.
    records: HashMap<u64, Arc<Record>>,
    /// The created ones of each engagement.
    joined: HashMap<Named, Vec<u64>>,
    index: Index,
    created: u64,
    writes: i64,
}

/// A referral that was found, as it was at that moment.
#[derive(Debug)]
pub(crate) enum Found {
    Kept(Arc<Record>),
    /// It was never changed: it is made when it is looked at.
    Made(u32),
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
        let kept = Kept {
            index: Index::new(&data, &[], &[]),
            ..Kept::default()
        };
        Self {
            data,
            kept: RwLock::new(kept),
        }
    }

    pub(crate) fn data(&self) -> &Data {
        &self.data
    }

    /// The time of the next change.
    pub(crate) fn now(&self) -> String {
        seven_digits(time_of(self.read().writes))
    }

    /// The referral with this number as it is now.
    pub(crate) fn record(&self, number: u64) -> Option<Arc<Record>> {
        let found = self.read().found(&self.data, number)?;
        Some(self.look(found))
    }

    /// The referral that was found.
    pub(crate) fn look(&self, found: Found) -> Arc<Record> {
        match found {
            Found::Kept(record) => record,
            Found::Made(number) => Arc::new(Record {
                number: number.into(),
                version: 0,
                seed: self.data.seed(),
                document: self.data.document(number),
            }),
        }
    }

    /// The number of the referral with this id.
    pub(crate) fn find(&self, id: Uuid) -> Option<u64> {
        let count = u64::from(self.data.count());
        match self.data.named(id)? {
            Named::Made(number) => Some(number).filter(|number| *number < count),
            Named::Created(place) => {
                let created = self.read().created;
                (place < created).then_some(count + place)
            }
            Named::Engagement(_) | Named::Begun(_) => None,
        }
    }

    /// Whether some referral is part of this engagement.
    pub(crate) fn has_engagement(&self, id: Uuid) -> bool {
        !self.read().engagement(&self.data, id).is_empty()
    }

    /// Finds a part of what is asked for, all at one moment, with their keys; and how
    /// many there are in all.
    pub(crate) fn list(&self, request: &Request, part: Part) -> (Vec<(Key, Found)>, u64) {
        let kept = self.read();
        let (keys, total) = match request.engagement() {
            None => kept.index.find(request, part),
            Some(id) => {
                let numbers = id.map(|id| kept.engagement(&self.data, id));
                let numbers = numbers.unwrap_or_default().into_iter();
                let keys = numbers.filter_map(|number| kept.index.key(part.order, number));
                let keys: Vec<_> = keys.collect();
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
    /// What `edit` says. `None` when there is no such referral.
    pub(crate) fn change<E>(
        &self,
        number: u64,
        edit: impl FnOnce(&Record, &str) -> Result<Option<Json>, E>,
    ) -> Option<Result<Arc<Record>, E>> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let record = self.look(kept.found(&self.data, number)?);
        let time = time_of(kept.writes);
        let document = match edit(&record, &seven_digits(time)) {
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
        kept.index.change(number, time, traits(&changed));
        kept.records.insert(number, changed.clone());
        Some(Ok(changed))
    }

    /// Adds the referral that `make` makes.
    pub(crate) fn create(&self, make: impl FnOnce(Birth) -> Json) -> Arc<Record> {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        let number = u64::from(self.data.count()) + kept.created;
        let time = time_of(kept.writes);
        let id = |named| self.data.id(named).to_string();
        let record = Arc::new(Record {
            number,
            version: 0,
            seed: self.data.seed(),
            document: make(Birth {
                id: id(Named::Created(kept.created)),
                engagement_id: id(Named::Begun(kept.created)),
                time: seven_digits(time),
            }),
        });
        kept.created += 1;
        kept.writes += 1;
        kept.index.push(Entry {
            created: time,
            updated: time,
            traits: traits(&record),
        });
        if let Some(engagement) = engagement_of(&self.data, &record) {
            kept.joined.entry(engagement).or_default().push(number);
        }
        kept.records.insert(number, record.clone());
        record
    }

    fn read(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn found(&self, data: &Data, number: u64) -> Option<Found> {
        if let Some(record) = self.records.get(&number) {
            return Some(Found::Kept(record.clone()));
        }
        let number = u32::try_from(number).ok();
        number
            .filter(|number| *number < data.count())
            .map(Found::Made)
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
}

fn engagement_of(data: &Data, record: &Record) -> Option<Named> {
    let id = record.document.get("engagementId").text()?;
    data.named(Uuid::try_parse(id).ok()?)
}

fn traits(record: &Record) -> Traits {
    of_document(&record.document)
}

/// The time of the change after this many: a second for each.
fn time_of(writes: i64) -> i64 {
    (NOW + FIRST_CHANGE + writes) * SECOND
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::convert::Infallible;

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
            let changed =
                store.change::<Infallible>(1, |record, _| Ok(Some(renamed(record, name))));
            let changed = changed.expect("a record").expect("changed");
            assert!(versions.insert(changed.etag()), "{}", changed.etag());
            let now = store.record(1).expect("a record");
            assert_eq!(now.document.get("name").text(), Some(name));
            assert_eq!(now.etag(), changed.etag());
        }
        assert!(!store.is_kept(0) && !store.is_kept(2));
        assert!(store.record(3).is_none());
        let refused = store.change(0, |_, _| Err("no"));
        assert_eq!(refused.expect("a record").expect_err("refused"), "no");
        assert!(!store.is_kept(0));
        assert!(store.change::<()>(3, |_, _| Ok(None)).is_none());
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
        let one = store.create(make);
        let two = store.create(make);
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
