//! Holds requests, responses and crates against the contracts.
//!
//! After a change of a contract: `INSTA_UPDATE=always cargo test -p
//! contract-tests`, then read `git diff`.

mod coverage;
mod deals;
mod dialects;
mod engagements;
mod examples;
mod faults;
mod fixtures;
mod golden;
mod home;
mod identity;
mod layout;
mod leaks;
mod live;
mod outcomes;
mod parity;
mod requests;
mod responses;
mod retries;
mod roles;
mod sandbox;
mod sandbox_hostile;
mod sandbox_life;
mod sandbox_live;
mod validation;
