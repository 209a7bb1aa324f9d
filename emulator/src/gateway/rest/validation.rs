//! Request validation: required parameters, and bodies by the method's models.
//!
//! Source: developer guide, "Request validation for REST APIs in API Gateway".

use std::sync::Arc;

use http::header;

use super::exchange::Exchange;
use super::failure::Failure;
use super::parameters::values;
use crate::apigateway::Method;
use crate::gateway::schemas::{Deployed, Models, Schemas};

/// The content type of requests that name none.
const DEFAULT_CONTENT_TYPE: &str = "application/json";

/// Refuses a request that is not as the method's validator wants it.
pub(super) fn check(schemas: &Schemas, exchange: &Exchange<'_>, method: &Method) -> Result<(), Failure> {
    let deployment = &exchange.live.deployment;
    let validator = method.request_validator_id.as_deref().and_then(|id| deployment.validator(id));
    let Some(validator) = validator else { return Ok(()) };
    if validator.validate_request_parameters {
        check_parameters(exchange, method)?;
    }
    if validator.validate_request_body { check_body(schemas, exchange, method) } else { Ok(()) }
}

/// Those that are required are there, and not blank.
fn check_parameters(exchange: &Exchange<'_>, method: &Method) -> Result<(), Failure> {
    let required = method.request_parameters.iter().flatten().filter(|(_, is_required)| **is_required);
    let missing: Vec<&str> = required
        .filter_map(|(parameter, _)| parameter.strip_prefix("method.request.")?.split_once('.'))
        .filter(|(place, name)| values(exchange, place, name).iter().all(|value| value.trim().is_empty()))
        .map(|(_, name)| name)
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(Failure::bad_parameters(&missing)) }
}

/// The body is as the model of its content type says; a body of another type is not looked at.
fn check_body(schemas: &Schemas, exchange: &Exchange<'_>, method: &Method) -> Result<(), Failure> {
    let content_type = exchange.request.header(header::CONTENT_TYPE).unwrap_or(DEFAULT_CONTENT_TYPE);
    let media_type = content_type.split(';').next().unwrap_or(content_type).trim();
    let models = method.request_models.as_ref();
    let Some(model) = models.and_then(|models| models.get(media_type)) else { return Ok(()) };
    let errors = match serde_json::from_slice(&exchange.body) {
        Ok(body) => schemas.errors(models_of(exchange), model, &body),
        Err(_) => vec!["Unknown error parsing request body".to_owned()],
    };
    if errors.is_empty() { Ok(()) } else { Err(Failure::bad_body(media_type, &errors)) }
}

fn models_of<'a>(exchange: &'a Exchange<'_>) -> Models<'a, impl Fn(&str) -> Option<&'a str>> {
    let deployment = &exchange.live.deployment;
    Models {
        deployed: Arc::clone(deployment) as Deployed,
        api: &deployment.api.id,
        schema_of: |name: &str| {
            deployment.models().find(|model| model.name == name).map(|model| model.schema.as_str())
        },
    }
}
