//! From an HTTP request to whoever answers it, and back.

mod authentication;
mod credential;
mod identity;
mod invokers;
mod refusal;
mod server;
mod service_calls;
mod services;
mod sigv4;
mod tls;
mod websocket;

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::request::Parts;
use stagecheck_models::Protocol;

pub(crate) use authentication::Authentication;
pub use authentication::Sigv4;
pub(crate) use identity::Callers;
#[cfg(feature = "cli")]
pub(crate) use identity::ROOT_ACCESS_KEY_ID;
#[cfg(any(feature = "cli", feature = "sdk"))]
pub(crate) use identity::ROOT_SECRET;
pub(crate) use invokers::Invokers;
pub(crate) use server::{response, serve};
pub(crate) use service_calls::ServiceCalls;
pub(crate) use services::Services;
pub(crate) use tls::{Certificate, names};

use self::services::host;
use crate::admin::{self, Admin, Endpoint};
use crate::apigateway::{Mapped, NotLive};
use crate::gateway::{self, Address, Delivery, Gateway, Handshake, Outcome};
use crate::service::Fault;
use crate::wire::{Answer, encode_fault};

/// The largest body of a call to a service, in bytes.
const LARGEST_BODY: usize = 10 << 20;

/// Answers every request that reaches the emulator.
pub(crate) struct Edge {
    pub(crate) calls: Arc<ServiceCalls>,
    pub(crate) gateway: Gateway,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) admin: Admin,
}

/// Who answers a request.
enum Door<'a> {
    Gateway(Address<'a>),
    Admin(Endpoint),
    Services,
}

impl<'a> Door<'a> {
    fn of(head: &'a Parts) -> Self {
        let path = head.uri.path();
        if let Some(endpoint) = Endpoint::at(path) {
            return Self::Admin(endpoint);
        }
        Address::parse(host(head), path).map_or(Self::Services, Self::Gateway)
    }
}

/// The longest body of such a request that is read at all. A body that is one byte longer is too large.
fn largest_body(head: &Parts) -> usize {
    match Door::of(head) {
        Door::Gateway(_) => gateway::LARGEST_PAYLOAD,
        Door::Admin(Endpoint::State) => admin::LARGEST_IMPORT,
        Door::Admin(_) | Door::Services => LARGEST_BODY,
    }
}

/// Whether other requests should go on meanwhile: a large state takes seconds to read or write.
fn takes_long(head: &Parts) -> bool {
    Endpoint::at(head.uri.path()) == Some(Endpoint::State)
}

impl Edge {
    /// Answers a request to a custom domain name.
    async fn serve_domain(
        &self,
        mapped: Result<Mapped, NotLive>,
        head: &Parts,
        body: &Bytes,
        source_ip: IpAddr,
    ) -> Answer {
        let Ok(mapped) = mapped else {
            let nowhere = Address::of_domain("", "", "/", host_name(head), "");
            return self.gateway.turn_away(&invocation(nowhere, head, body, source_ip, None));
        };
        let Mapped { api, stage, base_path, path } = &mapped;
        let address = Address::of_domain(api, stage, path, host_name(head), base_path);
        self.serve_api(address, head, body, source_ip).await
    }

    /// Answers a request to a deployed API, and begins the connection that comes behind the answer, if one does.
    async fn serve_api(&self, address: Address<'_>, head: &Parts, body: &Bytes, source_ip: IpAddr) -> Answer {
        let handshake = websocket::handshake(head);
        let request = invocation(address, head, body, source_ip, handshake.as_ref());
        let Outcome { answer, session } = self.gateway.serve(&request).await;
        if let Some(session) = session {
            websocket::begin(head, session);
        }
        answer
    }

    /// Answers a request. A bug of ours answers 500, and leaves the state as it was.
    pub(crate) async fn respond(&self, head: &Parts, body: &Bytes, source_ip: IpAddr) -> Answer {
        let answer = async {
            match Door::of(head) {
                Door::Admin(endpoint) => {
                    self.delivery.settle();
                    self.admin.answer(endpoint, head, body)
                }
                Door::Gateway(address) => self.serve_api(address, head, body, source_ip).await,
                Door::Services => match self.gateway.of_domain(host_name(head), head.uri.path()) {
                    Some(mapped) => self.serve_domain(mapped, head, body, source_ip).await,
                    None => {
                        self.delivery.settle();
                        self.calls.serve(head, body, source_ip).await
                    }
                },
            }
        };
        AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
            let fault =
                Fault::new(500, "InternalFailure", "the emulator failed; its standard error tells where");
            encode_fault(Protocol::RestJson, &fault, "")
        })
    }
}

/// A request to a deployed API.
fn invocation<'a>(
    address: Address<'a>,
    head: &'a Parts,
    body: &'a Bytes,
    source_ip: IpAddr,
    handshake: Option<&'a Handshake>,
) -> gateway::Request<'a> {
    gateway::Request {
        address,
        method: head.method.as_str(),
        query: head.uri.query().unwrap_or_default(),
        path: head.uri.path(),
        host: host(head),
        headers: &head.headers,
        body,
        source_ip,
        handshake,
    }
}

/// The host that was called, without the port.
fn host_name(head: &Parts) -> &str {
    let host = host(head);
    host.rsplit_once(':').map_or(host, |(name, _)| name)
}
