//! The HTTP client that operations are sent with.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls_platform_verifier::Verifier;
use url::Url;

/// Certificates to trust besides those that the operating system trusts: of a proxy
/// that looks into TLS, or of a server for tests.
#[derive(Clone, Default)]
pub struct ExtraRoots(Vec<CertificateDer<'static>>);

impl ExtraRoots {
    /// Certificates out of a PEM text. What else it has is skipped.
    ///
    /// ```
    /// # use referrals_client::ExtraRoots;
    /// assert!(ExtraRoots::from_pem(b"no certificate").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no certificate, or one that cannot be read.
    pub fn from_pem(pem: &[u8]) -> Result<Self, NoCertificate> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        match certificates {
            Ok(certificates) if !certificates.is_empty() => Ok(Self(certificates)),
            _ => Err(NoCertificate(())),
        }
    }
}

impl fmt::Debug for ExtraRoots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtraRoots({})", self.0.len())
    }
}

/// A text without a certificate in PEM form.
#[derive(Debug)]
pub struct NoCertificate(());

impl fmt::Display for NoCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no certificate in PEM form (-----BEGIN CERTIFICATE-----)")
    }
}

impl Error for NoCertificate {}

/// A builder for an HTTP client with everything this crate relies on, for
/// requests to this base URL.
///
/// - TLS 1.2 and 1.3 with the certificates that the operating system trusts. The
///   configuration belongs to this client alone; no process-wide default is
///   needed or touched. For a plain http URL no certificates are read: that
///   would take longer than all else a short command does.
/// - The proxy that the environment names is used for https. Plain http is for
///   this machine only, and a proxy would see the token.
/// - Redirects are followed within one origin only, so a token never reaches
///   another, and only those that keep the method (307, 308): the others make a read
///   of a write. An answer that leads elsewhere is handed on as it is.
/// - A connection is given up after 10 seconds; how long an answer may take is
///   for the caller to say, since a list arrives in one piece.
///
/// # Errors
///
/// When the operating system's certificates cannot be read.
pub fn http_client(base_url: &Url) -> Result<reqwest::ClientBuilder, HttpClientError> {
    http_client_trusting(base_url, &ExtraRoots::default())
}

/// [`http_client`] that trusts more certificates.
///
/// # Errors
///
/// As [`http_client`], and when the extra certificates cannot be used.
pub fn http_client_trusting(
    base_url: &Url,
    extra: &ExtraRoots,
) -> Result<reqwest::ClientBuilder, HttpClientError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(HttpClientError)?;
    let (tls, client) = if base_url.scheme() == "http" {
        let tls = builder.with_root_certificates(rustls::RootCertStore::empty());
        (tls, reqwest::Client::builder().no_proxy())
    } else {
        let verifier = match extra.0.is_empty() {
            true => Verifier::new(provider),
            false => Verifier::new_with_extra_roots(extra.0.clone(), provider),
        };
        let verifier = Arc::new(verifier.map_err(HttpClientError)?);
        // Dangerous only with a verifier that does not verify.
        let tls = builder
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        (tls, reqwest::Client::builder())
    };
    Ok(client
        .tls_backend_preconfigured(tls.with_no_client_auth())
        .connect_timeout(Duration::from_secs(10))
        .redirect(Policy::custom(|attempt| {
            let same_origin = attempt
                .previous()
                .last()
                .is_some_and(|from| from.origin() == attempt.url().origin());
            let same_method = matches!(attempt.status().as_u16(), 307 | 308);
            if same_origin && same_method && attempt.previous().len() <= 5 {
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
