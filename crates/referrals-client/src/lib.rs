#![doc = include_str!("../README.md")]

// Generated code names the things of this crate by absolute path, here and in
// the tests of code generation.
extern crate self as referrals_client;

mod exchange;
mod http_client;
mod request;

pub use exchange::{Answer, Bearer, Exchange, ExchangeFuture, Failure, Operation, Transport};
pub use http_client::{
    ExtraRoots, HttpClientError, NoCertificate, http_client, http_client_trusting,
};
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
pub use request::{InsecureUrl, is_secure, prepare, require_secure};

/// The list operation as documented in September 2018.
pub mod v1 {
    // What the generator writes carries the descriptions of the contract, not
    // those of its own plumbing.
    #![allow(
        missing_docs,
        unreachable_pub,
        unused_imports,
        clippy::all,
        reason = "generated"
    )]
    include!(concat!(env!("OUT_DIR"), "/v1.rs"));
}

/// The live API, `/v1.0/engagements/referrals`.
pub mod engagements {
    #![allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]
    include!(concat!(env!("OUT_DIR"), "/engagements.rs"));
}
