//! What CreateStage and UpdateStage set, in the order in which it is checked.

use compact_str::CompactString;

use super::access_log::{AccessLogSettings, LogGroup};
use super::route_settings::{self, RouteSettings};
use super::{Settings, Stage};
use crate::apigateway::{
    ApiGateway, ApiId, check_client_certificate, check_stage_variable, check_variable_count,
};
use crate::apigatewayv2::apis::{self, Protocol};
use crate::apigatewayv2::inputs::{entries, text, value};
use crate::apigatewayv2::{Id, faults};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

impl Stage {
    /// Sets what is given. `group` is the log group that the settings name.
    pub(super) fn set(
        &mut self,
        ctx: &Ctx<'_>,
        state: &ApiGateway,
        api: &ApiId,
        given: Settings,
        group: Option<&LogGroup>,
    ) -> Result<(), Fault> {
        let protocol = apis::protocol(ctx, state, api)?;
        value(&mut self.auto_deploy, given.auto_deploy);
        faults::check_length("Description", given.description.as_deref(), 0, 1024)?;
        text(&mut self.description, given.description);
        self.set_variables(given.stage_variables)?;
        self.set_certificate(state, protocol, given.client_certificate_id)?;
        self.set_deployment(ctx, state, api, given.deployment_id)?;
        let routes = given.route_settings.unwrap_or_default();
        let turns_logging_on =
            given.default_route_settings.iter().chain(routes.values()).any(RouteSettings::turns_logging_on);
        let logs = turns_logging_on || given.access_log_settings.is_some();
        if let Some(given) = given.default_route_settings {
            self.default_route_settings.merge(protocol, given)?;
        }
        self.set_route_settings(state, api, protocol, routes)?;
        if let Some(given) = given.access_log_settings {
            self.set_access_log(ctx, protocol, given, group)?;
        }
        // WebSocket APIs log under the account's role, which is looked at last (captured).
        if protocol == Protocol::WebSocket && logs && state.logging_role().is_none() {
            return Err(faults::bad_request(
                "CloudWatch Logs role ARN must be set in account settings to enable logging",
            ));
        }
        Ok(())
    }

    fn set_variables(&mut self, given: Option<SmallMap<String, String>>) -> Result<(), Fault> {
        for (name, value) in given.iter().flatten().filter(|(_, value)| !value.is_empty()) {
            check_stage_variable(name, value)?;
        }
        entries(&mut self.stage_variables, given);
        check_variable_count(Some(&self.stage_variables))
    }

    /// Sets the certificate that API Gateway shows to backends: WebSocket APIs only, as documented.
    fn set_certificate(
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

    fn set_route_settings(
        &mut self,
        state: &ApiGateway,
        api: &ApiId,
        protocol: Protocol,
        given: SmallMap<String, RouteSettings>,
    ) -> Result<(), Fault> {
        if given.is_empty() {
            return Ok(());
        }
        for (key, given) in given {
            let mut settings = self.route_settings.get(&key).cloned().unwrap_or_default();
            settings.merge(protocol, given)?;
            self.route_settings.insert(key, settings);
        }
        route_settings::check_keys(state, api, &self.route_settings)
    }

    fn set_access_log(
        &mut self,
        ctx: &Ctx<'_>,
        protocol: Protocol,
        given: AccessLogSettings,
        group: Option<&LogGroup>,
    ) -> Result<(), Fault> {
        let settings = self.access_log_settings.take().unwrap_or_default().merged(given);
        settings.check(protocol)?;
        if protocol == Protocol::Http {
            group.map_or(Ok(()), |group| group.check(ctx))?;
        }
        self.access_log_settings = Some(settings);
        Ok(())
    }
}
