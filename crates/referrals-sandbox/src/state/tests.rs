use super::*;
use crate::store::Store;
use proptest::prelude::*;
use std::sync::Arc;

fn data() -> Data {
    Data::new(20, 1)
}

fn put(time: i64, number: u64, text: &str) -> Entry {
    let document = format!(r#"{{"id":"{number}","notes":"{text}\nÜ","dealValue":1.50}}"#);
    Entry {
        time,
        put: Some(Put {
            number,
            version: 1,
            document: Json::read(&document).expect("JSON"),
        }),
    }
}

fn entries() -> Vec<Entry> {
    vec![
        put(1, 3, "one"),
        put(2, 20, "two"),
        Entry { time: 3, put: None },
        put(4, 3, "three"),
    ]
}

/// A file with these entries, as it is on disk.
fn bytes(entries: &[Entry]) -> Vec<u8> {
    let lines = entries.iter().flat_map(Entry::line);
    Origin::of(&data())
        .first_line()
        .into_iter()
        .chain(lines)
        .collect()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("sandbox.state")
    }
}

/// What is left of a file that ends or differs somewhere: all that was before, nothing of
/// what comes behind, and a file that can be written to.
#[test]
fn a_file_that_is_damaged_anywhere_has_what_was_before() {
    let folder = Folder::new();
    let path = folder.file();
    let all = entries();
    let whole = bytes(&all);
    let ends: Vec<_> = (0..=all.len())
        .map(|count| bytes(&all[..count]).len())
        .collect();
    let origin = Origin::of(&data());
    let load = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("written");
        open(&path, &origin)
    };
    for place in 0..=whole.len() {
        let kept = ends
            .iter()
            .filter(|end| **end <= place)
            .count()
            .saturating_sub(1);
        let cut = load(&whole[..place]).expect("what is cut can be used");
        assert_eq!(cut.entries, all[..kept], "cut at {place}");
        let torn = place > ends[0] && !ends.contains(&place);
        assert_eq!(cut.note.is_some(), torn, "cut at {place}: {:?}", cut.note);
        // It goes on from there.
        let mut file = cut.file;
        file.write_all(&all[0].line()).expect("written");
        let again = open(&path, &origin).expect("intact");
        assert_eq!(
            (again.entries.len(), again.note),
            (kept + 1, None),
            "cut at {place}"
        );

        for flip in [0x01, 0x80] {
            let mut damaged = whole.clone();
            let Some(byte) = damaged.get_mut(place) else {
                continue;
            };
            *byte ^= flip;
            match load(&damaged) {
                Ok(opened) => {
                    assert_eq!(opened.entries, all[..kept], "flipped at {place}");
                    let note = opened.note.expect("a note");
                    let last = place >= ends[all.len() - 1];
                    assert_eq!(note.contains("is damaged"), !last, "{place}: {note}");
                }
                // Of which data it is, is not known any more.
                Err(_) => assert!(place < ends[0], "flipped at {place}"),
            }
        }
    }
    let aside = fs::read(beside(&path, "damaged")).expect("a copy");
    assert_eq!(aside.len(), whole.len());
}

proptest! {
    #[test]
    fn anything_can_be_read_or_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let found = contents(&bytes);
        prop_assert!(found.entries.is_empty());
        let _ = Origin::of(&data()).check(&bytes, Path::new("x"));
    }
}

#[test]
fn a_file_of_other_data_is_refused() {
    let folder = Folder::new();
    fs::write(folder.file(), bytes(&entries())).expect("written");
    for other in [Data::new(21, 1), Data::new(20, 2)] {
        for sharing in [Sharing::Alone, Sharing::Shared] {
            let refused = State::open(folder.file(), &other, sharing).expect_err("refused");
            assert_eq!(refused.kind, io::ErrorKind::InvalidInput);
            let text = refused.to_string();
            assert!(
                text.contains("made for other data (referrals sandbox 1, data 2, 20 referrals"),
                "{text}"
            );
        }
    }
    fs::write(folder.file(), "shopping list\n").expect("written");
    let refused = State::open(folder.file(), &data(), Sharing::Alone).expect_err("refused");
    assert!(
        refused.to_string().contains("is no state file"),
        "{refused}"
    );
    assert_eq!(fs::read(folder.file()).expect("there"), b"shopping list\n");
}

#[test]
fn a_file_belongs_to_one() {
    let folder = Folder::new();
    let (first, _) = State::open(folder.file(), &data(), Sharing::Alone).expect("free");
    let busy = State::open(folder.file(), &data(), Sharing::Alone).expect_err("busy");
    assert_eq!(busy.kind, io::ErrorKind::ResourceBusy);
    assert!(
        busy.to_string().contains("another sandbox uses it"),
        "{busy}"
    );
    assert!(forget(&folder.file()).is_err());
    drop(first);
    State::open(folder.file(), &data(), Sharing::Alone).expect("free again");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.file())
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    forget(&folder.file()).expect("free");
    assert!(!folder.file().exists());
}

#[test]
fn a_long_file_of_old_versions_becomes_short() {
    let folder = Folder::new();
    let text = "x".repeat(1_000);
    let many: Vec<_> = (0..200)
        .map(|time| put(time, (time % 3) as u64 + 18, &text))
        .collect();
    fs::write(folder.file(), bytes(&many)).expect("written");
    let (state, restored) = State::open(folder.file(), &data(), Sharing::Alone).expect("opened");
    assert_eq!(restored.entries.len(), 200);
    drop(state);
    let length = fs::metadata(folder.file()).expect("there").len();
    assert!(length < 5_000, "{length}");
    let (_, restored) = State::open(folder.file(), &data(), Sharing::Alone).expect("opened");
    let numbers: Vec<_> = restored
        .entries
        .iter()
        .map(|entry| entry.put.as_ref().map(|put| put.number))
        .collect();
    assert_eq!(numbers, [Some(18), Some(19), Some(20), None]);
    assert_eq!(restored.entries[3].time, 199);
    assert_eq!(restored.entries[2], many[197]);
}

fn store(path: &Path, sharing: Sharing) -> Store {
    let data = data();
    let (state, restored) = State::open(path.to_owned(), &data, sharing).expect("opened");
    assert_eq!(restored.note, None);
    Store::with(data, Arc::default(), Some(state), restored.entries)
}

fn name(store: &Store, number: u64) -> Option<String> {
    let record = store.record(number)?;
    record.document.get("name").text().map(str::to_owned)
}

async fn rename(store: &Store, number: u64, name: &'static str) {
    let changed = store.change::<Unwritten>(number, |record, time| {
        let mut document = record.document.clone();
        document.set("name", name);
        document.set("updatedDateTime", time.to_owned());
        Ok(Some(document))
    });
    let changed = changed.expect("a referral").expect("changed");
    changed.settled().await.expect("written");
}

async fn add(store: &Store) -> u64 {
    let model = store.record(0).expect("a record").document.clone();
    let created = store.create(|birth| {
        let mut document = model;
        document.set("id", birth.id);
        document.set("engagementId", birth.engagement_id);
        document.set("createdDateTime", birth.time.clone());
        document.set("updatedDateTime", birth.time);
        document
    });
    created
        .expect("created")
        .settled()
        .await
        .expect("written")
        .number
}

#[tokio::test]
async fn what_was_changed_is_there_the_next_time() {
    let folder = Folder::new();
    let (etags, time) = {
        let store = store(&folder.file(), Sharing::Alone);
        rename(&store, 4, "first").await;
        assert_eq!(add(&store).await, 20);
        rename(&store, 4, "second").await;
        rename(&store, 20, "third").await;
        store
            .advance(Duration::from_secs(3_600))
            .await
            .expect("written");
        let etags = [4, 20].map(|number| store.record(number).expect("a record").etag());
        let time = store
            .record(20)
            .expect("a record")
            .document
            .get("updatedDateTime")
            .clone();
        (etags, time)
    };
    let store = store(&folder.file(), Sharing::Alone);
    assert_eq!(name(&store, 4).as_deref(), Some("second"));
    assert_eq!(name(&store, 20).as_deref(), Some("third"));
    assert_eq!(
        etags,
        [4, 20].map(|number| store.record(number).expect("a record").etag())
    );
    // Numbers, ids and times go on, and what is related is found.
    assert_eq!(add(&store).await, 21);
    let later = store.record(21).expect("a record").document.clone();
    let ticks = |time: &Json| crate::data::ticks(time.text().expect("a time")).expect("a time");
    let hour = ticks(later.get("createdDateTime")) - ticks(&time);
    assert!(hour >= 3_600 * crate::data::SECOND, "{hour}");
    for number in [20, 21] {
        let record = store.record(number).expect("a record");
        let id = |name| {
            Uuid::try_parse(record.document.get(name).text().expect("an id")).expect("a GUID")
        };
        assert_eq!(store.find(id("id")), Some(number));
        assert_eq!(store.engagement(id("engagementId")), [number]);
    }
}

#[tokio::test]
async fn those_who_share_a_file_build_on_each_others_changes() {
    let folder = Folder::new();
    let [one, two] = [(); 2].map(|()| store(&folder.file(), Sharing::Shared));
    assert!(!folder.file().exists(), "reading leaves nothing behind");
    rename(&one, 4, "one").await;
    assert_eq!(add(&two).await, 20);
    assert_eq!(name(&two, 4).as_deref(), Some("one"));
    assert_eq!(add(&one).await, 21);
    rename(&two, 21, "two").await;
    let third = store(&folder.file(), Sharing::Shared);
    assert_eq!(name(&third, 21).as_deref(), Some("two"));
    // Somebody has it for himself: nobody else writes.
    drop(third);
    let alone = store(&folder.file(), Sharing::Alone);
    rename(&alone, 4, "alone").await;
    drop(alone);
    rename(&one, 5, "again").await;
    assert_eq!(name(&one, 4).as_deref(), Some("alone"));
    // And a new beginning is one for all.
    forget(&folder.file()).expect("free");
    assert_eq!(add(&two).await, 20);
    assert_ne!(name(&two, 4).as_deref(), Some("alone"));
}

/// A sandbox that is reset is as one that begins, and so is its file.
#[tokio::test]
async fn a_reset_empties_the_file_for_good() {
    for sharing in [Sharing::Alone, Sharing::Shared] {
        let folder = Folder::new();
        let one = store(&folder.file(), sharing);
        let before = one.record(4).expect("a record");
        rename(&one, 4, "one").await;
        assert_eq!(add(&one).await, 20);
        let other = (sharing == Sharing::Shared).then(|| store(&folder.file(), sharing));
        one.reset(true).await.expect("written");
        let after = one.record(4).expect("a record");
        assert_eq!(after.document, before.document);
        assert_eq!((after.etag(), one.count()), (before.etag(), 20));
        assert!(one.record(20).is_none());
        let bytes = fs::read(folder.file()).expect("a file");
        assert!(contents(&bytes).entries.is_empty());
        // The others find out with their next change, however long the file is by then.
        rename(&one, 5, "new").await;
        if let Some(other) = other {
            assert_eq!(name(&other, 4).as_deref(), Some("one"));
            assert_eq!(add(&other).await, 20);
            assert_ne!(name(&other, 4).as_deref(), Some("one"));
            assert_eq!(name(&other, 5).as_deref(), Some("new"));
        }
        drop(one);
        let again = store(&folder.file(), sharing);
        assert_eq!(name(&again, 5).as_deref(), Some("new"));
        assert_ne!(name(&again, 4).as_deref(), Some("one"));
    }
}
