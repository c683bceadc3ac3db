//! Where the command keeps its own files.

use std::path::PathBuf;

use etcetera::app_strategy::{AppStrategy, AppStrategyArgs, choose_app_strategy};

use crate::failure::Failure;

/// What people write: settings. `~/.config/referrals` where nothing else is usual.
pub(crate) fn settings() -> Result<PathBuf, Failure> {
    Ok(strategy()?.config_dir())
}

/// What the command writes for itself: sign-ins. `~/.local/state/referrals` where
/// nothing else is usual.
pub(crate) fn state() -> Result<PathBuf, Failure> {
    let strategy = strategy()?;
    Ok(strategy.state_dir().unwrap_or_else(|| strategy.data_dir()))
}

/// What can be made again: changes to the sandbox. `~/.cache/referrals` where nothing
/// else is usual.
pub(crate) fn cache() -> Result<PathBuf, Failure> {
    Ok(strategy()?.cache_dir())
}

fn strategy() -> Result<impl AppStrategy, Failure> {
    choose_app_strategy(AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "referrals".to_owned(),
    })
    .map_err(|error| {
        Failure::failed(format!(
            "cannot tell where your own files are: {error}; set HOME"
        ))
    })
}
