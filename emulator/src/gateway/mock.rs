//! MOCK integrations: the request template says the status, the integration response the rest.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use super::exchange::Failure;
use super::unserved::{check_response, fixed_value, plain_text};
use super::{Reply, Request};
use crate::apigateway::{Integration, IntegrationResponse, MappingTemplate, Method};
use crate::store::SmallMap;

/// The content type of requests that name none, and of answers whose template names none.
const DEFAULT_CONTENT_TYPE: &str = "application/json";

/// Answers a request.
pub(super) fn integrate(method: &Method, request: &Request<'_>) -> Result<Reply, Failure> {
    let integration = method
        .method_integration
        .as_ref()
        .ok_or_else(|| Failure::configuration("No integration defined for method"))?;
    let input = mapped_request(integration, request)?;
    let mock_status = status_code(&input).ok_or_else(|| {
        Failure::configuration("statusCode should be an integer which defined in request template")
    })?;
    let response = select(integration, &mock_status).ok_or_else(|| {
        Failure::configuration(&format!(
            "No match for output mapping and no default output mapping configured. Endpoint Response Status Code: \
             {mock_status}"
        ))
    })?;
    let status = &response.status_code;
    if !method.method_responses.contains_key(status) {
        return Err(Failure::configuration(&format!(
            "Output mapping refers to an invalid method response: {status}"
        )));
    }
    reply(response)
}

/// The request as the integration gets it: its template, or the body where it may pass.
///
/// Source: developer guide, "Integration passthrough behaviors".
fn mapped_request<'a>(
    integration: &'a Integration,
    request: &'a Request<'_>,
) -> Result<std::borrow::Cow<'a, str>, Failure> {
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or(DEFAULT_CONTENT_TYPE);
    let media_type = content_type.split(';').next().unwrap_or(content_type).trim();
    let templates = integration.request_templates.as_ref().filter(|templates| !templates.is_empty());
    let pass = || String::from_utf8_lossy(request.body);
    if let Some(template) = templates.and_then(|templates| templates.get(media_type)) {
        return Ok(if template.passes_through() { pass() } else { plain_text(template)?.into() });
    }
    match (integration.passthrough_behavior.as_str(), templates) {
        ("WHEN_NO_MATCH", _) | ("WHEN_NO_TEMPLATES", None) => Ok(pass()),
        _ => Err(Failure::unsupported_media_type()),
    }
}

/// The integer under `statusCode`. Templates that are not quite JSON (`{statusCode: 200}`) are taken, as AWS does.
fn status_code(input: &str) -> Option<String> {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(input) {
        return json.get("statusCode")?.as_i64().map(|status| status.to_string());
    }
    let (_, rest) = input.split_once("statusCode")?;
    let rest = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
    let digits: String = rest
        .chars()
        .enumerate()
        .take_while(|(at, c)| c.is_ascii_digit() || (*at == 0 && *c == '-'))
        .map(|(_, c)| c)
        .collect();
    digits.parse::<i64>().ok().map(|status| status.to_string())
}

/// The integration response for a status: of those whose pattern matches the one with this very status, else any; else
/// the one without a pattern.
fn select<'a>(integration: &'a Integration, status: &str) -> Option<&'a IntegrationResponse> {
    let responses = integration.integration_responses.values();
    let matching: Vec<&IntegrationResponse> = responses
        .clone()
        .filter(|response| response.selection_pattern.as_ref().is_some_and(|pattern| pattern.matches(status)))
        .collect();
    let exact = matching.iter().find(|response| response.status_code == status).copied();
    exact
        .or_else(|| matching.first().copied())
        .or_else(|| responses.clone().find(|response| response.selection_pattern.is_none()))
}

fn reply(response: &IntegrationResponse) -> Result<Reply, Failure> {
    check_response(response)?;
    let (content_type, body) = match response.response_templates.as_ref().and_then(template) {
        Some((content_type, template)) => {
            (content_type, Bytes::copy_from_slice(plain_text(template)?.as_bytes()))
        }
        None => (DEFAULT_CONTENT_TYPE, Bytes::new()),
    };
    let mut headers = Vec::new();
    for (parameter, value) in response.response_parameters.iter().flatten() {
        let name = parameter.strip_prefix("method.response.header.").unwrap_or_default();
        if let (Some(text), Ok(name)) = (fixed_value(value)?, HeaderName::from_bytes(name.as_bytes())) {
            headers.extend(HeaderValue::from_str(text).map(|value| (name, value)));
        }
    }
    if headers.iter().all(|(name, _)| name != header::CONTENT_TYPE) {
        headers.extend(HeaderValue::from_str(content_type).map(|value| (header::CONTENT_TYPE, value)));
    }
    Ok(Reply { status: response.status_code.parse().unwrap_or(500), headers, body })
}

/// The template of an answer: the one for JSON, else the first.
fn template(templates: &SmallMap<String, MappingTemplate>) -> Option<(&str, &MappingTemplate)> {
    let found = templates.get_key_value(DEFAULT_CONTENT_TYPE).or_else(|| templates.iter().next());
    found.map(|(content_type, template)| (content_type.as_str(), template))
}

#[cfg(test)]
mod tests {
    use super::status_code;

    #[test]
    fn a_status_is_an_integer_however_it_is_written() {
        for (input, status) in [
            ("{\"statusCode\": 200}", Some("200")),
            ("{statusCode: 404}", Some("404")),
            ("{'statusCode':503, }", Some("503")),
            ("{\"statusCode\": -1}", Some("-1")),
            ("{\"statusCode\": \"200\"}", None),
            ("{\"status\": 200}", None),
            ("", None),
            ("{statusCode: }", None),
        ] {
            assert_eq!(status_code(input).as_deref(), status, "{input}");
        }
    }
}
