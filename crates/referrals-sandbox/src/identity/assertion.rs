//! Client assertions: an application that proves itself with its certificate.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::digest;
use rustls_pki_types::CertificateDer;
use serde_json::Value;
use webpki::EndEntityCert;
use webpki::ring::{RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256_LEGACY_KEY};

use super::refusal::Refusal;
use super::{CONFIDENTIAL_CLIENT, Identity};

/// The first certificate in a PEM text.
pub(crate) fn certificate(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    let body: String = body.split_ascii_whitespace().collect();
    let der = STANDARD.decode(body).ok()?;
    EndEntityCert::try_from(&CertificateDer::from(der.as_slice())).ok()?;
    Some(der)
}

impl Identity {
    /// Checks a statement of the application with the certificate.
    pub(super) fn check_assertion(&self, assertion: &str) -> Result<(), Refusal> {
        let refuse = |why: &str| Err(Refusal::new("invalid_client", 700_027, why));
        let Some(certificate) = &self.setup.certificate else {
            return refuse("The application has no certificate registered.");
        };
        let parts: Vec<_> = assertion.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return refuse("The client assertion is no JSON Web Token.");
        };
        let (Some(head), Some(said), Ok(signature)) = (
            json(header),
            json(claims),
            URL_SAFE_NO_PAD.decode(signature),
        ) else {
            return refuse("The client assertion is no JSON Web Token.");
        };
        let thumbprint = |algorithm: &'static digest::Algorithm| {
            URL_SAFE_NO_PAD.encode(digest::digest(algorithm, certificate))
        };
        let known = match (head["x5t#S256"].as_str(), head["x5t"].as_str()) {
            (Some(given), _) => given == thumbprint(&digest::SHA256),
            (None, Some(given)) => given == thumbprint(&digest::SHA1_FOR_LEGACY_USE_ONLY),
            (None, None) => false,
        };
        if !known {
            return refuse("The thumbprint is not that of the registered certificate.");
        }
        let algorithm = match head["alg"].as_str() {
            Some("PS256") => RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
            Some("RS256") => RSA_PKCS1_2048_8192_SHA256,
            _ => return refuse("The algorithm is neither PS256 nor RS256."),
        };
        let text = &assertion[..header.len() + 1 + claims.len()];
        let der = CertificateDer::from(certificate.as_slice());
        let genuine = EndEntityCert::try_from(&der).and_then(|certificate| {
            certificate.verify_signature(algorithm, text.as_bytes(), &signature)
        });
        if genuine.is_err() {
            return refuse("The signature is not that of the registered certificate's key.");
        }
        let text = |name: &str| said[name].as_str().unwrap_or_default();
        if text("iss") != CONFIDENTIAL_CLIENT || text("sub") != CONFIDENTIAL_CLIENT {
            return refuse("The assertion is about another application.");
        }
        let audience = text("aud").strip_prefix(&self.url).unwrap_or_default();
        if !["/oauth2/v2.0/token", "/oauth2/token", "/v2.0"]
            .iter()
            .any(|end| audience.ends_with(end))
        {
            return refuse("The assertion is for another authority.");
        }
        let now = self.seconds();
        let time = |name: &str| said[name].as_u64();
        match (time("nbf"), time("exp")) {
            (not_before, Some(end)) if end > now && not_before.is_none_or(|start| start <= now) => {
                Ok(())
            }
            _ => Err(Refusal::new(
                "invalid_client",
                700_024,
                "The client assertion is not within its valid time range.",
            )),
        }
    }
}

fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
