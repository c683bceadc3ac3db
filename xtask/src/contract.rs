//! `cargo xtask contract`: the contract check.

use std::path::Path;

use crate::ci::{Failure, cargo};
use crate::generate::{self, COMMAND, Outcome};

/// Freshness of generated code, then the package `contract-tests`: requests and
/// responses of every operation against their snapshots.
///
/// # Errors
///
/// Exit code 7 when something has drifted, 1 when a contract is broken.
pub fn run(root: &Path) -> Result<(), Failure> {
    println!("== freshness");
    match generate::run(root, true) {
        Ok(Outcome::Fresh { .. }) => println!("generated code is up to date"),
        Ok(Outcome::Stale(paths)) => {
            let paths: Vec<_> = paths
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            return Err(Failure {
                code: 7,
                message: format!("stale: {}; run `{COMMAND}`", paths.join(", ")),
            });
        }
        Err(message) => return Err(Failure { code: 1, message }),
    }
    println!("== requests and responses");
    cargo(root, &["test", "--package", "contract-tests"])
        .map_err(|failure| Failure { code: 7, ..failure })
}
