//! Patches that cannot ask for what is not documented.

use std::fmt;

use referrals_model::engagements::{
    Member, PatchOperation, PatchOperator, ReferralStatus, ReferralSubstatus, Registration,
};
use referrals_model::{DateTime, Decimal, Raw};
use serde::Serialize;

use super::edit::operation;

/// Operations that the documentation of PATCH has, and no others.
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
pub struct Operations(Vec<Entry>);

/// One operation. Its value is JSON.
#[derive(Clone)]
struct Entry {
    operator: PatchOperator,
    path: &'static str,
    value: String,
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
        let (path, value) = correction.parts();
        self.entry_of(PatchOperator::Replace, path, value)
    }

    /// Operator and path of each operation, in order.
    pub fn explain(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|entry| {
            let operator = match entry.operator {
                PatchOperator::Add => "add",
                PatchOperator::Replace => "replace",
            };
            format!("{operator} {}", entry.path)
        })
    }

    fn replace(self, path: &'static str, value: &impl Serialize) -> Self {
        self.entry(PatchOperator::Replace, path, value)
    }

    fn entry(self, operator: PatchOperator, path: &'static str, value: &impl Serialize) -> Self {
        // The types of the model and texts always can be written.
        let value = serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned());
        self.entry_of(operator, path, value)
    }

    fn entry_of(mut self, operator: PatchOperator, path: &'static str, value: String) -> Self {
        self.0.push(Entry {
            operator,
            path,
            value,
        });
        self
    }
}

/// Paths alone: values are about people.
impl fmt::Debug for Operations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.explain()).finish()
    }
}

impl IntoIterator for Operations {
    type Item = Raw<PatchOperation>;
    type IntoIter = std::vec::IntoIter<Raw<PatchOperation>>;

    fn into_iter(self) -> Self::IntoIter {
        let operations = self.0.into_iter().filter_map(|entry| {
            let value: Box<serde_json::value::RawValue> =
                serde_json::from_str(&entry.value).ok()?;
            operation(entry.operator, entry.path, &value).ok()
        });
        operations.collect::<Vec<_>>().into_iter()
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
    fn parts(&self) -> (&'static str, String) {
        fn json(value: &impl Serialize) -> String {
            serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
        }
        match self {
            Self::ContractStart(time) => ("/registrations/0/contract/startDateTime", json(time)),
            Self::ContractEnd(time) => ("/registrations/0/contract/endDateTime", json(time)),
            Self::ContractSigned(time) => ("/registrations/0/contract/signDateTime", json(time)),
            Self::ContractTerm(term) => ("/registrations/0/contract/term", json(term)),
            Self::ContractValue(value) => ("/registrations/0/contract/value", json(value)),
            Self::SolutionValue(value) => ("/registrations/0/solutionDetails/0/value", json(value)),
            Self::SolutionCurrency(currency) => (
                "/registrations/0/solutionDetails/0/currency",
                json(currency),
            ),
            Self::SolutionIsDeployedOnAzure(is) => (
                "/registrations/0/solutionDetails/0/isDeployedOnAzure",
                json(is),
            ),
            Self::SolutionDeployment(on) => (
                "/registrations/0/solutionDetails/0/primaryDeploymentOn",
                json(on),
            ),
            Self::SolutionPricing(model) => (
                "/registrations/0/solutionDetails/0/pricingModel",
                json(model),
            ),
            Self::SolutionIsMarketplaceTransacted(is) => (
                "/registrations/0/solutionDetails/0/marketplaceTransactionDetails/\
                 isMarketplaceTransacted",
                json(is),
            ),
            Self::SolutionMarketplaceTransaction(time) => (
                "/registrations/0/solutionDetails/0/marketplaceTransactionDetails/\
                 marketplaceTransactionDateTime",
                json(time),
            ),
        }
    }
}
