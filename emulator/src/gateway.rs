//! The data plane: deployed APIs answer requests and write their logs.

mod access_format;
mod address;
mod authorization;
mod backends;
mod connection;
mod delivery;
mod execution_log;
mod failure;
mod http_api;
mod integrated;
mod invocation;
mod json_path;
mod mapping;
mod masking;
mod own_headers;
mod path_template;
mod proxy_answer;
mod rest;
mod server_call;
mod throttling;
mod trace;
mod uri;
mod values;
mod verdicts;

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

use crate::apigateway::{DeployedApis, Mapped, NotLive, Served};
use crate::store::Scope;
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

/// Serves deployed APIs.
pub(crate) struct Gateway {
    apis: Arc<DeployedApis>,
    rest: RestApis,
    http: HttpApis,
}

impl Gateway {
    /// A gateway to these APIs.
    #[must_use]
    pub(crate) fn new(apis: Arc<DeployedApis>, rest: RestApis, http: HttpApis) -> Self {
        Self { apis, rest, http }
    }

    /// What a custom domain name leads to; `None` where the host is no such name.
    #[must_use]
    pub(crate) fn of_domain(&self, host: &str, path: &str) -> Option<Result<Mapped, NotLive>> {
        self.apis.of_domain(host, path)
    }

    /// Answers a request, and logs it.
    #[must_use]
    pub(crate) async fn serve(&self, request: &Request<'_>) -> Answer {
        let Address { api, region, base_path, .. } = request.address;
        // A custom domain name leads to an API whose own address may be turned off, and that may be anywhere.
        let by_domain = base_path.is_some();
        match self.apis.find(api, request.address.stages()) {
            Ok(Served::Rest(live)) if by_domain || live.is_at(region) => {
                self.rest.serve(&live, request).await
            }
            Ok(Served::Http(live)) if by_domain || live.is_at(region) => {
                self.http.serve(&live, request).await
            }
            // There is no stage whose settings would ask for a log.
            Ok(Served::Rest(_)) | Err(NotLive::NoApi | NotLive::NoStage) => self.turn_away(request),
            Ok(Served::Http(_)) | Err(NotLive::NoHttpStage) => self.http.turn_away(),
            // AWS has no such answer.
            Err(NotLive::NotServed) => not_served(),
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
    const MESSAGE: &str = "{\"message\":\"WebSocket APIs are not served by this emulator yet\"}";
    let json = HeaderValue::from_static("application/json");
    Answer { status: 501, headers: vec![(http::header::CONTENT_TYPE, json)], body: MESSAGE.into() }
}
