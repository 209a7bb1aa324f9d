//! Integration responses: what WebSocket APIs make of an integration's answer.

use std::sync::{Arc, OnceLock};

use compact_str::CompactString;
use fancy_regex::Regex;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use super::apis::{self, Protocol};
use super::inputs::{inputs, optional_entries, text};
use super::paging::{self, Items};
use super::{Id, deployments, faults, integrations, of_part};
use crate::apigateway::{ApiGateway, ApiId, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::SmallMap;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_INTEGRATION_RESPONSE, create, &[]);
    registrar.read(&operations::GET_INTEGRATION_RESPONSE, get, &[]);
    registrar.read(&operations::GET_INTEGRATION_RESPONSES, list, &[]);
    registrar.write(&operations::UPDATE_INTEGRATION_RESPONSE, update, &[]);
    registrar.write(&operations::DELETE_INTEGRATION_RESPONSE, delete, &[]);
}

/// An integration response.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct IntegrationResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_handling_strategy: Option<CompactString>,
    integration_response_id: Id,
    pub(crate) integration_response_key: CompactString,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response_parameters: Option<SmallMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) response_templates: Option<SmallMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) template_selection_expression: Option<CompactString>,
    /// The key's pattern, compiled once it is asked for.
    #[serde(skip)]
    pattern: OnceLock<Option<Regex>>,
}

impl IntegrationResponse {
    /// Whether its key, `/pattern/`, is of the whole text.
    pub(crate) fn is_for(&self, text: &str) -> bool {
        let pattern = self.pattern.get_or_init(|| {
            let pattern = self.integration_response_key.strip_prefix('/')?.strip_suffix('/')?;
            Regex::new(&format!("^(?:{pattern})$")).ok()
        });
        pattern.as_ref().is_some_and(|pattern| pattern.is_match(text).unwrap_or_default())
    }
}

type Key = (ApiId, Id, Id);

inputs!(
    IntegrationResponse,
    CreateIntegrationResponse {
        api_id: ApiId,
        integration_id: Id,
        integration_response_key: CompactString,
    },
    UpdateIntegrationResponse {
        api_id: ApiId,
        integration_id: Id,
        integration_response_id: Id,
        integration_response_key: Option<CompactString>,
    },
    {
        content_handling_strategy: CompactString => text,
        response_parameters: SmallMap<String, String> => optional_entries,
        response_templates: SmallMap<String, String> => optional_entries,
        template_selection_expression: CompactString => text,
    }
);

fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: CreateIntegrationResponse,
) -> Result<Arc<IntegrationResponse>, Fault> {
    let protocol = apis::protocol(ctx, state, &input.api_id)?;
    integrations::find(ctx, state, &(input.api_id.clone(), input.integration_id.clone()))?;
    protocol.only_for(Protocol::WebSocket, "Integration responses", true)?;
    let id = Id::from(ctx.ids.lower(7));
    let mut response = IntegrationResponse {
        integration_response_id: id.clone(),
        integration_response_key: input.integration_response_key.clone(),
        ..IntegrationResponse::default()
    };
    input.put_into(&mut response);
    put(ctx, state, (input.api_id, input.integration_id, id), response)
}

/// Puts a checked response in place. The rule on keys is documented, the texts are inferred.
fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    key: Key,
    mut response: IntegrationResponse,
) -> Result<Arc<IntegrationResponse>, Fault> {
    // That of another key may be there.
    response.pattern = OnceLock::new();
    let response_key = response.integration_response_key.as_str();
    let is_pattern = response_key.len() > 2 && response_key.starts_with('/') && response_key.ends_with('/');
    if response_key != "$default" && !is_pattern {
        return Err(faults::bad_request(format!(
            "Invalid integration response key specified: {response_key}. It must be $default or a regular expression \
             between slashes"
        )));
    }
    let templates = response.response_templates.iter().flat_map(SmallMap::values);
    quotas::check_templates(templates.map(String::as_str))?;
    let of_integration = of_part(&key.0, &key.1);
    let is_taken = state
        .v2
        .integration_responses
        .range(of_integration)
        .any(|(other, row)| *other != key && row.integration_response_key == response_key);
    if is_taken {
        return Err(faults::conflict(format!(
            "Integration response with key {response_key} already exists for this integration"
        )));
    }
    let api = key.0.clone();
    let response = state.v2.integration_responses.put(key, response);
    deployments::follow_change(ctx, state, &api);
    Ok(response)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneIntegrationResponse {
    api_id: ApiId,
    integration_id: Id,
    integration_response_id: Id,
}

fn get(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: OneIntegrationResponse,
) -> Result<Arc<IntegrationResponse>, Fault> {
    find(ctx, state, &(input.api_id, input.integration_id, input.integration_response_id)).map(Arc::clone)
}

fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &Key) -> Result<&'a Arc<IntegrationResponse>, Fault> {
    integrations::find(ctx, state, &(key.0.clone(), key.1.clone()))?;
    state.v2.integration_responses.get(key).ok_or_else(|| faults::no_part("IntegrationResponse"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetIntegrationResponses {
    api_id: ApiId,
    integration_id: Id,
    max_results: Option<String>,
    next_token: Option<String>,
}

fn list(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: GetIntegrationResponses,
) -> Result<Items<Arc<IntegrationResponse>>, Fault> {
    let (api, integration) = (input.api_id, input.integration_id);
    let of_integration = of_part(&api, &integration);
    integrations::find(ctx, state, &(api, integration))?;
    let (most, token) = (input.max_results.as_deref(), input.next_token.as_deref());
    paging::page(&state.v2.integration_responses, of_integration, most, token)
}

fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: UpdateIntegrationResponse,
) -> Result<Arc<IntegrationResponse>, Fault> {
    let key = (input.api_id.clone(), input.integration_id.clone(), input.integration_response_id.clone());
    let mut response = IntegrationResponse::clone(find(ctx, state, &key)?);
    if let Some(response_key) = input.integration_response_key.take() {
        response.integration_response_key = response_key;
    }
    input.put_into(&mut response);
    put(ctx, state, key, response)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneIntegrationResponse) -> Result<(), Fault> {
    let key = (input.api_id, input.integration_id, input.integration_response_id);
    find(ctx, state, &key)?;
    state.v2.integration_responses.remove(&key);
    deployments::follow_change(ctx, state, &key.0);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_of_the_whole_text() {
        for (key, text, is_of) in [
            (r"/2\d\d/", "200", true),
            (r"/2\d\d/", "2000", false),
            ("/.*failure.*/", "a failure of mine", true),
            ("/400|500/", "500", true),
            ("/400|500/", "1500", false),
            ("$default", "$default", false),
            ("/(/", "(", false),
        ] {
            let response = IntegrationResponse {
                integration_response_key: key.into(),
                ..IntegrationResponse::default()
            };
            assert_eq!(response.is_for(text), is_of, "{key} {text}");
        }
    }
}
