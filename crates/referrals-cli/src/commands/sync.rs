//! `referrals sync`

use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::process::ExitCode;

use referrals_store::{Change, Database, Error, Report};

use super::drift;
use crate::arguments::{Api, Connection, ReportFormat, Sync};
use crate::connection::{Connected, connect};
use crate::failure::{Failure, note};
use crate::runtime;

pub(crate) fn run(arguments: Sync) -> Result<ExitCode, Failure> {
    runtime()?.block_on(sync(arguments))
}

async fn sync(arguments: Sync) -> Result<ExitCode, Failure> {
    let mut connected = connect(&arguments.connection).await?;
    let mut database = Database::open(&arguments.file).await.map_err(failure)?;
    loop {
        let outcome = once(&arguments, &connected, &mut database).await;
        let Some(every) = arguments.every else {
            return outcome;
        };
        match outcome {
            Ok(code) if code == ExitCode::SUCCESS => {}
            Err(failure) if failure.may_pass() => note(&format!("note: {}", failure.message())),
            outcome => return outcome,
        }
        tokio::time::sleep(every).await;
        if arguments.connection.sandbox {
            // What other commands changed in it is in its file.
            connected = connect(&Connection {
                fresh: false,
                ..arguments.connection.clone()
            })
            .await?;
        }
    }
}

async fn once(
    arguments: &Sync,
    connected: &Connected,
    database: &mut Database,
) -> Result<ExitCode, Failure> {
    let mut printed = Ok(());
    let mut kept = 0_u64;
    let mut sync = database
        .sync(&connected.referrals, &connected.source)
        .overlap(arguments.overlap)
        .on_change(|change| {
            kept += 1;
            if arguments.changes {
                printed = print(&change);
            }
            match printed {
                Ok(()) => ControlFlow::Continue(()),
                // Nobody is told of the rest, so it is left for the next time.
                Err(_) => ControlFlow::Break(()),
            }
        });
    // A sandbox that begins anew has no changes of what it forgot.
    if arguments.full || arguments.connection.fresh {
        sync = sync.full();
    }
    let report = sync.run().await;
    let report = report.map_err(|error| {
        let failure = failure(error);
        match kept {
            0 => failure,
            _ => failure.and(&format!(
                "What is new or changed in {} was kept: repeat the command to go on.",
                referrals(kept)
            )),
        }
    })?;
    printed?;
    let summary = summary(&report).join("\n");
    let mut stdout = io::stdout().lock();
    match (arguments.changes, arguments.output) {
        // Standard output has the changes.
        (true, _) => note(&summary),
        (false, ReportFormat::Text) => writeln!(stdout, "{summary}")?,
        (false, ReportFormat::Json) => {
            let json = match arguments.every {
                None => serde_json::to_string_pretty(&report),
                // A line for each.
                Some(_) => serde_json::to_string(&report),
            };
            writeln!(stdout, "{}", json.map_err(io::Error::from)?)?;
        }
    }
    Ok(drift::end(
        &report.drift,
        Api::Engagements,
        arguments.strict,
    ))
}

fn print(change: &Change<'_>) -> io::Result<()> {
    let mut line = serde_json::to_vec(change)?;
    line.push(b'\n');
    io::stdout().lock().write_all(&line)
}

fn summary(report: &Report) -> Vec<String> {
    let Report {
        read,
        new,
        changed,
        missing,
        total,
        ..
    } = report;
    let since = match &report.since {
        Some(since) => format!("changed since {}", short(since)),
        None => "of the whole list".to_owned(),
    };
    let mut lines = vec![
        format!(
            "read {} {since}: {new} new, {changed} changed",
            referrals(*read)
        ),
        format!("there are {total} now"),
    ];
    if *missing > 0 {
        lines.push(format!(
            "{missing} are no longer in the list: nobody can delete referrals, so they may be \
             another team's now (missing_since)"
        ));
    }
    if report.returned > 0 {
        lines.push(format!("{} are in the list again", report.returned));
    }
    if report.unreadable > 0 {
        lines.push(format!(
            "{} could not be read, or have no id that is a text, and were left out",
            report.unreadable
        ));
    }
    lines
}

fn referrals(count: u64) -> String {
    match count {
        1 => "1 referral".to_owned(),
        _ => format!("{count} referrals"),
    }
}

/// A time to the second.
fn short(time: &str) -> String {
    match time.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => time.to_owned(),
    }
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Service(error) => error.into(),
        Error::Database { .. } | Error::Busy { .. } => Failure::failed(error.to_string()),
        _ => Failure::usage(error.to_string()),
    }
}
