//! The HTTP client that operations are sent with.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls_platform_verifier::BuilderVerifierExt as _;

/// A builder for an HTTP client with everything this crate relies on.
///
/// - TLS 1.2 and 1.3 with the certificates that the operating system trusts. The
///   configuration belongs to this client alone; no process-wide default is
///   needed or touched.
/// - Redirects are followed within one origin only, so a token never reaches
///   another. An answer that leads elsewhere is handed on as it is.
/// - A connection is given up after 10 seconds; how long an answer may take is
///   for the caller to say, since a list arrives in one piece.
///
/// # Errors
///
/// When the operating system's certificates cannot be read.
pub fn http_client() -> Result<reqwest::ClientBuilder, HttpClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(HttpClientError)?
        .with_no_client_auth();
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(Duration::from_secs(10))
        .redirect(Policy::custom(|attempt| {
            let same_origin = attempt
                .previous()
                .last()
                .is_some_and(|from| from.origin() == attempt.url().origin());
            if same_origin && attempt.previous().len() <= 5 {
                attempt.follow()
            } else {
                attempt.stop()
            }
        })))
}

/// No HTTP client could be made.
#[derive(Debug)]
pub struct HttpClientError(rustls::Error);

impl fmt::Display for HttpClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cannot set up TLS with the certificates of the operating system")
    }
}

impl Error for HttpClientError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}
