//! Accepting, declining, winning and losing.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use referrals_model::engagements::{
    Referral, ReferralDirection, ReferralStatus, ReferralSubstatus,
};

use super::update::has_happened;
use super::{Engagements, State, Versioned};
use crate::{Error, ErrorKind, WriteOutcome};

/// A deal that is to be registered (Azure IP co-sell) has to be that old when it is
/// won.
const AGE_OF_A_DEAL: Duration = Duration::from_secs(72 * 60 * 60);

impl Engagements {
    /// Accepts a referral that was received: New to Active/Accepted.
    pub fn accept(&self, id: impl Into<String>) -> Step {
        Step::new(self.clone(), id.into(), Verb::Accept)
    }

    /// Declines a referral that was received: New to Closed/Declined.
    pub fn decline(&self, id: impl Into<String>) -> Step {
        Step::new(self.clone(), id.into(), Verb::Decline)
    }

    /// Closes a referral as won: Active to Closed/Won. Nothing of it can be changed
    /// after that, but for registering the deal.
    pub fn win(&self, id: impl Into<String>) -> Step {
        Step::new(self.clone(), id.into(), Verb::Win)
    }

    /// Closes a referral as lost: Active to Closed/Lost. Nothing of it can be changed
    /// after that.
    pub fn lose(&self, id: impl Into<String>) -> Step {
        Step::new(self.clone(), id.into(), Verb::Lose)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Accept,
    Decline,
    Win,
    Lose,
}

/// A step in the life of a referral. It reads the referral and refuses what the
/// documented table of statuses does not have, before anything is sent.
///
/// ```no_run
/// # async fn example(referrals: referrals::Referrals) -> Result<(), referrals::Error> {
/// let id = "b10da48c-ea4c-4967-ab8e-0efcd8069414";
/// referrals.engagements().accept(id).send().await?;
/// let lost = referrals.engagements().lose(id).reason("Budget").send().await?;
/// println!("{:?}", lost.versioned.etag);
/// # Ok(())
/// # }
/// ```
///
/// Documentation: the tables of statuses on "Update a referral", and "Manage co-sell
/// opportunities".
#[derive(Clone)]
#[must_use = "a step is taken by `send`"]
pub struct Step {
    engagements: Engagements,
    id: String,
    verb: Verb,
    reason: Option<String>,
    unchecked: bool,
}

/// Reasons are in people's own words.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step")
            .field("id", &self.id)
            .field("verb", &self.verb)
            .finish_non_exhaustive()
    }
}

/// What came of a step.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StepTaken {
    /// The referral as it is now.
    pub versioned: Versioned,
    /// What the documentation warns of, though the service lets it happen.
    pub warning: Option<&'static str>,
}

impl Step {
    fn new(engagements: Engagements, id: String, verb: Verb) -> Self {
        Self {
            engagements,
            id,
            verb,
            reason: None,
            unchecked: false,
        }
    }

    /// Why, in own words (`statusReason`).
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Leaves it to the service what is allowed.
    pub fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    /// Takes the step, if the referral is still as it was read.
    ///
    /// # Errors
    ///
    /// As every call; [`ErrorKind::NotAllowed`] when the documentation does not
    /// allow the step; [`ErrorKind::Service`] with status 412 when the referral
    /// changes at this very moment; [`ErrorKind::UnexpectedAnswer`] when it has no version,
    /// so that nobody could tell.
    pub async fn send(self) -> Result<StepTaken, Error> {
        let read = self.engagements.get(&self.id).await?;
        let typed = read.typed()?;
        if !self.unchecked {
            read.require_version()?;
            self.verb.check(typed)?;
        }
        let now = self.engagements.now();
        let warning = (self.verb == Verb::Win)
            .then(|| warning(typed, now))
            .flatten();
        let (status, substatus) = self.verb.leads_to().pair();
        let edit = read.edit(|referral| {
            referral.status = Some(status);
            referral.substatus = Some(substatus);
            if let Some(reason) = &self.reason {
                referral.status_reason = Some(reason.clone());
            }
        })?;
        if edit.is_empty() {
            return Ok(StepTaken {
                versioned: read,
                warning,
            });
        }
        let patch = self.engagements.patch(&self.id).edit(&edit);
        let versioned = match patch.return_representation().send().await {
            Ok(Some(versioned)) => versioned,
            Ok(None) => self.engagements.read_back(&self.id).await?,
            // Of the attempts before this answer one may have arrived.
            Err(error)
                if error.status() == Some(StatusCode::PRECONDITION_FAILED)
                    && error.write_outcome() != WriteOutcome::NotDone =>
            {
                let now = self.engagements.look_again(&self.id, &error).await?;
                match has_happened(&edit, &read, &now) {
                    true => now,
                    false => return Err(error),
                }
            }
            Err(error) => return Err(error),
        };
        Ok(StepTaken { versioned, warning })
    }
}

fn warning(referral: &Referral, now: chrono::DateTime<chrono::Utc>) -> Option<&'static str> {
    let created = referral.created_date_time.as_ref()?.to_utc();
    let age = (now - created).to_std().unwrap_or_default();
    (age < AGE_OF_A_DEAL).then_some(
        "the referral was created less than 72 hours ago: a deal that is won so soon cannot be \
         registered for the Azure IP co-sell incentive",
    )
}

impl Verb {
    fn leads_to(self) -> State {
        match self {
            Self::Accept => State::Accepted,
            Self::Decline => State::Declined,
            Self::Win => State::Won,
            Self::Lose => State::Lost,
        }
    }

    fn check(self, referral: &Referral) -> Result<(), Error> {
        let (from, what, who) = match self {
            Self::Accept => (ReferralStatus::New, "accepted", true),
            Self::Decline => (ReferralStatus::New, "declined", true),
            Self::Win => (ReferralStatus::Active, "won", false),
            Self::Lose => (ReferralStatus::Active, "lost", false),
        };
        let refuse = |reason: String| Err(Error::new(ErrorKind::NotAllowed, reason));
        let status = referral.status.as_ref();
        let substatus = referral.substatus.as_ref();
        if status != Some(&from) {
            let status = status.map_or("without a status", ReferralStatus::as_str);
            let substatus = substatus.map_or("none", ReferralSubstatus::as_str);
            let hint = match status {
                "New" => ": accept it first",
                "Closed" => ": a closed referral is not changed any more",
                _ => "",
            };
            return refuse(format!(
                "the referral is {status} (substatus {substatus}), and only one that is {} can be \
                 {what}{hint}",
                from.as_str()
            ));
        }
        if who && referral.direction == Some(ReferralDirection::Outgoing) {
            return refuse(format!(
                "the referral is Outgoing: it is {what} by the organization that received it"
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state that a referral can be in, and both directions, with each verb.
    #[test]
    fn every_step_is_allowed_or_refused_as_the_table_says() {
        let states = [
            ("New", "Pending"),
            ("New", "Received"),
            ("Active", "Accepted"),
            ("Closed", "Won"),
            ("Closed", "Lost"),
            ("Closed", "Declined"),
            ("Closed", "Expired"),
            ("Closed", "Error"),
            ("Paused", "None"),
        ];
        let mut table = String::new();
        for verb in [Verb::Accept, Verb::Decline, Verb::Win, Verb::Lose] {
            for (status, substatus) in states {
                for direction in ["Incoming", "Outgoing"] {
                    let referral = Referral {
                        status: Some(status.into()),
                        substatus: Some(substatus.into()),
                        direction: Some(direction.into()),
                        ..Referral::default()
                    };
                    let allowed = matches!(
                        (verb, status, direction),
                        (Verb::Accept | Verb::Decline, "New", "Incoming")
                            | (Verb::Win | Verb::Lose, "Active", _)
                    );
                    let verdict = verb.check(&referral);
                    assert_eq!(verdict.is_ok(), allowed, "{verb:?} {status} {direction}");
                    if let Err(error) = verdict {
                        assert_eq!(error.kind(), ErrorKind::NotAllowed);
                        let line =
                            format!("{verb:?}, {status}/{substatus}, {direction}: {error}\n");
                        table.push_str(&line);
                    }
                }
            }
        }
        insta::assert_snapshot!(table);
        assert!(Verb::Win.check(&Referral::default()).is_err());
    }

    #[test]
    fn a_deal_that_is_won_early_is_warned_of() {
        let created = "2026-01-01T00:00:00Z";
        let referral = Referral {
            created_date_time: created.parse().ok(),
            ..Referral::default()
        };
        for (now, warned) in [
            ("2026-01-01T00:00:00Z", true),
            ("2026-01-03T23:59:59Z", true),
            ("2026-01-04T00:00:00Z", false),
            // A clock that is behind.
            ("2025-12-31T00:00:00Z", true),
        ] {
            let now = now.parse().expect("a time");
            assert_eq!(warning(&referral, now).is_some(), warned, "{now}");
        }
        let now = created.parse().expect("a time");
        assert!(warning(&Referral::default(), now).is_none());
    }
}
