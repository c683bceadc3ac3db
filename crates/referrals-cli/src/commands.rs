//! One module per command.

pub(crate) mod api;
pub(crate) mod auth;
pub(crate) mod config;
pub(crate) mod contract;
pub(crate) mod create;
mod drift;
pub(crate) mod find;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod sandbox;
pub(crate) mod share;
pub(crate) mod step;
pub(crate) mod sync;
pub(crate) mod update;
pub(crate) mod validate;
