//! AWS and AWS_PROXY integrations with Lambda: functions that are invoked.

use bytes::Bytes;
use http::HeaderMap;

use super::{request, response, uri};
use crate::apigatewayv2::Integration;
use crate::gateway::Backends;
use crate::gateway::backends::function_of;
use crate::gateway::failure::Failure;
use crate::gateway::function_call::{FunctionCall, Returned, malformed};
use crate::gateway::proxy_answer::{Answered, ProxyAnswer};
use crate::gateway::server_call::timeout;
use crate::gateway::websocket::event;
use crate::gateway::websocket::exchange::Exchange;
use crate::gateway::websocket::mapping::add_function_headers;

/// Invokes a function with what the template makes of the message, and maps what it returns. Without integration responses one
/// that raises answers 200, which is the status of the call, and lets a client connect: inferred.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
) -> Result<Answered, Failure> {
    let body = request::body(exchange, integration)?;
    let headers = request::parameters(exchange, integration).headers;
    let returned = invoke(backends, exchange, integration, body, headers).await?;
    let answered = Answered { status: returned.status, headers: HeaderMap::new(), body: returned.payload };
    response::respond(exchange, integration, answered)
}

/// Invokes a function with the event, and answers what it returns.
pub(super) async fn proxy(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
) -> Result<Answered, Failure> {
    let event = Bytes::from(event::of(exchange).to_string());
    let headers = request::parameters(exchange, integration).headers;
    let returned = invoke(backends, exchange, integration, event, headers).await?;
    if let Some(failure) = returned.failure() {
        return Err(failure);
    }
    let answer: ProxyAnswer = serde_json::from_slice(&returned.payload).map_err(|_| malformed())?;
    // Only text goes to clients: that Base64 is decoded for it is inferred.
    let answered = answer.into_reply(true).ok_or_else(malformed)?;
    if let Some(integration) = &mut exchange.integration {
        integration.status = Some(answered.status);
    }
    Ok(answered)
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
    let credentials = integration.credentials_arn.as_deref().filter(|role| !role.is_empty());
    if credentials.is_some_and(|role| role.contains('*')) {
        return Err(Failure::unserved("integrations with the caller's own credentials"));
    }
    add_function_headers(exchange, &mut headers);
    let call = FunctionCall { function, credentials };
    let longest = timeout(integration.timeout_in_millis.into());
    let (integrated, returned) = call.integrate(backends, &mut exchange.log, event, headers, longest).await;
    exchange.integration = Some(integrated);
    returned
}
