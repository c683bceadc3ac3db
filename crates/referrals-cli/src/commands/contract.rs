//! `referrals contract`

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use referrals_contract as contract;

use crate::arguments::{Contract, Diff, Page, ReportFormat, Traffic};
use crate::failure::{DRIFT, Failure};

pub(crate) fn run(command: Contract) -> Result<ExitCode, Failure> {
    match command {
        Contract::Page(arguments) => page(&arguments),
        Contract::Traffic(arguments) => traffic(&arguments),
        Contract::Diff(arguments) => diff(&arguments),
        Contract::Show { api } => {
            let contract = named(&api)?;
            io::stdout().lock().write_all(contract.text().as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn named(name: &str) -> Result<contract::Contract, Failure> {
    contract::Contract::named(name).map_err(|error| Failure::failed(error.to_string()))
}

fn diff(arguments: &Diff) -> Result<ExitCode, Failure> {
    let migration = named(&arguments.from)?.migration(&named(&arguments.to)?);
    let mut stdout = io::stdout().lock();
    match arguments.output {
        ReportFormat::Text => write!(stdout, "{migration}")?,
        ReportFormat::Json => {
            let json = serde_json::to_string_pretty(&migration)
                .map_err(|error| Failure::failed(format!("cannot write JSON: {error}")))?;
            writeln!(stdout, "{json}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A file's text. It has been through many tools; a byte that is no UTF-8 spoils
/// one word, not the file.
fn text(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::failed(format!("cannot read {}: {error}", file.display())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn traffic(arguments: &Traffic) -> Result<ExitCode, Failure> {
    let shown = arguments.file.display();
    let contract = named(&arguments.api)?;
    let traffic = contract
        .traffic(&text(&arguments.file)?)
        .map_err(|error| Failure::failed(format!("{shown}: {error}")))?;
    let mut stdout = io::stdout().lock();
    // With --suggest the output is YAML as a whole, the report a comment in it.
    let comment = if arguments.suggest { "# " } else { "" };
    for (departure, count) in &traffic.departures {
        let times = match count {
            1 => String::new(),
            count => format!(" ({count} times)"),
        };
        writeln!(stdout, "{comment}{departure}{times}")?;
    }
    let kinds = traffic.departures.len();
    writeln!(
        stdout,
        "{comment}{} exchanges held against the contract {}, {} passed over: {kinds} departures",
        traffic.exchanges,
        contract.name(),
        traffic.passed_over,
    )?;
    if arguments.suggest && traffic.without_suggestion() > 0 {
        writeln!(
            stdout,
            "{comment}for {} of what was met there is no suggestion",
            traffic.without_suggestion()
        )?;
    }
    if arguments.suggest
        && let Some(suggestion) = traffic.suggestion()
    {
        write!(stdout, "{suggestion}")?;
    }
    Ok(match kinds {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(DRIFT),
    })
}

fn page(arguments: &Page) -> Result<ExitCode, Failure> {
    let shown = arguments.file.display();
    let page = contract::Page::parse(&text(&arguments.file)?);
    let contract = named(&arguments.api)?;
    let comparison = contract
        .compare(&page, arguments.operation.as_deref())
        .map_err(|error| Failure::failed(format!("{shown}: {error}")))?;

    let mut stdout = io::stdout().lock();
    for agreement in &comparison.agreements {
        writeln!(
            stdout,
            "same    {shown}:{}  {}: {}",
            agreement.line, agreement.fact, agreement.value
        )?;
    }
    for difference in &comparison.differences {
        writeln!(
            stdout,
            "differs {shown}:{}  {}: page {}, contract {} (in {})",
            difference.line,
            difference.fact,
            difference.page,
            difference.contract,
            difference.place
        )?;
    }
    let about = match &comparison.operation {
        Some(operation) => format!("{operation} of the contract {}", contract.name()),
        None => format!("the contract {}", contract.name()),
    };
    let differing = comparison.differences.len();
    let all = comparison.agreements.len() + differing;
    writeln!(
        stdout,
        "{all} facts compared with {about}: {differing} differ"
    )?;
    if differing == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(
        stdout,
        "If the page is right, change the contract where it says so and run `cargo xtask \
         generate`; if it is wrong, add a ruling to openapi/README.md."
    )?;
    Ok(ExitCode::from(DRIFT))
}
