//! Signing in to Microsoft Entra ID: credentials that get their own tokens.
//!
//! | credentials | how |
//! |---|---|
//! | App+User, somebody at a screen | [`AppUser`] with [`browser`](AppUser::browser): authorization code with PKCE |
//! | App+User, no browser on this machine | [`AppUser`] with [`device_code`](AppUser::device_code) |
//! | App+User, unattended | [`AppUser`] with a [`store`](AppUser::store) that somebody signed in to, or with a [`refresh_token`](AppUser::refresh_token) (Secure Application Model) |
//! | App-only | [`AppOnly`] with a client secret or a [`ClientCertificate`] |
//!
//! The live API takes App+User only; App-only is for the API of 2018.
//!
//! ```no_run
//! # async fn example() -> Result<(), referrals::Error> {
//! use referrals::identity::{AppUser, Application, Authority, FileStore};
//! use referrals::Referrals;
//!
//! let authority = Authority::global("contoso.example.com")?;
//! let application = Application::public(authority, "66666666-7777-4888-8999-000000000000");
//! let credential = AppUser::new(application)
//!     .device_code(|prompt| eprintln!("{prompt}"))
//!     .store(FileStore::new("sign-in.json"));
//! let referrals = Referrals::builder().credential(credential).build()?;
//! # drop(referrals);
//! # Ok(())
//! # }
//! ```
//!
//! Documentation: "Referral API authentication", Partner Center; "Microsoft identity
//! platform and the OAuth 2.0 device authorization grant flow" and its siblings, Microsoft
//! identity platform.

mod app_only;
mod app_user;
mod authority;
mod browser;
mod certificate;
mod endpoint;
#[cfg(feature = "keyring")]
mod keyring;
mod refusal;
mod store;

pub use app_only::AppOnly;
pub use app_user::{AppUser, DevicePrompt};
pub use authority::{Application, Authority, Cloud};
pub use certificate::ClientCertificate;
#[cfg(feature = "keyring")]
pub use keyring::KeyringStore;
pub use store::{FileStore, MemoryStore, SignIn, SignInStore, StoreFuture};
