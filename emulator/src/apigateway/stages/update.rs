//! UpdateStage: the paths of a stage and what patches do there.
//!
//! The texts are those that AWS was recorded to answer, with their missing commas, double and trailing spaces.

use std::sync::Arc;

use serde::Deserialize;

use super::access_log::AccessLogSettings;
use super::method_settings::{LoggingLevel, SettingPath, is_key};
use super::{Stage, check_deployment, find, variables};
use crate::apigateway::faults::bad_request;
use crate::apigateway::patch::{Op, Patch, PatchOperation, boolean, unsupported};
use crate::apigateway::{ApiGateway, ApiId, StageName};
use crate::service::{Ctx, Fault};

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
    let mut update = Update {
        api: &key.0,
        stage: Stage::clone(find(ctx, state, &key)?),
        state,
        turns_logging_on: false,
        sets_access_log: false,
    };
    for operation in &input.patch_operations {
        update.apply(operation.read()?)?;
    }
    update.check_logging()?;
    let mut stage = update.stage;
    stage.last_updated_date = ctx.now.whole_seconds();
    Ok(state.stages.put(key, stage))
}

/// A stage on its way from one state to the next.
struct Update<'a> {
    api: &'a ApiId,
    state: &'a ApiGateway,
    stage: Stage,
    /// Whether this request asked for a level above OFF.
    turns_logging_on: bool,
    /// Whether this request set a part of the access log settings.
    sets_access_log: bool,
}

/// Sets what a path leads to.
type Setter = fn(&mut Update<'_>, &str) -> Result<(), Fault>;

/// The fixed paths that `add` and `replace` take.
const SETTERS: [(&str, Setter); 8] = [
    ("/deploymentId", |update, id| {
        check_deployment(update.state, update.api, &id.into())?;
        update.stage.deployment_id = id.into();
        Ok(())
    }),
    ("/description", |update, text| {
        update.stage.description = Some(text.to_owned()).filter(|text| !text.is_empty());
        Ok(())
    }),
    ("/cacheClusterEnabled", |update, value| {
        update.stage.set_cache(boolean(value), None);
        Ok(())
    }),
    ("/cacheClusterSize", |update, size| {
        const SIZES: [&str; 8] = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];
        if !SIZES.contains(&size) {
            // Inferred wording.
            return Err(bad_request(format!("Invalid cache cluster size specified: {size}")));
        }
        update.stage.cache_cluster_size = Some(size.into());
        Ok(())
    }),
    ("/clientCertificateId", |_, _| {
        Err(Fault::not_implemented("Client certificates are not built in this emulator yet"))
    }),
    ("/tracingEnabled", |update, value| {
        update.stage.tracing_enabled = boolean(value);
        Ok(())
    }),
    ("/accessLogSettings/destinationArn", |update, arn| {
        update.access_log(arn)?.destination_arn = Some(arn.to_owned());
        Ok(())
    }),
    ("/accessLogSettings/format", |update, format| {
        update.access_log(format)?.format = Some(format.to_owned());
        Ok(())
    }),
];

/// The paths below a canary that AWS takes and this emulator does not have.
const CANARY_PATHS: [&str; 4] = [
    "/canarySettings/deploymentId",
    "/canarySettings/percentTraffic",
    "/canarySettings/stageVariableOverrides/",
    "/canarySettings/useStageCache",
];

const PROMOTION_TARGETS: [&str; 2] = ["/deploymentId", "/variables"];
const PROMOTION_SOURCES: [&str; 2] =
    ["/canarySettings/deploymentId", "/canarySettings/stageVariableOverrides"];

/// The list in the answer to an unknown path, as AWS writes it.
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

impl Update<'_> {
    fn apply(&mut self, patch: Patch<'_>) -> Result<(), Fault> {
        match patch {
            Patch::Set { op, path, value } => self.set(op, path, value),
            Patch::Remove { path } => self.remove(path),
            Patch::Copy { from, path } => copy(from, path),
            Patch::Other { op, path } => Err(unsupported(op, path, "")),
        }
    }

    fn set(&mut self, op: Op, path: &str, value: &str) -> Result<(), Fault> {
        if let Some((_, setter)) = SETTERS.iter().find(|(fixed, _)| *fixed == path) {
            return setter(self, value);
        }
        if let Some(name) = path.strip_prefix("/variables/") {
            variables::check(name, value)?;
            self.stage.variables.get_or_insert_default().insert(name.to_owned(), value.to_owned());
            return Ok(());
        }
        if let Some(setting) = SettingPath::parse(path) {
            self.stage.method_settings.set(&setting, value)?;
            self.turns_logging_on |= path.ends_with("/logging/loglevel") && value != "OFF";
            return Ok(());
        }
        if path.starts_with("/accessLogSettings") {
            return Err(bad_request(
                "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, \
                 /accessLogSettings/format]",
            ));
        }
        if CANARY_PATHS.iter().any(|canary| path.starts_with(canary)) {
            return Err(match op {
                Op::Add => bad_request(format!("Invalid add operation with path: {path}")),
                _ => Fault::not_implemented("Canary releases are not built in this emulator yet"),
            });
        }
        Err(bad_request(format!("Invalid method setting path: {path}. Must be one of: [{ALL_PATHS}]")))
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        let key = path.strip_prefix('/').unwrap_or(path);
        let removed = match path {
            "/accessLogSettings" => self.stage.access_log_settings.take().is_some(),
            "/description" => self.stage.description.take().is_some(),
            _ => match path.strip_prefix("/variables/") {
                Some(name) => self.remove_variable(name),
                None => is_key(key) && self.stage.method_settings.remove(key),
            },
        };
        if removed {
            return Ok(());
        }
        Err(bad_request(format!(
            "Cannot remove method setting {key} because there is no method setting for this method "
        )))
    }

    fn remove_variable(&mut self, name: &str) -> bool {
        let Some(variables) = &mut self.stage.variables else { return false };
        let removed = variables.remove(name).is_some();
        if variables.is_empty() {
            self.stage.variables = None;
        }
        removed
    }

    fn access_log(&mut self, value: &str) -> Result<&mut AccessLogSettings, Fault> {
        if value.is_empty() {
            return Err(bad_request("Access Log value must not be empty"));
        }
        self.sets_access_log = true;
        Ok(self.stage.access_log_settings.get_or_insert_default())
    }

    /// Once all is applied, in API Gateway's order: the destination's ARN, the account's role, the format. Levels were
    /// checked as they were set.
    fn check_logging(&self) -> Result<(), Fault> {
        let access_log = self.stage.access_log_settings.as_ref().filter(|_| self.sets_access_log);
        if let Some(settings) = access_log {
            settings.check_destination()?;
        }
        let has_role = self.state.account.get(&()).is_some_and(|row| row.cloudwatch_role_arn.is_some());
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

/// Promotes a canary. Stages here have none.
fn copy(from: &str, path: &str) -> Result<(), Fault> {
    if PROMOTION_TARGETS.contains(&path) && PROMOTION_SOURCES.contains(&from) {
        return Err(bad_request("Promotion not available. Canary does not exist."));
    }
    Err(bad_request(format!(
        "Invalid copy operation with path: {path} and from {from}. Valid copy:path are [{}] and valid copy:from \
         are [{}]",
        PROMOTION_TARGETS.join(", "),
        PROMOTION_SOURCES.join(", ")
    )))
}

impl LoggingLevel {
    /// Whether a request of this outcome is logged.
    pub(crate) fn logs(self, failed: bool) -> bool {
        match self {
            Self::Off => false,
            Self::Error => failed,
            Self::Info => true,
        }
    }
}
