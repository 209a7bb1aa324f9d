//! UpdateStage, and what it shares with CreateStage.

use std::sync::Arc;

use compact_str::CompactString;
use serde::Deserialize;

use super::access_log::{self, AccessLogSettings};
use super::route_settings::{self, RouteSettings};
use super::{Stage, find};
use crate::apigateway::{ApiGateway, ApiId, StageName, check_client_certificate};
use crate::apigatewayv2::apis::{self, Protocol};
use crate::apigatewayv2::inputs::text;
use crate::apigatewayv2::{Id, deployments, faults};
use crate::service::ports::LogWriter;
use crate::service::{Ctx, Fault};
use crate::store::{Scopes, SmallMap};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateStage {
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
}

/// Sets what is given. Where the log group of an HTTP API's stage is not there is asked before the state is locked.
pub(super) fn update(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: UpdateStage,
    logs: &dyn LogWriter,
) -> Result<Arc<Stage>, Fault> {
    let missing_group = access_log::missing_group(ctx, logs, input.access_log_settings.as_ref());
    states.write(ctx.scope, |state| update_in(ctx, state, input, missing_group.as_deref()))
}

fn update_in(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateStage,
    missing_group: Option<&str>,
) -> Result<Arc<Stage>, Fault> {
    let key = (input.api_id, input.stage_name);
    let protocol = apis::protocol(ctx, state, &key.0)?;
    let present = find(ctx, state, &key)?;
    let mut stage = Stage::clone(present);
    let was_following = stage.auto_deploy;
    if let Some(auto_deploy) = input.auto_deploy {
        stage.auto_deploy = auto_deploy;
    }
    faults::check_length("Description", input.description.as_deref(), 0, 1024)?;
    text(&mut stage.description, input.description);
    stage.set_variables(input.stage_variables)?;
    stage.set_certificate(state, protocol, input.client_certificate_id)?;
    stage.set_deployment(ctx, state, &key.0, input.deployment_id)?;
    let logging = LoggingChange {
        default_route_settings: input.default_route_settings,
        route_settings: input.route_settings,
        access_log_settings: input.access_log_settings,
        missing_group,
    };
    stage.set_logging(ctx, state, &key.0, logging)?;
    stage.last_updated_date = ctx.now.whole_seconds();
    let begins_to_follow = stage.auto_deploy && !was_following;
    let stage = state.v2.stages.put(key.clone(), stage);
    if !begins_to_follow {
        return Ok(stage);
    }
    deployments::deploy_to(ctx, state, &key.0, std::slice::from_ref(&key.1));
    find(ctx, state, &key).map(Arc::clone)
}

/// What a request asks of a stage's logs and route settings.
pub(super) struct LoggingChange<'a> {
    pub(super) default_route_settings: Option<RouteSettings>,
    pub(super) route_settings: SmallMap<String, RouteSettings>,
    pub(super) access_log_settings: Option<AccessLogSettings>,
    /// The destination's log group, if there is none of its name.
    pub(super) missing_group: Option<&'a str>,
}

impl Stage {
    /// Sets the certificate that API Gateway shows to backends: WebSocket APIs only, as documented.
    pub(super) fn set_certificate(
        &mut self,
        state: &ApiGateway,
        protocol: Protocol,
        given: Option<CompactString>,
    ) -> Result<(), Fault> {
        protocol.only_for(Protocol::WebSocket, "Client certificates", given.is_some())?;
        text(&mut self.client_certificate_id, given);
        check_client_certificate(state, self.client_certificate_id.as_ref())
    }

    /// Sets the deployment that is served, unless the stage chooses it itself (reported by users).
    pub(super) fn set_deployment(
        &mut self,
        ctx: &Ctx<'_>,
        state: &ApiGateway,
        api: &ApiId,
        given: Option<Id>,
    ) -> Result<(), Fault> {
        let Some(id) = given else { return Ok(()) };
        if self.auto_deploy {
            return Err(faults::bad_request(format!(
                "Deployment ID cannot be set on this stage {}:{api} because AutoDeploy is enabled",
                ctx.scope.account
            )));
        }
        if !state.v2.deployments.contains(&(api.clone(), id.clone())) {
            // As for REST APIs: inferred.
            return Err(faults::bad_request("Deployment id does not exist"));
        }
        self.deployment_id = Some(id);
        Ok(())
    }

    /// Sets route settings and access log settings. WebSocket APIs log under the account's role, which is looked at
    /// last (captured).
    pub(super) fn set_logging(
        &mut self,
        ctx: &Ctx<'_>,
        state: &ApiGateway,
        api: &ApiId,
        change: LoggingChange<'_>,
    ) -> Result<(), Fault> {
        let protocol = apis::protocol(ctx, state, api)?;
        let LoggingChange { default_route_settings, route_settings, access_log_settings, missing_group } =
            change;
        let turns_logging_on =
            default_route_settings.iter().chain(route_settings.values()).any(RouteSettings::turns_logging_on);
        let sets_access_log = access_log_settings.is_some();
        if let Some(given) = default_route_settings {
            self.default_route_settings.merge(protocol, given)?;
        }
        if !route_settings.is_empty() {
            for (key, given) in route_settings {
                let mut settings = self.route_settings.get(&key).cloned().unwrap_or_default();
                settings.merge(protocol, given)?;
                self.route_settings.insert(key, settings);
            }
            route_settings::check_keys(state, api, &self.route_settings)?;
        }
        if let Some(given) = access_log_settings {
            let settings = self.access_log_settings.take().unwrap_or_default().merged(given);
            settings.check(protocol)?;
            if protocol == Protocol::Http
                && let Some(group) = missing_group
            {
                return Err(access_log::no_group(ctx, group));
            }
            self.access_log_settings = Some(settings);
        }
        let logs = turns_logging_on || sets_access_log;
        if protocol == Protocol::WebSocket && logs && state.logging_role().is_none() {
            return Err(faults::bad_request(
                "CloudWatch Logs role ARN must be set in account settings to enable logging",
            ));
        }
        Ok(())
    }
}
