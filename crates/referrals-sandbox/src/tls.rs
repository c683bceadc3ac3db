//! TLS with a certificate authority that is gone with the sandbox.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many handshakes may be under way.
const HANDSHAKES: usize = 1_000;

/// The names that the certificate is for.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// What a server with TLS needs, and the certificate that its clients have to trust.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    pub(crate) ca_pem: String,
}

impl Tls {
    /// A new authority with a new certificate for this machine, by this name, too.
    pub(crate) fn new(host: &str) -> io::Result<Self> {
        let (config, ca_pem) = make(host).map_err(io::Error::other)?;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            ca_pem,
        })
    }
}

fn make(host: &str) -> Result<(ServerConfig, String), Box<dyn std::error::Error + Send + Sync>> {
    let ca_key = KeyPair::generate()?;
    let mut ca = CertificateParams::new(Vec::new())?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    ca.distinguished_name
        .push(DnType::CommonName, "referrals sandbox");
    let ca_pem = ca.self_signed(&ca_key)?.pem();

    let key = KeyPair::generate()?;
    let mut names = NAMES.map(str::to_owned).to_vec();
    let host = host.trim_matches(['[', ']']);
    if !NAMES.contains(&host) {
        names.push(host.to_owned());
    }
    let mut leaf = CertificateParams::new(names)?;
    leaf.distinguished_name.push(DnType::CommonName, host);
    leaf.use_authority_key_identifier_extension = true;
    let certificate = leaf.signed_by(&key, &Issuer::new(ca, ca_key))?;

    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .map_err(|error: rustls::Error| error)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((config, ca_pem))
}

/// Hands on connections whose handshake is done. One that takes its time holds nobody up.
pub(crate) struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, SocketAddr)>>,
}

impl TlsListener {
    pub(crate) fn new(tcp: TcpListener, acceptor: TlsAcceptor) -> Self {
        Self {
            tcp,
            acceptor,
            handshakes: JoinSet::new(),
        }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = done {
                        return connection;
                    }
                }
                // Its own `accept` waits out what passes.
                (stream, address) = Listener::accept(&mut self.tcp) => {
                    if self.handshakes.len() >= HANDSHAKES {
                        continue;
                    }
                    let acceptor = self.acceptor.clone();
                    self.handshakes.spawn(async move {
                        let handshake = acceptor.accept(stream);
                        let stream = tokio::time::timeout(PATIENCE, handshake).await;
                        Some((stream.ok()?.ok()?, address))
                    });
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls_pki_types::pem::PemObject as _;
    use rustls_pki_types::{CertificateDer, ServerName};
    use tokio_rustls::TlsConnector;
    use tokio_rustls::rustls::{ClientConfig, RootCertStore};

    #[tokio::test]
    async fn the_certificate_is_for_this_machine_and_the_name_it_has() {
        for (host, name, expected) in [
            ("localhost", "localhost", true),
            ("localhost", "127.0.0.1", true),
            ("sandbox.example.com", "localhost", true),
            ("sandbox.example.com", "sandbox.example.com", true),
            ("localhost", "sandbox.example.com", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("[2001:db8::7]", "2001:db8::7", true),
            ("192.0.2.7", "192.0.2.8", false),
        ] {
            let tls = Tls::new(host).expect("a certificate");
            let mut roots = RootCertStore::empty();
            let ca = CertificateDer::from_pem_slice(tls.ca_pem.as_bytes()).expect("PEM");
            roots.add(ca).expect("a certificate");
            let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
                .with_safe_default_protocol_versions()
                .expect("versions")
                .with_root_certificates(roots)
                .with_no_client_auth();
            let (here, there) = tokio::io::duplex(64 * 1024);
            let served = tokio::spawn(async move { tls.acceptor.accept(there).await.is_ok() });
            let server = ServerName::try_from(name.to_owned()).expect("a name");
            let reached = TlsConnector::from(Arc::new(client)).connect(server, here);
            // It is kept until the other side has it, too.
            let reached = reached.await;
            assert_eq!(served.await.expect("no panic"), expected, "{host} {name}");
            assert_eq!(reached.is_ok(), expected, "{host} {name}");
        }
    }
}
