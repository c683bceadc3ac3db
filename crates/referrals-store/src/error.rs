//! What can go wrong.

use std::error::Error as StdError;
use std::path::PathBuf;

/// Why a database cannot be used or brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database refuses.
    #[error("cannot use the database {}: {source}", path.display())]
    Database {
        /// Its file.
        path: PathBuf,
        /// What it says.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The file is something else.
    #[error("{} is not a database of referrals: name another file, or one that is not there yet", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The file is of a later release.
    #[error(
        "{} was made by a later release (its layout is {found}, and this one knows {known}): \
         install that release, or name another file",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its layout.
        found: i64,
        /// The version that this release makes.
        known: i64,
    },
    /// The file has the referrals of somewhere else.
    #[error(
        "{} has the referrals of {theirs}, and those of {ours} do not belong among them: name \
         another file",
        path.display()
    )]
    OtherSource {
        /// The file.
        path: PathBuf,
        /// Whose referrals there are in it.
        theirs: String,
        /// Whose were to be added.
        ours: String,
    },
    /// Somebody else brings the file up to date.
    #[error("another sync works on {}: wait for its end, or stop it", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A call to the service failed. What arrived before is kept, and the next sync goes
    /// on from there.
    #[error(transparent)]
    Service(#[from] referrals::Error),
}
