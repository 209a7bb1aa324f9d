//! Where Swagger 2.0 has things.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Address, Extent, Layout, extensions, put, put_list, reference};
use crate::apigateway::openapi::definition::{MethodResponse, Settings};
use crate::apigateway::openapi::read::placeholder;

/// The layout of Swagger 2.0.
pub(super) struct Swagger2;

impl Layout for Swagger2 {
    fn schema_prefix(&self) -> &'static str {
        "#/definitions/"
    }

    fn head(
        &self,
        settings: &Settings,
        info: Value,
        address: &Address,
        extent: Extent,
    ) -> Map<String, Value> {
        let mut document = Map::new();
        put(&mut document, "swagger", "2.0");
        put(&mut document, "info", info);
        put(&mut document, "host", address.host.as_str());
        put(&mut document, "basePath", format!("/{}", address.stage));
        put(&mut document, "schemes", json!(["https"]));
        let endpoint = extensions::endpoint(settings);
        if let Some(endpoint) = endpoint.filter(|_| extent.others) {
            put(&mut document, extensions::ENDPOINT, endpoint);
        }
        document
    }

    fn parameter(&self, place: &str, name: &str, required: bool) -> Value {
        json!({"name": name, "in": place, "required": required, "type": "string"})
    }

    /// Swagger 2.0 has one body, whatever its content type.
    fn put_request(
        &self,
        operation: &mut Map<String, Value>,
        mut parameters: Vec<Value>,
        models: &BTreeMap<String, String>,
        responses: &BTreeMap<String, MethodResponse>,
    ) {
        let consumes: Vec<String> = models.keys().cloned().collect();
        let produces: BTreeSet<&String> =
            responses.values().flat_map(|each| each.response_models.keys()).collect();
        put_list(operation, "consumes", &consumes);
        put_list(operation, "produces", &produces.into_iter().cloned().collect::<Vec<_>>());
        if let Some(model) = models.get("application/json").or_else(|| models.values().next()) {
            let schema = reference(self, model);
            parameters.push(json!({"in": "body", "name": model, "required": true, "schema": schema}));
        }
        if !parameters.is_empty() {
            put(operation, "parameters", parameters);
        }
    }

    fn response(&self, status: &str, response: &MethodResponse) -> Value {
        let mut written = Map::new();
        put(&mut written, "description", placeholder(status));
        let models = &response.response_models;
        if let Some(model) = models.get("application/json").or_else(|| models.values().next()) {
            put(&mut written, "schema", reference(self, model));
        }
        let header = |name: &str| (name.to_owned(), json!({"type": "string"}));
        let headers: Map<String, Value> = super::method::headers(response).map(header).collect();
        if !headers.is_empty() {
            put(&mut written, "headers", headers);
        }
        Value::Object(written)
    }

    fn put_components(
        &self,
        document: &mut Map<String, Value>,
        models: Map<String, Value>,
        schemes: Map<String, Value>,
    ) {
        if !schemes.is_empty() {
            put(document, "securityDefinitions", schemes);
        }
        if !models.is_empty() {
            put(document, "definitions", models);
        }
    }
}
