//! What is said of answers that have more than the contract knows.

use std::process::ExitCode;

use referrals::Raw;
use referrals::drift::Drift;
use referrals::engagements::Referral;

use crate::arguments::Api;
use crate::failure::{self, note};

/// How many findings are named before the rest is only counted.
const NAMED: usize = 8;

/// The drift of one referral that came alone.
pub(crate) fn of_referral(referral: &Raw<Referral>) -> Drift {
    let mut drift = Drift::default();
    drift.inspect(referral);
    drift.read("", referral);
    drift
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
