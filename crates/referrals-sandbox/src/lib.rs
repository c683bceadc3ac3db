#![doc = include_str!("../README.md")]

mod data;
mod problem;
mod server;
mod v1;

pub use data::OWN_ORGANIZATION;
pub use server::{Builder, Sandbox};
