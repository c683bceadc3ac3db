//! Generates the client from the contracts. Hand-written code beside it is in
//! `src`; a client that does not fit the checked-in model does not compile.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use referrals_codegen::{Contract, Names};
use referrals_openapi::CONTRACTS;

fn main() -> Result<(), Box<dyn Error>> {
    // The contracts are linked into this script: when one changes, cargo builds
    // and runs the script again.
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    for contract in CONTRACTS {
        let client = Contract::parse(contract.text)
            .and_then(|parsed| {
                parsed.client(&Names {
                    contract: &format!("openapi/{}", contract.file),
                    types: &format!("::referrals_model::{}", contract.name),
                })
            })
            .map_err(|error| format!("openapi/{}: {error}", contract.file))?;
        fs::write(out.join(format!("{}.rs", contract.name)), client)?;
    }
    Ok(())
}
