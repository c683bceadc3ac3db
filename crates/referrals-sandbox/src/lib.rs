#![doc = include_str!("../README.md")]

mod clock;
mod data;
mod dialect;
mod engagements;
pub mod identity;
mod index;
mod json;
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
pub use server::{Builder, NextLinks, Sandbox};
pub use state::StateError;
