//! The extensions at the root of a document.

use serde_json::{Map, Value, json};

use super::{put, put_list, put_map, put_some};
use crate::apigateway::openapi::definition::{Definition, Settings};

/// How the API is reached.
pub(super) const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";

/// Puts all that stands at the root in either specification.
pub(super) fn put_extensions(document: &mut Map<String, Value>, definition: &Definition) {
    let settings = &definition.settings;
    if let Some(policy) = &settings.policy {
        put(document, "x-amazon-apigateway-policy", policy.clone());
    }
    put_some(document, "x-amazon-apigateway-api-key-source", settings.api_key_source.as_ref());
    let smallest = settings.minimum_compression_size.as_ref();
    put_some(document, "x-amazon-apigateway-minimum-compression-size", smallest);
    put_list(document, "x-amazon-apigateway-binary-media-types", &settings.binary_media_types);
    put_some(document, "x-amazon-apigateway-security-policy", settings.security_policy.as_ref());
    put_some(document, "x-amazon-apigateway-endpoint-access-mode", settings.endpoint_access_mode.as_ref());
    let responses = definition.gateway_responses.iter().map(|(kind, response)| {
        let mut written = Map::new();
        put_some(&mut written, "statusCode", response.status_code.as_ref());
        put_map(&mut written, "responseParameters", &response.response_parameters);
        put_map(&mut written, "responseTemplates", &response.response_templates);
        (kind.clone(), Value::Object(written))
    });
    put_object(document, "x-amazon-apigateway-gateway-responses", responses.collect());
    let validators = definition.validators.iter().map(|(name, validator)| {
        let written = json!({
            "validateRequestParameters": validator.validate_request_parameters,
            "validateRequestBody": validator.validate_request_body,
        });
        (name.clone(), written)
    });
    put_object(document, "x-amazon-apigateway-request-validators", validators.collect());
}

fn put_object(document: &mut Map<String, Value>, name: &str, members: Map<String, Value>) {
    if !members.is_empty() {
        put(document, name, members);
    }
}

/// How the API is reached, where that is not as usual.
pub(super) fn endpoint(settings: &Settings) -> Option<Value> {
    let mut endpoint = Map::new();
    let disabled = settings.disable_execute_api_endpoint.as_ref().filter(|disabled| **disabled);
    put_some(&mut endpoint, "disableExecuteApiEndpoint", disabled);
    put_list(&mut endpoint, "vpcEndpointIds", &settings.vpc_endpoint_ids);
    put_some(&mut endpoint, "ipAddressType", settings.ip_address_type.as_ref());
    (!endpoint.is_empty()).then_some(Value::Object(endpoint))
}
