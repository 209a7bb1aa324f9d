//! Quick create: an API with an integration, a route to it, and a stage that deploys itself.
//!
//! API Gateway manages the three: see [`managed`](crate::apigatewayv2::faults::managed) for what it refuses. What may be
//! changed of them follows from CloudFormation's `AWS::ApiGatewayV2::ApiGatewayManagedOverrides`.

use compact_str::CompactString;

use super::{Api, Protocol};
use crate::apigateway::{ApiGateway, ApiId, of_api};
use crate::apigatewayv2::faults::bad_request;
use crate::apigatewayv2::integrations::Integration;
use crate::apigatewayv2::routes::{self, Route};
use crate::apigatewayv2::{Id, stages};
use crate::service::{Ctx, Fault};

/// What a quick create is asked for by.
pub(super) struct QuickCreate {
    pub(super) target: Option<String>,
    pub(super) route_key: Option<CompactString>,
    pub(super) credentials_arn: Option<String>,
}

impl QuickCreate {
    /// Refuses what cannot be made. That only HTTP APIs can be is documented; the texts are inferred.
    pub(super) fn check(&self, protocol: Protocol) -> Result<(), Fault> {
        protocol.only_for(Protocol::Http, "Quick create targets", self.is_asked_for())?;
        if self.target.is_none() && self.is_asked_for() {
            return Err(bad_request("RouteKey and CredentialsArn can only be specified with a Target"));
        }
        self.route_key.as_deref().map_or(Ok(()), |key| routes::check_key(protocol, key))
    }

    fn is_asked_for(&self) -> bool {
        self.target.is_some() || self.route_key.is_some() || self.credentials_arn.is_some()
    }

    /// Makes the three, if there is a target, and deploys them.
    pub(super) fn make(self, ctx: &Ctx<'_>, state: &mut ApiGateway, api: &ApiId) -> Result<(), Fault> {
        let Some(target) = self.target else { return Ok(()) };
        let integration_id = Id::from(ctx.ids.lower(7));
        let integration = Integration::managed(integration_id.clone(), &target, self.credentials_arn)?;
        state.v2.integrations.put((api.clone(), integration_id.clone()), integration);
        let route_id = Id::from(ctx.ids.lower(7));
        let key = self.route_key.unwrap_or(CompactString::const_new("$default"));
        let route = Route::managed(route_id.clone(), key, &integration_id);
        state.v2.routes.put((api.clone(), route_id), route);
        stages::create_managed(ctx, state, api);
        Ok(())
    }

    /// Changes the integration and the route of an API that was made so. The texts are inferred.
    pub(super) fn change(self, state: &mut ApiGateway, api: &Api) -> Result<(), Fault> {
        if !self.is_asked_for() {
            return Ok(());
        }
        let id = &api.api_id;
        api.protocol_type.only_for(Protocol::Http, "Quick create targets", true)?;
        let v2 = &mut state.v2;
        let integration = v2.integrations.range(of_api(id)).find(|(_, row)| row.is_managed());
        let Some((key, integration)) = integration else {
            return Err(bad_request(
                "Target, RouteKey and CredentialsArn can only be updated on quick create APIs",
            ));
        };
        let (key, mut integration) = (key.clone(), Integration::clone(integration));
        if let Some(target) = self.target {
            integration.point_at(&target)?;
        }
        integration.set_credentials(self.credentials_arn);
        v2.integrations.put(key, integration);
        if let Some(route_key) = self.route_key {
            routes::check_key(api.protocol_type, &route_key)?;
            routes::check_unused(state, id, &route_key, None)?;
            let managed = state.v2.routes.range(of_api(id)).find(|(_, row)| row.is_managed());
            if let Some((key, route)) = managed {
                let (key, route) = (key.clone(), Route::clone(route).with_key(route_key));
                state.v2.routes.put(key, route);
            }
        }
        Ok(())
    }
}
