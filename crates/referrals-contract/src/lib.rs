#![doc = include_str!("../README.md")]

mod breaking;
mod compare;
mod contract;
mod diff;
mod lint;
mod markdown;
mod page;
mod redact;
mod schema;
mod traffic;

pub use breaking::BreakingChange;
pub use compare::{Agreement, Comparison, Difference};
pub use contract::{Contract, Operation};
pub use diff::{Change, Endpoint, Kind, Migration, OperationChange, Part, TypeChange};
pub use lint::{Finding, RULES, Rule};
pub use page::Page;
pub use redact::Redaction;
pub use schema::Unknown;
pub use traffic::{Departure, NotHar, Traffic};

/// Why something could not be compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no contract of this name.
    #[error("there is no contract `{name}`; there are: {known}")]
    NoContract {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The contract cannot be read.
    #[error("the contract cannot be read: {0}")]
    Broken(String),
    /// The contract has no operation of this id.
    #[error("the contract has no operation `{id}`; there are: {known}")]
    NoOperation {
        /// The id that was asked for.
        id: String,
        /// The ids there are.
        known: String,
    },
    /// The page documents something that the contract does not have.
    #[error("{found}; the nearest operation of the contract is {nearest}")]
    OtherPage {
        /// What the page documents.
        found: String,
        /// The operation that comes nearest, with method and path.
        nearest: String,
    },
}
