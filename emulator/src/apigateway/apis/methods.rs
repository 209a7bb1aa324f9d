//! Methods and their responses.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::integrations::Integration;
use super::{resources, rest_apis};
use crate::apigateway::{ApiGateway, ApiId, ResourceId, Verb, faults};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

const VERBS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"];

/// A method, with its integration.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Method {
    http_method: Verb,
    pub(crate) authorization_type: CompactString,
    pub(crate) api_key_required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_id: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_validator_id: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_parameters: Option<SmallMap<String, bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_models: Option<SmallMap<String, String>>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(crate) method_responses: SmallMap<CompactString, MethodResponse>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method_integration: Option<Integration>,
}

impl Method {
    /// The models of its request bodies.
    pub(super) fn request_models(&self) -> impl Iterator<Item = &String> {
        self.request_models.iter().flat_map(SmallMap::values)
    }

    /// The models of its response bodies.
    pub(super) fn response_models(&self) -> impl Iterator<Item = &String> {
        let responses = self.method_responses.values();
        responses.flat_map(|response| response.response_models.iter().flat_map(SmallMap::values))
    }
}

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

/// The key of a method.
pub(super) type Key = (ApiId, ResourceId, Verb);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutMethod {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    authorization_type: CompactString,
    request_validator_id: Option<CompactString>,
    operation_name: Option<String>,
    request_parameters: Option<SmallMap<String, bool>>,
    request_models: Option<SmallMap<String, String>>,
}

pub(super) fn put(ctx: &Ctx<'_>, state: &mut ApiGateway, input: PutMethod) -> Result<Arc<Method>, Fault> {
    let key = (input.rest_api_id, input.resource_id, input.http_method);
    rest_apis::find(ctx, state, &key.0)?;
    resources::find(state, &key.0, &key.1)?;
    if !VERBS.contains(&key.2.as_str()) {
        return Err(faults::bad_request(
            "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
        ));
    }
    if input.authorization_type != "NONE" {
        return Err(Fault::not_implemented(format!(
            "This emulator does not authorize requests by {} yet",
            input.authorization_type
        )));
    }
    if state.methods.contains(&key) {
        return Err(faults::conflict("Method already exists for this resource"));
    }
    if let Some(validator) = &input.request_validator_id
        && !state.request_validators.contains(&(key.0.clone(), validator.clone()))
    {
        return Err(faults::bad_request("Invalid Request Validator identifier specified"));
    }
    let method = Method {
        http_method: key.2.clone(),
        authorization_type: input.authorization_type,
        api_key_required: false,
        authorizer_id: None,
        request_validator_id: input.request_validator_id,
        operation_name: input.operation_name,
        request_parameters: input.request_parameters,
        request_models: input.request_models,
        method_responses: SmallMap::default(),
        method_integration: None,
    };
    Ok(state.methods.put(key, method))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneMethod {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
}

impl OneMethod {
    pub(super) fn key(self) -> Key {
        (self.rest_api_id, self.resource_id, self.http_method)
    }
}

pub(super) fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneMethod) -> Result<Arc<Method>, Fault> {
    find(ctx, state, &input.key()).map(Arc::clone)
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneMethod) -> Result<(), Fault> {
    let key = input.key();
    find(ctx, state, &key)?;
    state.methods.remove(&key);
    Ok(())
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

pub(super) fn put_response(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PutMethodResponse,
) -> Result<MethodResponse, Fault> {
    let key = (input.rest_api_id, input.resource_id, input.http_method);
    let mut method = Method::clone(find(ctx, state, &key)?);
    if method.method_responses.contains_key(&input.status_code) {
        return Err(faults::conflict("Response already exists for this resource"));
    }
    let response = MethodResponse {
        status_code: input.status_code.clone(),
        response_parameters: input.response_parameters,
        response_models: input.response_models,
    };
    method.method_responses.insert(input.status_code, response.clone());
    state.methods.put(key, method);
    Ok(response)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneResponse {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    pub(super) status_code: CompactString,
}

impl OneResponse {
    pub(super) fn key(&self) -> Key {
        (self.rest_api_id.clone(), self.resource_id.clone(), self.http_method.clone())
    }
}

pub(super) fn get_response(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: OneResponse,
) -> Result<MethodResponse, Fault> {
    let method = find(ctx, state, &input.key())?;
    method.method_responses.get(&input.status_code).cloned().ok_or_else(faults::no_response)
}

pub(super) fn delete_response(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: OneResponse,
) -> Result<(), Fault> {
    let key = input.key();
    let mut method = Method::clone(find(ctx, state, &key)?);
    method.method_responses.remove(&input.status_code).ok_or_else(faults::no_response)?;
    state.methods.put(key, method);
    Ok(())
}

/// The method of this key.
pub(super) fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &Key) -> Result<&'a Arc<Method>, Fault> {
    rest_apis::find(ctx, state, &key.0)?;
    resources::find(state, &key.0, &key.1)?;
    state.methods.get(key).ok_or_else(faults::no_method)
}
