//! The keyring of the operating system.

use std::fmt;

use super::{SignIn, SignInStore, StoreFuture};
use crate::{Error, ErrorKind};

/// The keyring of the operating system: Keychain, Credential Manager, or the Secret
/// Service (GNOME Keyring, KWallet). With the feature `keyring`.
///
/// On Windows an entry holds 2,560 bytes, so the refresh token alone is kept there and
/// every run of a program gets a new access token.
#[derive(Clone)]
pub struct KeyringStore {
    account: String,
}

/// The name that entries are found under.
const SERVICE: &str = "referrals";

impl KeyringStore {
    /// Keeps the sign-in under this name.
    pub fn new(account: impl Into<String>) -> Self {
        Self {
            account: account.into(),
        }
    }

    /// Does something with the entry, on a thread of its own: somebody may have to
    /// unlock the keyring first.
    async fn with<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(keyring::Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let account = self.account.clone();
        let done = tokio::task::spawn_blocking(move || {
            keyring::Entry::new(SERVICE, &account).and_then(work)
        });
        let reason = match done.await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => explain(&error),
            Err(_) => "it broke down".to_owned(),
        };
        let reason = format!("cannot {what} the sign-in in the keyring: {reason}");
        Err(Error::new(ErrorKind::Credential, reason))
    }
}

/// In own words: some of its errors carry the secret.
fn explain(error: &keyring::Error) -> String {
    use keyring::Error as E;
    match error {
        E::NoDefaultStore | E::NoStorageAccess(_) | E::PlatformFailure(_) => {
            "there is none, or it is locked; keep the sign-in in a file instead".to_owned()
        }
        E::TooLong(_, limit) => format!("the refresh token is longer than the {limit} it takes"),
        E::Ambiguous(_) => format!("there is more than one entry for {SERVICE}"),
        _ => "the entry cannot be used; remove it and sign in anew".to_owned(),
    }
}

impl SignInStore for KeyringStore {
    fn load(&self) -> StoreFuture<'_, Option<SignIn>> {
        Box::pin(self.with("read", |entry| match entry.get_secret() {
            Err(keyring::Error::NoEntry) => Ok(None),
            // What cannot be read is as good as nothing: a sign-in replaces it.
            Ok(secret) => Ok(serde_json::from_slice(&secret).ok()),
            Err(error) => Err(error),
        }))
    }

    fn save<'a>(&'a self, sign_in: &'a SignIn) -> StoreFuture<'a, ()> {
        let kept = match cfg!(windows) {
            true => sign_in.without_access_tokens(),
            false => sign_in.clone(),
        };
        Box::pin(self.with("keep", move |entry| {
            // Text and numbers under text.
            let secret = serde_json::to_vec(&kept).unwrap_or_default();
            entry.set_secret(&secret)
        }))
    }

    fn clear(&self) -> StoreFuture<'_, ()> {
        Box::pin(
            self.with("remove", |entry| match entry.delete_credential() {
                Err(keyring::Error::NoEntry) => Ok(()),
                done => done,
            }),
        )
    }
}

impl fmt::Debug for KeyringStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyringStore").field(&self.account).finish()
    }
}
