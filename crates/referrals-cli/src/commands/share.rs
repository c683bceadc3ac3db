//! `referrals share`

use std::process::ExitCode;

use super::drift;
use crate::arguments::Share;
use crate::connection::connect;
use crate::failure::{Failure, note};
use crate::output::{Record, printable};
use crate::runtime;

pub(crate) fn run(arguments: Share) -> Result<ExitCode, Failure> {
    runtime()?.block_on(share(arguments))
}

async fn share(arguments: Share) -> Result<ExitCode, Failure> {
    let connected = connect(&arguments.connection).await?;
    let engagements = connected.referrals.engagements();
    let id = arguments.id.as_str();
    if let Some(help) = &arguments.help_code {
        let raise = engagements.raise_to_co_sell(id, help.as_str());
        let raised = raise.send().await;
        raised.map_err(|error| Failure::about(&error, id))?;
    }
    let shared = engagements.share_with_microsoft(id).send().await;
    let shared = shared.map_err(|error| {
        let failure = Failure::about(&error, id);
        match arguments.help_code {
            Some(_) => failure.and(
                "Microsoft has been asked for help, and its sellers see the referral: share it \
                 again without --help-code.",
            ),
            None => failure,
        }
    })?;
    let microsoft = Record::new(shared.microsoft.raw_value()).text(&["id"]);
    let microsoft = microsoft.map_or("without an id".to_owned(), |id| printable(&id));
    let state = Record::new(shared.microsoft.raw_value());
    let state = ["status", "substatus"].map(|name| state.text(&[name]).unwrap_or_default());
    note(&match shared.was_shared {
        true => format!(
            "was shared before: Microsoft's referral is {microsoft}, {}",
            printable(&state.join("/"))
        ),
        false => format!("shared {id}: Microsoft's referral is {microsoft}"),
    });
    drift::show(&shared.microsoft, &arguments.printing)
}
