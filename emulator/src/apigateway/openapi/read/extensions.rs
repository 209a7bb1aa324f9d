//! The extensions at the root of a document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Reader, boolean, integer, object, text, text_map, texts};
use crate::apigateway::openapi::definition::{GatewayResponse, Settings, Validator};

/// The extensions of a root. The version of imports and exports is of HTTP APIs, and says nothing here.
pub(super) const KNOWN: [&str; 12] = [
    "x-amazon-apigateway-api-key-source",
    "x-amazon-apigateway-binary-media-types",
    "x-amazon-apigateway-documentation",
    "x-amazon-apigateway-endpoint-access-mode",
    "x-amazon-apigateway-endpoint-configuration",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-importexport-version",
    "x-amazon-apigateway-minimum-compression-size",
    "x-amazon-apigateway-policy",
    "x-amazon-apigateway-request-validator",
    "x-amazon-apigateway-request-validators",
    "x-amazon-apigateway-security-policy",
];

/// What the API has of its own.
pub(super) fn settings(reader: &Reader<'_>) -> Settings {
    let root = reader.root;
    let info = root.get("info").unwrap_or(&Value::Null);
    let endpoint = reader.layout.endpoint(root).unwrap_or(&Value::Null);
    let documentation = root.get("x-amazon-apigateway-documentation").unwrap_or(&Value::Null);
    Settings {
        title: text(info, "title").unwrap_or_default(),
        description: text(info, "description"),
        version: text(info, "version"),
        api_key_source: text(root, "x-amazon-apigateway-api-key-source"),
        binary_media_types: texts(root, "x-amazon-apigateway-binary-media-types"),
        minimum_compression_size: integer(root, "x-amazon-apigateway-minimum-compression-size"),
        policy: root.get("x-amazon-apigateway-policy").filter(|policy| !policy.is_null()).cloned(),
        security_policy: text(root, "x-amazon-apigateway-security-policy"),
        endpoint_access_mode: text(root, "x-amazon-apigateway-endpoint-access-mode"),
        disable_execute_api_endpoint: boolean(endpoint, "disableExecuteApiEndpoint"),
        vpc_endpoint_ids: texts(endpoint, "vpcEndpointIds"),
        ip_address_type: text(endpoint, "ipAddressType"),
        documentation_version: text(documentation, "version"),
    }
}

/// The validators by name.
pub(super) fn validators(root: &Value) -> BTreeMap<String, Validator> {
    let validators = object(root, "x-amazon-apigateway-request-validators").into_iter().flatten();
    let validator = |(name, value): (&String, &Value)| {
        let asks = |member| boolean(value, member).unwrap_or(false);
        let validator = Validator {
            validate_request_body: asks("validateRequestBody"),
            validate_request_parameters: asks("validateRequestParameters"),
        };
        (name.clone(), validator)
    };
    validators.map(validator).collect()
}

/// The gateway responses by type.
pub(super) fn gateway_responses(root: &Value) -> BTreeMap<String, GatewayResponse> {
    let responses = object(root, "x-amazon-apigateway-gateway-responses").into_iter().flatten();
    let response = |(kind, value): (&String, &Value)| {
        let response = GatewayResponse {
            status_code: text(value, "statusCode"),
            response_parameters: text_map(value, "responseParameters"),
            response_templates: text_map(value, "responseTemplates"),
        };
        (kind.clone(), response)
    };
    responses.map(response).collect()
}
