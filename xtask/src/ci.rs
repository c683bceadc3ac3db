//! `cargo xtask ci`: everything that has to pass before a change lands.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// A step that did not pass.
#[derive(Debug)]
pub struct Failure {
    /// The exit code to end with.
    pub code: u8,
    /// What failed and how to see it again.
    pub message: String,
}

/// The steps, in the order in which they fail fastest.
const STEPS: &[&[&str]] = &[
    &["fmt", "--all", "--check"],
    &[
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "--deny",
        "warnings",
    ],
    &["test", "--workspace"],
    &["xtask", "leaks"],
    &["xtask", "contract"],
    &["doc", "--workspace", "--no-deps"],
    &["xtask", "package"],
];

/// Runs every step and stops at the first that fails.
///
/// # Errors
///
/// The step that failed.
pub fn run(root: &Path) -> Result<(), Failure> {
    for step in STEPS {
        println!("== cargo {}", step.join(" "));
        let start = Instant::now();
        cargo(root, step)?;
        println!("== passed in {} s\n", start.elapsed().as_secs());
    }
    Ok(())
}

/// Runs cargo in `root` with its output shown.
///
/// # Errors
///
/// When cargo cannot be started or does not succeed.
pub fn cargo(root: &Path, arguments: &[&str]) -> Result<(), Failure> {
    let shown = format!("cargo {}", arguments.join(" "));
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .current_dir(root)
        .env("RUSTDOCFLAGS", "--deny warnings")
        .status()
        .map_err(|error| Failure {
            code: 1,
            message: format!("cannot start `{shown}`: {error}"),
        })?;
    if status.success() {
        Ok(())
    } else {
        // The contract check says by its code that something has drifted.
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Err(Failure {
            code: code.unwrap_or(1),
            message: format!("`{shown}` failed"),
        })
    }
}
