//! Client certificates.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::Error;

/// How long an assertion is good for: it is sent at once.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// A certificate with its private key, by which an application proves to be itself. Its
/// public part is in the application's registration.
#[derive(Clone)]
pub struct ClientCertificate {
    key: Arc<dyn SigningKey>,
    /// What the authority finds the certificate by.
    thumbprint: String,
}

impl ClientCertificate {
    /// Reads certificate and private key (RSA, not encrypted) out of one PEM text. Of
    /// several certificates the first is the application's own.
    ///
    /// From a PKCS #12 file: `openssl pkcs12 -in app.pfx -nodes -out app.pem`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) with what is missing.
    pub fn from_pem(pem: &[u8]) -> Result<Self, Error> {
        let refuse = |reason: &str| {
            Error::configuration(format!(
                "the client certificate {reason}: give one PEM text with the certificate and its \
                 RSA key, not encrypted"
            ))
        };
        let certificate = CertificateDer::from_pem_slice(pem)
            .map_err(|_| refuse("has no certificate that can be read"))?;
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| refuse("has no private key that can be read"))?;
        let key = any_supported_type(&key).map_err(|_| refuse("has a key that cannot be used"))?;
        if key
            .choose_scheme(&[SignatureScheme::RSA_PSS_SHA256])
            .is_none()
        {
            return Err(refuse("has a key that is not RSA"));
        }
        Ok(Self {
            key,
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate)),
        })
    }

    /// A statement that whoever has the key is this application, for one endpoint.
    ///
    /// Documentation: "Microsoft identity platform application authentication
    /// certificate credentials".
    pub(super) fn assertion(
        &self,
        client_id: &str,
        endpoint: &str,
        now: SystemTime,
        id: Uuid,
    ) -> Result<String, Error> {
        let seconds = |time: SystemTime| {
            let since = time.duration_since(SystemTime::UNIX_EPOCH);
            since.unwrap_or_default().as_secs()
        };
        let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint });
        let claims = json!({
            "aud": endpoint,
            "iss": client_id,
            "sub": client_id,
            "jti": id,
            "nbf": seconds(now),
            "exp": seconds(now + LIFETIME),
        });
        let [header, claims] =
            [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let text = format!("{header}.{claims}");
        let signature = self
            .key
            .choose_scheme(&[SignatureScheme::RSA_PSS_SHA256])
            .and_then(|signer| signer.sign(text.as_bytes()).ok())
            .ok_or_else(|| Error::configuration("cannot sign with the client certificate's key"))?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate")
            .field("thumbprint", &self.thumbprint)
            .finish_non_exhaustive()
    }
}
