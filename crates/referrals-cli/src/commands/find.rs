//! `referrals find`

use std::pin::pin;
use std::process::ExitCode;

use futures_util::StreamExt as _;
use referrals::drift::Drift;
use referrals::engagements::Referral;

use super::drift;
use crate::arguments::{Api, Find};
use crate::connection::connect;
use crate::failure::{Failure, NOTHING_THERE, note};
use crate::output::{End, Printer};
use crate::runtime;

pub(crate) fn run(arguments: Find) -> Result<ExitCode, Failure> {
    runtime()?.block_on(find(arguments))
}

async fn find(arguments: Find) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let mut find = connected.referrals.engagements().find(&arguments.id);
    if let Some(time) = arguments.created_since {
        find = find.created_since(time);
    }
    let mut printer = Printer::<Referral>::new(arguments.printing.output, None, true);
    let mut drift = Drift::default();
    let mut found = pin!(find.records());
    while let Some(record) = found.next().await {
        let record = record?;
        drift.merge(Drift::of_record(&record));
        printer.print(&[record])?;
    }
    printer.finish()?;
    printer.tell(End::Complete);
    if printer.arrived() == 0 {
        note(&format!(
            "no referral has the externalReferenceId {:?}; a Referrals user sees those of the own \
             team only",
            arguments.id
        ));
        return Ok(ExitCode::from(NOTHING_THERE));
    }
    Ok(drift::end(
        &drift,
        Api::Engagements,
        arguments.printing.strict,
    ))
}
