//! `cargo xtask contract`: the contract check, and the tasks it is made of.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use referrals_contract::{Contract, Page};
use referrals_openapi::CONTRACTS;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::ci::{Failure, cargo};
use crate::generate::{self, COMMAND, Outcome};

/// Something differs from what it should be.
const DRIFT: u8 = 7;

/// What one check found: nothing, or lines that each name a fault and what to
/// do.
pub type Found = Result<Vec<String>, String>;

/// A check with its name.
type Check = (&'static str, fn(&Path) -> Found);

/// The checks that run in this process, in order.
pub const CHECKS: &[Check] = &[
    ("lint", lint),
    ("documentation", documentation),
    ("freshness", freshness),
    ("breaking changes", breaking),
];

/// Runs every check, then the tests that need the crates: requests and responses
/// against their snapshots, parity, coverage, and the command.
///
/// # Errors
///
/// Exit code 7 when something has drifted, 1 when a contract is broken.
pub fn run(root: &Path) -> Result<(), Failure> {
    let mut drifted = Vec::new();
    for (name, check) in CHECKS {
        if !report(name, check(root))? {
            drifted.push(*name);
        }
    }
    println!("== shapes, parity, coverage");
    if cargo(
        root,
        &["test", "--workspace", "--test", "contract", "--test", "cli"],
    )
    .is_err()
    {
        drifted.push("shapes, parity, coverage");
    }
    match drifted.is_empty() {
        true => Ok(()),
        false => Err(Failure {
            code: DRIFT,
            message: format!("the contract check failed: {}", drifted.join(", ")),
        }),
    }
}

/// Runs one check on its own.
///
/// # Errors
///
/// As [`run`].
pub fn run_one(name: &str, root: &Path) -> Result<(), Failure> {
    let (name, check) = CHECKS
        .iter()
        .find(|(known, _)| *known == name)
        .ok_or_else(|| Failure {
            code: 1,
            message: format!("there is no check {name}"),
        })?;
    match report(name, check(root))? {
        true => Ok(()),
        false => Err(Failure {
            code: DRIFT,
            message: format!("{name} failed"),
        }),
    }
}

fn report(name: &str, found: Found) -> Result<bool, Failure> {
    println!("== {name}");
    let lines = found.map_err(|message| Failure { code: 1, message })?;
    for line in &lines {
        println!("{line}");
    }
    println!("{} found", lines.len());
    Ok(lines.is_empty())
}

/// Every contract as it stands on the disk.
fn contracts(root: &Path) -> Result<Vec<Contract>, String> {
    CONTRACTS
        .iter()
        .map(|contract| {
            let path = format!("openapi/{}", contract.file);
            let text = read(&root.join(&path))?;
            Contract::parse(contract.name, &text).map_err(|error| format!("{path}: {error}"))
        })
        .collect()
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// The rules for contracts.
pub fn lint(root: &Path) -> Found {
    let readme = read(&root.join("openapi/README.md"))?;
    let rulings: BTreeSet<String> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .filter_map(|row| row.split(" | ").next())
        .filter(|id| id.starts_with(['E', 'X']) && id[1..].parse::<u32>().is_ok())
        .map(str::to_owned)
        .collect();
    Ok(contracts(root)?
        .iter()
        .flat_map(|contract| {
            let findings = contract.lint(&rulings);
            findings
                .into_iter()
                .map(|finding| format!("{}: {finding}", contract.name()))
                .collect::<Vec<_>>()
        })
        .collect())
}

/// `openapi/documented/provenance.toml`.
#[derive(Deserialize)]
struct Provenance {
    page: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    file: String,
    sha256: String,
    /// The contract that the page belongs to.
    contract: String,
    /// The operation that it documents; none for a page that several share.
    operation: Option<String>,
}

/// The documented pages against the contracts.
pub fn documentation(root: &Path) -> Found {
    let folder = root.join("openapi/documented");
    let provenance = read(&folder.join("provenance.toml"))?;
    let provenance: Provenance =
        toml::from_str(&provenance).map_err(|error| format!("provenance.toml: {error}"))?;
    let contracts = contracts(root)?;
    let mut found = Vec::new();
    let mut listed = BTreeSet::new();
    for source in &provenance.page {
        let file = format!("openapi/documented/{}", source.file);
        let text = read(&root.join(&file))?;
        listed.insert(source.file.clone());
        let digest = Sha256::digest(text.replace("\r\n", "\n"));
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        if hash != source.sha256 {
            found.push(format!(
                "{file}: changed since it was transcribed; check it against the publisher's page, \
                 then write sha256 = \"{hash}\" to provenance.toml"
            ));
        }
        let contract = contracts
            .iter()
            .find(|contract| contract.name() == source.contract)
            .ok_or_else(|| format!("{file}: there is no contract {}", source.contract))?;
        let page = Page::parse(&text);
        let comparison = match &source.operation {
            Some(id) => contract
                .compare(&page, Some(id))
                .map_err(|error| format!("{file}: {error}"))?,
            None => contract.compare_shared(&page),
        };
        if comparison.agreements.is_empty() && comparison.differences.is_empty() {
            found.push(format!("{file}: no fact of it can be compared"));
        }
        found.extend(
            comparison
                .differences
                .iter()
                .map(|difference| format!("{file}: {difference}")),
        );
    }
    for name in pages_below(&folder, "")? {
        if !listed.contains(&name) {
            found.push(format!(
                "openapi/documented/{name}: not in provenance.toml; say where it comes from"
            ));
        }
    }
    Ok(found)
}

/// The pages in a folder and those below it, with their paths in it.
fn pages_below(folder: &Path, prefix: &str) -> Result<Vec<String>, String> {
    let mut pages = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
    for entry in entries {
        let entry = entry.map_err(|error| error.to_string())?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            pages.extend(pages_below(&entry.path(), &format!("{name}/"))?);
        } else if name.ends_with(".md") {
            pages.push(name);
        }
    }
    Ok(pages)
}

/// Generated code against the contracts.
pub fn freshness(root: &Path) -> Found {
    Ok(match generate::run(root, true)? {
        Outcome::Fresh { .. } => Vec::new(),
        Outcome::Stale(paths) => paths
            .iter()
            .map(|path| format!("stale: {}; run `{COMMAND}`", path.display()))
            .collect(),
    })
}

/// Where blessed copies are, named `CONTRACT-VERSION.yaml`.
const RELEASED: &str = "openapi/released";

/// The contracts against their released copies. A change that breaks users of
/// the latest release needs a new minor version before 1.0, a new major one
/// after; with that, breaking is what the release is for.
pub fn breaking(root: &Path) -> Found {
    breaking_in(root, env!("CARGO_PKG_VERSION"))
}

/// As [`breaking`], for a workspace of this version.
pub fn breaking_in(root: &Path, version: &str) -> Found {
    let mut found = Vec::new();
    for contract in contracts(root)? {
        let Some((release, file, released)) = latest_release(root, contract.name())? else {
            continue;
        };
        if may_break(&release, &numbers(version).unwrap_or_default()) {
            continue;
        }
        found.extend(contract.breaking_changes(&released).iter().map(|change| {
            format!(
                "{}: breaks users of {RELEASED}/{file}: {change}",
                contract.name()
            )
        }));
    }
    Ok(found)
}

/// The parts of a version.
fn numbers(version: &str) -> Option<Vec<u64>> {
    version
        .split('.')
        .map(|number| number.parse().ok())
        .collect()
}

/// Whether the second version may break users of the first.
fn may_break(released: &[u64], now: &[u64]) -> bool {
    match (released, now) {
        ([0, before, ..], [0, now, ..]) => now > before,
        ([before, ..], [now, ..]) => now > before,
        _ => false,
    }
}

/// The released copy of the highest version.
fn latest_release(root: &Path, name: &str) -> Result<Option<(Vec<u64>, String, Contract)>, String> {
    let folder = root.join(RELEASED);
    let Ok(entries) = fs::read_dir(&folder) else {
        return Ok(None);
    };
    let prefix = format!("{name}-");
    let latest = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|file| {
            let version = file.strip_prefix(&prefix)?.strip_suffix(".yaml")?;
            Some((numbers(version)?, file.clone()))
        })
        .max();
    let Some((version, file)) = latest else {
        return Ok(None);
    };
    let text = read(&folder.join(&file))?;
    let contract = Contract::parse(name, &text).map_err(|error| format!("{file}: {error}"))?;
    Ok(Some((version, file, contract)))
}

/// Copies every contract to the released ones under the workspace's version. A
/// copy is never changed afterwards.
///
/// # Errors
///
/// When a different copy of this version exists, or a file cannot be written.
pub fn bless(root: &Path) -> Result<Vec<String>, String> {
    let version = env!("CARGO_PKG_VERSION");
    let folder = root.join(RELEASED);
    fs::create_dir_all(&folder).map_err(|error| format!("{RELEASED}: {error}"))?;
    let mut written = Vec::new();
    for contract in contracts(root)? {
        let file = format!("{}-{version}.yaml", contract.name());
        let path = folder.join(&file);
        match fs::read_to_string(&path) {
            Ok(text) if text == contract.text() => {}
            Ok(_) => {
                return Err(format!(
                    "{RELEASED}/{file} exists and differs: released copies are never changed, raise the version first"
                ));
            }
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(format!("cannot read {RELEASED}/{file}: {error}"));
            }
            Err(_) => {
                fs::write(&path, contract.text()).map_err(|error| format!("{file}: {error}"))?;
                written.push(format!("{RELEASED}/{file}"));
            }
        }
    }
    Ok(written)
}
