//! Methods.

mod update;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::integrations::Integration;
use super::method_responses::MethodResponse;
use super::{mapping, references, resources, rest_apis};
use crate::apigateway::patch::PatchOperation;
use crate::apigateway::{ApiGateway, ApiId, ResourceId, Verb, faults};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

pub(super) use update::update;

/// The verbs that a method can have.
pub(in crate::apigateway) const VERBS: [&str; 8] =
    ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", ANY];

/// The verb that stands for all that a resource has no method for.
pub(in crate::apigateway) const ANY: &str = "ANY";

/// A method, with its integration.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Method {
    http_method: Verb,
    pub(crate) authorization_type: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_id: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_scopes: Option<Vec<String>>,
    pub(crate) api_key_required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_validator_id: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) operation_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_parameters: Option<SmallMap<String, bool>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_models: Option<SmallMap<String, String>>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(crate) method_responses: SmallMap<CompactString, MethodResponse>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method_integration: Option<Integration>,
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
    authorizer_id: Option<CompactString>,
    authorization_scopes: Option<Vec<String>>,
    #[serde(default)]
    api_key_required: bool,
    request_validator_id: Option<CompactString>,
    operation_name: Option<String>,
    request_parameters: Option<SmallMap<String, bool>>,
    request_models: Option<SmallMap<String, String>>,
}

pub(super) fn put(ctx: &Ctx<'_>, state: &mut ApiGateway, input: PutMethod) -> Result<Arc<Method>, Fault> {
    let key = (input.rest_api_id, input.resource_id, input.http_method);
    rest_apis::find(ctx, state, &key.0)?;
    resources::find(state, &key.0, &key.1)?;
    check_verb(&key.2)?;
    let mut method = Method {
        http_method: key.2.clone(),
        authorization_type: input.authorization_type,
        authorizer_id: input.authorizer_id,
        authorization_scopes: input.authorization_scopes.filter(|scopes| !scopes.is_empty()),
        api_key_required: input.api_key_required,
        request_validator_id: input.request_validator_id.filter(|id| !id.is_empty()),
        operation_name: input.operation_name,
        request_parameters: input.request_parameters.filter(|parameters| !parameters.is_empty()),
        request_models: input.request_models.filter(|models| !models.is_empty()),
        method_responses: SmallMap::default(),
        method_integration: None,
    };
    method.check(state, &key.0)?;
    if state.methods.contains(&key) {
        return Err(faults::conflict("Method already exists for this resource"));
    }
    Ok(state.methods.put(key, method))
}

/// Refuses what is no verb that a method, or an integration, can have.
pub(super) fn check_verb(verb: &str) -> Result<(), Fault> {
    if VERBS.contains(&verb) {
        return Ok(());
    }
    Err(faults::bad_request(format!("Invalid HttpMethod specified. Valid options are {}", VERBS.join(","))))
}

impl Method {
    /// A method that asks for nothing and does nothing, as which an authorizer is tested.
    pub(crate) fn bare(verb: &str) -> Self {
        Self {
            http_method: verb.into(),
            authorization_type: CompactString::const_new("NONE"),
            authorizer_id: None,
            authorization_scopes: None,
            api_key_required: false,
            request_validator_id: None,
            operation_name: None,
            request_parameters: None,
            request_models: None,
            method_responses: SmallMap::default(),
            method_integration: None,
        }
    }

    /// Refuses settings that do not go together. An authorizer without a type that asks for one is left aside, as AWS does.
    fn check(&mut self, state: &ApiGateway, api: &ApiId) -> Result<(), Fault> {
        if let Some(parameters) = &self.request_parameters {
            mapping::check_request_parameters(parameters)?;
        }
        match self.authorization_type.as_str() {
            "NONE" | "AWS_IAM" => self.authorizer_id = None,
            "CUSTOM" | "COGNITO_USER_POOLS" => {
                references::check_authorizer(state, api, self.authorizer_id.as_deref())?;
            }
            other => {
                // The values are documented, the wording inferred.
                return Err(faults::bad_request(format!(
                    "Invalid authorization type specified: {other}. Valid options are \
                     NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS"
                )));
            }
        }
        references::check_validator(state, api, self.request_validator_id.as_deref())?;
        references::check_models(state, api, self.request_models.as_ref())
    }

    /// The models of its request bodies.
    pub(super) fn request_models(&self) -> impl Iterator<Item = &String> {
        self.request_models.iter().flat_map(SmallMap::values)
    }

    /// The models of its response bodies.
    pub(super) fn response_models(&self) -> impl Iterator<Item = &String> {
        let responses = self.method_responses.values();
        responses.flat_map(|response| response.response_models.iter().flat_map(SmallMap::values))
    }

    /// The method as it is in a copy of its API, under another resource.
    pub(super) fn moved(&self, from: &ResourceId, to: &ResourceId) -> Self {
        let mut copy = self.clone();
        if let Some(integration) = &mut copy.method_integration {
            integration.follow(from, to);
        }
        copy
    }
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

/// UpdateMethod, and UpdateIntegration.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PatchMethod {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

impl PatchMethod {
    /// The method's key, and what to do.
    pub(super) fn split(self) -> (Key, Vec<PatchOperation>) {
        ((self.rest_api_id, self.resource_id, self.http_method), self.patch_operations)
    }
}

/// Changes the method of this key, or nothing if the change fails.
pub(super) fn change<T>(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    key: &Key,
    change: impl FnOnce(&ApiGateway, &mut Method) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut method = Method::clone(find(ctx, state, key)?);
    let answer = change(state, &mut method)?;
    state.methods.put(key.clone(), method);
    Ok(answer)
}

/// The method of this key.
pub(super) fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &Key) -> Result<&'a Arc<Method>, Fault> {
    rest_apis::find(ctx, state, &key.0)?;
    resources::find(state, &key.0, &key.1)?;
    state.methods.get(key).ok_or_else(faults::no_method)
}
