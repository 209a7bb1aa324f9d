//! Stages of HTTP and WebSocket APIs.

pub(super) mod access_log;
mod route_settings;
mod settings;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use self::access_log::{AccessLogSettings, LogGroup};
pub(crate) use self::route_settings::RouteLogging;
use self::route_settings::RouteSettings;
use super::apis::{self, Protocol};
use super::inputs::inputs;
use super::paging::{self, Items, OfApi};
use super::{Id, deployments, faults};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{
    ApiGateway, ApiId, Ports, Rate, StageName, Words, check_no_target, forget_stages, is_stage_name, quotas,
};
use crate::service::ports::LogPolicies;
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Indexed, Scopes, SmallMap};
use crate::time::Timestamp;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>, ports: &Ports) {
    let policies = Arc::clone(&ports.log_policies);
    registrar.free(
        &operations::CREATE_STAGE,
        move |ctx, states, input| create(ctx, states, input, &*policies),
        &[],
    );
    registrar.read(&operations::GET_STAGE, get, &[]);
    registrar.read(&operations::GET_STAGES, list, &[]);
    let policies = Arc::clone(&ports.log_policies);
    registrar.free(
        &operations::UPDATE_STAGE,
        move |ctx, states, input| update(ctx, states, input, &*policies),
        &[],
    );
    registrar.write(&operations::DELETE_STAGE, delete, &[]);
    registrar.write(&operations::DELETE_ACCESS_LOG_SETTINGS, access_log::delete, &[]);
    registrar.write(&operations::DELETE_ROUTE_SETTINGS, route_settings::delete, &[]);
    registrar.write(&operations::RESET_AUTHORIZERS_CACHE, reset_authorizers_cache, &[]);
}

/// A stage.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Stage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_log_settings: Option<AccessLogSettings>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    api_gateway_managed: bool,
    /// How often the cache of authorizers' answers was emptied. Not sent.
    #[serde(default)]
    authorizer_flushes: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    auto_deploy: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_certificate_id: Option<CompactString>,
    created_date: Timestamp,
    default_route_settings: RouteSettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deployment_id: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_deployment_status_message: Option<String>,
    last_updated_date: Timestamp,
    route_settings: SmallMap<String, RouteSettings>,
    stage_name: StageName,
    stage_variables: SmallMap<String, String>,
    #[serde(default)]
    pub(crate) tags: Tags,
}

/// The stage of an HTTP API that is served without a name in its address.
const DEFAULT: &str = "$default";

/// By the client certificate that it shows.
impl Indexed<(ApiId, StageName)> for Stage {
    type Term = CompactString;

    fn terms(&self, _: &(ApiId, StageName), tell: &mut dyn FnMut(CompactString)) {
        self.client_certificate_id.iter().cloned().for_each(tell);
    }
}

impl Stage {
    fn new(ctx: &Ctx<'_>, protocol: Protocol, name: StageName) -> Self {
        let now = ctx.now.whole_seconds();
        Self {
            access_log_settings: None,
            api_gateway_managed: false,
            authorizer_flushes: 0,
            auto_deploy: false,
            client_certificate_id: None,
            created_date: now,
            default_route_settings: RouteSettings::initial(protocol),
            deployment_id: None,
            description: None,
            last_deployment_status_message: None,
            last_updated_date: now,
            route_settings: SmallMap::default(),
            stage_name: name,
            stage_variables: SmallMap::default(),
            tags: Tags::default(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.stage_name
    }

    /// The value of a stage variable.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.stage_variables.get(name).map(String::as_str)
    }

    /// All stage variables.
    pub(crate) fn variables(&self) -> &SmallMap<String, String> {
        &self.stage_variables
    }

    /// How often the cache of authorizers' answers was emptied.
    pub(crate) fn authorizer_flushes(&self) -> u64 {
        self.authorizer_flushes
    }

    /// Where access logs go, and what a line says, where both are set.
    pub(crate) fn access_log(&self) -> Option<(&str, &str)> {
        self.access_log_settings.as_ref()?.both()
    }

    /// How often a route may be called. Its own settings stand over those of all routes, limit by limit: documented by their
    /// names, inferred for the parts.
    pub(crate) fn rate(&self, route_key: &str) -> Option<Rate> {
        let of_route = self.route_settings.get(route_key).cloned().unwrap_or_default();
        of_route.rate_or(&self.default_route_settings)
    }

    /// What is logged of a route. Its own settings stand over those of all routes, field by field: documented by their names,
    /// inferred for the parts.
    pub(crate) fn logging(&self, route_key: &str) -> RouteLogging {
        let of_route = self.route_settings.get(route_key).cloned().unwrap_or_default();
        of_route.logging_or(&self.default_route_settings)
    }

    /// Whether every change of the API is deployed to it.
    pub(super) fn deploys_itself(&self) -> bool {
        self.auto_deploy
    }

    /// What it serves.
    pub(super) fn deployment(&self) -> Option<&Id> {
        self.deployment_id.as_ref()
    }

    /// Whether it serves this deployment.
    pub(super) fn points_at(&self, deployment: &Id) -> bool {
        self.deployment_id.as_ref() == Some(deployment)
    }
}

inputs! {
    CreateStage { api_id: ApiId, stage_name: StageName, tags: Option<Tags> },
    UpdateStage { api_id: ApiId, stage_name: StageName },
    Settings {
        access_log_settings: AccessLogSettings,
        auto_deploy: bool,
        client_certificate_id: CompactString,
        default_route_settings: RouteSettings,
        deployment_id: Id,
        description: String,
        route_settings: SmallMap<String, RouteSettings>,
        stage_variables: SmallMap<String, String>,
    }
}

fn create(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: CreateStage,
    policies: &dyn LogPolicies,
) -> Result<Arc<Stage>, Fault> {
    let api = input.api_id.clone();
    let group = LogGroup::of(ctx, policies, input.access_log_settings.as_ref());
    let stage = states.write(ctx.scope, |state| create_in(ctx, state, input, group.as_ref()))?;
    let_delivery_in(ctx, states, &api, group.as_ref(), policies);
    Ok(stage)
}

/// The access logs of HTTP APIs are delivered under a resource policy of CloudWatch Logs, which API Gateway sees to.
fn let_delivery_in(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    api: &ApiId,
    group: Option<&LogGroup>,
    policies: &dyn LogPolicies,
) {
    let Some(group) = group else { return };
    let protocol = states.read(ctx.scope, |state| apis::protocol(ctx, state, api));
    if protocol == Ok(Protocol::Http) {
        group.let_delivery_in(ctx, policies);
    }
}

fn create_in(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: CreateStage,
    group: Option<&LogGroup>,
) -> Result<Arc<Stage>, Fault> {
    let settings = input.take_settings();
    let key = (input.api_id, input.stage_name);
    let protocol = apis::protocol(ctx, state, &key.0)?;
    check_name(protocol, &key.1)?;
    let tags = input.tags.unwrap_or_default();
    tags::check(&tags)?;
    let mut stage = Stage { tags, ..Stage::new(ctx, protocol, key.1.clone()) };
    stage.set(ctx, state, &key.0, settings, group)?;
    if state.v2.stages.contains(&key) {
        return Err(faults::conflict("Stage already exists"));
    }
    faults::check_quota(ctx, quotas::STAGES_PER_API, "Stages", &state.v2.stages, &key.0)?;
    let begins_to_follow = stage.auto_deploy;
    place(ctx, state, key, stage, begins_to_follow)
}

/// Puts a stage in place, and deploys what there is to one that begins to follow its API.
fn place(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    key: (ApiId, StageName),
    stage: Stage,
    begins_to_follow: bool,
) -> Result<Arc<Stage>, Fault> {
    let stage = state.v2.stages.put(key.clone(), stage);
    if !begins_to_follow {
        return Ok(stage);
    }
    deployments::deploy_to(ctx, state, &key.0, std::slice::from_ref(&key.1));
    find(ctx, state, &key).map(Arc::clone)
}

/// The rule is documented, the text follows it. That WebSocket APIs have no `$default` stage is reported by users.
fn check_name(protocol: Protocol, name: &str) -> Result<(), Fault> {
    if is_stage_name(name) || (name == DEFAULT && protocol == Protocol::Http) {
        return Ok(());
    }
    Err(faults::bad_request(
        "Stage names can only contain alphanumeric characters, hyphens, and underscores, or be $default. Maximum \
         length is 128 characters.",
    ))
}

/// Makes the stage of quick create, which deploys itself.
pub(super) fn create_managed(ctx: &Ctx<'_>, state: &mut ApiGateway, api: &ApiId) {
    let name = StageName::const_new(DEFAULT);
    let mut stage = Stage::new(ctx, Protocol::Http, name.clone());
    stage.api_gateway_managed = true;
    stage.auto_deploy = true;
    state.v2.stages.put((api.clone(), name.clone()), stage);
    deployments::deploy_to(ctx, state, api, &[name]);
}

/// Lets a stage that deploys itself follow a deployment, or say why there is none. The texts are those of AWS.
pub(super) fn follow_deployment(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    key: (ApiId, StageName),
    deployed: &Result<Id, Fault>,
) {
    let Some(present) = state.v2.stages.get(&key) else { return };
    let mut stage = Stage::clone(present);
    match deployed {
        Ok(id) => {
            stage.last_deployment_status_message =
                Some(format!("Successfully deployed stage with deployment ID '{id}'"));
            stage.deployment_id = Some(id.clone());
        }
        Err(fault) => {
            stage.last_deployment_status_message =
                Some(format!("Deployment attempt failed: {}", fault.message));
        }
    }
    stage.last_updated_date = ctx.now.whole_seconds();
    state.v2.stages.put(key, stage);
}

/// Points a stage that is there at a deployment. That CreateDeployment makes none is documented for CloudFormation.
pub(super) fn point_at(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    key: (ApiId, StageName),
    deployment: &Id,
) -> Result<(), Fault> {
    let mut stage = Stage::clone(find(ctx, state, &key)?);
    stage.set_deployment(ctx, state, &key.0, Some(deployment.clone()))?;
    stage.last_updated_date = ctx.now.whole_seconds();
    state.v2.stages.put(key, stage);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneStage {
    api_id: ApiId,
    stage_name: StageName,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneStage) -> Result<Arc<Stage>, Fault> {
    find(ctx, state, &(input.api_id, input.stage_name)).map(Arc::clone)
}

/// The stage of this key.
fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &(ApiId, StageName)) -> Result<&'a Arc<Stage>, Fault> {
    apis::find(ctx, state, &key.0)?;
    state.v2.stages.get(key).ok_or_else(faults::no_stage)
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: OfApi) -> Result<Items<Arc<Stage>>, Fault> {
    paging::list(ctx, state, &state.v2.stages, &input)
}

/// Sets what is given. What can be done to the log group is asked before the state is locked.
fn update(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: UpdateStage,
    policies: &dyn LogPolicies,
) -> Result<Arc<Stage>, Fault> {
    let api = input.api_id.clone();
    let group = LogGroup::of(ctx, policies, input.access_log_settings.as_ref());
    let stage = states.write(ctx.scope, |state| update_in(ctx, state, input, group.as_ref()))?;
    let_delivery_in(ctx, states, &api, group.as_ref(), policies);
    Ok(stage)
}

fn update_in(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: UpdateStage,
    group: Option<&LogGroup>,
) -> Result<Arc<Stage>, Fault> {
    let settings = input.take_settings();
    let key = (input.api_id, input.stage_name);
    let mut stage = Stage::clone(find(ctx, state, &key)?);
    let was_following = stage.auto_deploy;
    stage.set(ctx, state, &key.0, settings, group)?;
    stage.last_updated_date = ctx.now.whole_seconds();
    let begins_to_follow = stage.auto_deploy && !was_following;
    place(ctx, state, key, stage, begins_to_follow)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneStage) -> Result<(), Fault> {
    let key = (input.api_id, input.stage_name);
    if find(ctx, state, &key)?.api_gateway_managed {
        return Err(faults::managed("delete the Stage", "Stage"));
    }
    check_no_target(state, &key.0, Some(&key.1), Words::V2)?;
    forget_stages(state, &key.0, Some(&key.1));
    state.v2.stages.remove(&key);
    Ok(())
}

/// What authorizers said is known by how often it was forgotten: none of it is found then.
fn reset_authorizers_cache(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneStage) -> Result<(), Fault> {
    let key = (input.api_id, input.stage_name);
    let mut stage = Stage::clone(find(ctx, state, &key)?);
    stage.authorizer_flushes += 1;
    state.v2.stages.put(key, stage);
    Ok(())
}
