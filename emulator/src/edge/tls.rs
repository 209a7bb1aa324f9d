//! The listener's TLS, with a certificate of its own.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a client may take for its handshake.
const LONGEST_HANDSHAKE: Duration = Duration::from_secs(10);

/// How many connections wait for the server to take them.
const WAITING: usize = 64;

/// A certificate that nobody else signed, with its key.
#[derive(Clone)]
pub(crate) struct Certificate {
    config: Arc<ServerConfig>,
    pem: Arc<str>,
}

impl Certificate {
    /// A new one, for these names and addresses.
    ///
    /// # Errors
    ///
    /// When a name cannot stand in a certificate.
    pub(crate) fn of(names: Vec<String>) -> io::Result<Self> {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(names).map_err(io::Error::other)?;
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).map_err(io::Error::other)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .map_err(io::Error::other)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), pem: cert.pem().into() })
    }

    /// The certificate, for clients that are to trust it.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }
}

/// A listener whose connections are encrypted.
pub(super) struct TlsListener {
    address: io::Result<SocketAddr>,
    connections: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    task: JoinHandle<()>,
}

impl TlsListener {
    /// Shakes hands with whoever connects, with each on a task of its own: one that is slow holds up nobody.
    pub(super) fn new(listener: TcpListener, certificate: &Certificate) -> Self {
        let address = listener.local_addr();
        let acceptor = TlsAcceptor::from(Arc::clone(&certificate.config));
        let (sender, connections) = mpsc::channel(WAITING);
        let task = tokio::spawn(async move {
            let mut listener = listener;
            loop {
                let (stream, peer) = Listener::accept(&mut listener).await;
                let _ = stream.set_nodelay(true);
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    let handshake = tokio::time::timeout(LONGEST_HANDSHAKE, acceptor.accept(stream));
                    if let Ok(Ok(stream)) = handshake.await {
                        // The server may have stopped meanwhile.
                        let _ = sender.send((stream, peer)).await;
                    }
                });
            }
        });
        Self { address, connections, task }
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.connections.recv().await {
            Some(connection) => connection,
            // Nobody connects any more; the server ends by being told to.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.address.as_ref().map(|address| *address).map_err(|error| error.kind().into())
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The names that an emulator is called by: the machine's own, those of deployed APIs, and the one that it listens on.
pub(crate) fn names(address: IpAddr, region: &str, host: Option<&str>) -> Vec<String> {
    let mut names = vec![
        "localhost".to_owned(),
        "127.0.0.1".to_owned(),
        "::1".to_owned(),
        "*.execute-api.localhost".to_owned(),
        format!("*.execute-api.{region}.localhost"),
        address.to_string(),
    ];
    names.extend(host.map(str::to_owned));
    names.sort_unstable();
    names.dedup();
    names
}
