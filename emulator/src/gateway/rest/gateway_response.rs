//! Gateway responses: what API Gateway itself answers, in the API's own words where it has any.
//!
//! Source: developer guide, "Gateway responses in API Gateway": templates are not run by Velocity, variables are put in.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use super::exchange::Exchange;
use super::failure::Failure;
use super::parameters::value_of;
use crate::apigateway::{CustomResponse, Source};
use crate::gateway::Reply;

const JSON: &str = "application/json";

/// The answer to a failure, which stands in the exchange then.
pub(super) fn reply(exchange: &mut Exchange<'_>, failure: Failure) -> Reply {
    let (status, response_type) = (failure.status, failure.response_type);
    let built_in = failure.body();
    exchange.status = status;
    exchange.failure = Some(failure);
    // What is of no type came to no stage, or is the emulator's own.
    let deployment = &exchange.live.deployment;
    let custom = (!response_type.is_empty()).then(|| deployment.custom_response(response_type, status));
    match custom.flatten() {
        Some(custom) => customized(exchange, &custom, status),
        None => Reply {
            status,
            headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static(JSON))],
            body: built_in,
        },
    }
}

fn customized(exchange: &mut Exchange<'_>, custom: &CustomResponse<'_>, built_in: u16) -> Reply {
    let status = custom.status.and_then(|status| status.parse().ok()).unwrap_or(built_in);
    exchange.status = status;
    let accept = exchange.request.header(header::ACCEPT).unwrap_or_default();
    let templates = &custom.response.response_templates;
    let accepted = templates.iter().find(|(media_type, _)| accept.contains(media_type.as_str()));
    let json = || templates.get_key_value(JSON);
    let template = accepted.or_else(json).or_else(|| templates.iter().next());
    let (media_type, body) = template.map_or((JSON, String::new()), |(media_type, template)| {
        (media_type.as_str(), fill(exchange, template))
    });
    let mut headers = Vec::new();
    for (parameter, expression) in &custom.response.response_parameters {
        let Some(name) = parameter.strip_prefix("gatewayresponse.header.") else { continue };
        let value = Source::parse(expression).and_then(|source| value_of(exchange, source, None));
        let name = HeaderName::from_bytes(name.as_bytes()).ok();
        let value = value.and_then(|value| HeaderValue::from_str(&value).ok());
        headers.extend(name.zip(value));
    }
    if headers.iter().all(|(name, _)| name != header::CONTENT_TYPE) {
        headers.extend(HeaderValue::from_str(media_type).map(|value| (header::CONTENT_TYPE, value)));
    }
    Reply { status, headers, body: Bytes::from(body) }
}

/// Puts variables in: `$context.…`, `$stageVariables.…`, `$method.request.…`. What has no value leaves nothing.
fn fill(exchange: &Exchange<'_>, template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find('$') {
        out.push_str(&rest[..start]);
        let from = &rest[start + 1..];
        let end = from.find(|c: char| !is_name(c)).unwrap_or(from.len());
        // A full stop at the end is the sentence's.
        let name = from[..end].trim_end_matches('.');
        match variable(exchange, name) {
            Some(value) => out.push_str(&value),
            None => {
                out.push('$');
                out.push_str(name);
            }
        }
        rest = &from[name.len()..];
    }
    out.push_str(rest);
    out
}

const fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')
}

/// The value of a variable; `None` where the name is none's.
fn variable(exchange: &Exchange<'_>, name: &str) -> Option<String> {
    if name == "context.error.messageString" {
        let message = exchange.failure.as_ref().map(|failure| failure.message.as_ref()).unwrap_or_default();
        return Some(serde_json::Value::from(message).to_string());
    }
    let source = Source::parse(name)?;
    Some(value_of(exchange, source, None).unwrap_or_default())
}
