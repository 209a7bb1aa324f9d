//! Lambda authorizers: functions that say who asks, and whether they may.
//!
//! Source: developer guide, "Control access to HTTP APIs with AWS Lambda authorizers".

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Map, Value};
use stagecheck_policy::{Document, Kind, Outcome, ResourcePolicy};

use super::authorization::NOT_AUTHORIZED;
use super::event;
use super::exchange::{Authorized, Exchange};
use super::failure::Failure;
use super::mapping::value;
use crate::apigatewayv2::Authorizer;
use crate::gateway::Backends;
use crate::gateway::backends::{Invoked, NotInvoked, function_of};
use crate::gateway::verdicts::{Key, Verdicts, lifetime};

/// How long a function may take: as with integrations of REST APIs, inferred.
const LONGEST: Duration = Duration::from_secs(29);

/// Source: AWS re:Post, "How do I resolve API Gateway HTTP API errors with Lambda integrations or Lambda authorizers?"
const NOT_PERMITTED: &str = "The IAM role configured on the authorizer or API Gateway doesn't have permissions to call \
                             the authorizer. Check the permissions and try again.";

/// What the log says of an answer that is none: inferred from what it says of integrations'.
const MALFORMED: &str =
    "The response from the Lambda function doesn't match the format that API Gateway expects.";

/// What a function says of a request.
#[derive(Clone, Debug)]
pub(in crate::gateway) struct Verdict {
    decision: Decision,
    principal: Option<String>,
    context: Map<String, Value>,
}

#[derive(Clone, Debug)]
enum Decision {
    /// A simple response.
    Simple(bool),
    /// A policy, which may say other things of other routes.
    Policy(Arc<Document>),
}

/// Refuses a request that a function does not let in. What it says of the caller stands in the exchange.
pub(super) async fn check(
    backends: &Backends,
    verdicts: &Verdicts,
    exchange: &mut Exchange<'_>,
    authorizer: &Authorizer,
) -> Result<(), Failure> {
    let verdict = ask(backends, verdicts, exchange, authorizer).await?;
    let is_allowed = match &verdict.decision {
        Decision::Simple(is_authorized) => *is_authorized,
        Decision::Policy(policy) => {
            let outcome = exchange.invocation().decide_for_anyone(Some(policy), ResourcePolicy::None);
            outcome == Outcome::Allowed
        }
    };
    exchange.authorized = Some(Authorized::Lambda { principal: verdict.principal, context: verdict.context });
    if is_allowed { Ok(()) } else { Err(Failure::forbidden(NOT_AUTHORIZED)) }
}

/// What the function says, or said of the same identity before.
async fn ask(
    backends: &Backends,
    verdicts: &Verdicts,
    exchange: &Exchange<'_>,
    authorizer: &Authorizer,
) -> Result<Verdict, Failure> {
    let sources = authorizer.identity_source.iter();
    let identities: Option<Vec<String>> =
        sources.map(|source| value(exchange, source, None).filter(|identity| !identity.is_empty())).collect();
    // Without them nobody need be asked, as documented; the text is inferred.
    let identities = identities.ok_or_else(|| Failure::unauthorized("identity source is missing"))?;
    let ttl = authorizer.authorizer_result_ttl_in_seconds.map(i64::from);
    let Some(seconds) = lifetime(ttl, &identities) else {
        return invoke(backends, exchange, authorizer, &identities).await;
    };
    let key = Key {
        api: exchange.live.api_id().to_owned(),
        stage: exchange.live.stage.name().to_owned(),
        flushes: exchange.live.stage.authorizer_flushes(),
        authorizer: authorizer.authorizer_id.to_string(),
        identities: identities.clone(),
    };
    if let Some(known) = verdicts.http.get(&key, exchange.started) {
        return Ok(known);
    }
    let verdict = invoke(backends, exchange, authorizer, &identities).await?;
    verdicts.http.keep(key, verdict.clone(), seconds, exchange.started);
    Ok(verdict)
}

async fn invoke(
    backends: &Backends,
    exchange: &Exchange<'_>,
    authorizer: &Authorizer,
    identities: &[String],
) -> Result<Verdict, Failure> {
    let uri = authorizer.authorizer_uri.as_deref().unwrap_or_default();
    let function = function_of(uri).ok_or_else(|| Failure::authorizer("Invalid authorizer URI"))?;
    let event = match authorizer.authorizer_payload_format_version.as_deref() {
        Some("1.0") => event::authorizer_v1(exchange, identities),
        _ => event::authorizer_v2(exchange, identities),
    };
    backends.check_role(authorizer.authorizer_credentials_arn.as_deref(), function).map_err(unasked)?;
    let event = Bytes::from(event.to_string());
    let invoked = backends.functions.invoke(function, event, HeaderMap::new(), LONGEST).await;
    let invoked = invoked.map_err(unasked)?;
    read(&invoked, authorizer.enable_simple_responses == Some(true))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SimpleOutput {
    is_authorized: bool,
    #[serde(default)]
    context: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PolicyOutput {
    principal_id: Value,
    policy_document: Value,
    #[serde(default)]
    context: Option<Map<String, Value>>,
}

/// What a function returned, if it did. That one which fails with this very word does not know the caller is documented for
/// REST APIs, inferred here.
fn read(invoked: &Invoked, is_simple: bool) -> Result<Verdict, Failure> {
    match (invoked.status, invoked.error_message()) {
        (403 | 404, _) => return Err(Failure::authorizer(NOT_PERMITTED)),
        (200..300, None) => {}
        (200..300, Some(message)) if message == "Unauthorized" => {
            return Err(Failure::unauthorized("Unauthorized"));
        }
        (_, message) => {
            let message = message.unwrap_or_else(|| format!("status {}", invoked.status));
            return Err(Failure::authorizer(format!(
                "The Lambda function returned the following error: {message}. Check your Lambda function code and try \
                 again."
            )));
        }
    }
    let verdict = if is_simple { simple(&invoked.payload) } else { by_policy(&invoked.payload) };
    verdict.ok_or_else(|| Failure::authorizer(MALFORMED))
}

fn simple(payload: &[u8]) -> Option<Verdict> {
    let output: SimpleOutput = serde_json::from_slice(payload).ok()?;
    Some(Verdict {
        decision: Decision::Simple(output.is_authorized),
        principal: None,
        context: output.context.unwrap_or_default(),
    })
}

fn by_policy(payload: &[u8]) -> Option<Verdict> {
    let output: PolicyOutput = serde_json::from_slice(payload).ok()?;
    let policy = Document::parse(&output.policy_document.to_string(), Kind::Identity).ok()?;
    let principal = match output.principal_id {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Some(Verdict {
        decision: Decision::Policy(Arc::new(policy)),
        principal: Some(principal),
        context: output.context.unwrap_or_default(),
    })
}

/// A function that cannot be asked.
fn unasked(error: NotInvoked) -> Failure {
    match error {
        NotInvoked::NoEndpoint => error.into(),
        NotInvoked::NoAnswer(error) => Failure::authorizer(error.to_string()),
        NotInvoked::NotAssumed(_) | NotInvoked::NotPermitted => Failure::authorizer(NOT_PERMITTED),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn invoked(status: u16, is_error: bool, payload: &Value) -> Invoked {
        Invoked {
            status,
            request_id: None,
            is_error,
            headers: HeaderMap::new(),
            payload: payload.to_string().into(),
        }
    }

    #[test]
    fn a_simple_response_is_a_boolean_and_a_policy_is_none() {
        let yes = json!({"isAuthorized": true, "context": {"n": 1}});
        let verdict = read(&invoked(200, false, &yes), true).unwrap();
        assert!(matches!(verdict.decision, Decision::Simple(true)));
        assert_eq!(verdict.context["n"], 1);
        assert_eq!(read(&invoked(200, false, &yes), false).unwrap_err(), Failure::authorizer(MALFORMED));
        assert_eq!(read(&invoked(200, false, &json!({})), true).unwrap_err(), Failure::authorizer(MALFORMED));
        let policy = json!({"principalId": 7, "policyDocument": {"Version": "2012-10-17", "Statement": []}});
        assert!(read(&invoked(200, false, &policy), true).is_err());
    }

    #[test]
    fn a_function_that_fails_says_whose_fault_it_is() {
        let raised = json!({"errorMessage": "Unauthorized"});
        assert_eq!(read(&invoked(200, true, &raised), true).unwrap_err().status, 401);
        let raised = json!({"errorMessage": "no"});
        assert_eq!(read(&invoked(200, true, &raised), true).unwrap_err().status, 500);
        let forbidden = read(&invoked(403, false, &json!({})), true).unwrap_err();
        assert_eq!(forbidden, Failure::authorizer(NOT_PERMITTED));
    }
}
