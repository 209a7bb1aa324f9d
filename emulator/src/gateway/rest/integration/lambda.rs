//! AWS and AWS_PROXY integrations with Lambda: functions that are invoked.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::endpoint::returned;
use super::response::{self, Answered, respond};
use super::{proxy_event, request, uri};
use crate::apigateway::{Integration, Method};
use crate::gateway::backends::{Invoked, NotInvoked, function_of};
use crate::gateway::integrated::Integrated;
use crate::gateway::proxy_answer::ProxyAnswer;
use crate::gateway::rest::binary;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::execution_log::Line;
use crate::gateway::rest::failure::Failure;
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
    let error = invoked.error.map(|error| error.message);
    let selected = response::of_function(integration, error.as_deref(), invoked.status)?;
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
    if let Some(FunctionError { message }) = invoked.error {
        let line = format!(
            "Lambda execution failed with status {} due to customer function error: {message}. Lambda request id: {}",
            invoked.status,
            invoked.request_id.as_deref().unwrap_or_default()
        );
        return Err(Failure::bad_gateway(line));
    }
    let malformed = || {
        Failure::bad_gateway(
            "Execution failed due to configuration error: Malformed Lambda proxy response".to_owned(),
        )
    };
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

/// What became of an invocation that reached the function.
struct Returned {
    status: u16,
    request_id: Option<String>,
    error: Option<FunctionError>,
    payload: Bytes,
}

struct FunctionError {
    message: String,
}

/// An invocation of a function, by a method or an authorizer.
pub(in crate::gateway::rest) struct Invocation<'a> {
    /// The function's ARN.
    pub(in crate::gateway::rest) function: &'a str,
    /// The role that invokes it, if one is set.
    pub(in crate::gateway::rest) credentials: Option<&'a str>,
}

impl Invocation<'_> {
    /// Invokes the function, and tells the execution log how that went.
    pub(in crate::gateway::rest) async fn invoke(
        &self,
        backends: &Backends,
        exchange: &mut Exchange<'_>,
        event: Bytes,
        mut headers: HeaderMap,
        longest: Duration,
    ) -> Result<Invoked, NotInvoked> {
        backends.check_role(self.credentials, self.function)?;
        add_headers(exchange, &mut headers);
        let region = self.function.split(':').nth(3).unwrap_or_default();
        let address = format!(
            "https://lambda.{region}.amazonaws.com/2015-03-31/functions/{}/invocations",
            self.function
        );
        exchange.log.add(Line::EndpointUri(&address));
        exchange.log.add(Line::EndpointHeaders(&headers));
        exchange.log.add(Line::EndpointBody(&event));
        exchange.log.add(Line::Sending(&address));
        let sent = exchange.log.now();
        let invoked = backends.functions.invoke(self.function, event, headers, longest).await?;
        let latency = sent.millis_until(exchange.log.now());
        exchange.log.add(Line::Received { status: invoked.status, latency });
        exchange.log.add(Line::EndpointResponseHeaders(&invoked.headers));
        exchange.log.add(Line::EndpointResponseBody(&invoked.payload));
        Ok(invoked)
    }
}

async fn invoke(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    integration: &Integration,
    event: Bytes,
    headers: HeaderMap,
) -> Result<Returned, Failure> {
    let uri = uri(exchange, integration);
    let function = function_of(&uri).ok_or_else(|| Failure::unserved(&format!("integrations with {uri}")))?;
    let credentials = integration.credentials.as_deref().filter(|role| !role.is_empty());
    if credentials.is_some_and(|role| role.contains('*')) {
        return Err(Failure::unserved("integrations with the caller's own credentials"));
    }
    let sent = exchange.log.now();
    let longest = Duration::from_millis(u64::try_from(integration.timeout_in_millis).unwrap_or_default());
    let invocation = Invocation { function, credentials };
    let invoked = invocation.invoke(backends, exchange, event, headers, longest).await;
    let latency = sent.millis_until(exchange.log.now());
    let mut integrated = Integrated { latency, ..Integrated::default() };
    let returned = invoked.map_err(Failure::from).and_then(|invoked| {
        integrated.endpoint_status = Some(invoked.status);
        integrated.request_id.clone_from(&invoked.request_id);
        returned_by(invoked)
    });
    integrated.error = match &returned {
        Ok(returned) => {
            returned.error.as_ref().map(|error| format!("Lambda Customer Function Error:{}", error.message))
        }
        Err(failure) => failure.log_lines.last().cloned(),
    };
    exchange.integration = Some(integrated);
    returned
}

/// What Lambda itself answers before a function runs, in API Gateway's words, which users captured.
fn returned_by(invoked: Invoked) -> Result<Returned, Failure> {
    let error = invoked.error_message().map(|message| FunctionError { message });
    let Invoked { status, request_id, payload, .. } = invoked;
    match status {
        200..300 => Ok(Returned { status, request_id, error, payload }),
        403 | 404 => Err(NotInvoked::NotPermitted.into()),
        429 => {
            let id = request_id.unwrap_or_default();
            let rate = Failure::configuration("Rate Exceeded.");
            Err(rate.after(format!("Lambda invocation failed with status: 429. Lambda request id: {id}")))
        }
        _ => {
            let id = request_id.unwrap_or_default();
            Err(Failure::bad_gateway(format!(
                "Lambda invocation failed with status: {status}. Lambda request id: {id}"
            )))
        }
    }
}

/// The headers that Lambda gets of API Gateway, as captured, but for those of the signature.
fn add_headers(exchange: &Exchange<'_>, headers: &mut HeaderMap) {
    const TAG: HeaderName = HeaderName::from_static("x-amzn-lambda-integration-tag");
    const SOURCE: HeaderName = HeaderName::from_static("x-amz-source-arn");

    request::add_own_headers(exchange, headers);
    let source = source_arn(exchange);
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (TAG, exchange.id.request.as_str()),
        (SOURCE, source.as_str()),
    ] {
        headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
    }
}

/// The method, as the function's policy would know it.
fn source_arn(exchange: &Exchange<'_>) -> String {
    let path = exchange.resource.as_ref().map(|resource| resource.path.as_str()).unwrap_or_default();
    let (live, method) = (exchange.live, exchange.request.method);
    let stage = &live.stage.stage_name;
    live.scope.arn("execute-api", format_args!("{}/{stage}/{method}{path}", live.api.id))
}
