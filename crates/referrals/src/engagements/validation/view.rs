//! A JSON text seen with its places.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde_json::value::RawValue;

use crate::engagements::edit::below;
use crate::json_text;
use crate::printable::is_harmless;

/// A place in a text, whether something stands there or not.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    root: &'a str,
    value: Option<&'a RawValue>,
    /// The place as a JSON Pointer.
    pub(super) path: String,
    /// The place as an offset; of what is missing, the end of what it is missing in.
    pub(super) at: usize,
}

impl<'a> View<'a> {
    pub(super) fn of(root: &'a str) -> Self {
        let value: Option<&RawValue> = serde_json::from_str(root).ok();
        Self {
            root,
            value,
            path: String::new(),
            at: 0,
        }
    }

    /// The same under another path.
    pub(super) fn within(mut self, prefix: &str) -> Self {
        self.path.insert_str(0, prefix);
        self
    }

    fn inner(&self, name: &str, value: &'a RawValue) -> Self {
        Self {
            root: self.root,
            value: Some(value),
            path: below(&self.path, name),
            at: json_text::place(self.root, value.get()).start,
        }
    }

    /// The text that stands there, and null when there is none.
    pub(super) fn json(&self) -> &'a str {
        self.value.map_or("null", RawValue::get)
    }

    pub(super) fn raw(&self) -> Option<&'a RawValue> {
        self.value
    }

    /// All members, repeated ones included.
    pub(super) fn members(&self) -> Vec<(Cow<'a, str>, Self)> {
        let members = json_text::members(self.json()).unwrap_or_default();
        let view = |(name, value): (Cow<'a, str>, _)| {
            let view = self.inner(&name, value);
            (name, view)
        };
        members.into_iter().map(view).collect()
    }

    /// The member of that name, or the one whose name differs in nothing but case: that
    /// is told by itself, and what else is wrong with it as well.
    pub(super) fn get(&self, name: &str) -> Self {
        let members = json_text::members(self.json()).unwrap_or_default();
        let find = |is: fn(&str, &str) -> bool| {
            let mut found = members.iter().rev();
            found.find(|(found, _)| is(found, name))
        };
        let found = find(str::eq).or_else(|| find(str::eq_ignore_ascii_case));
        match found {
            Some((found, value)) => self.inner(found, value),
            None => {
                let end = self.value.map(|value| {
                    let place = json_text::place(self.root, value.get());
                    place.end - 1
                });
                Self {
                    root: self.root,
                    value: None,
                    path: below(&self.path, name),
                    at: end.unwrap_or(self.at),
                }
            }
        }
    }

    /// What a path of names leads to.
    pub(super) fn find(&self, names: &[&str]) -> Self {
        let step = |view: Self, name: &&str| view.get(name);
        names.iter().fold(self.clone(), step)
    }

    pub(super) fn items(&self) -> Vec<Self> {
        let items = json_text::items(self.json()).unwrap_or_default();
        let items = items.into_iter().enumerate();
        items
            .map(|(index, item)| self.inner(&index.to_string(), item))
            .collect()
    }

    pub(super) fn kind(&self) -> Kind {
        match self.json().as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Flag,
            Some(b'n') | None => Kind::Null,
            Some(_) => Kind::Number,
        }
    }

    pub(super) fn is_object(&self) -> bool {
        self.kind() == Kind::Object
    }

    /// Whether something stands there: null is as good as nothing.
    pub(super) fn is_set(&self) -> bool {
        self.kind() != Kind::Null
    }

    /// Whether something stands there that says something. What has another type than
    /// it should is told as that.
    pub(super) fn is_filled(&self) -> bool {
        match self.kind() {
            Kind::Null => false,
            Kind::Text => self.text().is_none_or(|text| !text.trim().is_empty()),
            Kind::Array => !self.items().is_empty(),
            Kind::Object => !self.members().is_empty(),
            Kind::Flag | Kind::Number => true,
        }
    }

    pub(super) fn text(&self) -> Option<String> {
        serde_json::from_str(self.value?.get()).ok()
    }

    pub(super) fn flag(&self) -> Option<bool> {
        serde_json::from_str(self.value?.get()).ok()
    }

    pub(super) fn is(&self, text: &str) -> bool {
        self.text().is_some_and(|found| found == text)
    }
}

/// How many arrays and objects are inside each other.
pub(super) fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let (mut inside, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b'{' | b'[' if !inside => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Flag,
    Number,
    Text,
    Array,
    Object,
}

/// What stands there as a kind and a length, never as itself.
pub(super) fn described(view: &View<'_>) -> String {
    match view.kind() {
        Kind::Null => "nothing".to_owned(),
        Kind::Flag => "true or false".to_owned(),
        Kind::Number => "a number".to_owned(),
        Kind::Text => match view.text().map(|text| text.chars().count()) {
            Some(1) => "text of 1 character".to_owned(),
            Some(length) => format!("text of {length} characters"),
            None => "text".to_owned(),
        },
        Kind::Array => "an array".to_owned(),
        Kind::Object => "an object".to_owned(),
    }
}

/// The longest value that is repeated.
const SHOWN: usize = 40;

/// A value of a list, a country, a currency, a time: nothing about people. Long ones
/// and those with odd letters are only described.
pub(super) fn shown(view: &View<'_>) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || " +-_.,:/&()%$".contains(letter);
    match view.text() {
        Some(text) if text.len() <= SHOWN && text.chars().all(plain) => format!("\"{text}\""),
        _ => described(view),
    }
}

/// Writes a text without what would break the line it stands in.
pub(super) fn write_printable(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    text.chars()
        .try_for_each(|letter| match is_harmless(letter) {
            true => f.write_char(letter),
            false => write!(f, "{}", letter.escape_unicode()),
        })
}
