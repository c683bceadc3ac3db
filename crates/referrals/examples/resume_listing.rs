//! Lists referrals, stops in the middle, and goes on later from what was kept in a file.
//!
//! ```sh
//! cargo run -p referrals --example resume_listing
//! ```

mod connect;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::pin::pin;

use futures_util::TryStreamExt as _;
use referrals::Referrals;
use referrals::engagements::{Continuation, List};

/// Handles up to so many pages, and keeps in the file where to go on. Tells how many
/// referrals there were, and whether that is all.
pub(crate) async fn run(
    referrals: &Referrals,
    file: &Path,
    pages: usize,
) -> Result<(usize, bool), Box<dyn Error>> {
    let list: List = referrals.engagements().list().top(20);
    let list = match fs::read(file) {
        // Filter and order are part of it.
        Ok(kept) => list.continue_from(serde_json::from_slice::<Continuation>(&kept)?),
        Err(_) => list,
    };
    let mut handled = 0;
    let mut walk = pin!(list.pages());
    for _ in 0..pages {
        let Some(page) = walk.try_next().await? else {
            break;
        };
        handled += page.records().len();
        // After the page was handled, so that none is lost.
        match page.continuation() {
            Some(next) => fs::write(file, serde_json::to_vec(next)?)?,
            None => {
                let _ = fs::remove_file(file);
                return Ok((handled, true));
            }
        }
    }
    Ok((handled, false))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (referrals, _sandbox) = connect::connect().await?;
    let file = std::env::temp_dir().join("referrals-resume-listing.json");
    let (first, _) = run(&referrals, &file, 3).await?;
    println!("{first} referrals, then it was stopped");
    let (rest, done) = run(&referrals, &file, usize::MAX).await?;
    println!(
        "{rest} more, {}",
        if done { "and that is all" } else { "and more" }
    );
    Ok(())
}
