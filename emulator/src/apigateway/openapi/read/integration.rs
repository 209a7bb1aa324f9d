//! `x-amazon-apigateway-integration`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Operation, Reader, boolean, integer, object, text, text_map, texts};
use crate::apigateway::openapi::definition::{Integration, IntegrationResponse, TlsConfig};

/// The extension of an operation.
pub(crate) const EXTENSION: &str = "x-amazon-apigateway-integration";

/// What a `default` response of an integration selects: all that no other response does.
pub(crate) const DEFAULT: &str = "default";

/// Responses that select what another does, which an export has here.
pub(crate) const OTHER_RESPONSES: &str = "x-stagecheck-other-responses";

/// The integration of an operation, or none and a warning or an error.
pub(super) fn read<'a>(reader: &mut Reader<'a>, operation: &Operation<'a>) -> Option<Integration> {
    let extension = operation.value.get(EXTENSION)?;
    let extension = reader.resolve(extension, format_args!("{}.{EXTENSION}", operation.attribute))?;
    // What templates leave where they are not filled in (`Fn::Sub`) is no text.
    let is_no_text =
        |member: &&str| extension.get(*member).is_some_and(|value| value.is_object() || value.is_array());
    let Some(kind) = text(extension, "type").filter(|_| !TEXTS.iter().any(is_no_text)) else {
        // AWS's wording.
        reader.findings.error(format!(
            "Unable to parse API definition because of a malformed integration at path {}.",
            operation.path
        ));
        return None;
    };
    let attribute = format!("{}.{EXTENSION}", operation.attribute);
    warn_of_types(reader, extension, &attribute);
    let upper = |member| text(extension, member).map(|value| value.to_uppercase());
    Some(Integration {
        r#type: kind.to_uppercase(),
        http_method: upper("httpMethod"),
        uri: text(extension, "uri"),
        connection_type: upper("connectionType"),
        connection_id: text(extension, "connectionId"),
        credentials: text(extension, "credentials"),
        request_parameters: text_map(extension, "requestParameters"),
        request_templates: text_map(extension, "requestTemplates"),
        passthrough_behavior: upper("passthroughBehavior"),
        content_handling: upper("contentHandling"),
        timeout_in_millis: integer(extension, "timeoutInMillis"),
        cache_namespace: text(extension, "cacheNamespace"),
        cache_key_parameters: texts(extension, "cacheKeyParameters"),
        tls_config: extension.get("tlsConfig").map(|tls| TlsConfig {
            insecure_skip_verification: boolean(tls, "insecureSkipVerification").unwrap_or(false),
        }),
        response_transfer_mode: upper("responseTransferMode"),
        integration_target: text(extension, "integrationTarget"),
        integration_responses: responses(reader, extension, &attribute),
    })
}

/// The members that an integration is nothing without.
const TEXTS: [&str; 5] = ["httpMethod", "uri", "connectionType", "connectionId", "credentials"];

/// What is of another type than it has to be is left out.
fn warn_of_types(reader: &mut Reader<'_>, extension: &Value, attribute: &str) {
    const TIMEOUT: &str = "timeoutInMillis";
    for member in ["requestParameters", "requestTemplates", "responses"] {
        if extension.get(member).is_some_and(|value| !(value.is_object() || value.is_null())) {
            reader.findings.parse_issue(format_args!("{attribute}.{member} is not of type `object`"));
        }
    }
    if extension.get(TIMEOUT).is_some_and(|value| !value.is_null()) && integer(extension, TIMEOUT).is_none() {
        reader.findings.parse_issue(format_args!("{attribute}.{TIMEOUT} is not of type `integer`"));
    }
}

/// In the document by what they select, in the API by status. What that leaves no place for is warned of.
fn responses(
    reader: &mut Reader<'_>,
    extension: &Value,
    attribute: &str,
) -> BTreeMap<String, IntegrationResponse> {
    let mut responses = BTreeMap::new();
    let by_pattern = object(extension, "responses").into_iter().flatten();
    let by_pattern = by_pattern.map(|(selects, response)| {
        (selects.as_str(), Some(selects.clone()).filter(|selects| selects != DEFAULT), response)
    });
    let others = extension.get(OTHER_RESPONSES).and_then(Value::as_array).into_iter().flatten();
    let others = others.map(|response| (OTHER_RESPONSES, text(response, "selectionPattern"), response));
    for (selects, selection_pattern, response) in by_pattern.chain(others) {
        let Some(status) = text(response, "statusCode") else {
            reader
                .findings
                .parse_issue(format_args!("{attribute}.responses.{selects}.statusCode is missing"));
            continue;
        };
        let response = IntegrationResponse {
            selection_pattern,
            response_parameters: text_map(response, "responseParameters"),
            response_templates: text_map(response, "responseTemplates"),
            content_handling: text(response, "contentHandling").map(|value| value.to_uppercase()),
        };
        if responses.insert(status.clone(), response).is_some() {
            // An integration has one response of a status. The wording is inferred.
            reader.findings.warn(format!(
                "Multiple responses for status code '{status}' in {attribute}. Ignoring all but '{selects}'."
            ));
        }
    }
    responses
}
