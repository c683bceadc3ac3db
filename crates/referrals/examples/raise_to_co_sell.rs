//! Creates a private deal, asks Microsoft for help with it later, and shares it.
//!
//! ```sh
//! cargo run -p referrals --example raise_to_co_sell
//! ```

mod connect;

use std::error::Error;

use referrals::Referrals;
use referrals::engagements::{
    Address, AssistanceRequestCode, CustomerProfile, Deal, Member, Shared,
};

fn somebody(first: &str, email: &str) -> Member {
    Member {
        first_name: Some(first.to_owned()),
        last_name: Some("Example".to_owned()),
        phone_number: Some("+12065550100".to_owned()),
        email: Some(email.to_owned()),
        ..Member::default()
    }
}

/// From a private deal to one with Microsoft.
pub(crate) async fn run(referrals: &Referrals) -> Result<Shared, Box<dyn Error>> {
    let engagements = referrals.engagements();
    let customer = CustomerProfile {
        name: Some("Fabrikam Residences".to_owned()),
        address: Some(Address {
            address_line1: Some("1 Example Street".to_owned()),
            city: Some("Seattle".to_owned()),
            country: Some("US".to_owned()),
            ..Address::default()
        }),
        ..CustomerProfile::default()
    };
    let deal = Deal::private("Move to the cloud", customer)
        .customer_consents()
        .value("40000.00".parse()?, "USD")
        .closing_date_time("2027-03-31T00:00:00Z".parse()?)
        .solution("SOL-00001-CON")
        .team_member(somebody("Ada", "ada@contoso.example.com"))
        .customer_contact(somebody("Grace", "grace@fabrikam.example.com"))
        .external_reference_id("CRM-4711");
    let created = engagements.create(deal.build()?).send().await?;
    let id = created.typed()?.id.clone().ok_or("it came without an id")?;

    // Weeks later. From here on Microsoft's sellers see it.
    let help = AssistanceRequestCode::QuotesOrLicensing;
    let raise = engagements.raise_to_co_sell(&id, help);
    raise
        .notes_to_microsoft("They need a quote by May.")
        .send()
        .await?;

    // Safe to repeat: it looks for Microsoft's referral before it makes one.
    Ok(engagements.share_with_microsoft(&id).send().await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (referrals, _sandbox) = connect::connect().await?;
    let shared = run(&referrals).await?;
    println!("ours:        {:?}", shared.own.typed()?.id);
    println!("Microsoft's: {:?}", shared.microsoft.get()?.id);
    Ok(())
}
