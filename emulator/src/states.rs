//! All that the emulator keeps, in one place: to reset, export and import it as a whole.

use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::apigateway::{ApiGateway, ApiIndex};
use crate::iam::{Iam, UserKeys};
use crate::logs::Logs;
use crate::store::{Exported, Scope, Scopes};
use crate::sts::{SessionKeys, Sts};

/// The version of the exported form. An import of another version is refused.
pub const SCHEMA: &str = "stagecheck-emulator/1";

/// The states of all services, with the indexes that follow them.
pub(crate) struct States {
    pub(crate) apigateway: Arc<Scopes<ApiGateway>>,
    pub(crate) iam: Arc<Scopes<Iam>>,
    pub(crate) sts: Arc<Scopes<Sts>>,
    pub(crate) logs: Arc<Scopes<Logs>>,
    pub(crate) apis: Arc<ApiIndex>,
    pub(crate) session_keys: Arc<SessionKeys>,
    pub(crate) user_keys: Arc<UserKeys>,
}

/// The exported form: every scope of every service.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Export<A, I, S, L> {
    schema: String,
    apigateway: Vec<Exported<A>>,
    iam: Vec<Exported<I>>,
    sts: Vec<Exported<S>>,
    logs: Vec<Exported<L>>,
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
    pub(crate) fn new() -> Self {
        let apis = Arc::new(ApiIndex::default());
        let session_keys = Arc::new(SessionKeys::default());
        let user_keys = Arc::new(UserKeys::default());
        let (follow_apis, follow_keys) = (Arc::clone(&apis), Arc::clone(&session_keys));
        let follow_user_keys = Arc::clone(&user_keys);
        Self {
            apigateway: Arc::new(Scopes::with_commit_hook(move |scope, state| {
                follow_apis.follow(scope, state);
            })),
            iam: Arc::new(Scopes::with_commit_hook(move |scope, state| {
                follow_user_keys.follow(scope, state);
            })),
            sts: Arc::new(Scopes::with_commit_hook(move |_, state| follow_keys.follow(state))),
            logs: Arc::default(),
            apis,
            session_keys,
            user_keys,
        }
    }

    /// Forgets everything. What was there comes back, for the caller to drop where nobody waits for it.
    pub(crate) fn take_all(&self) -> impl Send + 'static + use<> {
        let apigateway = self.apigateway.replace(Vec::new(), &|states| self.apis.rebuild(states));
        let sts = self.sts.replace(Vec::new(), &|states| self.session_keys.rebuild(states));
        let iam = self.iam.replace(Vec::new(), &|states| self.user_keys.rebuild(states));
        let logs = self.logs.replace(Vec::new(), &|_| {});
        (apigateway, iam, sts, logs)
    }

    /// Everything, as JSON.
    pub(crate) fn export(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&Export {
            schema: SCHEMA.to_owned(),
            apigateway: self.apigateway.export()?,
            iam: self.iam.export()?,
            sts: self.sts.export()?,
            logs: self.logs.export()?,
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
        let export: Export<ApiGateway, Iam, Sts, Logs> = serde_json::from_slice(json)?;
        once_each(&export.apigateway)?;
        once_each(&export.iam)?;
        once_each(&export.sts)?;
        once_each(&export.logs)?;
        drop(self.apigateway.replace(export.apigateway, &|states| self.apis.rebuild(states)));
        drop(self.iam.replace(export.iam, &|states| self.user_keys.rebuild(states)));
        drop(self.sts.replace(export.sts, &|states| self.session_keys.rebuild(states)));
        drop(self.logs.replace(export.logs, &|_| {}));
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
