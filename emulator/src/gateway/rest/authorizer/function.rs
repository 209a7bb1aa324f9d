//! Lambda authorizers: functions that are told of a token, or of the whole request, and answer with a policy.

use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

use super::Verdict;
use crate::apigateway::{Authorizer, AuthorizerType, Method};
use crate::gateway::Backends;
use crate::gateway::backends::function_of;
use crate::gateway::function_call::FunctionCall;
use crate::gateway::policy_authorizer::{self, configuration};
use crate::gateway::rest::authorization::method_arn;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::failure::Failure;
use crate::gateway::rest::integration::{add_function_headers, proxy_event};

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
    let call = FunctionCall { function, credentials: authorizer.authorizer_credentials.as_deref() };
    let mut headers = HeaderMap::new();
    add_function_headers(exchange, &mut headers, &source_arn(exchange, authorizer));
    let event = Bytes::from(event.to_string());
    let (authorized, verdict) =
        policy_authorizer::ask(&call, backends, &mut exchange.log, event, headers, &exchange.id.request)
            .await;
    exchange.authorizer = Some(authorized);
    verdict
}

/// The authorizer, as its function's policy would know it (captured).
fn source_arn(exchange: &Exchange<'_>, authorizer: &Authorizer) -> String {
    let live = exchange.live;
    live.scope.arn("execute-api", format_args!("{}/authorizers/{}", live.api.id, authorizer.id))
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
