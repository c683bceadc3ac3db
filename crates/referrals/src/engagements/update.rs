//! Changing a referral that others change, too.

use std::fmt;
use std::sync::Arc;

use http::StatusCode;
use referrals_model::Raw;
use referrals_model::engagements::Referral;
use serde_json::value::RawValue;

use super::edit::{Change, Edit};
use super::{Engagements, Versioned};
use crate::json_text::{DEPTH, at, items, members, same};
use crate::{Error, WriteOutcome};

/// How often an update begins anew when others are faster.
const ROUNDS: u32 = 8;

/// An update: read, change, patch, and read again when somebody else was faster.
/// Made by [`Engagements::update`].
#[derive(Clone)]
#[must_use = "an update is made by `send`"]
pub struct Update<F> {
    engagements: Engagements,
    id: String,
    change: F,
    rounds: u32,
    check: Option<Check>,
}

/// Refuses what a change makes of one version of a referral.
type Check = Arc<dyn Fn(&Versioned, &Edit) -> Result<(), Error> + Send + Sync>;

impl<F> fmt::Debug for Update<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Update")
            .field("id", &self.id)
            .field("rounds", &self.rounds)
            .finish_non_exhaustive()
    }
}

/// What became of an update.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Updated {
    /// The referral as it is now, with its version.
    pub versioned: Versioned,
    /// Whether there was anything to change.
    pub changed: bool,
}

/// A member that was changed here and by somebody else at the same time.
///
/// `Debug` and `Display` show where it is and nothing of what it holds.
#[derive(Clone)]
pub struct Conflict {
    path: String,
    before: Option<Box<RawValue>>,
    theirs: Option<Box<RawValue>>,
    ours: Box<RawValue>,
}

impl Conflict {
    /// Where it is, as a JSON Pointer such as `/details/notes`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The JSON it held when it was read first; none when it was not there.
    pub fn before(&self) -> Option<&str> {
        self.before.as_deref().map(RawValue::get)
    }

    /// The JSON that somebody else made of it; none when it is gone.
    pub fn theirs(&self) -> Option<&str> {
        self.theirs.as_deref().map(RawValue::get)
    }

    /// The JSON that this update would have made of it.
    pub fn ours(&self) -> &str {
        self.ours.get()
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl fmt::Debug for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Conflict({})", self.path)
    }
}

impl<F: Fn(&mut Referral)> Update<F> {
    pub(super) fn new(engagements: Engagements, id: String, change: F) -> Self {
        Self {
            engagements,
            id,
            change,
            rounds: ROUNDS,
            check: None,
        }
    }

    /// Asks before each round whether the change may be made to what is there by then.
    pub(super) fn check(
        mut self,
        check: impl Fn(&Versioned, &Edit) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Self {
        self.check = Some(Arc::new(check));
        self
    }

    /// How often to begin anew at most when others are faster: 8 times when not
    /// called.
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds.max(1);
        self
    }

    /// Makes the update. The change is made to what the referral is by then, so it
    /// may be called several times, and should set what it means to and nothing
    /// else.
    ///
    /// # Errors
    ///
    /// As every call, and
    ///
    /// - [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) when somebody else changed a member that this
    ///   update changes; [`Error::conflicts`] has the three values of each;
    /// - [`ErrorKind::UnreadableRecord`](crate::ErrorKind::UnreadableRecord) when the referral does not fit its type;
    /// - [`ErrorKind::UnexpectedAnswer`](crate::ErrorKind::UnexpectedAnswer) when it has no version, so that nobody can
    ///   tell whether it changes in between;
    /// - [`ErrorKind::Service`](crate::ErrorKind::Service) with status 412 when others were faster every time.
    pub async fn send(self) -> Result<Updated, Error> {
        let mut base = self.engagements.get(&self.id).await?;
        let mut round = 1;
        loop {
            base.require_version()?;
            let edit = base.edit(&self.change)?;
            if edit.is_empty() {
                return Ok(Updated {
                    versioned: base,
                    changed: false,
                });
            }
            if let Some(check) = &self.check {
                check(&base, &edit)?;
            }
            let patch = self.engagements.patch(&self.id).edit(&edit);
            let versioned = match patch.return_representation().send().await {
                Ok(Some(versioned)) => versioned,
                Ok(None) => self.engagements.read_back(&self.id).await?,
                Err(error) if error.status() == Some(StatusCode::PRECONDITION_FAILED) => {
                    let now = self.engagements.look_again(&self.id, &error).await?;
                    // Of the attempts before this answer one may have arrived.
                    let may_be_done = error.write_outcome() != WriteOutcome::NotDone;
                    if may_be_done && has_happened(&edit, &base, &now) {
                        now
                    } else {
                        let conflicts = conflicts(&edit, &base, &now);
                        if !conflicts.is_empty() {
                            let conflict = Error::conflict(conflicts);
                            return Err(conflict.with_write_outcome(error.write_outcome()));
                        }
                        // If an attempt did arrive, beginning anew would append again.
                        let appends = edit
                            .changes()
                            .iter()
                            .any(|change| change.path.ends_with("/-"));
                        if round >= self.rounds || (may_be_done && appends) {
                            return Err(error);
                        }
                        round += 1;
                        base = now;
                        continue;
                    }
                }
                Err(error) => return Err(error),
            };
            return Ok(Updated {
                versioned,
                changed: true,
            });
        }
    }
}

/// The members that an edit sets, objects opened: what somebody else does to
/// another member of the same object is none of its business.
fn leaves(edit: &Edit) -> Vec<(String, Box<RawValue>)> {
    fn open(
        depth: usize,
        path: String,
        value: &RawValue,
        leaves: &mut Vec<(String, Box<RawValue>)>,
    ) {
        match members(value.get()) {
            Some(members) if !members.is_empty() && depth > 0 => {
                for (name, value) in members {
                    open(depth - 1, super::edit::below(&path, &name), value, leaves);
                }
            }
            _ => leaves.push((path, value.to_owned())),
        }
    }
    let mut leaves = Vec::new();
    for Change { path, value, .. } in edit.changes() {
        match path.ends_with("/-") {
            true => leaves.push((path.clone(), value.clone())),
            false => open(DEPTH, path.clone(), value, &mut leaves),
        }
    }
    leaves
}

fn conflicts(edit: &Edit, base: &Versioned, now: &Versioned) -> Vec<Conflict> {
    let [before, theirs] = [base, now].map(|version| version.referral.json());
    let mut conflicts = Vec::new();
    for (path, ours) in leaves(edit) {
        // Others may append, too.
        if path.ends_with("/-") {
            continue;
        }
        let (before, theirs) = (at(before, &path), at(theirs, &path));
        if !same(before, theirs) && !same(theirs, Some(&ours)) {
            let [before, theirs] = [before, theirs].map(|value| value.map(RawValue::to_owned));
            conflicts.push(Conflict {
                path,
                before,
                theirs,
                ours,
            });
        }
    }
    conflicts
}

/// Whether a referral has all that an edit was to bring, and so the edit arrived
/// although its answer did not.
pub(super) fn has_happened(edit: &Edit, base: &Versioned, now: &Versioned) -> bool {
    let appended = |version: &Raw<Referral>, array: &str, value: &RawValue| {
        let array = at(version.json(), array).and_then(|array| items(array.get()));
        array
            .into_iter()
            .flatten()
            .filter(|item| holds(item, value))
            .count()
    };
    leaves(edit)
        .iter()
        .all(|(path, value)| match path.strip_suffix("/-") {
            Some(array) => {
                let count = |version: &Versioned| appended(&version.referral, array, value);
                count(now) > count(base)
            }
            None => same(at(now.referral.json(), path), Some(value)),
        })
}

/// Whether an item has all members of another: the service adds some of its own.
fn holds(item: &RawValue, wanted: &RawValue) -> bool {
    // What is wanted is of a type of ours, and no deeper than that.
    match (members(item.get()), members(wanted.get())) {
        (Some(_), Some(wanted)) => wanted.iter().all(|(name, wanted)| {
            crate::json_text::member(item.get(), name).is_some_and(|item| holds(item, wanted))
        }),
        _ => same(Some(item), Some(wanted)),
    }
}
