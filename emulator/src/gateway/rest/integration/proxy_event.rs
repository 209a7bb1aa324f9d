//! The event that a proxied Lambda function gets: the request as JSON, payload format 1.0.
//!
//! Source: developer guide, "Input format of a Lambda function for proxy integration".

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use serde_json::{Map, Value, json};

use crate::apigateway::Method;
use crate::gateway::rest::binary;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::spelled;
use crate::gateway::values::Values;

/// The event of a request.
pub(in crate::gateway::rest) fn of(exchange: &Exchange<'_>, method: &Method) -> Value {
    let request = exchange.request;
    let types = &exchange.live.deployment.api.binary_media_types;
    let is_binary = binary::is_binary(types, request.header(header::CONTENT_TYPE));
    let body = match (exchange.body.is_empty(), is_binary) {
        (true, _) => Value::Null,
        (false, true) => STANDARD.encode(&exchange.body).into(),
        (false, false) => String::from_utf8_lossy(&exchange.body).into(),
    };
    let headers = Values::of(headers(exchange.headers()));
    let query = Values::of(exchange.query.iter().cloned());
    let resource = exchange.resource.as_ref();
    let path = resource.map(|resource| resource.parameters.iter().cloned().collect::<BTreeMap<_, _>>());
    json!({
        "resource": resource.map(|resource| resource.path.as_str()),
        "path": request.address.path,
        "httpMethod": request.method,
        "headers": headers.last_of_each(),
        "multiValueHeaders": headers.all(),
        "queryStringParameters": query.last_of_each(),
        "multiValueQueryStringParameters": query.all(),
        "pathParameters": path.filter(|path| !path.is_empty()),
        "stageVariables": Some(exchange.live.stage_variables()).filter(|variables| !variables.is_empty()),
        "requestContext": request_context(exchange, method),
        "body": body,
        "isBase64Encoded": is_binary && !exchange.body.is_empty(),
    })
}

fn headers(headers: &HeaderMap) -> impl Iterator<Item = (String, String)> {
    headers
        .iter()
        .map(|(name, value)| (spelled(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned()))
}

/// What is known of the request beside itself. Names that have no value are null where AWS has them always.
fn request_context(exchange: &Exchange<'_>, method: &Method) -> Value {
    const IDENTITY: [&str; 12] = [
        "cognitoIdentityPoolId",
        "accountId",
        "cognitoIdentityId",
        "caller",
        "sourceIp",
        "principalOrgId",
        "accessKey",
        "cognitoAuthenticationType",
        "cognitoAuthenticationProvider",
        "userArn",
        "userAgent",
        "user",
    ];

    let value = |name: &str| exchange.variable(name).map_or(Value::Null, |value| value.into_owned().into());
    let mut identity: Map<String, Value> =
        IDENTITY.iter().map(|name| ((*name).to_owned(), value(&format!("identity.{name}")))).collect();
    for name in ["apiKey", "apiKeyId"] {
        if let Some(value) = exchange.variable(&format!("identity.{name}")) {
            identity.insert(name.to_owned(), value.into_owned().into());
        }
    }
    let mut context = json!({
        "resourceId": value("resourceId"),
        "resourcePath": value("resourcePath"),
        "httpMethod": value("httpMethod"),
        "extendedRequestId": value("extendedRequestId"),
        "requestTime": value("requestTime"),
        "path": value("path"),
        "accountId": value("accountId"),
        "protocol": value("protocol"),
        "stage": value("stage"),
        "domainPrefix": value("domainPrefix"),
        "requestTimeEpoch": exchange.started.millis(),
        "requestId": value("requestId"),
        "identity": identity,
        "domainName": value("domainName"),
        "deploymentId": value("deploymentId"),
        "apiId": value("apiId"),
    });
    if let Some(name) = &method.operation_name {
        context["operationName"] = name.as_str().into();
    }
    if let Some(authorizer) = &exchange.authorizer {
        context["authorizer"] = Value::Object(authorizer.tree());
    }
    context
}
