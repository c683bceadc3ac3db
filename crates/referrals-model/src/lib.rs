//! Types of the Microsoft Partner Center referrals API.
//!
//! There is one module per contract, generated from it by
//! `cargo xtask generate`: [`v1`] is the API as documented in September 2018,
//! [`engagements`] the live one. The types beside the modules are what generated code is built on.
//!
//! Reading is tolerant and lossless. A [`Raw`] keeps the bytes of a record and
//! reads them on demand, enums are open, money and times keep their text:
//!
//! ```
//! use referrals_model::{Raw, v1::{Referral, ReferralStatus}};
//!
//! let raw: Raw<Referral> = serde_json::from_str(
//!     r#"{"id":"1","status":"Snoozed","details":{"dealValue":9007199254740993.55},"new":1}"#,
//! )?;
//! let referral = raw.get()?;
//! assert_eq!(referral.status.as_ref().map(ReferralStatus::as_str), Some("Snoozed"));
//! let value = referral.details.as_ref().and_then(|details| details.deal_value.as_ref());
//! assert_eq!(value.map(|value| value.as_str()), Some("9007199254740993.55"));
//! assert!(raw.json().contains(r#""new":1"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// Generated code names the types of this crate by absolute path, here and in
// other crates.
extern crate self as referrals_model;

mod date_time;
mod decimal;
mod known_members;
mod object;
mod open_enum;
mod raw;

/// What [`Decimal::to_decimal`] calculates with.
pub use rust_decimal;

pub use date_time::{DateTime, ParseDateTimeError};
pub use decimal::{Decimal, ParseDecimalError};
pub use known_members::{KnownMembers, Member, Shape};
#[doc(hidden)]
pub use object::FromObject;
pub use open_enum::Unrecognized;
#[doc(hidden)]
pub use raw::Redacted;
pub use raw::{Raw, ReadError};

/// The list operation as documented in September 2018.
///
/// Documentation: "Get a list of referrals" and "Referral", Partner Center SDK.
pub mod v1 {
    #[rustfmt::skip]
    #[allow(missing_docs, clippy::all, reason = "generated")]
    mod generated {
        include!("generated/v1.rs");
    }
    mod ext;

    pub use generated::*;
}

/// The live API, `/v1.0/engagements/referrals`.
///
/// Documentation: "Referrals resources", "Get a list of referrals" and their
/// neighbours, Partner Center REST API.
pub mod engagements {
    #[rustfmt::skip]
    #[allow(missing_docs, clippy::all, reason = "generated")]
    mod generated {
        include!("generated/engagements.rs");
    }

    pub use generated::*;
}
