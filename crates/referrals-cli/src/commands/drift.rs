//! What is said of answers that have more than the contract knows.

use std::process::ExitCode;

use referrals::Raw;
use referrals::drift::Drift;
use referrals::engagements::Referral;

use crate::arguments::{Api, Printing};
use crate::failure::{self, Failure, note};
use crate::output;

/// How many findings are named before the rest is only counted.
const NAMED: usize = 8;

/// Prints one referral that came alone, tells of its drift and says how to end.
pub(crate) fn show(referral: &Raw<Referral>, printing: &Printing) -> Result<ExitCode, Failure> {
    output::print_one(printing.output, referral)?;
    Ok(end(
        &Drift::of_record(referral),
        Api::Engagements,
        printing.strict,
    ))
}

/// Tells of drift and says how to end.
pub(crate) fn end(drift: &Drift, api: Api, strict: bool) -> ExitCode {
    if drift.is_empty() {
        return ExitCode::SUCCESS;
    }
    note(&describe(drift, api));
    match strict {
        true => ExitCode::from(failure::DRIFT),
        false => ExitCode::SUCCESS,
    }
}

/// The findings on one line.
fn describe(drift: &Drift, api: Api) -> String {
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
        "note: the answer differs from the {} contract: {}; -o json shows every record as it arrived",
        api.name(),
        named.join(", ")
    )
}
