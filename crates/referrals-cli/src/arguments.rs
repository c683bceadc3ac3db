//! What can be typed.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use referrals::v1::ReferralStatus;

/// Microsoft Partner Center referrals: leads and co-sell opportunities.
#[derive(Debug, Parser)]
#[command(name = "referrals", version, about, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List referrals.
    #[command(after_help = LIST_HELP)]
    List(List),
    /// Run a server that stands in for the service, with made-up data.
    Sandbox(Sandbox),
    /// The contract of the API: print it, or hold something against it.
    #[command(subcommand)]
    Contract(Contract),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Contract {
    /// Hold a documentation page, as its publisher writes it, against the
    /// contract. Exit code 0 when they agree, 7 when they differ, 1 when the
    /// page documents something else.
    Page(Page),
    /// Hold recorded traffic against the contract. Exit code 0 when it is
    /// clean, 7 when it has what the contract does not know.
    Traffic(Traffic),
    /// What a caller of one contract has to change to call another: operations,
    /// credentials, parameters, headers, types, values. Exit code 0.
    Diff(Diff),
    /// Print the contract, as YAML.
    Show {
        /// Which contract.
        #[arg(value_name = "API", default_value = "v1", value_parser = contract_name())]
        api: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The contract that callers come from.
    #[arg(value_name = "FROM", default_value = "v1", value_parser = contract_name())]
    pub(crate) from: String,

    /// The contract that they go to.
    #[arg(value_name = "TO", default_value = "engagements", value_parser = contract_name())]
    pub(crate) to: String,

    /// How to print: text for people, json for programs.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: ReportFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct Traffic {
    /// The recording, as browsers and proxies export it (HTTP Archive).
    #[arg(value_name = "FILE.har")]
    pub(crate) file: PathBuf,

    /// Print the YAML that would make the contract accept the traffic.
    #[arg(long)]
    pub(crate) suggest: bool,

    /// Which contract to hold it against.
    #[arg(long, value_name = "API", default_value = "v1", value_parser = contract_name())]
    pub(crate) api: String,
}

#[derive(Debug, Args)]
pub(crate) struct Page {
    /// The page, in Markdown.
    #[arg(value_name = "FILE.md")]
    pub(crate) file: PathBuf,

    /// The id of the operation that the page documents, such as listReferrals.
    /// Without it, method and path of the page say.
    #[arg(long, value_name = "ID")]
    pub(crate) operation: Option<String>,

    /// Which contract to hold it against.
    #[arg(long, value_name = "API", default_value = "v1", value_parser = contract_name())]
    pub(crate) api: String,
}

const LIST_HELP: &str = "\
Examples:
  referrals list --sandbox
  referrals list --sandbox --status Pending -o json
  referrals list --base-url https://api.partner.microsoft.com --token-file token.txt --self

The token is read from --token-file or from the environment variable REFERRALS_TOKEN.";

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) connection: Connection,

    /// Only the referrals of this engagement.
    #[arg(long, value_name = "ID", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) engagement_id: Option<String>,

    /// Only the referrals of your own organization.
    #[arg(long = "self")]
    pub(crate) self_only: bool,

    /// Only the referrals in this status: Pending, Validated, Active, Rejected,
    /// Expired, Won, Lost, or one that the service has added since.
    #[arg(long, value_name = "STATUS", value_parser = status)]
    pub(crate) status: Option<ReferralStatus>,

    /// Only the referrals associated with this organization, by its id.
    #[arg(long, value_name = "ORGANIZATION", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) invited_by_organization: Option<String>,

    /// How to print: a table for people (at most 50 rows), or everything as
    /// json, jsonl (one record a line) or csv.
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Format,

    /// End with exit code 7 when the answer has what the contract does not
    /// know, or a record that cannot be read.
    #[arg(long)]
    pub(crate) strict: bool,
}

fn status(text: &str) -> Result<ReferralStatus, String> {
    match text {
        "" => Err("a status is not empty".to_owned()),
        text => Ok(ReferralStatus::from(text)),
    }
}

/// Where to send requests, and as whom.
#[derive(Debug, Args)]
pub(crate) struct Connection {
    /// Talk to a sandbox inside this command: made-up data, no credentials.
    #[arg(long, conflicts_with_all = ["base_url", "token_file"])]
    pub(crate) sandbox: bool,

    /// Talk to this server, such as https://api.partner.microsoft.com or the
    /// address that `referrals sandbox` prints.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// Read the bearer token from this file instead of REFERRALS_TOKEN.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// How often to try again when the service is busy or does not answer, where
    /// that cannot do anything twice.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) retries: u32,

    /// Which API to use: v1 is GET /v1/referrals as documented in September 2018.
    #[arg(long, value_name = "API", default_value = "v1")]
    pub(crate) api: Api,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Api {
    V1,
}

/// Names a contract.
fn contract_name() -> PossibleValuesParser {
    let names = referrals_contract::Contract::names();
    PossibleValuesParser::new(names)
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Jsonl,
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// The port to listen on, on this machine only. 0 takes any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,

    /// How many referrals there are.
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) referrals: u32,

    /// What the data is made from: the same seed makes the same data.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub(crate) seed: u64,

    /// The token to demand, a random one when not given.
    #[arg(long, value_name = "TOKEN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) token: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_help_names_every_known_status() {
        let mut command = Arguments::command();
        let list = command.find_subcommand_mut("list").expect("list");
        let help = list.render_long_help().to_string();
        for status in ReferralStatus::KNOWN_VALUES {
            assert!(help.contains(status), "{status}");
        }
    }
}
