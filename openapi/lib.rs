//! The contracts, as text.
//!
//! Everything in this package is written by hand. The crates that need a
//! contract (code generation, contract checks, the sandbox) take its text from
//! here, so nothing is copied and every package builds outside the workspace.
//!
//! ```
//! let v1 = referrals_openapi::contract("v1").expect("the first contract");
//! assert!(v1.text.contains("operationId: listReferrals"));
//! ```

/// A contract: one OpenAPI 3.0.3 document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contract {
    /// Short name: the Rust module, the word on the command line.
    pub name: &'static str,
    /// File name in this package.
    pub file: &'static str,
    /// The YAML text.
    pub text: &'static str,
}

/// Every contract. A new contract is one YAML file and one line here.
pub const CONTRACTS: &[Contract] = &[
    Contract {
        name: "v1",
        file: "referrals-v1.yaml",
        text: include_str!("referrals-v1.yaml"),
    },
    Contract {
        name: "engagements",
        file: "engagements-v1.0.yaml",
        text: include_str!("engagements-v1.0.yaml"),
    },
];

/// The contract of this short name.
pub fn contract(name: &str) -> Option<&'static Contract> {
    CONTRACTS.iter().find(|contract| contract.name == name)
}
