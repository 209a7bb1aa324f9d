//! The events that functions get: the request as JSON, payload formats 1.0 and 2.0.
//!
//! Source: developer guide, "Create AWS Lambda proxy integrations for HTTP APIs" and "Control access to HTTP APIs with AWS Lambda
//! authorizers"; what is left out of format 2.0 where it is empty, and headers that API Gateway adds, as in AWS's sample of an
//! event (AWS Lambda developer guide, sample application nodejs-apig).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Map, Value, json};

use super::context::claim_texts;
use super::exchange::{Authorized, Exchange};
use super::mapping::Outgoing;
use crate::gateway::forwarding;
use crate::gateway::values::Values;

/// A request in format 2.0.
pub(super) fn v2(exchange: &Exchange<'_>, outgoing: &Outgoing) -> Value {
    let mut event = request_v2(exchange, outgoing);
    let (body, is_encoded) = body(exchange);
    event["body"] = body;
    event["isBase64Encoded"] = is_encoded.into();
    without_nulls(event)
}

/// A request in format 2.0, for an authorizer.
pub(super) fn authorizer_v2(exchange: &Exchange<'_>, identities: &[String]) -> Value {
    let mut event = request_v2(exchange, &Outgoing::unchanged(exchange));
    event["type"] = "REQUEST".into();
    event["routeArn"] = exchange.invocation().arn().into();
    event["identitySource"] = identities.into();
    without_nulls(event)
}

/// A request in format 1.0.
pub(super) fn v1(exchange: &Exchange<'_>, outgoing: &Outgoing) -> Value {
    let mut event = request_v1(exchange, outgoing);
    let (body, is_encoded) = body(exchange);
    event["body"] = body;
    event["isBase64Encoded"] = is_encoded.into();
    event
}

/// A request in format 1.0, for an authorizer.
pub(super) fn authorizer_v1(exchange: &Exchange<'_>, identities: &[String]) -> Value {
    let mut event = request_v1(exchange, &Outgoing::unchanged(exchange));
    let identity = identities.join(",");
    event["type"] = "REQUEST".into();
    event["methodArn"] = exchange.invocation().arn().into();
    event["identitySource"] = identity.as_str().into();
    event["authorizationToken"] = identity.into();
    event
}

fn request_v2(exchange: &Exchange<'_>, outgoing: &Outgoing) -> Value {
    let (cookies, headers): (Vec<_>, Vec<_>) =
        headers(exchange, outgoing).into_iter().partition(|(name, _)| *name == header::COOKIE.as_str());
    let cookies: Vec<&str> = cookies
        .iter()
        .flat_map(|(_, value)| value.split(';'))
        .map(str::trim)
        .filter(|cookie| !cookie.is_empty())
        .collect();
    let path = path(exchange, outgoing);
    json!({
        "version": "2.0",
        "routeKey": value(exchange, "routeKey"),
        "rawPath": path,
        "rawQueryString": outgoing.raw_query,
        "cookies": Some(cookies).filter(|cookies| !cookies.is_empty()),
        "headers": Values::of(headers).joined(),
        "queryStringParameters": Values::of(outgoing.query.iter().cloned()).joined(),
        "pathParameters": path_parameters(exchange),
        "stageVariables": stage_variables(exchange),
        "requestContext": without_nulls(json!({
            "accountId": value(exchange, "accountId"),
            "apiId": value(exchange, "apiId"),
            "authorizer": authorizer_v2_context(exchange),
            "domainName": value(exchange, "domainName"),
            "domainPrefix": value(exchange, "domainPrefix"),
            "http": {
                "method": exchange.request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": exchange.request.source_ip.to_string(),
                "userAgent": exchange.request.header(header::USER_AGENT).unwrap_or_default(),
            },
            "requestId": exchange.id,
            "routeKey": value(exchange, "routeKey"),
            "stage": value(exchange, "stage"),
            "time": value(exchange, "requestTime"),
            "timeEpoch": exchange.started.millis(),
        })),
    })
}

/// Who asks, where the route wants to know.
fn authorizer_v2_context(exchange: &Exchange<'_>) -> Value {
    match (&exchange.authorized, &exchange.signer) {
        (Some(Authorized::Jwt { claims, scopes }), _) => {
            json!({"jwt": {"claims": claim_texts(claims), "scopes": scopes}})
        }
        (Some(Authorized::Lambda { context, .. }), _) => json!({ "lambda": context }),
        (None, Some(_)) => json!({"iam": {
            "accessKey": value(exchange, "identity.accessKey"),
            "accountId": value(exchange, "identity.accountId"),
            "callerId": value(exchange, "identity.caller"),
            "cognitoIdentity": null,
            "principalOrgId": null,
            "userArn": value(exchange, "identity.userArn"),
            "userId": value(exchange, "identity.user"),
        }}),
        (None, None) => Value::Null,
    }
}

fn request_v1(exchange: &Exchange<'_>, outgoing: &Outgoing) -> Value {
    let headers = Values::of(headers(exchange, outgoing));
    let query = Values::of(outgoing.query.iter().cloned());
    // That `$default`, which has no path, tells the request's is inferred.
    let resource = exchange.route.as_ref().and_then(|route| route.path()).unwrap_or(exchange.path);
    let path = path(exchange, outgoing);
    json!({
        "version": "1.0",
        "resource": resource,
        "path": path,
        "httpMethod": exchange.request.method,
        "headers": headers.last_of_each(),
        "multiValueHeaders": headers.all(),
        "queryStringParameters": query.last_of_each(),
        "multiValueQueryStringParameters": query.all(),
        "pathParameters": path_parameters(exchange),
        "stageVariables": stage_variables(exchange),
        "requestContext": {
            "accountId": value(exchange, "accountId"),
            "apiId": value(exchange, "apiId"),
            "authorizer": authorizer_v1_context(exchange),
            "domainName": value(exchange, "domainName"),
            "domainPrefix": value(exchange, "domainPrefix"),
            "extendedRequestId": exchange.id,
            "httpMethod": exchange.request.method,
            "identity": identity(exchange),
            "path": path,
            "protocol": "HTTP/1.1",
            "requestId": exchange.id,
            "requestTime": value(exchange, "requestTime"),
            "requestTimeEpoch": exchange.started.millis(),
            "resourceId": null,
            "resourcePath": resource,
            "stage": value(exchange, "stage"),
        },
    })
}

fn authorizer_v1_context(exchange: &Exchange<'_>) -> Value {
    match &exchange.authorized {
        Some(Authorized::Jwt { claims, scopes }) => json!({"claims": claim_texts(claims), "scopes": scopes}),
        Some(Authorized::Lambda { principal, context }) => {
            let mut members = context.clone();
            members.extend(principal.iter().map(|id| ("principalId".to_owned(), id.as_str().into())));
            Value::Object(members)
        }
        None => json!({"claims": null, "scopes": null}),
    }
}

fn identity(exchange: &Exchange<'_>) -> Value {
    const NAMES: [&str; 12] = [
        "accessKey",
        "accountId",
        "caller",
        "cognitoAuthenticationProvider",
        "cognitoAuthenticationType",
        "cognitoIdentityId",
        "cognitoIdentityPoolId",
        "principalOrgId",
        "sourceIp",
        "user",
        "userAgent",
        "userArn",
    ];
    let member = |name: &&str| ((*name).to_owned(), value(exchange, &format!("identity.{name}")));
    Value::Object(NAMES.iter().map(member).collect())
}

/// The value of a variable; null where it has none.
fn value(exchange: &Exchange<'_>, name: &str) -> Value {
    exchange.variable(name).map_or(Value::Null, |value| value.into_owned().into())
}

fn path(exchange: &Exchange<'_>, outgoing: &Outgoing) -> String {
    outgoing.path.clone().unwrap_or_else(|| exchange.full_path())
}

fn path_parameters<'a>(exchange: &'a Exchange<'_>) -> Option<BTreeMap<&'a str, &'a str>> {
    let parameters = exchange.route.as_ref()?.parameters.iter();
    let parameters: BTreeMap<&str, &str> =
        parameters.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Some(parameters).filter(|parameters| !parameters.is_empty())
}

fn stage_variables<'a>(exchange: &'a Exchange<'_>) -> Option<BTreeMap<&'a str, &'a str>> {
    let variables = exchange.live.stage.variables();
    let variables: BTreeMap<&str, &str> =
        variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Some(variables).filter(|variables| !variables.is_empty())
}

/// The headers of an event, names in lower case.
fn headers(exchange: &Exchange<'_>, outgoing: &Outgoing) -> Vec<(String, String)> {
    let mut headers = outgoing.headers.clone();
    add_own_headers(exchange, &mut headers);
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}

fn add_own_headers(exchange: &Exchange<'_>, headers: &mut HeaderMap) {
    forwarding::add(headers, exchange.request.source_ip);
    let trace = format!("Root={}", exchange.trace_root);
    let length = exchange.body().len().to_string();
    for (name, value) in [
        (HeaderName::from_static("x-amzn-trace-id"), trace.as_str()),
        (header::CONTENT_LENGTH, &length),
        (header::HOST, exchange.request.host),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
}

/// The body as text, and whether that is Base64; null where there is none.
fn body(exchange: &Exchange<'_>) -> (Value, bool) {
    let body = exchange.body();
    if body.is_empty() {
        return (Value::Null, false);
    }
    let text = std::str::from_utf8(body).ok().filter(|_| is_text(exchange.request.headers));
    match text {
        Some(text) => (text.into(), false),
        None => (STANDARD.encode(body).into(), true),
    }
}

/// Whether headers say that a body is text. AWS does not document which types are; that forms are not is reported by users,
/// that what says nothing is, is inferred.
fn is_text(headers: &HeaderMap) -> bool {
    let get = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if get(header::CONTENT_ENCODING).is_some() {
        return false;
    }
    let Some(media_type) = get(header::CONTENT_TYPE) else { return true };
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media_type.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"].contains(&media_type.as_str())
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml")
}

/// An object without the members that are null.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: Map<String, Value> =
                members.into_iter().filter(|(_, value)| !value.is_null()).collect();
            Value::Object(members)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_text_by_what_their_headers_say() {
        let is = |name: &str, value: &str| {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            is_text(&HeaderMap::from_iter([(name, value.parse().unwrap())]))
        };
        for (media_type, is_one) in [
            ("text/plain; charset=utf-8", true),
            ("application/json", true),
            ("application/problem+json", true),
            ("APPLICATION/XML", true),
            ("application/x-www-form-urlencoded", false),
            ("image/png", false),
        ] {
            assert_eq!(is("content-type", media_type), is_one, "{media_type}");
        }
        assert!(!is("content-encoding", "gzip"));
        assert!(is_text(&HeaderMap::new()));
    }
}
