//! The integration request: what of the client's request an endpoint gets.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::template::render;
use crate::apigateway::{Integration, Source};
use crate::gateway::mapping::{Direction, Mapped as Rendered, Overrides};
use crate::gateway::own_headers;
use crate::gateway::rest::binary;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::failure::Failure;
use crate::gateway::rest::parameters::value_of;

/// The content type of requests that name none.
const DEFAULT_CONTENT_TYPE: &str = "application/json";

/// A body for the endpoint.
#[derive(Debug)]
pub(super) struct MappedBody {
    pub(super) body: Bytes,
    pub(super) content_type: String,
    /// What the template sets beside it.
    pub(super) overrides: Overrides,
}

/// The body as the integration gets it: its template's text, or the request's body where that may pass.
///
/// Source: developer guide, "Integration passthrough behaviors".
pub(super) fn body(exchange: &mut Exchange<'_>, integration: &Integration) -> Result<MappedBody, Failure> {
    let request = exchange.request;
    let content_type = request.header(header::CONTENT_TYPE).unwrap_or(DEFAULT_CONTENT_TYPE);
    let media_type = content_type.split(';').next().unwrap_or(content_type).trim();
    let is_binary = binary::is_binary(&exchange.live.deployment.api.binary_media_types, Some(media_type));
    let body = binary::converted(exchange.body.clone(), is_binary, integration.content_handling.as_deref())?;
    let mapped = |body, overrides| MappedBody { body, content_type: content_type.to_owned(), overrides };
    let templates = integration.request_templates.as_ref().filter(|templates| !templates.is_empty());
    if let Some(template) = templates.and_then(|templates| templates.get(media_type)) {
        if template.passes_through() {
            return Ok(mapped(body, Overrides::default()));
        }
        let Rendered { text, overrides } = render(exchange, template, Direction::Request, &body)?;
        exchange.request_overrides.clone_from(&overrides);
        return Ok(mapped(text.into(), overrides));
    }
    match (integration.passthrough_behavior.as_str(), templates) {
        ("WHEN_NO_MATCH", _) | ("WHEN_NO_TEMPLATES", None) => Ok(mapped(body, Overrides::default())),
        _ => Err(Failure::unsupported_media_type()),
    }
}

/// Parameters that an endpoint gets.
#[derive(Debug, Default)]
pub(super) struct Mapped {
    pub(super) path: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
}

impl Mapped {
    /// With what a template sets in their place.
    pub(super) fn overridden(mut self, overrides: &Overrides) -> Self {
        replace(&mut self.path, &overrides.path);
        replace(&mut self.query, &overrides.querystring);
        for (name, value) in &overrides.header {
            let name = HeaderName::from_bytes(name.as_bytes()).ok();
            if let Some((name, value)) = name.zip(HeaderValue::from_str(value).ok()) {
                self.headers.insert(name, value);
            }
        }
        self
    }
}

fn replace(parameters: &mut Vec<(String, String)>, overrides: &[(String, String)]) {
    parameters.retain(|(name, _)| overrides.iter().all(|(overridden, _)| overridden != name));
    parameters.extend_from_slice(overrides);
}

/// The parameters that the integration maps.
pub(super) fn parameters(exchange: &Exchange<'_>, integration: &Integration) -> Mapped {
    let mut mapped = Mapped::default();
    for (destination, expression) in integration.request_parameters.iter().flatten() {
        let Some((place, name)) =
            destination.strip_prefix("integration.request.").and_then(|rest| rest.split_once('.'))
        else {
            continue;
        };
        let source = Source::parse(expression);
        let Some(value) = source.and_then(|source| value_of(exchange, source, None)) else { continue };
        match place {
            "path" => mapped.path.push((name.to_owned(), value)),
            "querystring" => mapped.query.push((name.to_owned(), value)),
            _ => {
                let name = HeaderName::from_bytes(name.as_bytes()).ok();
                if let Some((name, value)) = name.zip(HeaderValue::from_str(&value).ok()) {
                    mapped.headers.insert(name, value);
                }
            }
        }
    }
    mapped
}

/// Adds the headers that API Gateway adds to every request to an endpoint.
pub(super) fn add_own_headers(exchange: &Exchange<'_>, headers: &mut HeaderMap) {
    own_headers::add(headers, &exchange.live.api.id, &exchange.trace_header());
}
