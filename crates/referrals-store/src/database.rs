//! The file.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use referrals::Referrals;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, raw_sql};

use crate::{Error, Sync};

/// What marks a file as ours: "RFRL".
const APPLICATION: i64 = 0x5246_524c;

/// The version of the tables, which a later one is brought up from.
const LAYOUT: i64 = 1;

/// How long somebody else may hold the file.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database of referrals in one file (SQLite).
///
/// Its tables are made for being asked by whatever speaks SQL: see the crate's
/// documentation.
#[derive(Debug)]
pub struct Database {
    path: PathBuf,
    pub(crate) connection: SqliteConnection,
}

impl Database {
    /// Opens a file, and makes it when it is not there: readable by its owner alone, since
    /// there are people's addresses in it.
    ///
    /// # Errors
    ///
    /// When it cannot be opened, is something else, or was made by a later release.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        // What SQLite takes for a URI or a memory is a file here.
        let path = std::path::absolute(&path).map_err(|error| refused(&path, error))?;
        make(&path).map_err(|error| refused(&path, error))?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            .disable_statement_logging();
        let connection = options.connect().await;
        let connection = connection.map_err(|error| unusable(&path, error))?;
        let mut database = Self { path, connection };
        database.lay_out().await?;
        Ok(database)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings it up to date with the service.
    pub fn sync<'a>(&'a mut self, referrals: &'a Referrals, source: impl Into<String>) -> Sync<'a> {
        Sync::new(self, referrals, source.into())
    }

    async fn lay_out(&mut self) -> Result<(), Error> {
        let path = self.path.clone();
        self.try_lay_out()
            .await
            .map_err(|error| unusable(&path, error))?
    }

    async fn try_lay_out(&mut self) -> Result<Result<(), Error>, sqlx::Error> {
        let mut change = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        let number = |query| sqlx::query_scalar::<_, i64>(query);
        let application = number("PRAGMA application_id")
            .fetch_one(&mut *change)
            .await?;
        let layout = number("PRAGMA user_version")
            .fetch_one(&mut *change)
            .await?;
        let tables = number("SELECT count(*) FROM sqlite_schema")
            .fetch_one(&mut *change)
            .await?;
        let path = self.path.clone();
        match (application, layout, tables) {
            (APPLICATION, LAYOUT, _) => return Ok(Ok(())),
            (APPLICATION, found, _) if found > LAYOUT => {
                let known = LAYOUT;
                return Ok(Err(Error::Newer { path, found, known }));
            }
            (0, 0, 0) => keep_private(&path).map_err(sqlx::Error::Io)?,
            _ => return Ok(Err(Error::NotOurs { path })),
        }
        raw_sql(include_str!("schema.sql"))
            .execute(&mut *change)
            .await?;
        raw_sql("PRAGMA application_id = 0x5246524c; PRAGMA user_version = 1")
            .execute(&mut *change)
            .await?;
        change.commit().await?;
        Ok(Ok(()))
    }
}

/// What is made with these options is its owner's alone.
fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}

/// Makes a file that its owner alone may read.
fn make(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    private(options.write(true).create_new(true));
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// It may have been there, empty.
fn keep_private(path: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Keeps all others from bringing the file up to date for as long as the lock is open.
pub(crate) fn lock(path: &Path) -> Result<File, Error> {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-lock");
    let mut options = OpenOptions::new();
    private(options.write(true).create(true).truncate(false));
    let file = options
        .open(&beside)
        .map_err(|error| refused(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::Busy {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(refused(path, error)),
    }
}

fn refused(path: &Path, error: std::io::Error) -> Error {
    Error::Database {
        path: path.to_owned(),
        source: Box::new(error),
    }
}

/// What SQLite says of the file.
pub(crate) fn unusable(path: &Path, error: sqlx::Error) -> Error {
    let path = path.to_owned();
    // A file with other bytes.
    let code = error.as_database_error().and_then(|error| error.code());
    if code.is_some_and(|code| code == "26") {
        return Error::NotOurs { path };
    }
    Error::Database {
        path,
        source: Box::new(error),
    }
}
