//! `referrals get`

use std::process::ExitCode;

use super::drift;
use crate::arguments::Get;
use crate::connection::connect;
use crate::failure::Failure;
use crate::runtime;

pub(crate) fn run(arguments: Get) -> Result<ExitCode, Failure> {
    runtime()?.block_on(get(arguments))
}

async fn get(arguments: Get) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let found = connected.referrals.engagements().get(&arguments.id).await;
    let found = found.map_err(|error| Failure::about(&error, &arguments.id))?;
    drift::show(&found.referral, &arguments.printing)
}
