//! One module per command.

pub(crate) mod contract;
pub(crate) mod list;
pub(crate) mod sandbox;
