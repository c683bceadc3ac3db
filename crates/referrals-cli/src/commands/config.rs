//! `referrals config`

use std::io::{self, Write as _};
use std::process::ExitCode;

use referrals::identity::SignInStore as _;

use crate::arguments::Config;
use crate::failure::{Failure, note};
use crate::profile;
use crate::runtime;

pub(crate) fn run(config: &Config) -> Result<ExitCode, Failure> {
    let mut stdout = io::stdout().lock();
    match config {
        Config::Show => write!(stdout, "{}", profile::settings_text()?)?,
        Config::Path => writeln!(stdout, "{}", profile::settings_file()?.display())?,
        Config::Remove { profile } => {
            let keyring = profile::get(profile)?.keyring;
            runtime()?.block_on(profile::store(profile, keyring)?.clear())?;
            profile::put(profile, None)?;
            note(&format!("removed the profile {profile}"));
        }
    }
    stdout.flush()?;
    Ok(ExitCode::SUCCESS)
}
