//! All that the emulator keeps, in one place: to reset, export and import it as a whole.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::apigateway::{ApiGateway, ApiIndex};
use crate::iam::{Iam, Registry, UserKeys};
use crate::kms::Kms;
use crate::logs::Logs;
use crate::store::{Exported, InEffect, Propagation, Scope, Scopes};
use crate::sts::{SessionKeys, Sts};
use crate::time::Clock;

/// The version of the exported form. An import of another version is refused.
pub const SCHEMA: &str = "stagecheck-emulator/1";

/// The states of all services, with the indexes that follow them.
pub(crate) struct States {
    pub(crate) apigateway: Arc<Scopes<ApiGateway>>,
    pub(crate) iam: Arc<Scopes<Iam>>,
    pub(crate) sts: Arc<Scopes<Sts>>,
    pub(crate) logs: Arc<Scopes<Logs>>,
    pub(crate) kms: Arc<Scopes<Kms>>,
    pub(crate) apis: Arc<ApiIndex>,
    pub(crate) session_keys: Arc<SessionKeys>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) user_keys: Arc<UserKeys>,
    /// How changes take effect.
    propagations: Propagations,
}

/// How changes to services take effect; `None` where they do at once.
#[derive(Clone, Default)]
pub(crate) struct Propagations {
    pub(crate) iam: Option<Arc<Propagation<Iam>>>,
    /// Of API Gateway's stages and account.
    pub(crate) settings: Option<Arc<Propagation<ApiGateway>>>,
}

impl Propagations {
    /// Changes to IAM and to API Gateway's settings take effect after these times of this clock.
    pub(crate) fn new(iam: Duration, settings: Duration, clock: &Arc<dyn Clock>) -> Self {
        Self {
            iam: Propagation::new(iam, Arc::clone(clock), |state: &Iam| !state.is_only_usage()),
            settings: Propagation::new(settings, Arc::clone(clock), ApiGateway::changes_settings),
        }
    }
}

/// The exported form: every scope of every service.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Export<A, I, S, L, K> {
    schema: String,
    apigateway: Vec<Exported<A>>,
    iam: Vec<Exported<I>>,
    sts: Vec<Exported<S>>,
    logs: Vec<Exported<L>>,
    #[serde(default = "Vec::new")]
    kms: Vec<Exported<K>>,
}

/// Why a text is not taken as state.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotImported {
    #[error("the body is not an exported state: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("the state has schema {0:?}; this emulator reads {SCHEMA:?}")]
    OtherSchema(String),
    #[error("the state has account {} in {} twice", .0.account, .0.region)]
    Twice(Scope),
}

impl States {
    pub(crate) fn new(propagations: Propagations) -> Self {
        let apis = Arc::new(ApiIndex::default());
        let session_keys = Arc::new(SessionKeys::default());
        let Propagations { iam: follow_iam, settings: follow_settings } = propagations.clone();
        let (follow_apis, follow_keys) = (Arc::clone(&apis), Arc::clone(&session_keys));
        let registry = Arc::new(Registry::default());
        let follow_registry = Arc::clone(&registry);
        let user_keys = Arc::new(UserKeys::default());
        let follow_user_keys = Arc::clone(&user_keys);
        Self {
            apigateway: Arc::new(Scopes::with_commit_hook(move |scope, state| {
                follow_apis.follow(scope, state);
                if let Some(propagation) = &follow_settings {
                    propagation.follow(scope, state);
                }
            })),
            iam: Arc::new(Scopes::with_commit_hook(move |scope, state| {
                follow_user_keys.follow(scope, state);
                follow_registry.follow(scope, state);
                if let Some(propagation) = &follow_iam {
                    propagation.follow(scope, state);
                }
            })),
            sts: Arc::new(Scopes::with_commit_hook(move |_, state| follow_keys.follow(state))),
            logs: Arc::default(),
            kms: Arc::default(),
            apis,
            session_keys,
            user_keys,
            registry,
            propagations,
        }
    }

    /// The states of IAM that decide what callers may do.
    pub(crate) fn iam_in_effect(&self) -> InEffect<Iam> {
        match &self.propagations.iam {
            Some(propagation) => InEffect::Later(Arc::clone(propagation)),
            None => InEffect::AtOnce(Arc::clone(&self.iam)),
        }
    }

    /// How API Gateway's settings come to the data plane; `None` where they do at once.
    pub(crate) fn settings(&self) -> Option<Arc<Propagation<ApiGateway>>> {
        self.propagations.settings.clone()
    }

    fn rebuild_apigateway(&self, states: &[Exported<ApiGateway>]) {
        self.apis.rebuild(states);
        if let Some(propagation) = &self.propagations.settings {
            propagation.rebuild(states);
        }
    }

    fn rebuild_iam(&self, states: &[Exported<Iam>]) {
        self.registry.rebuild(states);
        self.user_keys.rebuild(states);
        if let Some(propagation) = &self.propagations.iam {
            propagation.rebuild(states);
        }
    }

    /// Forgets everything. What was there comes back, for the caller to drop where nobody waits for it.
    pub(crate) fn take_all(&self) -> impl Send + 'static + use<> {
        let apigateway = self.apigateway.replace(Vec::new(), &|states| self.rebuild_apigateway(states));
        let sts = self.sts.replace(Vec::new(), &|states| self.session_keys.rebuild(states));
        let iam = self.iam.replace(Vec::new(), &|states| self.rebuild_iam(states));
        let logs = self.logs.replace(Vec::new(), &|_| {});
        let kms = self.kms.replace(Vec::new(), &|_| {});
        (apigateway, iam, sts, logs, kms)
    }

    /// Everything, as JSON.
    pub(crate) fn export(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Export {
            schema: SCHEMA.to_owned(),
            apigateway: self.apigateway.export()?,
            iam: self.iam.export()?,
            sts: self.sts.export()?,
            logs: self.logs.export()?,
            kms: self.kms.export()?,
        })
    }

    /// Puts an export in place of everything. Nothing changes unless all of it can be read.
    pub(crate) fn import(&self, json: &[u8]) -> Result<(), NotImported> {
        #[derive(Deserialize)]
        struct Schema {
            schema: String,
        }
        let Schema { schema } = serde_json::from_slice(json)?;
        if schema != SCHEMA {
            return Err(NotImported::OtherSchema(schema));
        }
        let export: Export<ApiGateway, Iam, Sts, Logs, Kms> = serde_json::from_slice(json)?;
        once_each(&export.apigateway)?;
        once_each(&export.iam)?;
        once_each(&export.sts)?;
        once_each(&export.logs)?;
        once_each(&export.kms)?;
        drop(self.apigateway.replace(export.apigateway, &|states| self.rebuild_apigateway(states)));
        drop(self.iam.replace(export.iam, &|states| self.rebuild_iam(states)));
        drop(self.sts.replace(export.sts, &|states| self.session_keys.rebuild(states)));
        drop(self.logs.replace(export.logs, &|_| {}));
        drop(self.kms.replace(export.kms, &|_| {}));
        Ok(())
    }
}

/// Of two states of one scope, one would be lost.
fn once_each<T>(exported: &[Exported<T>]) -> Result<(), NotImported> {
    let mut scopes = HashSet::new();
    match exported.iter().find(|each| !scopes.insert(&each.scope)) {
        Some(Exported { scope, .. }) => Err(NotImported::Twice(scope.clone())),
        None => Ok(()),
    }
}
