//! Deployments: what an API was when it was deployed, by a caller or by itself.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use super::apis::{self, Api, Cors, Protocol};
use super::authorizers::Authorizer;
use super::inputs::text;
use super::integration_responses::IntegrationResponse;
use super::integrations::Integration;
use super::models::Model;
use super::paging::{self, Items, OfApi};
use super::route_responses::RouteResponse;
use super::routes::Route;
use super::{Id, faults, of_parts, stages};
use crate::apigateway::{ApiGateway, ApiId, StageName, of_api};
use crate::service::{Ctx, Fault, Registrar};
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
#[serde(rename_all = "PascalCase")]
pub(crate) struct Deployment {
    auto_deployed: bool,
    created_date: Timestamp,
    deployment_id: Id,
    deployment_status: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// What is served. Not sent.
    snapshot: Arc<Snapshot>,
}

impl Deployment {
    /// What is served.
    pub(super) fn snapshot(&self) -> &Arc<Snapshot> {
        &self.snapshot
    }
}

/// An API as deployed. Rows are shared with the API's own until these change.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Snapshot {
    pub(super) routes: Vec<Arc<Route>>,
    /// With the ids of their routes.
    route_responses: Vec<(Id, Arc<RouteResponse>)>,
    pub(super) integrations: Vec<Arc<Integration>>,
    /// With the ids of their integrations.
    integration_responses: Vec<(Id, Arc<IntegrationResponse>)>,
    pub(super) authorizers: Vec<Arc<Authorizer>>,
    models: Vec<Arc<Model>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cors_configuration: Option<Cors>,
}

impl Snapshot {
    /// What the API is now; it needs a route. The texts are reported by users, each for its protocol.
    fn of(ctx: &Ctx<'_>, state: &ApiGateway, id: &ApiId) -> Result<Self, Fault> {
        let api = apis::find(ctx, state, id)?;
        let snapshot = Self::of_now(state, api, id);
        if snapshot.routes.is_empty() {
            return Err(faults::bad_request(match api.protocol_type {
                Protocol::Http => "Unable to deploy API because no routes exist in this API",
                Protocol::WebSocket => "At least one route is required before deploying the Api.",
            }));
        }
        Ok(snapshot)
    }

    /// What the API is now, with routes or without.
    pub(super) fn of_now(state: &ApiGateway, api: &Api, id: &ApiId) -> Self {
        let v2 = &state.v2;
        Self {
            routes: v2.routes.range(of_api(id)).map(|(_, row)| Arc::clone(row)).collect(),
            route_responses: v2
                .route_responses
                .range(of_parts(id))
                .map(|((_, route, _), row)| (route.clone(), Arc::clone(row)))
                .collect(),
            integrations: v2.integrations.range(of_api(id)).map(|(_, row)| Arc::clone(row)).collect(),
            integration_responses: v2
                .integration_responses
                .range(of_parts(id))
                .map(|((_, integration, _), row)| (integration.clone(), Arc::clone(row)))
                .collect(),
            authorizers: v2.authorizers.range(of_api(id)).map(|(_, row)| Arc::clone(row)).collect(),
            models: v2.models.range(of_api(id)).map(|(_, row)| Arc::clone(row)).collect(),
            cors_configuration: api.cors_configuration.clone(),
        }
    }
}

/// How a deployment describes itself that nobody asked for.
const AUTOMATIC: &str = "Automatic deployment triggered by changes to the Api configuration";

/// Deploys an API that was changed to those of its stages that deploy themselves.
pub(super) fn follow_change(ctx: &Ctx<'_>, state: &mut ApiGateway, api: &ApiId) {
    let following = state.v2.stages.range(of_api(api)).filter(|(_, stage)| stage.deploys_itself());
    let following: Vec<StageName> = following.map(|((_, name), _)| name.clone()).collect();
    deploy_to(ctx, state, api, &following);
}

/// Deploys an API to stages that deploy themselves. What was deployed before stays, as it does at AWS: callers may point
/// a stage at it. Snapshots share the rows that did not change. One deployment is for all of them. Where there is nothing to
/// deploy, they keep what they have, and say why.
pub(super) fn deploy_to(ctx: &Ctx<'_>, state: &mut ApiGateway, api: &ApiId, stages: &[StageName]) {
    if stages.is_empty() {
        return;
    }
    let deployed = Snapshot::of(ctx, state, api).map(|snapshot| {
        put(ctx, state, api, snapshot, Some(AUTOMATIC.to_owned()), true).deployment_id.clone()
    });
    for stage in stages {
        stages::follow_deployment(ctx, state, (api.clone(), stage.clone()), &deployed);
    }
}

fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    api: &ApiId,
    snapshot: Snapshot,
    description: Option<String>,
    auto_deployed: bool,
) -> Arc<Deployment> {
    let id = Id::from(ctx.ids.lower(6));
    let deployment = Deployment {
        auto_deployed,
        created_date: ctx.now.whole_seconds(),
        deployment_id: id.clone(),
        deployment_status: CompactString::const_new("DEPLOYED"),
        description,
        snapshot: Arc::new(snapshot),
    };
    state.v2.deployments.put((api.clone(), id), deployment)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateDeployment {
    api_id: ApiId,
    description: Option<String>,
    stage_name: Option<StageName>,
}

fn create(ctx: &Ctx<'_>, state: &mut ApiGateway, input: CreateDeployment) -> Result<Arc<Deployment>, Fault> {
    let api = input.api_id;
    apis::find(ctx, state, &api)?;
    faults::check_length("Description", input.description.as_deref(), 0, 1024)?;
    let description = input.description.filter(|text| !text.is_empty());
    let snapshot = Snapshot::of(ctx, state, &api)?;
    let deployment = put(ctx, state, &api, snapshot, description, false);
    if let Some(stage) = input.stage_name.filter(|name| !name.is_empty()) {
        stages::point_at(ctx, state, (api, stage), &deployment.deployment_id)?;
    }
    Ok(deployment)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneDeployment {
    api_id: ApiId,
    deployment_id: Id,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneDeployment) -> Result<Arc<Deployment>, Fault> {
    find(ctx, state, &(input.api_id, input.deployment_id)).map(Arc::clone)
}

fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &(ApiId, Id)) -> Result<&'a Arc<Deployment>, Fault> {
    apis::find(ctx, state, &key.0)?;
    state.v2.deployments.get(key).ok_or_else(|| faults::no_part("Deployment"))
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: OfApi) -> Result<Items<Arc<Deployment>>, Fault> {
    paging::list(ctx, state, &state.v2.deployments, &input)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateDeployment {
    api_id: ApiId,
    deployment_id: Id,
    description: Option<String>,
}

fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UpdateDeployment) -> Result<Arc<Deployment>, Fault> {
    let key = (input.api_id, input.deployment_id);
    let mut deployment = Deployment::clone(find(ctx, state, &key)?);
    faults::check_length("Description", input.description.as_deref(), 0, 1024)?;
    text(&mut deployment.description, input.description);
    Ok(state.v2.deployments.put(key, deployment))
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneDeployment) -> Result<(), Fault> {
    let key = (input.api_id, input.deployment_id);
    find(ctx, state, &key)?;
    if state.v2.stages.range(of_api(&key.0)).any(|(_, stage)| stage.points_at(&key.1)) {
        // As for REST APIs: inferred.
        return Err(faults::bad_request(
            "Active stages pointing to this deployment must be moved or deleted",
        ));
    }
    state.v2.deployments.remove(&key);
    Ok(())
}
