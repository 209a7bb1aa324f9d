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
pub(crate) use backends::{Backends, Egress, Functions};
pub(crate) use delivery::Delivery;
pub(crate) use rest::{RestApis, Signed, Signer, Signers, TestBench, Throttles, Verdicts};

use crate::apigateway::{DeployedApis, NotLive};
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

    /// Answers a request, and logs it.
    #[must_use]
    pub(crate) async fn serve(&self, request: &Request<'_>) -> Answer {
        match self.apis.find(request.address.api, request.address.stage) {
            Ok(live) if live.is_at(request.address.region) => self.rest.serve(&live, request).await,
            // There is no stage whose settings would ask for a log.
            Ok(_) | Err(NotLive::NoApi | NotLive::NoStage) => self.rest.turn_away(request),
            // AWS has no such answer.
            Err(NotLive::NotServed) => not_served(),
        }
    }
}

/// The answer of an API of a kind that this emulator does not serve.
fn not_served() -> Answer {
    const MESSAGE: &str = "{\"message\":\"HTTP and WebSocket APIs are not served by this emulator yet\"}";
    let json = HeaderValue::from_static("application/json");
    Answer { status: 501, headers: vec![(http::header::CONTENT_TYPE, json)], body: MESSAGE.into() }
}
