//! Responses of methods.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::methods::{self, Key};
use super::{mapping, references};
use crate::apigateway::faults::{self, no_content_type, no_parameter};
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, ResourceId, Verb};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

/// What a method may answer under one status.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MethodResponse {
    status_code: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) response_parameters: Option<SmallMap<String, bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) response_models: Option<SmallMap<String, String>>,
}

impl MethodResponse {
    fn check(&self, state: &ApiGateway, api: &ApiId) -> Result<(), Fault> {
        if let Some(parameters) = &self.response_parameters {
            mapping::check_response_parameters(parameters)?;
        }
        references::check_models(state, api, self.response_models.as_ref())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutMethodResponse {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    status_code: CompactString,
    response_parameters: Option<SmallMap<String, bool>>,
    response_models: Option<SmallMap<String, String>>,
}

pub(super) fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PutMethodResponse,
) -> Result<MethodResponse, Fault> {
    let key = (input.rest_api_id, input.resource_id, input.http_method);
    let response = MethodResponse {
        status_code: input.status_code,
        response_parameters: input.response_parameters.filter(|parameters| !parameters.is_empty()),
        response_models: input.response_models.filter(|models| !models.is_empty()),
    };
    methods::change(ctx, state, &key, |state, method| {
        response.check(state, &key.0)?;
        if method.method_responses.contains_key(&response.status_code) {
            return Err(faults::conflict("Response already exists for this resource"));
        }
        method.method_responses.insert(response.status_code.clone(), response.clone());
        Ok(response)
    })
}

/// A response of a method, or of its integration.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneResponse {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    status_code: CompactString,
}

impl OneResponse {
    /// The method's key, and the status.
    pub(super) fn split(self) -> (Key, CompactString) {
        ((self.rest_api_id, self.resource_id, self.http_method), self.status_code)
    }
}

pub(super) fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneResponse) -> Result<MethodResponse, Fault> {
    let (key, status) = input.split();
    let method = methods::find(ctx, state, &key)?;
    method.method_responses.get(&status).cloned().ok_or_else(faults::no_response)
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneResponse) -> Result<(), Fault> {
    let (key, status) = input.split();
    methods::change(ctx, state, &key, |_, method| {
        method.method_responses.remove(&status).map(drop).ok_or_else(faults::no_response)
    })
}

/// UpdateMethodResponse, and UpdateIntegrationResponse.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PatchResponse {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    status_code: CompactString,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

impl PatchResponse {
    /// The method's key, the status, and what to do.
    pub(super) fn split(self) -> (Key, CompactString, Vec<PatchOperation>) {
        let key = (self.rest_api_id, self.resource_id, self.http_method);
        (key, self.status_code, self.patch_operations)
    }
}

const ENTRY: &[Op] = &[Op::Add, Op::Replace, Op::Remove];

const PATCHES: [PatchRule<MethodResponse>; 2] = [
    PatchRule::new("/responseParameters/{name}", ENTRY, |response, change| {
        change.set_present_entry(&mut response.response_parameters, change.boolean(), no_parameter)
    }),
    PatchRule::new("/responseModels/{type}", ENTRY, |response, change| {
        change.set_present_entry(&mut response.response_models, change.value().to_owned(), no_content_type)
    }),
];

pub(super) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PatchResponse,
) -> Result<MethodResponse, Fault> {
    let (key, status, operations) = input.split();
    methods::change(ctx, state, &key, |state, method| {
        let response = method.method_responses.get_mut(&status).ok_or_else(faults::no_response)?;
        patch::apply_or(response, &PATCHES, &operations, |change| patch::invalid(&PATCHES, change))?;
        response.check(state, &key.0)?;
        Ok(response.clone())
    })
}
