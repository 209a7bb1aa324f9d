//! Requests that leave the emulator. They reach this machine, and beyond it only hosts that were named: an emulator that
//! fetched whatever it is told to would be a proxy into the networks of those who run it.

use std::collections::BTreeSet;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::crypto::ring;
use tokio::runtime::Handle;
use tower_service::Service;

use crate::gateway::LARGEST_PAYLOAD;

/// How long a connection that nothing asks for is kept, which is shorter than servers keep theirs.
const IDLE: Duration = Duration::from_secs(5);

type Plain = HttpConnector<Resolver>;
type Connection = Client<HttpsConnector<Plain>, Full<Bytes>>;

/// The way out. Clones share connections.
#[derive(Clone)]
pub(crate) struct Egress {
    allowed: Arc<Allowed>,
    client: Arc<OnceLock<Result<Connection, String>>>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// The URI is none that can be called.
    #[error("{0:?} is no address of an HTTP server")]
    NoAddress(String),
    /// The emulator does not go there.
    #[error("this emulator calls only its own machine; --allow-egress {0} lets it call {0}")]
    Forbidden(String),
    /// The server cannot be reached, or hung up.
    #[error("{0}")]
    Network(String),
    /// It took too long.
    #[error("no answer in time")]
    TimedOut,
    /// The answer is too large.
    #[error("the answer is larger than {LARGEST_PAYLOAD} bytes")]
    TooLarge,
}

impl Egress {
    /// A way to this machine and to these hosts; `*` stands for all.
    #[must_use]
    pub(crate) fn to(hosts: impl IntoIterator<Item = String>) -> Self {
        let hosts = hosts.into_iter().map(|host| host.to_ascii_lowercase()).collect();
        Self { allowed: Arc::new(Allowed(hosts)), client: Arc::default() }
    }

    /// Sends a request, and waits this long for all of the answer. Redirects are answers like others.
    pub(crate) async fn send(
        &self,
        request: Request<Bytes>,
        longest: Duration,
    ) -> Result<Response<Bytes>, NoAnswer> {
        self.check(request.uri())?;
        tokio::time::timeout(longest, self.exchange(request.map(Full::new)))
            .await
            .unwrap_or(Err(NoAnswer::TimedOut))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, NoAnswer> {
        let client = self.client.get_or_init(|| connect(&self.allowed)).as_ref();
        let client = client.map_err(|error| NoAnswer::Network(error.clone()))?;
        let response = client.request(request).await.map_err(|error| {
            let forbidden =
                causes(&error).find_map(|cause| cause.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref());
            match forbidden {
                Some(Elsewhere(host)) => NoAnswer::Forbidden(host.clone()),
                None => NoAnswer::Network(told(&error)),
            }
        })?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LARGEST_PAYLOAD).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() { NoAnswer::TooLarge } else { NoAnswer::Network(told(&*error)) }
        })?;
        Ok(Response::from_parts(head, body.to_bytes()))
    }

    /// Refuses what cannot be called, and addresses elsewhere. Names are looked at once they are resolved.
    fn check(&self, uri: &Uri) -> Result<(), NoAnswer> {
        let host = uri.host().filter(|_| matches!(uri.scheme_str(), Some("http" | "https")));
        let host = host.ok_or_else(|| NoAnswer::NoAddress(uri.to_string()))?;
        if Handle::try_current().is_err() {
            return Err(NoAnswer::Network("there is no runtime to wait in".to_owned()));
        }
        match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            Ok(address) if !address.is_loopback() && !self.allowed.names(host) => {
                Err(NoAnswer::Forbidden(host.to_owned()))
            }
            _ => Ok(()),
        }
    }
}

/// Certificates are those that the machine trusts, read once the first request leaves.
fn connect(allowed: &Arc<Allowed>) -> Result<Connection, String> {
    let mut plain = HttpConnector::new_with_resolver(Resolver(Arc::clone(allowed)));
    plain.enforce_http(false);
    plain.set_nodelay(true);
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_native_roots()
        .map_err(|error| error.to_string())?
        .with_no_client_auth();
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(plain);
    Ok(Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .http1_title_case_headers(true)
        .build(connector))
}

fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

/// What logs tell of a server that does not answer. That a connection is closed or reset is reported by users in these words;
/// the others are inferred: what is at the bottom of an error tells most.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let known = causes(error).find_map(|cause| match cause.downcast_ref::<io::Error>() {
        Some(error) => known_failure(error.kind()),
        None => cause.downcast_ref().filter(|error| has_hung_up(error)).map(|_| CLOSED),
    });
    let innermost = || causes(error).last().map(ToString::to_string).unwrap_or_default();
    known.map_or_else(innermost, str::to_owned)
}

const CLOSED: &str = "Connection is closed";

const fn known_failure(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::ConnectionReset => Some("Connection reset by peer"),
        io::ErrorKind::ConnectionRefused => Some("Connection refused"),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted | io::ErrorKind::UnexpectedEof => {
            Some(CLOSED)
        }
        _ => None,
    }
}

/// Whether the server ended a connection before its answer.
fn has_hung_up(error: &hyper::Error) -> bool {
    error.is_incomplete_message() || error.is_closed() || error.is_canceled()
}

/// The hosts that may be called beside this machine.
#[derive(Debug)]
struct Allowed(BTreeSet<String>);

impl Allowed {
    fn names(&self, host: &str) -> bool {
        self.0.contains("*") || self.0.contains(&host.to_ascii_lowercase())
    }

    /// Those of a name's addresses that may be called.
    fn reachable(&self, name: &str, mut addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Elsewhere> {
        if !self.names(name) {
            addresses.retain(|address| address.ip().is_loopback());
            if addresses.is_empty() {
                return Err(Elsewhere(name.to_owned()));
            }
        }
        Ok(addresses)
    }
}

/// The host is not on this machine, nor was it named.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is elsewhere")]
struct Elsewhere(String);

/// Resolves names to addresses that may be called, so that none that changes its mind leads elsewhere.
#[derive(Clone)]
struct Resolver(Arc<Allowed>);

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let allowed = Arc::clone(&self.0);
        Box::pin(async move {
            let name = name.as_str();
            let addresses = tokio::net::lookup_host((name, 0)).await?.collect();
            let reachable = allowed.reachable(name, addresses);
            let forbidden = |elsewhere| io::Error::new(io::ErrorKind::PermissionDenied, elsewhere);
            reachable.map(Vec::into_iter).map_err(forbidden)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refusal(egress: &Egress, uri: &str) -> NoAnswer {
        let request = Request::get(uri).body(Bytes::new()).unwrap();
        egress.send(request, Duration::from_secs(5)).await.unwrap_err()
    }

    #[tokio::test]
    async fn only_this_machine_is_called_unless_a_host_was_named() {
        let egress = Egress::to([]);
        for uri in ["http://192.0.2.1/", "https://192.0.2.1/", "http://[2001:db8::1]/"] {
            assert!(matches!(refusal(&egress, uri).await, NoAnswer::Forbidden(_)), "{uri}");
        }
        // Nobody listens on these.
        for uri in ["http://127.0.0.1:1/", "http://localhost:1/", "http://[::1]:1/"] {
            assert!(matches!(refusal(&egress, uri).await, NoAnswer::Network(_)), "{uri}");
        }
        assert!(matches!(refusal(&egress, "ftp://localhost/").await, NoAnswer::NoAddress(_)));
        assert!(matches!(refusal(&egress, "/pets").await, NoAnswer::NoAddress(_)));
    }

    #[test]
    fn a_name_leads_to_this_machine_unless_it_was_named_itself() {
        let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
        let (own, others) =
            (addresses(&["127.0.0.1:0", "[::1]:0"]), addresses(&["192.0.2.1:0", "[2001:db8::1]:0"]));
        let both = [own.clone(), others.clone()].concat();
        let nobody = Allowed(BTreeSet::new());
        assert_eq!(nobody.reachable("own.example", own.clone()), Ok(own.clone()));
        assert_eq!(nobody.reachable("both.example", both.clone()), Ok(own));
        let refused = nobody.reachable("other.example", others.clone());
        assert_eq!(refused, Err(Elsewhere("other.example".to_owned())));
        let named = Allowed(BTreeSet::from(["other.example".to_owned()]));
        assert_eq!(named.reachable("Other.example", others.clone()), Ok(others.clone()));
        assert!(named.reachable("another.example", others).is_err());
        assert_eq!(
            Allowed(BTreeSet::from(["*".to_owned()])).reachable("both.example", both.clone()),
            Ok(both)
        );
    }

    #[test]
    fn hosts_are_named_in_any_case_or_all_at_once() {
        assert!(Egress::to(["API.example".to_owned()]).allowed.names("api.Example"));
        assert!(!Egress::to(["api.example".to_owned()]).allowed.names("example"));
        assert!(Egress::to(["*".to_owned()]).allowed.names("anything"));
    }
}
