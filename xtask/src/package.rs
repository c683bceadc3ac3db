//! `cargo xtask package`: the packages as they would be published, built from
//! nothing but themselves.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::ci::{Failure, cargo};

/// Members that are not published.
const PRIVATE: [&str; 2] = ["xtask", "contract-tests"];

/// Packs every publishable member, unpacks the packages into an empty folder and
/// builds them there.
///
/// Cargo's own verification will not do: it keeps unpacked sources by name and
/// version alone, so a second run at the same place would build the sources of
/// the first.
///
/// # Errors
///
/// When a package cannot be made or does not build.
pub fn run(root: &Path) -> Result<(), Failure> {
    let packed = root.join("target/package");
    let unpacked = root.join("target/unpacked");
    // What earlier runs left would be packed and built along.
    for folder in [&packed, &unpacked] {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(failed(folder))?;
        }
    }
    let mut arguments = vec![
        "package",
        "--workspace",
        "--allow-dirty",
        "--no-verify",
        "--quiet",
    ];
    for member in PRIVATE {
        arguments.extend(["--exclude", member]);
    }
    cargo(root, &arguments)?;

    fs::create_dir_all(&unpacked).map_err(failed(&unpacked))?;
    let mut names = Vec::new();
    for entry in fs::read_dir(&packed).map_err(failed(&packed))? {
        let path = entry.map_err(failed(&packed))?.path();
        if path
            .extension()
            .is_none_or(|extension| extension != "crate")
        {
            continue;
        }
        // Packages carry a fixed time for all files; with it (`m` leaves it out)
        // cargo would take what an earlier run built for fresh.
        let status = Command::new("tar")
            .arg("xzmf")
            .arg(&path)
            .current_dir(&unpacked)
            .status();
        if !status.map_err(failed(&path))?.success() {
            return Err(Failure {
                code: 1,
                message: format!("cannot unpack {}", path.display()),
            });
        }
        names.extend(
            path.file_stem()
                .map(|name| name.to_string_lossy().into_owned()),
        );
    }
    names.sort();
    let manifest = unpacked.join("Cargo.toml");
    fs::write(&manifest, workspace(&names)).map_err(failed(&manifest))?;
    // The versions that everything else was built and tested with.
    let lock = unpacked.join("Cargo.lock");
    fs::copy(root.join("Cargo.lock"), &lock).map_err(failed(&lock))?;
    println!("{} packages: {}", names.len(), names.join(", "));
    let target = root.join("target");
    let target = target.to_string_lossy();
    cargo(
        &unpacked,
        &["build", "--workspace", "--target-dir", &target],
    )
}

/// A workspace of the unpacked packages, each in place of the published one.
fn workspace(names: &[String]) -> String {
    let mut text =
        format!("[workspace]\nresolver = \"3\"\nmembers = {names:?}\n\n[patch.crates-io]\n");
    for name in names {
        let package = name
            .rsplit_once('-')
            .map_or(name.as_str(), |(package, _)| package);
        text.push_str(&format!("{package} = {{ path = {name:?} }}\n"));
    }
    text
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Failure {
    let path = path.display().to_string();
    move |error| Failure {
        code: 1,
        message: format!("{path}: {error}"),
    }
}
