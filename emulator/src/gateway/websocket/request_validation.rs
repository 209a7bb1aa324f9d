//! Request validation: parameters that routes require, and messages by their models.
//!
//! Source: developer guide, "Request validation for WebSocket APIs in API Gateway".

use super::DEFAULT;
use super::exchange::{Event, Exchange};
use super::mapping::values;
use super::selection::key_or_default;
use crate::apigatewayv2::Route;
use crate::gateway::failure::Failure;
use crate::gateway::schemas::{Models, Schemas};

/// The content type that messages are taken to have.
const JSON: &str = "application/json";

/// Refuses an event that is not as its route wants it.
pub(super) fn check(schemas: &Schemas, exchange: &Exchange<'_>, route: &Route) -> Result<(), Failure> {
    if matches!(exchange.event, Event::Connect { .. }) {
        check_parameters(exchange, route)?;
    }
    check_body(schemas, exchange, route)
}

/// Those that are required are there, and not blank.
fn check_parameters(exchange: &Exchange<'_>, route: &Route) -> Result<(), Failure> {
    let required = route.request_parameters.iter().flatten().filter(|(_, constraints)| constraints.required);
    let missing: Vec<&str> = required
        .filter_map(|(parameter, _)| parameter.strip_prefix("route.request.")?.split_once('.'))
        .filter(|(place, name)| values(exchange, place, name).iter().all(|value| value.trim().is_empty()))
        .map(|(_, name)| name)
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(Failure::bad_parameters(&missing)) }
}

/// A message is as the model says that its route's expression selects. Without a model of that key, nor one for the rest, it
/// is refused, as documented; the text is inferred from that for bodies.
fn check_body(schemas: &Schemas, exchange: &Exchange<'_>, route: &Route) -> Result<(), Failure> {
    let Some(expression) = &route.model_selection_expression else { return Ok(()) };
    let key = key_or_default(Some(expression), exchange, None);
    let models = route.request_models.as_ref();
    let model = models.and_then(|models| models.get(&key).or_else(|| models.get(DEFAULT)));
    let Some(model) = model else {
        return Err(Failure::bad_body(JSON, &[format!("no model for {key}")]));
    };
    let errors = match serde_json::from_slice(&exchange.body()) {
        Ok(body) => schemas.errors(models_of(exchange), model, &body),
        Err(_) => vec!["Unknown error parsing request body".to_owned()],
    };
    if errors.is_empty() { Ok(()) } else { Err(Failure::bad_body(JSON, &errors)) }
}

fn models_of<'a>(exchange: &'a Exchange<'_>) -> Models<'a, impl Fn(&str) -> Option<&'a str>> {
    let live = exchange.live;
    Models { deployed: live.deployed(), api: live.api_id(), schema_of: |name: &str| live.schema(name) }
}
