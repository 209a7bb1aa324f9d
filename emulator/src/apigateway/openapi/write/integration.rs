//! `x-amazon-apigateway-integration`.

use serde_json::{Map, Value, json};

use super::{put, put_list, put_map, put_some};
use crate::apigateway::openapi::definition::{Integration, IntegrationResponse};
pub(super) use crate::apigateway::openapi::read::INTEGRATION as EXTENSION;
use crate::apigateway::openapi::read::{DEFAULT_RESPONSE, OTHER_RESPONSES};

/// An integration. What API Gateway writes in capitals stands in small letters, as AWS has it.
pub(super) fn write(integration: &Integration) -> Value {
    let mut written = Map::new();
    put(&mut written, "type", integration.r#type.to_lowercase());
    put_some(&mut written, "httpMethod", integration.http_method.as_ref());
    put_some(&mut written, "uri", integration.uri.as_ref());
    put_some(&mut written, "connectionType", integration.connection_type.as_ref());
    put_some(&mut written, "connectionId", integration.connection_id.as_ref());
    put_some(&mut written, "credentials", integration.credentials.as_ref());
    put_responses(&mut written, integration);
    put_map(&mut written, "requestParameters", &integration.request_parameters);
    put_map(&mut written, "requestTemplates", &integration.request_templates);
    let passthrough = integration.passthrough_behavior.as_ref().map(|value| value.to_lowercase());
    put_some(&mut written, "passthroughBehavior", passthrough.as_ref());
    put_some(&mut written, "contentHandling", integration.content_handling.as_ref());
    put_some(&mut written, "timeoutInMillis", integration.timeout_in_millis.as_ref());
    put_some(&mut written, "cacheNamespace", integration.cache_namespace.as_ref());
    put_list(&mut written, "cacheKeyParameters", &integration.cache_key_parameters);
    if let Some(tls) = &integration.tls_config {
        put(&mut written, "tlsConfig", json!({"insecureSkipVerification": tls.insecure_skip_verification}));
    }
    put_some(&mut written, "responseTransferMode", integration.response_transfer_mode.as_ref());
    put_some(&mut written, "integrationTarget", integration.integration_target.as_ref());
    Value::Object(written)
}

/// Puts the responses by what they select. Of those that select the same, and so cannot be told apart by that, all but
/// the first stand in an extension of our own.
fn put_responses(written: &mut Map<String, Value>, integration: &Integration) {
    let (mut responses, mut others) = (Map::new(), Vec::new());
    for (status, response) in &integration.integration_responses {
        let mut value = write_response(status, response);
        let selects = match response.selection_pattern.as_deref() {
            None => Some(DEFAULT_RESPONSE),
            Some(pattern) => Some(pattern).filter(|pattern| *pattern != DEFAULT_RESPONSE),
        };
        match selects.filter(|selects| !responses.contains_key(*selects)) {
            Some(selects) => {
                responses.insert(selects.to_owned(), value);
            }
            None => {
                if let Some(pattern) = &response.selection_pattern {
                    value["selectionPattern"] = pattern.as_str().into();
                }
                others.push(value);
            }
        }
    }
    if !responses.is_empty() {
        put(written, "responses", responses);
    }
    if !others.is_empty() {
        put(written, OTHER_RESPONSES, others);
    }
}

fn write_response(status: &str, response: &IntegrationResponse) -> Value {
    let mut written = Map::new();
    put(&mut written, "statusCode", status);
    put_map(&mut written, "responseParameters", &response.response_parameters);
    put_map(&mut written, "responseTemplates", &response.response_templates);
    put_some(&mut written, "contentHandling", response.content_handling.as_ref());
    Value::Object(written)
}
