//! The data plane: deployed APIs answer requests and write their logs.

mod access_format;
mod address;
mod backends;
mod delivery;
mod masking;
mod rest;

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

pub(crate) use address::Address;
pub(crate) use backends::{AwsCall, AwsServices, Backends, Egress, Functions};
pub(crate) use delivery::{Delivery, DeliveryStreams};
pub(crate) use rest::{RestApis, Signed, Signer, Signers, TestBench, Throttles, Verdicts};

use crate::apigateway::{DeployedApis, Live, Mapped, NotLive};
use crate::wire::Answer;

/// The largest payload of a request, and of an integration's answer, in bytes (quota "Payload size", 10 MB).
pub(crate) const LARGEST_PAYLOAD: usize = 10 << 20;

/// A request to a deployed API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    /// Where it goes.
    pub(crate) address: Address<'a>,
    /// HTTP method.
    pub(crate) method: &'a str,
    /// Query string, without `?`.
    pub(crate) query: &'a str,
    /// The whole path, as the client wrote and signed it.
    pub(crate) path: &'a str,
    /// The host that was called.
    pub(crate) host: &'a str,
    /// Headers.
    pub(crate) headers: &'a HeaderMap,
    /// Body.
    pub(crate) body: &'a Bytes,
    /// The other end of the connection.
    pub(crate) source_ip: IpAddr,
}

impl Request<'_> {
    /// The first value of a header, where it is text.
    fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What a client gets.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// Serves deployed APIs.
pub(crate) struct Gateway {
    apis: Arc<DeployedApis>,
    rest: RestApis,
}

impl Gateway {
    /// A gateway to these APIs.
    #[must_use]
    pub(crate) fn new(apis: Arc<DeployedApis>, rest: RestApis) -> Self {
        Self { apis, rest }
    }

    /// What a custom domain name leads to; `None` where the host is no such name.
    #[must_use]
    pub(crate) fn of_domain(&self, host: &str, path: &str) -> Option<Result<Mapped, NotLive>> {
        self.apis.of_domain(host, path)
    }

    /// Answers a request, and logs it.
    #[must_use]
    pub(crate) async fn serve(&self, request: &Request<'_>) -> Answer {
        let address = request.address;
        let is_called = |live: &Live| address.base_path.is_some() || live.is_at(address.region);
        match self.apis.find(address.api, address.stage) {
            Ok(live) if is_called(&live) => self.rest.serve(&live, request).await,
            // AWS has no such answer.
            Err(NotLive::NotServed) => not_served(),
            // There is no stage whose settings would ask for a log.
            Ok(_) | Err(NotLive::NoApi | NotLive::NoStage) => self.turn_away(request),
        }
    }

    /// The answer where there is no API or no stage of the address.
    #[must_use]
    pub(crate) fn turn_away(&self, request: &Request<'_>) -> Answer {
        self.rest.turn_away(request)
    }
}

/// The answer of an API of a kind that this emulator does not serve.
fn not_served() -> Answer {
    const MESSAGE: &str = "{\"message\":\"HTTP and WebSocket APIs are not served by this emulator yet\"}";
    let json = HeaderValue::from_static("application/json");
    Answer { status: 501, headers: vec![(http::header::CONTENT_TYPE, json)], body: MESSAGE.into() }
}
