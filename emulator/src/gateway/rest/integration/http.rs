//! HTTP and HTTP_PROXY integrations: servers that are called.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use super::endpoint::returned;
use super::request::{self, Mapped, add_own_headers};
use super::response::{self, Answered, respond};
use super::uri;
use crate::apigateway::{Integration, Method};
use crate::gateway::connection::passed_on;
use crate::gateway::own_headers;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::failure::Failure;
use crate::gateway::server_call::{ServerCall, timeout};
use crate::gateway::uri::filled;
use crate::gateway::{Backends, Reply};

/// Calls a server with what the integration maps, and maps what it answers.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    method: &Method,
    integration: &Integration,
) -> Result<Reply, Failure> {
    let mapped_body = request::body(exchange, integration)?;
    let Mapped { path, query, mut headers } =
        request::parameters(exchange, integration).overridden(&mapped_body.overrides);
    if let Ok(content_type) = HeaderValue::from_str(&mapped_body.content_type) {
        headers.entry(header::CONTENT_TYPE).or_insert(content_type);
    }
    let uri = filled(&uri(exchange, integration), &path, &query);
    let (status, answered) = call(backends, exchange, integration, uri, headers, mapped_body.body).await?;
    let selected = response::of_status(integration, &status.to_string())?;
    respond(exchange, method, selected, &answered)
}

/// Passes a request on to a server, and its answer back.
pub(super) async fn proxy(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
) -> Result<Reply, Failure> {
    let mapped = request::parameters(exchange, integration);
    let mut headers = passed_on(exchange.request.headers);
    own_headers::add_forwarding(&mut headers, exchange.request.source_ip);
    headers.extend(mapped.headers);
    let is_mapped = |name: &str| mapped.query.iter().any(|(mapped, _)| mapped == name);
    let passed = exchange.query.iter().filter(|(name, _)| !is_mapped(name)).cloned();
    let query: Vec<(String, String)> = passed.chain(mapped.query.iter().cloned()).collect();
    let uri = filled(&uri(exchange, integration), &mapped.path, &query);
    let body = exchange.body.clone();
    let (status, answered) = call(backends, exchange, integration, uri, headers, body).await?;
    Ok(Reply { status, headers: returned(&answered.headers), body: answered.body })
}

async fn call(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
    uri: String,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<(u16, Answered), Failure> {
    add_own_headers(exchange, &mut headers);
    // `ANY` passes the client's own verb on.
    let verb = integration.http_method.as_deref().filter(|verb| *verb != "ANY");
    let verb = verb.unwrap_or(exchange.request.method);
    let call = ServerCall { verb, uri, headers, body, longest: timeout(integration.timeout_in_millis) };
    let (integrated, answer) = call.send(backends, &mut exchange.log).await;
    exchange.integration = integrated;
    answer.map(|answer| (answer.status, Answered { headers: answer.headers, body: answer.body }))
}
