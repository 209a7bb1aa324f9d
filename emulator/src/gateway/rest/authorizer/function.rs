//! Lambda authorizers: functions that are told of a token, or of the whole request, and answer with a policy.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use stagecheck_policy::{Document, Kind};

use super::Verdict;
use crate::apigateway::{Authorizer, AuthorizerType, Method};
use crate::gateway::Backends;
use crate::gateway::backends::{Invoked, NotInvoked, function_of};
use crate::gateway::invocation::Invocation;
use crate::gateway::rest::authorization::method_arn;
use crate::gateway::rest::exchange::{Authorized, Exchange};
use crate::gateway::rest::execution_log::Line;
use crate::gateway::rest::failure::Failure;
use crate::gateway::rest::integration::{add_function_headers, proxy_event};

/// How long an authorizer may take (quota "Lambda authorizer", which follows that of integrations).
const LONGEST: Duration = Duration::from_secs(29);

/// What a function is to return.
///
/// Source: developer guide, "Output from an API Gateway Lambda authorizer".
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    principal_id: Value,
    policy_document: Value,
    #[serde(default)]
    context: Option<Map<String, Value>>,
    #[serde(default)]
    usage_identifier_key: Option<String>,
}

pub(super) async fn decide(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    authorizer: &Authorizer,
    token: &str,
    method: &Method,
) -> Result<Verdict, Failure> {
    let uri = authorizer.authorizer_uri.as_deref().unwrap_or_default();
    let function =
        function_of(uri).ok_or_else(|| configuration("Invalid Lambda function in the authorizer's URI"))?;
    let event = match authorizer.r#type {
        AuthorizerType::Request => request_event(exchange, method),
        AuthorizerType::Token | AuthorizerType::CognitoUserPools => {
            json!({"type": "TOKEN", "authorizationToken": token, "methodArn": method_arn(exchange)})
        }
    };
    let invocation = Invocation { function, credentials: authorizer.authorizer_credentials.as_deref() };
    let started = exchange.log.now();
    let event = Bytes::from(event.to_string());
    let mut headers = HeaderMap::new();
    add_function_headers(exchange, &mut headers);
    let invoked = invocation.invoke(backends, &mut exchange.log, event, headers, LONGEST).await;
    let latency = started.millis_until(exchange.log.now());
    let mut authorized = Authorized { latency, ..Authorized::default() };
    let verdict = invoked.map_err(unasked).and_then(|invoked| {
        authorized.status = Some(invoked.status);
        authorized.request_id.clone_from(&invoked.request_id);
        exchange.log.add(Line::AuthorizerResult(&String::from_utf8_lossy(&invoked.payload)));
        let output = output_of(&invoked, &exchange.id.request)?;
        let policy = Document::parse(&output.policy_document.to_string(), Kind::Identity)
            .map_err(|_| configuration(&format!("Invalid policy document: {}", output.policy_document)))?;
        Ok((output, policy))
    });
    let (output, policy) = match verdict {
        Ok(verdict) => verdict,
        Err(failure) => {
            authorized.error = failure.log_lines.last().cloned();
            exchange.authorizer = Some(authorized);
            return Err(failure);
        }
    };
    authorized.principal = Some(text(&output.principal_id));
    authorized.usage_key = output.usage_identifier_key;
    for (name, value) in output.context.iter().flatten() {
        // Lists and maps are refused as documented; in which words is inferred.
        if value.is_object() || value.is_array() {
            return Err(configuration(&format!("Invalid value for the context key {name}")));
        }
        authorized.context.push((name.clone(), text(value)));
    }
    exchange.authorizer = Some(authorized.clone());
    let policy_text = Some(output.policy_document.to_string().into());
    Ok(Verdict { authorized, policy: Some(Arc::new(policy)), policy_text })
}

/// The request as a function gets it: payload format 1.0, without its body.
fn request_event(exchange: &Exchange<'_>, method: &Method) -> Value {
    let mut event = proxy_event::of(exchange, method);
    if let Some(members) = event.as_object_mut() {
        members.remove("body");
        members.remove("isBase64Encoded");
        members.insert("type".to_owned(), "REQUEST".into());
        members.insert("methodArn".to_owned(), method_arn(exchange).into());
    }
    event
}

/// What a function returned, if it did. One that fails with this very word does not know the caller, as documented.
fn output_of(invoked: &Invoked, request_id: &str) -> Result<Output, Failure> {
    let body = String::from_utf8_lossy(&invoked.payload);
    if invoked.is_error {
        let error: Option<Value> = serde_json::from_str(&body).ok();
        let message = error.as_ref().and_then(|error| error.get("errorMessage")).and_then(Value::as_str);
        return Err(if message == Some("Unauthorized") {
            Failure::unauthorized(request_id)
        } else {
            // Reported by users.
            configuration(&format!("Authorizer function failed with response body: {body}"))
        });
    }
    serde_json::from_str(&body).map_err(|error| configuration(&format!("Invalid JSON in response: {error}")))
}

/// A function that cannot be asked. That the answer is the same whatever the cause is inferred.
fn unasked(error: NotInvoked) -> Failure {
    match error {
        NotInvoked::NoEndpoint => error.into(),
        error @ (NotInvoked::NoAnswer(_) | NotInvoked::NotPermitted | NotInvoked::NotAssumed(_)) => {
            let failure = Failure::from(error);
            Failure::authorizer_configuration(failure.log_lines.last().cloned().unwrap_or_default())
        }
    }
}

fn configuration(what: &str) -> Failure {
    Failure::authorizer_configuration(format!("Execution failed due to configuration error: {what}"))
}

/// Numbers and booleans as texts: captured.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
