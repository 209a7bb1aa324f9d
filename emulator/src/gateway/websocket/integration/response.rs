//! The integration response: what is made of an endpoint's answer.
//!
//! Source: developer guide, "Set up WebSocket API integration responses in API Gateway".

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use crate::apigateway::Source;
use crate::apigatewayv2::{Integration, IntegrationResponse};
use crate::gateway::binary;
use crate::gateway::failure::Failure;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::websocket::DEFAULT;
use crate::gateway::websocket::exchange::Exchange;
use crate::gateway::websocket::mapping::value_of;
use crate::gateway::websocket::selection::{key, key_or_default};
use crate::gateway::websocket::template::render;

/// What an integration's answer becomes. Without integration responses it passes as it is; with some, and none for the answer,
/// the API is put together wrongly, as REST APIs are: both inferred.
pub(super) fn respond(
    exchange: &Exchange<'_>,
    integration: &Integration,
    answered: Answered,
) -> Result<Answered, Failure> {
    let responses: Vec<&IntegrationResponse> = exchange.live.integration_responses(integration).collect();
    if responses.is_empty() {
        return Ok(answered);
    }
    let expression = integration.integration_response_selection_expression.as_deref();
    let selected_by = expression.and_then(|expression| key(expression, exchange, Some(&answered)));
    let response = select(&responses, selected_by.as_deref()).ok_or_else(|| {
        Failure::configuration(&format!(
            "No match for output mapping and no default output mapping configured. Endpoint Response Status Code: {}",
            answered.status
        ))
    })?;
    let body = body(exchange, response, &answered)?;
    let mut headers = answered.headers.clone();
    for (parameter, expression) in response.response_parameters.iter().flatten() {
        if let Some((name, value)) = mapped_header(exchange, parameter, expression, &answered) {
            headers.insert(name, value);
        }
    }
    Ok(Answered { status: answered.status, headers, body })
}

/// The response whose pattern is of the whole text, else the default one.
fn select<'a>(
    responses: &[&'a IntegrationResponse],
    selected_by: Option<&str>,
) -> Option<&'a IntegrationResponse> {
    let matching = responses.iter().find(|response| selected_by.is_some_and(|text| response.is_for(text)));
    let default = || responses.iter().find(|response| response.integration_response_key == DEFAULT);
    matching.or_else(default).copied()
}

fn body(
    exchange: &Exchange<'_>,
    response: &IntegrationResponse,
    answered: &Answered,
) -> Result<Bytes, Failure> {
    let is_text = answered
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_none_or(|media_type| media_type.starts_with("text/") || media_type.contains("json"));
    let handling = response.content_handling_strategy.as_deref();
    let body = binary::converted(answered.body.clone(), !is_text, handling)?;
    let expression = response.template_selection_expression.as_deref();
    let key = key_or_default(expression, exchange, Some(answered));
    match response.response_templates.as_ref().and_then(|templates| templates.get(&key)) {
        Some(template) => render(exchange, template, body, Some(answered)),
        None => Ok(body),
    }
}

fn mapped_header(
    exchange: &Exchange<'_>,
    parameter: &str,
    expression: &str,
    answered: &Answered,
) -> Option<(HeaderName, HeaderValue)> {
    let name = parameter.strip_prefix("route.response.header.")?;
    let value = value_of(exchange, Source::of_route(expression)?, Some(answered))?;
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(&value).ok()?))
}
