//! The integration response: which one an endpoint's answer selects, and the method response that it makes.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::template::render;
use crate::apigateway::{Integration, IntegrationResponse, MappingTemplate, Method, Source};
use crate::gateway::Reply;
use crate::gateway::mapping::{Direction, Overrides};
use crate::gateway::rest::binary;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::failure::Failure;
use crate::gateway::rest::parameters::{EndpointAnswer, value_of};
use crate::store::SmallMap;

/// The content type of answers whose template names none.
const DEFAULT_CONTENT_TYPE: &str = "application/json";

/// What an endpoint answered.
#[derive(Debug, Default)]
pub(super) struct Answered {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The integration response for a status: of those whose pattern matches the one with this very status, else any; else
/// the one without a pattern.
pub(super) fn of_status<'a>(
    integration: &'a Integration,
    status: &str,
) -> Result<&'a IntegrationResponse, Failure> {
    let matching = || matching(integration, status);
    let exact = matching().find(|response| response.status_code == status);
    exact.or_else(|| matching().next()).or_else(|| default(integration)).ok_or_else(|| no_match(status))
}

/// The integration response for a function: by what it failed with, and without that the one that has no pattern.
pub(super) fn of_function<'a>(
    integration: &'a Integration,
    error: Option<&str>,
    status: u16,
) -> Result<&'a IntegrationResponse, Failure> {
    let failed = error.and_then(|error| matching(integration, error).next());
    failed.or_else(|| default(integration)).ok_or_else(|| no_match(&status.to_string()))
}

fn matching<'a>(integration: &'a Integration, text: &str) -> impl Iterator<Item = &'a IntegrationResponse> {
    integration.integration_responses.values().filter(move |response| {
        response.selection_pattern.as_ref().is_some_and(|pattern| pattern.matches(text))
    })
}

fn default(integration: &Integration) -> Option<&IntegrationResponse> {
    integration.integration_responses.values().find(|response| response.selection_pattern.is_none())
}

fn no_match(status: &str) -> Failure {
    Failure::configuration(&format!(
        "No match for output mapping and no default output mapping configured. Endpoint Response Status Code: {status}"
    ))
}

/// The method response that an integration response makes of an answer.
pub(super) fn respond(
    exchange: &mut Exchange<'_>,
    method: &Method,
    response: &IntegrationResponse,
    answered: &Answered,
) -> Result<Reply, Failure> {
    let status = &response.status_code;
    if !method.method_responses.contains_key(status) {
        return Err(Failure::configuration(&format!(
            "Output mapping refers to an invalid method response: {status}"
        )));
    }
    let is_binary = binary::is_binary(
        &exchange.live.deployment.api.binary_media_types,
        answered.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()),
    );
    let body = binary::converted(answered.body.clone(), is_binary, response.content_handling.as_deref())?;
    let template = response.response_templates.as_ref().and_then(|templates| template(exchange, templates));
    let (content_type, body, overrides) = match template {
        Some((content_type, template)) if template.passes_through() => {
            (content_type, body, Overrides::default())
        }
        Some((content_type, template)) => {
            let rendered = render(exchange, template, Direction::Response, &body)?;
            (content_type, rendered.text.into(), rendered.overrides)
        }
        None => (DEFAULT_CONTENT_TYPE, body, Overrides::default()),
    };
    let answer = EndpointAnswer { headers: &answered.headers, body: &answered.body };
    let mut headers = mapped_headers(exchange, response, answer);
    for (name, value) in overrides.header.iter().filter_map(header_of) {
        headers.retain(|(mapped, _)| *mapped != name);
        headers.push((name, value));
    }
    if headers.iter().all(|(name, _)| name != header::CONTENT_TYPE) {
        headers.extend(HeaderValue::from_str(content_type).map(|value| (header::CONTENT_TYPE, value)));
    }
    let status = overrides.status.or_else(|| status.parse().ok()).unwrap_or(500);
    exchange.response_overrides = overrides;
    Ok(Reply { status, headers, body })
}

/// What can stand in an answer.
fn header_of((name, value): &(String, String)) -> Option<(HeaderName, HeaderValue)> {
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
}

fn mapped_headers(
    exchange: &Exchange<'_>,
    response: &IntegrationResponse,
    answer: EndpointAnswer<'_>,
) -> Vec<(HeaderName, HeaderValue)> {
    let header = |(parameter, expression): (&String, &String)| {
        let name = parameter.strip_prefix("method.response.header.")?;
        let value = value_of(exchange, Source::parse(expression)?, Some(answer))?;
        header_of(&(name.to_owned(), value))
    };
    response.response_parameters.iter().flatten().filter_map(header).collect()
}

/// The template of an answer: of the type that the client takes, else the one for JSON, else the first.
fn template<'a>(
    exchange: &Exchange<'_>,
    templates: &'a SmallMap<String, MappingTemplate>,
) -> Option<(&'a str, &'a MappingTemplate)> {
    let accept = exchange.request.header(header::ACCEPT).unwrap_or_default();
    let wanted = accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
    let accepted = wanted.filter_map(|range| templates.get_key_value(range)).next();
    let found = accepted
        .or_else(|| templates.get_key_value(DEFAULT_CONTENT_TYPE))
        .or_else(|| templates.iter().next());
    found.map(|(content_type, template)| (content_type.as_str(), template))
}
