//! `cargo xtask generate`: writes the code that is generated and checked in.

use std::path::{Path, PathBuf};
use std::{fs, io};

use referrals_codegen::{Contract, Names};
use referrals_openapi::CONTRACTS;

/// The command that makes stale files fresh.
pub const COMMAND: &str = "cargo xtask generate";

/// A file that generation owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generated {
    /// Path from the root of the repository.
    pub path: PathBuf,
    /// What it has to contain.
    pub text: String,
}

impl Generated {
    /// Whether the file below `root` has this content, whatever its line ends.
    ///
    /// # Errors
    ///
    /// When the file exists and cannot be read.
    pub fn is_fresh(&self, root: &Path) -> io::Result<bool> {
        match fs::read_to_string(root.join(&self.path)) {
            Ok(text) => Ok(text.replace("\r\n", "\n") == self.text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Writes the file in one step, so that an interrupted run leaves either
    /// the old or the new content.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        let path = root.join(&self.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let new = path.with_extension("new");
        fs::write(&new, &self.text)?;
        fs::rename(new, path)
    }
}

/// Everything that generation owns, made from the contracts below `root`.
///
/// # Errors
///
/// A message that names the contract and says what is wrong with it.
pub fn generated(root: &Path) -> Result<Vec<Generated>, String> {
    let mut files = Vec::new();
    let mut interface = String::from(
        "The public functions of the generated client, written by `cargo xtask generate`.\n\
         The client itself is generated at build time; this file shows what a change of a\n\
         contract does to it.\n\n",
    );
    for contract in CONTRACTS {
        let types = format!("::referrals_model::{}", contract.name);
        let code = code(root, &format!("openapi/{}", contract.file), &types)?;
        files.push(Generated {
            path: format!("crates/referrals-model/src/generated/{}.rs", contract.name).into(),
            text: code.model,
        });
        let signatures =
            referrals_codegen::interface(contract.name, &code.client.unwrap_or_default())
                .map_err(|error| format!("openapi/{}: {error}", contract.file))?;
        interface.push_str(&signatures);
    }
    files.push(Generated {
        path: "crates/referrals-client/api.txt".into(),
        text: interface,
    });
    for rule in rules(root)? {
        let types = format!("crate::golden::{rule}::model");
        let code = code(root, &format!("{RULES}/{rule}.yaml"), &types)?;
        let client = code.client.map(|client| ("client", client));
        for (part, text) in [("model", code.model)].into_iter().chain(client) {
            files.push(Generated {
                path: format!("{RULES}/{rule}.{part}.rs").into(),
                text,
            });
        }
    }
    Ok(files)
}

/// Where the small contracts are that show one rule of generation each.
const RULES: &str = "crates/referrals-codegen/tests/golden";

/// The names of those contracts.
fn rules(root: &Path) -> Result<Vec<String>, String> {
    let folder = root.join(RULES);
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            name.strip_suffix(".yaml").map(str::to_owned)
        })
        .collect();
    names.sort();
    Ok(names)
}

struct Code {
    model: String,
    /// None where the contract has types alone.
    client: Option<String>,
}

/// Both halves of the code for one contract. The file is read from the disk:
/// the text linked into this program may be older than the edit to be seen.
fn code(root: &Path, file: &str, types: &str) -> Result<Code, String> {
    let broken = |error: &dyn std::fmt::Display| format!("{file}: {error}");
    let text = fs::read_to_string(root.join(file)).map_err(|error| broken(&error))?;
    let contract = Contract::parse(&text).map_err(|error| broken(&error))?;
    let names = Names {
        contract: file,
        types,
    };
    Ok(Code {
        model: contract.model(&names).map_err(|error| broken(&error))?,
        client: match contract.has_operations() {
            true => Some(contract.client(&names).map_err(|error| broken(&error))?),
            false => None,
        },
    })
}

/// What a run of the task found and did.
#[derive(Debug)]
pub enum Outcome {
    /// Every file has the content it should have, now.
    Fresh {
        /// The files that had to be written for that.
        written: Vec<PathBuf>,
    },
    /// These files do not have the content they should have.
    Stale(Vec<PathBuf>),
}

/// Brings the generated files up to date, or only says which are stale.
///
/// # Errors
///
/// A message, when a contract is broken or a file cannot be read or written.
pub fn run(root: &Path, check: bool) -> Result<Outcome, String> {
    let mut stale = Vec::new();
    for file in generated(root)? {
        let named = |error| format!("{}: {error}", file.path.display());
        if file.is_fresh(root).map_err(named)? {
            continue;
        }
        if !check {
            file.write(root).map_err(named)?;
        }
        stale.push(file.path);
    }
    Ok(match check && !stale.is_empty() {
        true => Outcome::Stale(stale),
        false => Outcome::Fresh { written: stale },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_code_is_fresh() {
        match run(&crate::root(), true).expect("the contracts") {
            Outcome::Fresh { written } => assert!(written.is_empty()),
            Outcome::Stale(paths) => panic!("stale: {paths:?}; run `{COMMAND}`"),
        }
    }

    #[test]
    fn the_same_contract_gives_the_same_code() {
        let once = generated(&crate::root()).expect("code");
        assert_eq!(once, generated(&crate::root()).expect("code"));
    }
}
