//! Deployments: what an API was when it was deployed.

mod parts;

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use self::parts::DeployedParts;
use super::apis::{self, Authorizer, CustomResponse, Model, RequestValidator, RestApi, methods_of, of_api};
use super::domains::link_of;
use super::paging::{Items, limit};
use super::patch::{self, Op, PatchOperation, PatchRule};
use super::stages::{self, NewCanary, NewStage};
use super::{ApiGateway, ApiId, DeploymentId, Method, ResourceId, StageName, Verb, faults};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Indexed, SmallMap};
use crate::time::Timestamp;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_DEPLOYMENT, create, &[]);
    registrar.read(&operations::GET_DEPLOYMENT, get, &[]);
    registrar.read(&operations::GET_DEPLOYMENTS, list, &[]);
    registrar.write(&operations::UPDATE_DEPLOYMENT, update, &[]);
    registrar.write(&operations::DELETE_DEPLOYMENT, delete, &[]);
}

/// A deployment. What it serves never changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deployment {
    id: DeploymentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    pub(super) created_date: Timestamp,
    /// What is served, shared when the description changes. Not sent; summaries are made of it.
    pub(crate) routes: Arc<[Route]>,
    /// What the methods name, and how the API answers by itself. Not sent.
    #[serde(default)]
    pub(super) parts: DeployedParts,
    /// The API's settings as they were deployed, shared with its row until that changes. Not sent.
    pub(crate) api: Arc<RestApi>,
}

/// By the VPC links that its methods go through.
impl Indexed<(ApiId, DeploymentId)> for Deployment {
    type Term = CompactString;

    fn terms(&self, _: &(ApiId, DeploymentId), tell: &mut dyn FnMut(CompactString)) {
        let methods = self.routes.iter().flat_map(|route| route.methods.values());
        methods.filter_map(|method| link_of(method)).map(CompactString::from).for_each(tell);
    }
}

/// A resource with methods, as deployed. Methods are shared with the API's own rows until these change.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Route {
    pub(crate) resource_id: ResourceId,
    pub(crate) path: CompactString,
    pub(crate) methods: SmallMap<Verb, Arc<Method>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateDeployment {
    rest_api_id: ApiId,
    stage_name: Option<StageName>,
    stage_description: Option<String>,
    description: Option<String>,
    cache_cluster_enabled: Option<bool>,
    cache_cluster_size: Option<CompactString>,
    variables: Option<SmallMap<String, String>>,
    tracing_enabled: Option<bool>,
    canary_settings: Option<NewCanary>,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateDeployment,
) -> Result<DeploymentOutput, Fault> {
    let api = input.rest_api_id;
    let settings = Arc::clone(apis::find(ctx, state, &api)?);
    if input.canary_settings.is_some() {
        check_canary_stage(input.stage_name.as_deref())?;
    }
    let routes = snapshot(state, &api);
    check_deployable(&settings, &routes)?;
    let id = DeploymentId::from(ctx.ids.lower(6));
    let deployment = Deployment {
        id: id.clone(),
        description: input.description,
        created_date: ctx.now.whole_seconds(),
        routes: routes.into(),
        parts: DeployedParts::of_now(state, &api),
        api: settings,
    };
    let deployment = state.deployments.put((api.clone(), id.clone()), deployment);
    // Without a stage its settings are left aside: users set variables to have each deployment differ.
    if let Some(stage_name) = input.stage_name.filter(|name| !name.is_empty()) {
        let canary_settings = input.canary_settings.map(|canary| canary.of(id.clone())).transpose()?;
        let stage = NewStage {
            stage_name,
            deployment_id: id,
            description: input.stage_description,
            cache_cluster_enabled: input.cache_cluster_enabled,
            cache_cluster_size: input.cache_cluster_size,
            variables: input.variables,
            tracing_enabled: input.tracing_enabled,
            canary_settings,
            documentation_version: None,
            tags: SmallMap::default(),
        };
        stages::deploy_to(ctx, state, &api, stage)?;
    }
    Ok(DeploymentOutput::of(&deployment, &[]))
}

fn check_canary_stage(name: Option<&str>) -> Result<(), Fault> {
    if name.is_some_and(|name| !name.is_empty()) {
        return Ok(());
    }
    Err(faults::bad_request(format!(
        "Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. \
         Provided value is {}",
        name.unwrap_or("null")
    )))
}

/// Refuses an API that lacks what a stage needs to serve it.
fn check_deployable(api: &RestApi, routes: &[Route]) -> Result<(), Fault> {
    let mut methods = routes.iter().flat_map(|route| route.methods.values());
    if routes.is_empty() {
        return Err(faults::bad_request("The REST API doesn't contain any methods"));
    }
    if methods.any(|method| method.method_integration.is_none()) {
        return Err(faults::bad_request("No integration defined for method"));
    }
    if api.is_private() && api.policy.is_none() {
        return Err(faults::bad_request("Private REST API doesn't have a resource policy attached to it"));
    }
    Ok(())
}

impl Deployment {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// How the API answers by itself, where it says so: to this type of gateway response, of this status.
    pub(crate) fn custom_response(&self, response_type: &str, status: u16) -> Option<CustomResponse<'_>> {
        let find = |name: &str| {
            let mut responses = self.parts.gateway_responses.iter();
            responses.find(|response| response.response_type == name).map(|response| &**response)
        };
        apis::custom_response(find, response_type, Some(status >= 500))
    }

    /// The authorizer of an id.
    pub(crate) fn authorizer(&self, id: &str) -> Option<&Arc<Authorizer>> {
        self.parts.authorizers.iter().find(|authorizer| authorizer.id == id)
    }

    /// The validator of an id.
    pub(crate) fn validator(&self, id: &str) -> Option<&RequestValidator> {
        self.parts
            .request_validators
            .iter()
            .find(|validator| validator.id == id)
            .map(|validator| &**validator)
    }

    /// The models.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Model> {
        self.parts.models.iter().map(|model| &**model)
    }

    /// One of these routes, which is nowhere kept.
    pub(super) fn for_test(
        state: &ApiGateway,
        api: &Arc<RestApi>,
        routes: Vec<Route>,
        now: Timestamp,
    ) -> Self {
        Self {
            id: DeploymentId::default(),
            description: None,
            created_date: now,
            routes: routes.into(),
            parts: DeployedParts::of_now(state, &api.id),
            api: Arc::clone(api),
        }
    }
}

/// What the API is now.
fn snapshot(state: &ApiGateway, api: &ApiId) -> Vec<Route> {
    let routes = state.resources.range(of_api(api)).map(|((_, id), resource)| Route {
        resource_id: id.clone(),
        path: resource.path.clone(),
        methods: methods_of(state, api, id)
            .map(|(verb, method)| (verb.clone(), Arc::clone(method)))
            .collect(),
    });
    routes.filter(|route| !route.methods.is_empty()).collect()
}

/// A deployment as it is answered, with the summary where it is asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeploymentOutput {
    id: DeploymentId,
    description: Option<String>,
    created_date: Timestamp,
    api_summary: Option<BTreeMap<CompactString, BTreeMap<Verb, MethodSnapshot>>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MethodSnapshot {
    authorization_type: CompactString,
    api_key_required: bool,
}

impl DeploymentOutput {
    fn of(deployment: &Deployment, embed: &[CompactString]) -> Self {
        let summary = || {
            let routes = deployment.routes.iter().map(|route| {
                let methods = route.methods.iter().map(|(verb, method)| {
                    let snapshot = MethodSnapshot {
                        authorization_type: method.authorization_type.clone(),
                        api_key_required: method.api_key_required,
                    };
                    (verb.clone(), snapshot)
                });
                (route.path.clone(), methods.collect())
            });
            routes.collect()
        };
        Self {
            id: deployment.id.clone(),
            description: deployment.description.clone(),
            created_date: deployment.created_date,
            api_summary: embed.iter().any(|embed| embed == "apisummary").then(summary),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetDeployment {
    rest_api_id: ApiId,
    deployment_id: DeploymentId,
    #[serde(default)]
    embed: Vec<CompactString>,
}

pub(super) fn get(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: GetDeployment,
) -> Result<DeploymentOutput, Fault> {
    apis::find(ctx, state, &input.rest_api_id)?;
    let key = (input.rest_api_id, input.deployment_id);
    let deployment = state.deployments.get(&key).ok_or_else(faults::no_deployment)?;
    Ok(DeploymentOutput::of(deployment, &input.embed))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetDeployments {
    rest_api_id: ApiId,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: GetDeployments,
) -> Result<Items<DeploymentOutput>, Fault> {
    let api = input.rest_api_id;
    apis::find(ctx, state, &api)?;
    let page = state
        .deployments
        .page(of_api(&api), input.position.as_deref(), limit(input.limit)?, |_, _| true)
        .map_err(faults::bad_position)?;
    Ok(Items::of(page, |deployment| DeploymentOutput::of(deployment, &[])))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateDeployment {
    rest_api_id: ApiId,
    deployment_id: DeploymentId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<Deployment>; 1] =
    [PatchRule::new("/description", &[Op::Replace], |row, change| {
        row.description = change.optional();
        Ok(())
    })];

pub(super) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateDeployment,
) -> Result<DeploymentOutput, Fault> {
    apis::find(ctx, state, &input.rest_api_id)?;
    let key = (input.rest_api_id, input.deployment_id);
    let mut deployment = Deployment::clone(state.deployments.get(&key).ok_or_else(faults::no_deployment)?);
    patch::apply(&mut deployment, &PATCHES, &input.patch_operations)?;
    Ok(DeploymentOutput::of(&state.deployments.put(key, deployment), &[]))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneDeployment {
    rest_api_id: ApiId,
    deployment_id: DeploymentId,
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneDeployment) -> Result<(), Fault> {
    apis::find(ctx, state, &input.rest_api_id)?;
    let key = (input.rest_api_id, input.deployment_id);
    if !state.deployments.contains(&key) {
        return Err(faults::no_deployment());
    }
    if state.stages.range(of_api(&key.0)).any(|(_, stage)| stage.deployment_ids().any(|id| *id == key.1)) {
        return Err(faults::bad_request(
            "Active stages pointing to this deployment must be moved or deleted",
        ));
    }
    state.deployments.remove(&key);
    Ok(())
}
