//! What the data plane serves of HTTP APIs.

use std::sync::Arc;

use super::apis::{Api, Cors};
use super::authorizers::Authorizer;
use super::deployments::{self, Snapshot};
use super::integrations::Integration;
use super::routes::Route;
use super::stages::Stage;
use super::{Id, Tables};
use crate::apigateway::{ApiGateway, ApiId, NotLive, StageName};
use crate::store::Scope;

/// A stage of an HTTP API with all that serving a request takes. Its settings are those of this moment: they act at once.
/// Routes, and what they lead to, are as they were deployed.
pub(crate) struct LiveHttpApi {
    pub(crate) scope: Scope,
    pub(crate) stage: Arc<Stage>,
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
    ) -> Result<LiveHttpApi, NotLive> {
        let api = self.apis.get(id).ok_or(NotLive::NoApi)?;
        if !api.is_http() {
            return Err(NotLive::NotServed);
        }
        let stage =
            stages.find_map(|name| self.stages.get(&(id.clone(), name))).ok_or(NotLive::NoHttpStage)?;
        let deployed = stage.deployment().and_then(|deployment| deployments::snapshot(state, id, deployment));
        Ok(LiveHttpApi {
            scope: scope.clone(),
            stage: Arc::clone(stage),
            api: Arc::clone(api),
            deployed: deployed.ok_or(NotLive::NoHttpStage)?,
        })
    }
}

impl LiveHttpApi {
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
