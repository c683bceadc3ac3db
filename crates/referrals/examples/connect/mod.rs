//! Where the examples talk to: the service that `REFERRALS_BASE_URL` names, with the token
//! in `REFERRALS_TOKEN`, or else a sandbox of their own.

use std::env;
use std::error::Error;

use referrals::Referrals;
use referrals_sandbox::Sandbox;

/// A client. The sandbox ends with the second value.
pub(crate) async fn connect() -> Result<(Referrals, Option<Sandbox>), Box<dyn Error>> {
    if let Ok(base_url) = env::var("REFERRALS_BASE_URL") {
        let token = env::var("REFERRALS_TOKEN")?;
        let builder = Referrals::builder().base_url(base_url).token(token);
        return Ok((builder.build()?, None));
    }
    let sandbox = Sandbox::builder().start().await?;
    let builder = Referrals::builder().base_url(sandbox.url());
    let referrals = builder.token(sandbox.token()).build()?;
    Ok((referrals, Some(sandbox)))
}
