//! What the data plane serves: the deployed APIs as they are at this moment.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::RwLock;

use super::apis::RestApi;
use super::{ApiGateway, ApiId, Deployment, Stage, StageName};
use crate::store::{Exported, Scope, Scopes, assert_unlocked};

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
}

/// A stage with all that serving a request takes. Settings and role are those of this moment: they act at once,
/// without a deployment.
pub(crate) struct Live {
    pub(crate) scope: Scope,
    pub(crate) api: Arc<RestApi>,
    pub(crate) stage: Arc<Stage>,
    pub(crate) deployment: Arc<Deployment>,
    pub(crate) account_role: Option<Arc<str>>,
}

/// Why nothing is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotLive {
    NoApi,
    NoStage,
    /// An HTTP or WebSocket API, which this emulator keeps and does not serve.
    NotServed,
}

impl DeployedApis {
    /// Finds them in these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<ApiGateway>>, index: Arc<ApiIndex>) -> Self {
        Self { states, index }
    }

    pub(crate) fn find(&self, api: &str, stage: &str) -> Result<Live, NotLive> {
        assert_unlocked();
        let id = ApiId::from(api);
        let scope = self.index.owner(&id).ok_or(NotLive::NoApi)?;
        self.states.read(&scope, |state| {
            let not_rest = || {
                if state.v2.apis.contains(&id) { NotLive::NotServed } else { NotLive::NoApi }
            };
            let api = state.rest_apis.get(&id).ok_or_else(not_rest)?;
            let stage = state.stages.get(&(id.clone(), StageName::from(stage))).ok_or(NotLive::NoStage)?;
            let deployment =
                state.deployments.get(&(id.clone(), stage.deployment_id.clone())).ok_or(NotLive::NoStage)?;
            Ok(Live {
                api: Arc::clone(api),
                stage: Arc::clone(stage),
                deployment: Arc::clone(deployment),
                account_role: state.account.get(&()).and_then(|row| row.cloudwatch_role_arn.clone()),
                scope: scope.clone(),
            })
        })
    }
}
