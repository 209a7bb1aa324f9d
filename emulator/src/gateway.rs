//! The data plane: deployed APIs answer requests and write their logs.

mod access_format;
mod address;
mod authorization;
mod authorized;
mod backends;
mod binary;
mod connection;
mod delivery;
mod execution_log;
mod failure;
mod forwarding;
mod function_call;
mod header_names;
mod http_api;
mod integrated;
mod json_path;
mod mapping;
mod masking;
mod mock_status;
mod own_headers;
mod path_template;
mod policy_authorizer;
mod proxy_answer;
mod rest;
mod schemas;
mod server_call;
mod signed_headers;
mod throttling;
mod trace;
mod uri;
mod values;
mod verdicts;
mod websocket;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

pub(crate) use address::Address;
pub(crate) use authorization::{Signed, Signer, Signers};
pub(crate) use backends::{AwsCall, AwsServices, Backends, Egress, Functions};
pub(crate) use delivery::{Delivery, DeliveryStreams, Ports as DeliveryPorts};
pub(crate) use http_api::HttpApis;
pub(crate) use rest::{RestApis, TestBench};
pub(crate) use throttling::Throttles;
pub(crate) use verdicts::Verdicts;
pub(crate) use websocket::{
    Closing, Connections, Incoming, LARGEST_FRAME, LARGEST_MESSAGE, Outgoing, Received, Session, Socket,
    WebSocketApis,
};

use crate::apigateway::{DeployedApis, Mapped, NotLive, Served};
use crate::store::Scope;
use crate::wire::Answer;

/// The largest payload of a request, and of an integration's answer, in bytes (quota "Payload size", 10 MB).
pub(crate) const LARGEST_PAYLOAD: usize = 10 << 20;

/// The most bytes of a request's head (quota "Total combined size of request line and header values").
pub(crate) const LARGEST_HEAD: usize = 10_240;

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
    /// How the connection would come to speak WebSocket, if the client asks for it as it should.
    pub(crate) handshake: Option<&'a Handshake>,
}

/// A client's request to speak WebSocket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handshake {
    /// What the answer shows to have understood it: `Sec-WebSocket-Accept`.
    pub(crate) accept: HeaderValue,
}

impl Request<'_> {
    /// The first value of a header, where it is text.
    fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The bytes of the request line and of the headers' values.
    fn head_size(&self) -> usize {
        let query = if self.query.is_empty() { 0 } else { "?".len() + self.query.len() };
        let line = self.method.len() + " ".len() + self.path.len() + query + " HTTP/1.1".len();
        line + self.headers.values().map(HeaderValue::len).sum::<usize>()
    }

    /// The query's parameters, decoded, as they came. What is no UTF-8 once it is decoded is replaced.
    fn parameters(&self) -> Vec<(String, String)> {
        let decode =
            |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let parameters = self.query.split('&').filter(|part| !part.is_empty());
        parameters
            .map(|part| part.split_once('=').unwrap_or((part, "")))
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    /// The host that was called; behind a path address, the name that the API has on AWS.
    fn domain_name(&self, scope: &Scope, api: &str) -> Cow<'_, str> {
        match self.address.host {
            Some(host) => host.into(),
            None => {
                let region = &scope.region;
                format!("{api}.execute-api.{region}.{}", region.partition().dns_suffix).into()
            }
        }
    }

    /// What `$context.identity` tells of the caller and its client.
    fn identity<'s>(&'s self, signer: Option<&'s Signer>, name: &str) -> Option<Cow<'s, str>> {
        match name {
            "sourceIp" => Some(self.source_ip.to_string().into()),
            "userAgent" => self.header(http::header::USER_AGENT).map(Into::into),
            _ => signer?.variable(name),
        }
    }
}

/// What a client gets.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// What becomes of a request.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    /// The connection that begins behind the answer, if one does.
    pub(crate) session: Option<Session>,
}

impl From<Answer> for Outcome {
    fn from(answer: Answer) -> Self {
        Self { answer, session: None }
    }
}

/// Serves deployed APIs.
pub(crate) struct Gateway {
    apis: Arc<DeployedApis>,
    rest: RestApis,
    http: HttpApis,
    websocket: Arc<WebSocketApis>,
}

impl Gateway {
    /// A gateway to these APIs.
    #[must_use]
    pub(crate) fn new(
        apis: Arc<DeployedApis>,
        rest: RestApis,
        http: HttpApis,
        websocket: WebSocketApis,
    ) -> Self {
        Self { apis, rest, http, websocket: Arc::new(websocket) }
    }

    /// What a custom domain name leads to; `None` where the host is no such name.
    #[must_use]
    pub(crate) fn of_domain(&self, host: &str, path: &str) -> Option<Result<Mapped, NotLive>> {
        self.apis.of_domain(host, path)
    }

    /// Answers a request, and logs it.
    #[must_use]
    pub(crate) async fn serve(&self, request: &Request<'_>) -> Outcome {
        let Address { api, region, base_path, .. } = request.address;
        // A custom domain name leads to an API whose own address may be turned off, and that may be anywhere.
        let by_domain = base_path.is_some();
        match self.apis.find(api, request.address.stages()) {
            Ok(Served::Rest(live)) if by_domain || live.is_at(region) => {
                self.rest.serve(&live, request).await.into()
            }
            Ok(Served::Http(live)) if by_domain || live.is_at(region) => {
                self.http.serve(&live, request).await.into()
            }
            Ok(Served::WebSocket(live)) if by_domain || live.is_at(region) => {
                self.websocket.serve(&live, request).await
            }
            Ok(Served::Http(_)) | Err(NotLive::NoHttpStage) => self.http.turn_away().into(),
            // There is no stage whose settings would ask for a log.
            Ok(Served::Rest(_) | Served::WebSocket(_)) | Err(NotLive::UnknownApi | NotLive::NoStage) => {
                self.turn_away(request).into()
            }
        }
    }

    /// The answer where there is no API or no stage of the address.
    #[must_use]
    pub(crate) fn turn_away(&self, request: &Request<'_>) -> Answer {
        self.rest.turn_away(request)
    }

    /// Ends all connections of WebSocket APIs.
    pub(crate) fn end_connections(&self) {
        self.websocket.connections.end_all();
    }

    /// Waits until all connections have come to their end, and their backends know.
    pub(crate) async fn connections_have_ended(&self) {
        self.websocket.connections.have_ended().await;
    }
}
