//! Turns an OpenAPI contract of the referrals API into Rust.
//!
//! A [`Contract`] is read from its YAML text. [`Contract::model`] writes the
//! types, [`Contract::client`] the operations, [`interface`] the public
//! signatures of a client for reviewers. All output is deterministic.
//!
//! ```
//! use referrals_codegen::{Contract, Names};
//!
//! let contract = Contract::parse(r##"
//! openapi: 3.0.3
//! info: { title: Example, version: "1" }
//! paths: {}
//! components:
//!   schemas:
//!     Tag:
//!       description: A tag.
//!       type: object
//!       properties:
//!         id: { description: The value., type: string }
//! "##)?;
//! let names = Names { contract: "example.yaml", types: "::example_model" };
//! let model = contract.model(&names)?;
//! assert!(model.contains("pub struct Tag"));
//! # Ok::<(), referrals_codegen::Error>(())
//! ```

mod client;
mod fingerprint;
mod interface;
mod model;
mod normalize;

use progenitor::{CrateVers, GenerationSettings};
use serde_json::Value;

pub use interface::interface;

/// A contract that was read and whose meaning is known.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The document as written, members sorted.
    document: Value,
    /// The document as the generator can take it, and what was taken out.
    normalized: normalize::Normalized,
}

/// The names that generated code uses for things outside itself.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// File name of the contract, for the header of the generated code.
    pub contract: &'a str,
    /// Absolute path of the module that holds the generated types, such as
    /// `::referrals_model::v1`.
    pub types: &'a str,
}

/// Why no code could be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not YAML. The message shows the place.
    #[error("the contract is not valid YAML: {0}")]
    Yaml(String),
    /// The document is not OpenAPI 3.0.
    #[error("the contract is not valid OpenAPI 3.0 at `{path}`: {reason}")]
    OpenApi {
        /// Where, as a path of member names.
        path: String,
        /// What is wrong there.
        reason: String,
    },
    /// The document is OpenAPI, but has something these rules do not cover.
    #[error("the contract has something no rule covers at `{path}`: {reason}")]
    Unsupported {
        /// Where, as a path of member names.
        path: String,
        /// What is wrong there and what to write instead.
        reason: String,
    },
    /// The generator gave up.
    #[error("the generator failed: {0}")]
    Generator(String),
    /// The generator's output is not what the rules expect of its version.
    #[error("unexpected output of the generator: {0}")]
    Output(String),
}

impl Contract {
    /// Reads a contract.
    ///
    /// # Errors
    ///
    /// When the text is not YAML, not OpenAPI 3.0, or uses something that no
    /// generation rule covers.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // YAML 1.1 would read the country code `NO` as false.
        let options = serde_saphyr::options! {
            strict_booleans: true,
            leading_zero_numbers_as_strings: true,
        };
        let document: Value = serde_saphyr::from_str_with_options(text, options)
            .map_err(|error| Error::Yaml(error.to_string()))?;
        let document = fingerprint::sorted(document);
        let normalized = normalize::normalize(&document)?;
        Ok(Self {
            document,
            normalized,
        })
    }

    /// A fingerprint of the contract's content. Comments, order of members and
    /// layout do not change it, anything else does.
    pub fn fingerprint(&self) -> u64 {
        fingerprint::fingerprint(&self.document)
    }

    /// Whether there is anything to generate a client from.
    pub fn has_operations(&self) -> bool {
        self.normalized.document.operations().next().is_some()
    }

    /// The source text of the model: types, open enums, known members.
    ///
    /// # Errors
    ///
    /// When the generator cannot take the contract.
    pub fn model(&self, names: &Names<'_>) -> Result<String, Error> {
        model::generate(self, names)
    }

    /// The source text of the client: one builder per operation.
    ///
    /// # Errors
    ///
    /// When the generator cannot take the contract.
    pub fn client(&self, names: &Names<'_>) -> Result<String, Error> {
        client::generate(self, names)
    }

    fn header(&self, names: &Names<'_>) -> String {
        format!(
            "// @generated from {} (fingerprint {:016x}) by referrals-codegen; do not edit.\n",
            names.contract,
            self.fingerprint(),
        )
    }
}

/// Settings that both passes share.
fn settings() -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_map_type("::std::collections::BTreeMap")
        .with_crate(normalize::SUPPORT_CRATE, CrateVers::Any, None);
    settings
}

/// Runs the generator. It panics on documents it does not expect; that must
/// not take a build script down without a word.
fn run_generator(
    settings: &GenerationSettings,
    document: &openapiv3::OpenAPI,
) -> Result<(progenitor::Generator, proc_macro2::TokenStream), Error> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut generator = progenitor::Generator::new(settings);
        let tokens = generator.generate_tokens(document);
        tokens.map(|tokens| (generator, tokens))
    }))
    .map_err(|panic| {
        let reason = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        Error::Generator(format!("it stopped with a panic: {reason}"))
    })?
    .map_err(|error| Error::Generator(error.to_string()))
}

fn parse_path(path: &str) -> Result<syn::Path, Error> {
    syn::parse_str(path).map_err(|error| Error::Output(format!("`{path}` is no path: {error}")))
}
