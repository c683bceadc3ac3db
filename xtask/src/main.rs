//! `cargo xtask`: the tasks of this repository.

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::ci::Failure;
use xtask::generate::Outcome;

/// Tasks of this repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write the code that is generated from the contracts and checked in.
    Generate {
        /// Write nothing; list what is stale. Exit code 0 fresh, 4 stale, 1 a contract is broken.
        #[arg(long)]
        check: bool,
    },
    /// The contract check: lint, documentation, freshness, breaking changes, then
    /// requests and responses. Exit code 7 when something has drifted.
    Contract,
    /// The rules for contracts alone.
    Lint,
    /// Copy the contracts to openapi/released under the current version.
    Bless,
    /// Pack what is published and build it from the packages alone.
    Package,
    /// Run the tests with everything printed, and search that for secrets and personal
    /// data.
    Leaks,
    /// Everything that has to pass before a change lands.
    Ci,
}

fn main() -> ExitCode {
    let root = xtask::root();
    let result = match Arguments::parse().task {
        Task::Generate { check } => return generate(check),
        Task::Contract => xtask::contract::run(&root),
        Task::Lint => xtask::contract::run_one("lint", &root),
        Task::Bless => bless(&root),
        Task::Package => xtask::package::run(&root),
        Task::Leaks => xtask::leaks::run(&root),
        Task::Ci => xtask::ci::run(&root),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", failure.message);
            ExitCode::from(failure.code)
        }
    }
}

fn bless(root: &Path) -> Result<(), Failure> {
    let written = xtask::contract::bless(root).map_err(|message| Failure { code: 1, message })?;
    for path in written {
        println!("wrote {path}");
    }
    Ok(())
}

fn generate(check: bool) -> ExitCode {
    match xtask::generate::run(&xtask::root(), check) {
        Ok(Outcome::Fresh { written }) if written.is_empty() => {
            println!("generated code is up to date");
            ExitCode::SUCCESS
        }
        Ok(Outcome::Fresh { written }) => {
            for path in written {
                println!("wrote {}", path.display());
            }
            ExitCode::SUCCESS
        }
        Ok(Outcome::Stale(paths)) => {
            for path in paths {
                eprintln!("stale: {}", path.display());
            }
            eprintln!(
                "run `{}` and commit what it writes",
                xtask::generate::COMMAND
            );
            ExitCode::from(4)
        }
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
