//! Integrations and their responses. Only MOCK integrations are served.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::methods::{self, Method, OneMethod, OneResponse};
use super::selection_pattern::SelectionPattern;
use super::template;
use crate::apigateway::{ApiGateway, ApiId, ResourceId, Verb, faults};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

/// Milliseconds that an integration may take where nothing is said.
const DEFAULT_TIMEOUT: i64 = 29_000;

/// What a method does with a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Integration {
    r#type: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    http_method: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_parameters: Option<SmallMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_templates: Option<SmallMap<String, String>>,
    pub(crate) passthrough_behavior: CompactString,
    timeout_in_millis: i64,
    cache_namespace: CompactString,
    #[serde(default)]
    cache_key_parameters: Vec<String>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(crate) integration_responses: SmallMap<CompactString, IntegrationResponse>,
}

/// How an integration's answer becomes the method's.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IntegrationResponse {
    pub(crate) status_code: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) selection_pattern: Option<Arc<SelectionPattern>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) response_parameters: Option<SmallMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) response_templates: Option<SmallMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutIntegration {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    r#type: CompactString,
    integration_http_method: Option<CompactString>,
    uri: Option<String>,
    request_parameters: Option<SmallMap<String, String>>,
    request_templates: Option<SmallMap<String, String>>,
    passthrough_behavior: Option<CompactString>,
    cache_namespace: Option<CompactString>,
    #[serde(default)]
    cache_key_parameters: Vec<String>,
    timeout_in_millis: Option<i64>,
}

pub(super) fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PutIntegration,
) -> Result<Integration, Fault> {
    let key = (input.rest_api_id, input.resource_id, input.http_method);
    let mut method = Method::clone(methods::find(ctx, state, &key)?);
    if input.r#type != "MOCK" {
        return Err(Fault::not_implemented(format!(
            "{} integrations are not built in this emulator yet; MOCK is",
            input.r#type
        )));
    }
    let timeout = input.timeout_in_millis.unwrap_or(DEFAULT_TIMEOUT);
    if !(50..=DEFAULT_TIMEOUT).contains(&timeout) {
        return Err(faults::bad_request("Timeout should be between 50 ms and 29000 ms"));
    }
    let passthrough = input.passthrough_behavior.unwrap_or(CompactString::const_new("WHEN_NO_MATCH"));
    if !["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"].contains(&passthrough.as_str()) {
        // The values are documented, the wording inferred.
        return Err(faults::bad_request(format!("Invalid passthrough behavior specified: {passthrough}")));
    }
    template::check(input.request_templates.as_ref().unwrap_or(&SmallMap::default()))?;
    let before = method.method_integration.take();
    let integration = Integration {
        r#type: input.r#type,
        http_method: input.integration_http_method,
        uri: input.uri,
        request_parameters: input.request_parameters,
        request_templates: input.request_templates,
        passthrough_behavior: passthrough,
        timeout_in_millis: timeout,
        cache_namespace: input.cache_namespace.unwrap_or_else(|| key.1.clone()),
        cache_key_parameters: input.cache_key_parameters,
        integration_responses: before.map(|before| before.integration_responses).unwrap_or_default(),
    };
    method.method_integration = Some(integration.clone());
    state.methods.put(key, method);
    Ok(integration)
}

pub(super) fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneMethod) -> Result<Integration, Fault> {
    let method = methods::find(ctx, state, &input.key())?;
    method.method_integration.clone().ok_or_else(faults::no_integration)
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneMethod) -> Result<(), Fault> {
    let key = input.key();
    let mut method = Method::clone(methods::find(ctx, state, &key)?);
    method.method_integration.take().ok_or_else(faults::no_integration)?;
    state.methods.put(key, method);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutIntegrationResponse {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    status_code: CompactString,
    selection_pattern: Option<String>,
    response_parameters: Option<SmallMap<String, String>>,
    response_templates: Option<SmallMap<String, String>>,
}

pub(super) fn put_response(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PutIntegrationResponse,
) -> Result<IntegrationResponse, Fault> {
    let key = (input.rest_api_id, input.resource_id, input.http_method);
    let mut method = Method::clone(methods::find(ctx, state, &key)?);
    let declared = method.method_responses.get(&input.status_code).ok_or_else(faults::no_response)?;
    let integration = method.method_integration.as_mut().ok_or_else(faults::no_integration)?;
    let response = IntegrationResponse {
        status_code: input.status_code.clone(),
        // An empty pattern is none: the default response.
        selection_pattern: input
            .selection_pattern
            .filter(|pattern| !pattern.is_empty())
            .map(SelectionPattern::try_from)
            .transpose()
            .map_err(|_| faults::bad_request("Invalid regex pattern specified"))?
            .map(Arc::new),
        response_parameters: input.response_parameters,
        response_templates: input.response_templates,
    };
    for (parameter, value) in response.response_parameters.iter().flatten() {
        check_parameter(parameter, value, declared.response_parameters.as_ref())?;
    }
    template::check(response.response_templates.as_ref().unwrap_or(&SmallMap::default()))?;
    integration.integration_responses.insert(input.status_code, response.clone());
    state.methods.put(key, method);
    Ok(response)
}

/// A response parameter sets a header that the method response declares, to a fixed text or to what the integration
/// answered, of which a MOCK has nothing.
fn check_parameter(
    parameter: &str,
    value: &str,
    declared: Option<&SmallMap<String, bool>>,
) -> Result<(), Fault> {
    let is_declared = declared.is_some_and(|declared| declared.contains_key(parameter));
    if !parameter.starts_with("method.response.header.") || !is_declared {
        return Err(faults::bad_request(format!(
            "Invalid mapping expression specified: Validation Result: warnings : [], errors : \
             [Invalid mapping expression parameter specified: {parameter}]"
        )));
    }
    if fixed_text(value).is_none() && !value.starts_with("integration.response.") {
        return Err(Fault::not_implemented(format!(
            "This emulator does not evaluate the mapping expression {value} yet"
        )));
    }
    Ok(())
}

/// The text of a mapping expression in single quotes.
pub(crate) fn fixed_text(expression: &str) -> Option<&str> {
    expression.strip_prefix('\'')?.strip_suffix('\'')
}

pub(super) fn get_response(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: OneResponse,
) -> Result<IntegrationResponse, Fault> {
    let method = methods::find(ctx, state, &input.key())?;
    let integration = method.method_integration.as_ref().ok_or_else(faults::no_integration)?;
    integration.integration_responses.get(&input.status_code).cloned().ok_or_else(faults::no_response)
}

pub(super) fn delete_response(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: OneResponse,
) -> Result<(), Fault> {
    let key = input.key();
    let mut method = Method::clone(methods::find(ctx, state, &key)?);
    let integration = method.method_integration.as_mut().ok_or_else(faults::no_integration)?;
    integration.integration_responses.remove(&input.status_code).ok_or_else(faults::no_response)?;
    state.methods.put(key, method);
    Ok(())
}
