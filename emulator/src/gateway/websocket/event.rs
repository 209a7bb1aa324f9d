//! The events that functions get.
//!
//! Source: developer guide, "Lambda integrations for WebSocket APIs"; which members events of which type have, in which order,
//! and which headers, as in logs of functions that users published since 2021.

use http::{HeaderMap, HeaderName, header};
use serde_json::{Map, Value, json};

use super::closing::Closing;
use super::exchange::{Event, Exchange};
use crate::gateway::forwarding::{FORWARDED_FOR, forwarded_for};
use crate::gateway::header_names::spelled;
use crate::gateway::values::Values;

/// An event.
pub(super) fn of(exchange: &Exchange<'_>) -> Value {
    let mut event = Map::new();
    match &exchange.event {
        Event::Connect { request, query } => {
            let headers = connecting(exchange, request.headers, request.host);
            put_values(&mut event, "headers", "multiValueHeaders", headers);
            put_values(
                &mut event,
                "queryStringParameters",
                "multiValueQueryStringParameters",
                query.iter().cloned(),
            );
        }
        Event::Disconnect(_) => {
            // Those of a call that API Gateway makes up (published by many users).
            let host = exchange.client.domain_name.as_str();
            let headers = [("Host", host), ("x-api-key", ""), ("X-Forwarded-For", ""), ("x-restapi", "")];
            let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
            put_values(&mut event, "headers", "multiValueHeaders", headers);
        }
        Event::Message { .. } | Event::Call { .. } => {}
    }
    put_stage_variables(&mut event, exchange, false);
    event.insert("requestContext".to_owned(), request_context(exchange));
    if let Event::Message { body, .. } = &exchange.event {
        event.insert("body".to_owned(), String::from_utf8_lossy(body).into());
    }
    event.insert("isBase64Encoded".to_owned(), false.into());
    Value::Object(event)
}

/// The event of a client that connects, for an authorizer.
///
/// Source: developer guide, "Control access to WebSocket APIs with AWS Lambda REQUEST authorizers".
pub(super) fn for_authorizer(exchange: &Exchange<'_>, arn: &str) -> Value {
    let mut event = Map::new();
    event.insert("type".to_owned(), "REQUEST".into());
    event.insert("methodArn".to_owned(), arn.into());
    if let Some(request) = exchange.request() {
        let headers = sent(&without(request.headers, &[FORWARDED_FOR]));
        let own = [("content-length".to_owned(), "0".to_owned()), trace(exchange)];
        let headers = headers.into_iter().chain(own).chain(forwarding(exchange, request.headers));
        put_values(&mut event, "headers", "multiValueHeaders", headers);
    }
    let query = Values::of(exchange.query().iter().cloned());
    for (name, values) in
        [("queryStringParameters", query.last_of_each()), ("multiValueQueryStringParameters", query.all())]
    {
        event.insert(name.to_owned(), if values.is_null() { json!({}) } else { values });
    }
    put_stage_variables(&mut event, exchange, true);
    event.insert("requestContext".to_owned(), request_context(exchange));
    Value::Object(event)
}

/// The headers of a request to connect, but for those that only switch protocols, with those that API Gateway adds.
fn connecting(exchange: &Exchange<'_>, headers: &HeaderMap, host: &str) -> Vec<(String, String)> {
    let passing = without(headers, &[header::CONNECTION, header::UPGRADE, header::HOST, FORWARDED_FOR]);
    let own = [("Host".to_owned(), host.to_owned()), trace(exchange)];
    sent(&passing).into_iter().chain(own).chain(forwarding(exchange, headers)).collect()
}

fn without(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let passing = headers.iter().filter(|(name, _)| !names.contains(name));
    passing.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What tells whom a request is from.
fn forwarding(exchange: &Exchange<'_>, headers: &HeaderMap) -> [(String, String); 3] {
    [
        ("X-Forwarded-For".to_owned(), forwarded_for(headers, exchange.client.source_ip)),
        ("X-Forwarded-Port".to_owned(), "443".to_owned()),
        ("X-Forwarded-Proto".to_owned(), "https".to_owned()),
    ]
}

/// Headers as the client sent them.
fn sent(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &http::HeaderValue)| {
        (spelled(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    headers.iter().map(text).collect()
}

fn trace(exchange: &Exchange<'_>) -> (String, String) {
    ("X-Amzn-Trace-Id".to_owned(), exchange.trace_header())
}

/// Values by name, once with the last of each and once with all; nothing where there is none.
fn put_values(
    event: &mut Map<String, Value>,
    last: &str,
    all: &str,
    entries: impl IntoIterator<Item = (String, String)>,
) {
    let values = Values::of(entries);
    for (name, values) in [(last, values.last_of_each()), (all, values.all())] {
        if !values.is_null() {
            event.insert(name.to_owned(), values);
        }
    }
}

/// Left out where there is none, but for authorizers.
fn put_stage_variables(event: &mut Map<String, Value>, exchange: &Exchange<'_>, always: bool) {
    let variables = exchange.live.stage.variables().iter();
    let variables: Map<String, Value> =
        variables.map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    if always || !variables.is_empty() {
        event.insert("stageVariables".to_owned(), variables.into());
    }
}

fn request_context(exchange: &Exchange<'_>) -> Value {
    let mut context = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            context.insert(name.to_owned(), value);
        }
    };
    let value = |name: &str| exchange.variable(name).map_or(Value::Null, |value| value.into_owned().into());
    let closing = match &exchange.event {
        Event::Disconnect(closing) => Some(closing),
        _ => None,
    };
    let authorized = exchange.client.authorized.as_ref();
    put("routeKey", value("routeKey"));
    put("disconnectStatusCode", closing.map(|Closing { code, .. }| *code).into());
    put("authorizer", authorized.map(|authorized| Value::Object(authorized.tree())).into());
    put("messageId", value("messageId"));
    put("eventType", value("eventType"));
    put("extendedRequestId", value("extendedRequestId"));
    put("requestTime", value("requestTime"));
    put("messageDirection", "IN".into());
    put("disconnectReason", closing.map(|Closing { reason, .. }| reason.as_str()).into());
    put("stage", value("stage"));
    put("connectedAt", exchange.client.connected_at.map(crate::time::Timestamp::millis).into());
    put("requestTimeEpoch", exchange.started.millis().into());
    put("identity", identity(exchange));
    put("requestId", value("requestId"));
    put("domainName", value("domainName"));
    put("connectionId", value("connectionId"));
    put("apiId", value("apiId"));
    Value::Object(context)
}

/// Who is connected, without what is not known.
fn identity(exchange: &Exchange<'_>) -> Value {
    const NAMES: [&str; 9] = [
        "apiKey",
        "apiKeyId",
        "userArn",
        "userAgent",
        "accountId",
        "caller",
        "sourceIp",
        "accessKey",
        "user",
    ];
    let members = NAMES.iter().filter_map(|name| {
        let value = exchange.variable(&format!("identity.{name}"))?;
        Some(((*name).to_owned(), value.into_owned().into()))
    });
    Value::Object(members.collect())
}
