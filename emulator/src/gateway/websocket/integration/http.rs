//! HTTP and HTTP_PROXY integrations: servers that are called.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use super::request::{self, Mapped};
use super::{response, uri};
use crate::apigatewayv2::Integration;
use crate::gateway::Backends;
use crate::gateway::connection::passed_on;
use crate::gateway::failure::Failure;
use crate::gateway::forwarding;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::server_call::{ServerCall, timeout};
use crate::gateway::uri::filled;
use crate::gateway::websocket::exchange::Exchange;
use crate::gateway::websocket::mapping::add_own_headers;

/// Calls a server with what the integration maps, and maps what it answers.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
) -> Result<Answered, Failure> {
    let body = request::body(exchange, integration)?;
    let Mapped { path, query, headers } = request::parameters(exchange, integration);
    let uri = filled(&uri(exchange, integration), &path, &query);
    let answered = call(backends, exchange, integration, uri, headers, body).await?;
    response::respond(exchange, integration, answered)
}

/// Passes an event on to a server: a message as its body, a request to connect with its headers and its query.
pub(super) async fn proxy(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
) -> Result<Answered, Failure> {
    let mapped = request::parameters(exchange, integration);
    let mut headers = exchange.request().map(|request| passed_on(request.headers)).unwrap_or_default();
    if exchange.request().is_some() {
        forwarding::add(&mut headers, exchange.client.source_ip);
    }
    headers.extend(mapped.headers);
    let is_mapped = |name: &str| mapped.query.iter().any(|(mapped, _)| mapped == name);
    let passed = exchange.query().iter().filter(|(name, _)| !is_mapped(name)).cloned();
    let query: Vec<(String, String)> = passed.chain(mapped.query.iter().cloned()).collect();
    let uri = filled(&uri(exchange, integration), &mapped.path, &query);
    let body = request::converted(exchange, integration)?;
    call(backends, exchange, integration, uri, headers, body).await
}

async fn call(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
    uri: String,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<Answered, Failure> {
    headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    add_own_headers(exchange, &mut headers);
    // There is no client's verb that `ANY` could pass on but that of connecting: inferred.
    let verb = integration.integration_method.as_deref().filter(|verb| *verb != "ANY").unwrap_or("GET");
    let call =
        ServerCall { verb, uri, headers, body, longest: timeout(integration.timeout_in_millis.into()) };
    let (integrated, answered) = call.send(backends, &mut exchange.log).await;
    exchange.integration = integrated;
    answered
}
