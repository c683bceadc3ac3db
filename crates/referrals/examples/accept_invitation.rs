//! Accepts the oldest referral that was received and that nobody has answered yet: it
//! expires 14 days after it came.
//!
//! ```sh
//! cargo run -p referrals --example accept_invitation
//! ```

mod connect;

use std::error::Error;
use std::pin::pin;

use futures_util::TryStreamExt as _;
use referrals::Referrals;
use referrals::engagements::{Filter, ReferralDirection, ReferralStatus, StepTaken};

/// Accepts one, if there is one.
pub(crate) async fn run(referrals: &Referrals) -> Result<Option<StepTaken>, Box<dyn Error>> {
    let engagements = referrals.engagements();
    let filter =
        Filter::direction(ReferralDirection::Incoming).and(Filter::status(ReferralStatus::New));
    let list = engagements.list().filter(filter);
    let mut waiting = pin!(list.order_by("createdDateTime").records());
    while let Some(record) = waiting.try_next().await? {
        if let Some(id) = record.get().ok().and_then(|referral| referral.id.clone()) {
            // Reads it once more, so that what somebody else did meanwhile is respected.
            return Ok(Some(engagements.accept(id).send().await?));
        }
    }
    Ok(None)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (referrals, _sandbox) = connect::connect().await?;
    match run(&referrals).await? {
        Some(accepted) => {
            let referral = accepted.versioned.typed()?;
            println!("accepted {:?}: {:?}", referral.id, referral.substatus);
        }
        None => println!("nobody waits for an answer"),
    }
    Ok(())
}
