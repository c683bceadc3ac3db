//! `referrals list`

use std::process::ExitCode;

use referrals::drift::Drift;
use referrals::v1::ReferralPage;

use crate::arguments::{Api, List};
use crate::connection::connect;
use crate::failure::{self, Failure, note};
use crate::output;
use crate::runtime;

/// How many findings are named before the rest is only counted.
const NAMED: usize = 8;

pub(crate) fn run(arguments: List) -> Result<ExitCode, Failure> {
    let (strict, output) = (arguments.strict, arguments.output);
    let page = runtime()?.block_on(fetch(arguments))?;
    let drift = page.drift();
    output::print(output, page.records())?;
    if drift.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    note(&describe(&drift));
    Ok(match strict {
        true => ExitCode::from(failure::DRIFT),
        false => ExitCode::SUCCESS,
    })
}

async fn fetch(arguments: List) -> Result<ReferralPage, Failure> {
    let connected = connect(&arguments.connection).await?;
    let mut list = match arguments.connection.api {
        Api::V1 => connected.referrals.v1().list(),
    };
    if let Some(id) = arguments.engagement_id {
        list = list.engagement_id(id);
    }
    if arguments.self_only {
        list = list.self_only();
    }
    if let Some(status) = arguments.status {
        list = list.status(status);
    }
    if let Some(id) = arguments.invited_by_organization {
        list = list.invited_by_organization(id);
    }
    Ok(list.send().await?)
}

/// The findings on one line.
fn describe(drift: &Drift) -> String {
    let mut named: Vec<_> = drift
        .findings()
        .take(NAMED)
        .map(|(finding, count)| match count {
            1 => format!("{finding} (once)"),
            count => format!("{finding} ({count} times)"),
        })
        .collect();
    let rest = drift.findings().count() - named.len();
    if rest > 0 {
        named.push(format!("{rest} more"));
    }
    format!(
        "note: the answer differs from the v1 contract: {}; -o json shows every record as it arrived",
        named.join(", ")
    )
}
