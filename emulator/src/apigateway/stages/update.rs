//! UpdateStage: the paths of a stage and what patches do there.
//!
//! The texts are those that AWS was recorded to answer, with their missing commas, double and trailing spaces.

use std::sync::Arc;

use serde::Deserialize;

use super::access_log::AccessLogSettings;
use super::canary::CanarySettings;
use super::{Stage, check_deployment, find, method_settings, variables};
use crate::apigateway::domains::check_client_certificate;
use crate::apigateway::faults::bad_request;
use crate::apigateway::patch::{self, Change, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, StageName, apis};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateStage {
    rest_api_id: ApiId,
    stage_name: StageName,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

/// Applies the patch list, whole or not at all.
pub(crate) fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UpdateStage) -> Result<Arc<Stage>, Fault> {
    let key = (input.rest_api_id, input.stage_name);
    let present = find(ctx, state, &key)?;
    let mut draft = Draft { stage: Stage::clone(present), turns_logging_on: false, sets_access_log: false };
    patch::apply_or(&mut draft, &PATCHES, &input.patch_operations, unsupported)?;
    draft.check_deployments(present, state, &key.0)?;
    apis::check_documentation_version(state, &key.0, draft.stage.documentation_version.as_ref())?;
    draft.check_logging(state)?;
    variables::check_count(draft.stage.variables.as_ref())?;
    check_client_certificate(state, draft.stage.client_certificate_id.as_ref())?;
    let mut stage = draft.stage;
    stage.last_updated_date = ctx.now.whole_seconds();
    Ok(state.stages.put(key, stage))
}

/// A stage on its way from one state to the next.
struct Draft {
    stage: Stage,
    /// Whether this request asked for a level above OFF.
    turns_logging_on: bool,
    /// Whether this request set a part of the access log settings.
    sets_access_log: bool,
}

const SET: &[Op] = &[Op::Add, Op::Replace];

const PATCHES: [PatchRule<Draft>; 23] = [
    PatchRule::new("/deploymentId", SET, |draft, change| {
        draft.stage.deployment_id = change.value().into();
        Ok(())
    }),
    PatchRule::new("/deploymentId", &[Op::Copy], |draft, change| {
        if change.from != Some(PROMOTED_DEPLOYMENT) {
            return Err(bad_copy(change));
        }
        draft.stage.deployment_id = draft.promoted()?.deployment_id.clone();
        Ok(())
    }),
    PatchRule::new("/description", SET, |draft, change| {
        draft.stage.description = change.optional();
        Ok(())
    }),
    PatchRule::new("/description", &[Op::Remove], |draft, change| {
        draft.stage.description.take().map(drop).ok_or_else(|| nothing_to_remove(change))
    }),
    PatchRule::new("/cacheClusterEnabled", SET, |draft, change| {
        draft.stage.set_cache(change.boolean(), None);
        Ok(())
    }),
    PatchRule::new("/cacheClusterSize", SET, |draft, change| {
        const SIZES: [&str; 8] = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];
        draft.stage.cache_cluster_size = Some(change.one_of(&SIZES)?.into());
        Ok(())
    }),
    PatchRule::new("/clientCertificateId", SET, |draft, change| {
        draft.stage.client_certificate_id = change.optional();
        Ok(())
    }),
    PatchRule::new("/documentationVersion", SET, |draft, change| {
        draft.stage.documentation_version = change.optional();
        Ok(())
    }),
    PatchRule::new("/tracingEnabled", SET, |draft, change| {
        draft.stage.tracing_enabled = change.boolean();
        Ok(())
    }),
    PatchRule::new("/variables/{name}", SET, |draft, change| {
        variables::check(change.captured(0), change.value())?;
        change.set_entry(&mut draft.stage.variables, change.value().to_owned());
        Ok(())
    }),
    PatchRule::new("/variables/{name}", &[Op::Remove], |draft, change| {
        remove_variable(&mut draft.stage.variables, change)
    }),
    PatchRule::new("/variables", &[Op::Copy], |draft, change| {
        if change.from != Some(PROMOTED_VARIABLES) {
            return Err(bad_copy(change));
        }
        let overrides = draft.promoted()?.stage_variable_overrides.clone();
        for (name, value) in overrides.into_iter().flatten() {
            draft.stage.variables.get_or_insert_default().insert(name, value);
        }
        Ok(())
    }),
    PatchRule::new("/accessLogSettings/destinationArn", SET, |draft, change| {
        draft.access_log(change)?.destination_arn = Some(change.value().to_owned());
        Ok(())
    }),
    PatchRule::new("/accessLogSettings/format", SET, |draft, change| {
        draft.access_log(change)?.format = Some(change.value().to_owned());
        Ok(())
    }),
    PatchRule::new("/accessLogSettings", &[Op::Remove], |draft, change| {
        draft.stage.access_log_settings.take().map(drop).ok_or_else(|| nothing_to_remove(change))
    }),
    PatchRule::new("/canarySettings", &[Op::Remove], |draft, change| {
        draft.stage.canary_settings.take().map(drop).ok_or_else(|| nothing_to_remove(change))
    }),
    PatchRule::new("/canarySettings/deploymentId", &[Op::Replace], |draft, change| {
        draft.canary().deployment_id = change.value().into();
        Ok(())
    }),
    PatchRule::new("/canarySettings/percentTraffic", &[Op::Replace], |draft, change| {
        draft.canary().set_percent(change.number()?)
    }),
    PatchRule::new("/canarySettings/useStageCache", &[Op::Replace], |draft, change| {
        draft.canary().use_stage_cache = change.boolean();
        Ok(())
    }),
    PatchRule::new("/canarySettings/stageVariableOverrides/{name}", SET, |draft, change| {
        variables::check(change.captured(0), change.value())?;
        change.set_entry(&mut draft.canary().stage_variable_overrides, change.value().to_owned());
        Ok(())
    }),
    // Inferred: as for the stage's own variables.
    PatchRule::new("/canarySettings/stageVariableOverrides/{name}", &[Op::Remove], |draft, change| {
        let canary = draft.stage.canary_settings.as_mut();
        let canary = canary.ok_or_else(|| nothing_to_remove(change))?;
        remove_variable(&mut canary.stage_variable_overrides, change)
    }),
    PatchRule::new("/{resourcePath}/{httpMethod}", &[Op::Remove], |draft, change| {
        let is_removed = draft.stage.method_settings.remove(key_of(change.path));
        if is_removed { Ok(()) } else { Err(nothing_to_remove(change)) }
    }),
    PatchRule::new("/{resourcePath}/{httpMethod}/{group}/{setting}", SET, |draft, change| {
        let path = method_settings::SettingPath::parse(change.path).ok_or_else(|| unsupported(change))?;
        draft.stage.method_settings.set(&path, change)?;
        draft.turns_logging_on |= change.path.ends_with("/logging/loglevel") && change.value() != "OFF";
        Ok(())
    }),
];

const PROMOTED_DEPLOYMENT: &str = "/canarySettings/deploymentId";
const PROMOTED_VARIABLES: &str = "/canarySettings/stageVariableOverrides";

/// The list in the answer to an unknown path, as AWS writes it: with missing commas and slashes.
const ALL_PATHS: &str = "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, \
    /clientCertificateId, /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, \
    /{resourcePath}/{httpMethod}/metrics/enabled, /{resourcePath}/{httpMethod}/logging/dataTrace, \
    /{resourcePath}/{httpMethod}/logging/loglevel, \
    /{resourcePath}/{httpMethod}/throttling/burstLimit/{resourcePath}/{httpMethod}/throttling/rateLimit\
    /{resourcePath}/{httpMethod}/caching/ttlInSeconds, /{resourcePath}/{httpMethod}/caching/enabled, \
    /{resourcePath}/{httpMethod}/caching/dataEncrypted, \
    /{resourcePath}/{httpMethod}/caching/requireAuthorizationForCacheControl, \
    /{resourcePath}/{httpMethod}/caching/unauthorizedCacheControlHeaderStrategy, \
    /*/*/metrics/enabled, /*/*/logging/dataTrace, /*/*/logging/loglevel, \
    /*/*/throttling/burstLimit /*/*/throttling/rateLimit /*/*/caching/ttlInSeconds, /*/*/caching/enabled, \
    /*/*/caching/dataEncrypted, /*/*/caching/requireAuthorizationForCacheControl, \
    /*/*/caching/unauthorizedCacheControlHeaderStrategy, /variables/{variable_name}, /tracingEnabled";

/// The answer to an operation that no path of a stage takes.
fn unsupported(change: &Change<'_>) -> Fault {
    let path = change.path;
    match change.op {
        Op::Remove => nothing_to_remove(change),
        Op::Copy => bad_copy(change),
        Op::Add | Op::Replace if path.starts_with("/accessLogSettings") => bad_request(
            "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, \
             /accessLogSettings/format]",
        ),
        Op::Add if path.starts_with("/canarySettings") => {
            bad_request(format!("Invalid add operation with path: {path}"))
        }
        // What AWS says of `move` and `test` is not recorded.
        Op::Add | Op::Replace | Op::Move | Op::Test => {
            bad_request(format!("Invalid method setting path: {path}. Must be one of: [{ALL_PATHS}]"))
        }
    }
}

/// AWS speaks of method settings whatever was to be removed. The space at the end is AWS's.
fn nothing_to_remove(change: &Change<'_>) -> Fault {
    bad_request(format!(
        "Cannot remove method setting {} because there is no method setting for this method ",
        key_of(change.path)
    ))
}

/// Takes out the variable that a patch names, which must be there.
fn remove_variable(
    variables: &mut Option<SmallMap<String, String>>,
    change: &Change<'_>,
) -> Result<(), Fault> {
    let is_there = variables.as_ref().is_some_and(|present| present.contains_key(change.captured(0)));
    change.set_entry(variables, String::new());
    if is_there { Ok(()) } else { Err(nothing_to_remove(change)) }
}

fn bad_copy(change: &Change<'_>) -> Fault {
    bad_request(format!(
        "Invalid copy operation with path: {} and from {}. Valid copy:path are [/deploymentId, /variables] and \
         valid copy:from are [{PROMOTED_DEPLOYMENT}, {PROMOTED_VARIABLES}]",
        change.path,
        change.from.unwrap_or_default()
    ))
}

fn key_of(path: &str) -> &str {
    path.strip_prefix('/').unwrap_or(path)
}

impl Draft {
    fn access_log(&mut self, change: &Change<'_>) -> Result<&mut AccessLogSettings, Fault> {
        if change.value().is_empty() {
            return Err(bad_request("Access Log value must not be empty"));
        }
        self.sets_access_log = true;
        Ok(self.stage.access_log_settings.get_or_insert_default())
    }

    /// The canary, made for the stage's own deployment where there is none.
    fn canary(&mut self) -> &mut CanarySettings {
        let Stage { canary_settings, deployment_id, .. } = &mut self.stage;
        canary_settings.get_or_insert_with(|| CanarySettings::new(deployment_id.clone()))
    }

    /// The canary that is to be promoted.
    fn promoted(&self) -> Result<&CanarySettings, Fault> {
        let canary = self.stage.canary_settings.as_ref();
        canary.ok_or_else(|| bad_request("Promotion not available. Canary does not exist."))
    }

    /// The deployments that the stage came to point at must be there.
    fn check_deployments(&self, before: &Stage, state: &ApiGateway, api: &ApiId) -> Result<(), Fault> {
        if self.stage.deployment_id != before.deployment_id {
            check_deployment(state, api, &self.stage.deployment_id)?;
        }
        match &self.stage.canary_settings {
            Some(canary) => check_deployment(state, api, &canary.deployment_id),
            None => Ok(()),
        }
    }

    /// Once all is applied, in API Gateway's order: the destination's ARN, the account's role, the format. Levels were
    /// checked as they were set.
    fn check_logging(&self, state: &ApiGateway) -> Result<(), Fault> {
        let access_log = self.stage.access_log_settings.as_ref().filter(|_| self.sets_access_log);
        if let Some(settings) = access_log {
            settings.check_destination()?;
        }
        let has_role = state.account.get(&()).is_some_and(|row| row.cloudwatch_role_arn.is_some());
        if (self.turns_logging_on || access_log.is_some()) && !has_role {
            return Err(bad_request(
                "CloudWatch Logs role ARN must be set in account settings to enable logging",
            ));
        }
        if let Some(settings) = access_log {
            settings.check_format()?;
        }
        Ok(())
    }
}
