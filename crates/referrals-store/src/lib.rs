#![doc = include_str!("../README.md")]

mod database;
mod error;
mod sync;

pub use database::Database;
pub use error::Error;
pub use sync::{Change, ChangeKind, Report, Sync};
