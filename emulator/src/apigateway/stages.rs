//! Stages.

mod access_log;
mod canary;
pub(crate) mod log_format;
mod method_settings;
mod update;
mod variables;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

pub(crate) use access_log::check_destination as check_log_destination;
pub(crate) use canary::CanarySettings;
pub(super) use canary::NewCanary;
pub(crate) use method_settings::MethodSetting;
pub(crate) use variables::{check as check_stage_variable, check_count as check_variable_count};

use self::access_log::AccessLogSettings;
use self::method_settings::MethodSettings;
use super::apis::{self, of_api};
use super::tags::{self, Tags};
use super::{ApiGateway, ApiId, DeploymentId, StageName, access, domains, faults, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Indexed, SmallMap};
use crate::time::Timestamp;

/// The cache size where nothing is said, in gigabytes.
const DEFAULT_CACHE_SIZE: &str = "0.5";

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_STAGE, create, &[]);
    registrar.read(&operations::GET_STAGE, get, &[]);
    registrar.read(&operations::GET_STAGES, list, &[]);
    registrar.write(&operations::UPDATE_STAGE, update::update, &[]);
    registrar.write(&operations::DELETE_STAGE, delete, &[]);
    registrar.read(&operations::FLUSH_STAGE_CACHE, flush, &[]);
    registrar.write(&operations::FLUSH_STAGE_AUTHORIZERS_CACHE, flush_authorizers, &[]);
}

/// A stage.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stage {
    pub(crate) deployment_id: DeploymentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) client_certificate_id: Option<CompactString>,
    pub(crate) stage_name: StageName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    cache_cluster_enabled: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cache_cluster_size: Option<CompactString>,
    cache_cluster_status: CompactString,
    method_settings: MethodSettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    variables: Option<SmallMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) access_log_settings: Option<AccessLogSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) canary_settings: Option<CanarySettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) documentation_version: Option<CompactString>,
    pub(crate) tracing_enabled: bool,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(super) tags: Tags,
    created_date: Timestamp,
    pub(super) last_updated_date: Timestamp,
    /// How often the cache of authorizers' answers was emptied. Not sent.
    #[serde(default)]
    authorizer_flushes: u64,
}

/// By the client certificate that it shows.
impl Indexed<(ApiId, StageName)> for Stage {
    type Term = CompactString;

    fn terms(&self, _: &(ApiId, StageName), tell: &mut dyn FnMut(CompactString)) {
        self.client_certificate_id.iter().cloned().for_each(tell);
    }
}

impl Stage {
    /// The setting that a method has: its own whole, or the stage's.
    pub(crate) fn method_setting(&self, resource_path: &str, verb: &str) -> Option<&MethodSetting> {
        self.method_settings.effective(resource_path, verb)
    }

    /// How often the cache of authorizers' answers was emptied.
    pub(crate) fn authorizer_flushes(&self) -> u64 {
        self.authorizer_flushes
    }

    /// The value of a stage variable.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.as_ref()?.get(name).map(String::as_str)
    }

    /// All stage variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&String, &String)> {
        self.variables.iter().flatten()
    }

    /// Whether the executions of any of its methods are logged, be it of failing requests only.
    pub(super) fn logs_executions(&self) -> bool {
        self.method_settings.log_executions()
    }

    /// The deployments that the stage and its canary serve.
    pub(super) fn deployment_ids(&self) -> impl Iterator<Item = &DeploymentId> {
        let canary = self.canary_settings.as_ref().map(|canary| &canary.deployment_id);
        std::iter::once(&self.deployment_id).chain(canary.filter(|id| **id != self.deployment_id))
    }

    /// The stage of test invocations, which is nowhere kept. Its name is what `$context.stage` is reported to be.
    pub(super) fn for_test(variables: Option<SmallMap<String, String>>, now: Timestamp) -> Self {
        let stage = NewStage {
            stage_name: StageName::const_new("test-invoke-stage"),
            deployment_id: DeploymentId::default(),
            description: None,
            cache_cluster_enabled: None,
            cache_cluster_size: None,
            variables,
            tracing_enabled: None,
            canary_settings: None,
            documentation_version: None,
            tags: Tags::default(),
        };
        stage.into_stage(now)
    }

    fn set_cache(&mut self, enabled: bool, size: Option<CompactString>) {
        self.cache_cluster_enabled = enabled;
        self.cache_cluster_status =
            CompactString::const_new(if enabled { "AVAILABLE" } else { "NOT_AVAILABLE" });
        if size.is_some() {
            self.cache_cluster_size = size;
        } else if enabled {
            self.cache_cluster_size.get_or_insert(CompactString::const_new(DEFAULT_CACHE_SIZE));
        }
    }
}

/// What a new stage is made of.
pub(super) struct NewStage {
    pub(super) stage_name: StageName,
    pub(super) deployment_id: DeploymentId,
    pub(super) description: Option<String>,
    pub(super) cache_cluster_enabled: Option<bool>,
    pub(super) cache_cluster_size: Option<CompactString>,
    pub(super) variables: Option<SmallMap<String, String>>,
    pub(super) tracing_enabled: Option<bool>,
    pub(super) canary_settings: Option<CanarySettings>,
    pub(super) documentation_version: Option<CompactString>,
    pub(super) tags: Tags,
}

impl NewStage {
    fn put(self, ctx: &Ctx<'_>, state: &mut ApiGateway, api: &ApiId) -> Result<Arc<Stage>, Fault> {
        check_name(&self.stage_name)?;
        tags::check(&self.tags)?;
        for (name, value) in self.variables.iter().flatten() {
            variables::check(name, value)?;
        }
        variables::check_count(self.variables.as_ref())?;
        let stages = || state.stages.range(of_api(api)).count();
        quotas::check_api(ctx, quotas::STAGES_PER_API, "Stages", stages)?;
        let key = (api.clone(), self.stage_name.clone());
        let stage = self.into_stage(ctx.now);
        Ok(state.stages.put(key, stage))
    }

    fn into_stage(self, now: Timestamp) -> Stage {
        let now = now.whole_seconds();
        let mut stage = Stage {
            deployment_id: self.deployment_id,
            client_certificate_id: None,
            stage_name: self.stage_name,
            description: self.description,
            cache_cluster_enabled: false,
            cache_cluster_size: None,
            cache_cluster_status: CompactString::const_new("NOT_AVAILABLE"),
            method_settings: MethodSettings::default(),
            variables: self.variables,
            access_log_settings: None,
            canary_settings: self.canary_settings,
            documentation_version: self.documentation_version,
            tracing_enabled: self.tracing_enabled.unwrap_or(false),
            tags: self.tags,
            created_date: now,
            last_updated_date: now,
            authorizer_flushes: 0,
        };
        stage.set_cache(self.cache_cluster_enabled.unwrap_or(false), self.cache_cluster_size);
        stage
    }
}

/// Hyphens: the API reference allows them, users reported refusals until 2023. The reference is newer.
fn check_name(name: &str) -> Result<(), Fault> {
    if is_stage_name(name) {
        return Ok(());
    }
    Err(faults::bad_request("Stage name only allows a-zA-Z0-9_"))
}

/// The names that stages of any API can have.
pub(crate) fn is_stage_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=128).contains(&name.len()) && name.bytes().all(allowed)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateStage {
    rest_api_id: ApiId,
    stage_name: StageName,
    deployment_id: DeploymentId,
    description: Option<String>,
    cache_cluster_enabled: Option<bool>,
    cache_cluster_size: Option<CompactString>,
    variables: Option<SmallMap<String, String>>,
    tracing_enabled: Option<bool>,
    canary_settings: Option<StageCanary>,
    documentation_version: Option<CompactString>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StageCanary {
    deployment_id: Option<DeploymentId>,
    percent_traffic: Option<f64>,
    stage_variable_overrides: Option<SmallMap<String, String>>,
    use_stage_cache: Option<bool>,
}

pub(super) fn create(ctx: &Ctx<'_>, state: &mut ApiGateway, input: CreateStage) -> Result<Arc<Stage>, Fault> {
    let api = input.rest_api_id;
    apis::find(ctx, state, &api)?;
    if state.stages.contains(&(api.clone(), input.stage_name.clone())) {
        return Err(faults::conflict("Stage already exists"));
    }
    check_deployment(state, &api, &input.deployment_id)?;
    let canary_settings = match input.canary_settings {
        Some(canary) => {
            let deployment_id = canary.deployment_id.clone().unwrap_or_else(|| input.deployment_id.clone());
            check_deployment(state, &api, &deployment_id)?;
            Some(NewCanary::from(canary).of(deployment_id)?)
        }
        None => None,
    };
    apis::check_documentation_version(state, &api, input.documentation_version.as_ref())?;
    let stage = NewStage {
        stage_name: input.stage_name,
        deployment_id: input.deployment_id,
        description: input.description,
        cache_cluster_enabled: input.cache_cluster_enabled,
        cache_cluster_size: input.cache_cluster_size,
        variables: input.variables,
        tracing_enabled: input.tracing_enabled,
        canary_settings,
        documentation_version: input.documentation_version.filter(|version| !version.is_empty()),
        tags: input.tags,
    };
    stage.put(ctx, state, &api)
}

impl From<StageCanary> for NewCanary {
    fn from(canary: StageCanary) -> Self {
        Self {
            percent_traffic: canary.percent_traffic,
            stage_variable_overrides: canary.stage_variable_overrides,
            use_stage_cache: canary.use_stage_cache,
        }
    }
}

/// Makes a stage, or points the one of this name, or its canary, at the deployment; and sets what is given.
pub(super) fn deploy_to(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    api: &ApiId,
    new: NewStage,
) -> Result<(), Fault> {
    let key = (api.clone(), new.stage_name.clone());
    let Some(present) = state.stages.get(&key) else {
        if new.canary_settings.is_some() {
            return Err(faults::bad_request(format!(
                "Invalid deployment content specified.Stage {} must already be created before making a canary \
                 release deployment",
                key.1
            )));
        }
        return new.put(ctx, state, api).map(|_| ());
    };
    let mut stage = Stage::clone(present);
    match new.canary_settings {
        Some(canary) => stage.canary_settings = Some(canary),
        None => stage.deployment_id = new.deployment_id,
    }
    if let Some(description) = new.description {
        stage.description = Some(description);
    }
    for (name, value) in new.variables.into_iter().flatten() {
        variables::check(&name, &value)?;
        stage.variables.get_or_insert_default().insert(name, value);
    }
    variables::check_count(stage.variables.as_ref())?;
    if let Some(tracing) = new.tracing_enabled {
        stage.tracing_enabled = tracing;
    }
    let enabled = new.cache_cluster_enabled.unwrap_or(stage.cache_cluster_enabled);
    stage.set_cache(enabled, new.cache_cluster_size);
    stage.last_updated_date = ctx.now.whole_seconds();
    state.stages.put(key, stage);
    Ok(())
}

fn check_deployment(state: &ApiGateway, api: &ApiId, id: &DeploymentId) -> Result<(), Fault> {
    if state.deployments.contains(&(api.clone(), id.clone())) {
        return Ok(());
    }
    Err(faults::bad_request("Deployment id does not exist"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneStage {
    rest_api_id: ApiId,
    stage_name: StageName,
}

pub(super) fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneStage) -> Result<Arc<Stage>, Fault> {
    find(ctx, state, &(input.rest_api_id, input.stage_name)).map(Arc::clone)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetStages {
    rest_api_id: ApiId,
    deployment_id: Option<DeploymentId>,
}

#[derive(Serialize)]
pub(super) struct Stages {
    item: Vec<Arc<Stage>>,
}

pub(super) fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: GetStages) -> Result<Stages, Fault> {
    apis::find(ctx, state, &input.rest_api_id)?;
    let stages = state.stages.range(of_api(&input.rest_api_id)).map(|(_, stage)| stage);
    let wanted = |stage: &&Arc<Stage>| {
        input.deployment_id.as_ref().is_none_or(|deployment| *deployment == stage.deployment_id)
    };
    Ok(Stages { item: stages.filter(wanted).map(Arc::clone).collect() })
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneStage) -> Result<(), Fault> {
    let key = (input.rest_api_id, input.stage_name);
    find(ctx, state, &key)?;
    domains::check_no_target(state, &key.0, Some(&key.1), domains::Words::REST)?;
    access::forget_stages(state, &key.0, Some(&key.1));
    state.stages.remove(&key);
    Ok(())
}

/// Has authorizers be asked anew. What the data plane keeps of their answers, it finds by this number.
pub(super) fn flush_authorizers(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneStage) -> Result<(), Fault> {
    let key = (input.rest_api_id, input.stage_name);
    let mut stage = Stage::clone(find(ctx, state, &key)?);
    stage.authorizer_flushes += 1;
    state.stages.put(key, stage);
    Ok(())
}

/// Empties the cache of a stage's answers, of which there is none to empty.
pub(super) fn flush(ctx: &Ctx<'_>, state: &ApiGateway, input: OneStage) -> Result<(), Fault> {
    find(ctx, state, &(input.rest_api_id, input.stage_name)).map(drop)
}

/// The stage of this key.
fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &(ApiId, StageName)) -> Result<&'a Arc<Stage>, Fault> {
    apis::find(ctx, state, &key.0)?;
    state.stages.get(key).ok_or_else(faults::no_stage)
}
