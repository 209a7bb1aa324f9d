//! The integration request: what of an event an endpoint gets.
//!
//! Source: developer guide, "Set up an integration request using the API Gateway console" and "Data transformations for WebSocket
//! APIs in API Gateway".

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::apigateway::Source;
use crate::apigatewayv2::Integration;
use crate::gateway::binary;
use crate::gateway::failure::Failure;
use crate::gateway::websocket::exchange::Exchange;
use crate::gateway::websocket::mapping::value_of;
use crate::gateway::websocket::selection::key_or_default;
use crate::gateway::websocket::template::render;

/// The body as the integration gets it: its template's text, or the message where that may pass. That a key without a template
/// does not fall back to the default one, as models do, is inferred.
pub(super) fn body(exchange: &Exchange<'_>, integration: &Integration) -> Result<Bytes, Failure> {
    let body = converted(exchange, integration)?;
    let templates = integration.request_templates.as_ref().filter(|templates| !templates.is_empty());
    let key = key_or_default(integration.template_selection_expression.as_deref(), exchange, None);
    if let Some(template) = templates.and_then(|templates| templates.get(&key)) {
        return render(exchange, template, body, None);
    }
    match (integration.passthrough_behavior.as_deref(), templates) {
        (None | Some("WHEN_NO_MATCH"), _) | (Some("WHEN_NO_TEMPLATES"), None) => Ok(body),
        _ => Err(Failure::unsupported_media_type()),
    }
}

/// The message, which is text, as the integration wants it.
pub(super) fn converted(exchange: &Exchange<'_>, integration: &Integration) -> Result<Bytes, Failure> {
    binary::converted(exchange.body(), false, integration.content_handling_strategy.as_deref())
}

/// Parameters that an endpoint gets.
#[derive(Debug, Default)]
pub(super) struct Mapped {
    pub(super) path: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
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
        let source = Source::of_route(expression);
        let Some(value) = source.and_then(|source| value_of(exchange, source, None)) else { continue };
        match place {
            "path" => mapped.path.push((name.to_owned(), value)),
            "querystring" | "multivaluequerystring" => mapped.query.push((name.to_owned(), value)),
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
