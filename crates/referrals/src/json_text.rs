//! JSON text one level at a time, every value with the text it has.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use referrals_model::{DateTime, Decimal};
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A name of an object's member and the text of its value.
pub(crate) type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// The members of an object in their order, repeated ones included; none when the
/// text is no object.
pub(crate) fn members(json: &str) -> Option<Vec<Member<'_>>> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<Member<'de>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &RawValue>()? {
                members.push((name, value));
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(json)
        .deserialize_map(Members)
        .ok()
}

/// Borrowed where the text has no escapes.
#[derive(serde::Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// The items of an array; none when the text is no array.
pub(crate) fn items(json: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json).ok()
}

/// The member of that name, the last one if there are several.
pub(crate) fn member<'a>(json: &'a str, name: &str) -> Option<&'a RawValue> {
    let mut members = members(json)?.into_iter().rev();
    members
        .find(|(found, _)| found == name)
        .map(|(_, value)| value)
}

/// The member of that name as a type, where it fits: also of a record that does not fit its
/// own as a whole.
pub(crate) fn member_as<T: DeserializeOwned>(json: &str, name: &str) -> Option<T> {
    serde_json::from_str(member(json, name)?.get()).ok()
}

/// The value that a JSON Pointer leads to.
pub(crate) fn at<'a>(json: &'a str, pointer: &str) -> Option<&'a RawValue> {
    let mut value: &RawValue = serde_json::from_str(json).ok()?;
    for step in pointer.split('/').skip(1) {
        let name = step.replace("~1", "/").replace("~0", "~");
        value = match items(value.get()) {
            Some(items) => items.get(name.parse::<usize>().ok()?).copied()?,
            None => member(value.get(), &name)?,
        };
    }
    Some(value)
}

/// Deeper values are compared by their text: a server may nest them as deep as it likes.
pub(crate) const DEPTH: usize = 128;

/// Whether two values are the same to the service: null is as good as absent, the
/// order of members and the writing of numbers and texts mean nothing.
pub(crate) fn same(one: Option<&RawValue>, other: Option<&RawValue>) -> bool {
    same_to(DEPTH, one, other)
}

fn same_to(depth: usize, one: Option<&RawValue>, other: Option<&RawValue>) -> bool {
    let is_set = |value: &&RawValue| value.get() != "null";
    let (one, other) = match (one.filter(is_set), other.filter(is_set)) {
        (None, None) => return true,
        (Some(one), Some(other)) => (one.get(), other.get()),
        _ => return false,
    };
    if one == other {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    if let (Some(these), Some(those)) = (members(one), members(other)) {
        // The last of a name counts, and each pair is compared once.
        let [these, mut those] = [these, those].map(|members| {
            let members = members.into_iter();
            members.collect::<BTreeMap<Cow<'_, str>, &RawValue>>()
        });
        return these
            .into_iter()
            .all(|(name, one)| same_to(depth, Some(one), those.remove(&name)))
            && those
                .into_values()
                .all(|other| same_to(depth, None, Some(other)));
    }
    if let (Some(these), Some(those)) = (items(one), items(other)) {
        let mut pairs = these.iter().zip(&those);
        return these.len() == those.len()
            && pairs.all(|(one, other)| same_to(depth, Some(one), Some(other)));
    }
    let [text, other_text] = [one, other].map(serde_json::from_str::<String>);
    if let (Ok(one), Ok(other)) = (text, other_text) {
        // A time may come back with more digits than it was sent with.
        let times = (one.parse::<DateTime>(), other.parse::<DateTime>());
        return one == other || matches!(times, (Ok(one), Ok(other)) if one == other);
    }
    // A number in a string is one to the service.
    let [one, other] = [one, other].map(serde_json::from_str::<Decimal>);
    matches!((one, other), (Ok(one), Ok(other)) if one == other)
}

/// Where a part stands in the text that it was borrowed from.
pub(crate) fn place(text: &str, part: &str) -> std::ops::Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_text_and_their_place() {
        let text = r#" { "a" : 1.50 , "\u0062":[ 1 , {"x":null}] , "a":"2" } "#;
        let found = members(text).expect("an object");
        let texts = found.iter().map(|(name, value)| (&**name, value.get()));
        assert_eq!(
            texts.collect::<Vec<_>>(),
            [("a", "1.50"), ("b", r#"[ 1 , {"x":null}]"#), ("a", "\"2\"")]
        );
        for (_, value) in &found {
            assert_eq!(&text[place(text, value.get())], value.get());
        }
        assert_eq!(member(text, "a").map(RawValue::get), Some("\"2\""));
        assert!(member(text, "c").is_none());
        let array = member(text, "b").expect("b").get();
        let inner: Vec<_> = items(array).expect("an array");
        assert_eq!(inner[1].get(), r#"{"x":null}"#);
        assert!(members(array).is_none() && items(text).is_none());
    }

    #[test]
    fn a_pointer_leads_to_a_value() {
        let text = r#"{"a":[{"b/c":{"~":1.0}}],"d":null}"#;
        let found = |pointer| at(text, pointer).map(RawValue::get);
        assert_eq!(found(""), Some(text));
        assert_eq!(found("/a/0/b~1c/~0"), Some("1.0"));
        assert_eq!(found("/d"), Some("null"));
        for nowhere in ["/a/1", "/a/-", "/a/x", "/d/e", "/x", "/a/0/b"] {
            assert_eq!(found(nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn what_is_the_same_to_the_service_is_the_same() {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).expect("JSON");
        for (one, other, expected) in [
            ("1.50", "1.5", true),
            ("1e1", "\"10\"", true),
            ("9007199254740993.55", "9007199254740993.56", false),
            ("\"\\u0061\"", "\"a\"", true),
            ("\"a\"", "\"b\"", false),
            ("[1,{}]", "[1.0,{\"a\":null}]", true),
            ("[1]", "[1,2]", false),
            (r#"{"a":1,"b":null}"#, r#"{"c":null,"a":1.0}"#, true),
            (r#"{"a":1}"#, r#"{"a":1,"b":2}"#, false),
            ("true", "false", false),
            (
                "\"2026-01-01T00:00:00Z\"",
                "\"2026-01-01T00:00:00.0000000Z\"",
                true,
            ),
            ("null", "false", false),
            ("{}", "[]", false),
        ] {
            let (one, other) = (raw(one), raw(other));
            assert_eq!(same(Some(&one), Some(&other)), expected, "{one} {other}");
            assert_eq!(same(Some(&other), Some(&one)), expected, "{other} {one}");
        }
        assert!(same(None, Some(&raw("null"))) && same(None, None));
        assert!(same(
            Some(&raw(r#"{"a":1,"a":2}"#)),
            Some(&raw(r#"{"a":2.0}"#))
        ));
        assert!(!same(None, Some(&raw("0"))));
    }

    #[test]
    fn what_is_nested_deep_is_compared_in_time_and_without_end() {
        let nested = |open: &str, leaf: &str, close: &str, depth: usize| {
            let text = format!("{}{leaf}{}", open.repeat(depth), close.repeat(depth));
            RawValue::from_string(text).expect("JSON")
        };
        // Each level once: not twice as many with every level.
        let [one, other] = ["1.0", "1.00"].map(|leaf| nested(r#"{"a":"#, leaf, "}", 100));
        assert!(same(Some(&one), Some(&other)));
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let [one, other] = ["1.0", "1.00"].map(|leaf| nested(open, leaf, close, 100_000));
            assert!(!same(Some(&one), Some(&other)));
            assert!(same(Some(&one), Some(&one)));
        }
    }
}
