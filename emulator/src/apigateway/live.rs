//! What the data plane serves: the deployed APIs as they are at this moment.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::Arc;

use parking_lot::RwLock;

use super::access::{self, KeyId, Opened, UsagePlan};
use super::apis::RestApi;
use super::{ApiGateway, ApiId, Deployment, Stage, StageName};
use crate::apigatewayv2::LiveHttpApi;
use crate::ids::Ids;
use crate::service::Secret;
use crate::store::{Exported, Scope, Scopes, assert_unlocked};
use crate::time::Timestamp;

/// Whose each API is. The address of a deployed API carries no account.
#[derive(Debug, Default)]
pub(crate) struct ApiIndex {
    owners: RwLock<HashMap<ApiId, Scope>>,
}

impl ApiIndex {
    /// Follows a commit.
    pub(crate) fn follow(&self, scope: &Scope, state: &ApiGateway) {
        let mut changed = state.rest_apis.changed().chain(state.v2.apis.changed()).peekable();
        if changed.peek().is_none() {
            return;
        }
        let mut owners = self.owners.write();
        for id in changed {
            if state.rest_apis.contains(id) || state.v2.apis.contains(id) {
                owners.insert(id.clone(), scope.clone());
            } else {
                owners.remove(id);
            }
        }
    }

    /// Knows these states' APIs and no others.
    pub(crate) fn rebuild(&self, states: &[Exported<ApiGateway>]) {
        let apis = states.iter().flat_map(|each| {
            let rest = each.state.rest_apis.iter().map(|(id, _)| id);
            let others = each.state.v2.apis.iter().map(|(id, _)| id);
            rest.chain(others).map(|id| (id.clone(), each.scope.clone()))
        });
        *self.owners.write() = apis.collect();
    }

    fn owner(&self, id: &ApiId) -> Option<Scope> {
        self.owners.read().get(id).cloned()
    }
}

/// Finds deployed APIs for the data plane.
pub(crate) struct DeployedApis {
    states: Arc<Scopes<ApiGateway>>,
    index: Arc<ApiIndex>,
    ids: Arc<Ids>,
}

/// A stage with all that serving a request takes. Settings and role are those of this moment: they act at once,
/// without a deployment.
pub(crate) struct Live {
    pub(crate) scope: Scope,
    pub(crate) api: Arc<RestApi>,
    pub(crate) stage: Arc<Stage>,
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) account_role: Option<Arc<str>>,
    /// Whether the canary serves the request.
    pub(crate) is_canary: bool,
}

impl Live {
    /// The value of a stage variable, or what the canary has in its place.
    pub(crate) fn stage_variable(&self, name: &str) -> Option<&str> {
        let canary = self.stage.canary_settings.as_ref().filter(|_| self.is_canary);
        let overrides = canary.and_then(|canary| canary.stage_variable_overrides.as_ref());
        let overridden = overrides.and_then(|overrides| overrides.get(name)).map(String::as_str);
        overridden.or_else(|| self.stage.variable(name))
    }

    /// All stage variables.
    pub(crate) fn stage_variables(&self) -> BTreeMap<&str, &str> {
        let canary = self.stage.canary_settings.as_ref().filter(|_| self.is_canary);
        let overrides = canary.and_then(|canary| canary.stage_variable_overrides.as_ref());
        let all = self.stage.variables().chain(overrides.into_iter().flatten());
        all.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// Whether the API answers at its own address, in the region that the address names, if it names one.
    pub(crate) fn is_at(&self, region: Option<&str>) -> bool {
        !self.api.disable_execute_api_endpoint
            && region.is_none_or(|region| region == self.scope.region.as_str())
    }
}

/// A stage that serves.
pub(crate) enum Served {
    /// Of a REST API.
    Rest(Live),
    /// Of an HTTP API.
    Http(LiveHttpApi),
}

/// Why nothing is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotLive {
    NoApi,
    NoStage,
    /// An HTTP API that has none of the stages, or nothing deployed there.
    NoHttpStage,
    /// A WebSocket API, which this emulator keeps and does not serve.
    NotServed,
}

impl DeployedApis {
    /// Finds them in these states. Which requests a canary takes is drawn from `ids`.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<ApiGateway>>, index: Arc<ApiIndex>, ids: Arc<Ids>) -> Self {
        Self { states, index, ids }
    }

    /// What a key opens at a stage; `None` where there is no such key.
    pub(crate) fn open(&self, live: &Live, value: &Secret) -> Option<Opened> {
        assert_unlocked();
        self.states
            .read(&live.scope, |state| access::open(state, &live.api.id, &live.stage.stage_name, value))
    }

    /// Counts a request of a key against its plan's quota. `false` where that is used up.
    pub(crate) fn count(&self, live: &Live, plan: &UsagePlan, key: &str, now: Timestamp) -> bool {
        assert_unlocked();
        let counted = self.states.write(&live.scope, |state| {
            Ok::<_, Infallible>(access::count(state, plan, &KeyId::from(key), now))
        });
        match counted {
            Ok(is_counted) => is_counted,
            Err(never) => match never {},
        }
    }

    /// The first of these stages that an API has.
    pub(crate) fn find<'s>(
        &self,
        api: &str,
        stages: impl Iterator<Item = &'s str>,
    ) -> Result<Served, NotLive> {
        assert_unlocked();
        let id = ApiId::from(api);
        let scope = self.index.owner(&id).ok_or(NotLive::NoApi)?;
        self.states.read(&scope, |state| {
            let mut stages = stages.map(StageName::from);
            match state.rest_apis.get(&id) {
                Some(api) => {
                    let stage = stages.next().ok_or(NotLive::NoStage)?;
                    self.rest_stage(state, &scope, api, stage).map(Served::Rest)
                }
                None => state.v2.live(state, &scope, &id, stages).map(Served::Http),
            }
        })
    }

    fn rest_stage(
        &self,
        state: &ApiGateway,
        scope: &Scope,
        api: &Arc<RestApi>,
        name: StageName,
    ) -> Result<Live, NotLive> {
        let id = &api.id;
        let stage = state.stages.get(&(id.clone(), name)).ok_or(NotLive::NoStage)?;
        let canary = stage.canary_settings.as_ref();
        let canary = canary.filter(|canary| self.ids.percent() < canary.percent_traffic);
        let deployment_id = canary.map_or(&stage.deployment_id, |canary| &canary.deployment_id);
        let deployment =
            state.deployments.get(&(id.clone(), deployment_id.clone())).ok_or(NotLive::NoStage)?;
        Ok(Live {
            api: Arc::clone(api),
            stage: Arc::clone(stage),
            deployment: Arc::clone(deployment),
            account_role: state.account.get(&()).and_then(|row| row.cloudwatch_role_arn.clone()),
            scope: scope.clone(),
            is_canary: canary.is_some(),
        })
    }
}
