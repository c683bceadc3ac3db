//! Shows both sides of an engagement: the own referral, and what others made of theirs.
//!
//! ```sh
//! cargo run -p referrals --example both_sides
//! ```

mod connect;

use std::error::Error;

use futures_util::TryStreamExt as _;
use referrals::Referrals;
use referrals::engagements::{Filter, Referral};

/// The referrals of the first engagement that has more than one.
pub(crate) async fn run(referrals: &Referrals) -> Result<Vec<Referral>, Box<dyn Error>> {
    let engagements = referrals.engagements();
    let mut records = std::pin::pin!(engagements.list().records());
    while let Some(record) = records.try_next().await? {
        let Some(id) = record.get()?.engagement_id.clone() else {
            continue;
        };
        let filter = Filter::engagement_id(&id);
        let sides: Vec<_> = engagements
            .list()
            .filter(filter)
            .records()
            .try_collect()
            .await?;
        if sides.len() > 1 {
            let sides = sides.iter().map(|side| side.get().cloned());
            return Ok(sides.collect::<Result<_, _>>()?);
        }
    }
    Ok(Vec::new())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (referrals, _sandbox) = connect::connect().await?;
    for side in run(&referrals).await? {
        println!(
            "{:?} {:?}: {:?}/{:?}, changed {:?}",
            side.organization_name,
            side.direction,
            side.status,
            side.substatus,
            side.updated_date_time.map(|time| time.to_string()),
        );
    }
    Ok(())
}
