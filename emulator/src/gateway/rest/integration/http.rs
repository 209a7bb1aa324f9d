//! HTTP and HTTP_PROXY integrations: servers that are called.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method as Verb, Request, header};

use super::endpoint::returned;
use super::request::{self, Mapped, add_own_headers};
use super::response::{self, Answered, respond};
use super::uri;
use crate::apigateway::{Integration, Method};
use crate::gateway::connection::passed_on;
use crate::gateway::integrated::Integrated;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::execution_log::Line;
use crate::gateway::rest::failure::Failure;
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
    add_forwarding(exchange, &mut headers);
    headers.extend(mapped.headers);
    let is_mapped = |name: &str| mapped.query.iter().any(|(mapped, _)| mapped == name);
    let passed = exchange.query.iter().filter(|(name, _)| !is_mapped(name)).cloned();
    let query: Vec<(String, String)> = passed.chain(mapped.query.iter().cloned()).collect();
    let uri = filled(&uri(exchange, integration), &mapped.path, &query);
    let body = exchange.body.clone();
    let (status, answered) = call(backends, exchange, integration, uri, headers, body).await?;
    Ok(Reply { status, headers: returned(&answered.headers), body: answered.body })
}

/// Whom the request is from, behind whom it already was.
fn add_forwarding(exchange: &Exchange<'_>, headers: &mut HeaderMap) {
    const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
    const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

    let ip = exchange.request.source_ip.to_string();
    let all = match exchange.request.header(FOR) {
        Some(before) => format!("{before}, {ip}"),
        None => ip,
    };
    headers.extend(HeaderValue::from_str(&all).map(|value| (FOR, value)));
    headers.entry(PROTO).or_insert(HeaderValue::from_static("https"));
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
    exchange.log.add(Line::EndpointUri(&uri));
    exchange.log.add(Line::EndpointHeaders(&headers));
    exchange.log.add(Line::EndpointBody(&body));
    exchange.log.add(Line::Sending(&uri));
    // `ANY` passes the client's own verb on.
    let verb = integration.http_method.as_deref().filter(|verb| *verb != "ANY");
    let verb = Verb::from_bytes(verb.unwrap_or(exchange.request.method).as_bytes());
    let invalid = || Failure::configuration("Invalid endpoint address");
    let mut request = Request::new(body);
    *request.method_mut() = verb.map_err(|_| invalid())?;
    *request.uri_mut() = uri.parse().map_err(|_| invalid())?;
    *request.headers_mut() = headers;

    let sent = exchange.log.now();
    let longest = Duration::from_millis(u64::try_from(integration.timeout_in_millis).unwrap_or_default());
    let answer = backends.egress.send(request, longest).await;
    let latency = sent.millis_until(exchange.log.now());
    let response = answer.map_err(|error| {
        let failure = Failure::from(error);
        exchange.integration =
            Some(Integrated { latency, error: failure.log_lines.last().cloned(), ..Integrated::default() });
        failure
    })?;
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    exchange.integration = Some(Integrated {
        endpoint_status: Some(status),
        status: Some(status),
        latency,
        ..Integrated::default()
    });
    exchange.log.add(Line::Received { status, latency });
    exchange.log.add(Line::EndpointResponseHeaders(&head.headers));
    exchange.log.add(Line::EndpointResponseBody(&body));
    Ok((status, Answered { headers: head.headers, body }))
}
