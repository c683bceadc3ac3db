//! `referrals config`

use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::arguments::Config;
use crate::failure::{Failure, note};
use crate::profile;
use crate::runtime;

pub(crate) fn run(config: &Config) -> Result<ExitCode, Failure> {
    let mut stdout = io::stdout().lock();
    match config {
        Config::Show => write!(stdout, "{}", profile::settings_to_show()?)?,
        Config::Path => writeln!(stdout, "{}", profile::settings_file()?.display())?,
        Config::Remove { profile } => {
            let keyring = profile::get(profile)?.keyring;
            runtime()?.block_on(profile::forget(profile, keyring))?;
            profile::put(profile, None)?;
            note(&format!("removed the profile {profile}"));
        }
    }
    stdout.flush()?;
    Ok(ExitCode::SUCCESS)
}
