//! Patches that cannot ask for what is not documented.

use std::fmt;

use referrals_model::engagements::{
    Member, PatchOperation, PatchOperator, ReferralStatus, ReferralSubstatus, Registration,
};
use referrals_model::{DateTime, Decimal, Raw};
use serde::Serialize;

use super::edit::operation;
use crate::Error;

/// Operations that the documentation of PATCH has, and no others. They are sent by
/// [`Patch::documented`](super::Patch::documented).
///
/// ```
/// use referrals::engagements::{Operations, State};
///
/// let operations = Operations::new()
///     .deal_value("10000.50".parse()?)
///     .notes("They decide in May.")
///     .state(State::Won);
/// let paths: Vec<_> = operations.explain().collect();
/// assert_eq!(
///     paths,
///     [
///         "replace /details/dealValue",
///         "replace /details/notes",
///         "replace /status",
///         "replace /substatus",
///     ]
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Documentation: "Patch a referral", Partner Center REST API; closing date and sales
/// stage are named in its text, the paths of a registration by Microsoft's connector.
#[derive(Clone, Default)]
#[must_use = "operations do nothing until they are given to a patch"]
pub struct Operations {
    entries: Vec<Entry>,
    /// The first operation whose value cannot be written.
    refused: Option<String>,
}

/// One operation.
#[derive(Clone)]
struct Entry {
    operator: PatchOperator,
    path: &'static str,
    operation: Raw<PatchOperation>,
}

/// Where a referral can be led, status and substatus together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Active, Accepted.
    Accepted,
    /// Closed, Declined.
    Declined,
    /// Closed, Won.
    Won,
    /// Closed, Lost.
    Lost,
}

impl State {
    /// The pair that stands for it.
    pub fn pair(self) -> (ReferralStatus, ReferralSubstatus) {
        match self {
            Self::Accepted => (ReferralStatus::Active, ReferralSubstatus::Accepted),
            Self::Declined => (ReferralStatus::Closed, ReferralSubstatus::Declined),
            Self::Won => (ReferralStatus::Closed, ReferralSubstatus::Won),
            Self::Lost => (ReferralStatus::Closed, ReferralSubstatus::Lost),
        }
    }
}

impl Operations {
    /// No operations yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The estimated value of the deal, in the currency that it has.
    pub fn deal_value(self, value: Decimal) -> Self {
        self.replace("/details/dealValue", &value)
    }

    /// The notes on the deal.
    pub fn notes(self, notes: impl Into<String>) -> Self {
        self.replace("/details/notes", &notes.into())
    }

    /// When the deal is expected to close.
    pub fn closing_date_time(self, time: DateTime) -> Self {
        self.replace("/details/closingDateTime", &time)
    }

    /// How far the deal is: a percentage such as `40`.
    pub fn sales_stage(self, stage: impl Into<String>) -> Self {
        self.replace("/salesStage", &stage.into())
    }

    /// Status and substatus, which have to change together.
    pub fn state(self, state: State) -> Self {
        let (status, substatus) = state.pair();
        self.replace("/status", &status)
            .replace("/substatus", &substatus)
    }

    /// Adds somebody to the own team.
    pub fn team_member(self, member: Member) -> Self {
        self.entry(PatchOperator::Add, "/team/-", &member)
    }

    /// Registers the deal, once it is won.
    pub fn registration(self, registration: Registration) -> Self {
        self.entry(PatchOperator::Add, "/registrations/-", &registration)
    }

    /// Corrects one thing of the registration, while it waits for that.
    pub fn correction(self, correction: Correction) -> Self {
        use PatchOperator::Replace;

        let path = correction.path();
        match &correction {
            Correction::ContractStart(time)
            | Correction::ContractEnd(time)
            | Correction::ContractSigned(time)
            | Correction::SolutionMarketplaceTransaction(time) => self.entry(Replace, path, time),
            Correction::ContractTerm(text)
            | Correction::SolutionCurrency(text)
            | Correction::SolutionDeployment(text)
            | Correction::SolutionPricing(text) => self.entry(Replace, path, text),
            Correction::ContractValue(value) | Correction::SolutionValue(value) => {
                self.entry(Replace, path, value)
            }
            Correction::SolutionIsDeployedOnAzure(is)
            | Correction::SolutionIsMarketplaceTransacted(is) => self.entry(Replace, path, is),
        }
    }

    /// Operator and path of each operation, in order.
    pub fn explain(&self) -> impl Iterator<Item = String> {
        self.entries.iter().map(|entry| {
            let operator = match entry.operator {
                PatchOperator::Add => "add",
                PatchOperator::Replace => "replace",
            };
            format!("{operator} {}", entry.path)
        })
    }

    /// The operations as they are sent, in order.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when a value cannot be
    /// written as JSON.
    pub fn into_operations(self) -> Result<Vec<Raw<PatchOperation>>, Error> {
        let (operations, refused) = self.into_parts();
        match refused {
            Some(reason) => Err(Error::configuration(reason)),
            None => Ok(operations),
        }
    }

    /// The operations, and why one is not among them.
    pub(super) fn into_parts(self) -> (Vec<Raw<PatchOperation>>, Option<String>) {
        let entries = self.entries.into_iter();
        let operations = entries.map(|entry| entry.operation).collect();
        (operations, self.refused)
    }

    fn replace(self, path: &'static str, value: &impl Serialize) -> Self {
        self.entry(PatchOperator::Replace, path, value)
    }

    fn entry(
        mut self,
        operator: PatchOperator,
        path: &'static str,
        value: &impl Serialize,
    ) -> Self {
        match written(operator, path, value) {
            Ok(operation) => self.entries.push(Entry {
                operator,
                path,
                operation,
            }),
            Err(reason) => {
                self.refused.get_or_insert(reason);
            }
        }
        self
    }
}

/// An operation as it is sent, or why it cannot be.
fn written(
    operator: PatchOperator,
    path: &str,
    value: &impl Serialize,
) -> Result<Raw<PatchOperation>, String> {
    serde_json::value::to_raw_value(value)
        .and_then(|value| operation(operator, path, &value))
        .map_err(|error| format!("the value for {path} cannot be written as JSON: {error}"))
}

/// Paths alone: values are about people.
impl fmt::Debug for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.explain()).finish()
    }
}

/// What can be corrected of a registration.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Correction {
    /// When the contract starts.
    ContractStart(DateTime),
    /// When the contract ends.
    ContractEnd(DateTime),
    /// When the contract was signed.
    ContractSigned(DateTime),
    /// `Perpetual` or `Finite`.
    ContractTerm(String),
    /// What the contract is worth.
    ContractValue(Decimal),
    /// What the solution is worth.
    SolutionValue(Decimal),
    /// The currency of that, by its three letters.
    SolutionCurrency(String),
    /// Whether the solution runs on Azure. One that does not ends the registration.
    SolutionIsDeployedOnAzure(bool),
    /// `Customer` or `Partner`.
    SolutionDeployment(String),
    /// `PayAsYouGo` or `Other`.
    SolutionPricing(String),
    /// Whether it was bought in the marketplace.
    SolutionIsMarketplaceTransacted(bool),
    /// When it was bought there.
    SolutionMarketplaceTransaction(DateTime),
}

impl Correction {
    fn path(&self) -> &'static str {
        match self {
            Self::ContractStart(_) => "/registrations/0/contract/startDateTime",
            Self::ContractEnd(_) => "/registrations/0/contract/endDateTime",
            Self::ContractSigned(_) => "/registrations/0/contract/signDateTime",
            Self::ContractTerm(_) => "/registrations/0/contract/term",
            Self::ContractValue(_) => "/registrations/0/contract/value",
            Self::SolutionValue(_) => "/registrations/0/solutionDetails/0/value",
            Self::SolutionCurrency(_) => "/registrations/0/solutionDetails/0/currency",
            Self::SolutionIsDeployedOnAzure(_) => {
                "/registrations/0/solutionDetails/0/isDeployedOnAzure"
            }
            Self::SolutionDeployment(_) => "/registrations/0/solutionDetails/0/primaryDeploymentOn",
            Self::SolutionPricing(_) => "/registrations/0/solutionDetails/0/pricingModel",
            Self::SolutionIsMarketplaceTransacted(_) => {
                "/registrations/0/solutionDetails/0/marketplaceTransactionDetails/\
                 isMarketplaceTransacted"
            }
            Self::SolutionMarketplaceTransaction(_) => {
                "/registrations/0/solutionDetails/0/marketplaceTransactionDetails/\
                 marketplaceTransactionDateTime"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ErrorKind, Referrals};

    struct Unwritable;

    impl Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no"))
        }
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_told_and_never_left_out() {
        let operations = Operations::new()
            .notes("x")
            .replace("/details/dealValue", &Unwritable)
            .sales_stage("40");
        let told = "the value for /details/dealValue cannot be written as JSON: no";
        let refused = operations.clone().into_operations().expect_err("refused");
        assert_eq!(refused.kind(), ErrorKind::Configuration);
        assert!(refused.to_string().contains(told), "{refused}");

        // Nothing listens there, and nothing is sent.
        let builder = Referrals::builder().base_url("http://127.0.0.1:9");
        let referrals = builder.token("t").build().expect("a client");
        let patch = referrals.engagements().patch("1").documented(operations);
        let refused = patch.send().await.expect_err("refused");
        assert_eq!(refused.kind(), ErrorKind::Configuration);
        assert!(refused.to_string().contains(told), "{refused}");
    }
}
