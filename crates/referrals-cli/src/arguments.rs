//! What can be typed.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser};
use clap::builder::{TypedValueParser, ValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use referrals::engagements::{Continuation, ReferralDirection};
use referrals::{DateTime, Method};
use serde::Serialize;

use crate::profile;

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
    List(Box<List>),
    /// Print one referral.
    #[command(after_help = GET_HELP)]
    Get(Get),
    /// Find referrals by what your own system knows them by (externalReferenceId).
    #[command(after_help = FIND_HELP)]
    Find(Find),
    /// Create a referral, or join an engagement, from a JSON file.
    #[command(after_help = CREATE_HELP)]
    Create(Create),
    /// Change members of a referral.
    #[command(after_help = UPDATE_HELP)]
    Update(Update),
    /// Accept a referral that was received.
    #[command(after_help = STEP_HELP)]
    Accept(Step),
    /// Decline a referral that was received.
    #[command(after_help = STEP_HELP)]
    Decline(Step),
    /// Close a referral as won.
    #[command(after_help = STEP_HELP)]
    Win(Step),
    /// Close a referral as lost.
    #[command(after_help = STEP_HELP)]
    Lose(Step),
    /// Share a referral with Microsoft: create Microsoft's referral in its engagement.
    #[command(after_help = SHARE_HELP)]
    Share(Share),
    /// Keep all referrals in a database file of your own, and bring it up to date.
    #[command(after_help = SYNC_HELP)]
    Sync(Sync),
    /// Check a new referral, a patch or a change, without sending anything.
    #[command(after_help = VALIDATE_HELP)]
    Validate(Validate),
    /// Send any request to the service and print the answer as it is.
    #[command(after_help = API_HELP)]
    Api(ApiCall),
    /// Sign in, and keep where and how as a profile.
    #[command(after_help = LOGIN_HELP)]
    Login(Box<Login>),
    /// Forget who is signed in to a profile.
    Logout(Logout),
    /// The settings: profiles, without secrets.
    #[command(subcommand)]
    Config(Config),
    /// Find out what is the matter with a token.
    #[command(subcommand)]
    Auth(Auth),
    /// Run a server that stands in for the service, with made-up data.
    Sandbox(Sandbox),
    /// The contract of the API: print it, or hold something against it.
    #[command(subcommand)]
    Contract(Contract),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Auth {
    /// Look into a token, on this machine: for which service it is, for whom, by what
    /// kind of sign-in and until when. Nothing is sent and the token is not printed.
    /// Exit code 0 when nothing speaks against it, 3 when the service will refuse it.
    ///
    /// With --live one page of referrals is read, too, and its shape printed: places and
    /// types, what the contract does not know, no data. Exit code 7 when there is such.
    #[command(after_help = DOCTOR_HELP)]
    Doctor(Box<Doctor>),
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Read one page of the live API and print its shape.
    #[arg(long)]
    pub(crate) live: bool,

    /// How to print.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: ReportFormat,

    #[command(flatten)]
    pub(crate) connection: Connection,
}

const DOCTOR_HELP: &str = "\
Examples:
  referrals auth doctor                    # that of the profile, or else in REFERRALS_TOKEN
  referrals auth doctor --token-file token.txt
  referrals auth doctor --profile batch -o json
  referrals auth doctor --live             # and one page of the live API, read-only

It is the token that any other command would use with the same options.
The report can be pasted into an issue: there is no data in it.";

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
  referrals list --sandbox --status New --country US -o json
  referrals list --base-url https://api.partner.microsoft.com --token-file token.txt --updated-since 2026-11-01
  referrals list --base-url https://api.partner.microsoft.com --api v1 --self

All conditions have to be met. json, jsonl and csv are printed page by page and never
cut but by --limit. When a later page fails, what was printed stays, and the last line on
standard error says how to go on.

The token is that of the profile, unless --token-file, --token-command or --azure-cli names
another. With --base-url it is in the environment variable REFERRALS_TOKEN where none does.";

const GET_HELP: &str = "\
Examples:
  referrals get 7c0c6d0e-54c0-4b3e-a1b9-6c1a2f0d8e42 --base-url https://api.partner.microsoft.com
  referrals get 7c0c6d0e-54c0-4b3e-a1b9-6c1a2f0d8e42 --base-url ... -o json

Exit code 5 when there is no such referral.";

const CREATE_HELP: &str = "\
Examples:
  referrals create -f referral.json --base-url https://api.partner.microsoft.com
  jq '.name = \"Second deal\"' referral.json | referrals create -f - --base-url ... -o json

The file is sent token for token. Required are type, customerProfile, consent and details.

With --sandbox the new referral is there for the next command, until --fresh.";

const UPDATE_HELP: &str = "\
Examples:
  referrals update ID --set /details/dealValue=10000 --base-url https://api.partner.microsoft.com
  referrals update ID --set /status=Closed --set /substatus=Won --base-url ...
  referrals update ID --add '/team/-={\"firstName\":\"Ada\",\"email\":\"ada@example.com\"}' --base-url ...
  referrals update ID -f patch.json --dry-run

Where the contract says that a member is text, VALUE is taken as text. Elsewhere it is
JSON if it can be read as such, and text if not.

Unless told otherwise the referral is read first and its eTag is sent, so that a change that
somebody else makes in between is not overwritten (exit code 4).

With --sandbox the change is there for the next command, until --fresh.";

const API_HELP: &str = "\
Examples:
  referrals api GET /v1.0/engagements/referrals --query '$top=1' --base-url https://api.partner.microsoft.com
  referrals api PATCH /v1.0/engagements/referrals/ID -f patch.json --header 'If-Match: \"...\"' --base-url ...

The exit code follows the status. With --sandbox what was written is there for the next
command, until --fresh.";

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) connection: Connection,

    /// Which API to use: engagements is the live one, v1 is GET /v1/referrals as
    /// documented in September 2018.
    #[arg(long, value_name = "API", default_value = "engagements")]
    pub(crate) api: Api,

    #[command(flatten)]
    pub(crate) wanted: Wanted,

    #[command(flatten)]
    pub(crate) extent: Extent,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

/// Which referrals.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which referrals")]
pub(crate) struct Wanted {
    /// Only the referrals of this engagement.
    #[arg(long, value_name = "ID", value_parser = filled())]
    pub(crate) engagement_id: Option<String>,

    /// Only the referrals of your own organization (v1 only).
    #[arg(long = "self")]
    pub(crate) self_only: bool,

    /// Only the referrals in this status. engagements: New, Active or Closed; a
    /// substatus or a status of v1 that is one there (such as Won) is looked for as
    /// substatus. v1: Pending, Validated, Active, Rejected, Expired, Won or Lost.
    /// Another value is sent as it is.
    #[arg(long, value_name = "STATUS", value_parser = filled())]
    pub(crate) status: Option<String>,

    /// Only the referrals associated with this organization, by its id (v1 only).
    #[arg(long, value_name = "ORGANIZATION", value_parser = filled())]
    pub(crate) invited_by_organization: Option<String>,

    /// Only the referrals in this substatus: Pending, Received, Accepted, Won, Lost,
    /// Declined or Expired.
    #[arg(long, value_name = "SUBSTATUS", value_parser = filled())]
    pub(crate) substatus: Option<String>,

    /// Only the referrals qualified like this: Direct, MarketingQualified or
    /// SalesQualified.
    #[arg(long, value_name = "QUALIFICATION", value_parser = filled())]
    pub(crate) qualification: Option<String>,

    /// Only the referrals of this type: Shared or Independent.
    #[arg(long = "type", value_name = "TYPE", value_parser = filled())]
    pub(crate) kind: Option<String>,

    /// Only the referrals that were received, or those that were sent.
    #[arg(long, value_name = "DIRECTION")]
    pub(crate) direction: Option<Direction>,

    /// Only the referrals of customers in this country, by its two letters.
    #[arg(long, value_name = "COUNTRY", value_parser = country)]
    pub(crate) country: Option<String>,

    /// Only the referrals in whose team somebody has this e-mail address.
    #[arg(long, value_name = "ADDRESS", value_parser = filled())]
    pub(crate) team_email: Option<String>,

    /// Only the referrals changed since this day or time (UTC), such as 2026-11-01
    /// or 2026-11-01T08:00:00Z. The documentation is vague here: the service may
    /// refuse it.
    #[arg(long, value_name = "TIME", value_parser = day_or_time)]
    pub(crate) updated_since: Option<DateTime>,

    /// Only the referrals that this OData filter accepts.
    #[arg(long, value_name = "ODATA", value_parser = filled())]
    pub(crate) filter: Option<String>,
}

/// What of them, and how many.
#[derive(Debug, Args)]
#[command(next_help_heading = "Order and number")]
pub(crate) struct Extent {
    /// The order, such as 'updatedDateTime desc'; documented are createdDateTime and
    /// updatedDateTime. Without it the newest come first.
    #[arg(long, value_name = "ODATA", value_parser = filled())]
    pub(crate) order_by: Option<String>,

    /// Only these members of each referral, separated by commas.
    #[arg(long, value_name = "MEMBERS", value_parser = filled())]
    pub(crate) select: Option<String>,

    /// The largest number of referrals in a page. The service's own is 100.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) top: Option<u16>,

    /// Stop after this many referrals.
    #[arg(long, value_name = "N", value_parser = number, conflicts_with = "all")]
    pub(crate) limit: Option<usize>,

    /// Get all pages for a table, too, and count what it does not show.
    #[arg(long)]
    pub(crate) all: bool,

    /// Go on where an earlier list stopped, with what that one printed. Conditions
    /// and order are those of that list.
    #[arg(
        long = "continue",
        value_name = "TOKEN",
        value_parser = continuation,
        conflicts_with_all = [
            "engagement_id", "self_only", "status", "invited_by_organization", "substatus",
            "qualification", "kind", "direction", "country", "team_email", "updated_since",
            "filter", "order_by", "select", "top",
        ]
    )]
    pub(crate) continue_from: Option<Continuation>,
}

/// How to print referrals.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Printing {
    /// How to print: a table for people (at most 50 rows of a list), or everything
    /// as json, jsonl (one record a line) or csv.
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: Format,

    /// End with exit code 7 when the answer has what the contract does not
    /// know, or a record that cannot be read.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Get {
    /// The id of the referral.
    #[arg(value_name = "ID", value_parser = filled())]
    pub(crate) id: String,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

const FIND_HELP: &str = "\
Examples:
  referrals find CRM-4711 --base-url https://api.partner.microsoft.com
  referrals find CRM-4711 --created-since 2026-11-01 -o json

The service has no filter for it: all referrals are read, the newest first, and --created-since
says where to stop. The case of letters does not count. Exit code 5 when there is none.";

#[derive(Debug, Args)]
pub(crate) struct Find {
    /// The externalReferenceId.
    #[arg(value_name = "EXTERNAL_REFERENCE_ID", value_parser = filled())]
    pub(crate) id: String,

    /// Stop at the first referral that was created before this day or time (UTC), such as
    /// 2026-11-01 or 2026-11-01T08:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = day_or_time)]
    pub(crate) created_since: Option<DateTime>,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

const SYNC_HELP: &str = "\
Examples:
  referrals sync trial.db --sandbox             # made-up data, no credentials
  referrals sync referrals.db                   # and later again: only what was changed since
  referrals sync referrals.db --changes         # and print that, a line each
  referrals sync referrals.db --changes --every 5m | your-program
  referrals sync referrals.db --full            # and find what the list no longer has
  sqlite3 referrals.db \"SELECT status, customer_country, count(*) FROM referrals GROUP BY 1, 2\"

The file is an SQLite database. Its table referrals has a row for each referral: the most asked
for members as columns, and all of it, as it arrived, in json. The views team,
customer_contacts and solutions have a row for each item; history has what referrals were
before they changed. Times are in UTC and can be compared as texts; deal_value is exact.

Referrals come in the order of their last change and each page is kept as a whole: broken off
at any moment, the next sync goes on from there. A file keeps to one server, and to the tenant of
the profile: with tokens of your own, have one for each tenant. Each change is printed once, after
it is kept; changed_at in the file has those that a command that was stopped did not print.";

#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// The database. It is made when it is not there.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// Ask for everything, not only for what was changed since: finds what your user may no
    /// longer see, and changes that did not touch updatedDateTime.
    #[arg(long)]
    pub(crate) full: bool,

    /// Go on: again after each such time, until it is stopped. What passes by itself, such as
    /// a service that is busy, is told of and ends nothing.
    #[arg(long, value_name = "TIME", value_parser = interval)]
    pub(crate) every: Option<Duration>,

    /// How far to look back behind the last change that is known, in case changes show late.
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = humantime::parse_duration)]
    pub(crate) overlap: Duration,

    /// Print what is new, changed or missing, a line of JSON each, as soon as it is kept:
    /// {"change": "new", "id": ..., "referral": {...}}.
    #[arg(long, conflicts_with = "output")]
    pub(crate) changes: bool,

    /// How to print what was done.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: ReportFormat,

    /// End with exit code 7 when there is what the contract does not know.
    #[arg(long)]
    pub(crate) strict: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,
}

const SHARE_HELP: &str = "\
Examples:
  referrals share ID --base-url https://api.partner.microsoft.com
  referrals share ID --help-code QuotesOrLicensing --base-url ...

A shared referral is made in two steps: your own, which Microsoft's sellers have to be allowed
to see, and Microsoft's in the same engagement. This is the second step. It does nothing when
Microsoft's is there, so it can be repeated when nobody knows what became of it.

--help-code is GeneralOrOther, CustomerTechnicalArchitecture, ProofOfConceptOrDemo,
QuotesOrLicensing, PostSalesCustomerSuccess or WorkloadSpecificValueProposition.";

#[derive(Debug, Args)]
pub(crate) struct Share {
    /// The id of your own referral.
    #[arg(value_name = "ID", value_parser = filled())]
    pub(crate) id: String,

    /// Ask Microsoft for this help (co-sell), and show the referral to Microsoft's
    /// sellers for that. Neither can be taken back.
    #[arg(long, value_name = "CODE", value_parser = filled())]
    pub(crate) help_code: Option<String>,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

#[derive(Debug, Args)]
pub(crate) struct Step {
    /// The id of the referral.
    #[arg(value_name = "ID", value_parser = filled())]
    pub(crate) id: String,

    /// Why, in own words (statusReason).
    #[arg(long, value_name = "TEXT", value_parser = filled())]
    pub(crate) reason: Option<String>,

    /// Leave it to the service what is allowed.
    #[arg(long)]
    pub(crate) force: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

const STEP_HELP: &str = "\
The referral is read first, and what the documented table of statuses does not have is refused
before anything is sent: New is accepted or declined by who received it, Active is won or lost,
and Closed is the end. --force leaves that to the service.

Examples:
  referrals accept ID --base-url https://api.partner.microsoft.com
  referrals lose ID --reason 'No budget' --base-url https://api.partner.microsoft.com";

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The file with the referral as a JSON object; - is standard input.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// The id of the referral.
    #[arg(value_name = "ID", value_parser = filled())]
    pub(crate) id: String,

    /// Give a member another value. PATH is a JSON Pointer such as
    /// /details/dealValue. Can be repeated.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    pub(crate) set: Vec<Assignment>,

    /// Add a member, or to the end of an array under a path such as /team/-. Can be
    /// repeated; what is added comes after what is set.
    #[arg(long, value_name = "PATH=VALUE", value_parser = assignment)]
    pub(crate) add: Vec<Assignment>,

    /// The file with a JSON Patch: an array of operations, replace and add. - is
    /// standard input.
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["set", "add"])]
    pub(crate) file: Option<PathBuf>,

    /// Only if the referral still has this eTag, quotes included.
    #[arg(long, value_name = "ETAG", value_parser = filled())]
    pub(crate) if_match: Option<String>,

    /// Do not read the referral first: change it whatever version it has.
    #[arg(long, conflicts_with = "if_match")]
    pub(crate) force: bool,

    /// Print the body of the request and send nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(flatten)]
    pub(crate) printing: Printing,
}

const VALIDATE_HELP: &str = "\
Everything that is wrong is told at once, in the order of the file, each with the rule and the
page of the documentation that it comes from. Errors are refused by the service or its
documentation; warnings are advice. People, addresses and notes are not repeated.

An object is a referral to be created. An array is a patch, or referrals to be created. With
--against, FILE is what a referral is to become.

Exit code 0 when there is no error, 2 when there is.

Examples:
  referrals validate referral.json
  referrals validate patch.json --strict
  jq '.status = \"Closed\" | .substatus = \"Won\"' now.json | referrals validate - --against now.json
  referrals validate --rules";

#[derive(Debug, Args)]
pub(crate) struct Validate {
    /// The file to check, JSON; - is standard input.
    #[arg(value_name = "FILE", required_unless_present = "rules")]
    pub(crate) file: Option<PathBuf>,

    /// What the file holds, where it cannot be told.
    #[arg(long = "as", value_name = "KIND", conflicts_with = "against")]
    pub(crate) kind: Option<DocumentKind>,

    /// Check the change from the referral in this file, as it is now, to FILE.
    #[arg(long, value_name = "BEFORE")]
    pub(crate) against: Option<PathBuf>,

    /// End with exit code 2 on warnings, too.
    #[arg(long)]
    pub(crate) strict: bool,

    /// List the rules and check nothing.
    #[arg(long, conflicts_with_all = ["file", "kind", "against", "strict"])]
    pub(crate) rules: bool,

    /// How to print: text for people, json for programs.
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(crate) output: ReportFormat,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DocumentKind {
    /// A referral that is to be created.
    New,
    /// The same, held to all that a co-sell deal has to have.
    Deal,
    /// Many of them.
    #[value(skip)]
    NewReferrals,
    /// Many deals.
    #[value(skip)]
    Deals,
    /// A JSON Patch.
    Patch,
    /// Two states of a referral.
    #[value(skip)]
    Change,
}

#[derive(Debug, Args)]
pub(crate) struct ApiCall {
    /// The method, such as GET.
    #[arg(value_name = "METHOD", value_parser = method)]
    pub(crate) method: Method,

    /// The path, such as /v1.0/engagements/referrals. What comes before it is the
    /// base URL.
    #[arg(value_name = "PATH", value_parser = path)]
    pub(crate) path: String,

    /// Add a query parameter; it is percent-encoded. Can be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) query: Vec<(String, String)>,

    /// Add a header. Can be repeated.
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub(crate) header: Vec<(String, String)>,

    /// The file with the body, sent as it is; - is standard input.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,

    /// Print status and headers before the body.
    #[arg(long)]
    pub(crate) include: bool,

    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// `PATH=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    pub(crate) path: String,
    pub(crate) value: String,
}

fn assignment(text: &str) -> Result<Assignment, String> {
    let (path, value) = pair(text)?;
    if !path.starts_with('/') {
        return Err(format!(
            "the path {path:?} is no JSON Pointer: it begins with a slash, such as \
             /details/dealValue"
        ));
    }
    Ok(Assignment { path, value })
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write the name, an equals sign and the value".to_owned()),
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("write the name, a colon and the value")?;
    if name.trim().eq_ignore_ascii_case("authorization") {
        return Err(
            "the token is not given as a header: use REFERRALS_TOKEN or --token-file".to_owned(),
        );
    }
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn method(text: &str) -> Result<Method, String> {
    Method::from_str(&text.to_ascii_uppercase())
        .map_err(|_| "it is no HTTP method such as GET or PATCH".to_owned())
}

fn path(text: &str) -> Result<String, String> {
    match text.starts_with('/') {
        true => Ok(text.to_owned()),
        false => Err(
            "a path begins with a slash; the host is given by --base-url, and the token goes \
             nowhere else"
                .to_owned(),
        ),
    }
}

fn country(text: &str) -> Result<String, String> {
    match text.len() == 2 && text.chars().all(|letter| letter.is_ascii_alphabetic()) {
        true => Ok(text.to_ascii_uppercase()),
        false => Err("a country is two letters such as US (ISO 3166-1 alpha-2)".to_owned()),
    }
}

fn day_or_time(text: &str) -> Result<DateTime, String> {
    text.parse().map_err(|_| {
        "it is neither a day such as 2026-11-01 nor a time such as 2026-11-01T08:00:00Z".to_owned()
    })
}

/// The service is a shared one, and has limits that it does not tell.
fn interval(text: &str) -> Result<Duration, String> {
    let time = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    match time >= Duration::from_secs(1) {
        true => Ok(time),
        false => Err("it is less than a second".to_owned()),
    }
}

fn number(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("it is no whole number of 1 or more".to_owned()),
        Ok(number) => Ok(number),
    }
}

fn continuation(text: &str) -> Result<Continuation, String> {
    let mut names = text.split('&').filter_map(|pair| pair.split('=').next());
    let leads_on =
        names.any(|name| ["$skiptoken", "%24skiptoken", "$skip", "%24skip"].contains(&name));
    let refused = || {
        "it is not what an earlier list printed: that has $skiptoken in it; write it in single \
         quotes"
            .to_owned()
    };
    if !leads_on {
        return Err(refused());
    }
    serde_json::from_value(text.into()).map_err(|_| refused())
}

/// Text that is not empty.
fn filled() -> NonEmptyStringValueParser {
    NonEmptyStringValueParser::new()
}

/// Where to send requests, and as whom.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Talk to a sandbox inside this command: made-up data, no credentials. What is
    /// changed in it is there for the next command, in a file in your cache folder.
    #[arg(long, conflicts_with_all = [
        "profile", "base_url", "token_file", "token_command", "azure_cli", "ca_file",
    ])]
    pub(crate) sandbox: bool,

    /// Forget what was changed in the sandbox before.
    #[arg(long, requires = "sandbox")]
    pub(crate) fresh: bool,

    /// Talk to the server of this profile, as whoever signed in to it with
    /// `referrals login`, or with the token that an option below names. Without this
    /// and the other two it is the one that REFERRALS_PROFILE names, or else "default".
    #[arg(long, value_name = "NAME", value_parser = profile_name, conflicts_with = "base_url")]
    pub(crate) profile: Option<String>,

    /// Talk to this server, such as https://api.partner.microsoft.com or the
    /// address that `referrals sandbox` prints, with the token that an option below
    /// names, or else the one in REFERRALS_TOKEN, which no profile uses.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// Read the bearer token from this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// Get the token from this command, run by the shell whenever one is needed. It
    /// prints the token, or JSON with access_token and expires_on.
    #[arg(long, value_name = "COMMAND", value_parser = filled(), conflicts_with = "token_file")]
    pub(crate) token_command: Option<String>,

    /// Get the token from the Azure CLI, for whoever is signed in there.
    #[arg(long, conflicts_with_all = ["token_file", "token_command"])]
    pub(crate) azure_cli: bool,

    /// Trust the certificates in this PEM file, too.
    #[arg(long, value_name = "FILE", requires = "base_url")]
    pub(crate) ca_file: Option<PathBuf>,

    /// How often to try again when the service is busy or does not answer, where
    /// that cannot do anything twice.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) retries: u32,
}

impl Connection {
    /// Whether an option says which token to use.
    pub(crate) fn names_token(&self) -> bool {
        self.token_file.is_some() || self.token_command.is_some() || self.azure_cli
    }
}

/// A name that can be that of a file.
fn profile_name(text: &str) -> Result<String, String> {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    match !text.is_empty() && text.len() <= 64 && text.chars().all(letter) {
        true => Ok(text.to_owned()),
        false => Err("a profile has a name of letters, digits, - and _".to_owned()),
    }
}

const LOGIN_HELP: &str = "\
Examples:
  referrals login --tenant contoso.onmicrosoft.com --client-id ID
  referrals login --tenant contoso.onmicrosoft.com --client-id ID --device-code
  referrals login --tenant contoso.onmicrosoft.com --client-id ID --refresh-token-file token.txt --client-secret-file secret.txt
  referrals login --profile batch --azure-cli
  referrals list --profile batch

ID is the application's id. Register one in Microsoft Entra ID under \"Mobile and desktop
applications\" with the redirect URI http://localhost, allow public client flows, give it the
delegated permission user_impersonation of \"Microsoft Partner\", and have an administrator
consent.

What a sign-in brings is kept in a file that only you can read, and renewed when needed, until
nobody uses it for 90 days. Without a way to sign in a profile keeps the one it has.";

#[derive(Debug, Args)]
pub(crate) struct Login {
    /// The profile to make or to sign in to again.
    #[arg(
        long,
        value_name = "NAME",
        env = profile::VARIABLE,
        hide_env_values = true,
        default_value = profile::DEFAULT,
        value_parser = profile_name
    )]
    pub(crate) profile: String,

    /// The tenant: its id or its domain.
    #[arg(long, value_name = "TENANT", value_parser = filled())]
    pub(crate) tenant: Option<String>,

    /// The application's id.
    #[arg(long, value_name = "ID", value_parser = filled())]
    pub(crate) client_id: Option<String>,

    #[command(flatten)]
    pub(crate) way: Way,

    /// The file with the client secret of a confidential application. Without it the
    /// environment variable REFERRALS_CLIENT_SECRET is used, where it is set.
    #[arg(long, value_name = "FILE", conflicts_with = "client_certificate")]
    pub(crate) client_secret_file: Option<PathBuf>,

    /// The PEM file with certificate and key of a confidential application.
    #[arg(long, value_name = "FILE")]
    pub(crate) client_certificate: Option<PathBuf>,

    /// The cloud: global, china or us-government.
    #[arg(long, value_name = "CLOUD", value_parser = filled())]
    pub(crate) cloud: Option<String>,

    /// Sign in at this address in place of a cloud's own, such as that of a sandbox.
    #[arg(long, value_name = "URL", conflicts_with = "cloud")]
    pub(crate) authority: Option<String>,

    /// Keep the sign-in in the keyring of the operating system. Only in a `referrals`
    /// that was built with it.
    #[arg(long, conflicts_with = "file")]
    pub(crate) keyring: bool,

    /// Keep the sign-in in a file that only you can read, as is usual.
    #[arg(long)]
    pub(crate) file: bool,

    /// Talk to this server in place of https://api.partner.microsoft.com.
    #[arg(long, value_name = "URL")]
    pub(crate) base_url: Option<String>,

    /// Trust the certificates in this PEM file, too.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

/// How to sign in.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to sign in")]
#[group(multiple = false)]
pub(crate) struct Way {
    /// In a browser on this machine. This is how unless another way is given.
    #[arg(long)]
    pub(crate) browser: bool,

    /// On any other device, with a code.
    #[arg(long)]
    pub(crate) device_code: bool,

    /// With a refresh token that somebody else got (Secure Application Model). It is
    /// read from this file, once; - is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) refresh_token_file: Option<PathBuf>,

    /// As the application itself (App-only), which the API of 2018 alone takes.
    #[arg(long)]
    pub(crate) app_only: bool,

    /// As whoever is signed in to the Azure CLI.
    #[arg(long)]
    pub(crate) azure_cli: bool,

    /// With the tokens that this command prints.
    #[arg(long, value_name = "COMMAND", value_parser = filled())]
    pub(crate) token_command: Option<String>,

    /// With the token in this file, which somebody else keeps valid.
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Logout {
    /// The profile.
    #[arg(
        long,
        value_name = "NAME",
        env = profile::VARIABLE,
        hide_env_values = true,
        default_value = profile::DEFAULT,
        value_parser = profile_name
    )]
    pub(crate) profile: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Print the settings.
    Show,
    /// Print where the settings are.
    Path,
    /// Take a profile out of the settings, and forget who is signed in to it.
    Remove {
        /// The profile.
        #[arg(value_name = "NAME", value_parser = profile_name)]
        profile: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Api {
    #[value(alias = "v1.0")]
    Engagements,
    V1,
}

impl Api {
    /// The name of its contract.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Engagements => "engagements",
            Self::V1 => "v1",
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Direction {
    Incoming,
    Outgoing,
}

impl From<Direction> for ReferralDirection {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Incoming => Self::Incoming,
            Direction::Outgoing => Self::Outgoing,
        }
    }
}

/// Names a contract, engagements also by its version.
fn contract_name() -> ValueParser {
    let names = referrals_contract::Contract::names().into_iter();
    let values = names.map(|name| match name {
        "engagements" => PossibleValue::new(name).alias("v1.0"),
        name => PossibleValue::new(name),
    });
    let parser = PossibleValuesParser::new(values);
    ValueParser::new(parser.map(|name| match name.as_str() {
        "v1.0" => "engagements".to_owned(),
        _ => name,
    }))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Jsonl,
    Csv,
}

/// How strictly the sandbox speaks the live API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dialect {
    Documented,
    Lenient,
    Observed,
}

impl From<Dialect> for referrals_sandbox::Dialect {
    fn from(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Documented => Self::Documented,
            Dialect::Lenient => Self::Lenient,
            Dialect::Observed => Self::Observed,
        }
    }
}

/// What users of the sandbox may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    Admin,
    User,
    None,
}

impl From<Role> for referrals_sandbox::identity::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Admin => Self::Admin,
            Role::User => Self::User,
            Role::None => Self::None,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// The port to listen on. 0 takes any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,

    /// The address to listen on. Nobody but this machine reaches the default; other machines
    /// and containers reach 0.0.0.0, and should do so with --tls.
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into())]
    pub(crate) listen: IpAddr,

    /// The name by which others reach it: that of links, of its sign-in and of the
    /// certificate. The address or localhost when not given.
    #[arg(long, value_name = "NAME", value_parser = filled())]
    pub(crate) host: Option<String>,

    /// How many referrals there are.
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) referrals: u32,

    /// What the data is made from: the same seed makes the same data.
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Keep what is changed in this file, and begin with what is in it. What was answered
    /// is there whatever happens to the sandbox.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Forget what is in that file.
    #[arg(long, requires = "state")]
    pub(crate) fresh: bool,

    /// The token to demand, a random one when not given.
    #[arg(long, value_name = "TOKEN", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) token: Option<String>,

    /// What is taken: what the documentation states; whatever users of OData v4 try, in
    /// any spelling; or what is documented, with answers as seen on the wire.
    #[arg(long, value_enum, value_name = "DIALECT", default_value_t = Dialect::Documented)]
    pub(crate) dialect: Dialect,

    /// Serve https, which real libraries insist on for signing in, with a certificate
    /// of an authority that is made for it.
    #[arg(long)]
    pub(crate) tls: bool,

    /// Write the certificate of that authority to this file, for clients to trust.
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) ca_file: Option<PathBuf>,

    /// How long the tokens of its sign-in live, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3599)]
    pub(crate) token_lifetime: u32,

    /// Sign the user in on each device at once, without anybody typing the code in.
    #[arg(long)]
    pub(crate) approve_devices: bool,

    /// Sign users in without a second factor, so that the API refuses them.
    #[arg(long)]
    pub(crate) no_mfa: bool,

    /// What users may do: all, as a Referrals Admin; with the referrals in whose team they
    /// are, as a Referrals User; or nothing.
    #[arg(long, value_enum, value_name = "ROLE", default_value_t = Role::Admin)]
    pub(crate) role: Role,

    /// The address of whoever signs in, by which teams know a Referrals User.
    #[arg(long, value_name = "EMAIL", default_value = referrals_sandbox::identity::USER,
        value_parser = NonEmptyStringValueParser::new())]
    pub(crate) user: String,

    /// What the tokens of users have in `scp`. Without user_impersonation the API refuses
    /// them.
    #[arg(long, value_name = "SCOPES", default_value = "user_impersonation")]
    pub(crate) scope: String,

    /// Register the certificate in this PEM file for the confidential application.
    #[arg(long, value_name = "FILE")]
    pub(crate) client_certificate: Option<PathBuf>,

    /// Make something go wrong; can be given more than once. There are
    /// latency=20ms..200ms, latency=20ms,p99=2s, throttle=10/s,burst=20,retry-after=date,
    /// error=500, unavailable,retry-after=5, reset, half-body, content-type=text/html,
    /// stale-page-token, expired-token and clock=+15d. Each takes chance=0.1, times=3,
    /// method=POST and path=/v1.0/*; latency, error, unavailable and reset also
    /// when=after-write: what was written stays.
    #[arg(long = "fault", value_name = "FAULT")]
    pub(crate) faults: Vec<referrals_sandbox::Fault>,

    /// Write a line of JSON for each request to the end of this file: what was asked, the
    /// status, the ids, and why it was refused. No tokens, no bodies, no values of options.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// Record the calls to both APIs in this file, for `referrals contract traffic` and
    /// others: people have pseudonyms in it, and there are no tokens.
    #[arg(long, value_name = "FILE")]
    pub(crate) har: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;
    use referrals::{engagements, v1};

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_help_names_every_known_value() {
        let mut command = Arguments::command();
        let list = command.find_subcommand_mut("list").expect("list");
        let help = list.render_long_help().to_string();
        let known = [
            v1::ReferralStatus::KNOWN_VALUES,
            engagements::ReferralStatus::KNOWN_VALUES,
            engagements::ReferralSubstatus::KNOWN_VALUES,
            engagements::ReferralQualification::KNOWN_VALUES,
            engagements::ReferralType::KNOWN_VALUES,
        ];
        // Nobody looks for what has none; `Error` is in the user interface only.
        let offered = known.concat();
        let offered = offered
            .iter()
            .filter(|value| !["None", "Error"].contains(value));
        for value in offered {
            assert!(help.contains(value), "{value}");
        }
    }

    #[test]
    fn a_continuation_has_to_lead_on() {
        for text in ["$skiptoken=%2bRID", "$filter=x&%24skiptoken=a", "$skip=5"] {
            assert!(continuation(text).is_ok(), "{text}");
        }
        for text in ["", "abc", "$filter=x", "skiptoken=a"] {
            assert!(continuation(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_is_its_beginning() {
        assert_eq!(
            day_or_time("2026-11-01"),
            day_or_time("2026-11-01T01:00:00+01:00")
        );
        assert!(day_or_time("yesterday").is_err() && day_or_time("2026-13-01").is_err());
    }
}
