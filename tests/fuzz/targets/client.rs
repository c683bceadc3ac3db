//! Answers, as the SDK reads them. The first letter says what they are taken for. What was
//! read keeps its text, and what is told of it has no line breaks.

#![no_main]

use std::fmt::Debug;

use libfuzzer_sys::fuzz_target;
use referrals::drift::Drift;
use referrals_model::{KnownMembers, Raw, engagements, v1};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn read<T: Debug + KnownMembers + DeserializeOwned + Serialize>(text: &[u8]) -> Option<Raw<T>> {
    let raw: Raw<T> = serde_json::from_slice(text).ok()?;
    let text = str::from_utf8(text).expect("it was read");
    // JSON's own blanks; those of Unicode are none.
    assert_eq!(raw.json(), text.trim_matches([' ', '\t', '\r', '\n']));
    let drift = Drift::of_record(&raw);
    for (finding, _) in drift.findings() {
        assert!(!finding.to_string().contains(['\n', '\r', '\u{1b}']));
    }
    if let Ok(typed) = raw.get() {
        let _ = format!("{typed:?}");
        let again = Raw::from_typed(typed).expect("it was read");
        // Nothing that was read cannot be read once more.
        let again: Raw<T> = serde_json::from_str(again.json()).expect("it was written");
        assert!(again.get().is_ok(), "{:?}", again.get().err());
    }
    Some(raw)
}

fn each<T: Debug + KnownMembers + DeserializeOwned + Serialize>(records: &[Raw<T>]) {
    for record in records {
        read::<T>(record.json().as_bytes());
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, text)) = input.split_first() else {
        return;
    };
    match kind {
        b'c' => {
            let page = read::<v1::ReferralCollection>(text);
            if let Some(Ok(page)) = page.as_ref().map(Raw::get) {
                each(&page.items);
            }
        }
        b'v' => {
            read::<v1::Referral>(text);
        }
        b'r' => {
            read::<engagements::Referral>(text);
        }
        b'e' => {
            read::<engagements::ErrorResponse>(text);
            read::<v1::PartnerCenterError>(text);
        }
        _ => {
            let page = read::<engagements::ReferralPage>(text);
            if let Some(Ok(page)) = page.as_ref().map(Raw::get) {
                each(&page.value);
            }
        }
    }
});
