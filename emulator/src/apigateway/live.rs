//! What the data plane serves: the deployed APIs as they are at this moment.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::Arc;

use compact_str::CompactString;
use parking_lot::RwLock;

use super::access::{self, KeyId, Opened, UsagePlan};
use super::apis::RestApi;
use super::domains::{BasePathMapping, NO_BASE_PATH};
use super::{ApiGateway, ApiId, Deployment, Stage, StageName};
use crate::apigatewayv2::LiveApi;
use crate::ids::Ids;
use crate::service::Secret;
use crate::store::{Exported, Propagation, Scope, Scopes, assert_unlocked};
use crate::time::Timestamp;

/// Whose each API and each public domain name is. The address of a deployed API carries no account.
#[derive(Debug, Default)]
pub(crate) struct ApiIndex {
    owners: RwLock<HashMap<ApiId, Scope>>,
    domains: RwLock<HashMap<CompactString, Scope>>,
}

impl ApiIndex {
    /// Follows a commit.
    pub(crate) fn follow(&self, scope: &Scope, state: &ApiGateway) {
        // Private names are reached from within a network alone.
        for key @ (name, _) in state.domain_names.changed().filter(|(_, id)| id.is_empty()) {
            if state.domain_names.contains(key) {
                self.domains.write().insert(name.clone(), scope.clone());
            } else {
                self.domains.write().remove(name);
            }
        }
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
        let domains = states.iter().flat_map(|each| {
            let public = each.state.domain_names.iter().filter(|((_, id), _)| id.is_empty());
            public.map(|((name, _), _)| (name.clone(), each.scope.clone()))
        });
        *self.domains.write() = domains.collect();
    }

    /// The domain name that a host is, or is covered by as `*.example.com`, and whose it is.
    fn domain(&self, host: &str) -> Option<(CompactString, Scope)> {
        let domains = self.domains.read();
        let find =
            |name: &str| domains.get_key_value(name).map(|(name, scope)| (name.clone(), scope.clone()));
        if domains.is_empty() {
            return None;
        }
        let host = host.to_ascii_lowercase();
        find(&host).or_else(|| find(&format!("*.{}", host.split_once('.')?.1)))
    }

    fn owner(&self, id: &ApiId) -> Option<Scope> {
        self.owners.read().get(id).cloned()
    }
}

/// Finds deployed APIs for the data plane.
pub(crate) struct DeployedApis {
    states: Arc<Scopes<ApiGateway>>,
    index: Arc<ApiIndex>,
    /// How settings come here; `None` where they do at once.
    settings: Option<Arc<Propagation<ApiGateway>>>,
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

/// What a path of a custom domain name leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapped {
    pub(crate) api: ApiId,
    pub(crate) stage: StageName,
    /// The base path, empty for none.
    pub(crate) base_path: CompactString,
    /// The rest of the path, with its slash.
    pub(crate) path: String,
}

impl Mapped {
    fn of(mapping: &BasePathMapping, path: &str) -> Self {
        let base_path = if mapping.base_path == NO_BASE_PATH { "" } else { mapping.base_path.as_str() };
        let rest = path.trim_start_matches('/').strip_prefix(base_path).unwrap_or_default();
        let rest = format!("/{}", rest.trim_start_matches('/'));
        let (stage, path) = match &mapping.stage {
            Some(stage) => (stage.clone(), rest),
            // The first segment behind the base path names it.
            None => {
                let (stage, path) = rest[1..].split_once('/').unwrap_or((&rest[1..], ""));
                (StageName::from(stage), format!("/{path}"))
            }
        };
        Self { api: mapping.rest_api_id.clone(), stage, base_path: base_path.into(), path }
    }
}

/// A stage that serves.
pub(crate) enum Served {
    /// Of a REST API.
    Rest(Live),
    /// Of an HTTP API.
    Http(LiveApi),
    /// Of a WebSocket API.
    WebSocket(LiveApi),
}

/// Why nothing is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotLive {
    UnknownApi,
    NoStage,
    /// An HTTP API that has none of the stages, or nothing deployed there.
    NoHttpStage,
}

impl DeployedApis {
    /// Finds them in these states, with settings as they come. Which requests a canary takes is drawn from `ids`.
    #[must_use]
    pub(crate) fn new(
        states: Arc<Scopes<ApiGateway>>,
        index: Arc<ApiIndex>,
        settings: Option<Arc<Propagation<ApiGateway>>>,
        ids: Arc<Ids>,
    ) -> Self {
        Self { states, index, settings, ids }
    }

    /// What a custom domain name leads to; `None` where the host is no such name.
    pub(crate) fn of_domain(&self, host: &str, path: &str) -> Option<Result<Mapped, NotLive>> {
        assert_unlocked();
        let (domain, scope) = self.index.domain(host)?;
        let mapped = self.states.read(&scope, |state| {
            let segments = path.trim_start_matches('/');
            let ends = segments.match_indices('/').map(|(at, _)| at).chain([segments.len()]);
            let paths = ends.map(|end| &segments[..end]).filter(|path| !path.is_empty());
            // The longest base path that there is wins.
            let mut candidates: Vec<&str> = paths.collect();
            candidates.reverse();
            candidates.push(NO_BASE_PATH);
            candidates.into_iter().find_map(|base_path| {
                let key = (domain.clone(), CompactString::default(), CompactString::from(base_path));
                state.base_path_mappings.get(&key).map(Arc::clone)
            })
        });
        let mapped = mapped.ok_or(NotLive::NoStage).map(|mapping| Mapped::of(&mapping, path));
        Some(mapped)
    }

    /// What a key opens at a stage; `None` where there is no such key.
    pub(crate) fn open(&self, scope: &Scope, api: &str, stage: &str, value: &Secret) -> Option<Opened> {
        assert_unlocked();
        let (api, stage) = (ApiId::from(api), StageName::from(stage));
        self.states.read(scope, |state| access::open(state, &api, &stage, value))
    }

    /// Counts a request of a key against its plan's quota. `false` where that is used up.
    pub(crate) fn count(&self, scope: &Scope, plan: &UsagePlan, key: &str, now: Timestamp) -> bool {
        assert_unlocked();
        let counted = self
            .states
            .write(scope, |state| Ok::<_, Infallible>(access::count(state, plan, &KeyId::from(key), now)));
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
        let scope = self.index.owner(&id).ok_or(NotLive::UnknownApi)?;
        let served = self.states.read(&scope, |state| {
            let mut stages = stages.map(StageName::from);
            match state.rest_apis.get(&id) {
                Some(api) => {
                    let stage = stages.next().ok_or(NotLive::NoStage)?;
                    self.rest_stage(state, &scope, api, stage).map(Served::Rest)
                }
                None => state.v2.live(state, &scope, &id, stages),
            }
        })?;
        Ok(match served {
            Served::Rest(live) => Served::Rest(self.settled(live)),
            other @ (Served::Http(_) | Served::WebSocket(_)) => other,
        })
    }

    /// The stage with the settings that have come here, under the role that has. Deployments act at once.
    fn settled(&self, live: Live) -> Live {
        let Some(settings) = &self.settings else { return live };
        let key = (live.api.id.clone(), live.stage.stage_name.clone());
        settings.read(&live.scope.clone(), |state| Live {
            stage: Arc::new(live.stage.with_settings_of(state.stages.get(&key).map(|stage| &**stage))),
            account_role: state.logging_role().cloned(),
            ..live
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
            account_role: state.logging_role().cloned(),
            scope: scope.clone(),
            is_canary: canary.is_some(),
        })
    }
}
