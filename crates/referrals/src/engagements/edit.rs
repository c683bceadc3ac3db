//! Changing a referral without touching anything else of it.

use std::fmt;
use std::ops::Range;

use referrals_model::Raw;
use referrals_model::engagements::{PatchOperation, PatchOperator, Referral};
use serde::Serialize;
use serde_json::value::RawValue;

use super::ETag;
use crate::json_text::{Member, items, members, place};
use crate::{Error, ErrorKind};

/// A change to a referral: the referral with the change made, to the byte as it was
/// everywhere else, and the JSON Patch operations that make it.
///
/// What nobody knows, numbers in their own writing and the order of members are
/// kept. Two limits come from arrays, whose items have no ids. Only items at the end
/// are added by themselves; with any other change to an array the patch has the whole
/// array, which is what the documentation has paths for. And when items are removed,
/// reordered, replaced or inserted, those that stayed as they were keep their text,
/// while one that was changed in the same go loses what its type does not know.
///
/// ```
/// use referrals::Raw;
/// use referrals::engagements::{ETag, Versioned};
///
/// let text = r#"{"id":"1","x":1.50,"details":{"notes":"Call.","y":[]},"links":null}"#;
/// let referral = Versioned {
///     referral: serde_json::from_str(text)?,
///     etag: Some(ETag::from("\"7\"".to_owned())),
/// };
/// let edit = referral.edit(|referral| {
///     referral.details.get_or_insert_default().notes = Some("Done.".to_owned());
/// })?;
/// assert_eq!(
///     edit.operations()[0].json(),
///     r#"{"op":"replace","path":"/details/notes","value":"Done."}"#
/// );
/// assert_eq!(edit.referral().json(), text.replace("Call.", "Done."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Edit {
    referral: Raw<Referral>,
    operations: Vec<Raw<PatchOperation>>,
    changes: Vec<Change>,
    etag: Option<ETag>,
}

/// One change, as an operation has it.
#[derive(Clone)]
pub(super) struct Change {
    operator: PatchOperator,
    pub(super) path: String,
    pub(super) value: Box<RawValue>,
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({})", self.path)
    }
}

impl Edit {
    pub(super) fn new(
        original: &Raw<Referral>,
        etag: Option<ETag>,
        change: impl FnOnce(&mut Referral),
    ) -> Result<Self, Error> {
        let typed = original.get().map_err(|error| {
            let reason =
                format!("the referral cannot be edited, as it does not fit its type: {error}");
            Error::new(ErrorKind::UnreadableRecord, reason)
        })?;
        let mut changed = typed.clone();
        change(&mut changed);
        let unwritable = |error: serde_json::Error| {
            Error::configuration(format!("the change cannot be written as JSON: {error}"))
        };
        let before = serde_json::to_string(typed).map_err(unwritable)?;
        let after = serde_json::to_string(&changed).map_err(unwritable)?;

        let mut changes = Changes::new(original.json());
        changes.value(&before, &after, original.json(), &mut String::new());
        let referral = changes.text().map_err(unwritable)?;
        let changes = changes.changes().map_err(unwritable)?;
        let operations = changes
            .iter()
            .map(|change| operation(change.operator, &change.path, &change.value));
        Ok(Self {
            referral,
            operations: operations.collect::<Result<_, _>>().map_err(unwritable)?,
            changes,
            etag,
        })
    }

    /// The referral with the change made.
    pub fn referral(&self) -> &Raw<Referral> {
        &self.referral
    }

    /// What makes the change.
    pub fn operations(&self) -> &[Raw<PatchOperation>] {
        &self.operations
    }

    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The version of the referral that was edited.
    pub fn etag(&self) -> Option<&ETag> {
        self.etag.as_ref()
    }

    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

/// An operation with exactly this value.
pub(super) fn operation(
    operator: PatchOperator,
    path: &str,
    value: &RawValue,
) -> Result<Raw<PatchOperation>, serde_json::Error> {
    /// The value of a [`PatchOperation`] does not keep its text.
    #[derive(Serialize)]
    struct Exact<'a> {
        op: PatchOperator,
        path: &'a str,
        value: &'a RawValue,
    }
    let exact = Exact {
        op: operator,
        path,
        value,
    };
    serde_json::value::to_raw_value(&exact).map(Raw::from)
}

/// The changes from one text of a referral to another.
struct Changes<'a> {
    original: &'a str,
    /// What to put where in the original text.
    splices: Vec<(Range<usize>, String)>,
    /// Operator, path and value of each operation.
    operations: Vec<(PatchOperator, String, String)>,
}

impl<'a> Changes<'a> {
    fn new(original: &'a str) -> Self {
        Self {
            original,
            splices: Vec::new(),
            operations: Vec::new(),
        }
    }

    /// Compares what a value was and is as its type writes it. `raw` is the
    /// original text of what it was.
    fn value(&mut self, before: &str, after: &str, raw: &'a str, path: &mut String) {
        if before == after {
            return;
        }
        if let (Some(before), Some(after), Some(raw_members)) =
            (members(before), members(after), members(raw))
        {
            return self.members(&before, &after, raw, &raw_members, path);
        }
        if let (Some(before), Some(after), Some(raw_items)) =
            (items(before), items(after), items(raw))
            && before.len() == raw_items.len()
        {
            return self.items(&before, &after, raw, &raw_items, path);
        }
        self.replace(raw, after, path);
    }

    fn replace(&mut self, raw: &str, after: &str, path: &str) {
        self.splices
            .push((place(self.original, raw), after.to_owned()));
        self.operate(PatchOperator::Replace, path, after);
    }

    fn members(
        &mut self,
        before: &[Member<'_>],
        after: &[Member<'_>],
        raw: &'a str,
        raw_members: &[Member<'a>],
        path: &mut String,
    ) {
        let mut added = Vec::new();
        let length = path.len();
        for (name, value) in after {
            push(path, name);
            match (find(before, name), find(raw_members, name)) {
                (Some(before), Some(raw)) => self.value(before.get(), value.get(), raw.get(), path),
                // It was null.
                (None, Some(raw)) => self.replace(raw.get(), value.get(), path),
                (_, None) => {
                    added.push(format!("{}:{}", quoted(name), value.get()));
                    self.operate(PatchOperator::Add, path, value.get());
                }
            }
            path.truncate(length);
        }
        // What a type does not write is null to it.
        let gone = before
            .iter()
            .filter(|(name, _)| find(after, name).is_none());
        for (name, _) in gone {
            push(path, name);
            if let Some(raw) = find(raw_members, name) {
                self.replace(raw.get(), "null", path);
            }
            path.truncate(length);
        }
        self.append(raw, raw_members.last().map(|(_, value)| *value), added);
    }

    fn items(
        &mut self,
        before: &[&RawValue],
        after: &[&RawValue],
        raw: &'a str,
        raw_items: &[&'a RawValue],
        path: &mut String,
    ) {
        let has = |items: &[&RawValue], item: &RawValue| {
            items.iter().any(|other| other.get() == item.get())
        };
        let stayed = before.len() <= after.len()
            && before.iter().zip(after).all(|(old, new)| {
                old.get() == new.get()
                    || (!has(before, new) && !has(after, old) && is_the_same(old, new))
            });
        if !stayed {
            let text = rebuilt(before, after, raw_items);
            return self.replace(raw, &text, path);
        }
        // The documentation has no paths to an item, so the array goes as a whole.
        let operations = self.operations.len();
        let splices = self.splices.len();
        for ((old, new), raw) in before.iter().zip(after).zip(raw_items) {
            self.value(old.get(), new.get(), raw.get(), path);
        }
        let changed = self.operations.len() > operations;
        self.operations.truncate(operations);
        let added: Vec<_> = after[before.len()..]
            .iter()
            .map(|item| item.get().to_owned())
            .collect();
        if !changed {
            let length = path.len();
            push(path, "-");
            for item in &added {
                self.operate(PatchOperator::Add, path, item);
            }
            path.truncate(length);
        }
        self.append(raw, raw_items.last().copied(), added);
        if changed {
            let text = spliced(
                self.original,
                place(self.original, raw),
                &mut self.splices[splices..],
            );
            self.operate(PatchOperator::Replace, path, &text);
        }
    }

    /// Puts members or items behind the last of an object or array.
    fn append(&mut self, raw: &str, last: Option<&RawValue>, added: Vec<String>) {
        if added.is_empty() {
            return;
        }
        let mut text = added.join(",");
        let end = match last {
            Some(last) => {
                text.insert(0, ',');
                place(self.original, last.get()).end
            }
            None => place(self.original, raw).start + 1,
        };
        self.splices.push((end..end, text));
    }

    fn operate(&mut self, operator: PatchOperator, path: &str, value: &str) {
        self.operations
            .push((operator, path.to_owned(), value.to_owned()));
    }

    fn changes(&self) -> Result<Vec<Change>, serde_json::Error> {
        self.operations
            .iter()
            .map(|(operator, path, value)| {
                Ok(Change {
                    operator: *operator,
                    path: path.clone(),
                    value: serde_json::from_str(value)?,
                })
            })
            .collect()
    }

    fn text(&mut self) -> Result<Raw<Referral>, serde_json::Error> {
        let text = spliced(self.original, 0..self.original.len(), &mut self.splices);
        RawValue::from_string(text).map(Raw::from)
    }
}

/// A part of the original text with what was put into it.
fn spliced(original: &str, part: Range<usize>, splices: &mut [(Range<usize>, String)]) -> String {
    // Nothing is replaced twice; what is put in at one place stays in its order.
    splices.sort_by_key(|(range, _)| (range.start, range.end));
    let mut text = String::with_capacity(part.len() + 64);
    let mut at = part.start;
    for (range, new) in splices {
        text.push_str(&original[at..range.start]);
        text.push_str(new);
        at = range.end;
    }
    text.push_str(&original[at..part.end]);
    text
}

/// Whether two items are one that was changed: at least half of what it was is still
/// so. Otherwise what nobody knows of one would stay with another.
fn is_the_same(old: &RawValue, new: &RawValue) -> bool {
    let (Some(old), Some(new)) = (members(old.get()), members(new.get())) else {
        return false;
    };
    let kept = old
        .iter()
        .filter(|(name, value)| find(&new, name).is_some_and(|new| new.get() == value.get()));
    2 * kept.count() >= old.len()
}

fn find<'m>(members: &[Member<'m>], name: &str) -> Option<&'m RawValue> {
    let mut found = members.iter().rev().filter(|(found, _)| found == name);
    found.next().map(|(_, value)| *value)
}

/// An array as it is now, out of the original texts of the items that stayed as
/// they were.
fn rebuilt(before: &[&RawValue], after: &[&RawValue], raw: &[&RawValue]) -> String {
    let mut left: Vec<_> = before.iter().zip(raw).collect();
    let items = after.iter().map(|item| {
        let same = left.iter().position(|(old, _)| old.get() == item.get());
        same.map_or(item.get(), |index| left.remove(index).1.get())
    });
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// Steps into a member or item, as JSON Pointers do.
fn push(path: &mut String, name: &str) {
    path.push('/');
    path.push_str(&name.replace('~', "~0").replace('/', "~1"));
}

/// The path of a member.
pub(super) fn below(path: &str, name: &str) -> String {
    let mut path = path.to_owned();
    push(&mut path, name);
    path
}

fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

/// The text of a referral without what the service does not take back: `links` and
/// the members whose names begin with `@odata.`.
pub(super) fn without_links(referral: &Raw<Referral>) -> Raw<Referral> {
    let text = referral.json();
    let found = members(text).unwrap_or_default();
    let is_left_out = |name: &str| name == "links" || name.starts_with("@odata.");
    let Some((_, last)) = found.last() else {
        return referral.clone();
    };
    if !found.iter().any(|(name, _)| is_left_out(name)) {
        return referral.clone();
    }
    let end = place(text, last.get()).end;
    let mut kept = String::new();
    // Each member with the comma before it.
    let mut at = text.find('{').map_or(0, |brace| brace + 1);
    let opening = &text[..at];
    for (name, value) in &found {
        let end = place(text, value.get()).end;
        let member = &text[at..end];
        at = end;
        if is_left_out(name) {
            continue;
        }
        match kept.is_empty() {
            true => kept.push_str(member.trim_start().trim_start_matches(',')),
            false => kept.push_str(member),
        }
    }
    let text = format!("{opening}{kept}{}", &text[end..]);
    match RawValue::from_string(text) {
        Ok(json) => json.into(),
        // Parts of JSON between commas are JSON.
        Err(_) => referral.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engagements::Member as Person;
    use crate::engagements::Versioned;
    use proptest::prelude::*;

    fn edit(text: &str, change: impl FnOnce(&mut Referral)) -> Edit {
        let referral = Versioned {
            referral: serde_json::from_str(text).expect("JSON"),
            etag: None,
        };
        referral.edit(change).expect("a referral")
    }

    fn operations(edit: &Edit) -> Vec<&str> {
        edit.operations().iter().map(Raw::json).collect()
    }

    fn person(name: &str) -> Person {
        Person {
            first_name: Some(name.to_owned()),
            ..Person::default()
        }
    }

    #[test]
    fn a_change_that_changes_nothing_is_none() {
        let text = r#"{ "id" : "1", "details": {"dealValue": "10.50"} }"#;
        let edit = edit(text, |referral| {
            referral.details.get_or_insert_default();
        });
        assert!(edit.is_empty());
        assert_eq!(edit.referral().json(), text);
    }

    #[test]
    fn members_are_replaced_added_and_cleared() {
        let text = r#"{ "name" : null, "details": {"notes":"n", "x":1e2 } , "statusReason":"r"}"#;
        let edit = edit(text, |referral| {
            referral.name = Some("a \"b\"/~".to_owned());
            referral.status_reason = None;
            let details = referral.details.get_or_insert_default();
            details.deal_value = "9007199254740993.55".parse().ok();
            details.currency = Some("EUR".to_owned());
        });
        assert_eq!(
            edit.referral().json(),
            r#"{ "name" : "a \"b\"/~", "details": {"notes":"n", "x":1e2,"currency":"EUR","dealValue":9007199254740993.55 } , "statusReason":null}"#
        );
        assert_eq!(
            operations(&edit),
            [
                r#"{"op":"add","path":"/details/currency","value":"EUR"}"#,
                r#"{"op":"add","path":"/details/dealValue","value":9007199254740993.55}"#,
                r#"{"op":"replace","path":"/name","value":"a \"b\"/~"}"#,
                r#"{"op":"replace","path":"/statusReason","value":null}"#,
            ]
        );
    }

    #[test]
    fn members_are_added_to_what_has_none() {
        let first = |referral: &mut Referral| {
            referral.details.get_or_insert_default().notes = Some("n".to_owned());
        };
        for (text, expected, operation) in [
            (
                "{ }",
                r#"{"details":{"notes":"n"} }"#,
                r#"{"op":"add","path":"/details","value":{"notes":"n"}}"#,
            ),
            (
                r#"{"details":null}"#,
                r#"{"details":{"notes":"n"}}"#,
                r#"{"op":"replace","path":"/details","value":{"notes":"n"}}"#,
            ),
            (
                r#"{"details":{ }}"#,
                r#"{"details":{"notes":"n" }}"#,
                r#"{"op":"add","path":"/details/notes","value":"n"}"#,
            ),
        ] {
            let edit = edit(text, first);
            assert_eq!(edit.referral().json(), expected);
            assert_eq!(operations(&edit), [operation]);
        }
    }

    #[test]
    fn a_person_joins_the_team_and_nobody_else_is_touched() {
        let text = r#"{"team":[ {"firstName":"Ada","x":[1.0]} ]}"#;
        let edit = edit(text, |referral| {
            referral.team.get_or_insert_default().push(person("Bo"));
        });
        assert_eq!(
            edit.referral().json(),
            r#"{"team":[ {"firstName":"Ada","x":[1.0]},{"firstName":"Bo"} ]}"#
        );
        assert_eq!(
            operations(&edit),
            [r#"{"op":"add","path":"/team/-","value":{"firstName":"Bo"}}"#]
        );
    }

    #[test]
    fn a_person_is_changed_in_place() {
        let text = r#"{"team":[{"firstName":"Ada","x":1.0},{"firstName":"Bo","x":2.0}]}"#;
        let edit = edit(text, |referral| {
            let team = referral.team.as_mut().expect("a team");
            team[1].last_name = Some("Muster".to_owned());
        });
        assert_eq!(
            edit.referral().json(),
            r#"{"team":[{"firstName":"Ada","x":1.0},{"firstName":"Bo","x":2.0,"lastName":"Muster"}]}"#
        );
        assert_eq!(
            operations(&edit),
            [
                r#"{"op":"replace","path":"/team","value":[{"firstName":"Ada","x":1.0},{"firstName":"Bo","x":2.0,"lastName":"Muster"}]}"#
            ]
        );
    }

    #[test]
    fn people_who_move_take_what_is_unknown_of_them_along() {
        let text = r#"{"team":[{"firstName":"Ada","x":1.0},{"firstName":"Bo","x":2.0}]}"#;
        for (change, expected) in [
            (
                (|team| team.insert(0, person("Cy"))) as fn(&mut Vec<Person>),
                r#"[{"firstName":"Cy"},{"firstName":"Ada","x":1.0},{"firstName":"Bo","x":2.0}]"#,
            ),
            (
                |team| team.reverse(),
                r#"[{"firstName":"Bo","x":2.0},{"firstName":"Ada","x":1.0}]"#,
            ),
            (
                |team| {
                    team.remove(0);
                },
                r#"[{"firstName":"Bo","x":2.0}]"#,
            ),
            (Vec::clear, "[]"),
            // Nobody takes the place of another, with what is unknown of them.
            (
                |team| team[0] = person("Cy"),
                r#"[{"firstName":"Cy"},{"firstName":"Bo","x":2.0}]"#,
            ),
        ] {
            let edit = edit(text, |referral| {
                change(referral.team.as_mut().expect("a team"))
            });
            assert_eq!(edit.referral().json(), format!(r#"{{"team":{expected}}}"#));
            let operation = format!(r#"{{"op":"replace","path":"/team","value":{expected}}}"#);
            assert_eq!(operations(&edit), [operation]);
        }
    }

    #[test]
    fn a_referral_that_does_not_fit_is_not_edited() {
        let referral = Versioned {
            referral: serde_json::from_str(r#"{"team":{"email":"ada@contoso.example.com"}}"#)
                .expect("JSON"),
            etag: None,
        };
        let error = referral.edit(|_| {}).expect_err("an object for an array");
        assert_eq!(error.kind(), ErrorKind::UnreadableRecord);
        assert_eq!(
            error.to_string(),
            "the referral cannot be edited, as it does not fit its type: `team`: expected an \
             array, found an object"
        );
    }

    #[test]
    fn what_the_service_does_not_take_back_is_left_out() {
        for (text, expected) in [
            (r#"{"a":1}"#, r#"{"a":1}"#),
            ("{ }", "{ }"),
            ("[1]", "[1]"),
            (r#"{"links":{"a":[1,{}]}}"#, "{}"),
            (r#"{ "links" : 1 , "a":1 }"#, r#"{"a":1 }"#),
            (r#"{"a":1 , "links" : 1 }"#, r#"{"a":1 }"#),
            (
                r#"{"@odata.context":"x","links":1, "a": 1.0 ,"@odata.x":2,"b":{"links":3}, "links":4}"#,
                r#"{"a": 1.0 ,"b":{"links":3}}"#,
            ),
        ] {
            let raw: Raw<Referral> = serde_json::from_str(text).expect("JSON");
            let kept = without_links(&raw);
            let squeeze = |text: &str| text.replace(' ', "");
            assert_eq!(squeeze(kept.json()), squeeze(expected), "{text}");
        }
    }

    /// Any JSON, written in ways that a careless reader would not keep.
    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
            "\"([ -!#-\\[\\]-~éЖ日😀]|\\\\u00[0-7][0-9a-f]|\\\\[nt\"/\\\\]){0,12}\"",
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let blank = "[ \n\t]{0,2}";
            prop_oneof![
                (prop::collection::vec(inner.clone(), 0..4), blank)
                    .prop_map(|(items, blank)| format!("[{blank}{}{blank}]", items.join(","))),
                (prop::collection::vec((inner, "[a-z~/é]{0,4}"), 0..4), blank).prop_map(
                    |(members, blank)| {
                        let members = members
                            .iter()
                            .map(|(value, name)| format!("{blank}\"{name}\"{blank}:{value}"));
                        format!("{{{}{blank}}}", members.collect::<Vec<_>>().join(","))
                    }
                ),
            ]
        })
    }

    proptest! {
        /// The referral is written around holes: what nobody knows in some, what is
        /// to change in another. So what has to come out is known by construction.
        #[test]
        fn everything_else_is_to_the_byte_what_was_read(
            unknown in prop::collection::vec(json(), 5),
            blank in "[ \n\t]{0,3}",
        ) {
            let [first, top, inside, deep, last] = &unknown[..] else { unreachable!() };
            let write = |value: &str| format!(
                "{{{blank}\"?a\":{first},\"id\"{blank}:\"1\",\"?b\":{top},\"details\":{{\"?c\":{inside},\
                 \"dealValue\":{value}{blank},\"requirements\":{{\"?d\":{deep}}}}},\
                 \"team\":[{{\"?e\":{last},\"firstName\":\"Ada\"}}]{blank},\"statusReason\":{blank}null}}"
            );
            let before = write("1.50e1");
            let edit = edit(&before, |referral| {
                let details = referral.details.as_mut().expect("details");
                details.deal_value = "9007199254740993.55".parse().ok();
            });
            prop_assert_eq!(edit.referral().json(), write("9007199254740993.55"));
            prop_assert_eq!(
                operations(&edit),
                [r#"{"op":"replace","path":"/details/dealValue","value":9007199254740993.55}"#]
            );
            // Without links it stays as it is, with them it is that again.
            let same = without_links(edit.referral());
            prop_assert_eq!(same.json(), edit.referral().json());
            let inner = &before[1..before.len() - 1];
            let linked: Raw<Referral> = serde_json::from_str(
                &format!("{{\"links\":{first},{inner},\"@odata.context\":{last}}}"),
            ).expect("JSON");
            let without = without_links(&linked);
            let (kept, same) = (without.json().trim_start_matches('{').trim_start(), inner.trim_start());
            prop_assert_eq!(kept.trim_end_matches('}').trim_end(), same.trim_end_matches('}').trim_end());
        }
    }
}
