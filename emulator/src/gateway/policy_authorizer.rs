//! Functions that say who asks, and by a policy what they may do: Lambda authorizers of REST and WebSocket APIs.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value};
use stagecheck_policy::{Document, Kind};

use super::authorized::Authorized;
use super::backends::{Backends, Invoked, NotInvoked};
use super::execution_log::{Line, Recorder};
use super::failure::Failure;
use super::function_call::FunctionCall;

/// How long an authorizer may take (quota "Lambda authorizer", which follows that of integrations).
const LONGEST: Duration = Duration::from_secs(29);

/// What an authorizer says of a request.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// Who asks.
    pub(super) authorized: Authorized,
    /// What they may do; `None` of a user pool, whose users may do all.
    pub(super) policy: Option<Arc<Document>>,
    /// The policy's text.
    pub(super) policy_text: Option<Arc<str>>,
}

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

/// What a function says of an event; beside it what is known of the asking, also where it failed.
pub(super) async fn ask(
    call: &FunctionCall<'_>,
    backends: &Backends,
    log: &mut Recorder<'_>,
    event: Bytes,
    headers: HeaderMap,
    request_id: &str,
) -> (Authorized, Result<Verdict, Failure>) {
    let started = log.now();
    let invoked = call.invoke(backends, log, event, headers, LONGEST).await;
    let mut authorized =
        Authorized { latency: Some(started.millis_until(log.now())), ..Authorized::default() };
    let output = invoked.map_err(unasked).and_then(|invoked| {
        authorized.status = Some(invoked.status);
        authorized.request_id.clone_from(&invoked.request_id);
        log.add(Line::AuthorizerResult(&String::from_utf8_lossy(&invoked.payload)));
        output_of(&invoked, request_id)
    });
    if let Some(key) = output.as_ref().ok().and_then(|output| output.usage_identifier_key.as_deref()) {
        log.hide(key);
    }
    let verdict = output.and_then(|output| read(output, &mut authorized));
    if let Err(failure) = &verdict {
        authorized.error = failure.log_lines.last().cloned();
    }
    (authorized, verdict)
}

/// What a function's answer says of the caller.
fn read(output: Output, authorized: &mut Authorized) -> Result<Verdict, Failure> {
    let text_of_policy = output.policy_document.to_string();
    let policy = Document::parse(&text_of_policy, Kind::Identity)
        .map_err(|_| configuration(&format!("Invalid policy document: {text_of_policy}")))?;
    authorized.principal = Some(text(&output.principal_id));
    authorized.usage_key = output.usage_identifier_key;
    for (name, value) in output.context.iter().flatten() {
        // Lists and maps are refused as documented; in which words is inferred.
        if value.is_object() || value.is_array() {
            return Err(configuration(&format!("Invalid value for the context key {name}")));
        }
        authorized.context.push((name.clone(), text(value)));
    }
    Ok(Verdict {
        authorized: authorized.clone(),
        policy: Some(Arc::new(policy)),
        policy_text: Some(text_of_policy.into()),
    })
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

/// An authorizer that is put together wrongly.
pub(super) fn configuration(what: &str) -> Failure {
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
