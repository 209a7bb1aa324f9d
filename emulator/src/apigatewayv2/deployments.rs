//! Deployments: what an API was when it was deployed, by a caller or by itself.

mod snapshot;

use std::collections::BTreeSet;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use super::apis::{self, Protocol};
use super::inputs::text;
use super::paging::{self, Items, OfApi};
use super::{Id, faults, stages};
use crate::apigateway::{ApiGateway, ApiId, StageName, of_api};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::Indexed;
use crate::time::Timestamp;

use snapshot::Difference;
pub(super) use snapshot::Snapshot;

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
    content: Content,
}

/// What a deployment serves. So many changes of an API that deploys itself take the room of these changes, not of as
/// many APIs: only its newest deployment is kept whole.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
enum Content {
    Whole(Arc<Snapshot>),
    /// What a later deployment serves, but for this.
    #[serde(rename_all = "PascalCase")]
    Before {
        later: Id,
        difference: Arc<Difference>,
    },
}

/// By the later deployment that it is kept as a difference from.
impl Indexed<(ApiId, Id)> for Deployment {
    type Term = (ApiId, Id);

    fn terms(&self, (api, _): &(ApiId, Id), tell: &mut dyn FnMut((ApiId, Id))) {
        if let Content::Before { later, .. } = &self.content {
            tell((api.clone(), later.clone()));
        }
    }
}

/// What a deployment serves; `None` if there is no such deployment.
pub(super) fn snapshot(state: &ApiGateway, api: &ApiId, id: &Id) -> Option<Arc<Snapshot>> {
    let mut differences = Vec::new();
    let mut id = id;
    let whole = loop {
        match &state.v2.deployments.get(&(api.clone(), id.clone()))?.content {
            Content::Whole(snapshot) => break snapshot,
            Content::Before { later, difference } => {
                differences.push(difference);
                id = later;
            }
        }
        // None comes after itself, but an import may say so.
        if differences.len() > state.v2.deployments.len() {
            return None;
        }
    };
    Some(
        differences
            .into_iter()
            .rev()
            .fold(Arc::clone(whole), |later, difference| Arc::new(later.changed(difference))),
    )
}

/// What an API is now; it needs a route. The texts are reported by users, each for its protocol.
fn snapshot_of_now(ctx: &Ctx<'_>, state: &ApiGateway, id: &ApiId) -> Result<Snapshot, Fault> {
    let api = apis::find(ctx, state, id)?;
    let snapshot = Snapshot::of_now(state, api, id);
    if snapshot.routes.is_empty() {
        return Err(faults::bad_request(match api.protocol_type {
            Protocol::Http => "Unable to deploy API because no routes exist in this API",
            Protocol::WebSocket => "At least one route is required before deploying the Api.",
        }));
    }
    Ok(snapshot)
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
/// a stage at it. One deployment is for all of them. Where there is nothing to deploy, they keep what they have, and say
/// why.
pub(super) fn deploy_to(ctx: &Ctx<'_>, state: &mut ApiGateway, api: &ApiId, stages: &[StageName]) {
    if stages.is_empty() {
        return;
    }
    let deployed = snapshot_of_now(ctx, state, api).map(|snapshot| {
        let deployment = put(ctx, state, api, snapshot, Some(AUTOMATIC.to_owned()), true);
        let left = stages.iter().filter_map(|stage| state.v2.stages.get(&(api.clone(), stage.clone())));
        let left: BTreeSet<Id> = left.filter_map(|stage| stage.deployment().cloned()).collect();
        for id in left {
            keep_difference(state, (api.clone(), id), &deployment);
        }
        deployment.deployment_id.clone()
    });
    for stage in stages {
        stages::follow_deployment(ctx, state, (api.clone(), stage.clone()), &deployed);
    }
}

/// Keeps of an automatic deployment only how it differs from a later one.
fn keep_difference(state: &mut ApiGateway, key: (ApiId, Id), later: &Deployment) {
    let Some(earlier) = state.v2.deployments.get(&key).filter(|earlier| earlier.auto_deployed) else {
        return;
    };
    let (Content::Whole(before), Content::Whole(now)) = (&earlier.content, &later.content) else { return };
    let difference = Arc::new(before.difference_from(now));
    let mut earlier = Deployment::clone(earlier);
    earlier.content = Content::Before { later: later.deployment_id.clone(), difference };
    state.v2.deployments.put(key, earlier);
}

/// Gives the earlier deployments that are kept as differences from this one what they need of it.
fn release(state: &mut ApiGateway, key: &(ApiId, Id), content: &Content) {
    for earlier in state.v2.deployments.keys_naming(key..=key) {
        let Some(row) = state.v2.deployments.get(&earlier) else { continue };
        let Content::Before { difference, .. } = &row.content else { continue };
        let content = match content {
            Content::Whole(snapshot) => Content::Whole(Arc::new(snapshot.changed(difference))),
            Content::Before { later, difference: own } => {
                Content::Before { later: later.clone(), difference: Arc::new(own.then(difference)) }
            }
        };
        let row = Deployment { content, ..Deployment::clone(row) };
        state.v2.deployments.put(earlier, row);
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
        content: Content::Whole(Arc::new(snapshot)),
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
    let snapshot = snapshot_of_now(ctx, state, &api)?;
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
    let content = find(ctx, state, &key)?.content.clone();
    if state.v2.stages.range(of_api(&key.0)).any(|(_, stage)| stage.points_at(&key.1)) {
        // As for REST APIs: inferred.
        return Err(faults::bad_request(
            "Active stages pointing to this deployment must be moved or deleted",
        ));
    }
    release(state, &key, &content);
    state.v2.deployments.remove(&key);
    Ok(())
}
