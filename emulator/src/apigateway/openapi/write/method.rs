//! Methods.

use serde_json::{Map, Value};

use super::{Extent, Layout, integration, put, put_some, security};
use crate::apigateway::openapi::definition::{Method, MethodResponse};
use crate::apigateway::openapi::read::verb_key;

/// A method under the key that it has in its path.
pub(super) fn write(layout: &dyn Layout, extent: Extent, verb: &str, method: &Method) -> (String, Value) {
    let mut operation = Map::new();
    put_some(&mut operation, "operationId", method.operation_name.as_ref());
    layout.put_request(
        &mut operation,
        parameters(layout, method),
        &method.request_models,
        &method.method_responses,
    );
    let responses = method.method_responses.iter();
    let responses: Map<String, Value> =
        responses.map(|(status, response)| (status.clone(), layout.response(status, response))).collect();
    put(&mut operation, "responses", responses);
    let security = security::requirements(method);
    if !security.is_empty() {
        put(&mut operation, "security", security);
    }
    if extent.others {
        let validator = method.request_validator.as_ref();
        put_some(&mut operation, "x-amazon-apigateway-request-validator", validator);
    }
    if let Some(integration) = method.method_integration.as_ref().filter(|_| extent.integrations) {
        put(&mut operation, integration::EXTENSION, integration::write(integration));
    }
    (verb_key(verb).to_owned(), Value::Object(operation))
}

fn parameters(layout: &dyn Layout, method: &Method) -> Vec<Value> {
    let parameter = |(parameter, required): (&String, &bool)| {
        let (place, name) = parameter.strip_prefix("method.request.")?.split_once('.')?;
        let place = if place == "querystring" { "query" } else { place };
        // A path parameter must be required.
        Some(layout.parameter(place, name, *required || place == "path"))
    };
    method.request_parameters.iter().filter_map(parameter).collect()
}

/// The headers that a response declares.
pub(super) fn headers(response: &MethodResponse) -> impl Iterator<Item = &str> {
    response.response_parameters.keys().filter_map(|name| name.strip_prefix("method.response.header."))
}
