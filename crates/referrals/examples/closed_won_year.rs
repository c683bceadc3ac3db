//! Adds up a year of won deals by currency, record by record: however many there are, one
//! page of them is in memory.
//!
//! ```sh
//! cargo run -p referrals --example closed_won_year
//! ```

mod connect;

use std::collections::BTreeMap;
use std::error::Error;
use std::pin::pin;

use futures_util::TryStreamExt as _;
use referrals::engagements::{Filter, ReferralSubstatus};
use referrals::{DateTime, Referrals, rust_decimal::Decimal};

/// What was won, how often, and what could not be read.
#[derive(Debug, Default)]
pub(crate) struct Won {
    /// By currency.
    pub(crate) totals: BTreeMap<String, Decimal>,
    /// How many deals were won.
    pub(crate) deals: u64,
    /// How many records could not be read.
    pub(crate) unreadable: u64,
}

/// Adds up what was won since this time.
pub(crate) async fn run(referrals: &Referrals, since: DateTime) -> Result<Won, Box<dyn Error>> {
    // A deal that was closed since was changed since, so the service can leave out the rest.
    let filter = Filter::substatus(ReferralSubstatus::Won).and(Filter::updated_since(&since));
    let list = referrals.engagements().list().filter(filter);
    let mut records = pin!(list.records());
    let mut won = Won::default();
    while let Some(record) = records.try_next().await? {
        // One bad record is no reason to lose the others.
        let Ok(referral) = record.get() else {
            won.unreadable += 1;
            continue;
        };
        let closed = referral.closed_date_time.as_ref();
        if closed.is_none_or(|closed| closed.to_utc() < since.to_utc()) {
            continue;
        }
        won.deals += 1;
        let Some(details) = &referral.details else {
            continue;
        };
        let value = details
            .deal_value
            .as_ref()
            .and_then(referrals::Decimal::to_decimal);
        if let (Some(value), Some(currency)) = (value, &details.currency) {
            *won.totals.entry(currency.clone()).or_default() += value;
        }
    }
    Ok(won)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (referrals, _sandbox) = connect::connect().await?;
    let won = run(&referrals, "2025-01-01T00:00:00Z".parse()?).await?;
    println!("{} deals won, {} not readable", won.deals, won.unreadable);
    for (currency, total) in won.totals {
        println!("{currency} {total}");
    }
    Ok(())
}
