#![doc = include_str!("../README.md")]

mod caller;
mod clock;
mod control;
mod data;
mod dialect;
mod engagements;
mod faults;
mod har;
mod home;
pub mod identity;
mod index;
mod json;
mod line;
mod log;
mod problem;
mod request;
mod schemas;
mod server;
mod shape;
mod state;
mod store;
mod tls;
mod v1;
mod views;

pub use data::OWN_ORGANIZATION;
pub use dialect::Dialect;
pub use faults::{Fault, InvalidFault};
pub use server::{Builder, NextLinks, Sandbox};
pub use state::StateError;
