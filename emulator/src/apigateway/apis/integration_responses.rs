//! Responses of integrations: how what an integration answers becomes the method's answer.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::mapping;
use super::mapping_template::MappingTemplate;
use super::method_responses::{MethodResponse, OneResponse, PatchResponse};
use super::methods;
use super::selection_pattern::SelectionPattern;
use crate::apigateway::faults::{self, no_content_type, no_parameter};
use crate::apigateway::patch::{self, Op, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, ResourceId, Verb, quotas};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

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
    pub(crate) response_templates: Option<SmallMap<String, MappingTemplate>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_handling: Option<CompactString>,
}

impl IntegrationResponse {
    /// Refuses templates that are too large, and mappings to headers that the method response does not declare.
    fn check(&self, declared: &MethodResponse) -> Result<(), Fault> {
        let templates = self.response_templates.iter().flat_map(SmallMap::values);
        quotas::check_templates(templates.map(MappingTemplate::text))?;
        match &self.response_parameters {
            Some(mappings) => {
                mapping::check_response_mappings(mappings, declared.response_parameters.as_ref())
            }
            None => Ok(()),
        }
    }
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
    response_templates: Option<SmallMap<String, MappingTemplate>>,
    content_handling: Option<CompactString>,
}

pub(super) fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PutIntegrationResponse,
) -> Result<IntegrationResponse, Fault> {
    let key = (input.rest_api_id, input.resource_id, input.http_method);
    methods::change(ctx, state, &key, |_, method| {
        let declared = method.method_responses.get(&input.status_code).ok_or_else(faults::no_response)?;
        let integration = method.method_integration.as_mut().ok_or_else(faults::no_integration)?;
        let response = IntegrationResponse {
            status_code: input.status_code.clone(),
            selection_pattern: pattern(input.selection_pattern.unwrap_or_default())?,
            response_parameters: input.response_parameters,
            response_templates: input.response_templates,
            content_handling: input.content_handling,
        };
        response.check(declared)?;
        integration.integration_responses.insert(input.status_code, response.clone());
        Ok(response)
    })
}

/// A pattern, compiled. An empty one is none: the default response.
fn pattern(text: String) -> Result<Option<Arc<SelectionPattern>>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    let pattern = SelectionPattern::try_from(text);
    pattern
        .map(|pattern| Some(Arc::new(pattern)))
        .map_err(|_| faults::bad_request("Invalid regex pattern specified"))
}

pub(super) fn get(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: OneResponse,
) -> Result<IntegrationResponse, Fault> {
    let (key, status) = input.split();
    let method = methods::find(ctx, state, &key)?;
    let integration = method.method_integration.as_ref().ok_or_else(faults::no_integration)?;
    integration.integration_responses.get(&status).cloned().ok_or_else(faults::no_response)
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneResponse) -> Result<(), Fault> {
    let (key, status) = input.split();
    methods::change(ctx, state, &key, |_, method| {
        let integration = method.method_integration.as_mut().ok_or_else(faults::no_integration)?;
        integration.integration_responses.remove(&status).map(drop).ok_or_else(faults::no_response)
    })
}

const ENTRY: &[Op] = &[Op::Add, Op::Replace, Op::Remove];

const PATCHES: [PatchRule<IntegrationResponse>; 4] = [
    PatchRule::new("/selectionPattern", &[Op::Replace], |response, change| {
        response.selection_pattern = pattern(change.value().to_owned())?;
        Ok(())
    }),
    PatchRule::new("/contentHandling", &[Op::Replace], |response, change| {
        response.content_handling = change.optional_of(&["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"])?;
        Ok(())
    }),
    PatchRule::new("/responseParameters/{name}", ENTRY, |response, change| {
        let value = change.value().to_owned();
        change.set_present_entry(&mut response.response_parameters, value, no_parameter)
    }),
    PatchRule::new("/responseTemplates/{type}", ENTRY, |response, change| {
        let template = change.value().into();
        change.set_present_entry(&mut response.response_templates, template, no_content_type)
    }),
];

pub(super) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PatchResponse,
) -> Result<IntegrationResponse, Fault> {
    let (key, status, operations) = input.split();
    methods::change(ctx, state, &key, |_, method| {
        let integration = method.method_integration.as_mut().ok_or_else(faults::no_integration)?;
        let response = integration.integration_responses.get_mut(&status).ok_or_else(faults::no_response)?;
        patch::apply_or(response, &PATCHES, &operations, |change| patch::invalid(&PATCHES, change))?;
        // A method response that was deleted since declares nothing that could be mapped to.
        let declared = method.method_responses.get(&status).ok_or_else(faults::no_response)?;
        response.check(declared)?;
        Ok(response.clone())
    })
}
