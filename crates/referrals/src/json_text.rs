//! JSON text one level at a time, every value with the text it has.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
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

/// Where a value stands in the text that it was borrowed from.
pub(crate) fn place(text: &str, value: &RawValue) -> std::ops::Range<usize> {
    let start = value.get().as_ptr() as usize - text.as_ptr() as usize;
    start..start + value.get().len()
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
            assert_eq!(&text[place(text, value)], value.get());
        }
        assert_eq!(member(text, "a").map(RawValue::get), Some("\"2\""));
        assert!(member(text, "c").is_none());
        let array = member(text, "b").expect("b").get();
        let inner: Vec<_> = items(array).expect("an array");
        assert_eq!(inner[1].get(), r#"{"x":null}"#);
        assert!(members(array).is_none() && items(text).is_none());
    }
}
