//! Where sign-ins are kept between runs.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::Application;
use super::endpoint::Granted;
use crate::credential::EARLY;
use crate::{AccessToken, Error, ErrorKind, Token, TokenRequest};

/// What a sign-in brought: a refresh token and access tokens. All of it is secret; only
/// serialising it shows it, for a [`SignInStore`] to keep.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// Whose tokens these are: they go to nobody else.
    authority: String,
    client_id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) refresh_token: Option<String>,
    /// By resource.
    #[serde(default)]
    access_tokens: BTreeMap<String, Stored>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    token: String,
    /// Seconds since 1970.
    expires: u64,
}

impl SignIn {
    pub(super) fn of(application: &Application) -> Self {
        Self {
            authority: application.authority.url().to_string(),
            client_id: application.client_id.clone(),
            refresh_token: None,
            access_tokens: BTreeMap::new(),
        }
    }

    /// What is needed to get everything else anew.
    #[cfg(feature = "keyring")]
    pub(super) fn without_access_tokens(&self) -> Self {
        Self {
            access_tokens: BTreeMap::new(),
            ..self.clone()
        }
    }

    pub(super) fn is_of(&self, application: &Application) -> bool {
        self.authority == application.authority.url().as_str()
            && self.client_id == application.client_id
    }

    /// A token that is good for a while yet.
    pub(super) fn usable(
        &self,
        request: &TokenRequest<'_>,
        now: SystemTime,
    ) -> Option<AccessToken> {
        let stored = self.access_tokens.get(request.audience().resource())?;
        let expires = UNIX_EPOCH.checked_add(Duration::from_secs(stored.expires))?;
        let token = Token::from(stored.token.as_str());
        (expires.duration_since(now).unwrap_or_default() > EARLY
            && request.refused() != Some(&token))
        .then_some(AccessToken {
            token,
            expires: Some(expires),
        })
    }

    /// Keeps what was granted, and gives the token in it.
    pub(super) fn take(&mut self, request: &TokenRequest<'_>, granted: Granted) -> AccessToken {
        // Without a new one the old one goes on.
        if let Some(token) = &granted.refresh {
            self.refresh_token = Some(token.expose().to_owned());
        }
        self.keep(request, &granted.access);
        granted.access
    }

    /// Keeps a new token. One without an end would never be renewed, so it is not kept.
    pub(super) fn keep(&mut self, request: &TokenRequest<'_>, token: &AccessToken) {
        let resource = request.audience().resource().to_owned();
        let expires = token
            .expires
            .and_then(|end| end.duration_since(UNIX_EPOCH).ok());
        match expires {
            Some(expires) => drop(self.access_tokens.insert(
                resource,
                Stored {
                    token: token.token.secret().to_owned(),
                    expires: expires.as_secs(),
                },
            )),
            None => drop(self.access_tokens.remove(&resource)),
        }
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignIn")
            .field("authority", &self.authority)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// A store, and what it could not keep: that is good until the program ends.
#[derive(Debug)]
pub(super) struct Keeper {
    store: Box<dyn SignInStore>,
    unkept: Option<SignIn>,
}

impl Keeper {
    pub(super) fn new(store: impl SignInStore) -> Self {
        Self {
            store: Box::new(store),
            unkept: None,
        }
    }

    /// The sign-ins to this application, the best first.
    pub(super) async fn load(&self, application: &Application) -> Result<Vec<SignIn>, Error> {
        let stored = match self.store.load().await {
            // There is another one to go on with.
            Err(_) if self.unkept.is_some() => None,
            stored => stored?,
        };
        let all = self.unkept.clone().into_iter().chain(stored);
        Ok(all.filter(|sign_in| sign_in.is_of(application)).collect())
    }

    /// Keeps this in place of what was kept, at least until the program ends: what was
    /// granted may not be granted again.
    ///
    /// # Errors
    ///
    /// When the store could not keep it.
    pub(super) async fn save(&mut self, sign_in: SignIn) -> Result<(), Error> {
        let saved = self.store.save(&sign_in).await;
        self.unkept = saved.is_err().then_some(sign_in);
        saved
    }

    /// The same where a call needs the token and nobody asked to keep it.
    pub(super) async fn save_or_warn(&mut self, sign_in: SignIn) {
        if let Err(error) = self.save(sign_in).await {
            tracing::warn!(%error, "the sign-in is good until the program ends, and not kept");
        }
    }

    /// Forgets everything.
    pub(super) async fn clear(&mut self) -> Result<(), Error> {
        self.unkept = None;
        self.store.clear().await
    }
}

impl Default for Keeper {
    fn default() -> Self {
        Self::new(MemoryStore::default())
    }
}

impl SignInStore for Box<dyn SignInStore> {
    fn load(&self) -> StoreFuture<'_, Option<SignIn>> {
        (**self).load()
    }

    fn save<'a>(&'a self, sign_in: &'a SignIn) -> StoreFuture<'a, ()> {
        (**self).save(sign_in)
    }

    fn clear(&self) -> StoreFuture<'_, ()> {
        (**self).clear()
    }
}

/// What the functions of a [`SignInStore`] resolve to.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Keeps one sign-in. A vault can be one.
pub trait SignInStore: fmt::Debug + Send + Sync + 'static {
    /// What is kept, if anything.
    ///
    /// # Errors
    ///
    /// When it cannot be told.
    fn load(&self) -> StoreFuture<'_, Option<SignIn>>;

    /// Keeps this in place of what was kept.
    ///
    /// # Errors
    ///
    /// When it cannot be kept.
    fn save<'a>(&'a self, sign_in: &'a SignIn) -> StoreFuture<'a, ()>;

    /// Forgets what was kept. Nothing kept is fine.
    ///
    /// # Errors
    ///
    /// When it cannot be forgotten.
    fn clear(&self) -> StoreFuture<'_, ()>;
}

/// A store that is gone with the program.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Option<SignIn>>);

impl MemoryStore {
    fn replace(&self, sign_in: Option<SignIn>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = sign_in;
    }
}

impl SignInStore for MemoryStore {
    fn load(&self) -> StoreFuture<'_, Option<SignIn>> {
        let kept = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Box::pin(async { Ok(kept) })
    }

    fn save<'a>(&'a self, sign_in: &'a SignIn) -> StoreFuture<'a, ()> {
        self.replace(Some(sign_in.clone()));
        Box::pin(async { Ok(()) })
    }

    fn clear(&self) -> StoreFuture<'_, ()> {
        self.replace(None);
        Box::pin(async { Ok(()) })
    }
}

/// A file that only its owner can read (0600). It is replaced as a whole, so that it is
/// never half written.
#[derive(Debug, Clone)]
pub struct FileStore(PathBuf);

impl FileStore {
    /// Keeps the sign-in in this file. Folders above it are made when it is written.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.0
    }

    fn refuse(&self, what: &str, error: &dyn fmt::Display) -> Error {
        let reason = format!("cannot {what} the sign-in in {}: {error}", self.0.display());
        Error::new(ErrorKind::Credential, reason)
    }

    fn read(&self) -> Result<Option<SignIn>, Error> {
        let text = match std::fs::read(&self.0) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.refuse("read", &error)),
        };
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let metadata = std::fs::metadata(&self.0).map_err(|e| self.refuse("read", &e))?;
            let mode = metadata.permissions().mode() & 0o777;
            if mode & 0o077 != 0 {
                let reason = format!(
                    "others may read it (mode {mode:o}): sign in anew, or `chmod 600` it if nobody \
                     has"
                );
                return Err(self.refuse("use", &reason));
            }
        }
        // Its error would quote the text.
        serde_json::from_slice(&text).map(Some).map_err(|_| {
            let reason = "it is not what was written there; remove it and sign in anew";
            self.refuse("use", &reason)
        })
    }

    fn write(&self, sign_in: &SignIn) -> io::Result<()> {
        let folder = match self.0.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        make_private(folder)?;
        // Made with 0600.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer(&mut file, sign_in)?;
        file.flush()?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        Ok(())
    }
}

/// Makes a folder that only its owner can look into, if it is not there.
fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Small and local: not worth a thread.
impl SignInStore for FileStore {
    fn load(&self) -> StoreFuture<'_, Option<SignIn>> {
        Box::pin(async { self.read() })
    }

    fn save<'a>(&'a self, sign_in: &'a SignIn) -> StoreFuture<'a, ()> {
        Box::pin(async {
            self.write(sign_in)
                .map_err(|error| self.refuse("keep", &error))
        })
    }

    fn clear(&self) -> StoreFuture<'_, ()> {
        Box::pin(async {
            match std::fs::remove_file(&self.0) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    Err(self.refuse("remove", &error))
                }
                _ => Ok(()),
            }
        })
    }
}
