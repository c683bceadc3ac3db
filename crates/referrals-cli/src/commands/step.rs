//! `referrals accept`, `decline`, `win` and `lose`

use std::process::ExitCode;

use referrals::ErrorKind;

use super::create::tell;
use super::drift;
use crate::arguments::Step;
use crate::connection::connect;
use crate::failure::{Failure, note};
use crate::runtime;

/// Which step to take.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Verb {
    Accept,
    Decline,
    Win,
    Lose,
}

pub(crate) fn run(arguments: Step, verb: Verb) -> Result<ExitCode, Failure> {
    runtime()?.block_on(step(arguments, verb))
}

async fn step(arguments: Step, verb: Verb) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let engagements = connected.referrals.engagements();
    let id = arguments.id.as_str();
    let (mut step, done) = match verb {
        Verb::Accept => (engagements.accept(id), "accepted"),
        Verb::Decline => (engagements.decline(id), "declined"),
        Verb::Win => (engagements.win(id), "won"),
        Verb::Lose => (engagements.lose(id), "lost"),
    };
    if let Some(reason) = arguments.reason {
        step = step.reason(reason);
    }
    if arguments.force {
        step = step.unchecked();
    }
    let taken = step.send().await;
    let taken = taken.map_err(|error| {
        let failure = Failure::about(&error, id);
        match error.kind() {
            ErrorKind::NotAllowed if !arguments.force => {
                failure.and("With --force it is left to the service.")
            }
            _ => failure,
        }
    })?;
    tell(done, &taken.versioned);
    if let Some(warning) = taken.warning {
        note(&format!("note: {warning}"));
    }
    drift::show(&taken.versioned.referral, &arguments.printing)
}
