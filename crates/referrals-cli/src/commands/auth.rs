//! `referrals auth`

use std::io::{self, Write as _};
use std::process::ExitCode;

use referrals::DEFAULT_BASE_URL;
use referrals::doctor::{Diagnosis, LiveReport, Verdict};
use serde::Serialize;

use crate::arguments::{Auth, Doctor, ReportFormat};
use crate::connection::{TOKEN_VARIABLE, connect, has_token_in_environment};
use crate::failure::{DRIFT, Failure, REFUSED, note};
use crate::profile;
use crate::runtime;

pub(crate) fn run(auth: Auth) -> Result<ExitCode, Failure> {
    match auth {
        Auth::Doctor(arguments) => runtime()?.block_on(doctor(*arguments)),
    }
}

async fn doctor(mut arguments: Doctor) -> Result<ExitCode, Failure> {
    let connection = &mut arguments.connection;
    // The token that every other command would use. Where none would have a server to send
    // it to, it is still looked into.
    if !connection.sandbox && connection.base_url.is_none() {
        let in_environment = has_token_in_environment();
        match profile::chosen(connection)? {
            Some((name, _)) if in_environment && !connection.names_token() => note(&format!(
                "note: this is the token of the profile {name}; that in {TOKEN_VARIABLE} is used \
                 with --base-url only"
            )),
            Some(_) => {}
            None if connection.names_token() || in_environment => {
                connection.base_url = Some(DEFAULT_BASE_URL.to_owned());
            }
            None => {
                return Err(Failure::usage(format!(
                    "there is no token to look into: set {TOKEN_VARIABLE}, or use --token-file \
                     FILE, --token-command COMMAND, --azure-cli, or --profile NAME for the one \
                     of a sign-in"
                )));
            }
        }
    }
    let connected = connect(connection).await?;
    let diagnosis = connected.referrals.diagnose().await?;
    if !arguments.live {
        print(arguments.output, &diagnosis, "")?;
        return Ok(match diagnosis.verdict() {
            Verdict::Fault => ExitCode::from(REFUSED),
            _ => ExitCode::SUCCESS,
        });
    }
    let report = LiveReport::of(&connected.referrals).await;
    let report = match (report, arguments.output) {
        (Ok(report), _) => report,
        (Err(error), output) => {
            // What the token says may be the reason.
            print(output, &diagnosis, "")?;
            return Err(error.into());
        }
    };
    match arguments.output {
        ReportFormat::Text => print(ReportFormat::Text, &diagnosis, &format!("\n{report}"))?,
        ReportFormat::Json => {
            let both = Both {
                token: &diagnosis,
                live: &report,
            };
            print_json(&both)?;
        }
    }
    Ok(match report.is_clean() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(DRIFT),
    })
}

#[derive(Serialize)]
struct Both<'a> {
    token: &'a Diagnosis,
    live: &'a LiveReport,
}

fn print(output: ReportFormat, diagnosis: &Diagnosis, more: &str) -> Result<(), Failure> {
    match output {
        ReportFormat::Text => {
            let mut stdout = io::stdout().lock();
            write!(stdout, "{diagnosis}{more}")?;
            Ok(stdout.flush()?)
        }
        ReportFormat::Json => print_json(diagnosis),
    }
}

fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{json}")?;
    Ok(stdout.flush()?)
}
