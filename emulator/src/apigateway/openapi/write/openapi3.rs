//! Where OpenAPI 3.0 has things.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Address, Extent, Layout, extensions, put, reference};
use crate::apigateway::openapi::definition::{MethodResponse, Settings};
use crate::apigateway::openapi::read::placeholder;

/// The layout of OpenAPI 3.0.
pub(super) struct OpenApi3;

impl Layout for OpenApi3 {
    fn schema_prefix(&self) -> &'static str {
        "#/components/schemas/"
    }

    fn head(
        &self,
        settings: &Settings,
        info: Value,
        address: &Address,
        extent: Extent,
    ) -> Map<String, Value> {
        let mut document = Map::new();
        put(&mut document, "openapi", "3.0.1");
        put(&mut document, "info", info);
        let mut server = Map::new();
        put(&mut server, "url", format!("https://{}/{{basePath}}", address.host));
        put(&mut server, "variables", json!({"basePath": {"default": address.stage}}));
        let endpoint = extensions::endpoint(settings);
        if let Some(endpoint) = endpoint.filter(|_| extent.others) {
            put(&mut server, extensions::ENDPOINT, endpoint);
        }
        put(&mut document, "servers", vec![Value::Object(server)]);
        document
    }

    fn parameter(&self, place: &str, name: &str, required: bool) -> Value {
        let mut parameter = Map::new();
        put(&mut parameter, "name", name);
        put(&mut parameter, "in", place);
        if required {
            put(&mut parameter, "required", true);
        }
        put(&mut parameter, "schema", json!({"type": "string"}));
        Value::Object(parameter)
    }

    fn put_request(
        &self,
        operation: &mut Map<String, Value>,
        parameters: Vec<Value>,
        models: &BTreeMap<String, String>,
        _responses: &BTreeMap<String, MethodResponse>,
    ) {
        if !parameters.is_empty() {
            put(operation, "parameters", parameters);
        }
        if !models.is_empty() {
            put(operation, "requestBody", json!({"content": content(models), "required": true}));
        }
    }

    fn response(&self, status: &str, response: &MethodResponse) -> Value {
        let mut written = Map::new();
        put(&mut written, "description", placeholder(status));
        let header = |name: &str| (name.to_owned(), json!({"schema": {"type": "string"}}));
        let headers: Map<String, Value> = super::method::headers(response).map(header).collect();
        if !headers.is_empty() {
            put(&mut written, "headers", headers);
        }
        put(&mut written, "content", content(&response.response_models));
        Value::Object(written)
    }

    fn put_components(
        &self,
        document: &mut Map<String, Value>,
        models: Map<String, Value>,
        schemes: Map<String, Value>,
    ) {
        let mut components = Map::new();
        if !models.is_empty() {
            put(&mut components, "schemas", models);
        }
        if !schemes.is_empty() {
            put(&mut components, "securitySchemes", schemes);
        }
        put(document, "components", components);
    }
}

fn content(models: &BTreeMap<String, String>) -> Map<String, Value> {
    let content = |(content_type, model): (&String, &String)| {
        (content_type.clone(), json!({"schema": reference(&OpenApi3, model)}))
    };
    models.iter().map(content).collect()
}
