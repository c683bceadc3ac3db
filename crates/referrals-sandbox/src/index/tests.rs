use super::*;

#[test]
fn facts_say_what_documents_say() {
    let data = Data::new(3_000, 5);
    let entries = entries_of(&data, 0..3_000);
    for (number, entry) in entries.into_iter().enumerate() {
        let document = data.document(number as u32);
        let time = |name| crate::data::ticks(document.get(name).text().expect("a time"));
        let expected = Entry {
            created: time("createdDateTime").expect("a time"),
            updated: time("updatedDateTime").expect("a time"),
            traits: of_document(&document),
        };
        assert_eq!(entry, expected, "{number}: {document}");
    }
}

/// An index that grew is the one that is built of the outcome, but for gaps.
#[test]
fn an_index_that_grew_finds_what_one_that_was_built_finds() {
    let data = Data::new(300, 1);
    let mut grown = Index::new(&data, &[], &[]);
    let mut entries = entries_of(&data, 0..300);
    let mut time = NOW * SECOND;
    for step in 0..500_usize {
        time += 1;
        if step % 3 == 0 {
            let entry = Entry {
                created: time,
                updated: time,
                traits: 1 << (step % traits::COUNT),
            };
            entries.push(entry);
            grown.push(entry);
        } else {
            let number = step * 7 % entries.len();
            let entry = &mut entries[number];
            entry.updated = time;
            entry.traits = entry.traits.rotate_left(1) & ((1 << traits::COUNT) - 1);
            grown.change(number as u64, time, entry.traits);
        }
    }
    let built = Index::of(&entries);
    assert_eq!(grown.count(), built.count());
    for order in [Order::Number, Order::Created, Order::Updated] {
        for bit in 0..traits::COUNT {
            let keys = |index: &Index| {
                let rows = index.rows(order);
                let places = places(&rows.rows[bit], 0..rows.length);
                places
                    .map(|place| index.key_at(order, place))
                    .collect::<Vec<_>>()
            };
            assert_eq!(keys(&grown), keys(&built), "{order:?}, {bit}");
        }
    }
}
