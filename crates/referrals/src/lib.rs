#![doc = include_str!("../README.md")]

mod call;
mod client;
mod credential;
pub mod doctor;
pub mod drift;
pub mod engagements;
mod error;
mod error_body;
pub mod identity;
mod json_text;
mod page;
mod personal;
mod printable;
mod request;
mod retry;
mod service_error;
mod token;
pub mod v1;

pub use call::CallIds;
pub use client::{Builder, DEFAULT_BASE_URL, Referrals};
pub use credential::{
    AccessToken, Audience, AzureCli, Credential, TokenCommand, TokenFile, TokenFuture, TokenRequest,
};
pub use error::{Error, ErrorKind, WriteOutcome};
pub use http::{HeaderMap, Method, StatusCode};
pub use referrals_client::{ExtraRoots, NoCertificate};
pub use referrals_model::{DateTime, Decimal, Raw, ReadError, rust_decimal};
// For the command.
#[doc(hidden)]
pub use printable::printable;
pub use request::{RawAnswer, RawRequest};
pub use retry::{Clock, RetryPolicy};
pub use token::{NotAToken, Secret, Token};
pub use uuid::Uuid;
