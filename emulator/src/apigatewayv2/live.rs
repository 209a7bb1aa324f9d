//! What the data plane serves of HTTP and WebSocket APIs.

use std::any::Any;
use std::sync::Arc;

use super::apis::{Api, Cors};
use super::authorizers::Authorizer;
use super::deployments::{self, Snapshot};
use super::integration_responses::IntegrationResponse;
use super::integrations::Integration;
use super::routes::Route;
use super::stages::Stage;
use super::{Id, Tables};
use crate::apigateway::{ApiGateway, ApiId, NotLive, Served, StageName};
use crate::store::Scope;

/// A stage with all that serving a request takes. Its settings, and the account's role, are those of this moment: they act at
/// once. Routes, and what they lead to, are as they were deployed.
pub(crate) struct LiveApi {
    pub(crate) scope: Scope,
    pub(crate) stage: Arc<Stage>,
    pub(crate) account_role: Option<Arc<str>>,
    api: Arc<Api>,
    deployed: Arc<Snapshot>,
}

impl Tables {
    /// The first of these stages that an API has.
    pub(crate) fn live(
        &self,
        state: &ApiGateway,
        scope: &Scope,
        id: &ApiId,
        mut stages: impl Iterator<Item = StageName>,
    ) -> Result<Served, NotLive> {
        let api = self.apis.get(id).ok_or(NotLive::UnknownApi)?;
        let (serves, missing): (fn(LiveApi) -> Served, _) = if api.is_http() {
            (Served::Http, NotLive::NoHttpStage)
        } else {
            (Served::WebSocket, NotLive::NoStage)
        };
        let stage = stages.find_map(|name| self.stages.get(&(id.clone(), name))).ok_or(missing)?;
        let deployed = stage.deployment().and_then(|deployment| deployments::snapshot(state, id, deployment));
        Ok(serves(LiveApi {
            scope: scope.clone(),
            stage: Arc::clone(stage),
            account_role: state.logging_role().cloned(),
            api: Arc::clone(api),
            deployed: deployed.ok_or(missing)?,
        }))
    }
}

impl LiveApi {
    pub(crate) fn api_id(&self) -> &str {
        &self.api.api_id
    }

    /// Whether the API answers at its own address, in the region that the address names, if it names one.
    pub(crate) fn is_at(&self, region: Option<&str>) -> bool {
        !self.api.disable_execute_api_endpoint
            && region.is_none_or(|region| region == self.scope.region.as_str())
    }

    pub(crate) fn routes(&self) -> impl Iterator<Item = &Arc<Route>> {
        self.deployed.routes.iter().map(|(_, route)| route)
    }

    /// The integration that a route leads to.
    pub(crate) fn integration(&self, route: &Route) -> Option<&Arc<Integration>> {
        of_id(&self.deployed.integrations, &route.integration_id()?)
    }

    /// Whether authorizers tell the API keys of clients.
    pub(crate) fn takes_keys_of_authorizers(&self) -> bool {
        self.api.takes_keys_of_authorizers()
    }

    /// What of messages names their routes.
    pub(crate) fn route_selection_expression(&self) -> &str {
        &self.api.route_selection_expression
    }

    /// The route of this key.
    pub(crate) fn route(&self, key: &str) -> Option<&Arc<Route>> {
        self.routes().find(|route| route.route_key == key)
    }

    /// Whether a route answers its messages: by the only response that a route can have, whatever its expression selects.
    pub(crate) fn answers(&self, route: &Route) -> bool {
        self.deployed.route_responses.iter().any(|((of, _), _)| of == route.id())
    }

    /// What is made of the answers of an integration.
    pub(crate) fn integration_responses(
        &self,
        integration: &Integration,
    ) -> impl Iterator<Item = &IntegrationResponse> {
        let of = self.deployed.integration_responses.iter();
        of.filter(|((of, _), _)| of == integration.id()).map(|(_, response)| &**response)
    }

    /// The schema of a model.
    pub(crate) fn schema(&self, name: &str) -> Option<&str> {
        self.deployed
            .models
            .iter()
            .find(|(_, model)| model.name == name)
            .map(|(_, model)| model.schema.as_str())
    }

    /// What routes and models are deployed with.
    pub(crate) fn deployed(&self) -> Arc<dyn Any + Send + Sync> {
        Arc::clone(&self.deployed) as _
    }

    /// The authorizer that a route asks.
    pub(crate) fn authorizer(&self, route: &Route) -> Option<&Arc<Authorizer>> {
        of_id(&self.deployed.authorizers, route.authorizer_id.as_ref()?)
    }

    pub(crate) fn cors(&self) -> Option<&Cors> {
        self.deployed.cors_configuration.as_ref()
    }
}

/// Rows stand in the order of their ids.
fn of_id<'a, V>(rows: &'a [(Id, V)], id: &Id) -> Option<&'a V> {
    let at = rows.binary_search_by(|(own, _)| own.cmp(id)).ok()?;
    rows.get(at).map(|(_, row)| row)
}
