//! AWS and AWS_PROXY integrations with Lambda: functions that are invoked.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Deserialize;
use serde_json::{Map, Value};
use stagecheck_policy::{Context, Outcome, Principal};

use super::endpoint::returned;
use super::response::{self, Answered, respond};
use super::{proxy_event, request, uri};
use crate::apigateway::{Integration, Method, SERVICE_PRINCIPAL};
use crate::gateway::backends::{Invoked, NotInvoked, function_of};
use crate::gateway::rest::binary;
use crate::gateway::rest::exchange::{Exchange, Integrated, elapsed};
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
    let headers = request::parameters(exchange, integration).headers;
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
    let reply = answer.into_reply(exchange).ok_or_else(malformed)?;
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
        check_credentials(backends, self.credentials, self.function)?;
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
        let latency = elapsed(sent, exchange.log.now());
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
    let latency = elapsed(sent, exchange.log.now());
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
    let Invoked { status, request_id, is_error, payload, .. } = invoked;
    match status {
        200..300 => {
            let error = is_error.then(|| FunctionError { message: error_message(&payload) });
            Ok(Returned { status, request_id, error, payload })
        }
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

/// What a function failed with.
fn error_message(payload: &[u8]) -> String {
    let error: Option<Map<String, Value>> = serde_json::from_slice(payload).ok();
    let message = error.as_ref().and_then(|error| error.get("errorMessage")).and_then(Value::as_str);
    message.map_or_else(|| String::from_utf8_lossy(payload).into_owned(), str::to_owned)
}

/// Whether the role of the integration, where it has one, may be assumed and may invoke the function. Without a role it
/// is the function's own policy that would have to allow API Gateway, which is not here to ask.
fn check_credentials(backends: &Backends, role: Option<&str>, function: &str) -> Result<(), NotInvoked> {
    let Some(role) = role else { return Ok(()) };
    let session = backends
        .roles
        .assume(role, Principal::Service(SERVICE_PRINCIPAL), &Context::default())
        .map_err(|_| NotInvoked::NotAssumed(role.to_owned()))?;
    let decision = session.decide("lambda:InvokeFunction", function, &Context::default());
    if decision.outcome == Outcome::Allowed { Ok(()) } else { Err(NotInvoked::NotPermitted) }
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

impl From<NotInvoked> for Failure {
    fn from(error: NotInvoked) -> Self {
        match error {
            NotInvoked::NoEndpoint => Self::not_implemented(
                "This emulator runs no functions; --lambda-endpoint URL has it invoke them at one that does",
            ),
            NotInvoked::NoAnswer(error) => error.into(),
            // Both texts were captured by users.
            NotInvoked::NotAssumed(role) => Self::configuration(&format!(
                "API Gateway does not have permission to assume the provided role {role}"
            )),
            NotInvoked::NotPermitted => Self::configuration("Invalid permissions on Lambda function"),
        }
    }
}

/// What a proxied function is to return.
///
/// Source: developer guide, "Output format of a Lambda function for proxy integration".
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ProxyAnswer {
    status_code: Status,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    multi_value_headers: Option<Map<String, Value>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: Option<bool>,
}

/// A number, also one that is written as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Status {
    Number(u16),
    Text(String),
}

impl ProxyAnswer {
    /// The answer; `None` where it is none that a client could get.
    fn into_reply(self, exchange: &Exchange<'_>) -> Option<Reply> {
        let status = match self.status_code {
            Status::Number(status) => status,
            Status::Text(text) => text.parse().ok()?,
        };
        if !(100..600).contains(&status) {
            return None;
        }
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers.iter().flatten() {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, header_value(value)?);
        }
        for (name, values) in self.multi_value_headers.iter().flatten() {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            // Both maps are merged; values that stand in both count once.
            for value in values.as_array()? {
                let value = header_value(value)?;
                if !headers.get_all(&name).iter().any(|there| *there == value) {
                    headers.append(name.clone(), value);
                }
            }
        }
        headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        let body = self.body.unwrap_or_default();
        let accept = exchange.request.header(header::ACCEPT);
        let types = &exchange.live.deployment.api.binary_media_types;
        let is_wanted = binary::is_binary(types, accept) || types.iter().any(|each| each == "*/*");
        let body = if self.is_base64_encoded == Some(true) && is_wanted {
            binary::decode(body.as_bytes())?
        } else {
            Bytes::from(body)
        };
        Some(Reply { status, headers: returned(&headers), body })
    }
}

fn header_value(value: &Value) -> Option<HeaderValue> {
    match value {
        Value::String(text) => HeaderValue::from_str(text).ok(),
        Value::Number(_) | Value::Bool(_) => HeaderValue::from_str(&value.to_string()).ok(),
        _ => None,
    }
}
