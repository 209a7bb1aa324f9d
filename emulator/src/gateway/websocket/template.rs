//! Mapping templates of integrations and of their responses.
//!
//! Source: developer guide, "WebSocket API mapping template reference".

use bytes::Bytes;
use serde_json::{Map, Value};

use super::exchange::Exchange;
use crate::apigateway::MappingTemplate;
use crate::gateway::failure::Failure;
use crate::gateway::header_names::spelled;
use crate::gateway::mapping::{self, Direction, MappingInput};
use crate::gateway::proxy_answer::Answered;

/// What a template makes of a body: the client's message, or what the endpoint `answered`. One without text lets it pass. What
/// it overrides is documented for REST APIs alone, and has no meaning here.
pub(super) fn render(
    exchange: &Exchange<'_>,
    template: &str,
    body: Bytes,
    answered: Option<&Answered>,
) -> Result<Bytes, Failure> {
    let direction = if answered.is_some() { Direction::Response } else { Direction::Request };
    let template = MappingTemplate::from(template);
    if template.passes_through() {
        return Ok(body);
    }
    if template.is_text() {
        return Ok(Bytes::copy_from_slice(template.text().as_bytes()));
    }
    let parsed = template.template().map_err(|_| Failure::untransformed(direction))?;
    let query: Vec<(&str, &str)> = exchange.query().iter().map(borrowed).collect();
    let headers: Vec<(String, String)> = exchange.request().map_or_else(Vec::new, |request| {
        let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        request.headers.iter().map(|(name, value)| (spelled(name.as_str()), text(value))).collect()
    });
    let headers: Vec<(&str, &str)> = headers.iter().map(borrowed).collect();
    let stage_variables = exchange.live.stage.variables().iter();
    let stage_variables: Vec<(&str, &str)> =
        stage_variables.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let input = MappingInput {
        direction,
        body: &String::from_utf8_lossy(&body),
        path: &[],
        querystring: &query,
        header: &headers,
        context: &context(exchange, answered),
        stage_variables: &stage_variables,
    };
    let mapped = mapping::render(parsed, &input).map_err(|_| Failure::untransformed(direction))?;
    Ok(mapped.text.into())
}

fn borrowed((name, value): &(String, String)) -> (&str, &str) {
    (name, value)
}

/// `$context`, as a tree. There is no error where a template is rendered, and no status but that of the endpoint: inferred.
fn context(exchange: &Exchange<'_>, answered: Option<&Answered>) -> Value {
    const NAMES: [&str; 12] = [
        "apiId",
        "connectedAt",
        "connectionId",
        "domainName",
        "eventType",
        "extendedRequestId",
        "messageId",
        "requestId",
        "requestTime",
        "requestTimeEpoch",
        "routeKey",
        "stage",
    ];
    const IDENTITY: [&str; 9] = [
        "accessKey",
        "accountId",
        "apiKey",
        "apiKeyId",
        "caller",
        "sourceIp",
        "user",
        "userAgent",
        "userArn",
    ];

    let values = |prefix: &str, names: &[&str]| -> Map<String, Value> {
        let value = |name: &&str| {
            let value = exchange.variable(&format!("{prefix}{name}"))?;
            Some(((*name).to_owned(), value.into_owned().into()))
        };
        names.iter().filter_map(value).collect()
    };
    let mut tree = values("", &NAMES);
    tree.insert("identity".to_owned(), values("identity.", &IDENTITY).into());
    if let Some(answered) = answered {
        tree.insert("status".to_owned(), answered.status.to_string().into());
    }
    if let Some(authorized) = &exchange.client.authorized {
        tree.insert("authorizer".to_owned(), authorized.tree().into());
    }
    Value::Object(tree)
}
