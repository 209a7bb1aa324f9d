//! Stages of HTTP and WebSocket APIs.

mod access_log;
mod route_settings;
mod update;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use self::access_log::AccessLogSettings;
use self::route_settings::RouteSettings;
use self::update::LoggingChange;
use super::apis::{self, Protocol};
use super::inputs::entries;
use super::paging::{self, Items, OfApi};
use super::{Id, deployments, faults};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{
    ApiGateway, ApiId, Ports, StageName, Words, check_no_target, check_stage_variable, quotas,
};
use crate::service::ports::LogWriter;
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Indexed, Scopes, SmallMap};
use crate::time::Timestamp;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>, ports: &Ports) {
    let logs = Arc::clone(&ports.logs);
    registrar.free(
        &operations::CREATE_STAGE,
        move |ctx, states, input| create(ctx, states, input, &*logs),
        &[],
    );
    registrar.read(&operations::GET_STAGE, get, &[]);
    registrar.read(&operations::GET_STAGES, list, &[]);
    let logs = Arc::clone(&ports.logs);
    registrar.free(
        &operations::UPDATE_STAGE,
        move |ctx, states, input| update::update(ctx, states, input, &*logs),
        &[],
    );
    registrar.write(&operations::DELETE_STAGE, delete, &[]);
    registrar.write(&operations::DELETE_ACCESS_LOG_SETTINGS, access_log::delete, &[]);
    registrar.write(&operations::DELETE_ROUTE_SETTINGS, route_settings::delete, &[]);
    registrar.read(&operations::RESET_AUTHORIZERS_CACHE, reset_authorizers_cache, &[]);
}

/// A stage.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Stage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    access_log_settings: Option<AccessLogSettings>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    api_gateway_managed: bool,
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

    fn set_variables(&mut self, given: Option<SmallMap<String, String>>) -> Result<(), Fault> {
        for (name, value) in given.iter().flatten().filter(|(_, value)| !value.is_empty()) {
            check_stage_variable(name, value)?;
        }
        entries(&mut self.stage_variables, given);
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateStage {
    access_log_settings: Option<AccessLogSettings>,
    api_id: ApiId,
    auto_deploy: Option<bool>,
    client_certificate_id: Option<CompactString>,
    default_route_settings: Option<RouteSettings>,
    deployment_id: Option<Id>,
    description: Option<String>,
    #[serde(default)]
    route_settings: SmallMap<String, RouteSettings>,
    stage_name: StageName,
    stage_variables: Option<SmallMap<String, String>>,
    #[serde(default)]
    tags: Tags,
}

fn create(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: CreateStage,
    logs: &dyn LogWriter,
) -> Result<Arc<Stage>, Fault> {
    let missing_group = access_log::missing_group(ctx, logs, input.access_log_settings.as_ref());
    states.write(ctx.scope, |state| create_in(ctx, state, input, missing_group.as_deref()))
}

fn create_in(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateStage,
    missing_group: Option<&str>,
) -> Result<Arc<Stage>, Fault> {
    let api = input.api_id;
    let protocol = apis::protocol(ctx, state, &api)?;
    let key = (api.clone(), input.stage_name.clone());
    check_name(protocol, &input.stage_name)?;
    faults::check_length("Description", input.description.as_deref(), 0, 1024)?;
    tags::check(&input.tags)?;
    let mut stage = Stage::new(ctx, protocol, input.stage_name);
    stage.auto_deploy = input.auto_deploy.unwrap_or(false);
    stage.description = input.description.filter(|text| !text.is_empty());
    stage.tags = input.tags;
    stage.set_variables(input.stage_variables)?;
    stage.set_certificate(state, protocol, input.client_certificate_id)?;
    stage.set_deployment(ctx, state, &api, input.deployment_id)?;
    let logging = LoggingChange {
        default_route_settings: input.default_route_settings,
        route_settings: input.route_settings,
        access_log_settings: input.access_log_settings,
        missing_group,
    };
    stage.set_logging(ctx, state, &api, logging)?;
    if state.v2.stages.contains(&key) {
        return Err(faults::conflict("Stage already exists"));
    }
    faults::check_quota(ctx, quotas::STAGES_PER_API, "Stages", &state.v2.stages, &api)?;
    let deploys_itself = stage.auto_deploy;
    let stage = state.v2.stages.put(key.clone(), stage);
    if !deploys_itself {
        return Ok(stage);
    }
    deployments::deploy_to(ctx, state, &api, std::slice::from_ref(&key.1));
    find(ctx, state, &key).map(Arc::clone)
}

/// The rule is documented, the text follows it. That WebSocket APIs have no `$default` stage is reported by users.
fn check_name(protocol: Protocol, name: &str) -> Result<(), Fault> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let is_name = (1..=128).contains(&name.len()) && name.bytes().all(allowed);
    if is_name || (name == DEFAULT && protocol == Protocol::Http) {
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

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: OfApi) -> Result<Items<Stage>, Fault> {
    paging::list(ctx, state, &state.v2.stages, &input)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneStage) -> Result<(), Fault> {
    let key = (input.api_id, input.stage_name);
    if find(ctx, state, &key)?.api_gateway_managed {
        return Err(faults::managed("delete the Stage", "Stage"));
    }
    check_no_target(state, &key.0, Some(&key.1), Words::V2)?;
    state.v2.stages.remove(&key);
    Ok(())
}

/// There is no cache to empty: nothing is served yet.
fn reset_authorizers_cache(ctx: &Ctx<'_>, state: &ApiGateway, input: OneStage) -> Result<(), Fault> {
    find(ctx, state, &(input.api_id, input.stage_name)).map(drop)
}
