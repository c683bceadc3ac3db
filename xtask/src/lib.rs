//! Tasks of this repository, callable from tests as well as from the command
//! line. Run `cargo xtask --help`.

pub mod ci;
pub mod contract;
pub mod generate;
pub mod leaks;
pub mod package;

use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn root() -> PathBuf {
    // The manifest directory is known when this crate is compiled, and the
    // crate is only ever run from the tree it was compiled in.
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}
