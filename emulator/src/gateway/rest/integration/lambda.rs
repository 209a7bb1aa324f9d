//! AWS and AWS_PROXY integrations with Lambda: functions that are invoked.

use bytes::Bytes;
use http::{HeaderMap, header};

use super::endpoint::returned;
use super::response::{self, Answered, respond};
use super::{proxy_event, request, uri};
use crate::apigateway::{Integration, Method};
use crate::gateway::backends::function_of;
use crate::gateway::function_call::{FunctionCall, Returned, malformed};
use crate::gateway::own_headers;
use crate::gateway::proxy_answer::ProxyAnswer;
use crate::gateway::rest::binary;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::failure::Failure;
use crate::gateway::server_call::timeout;
use crate::gateway::{Backends, Reply};

/// Invokes a function with what the template makes of the request, and maps what it returns.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    method: &Method,
    integration: &Integration,
) -> Result<Reply, Failure> {
    let mapped = request::body(exchange, integration)?;
    let headers = request::parameters(exchange, integration).overridden(&mapped.overrides).headers;
    let invoked = invoke(backends, exchange, integration, mapped.body, headers).await?;
    let selected = response::of_function(integration, invoked.error.as_deref(), invoked.status)?;
    let answered = Answered { headers: HeaderMap::new(), body: invoked.payload };
    respond(exchange, method, selected, &answered)
}

/// Invokes a function with the request as an event, and answers what it returns.
pub(super) async fn proxy(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    method: &Method,
    integration: &Integration,
) -> Result<Reply, Failure> {
    let event = Bytes::from(proxy_event::of(exchange, method).to_string());
    let headers = request::parameters(exchange, integration).headers;
    let invoked = invoke(backends, exchange, integration, event, headers).await?;
    if let Some(failure) = invoked.failure() {
        return Err(failure);
    }
    let answer: ProxyAnswer = serde_json::from_slice(&invoked.payload).map_err(|_| malformed())?;
    let types = &exchange.live.deployment.api.binary_media_types;
    let accept = exchange.request.header(header::ACCEPT);
    let takes_binary = binary::is_binary(types, accept) || types.iter().any(|each| each == "*/*");
    let answered = answer.into_reply(takes_binary).ok_or_else(malformed)?;
    let reply = Reply { status: answered.status, headers: returned(&answered.headers), body: answered.body };
    if let Some(integration) = &mut exchange.integration {
        integration.status = Some(reply.status);
    }
    Ok(reply)
}

async fn invoke(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
    event: Bytes,
    mut headers: HeaderMap,
) -> Result<Returned, Failure> {
    let uri = uri(exchange, integration);
    let function = function_of(&uri).ok_or_else(|| Failure::unserved(&format!("integrations with {uri}")))?;
    let credentials = integration.credentials.as_deref().filter(|role| !role.is_empty());
    if credentials.is_some_and(|role| role.contains('*')) {
        return Err(Failure::unserved("integrations with the caller's own credentials"));
    }
    add_headers(exchange, &mut headers, &source_arn(exchange));
    let call = FunctionCall { function, credentials };
    let longest = timeout(integration.timeout_in_millis);
    let (integrated, returned) = call.integrate(backends, &mut exchange.log, event, headers, longest).await;
    exchange.integration = Some(integrated);
    returned
}

/// Adds the headers that Lambda gets of API Gateway. `source` is what calls, as the function's policy would know it.
pub(in crate::gateway::rest) fn add_headers(exchange: &Exchange<'_>, headers: &mut HeaderMap, source: &str) {
    request::add_own_headers(exchange, headers);
    own_headers::add_for_function(headers, &exchange.id.request, source);
}

/// The method, as the function's policy would know it.
fn source_arn(exchange: &Exchange<'_>) -> String {
    let path = exchange.resource.as_ref().map(|resource| resource.path.as_str()).unwrap_or_default();
    let (live, method) = (exchange.live, exchange.request.method);
    let stage = &live.stage.stage_name;
    live.scope.arn("execute-api", format_args!("{}/{stage}/{method}{path}", live.api.id))
}
