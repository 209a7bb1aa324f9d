//! Which stages log.

use std::sync::Arc;

use super::{ApiGateway, ApiId, StageName};
use crate::service::ports::StageLogging;
use crate::store::{Scope, Scopes, assert_unlocked};

/// Answers the [`StageLogging`] port from API Gateway's state.
pub(crate) struct LoggedStages {
    states: Arc<Scopes<ApiGateway>>,
}

impl LoggedStages {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<ApiGateway>>) -> Self {
        Self { states }
    }
}

impl StageLogging for LoggedStages {
    fn logs_executions(&self, scope: &Scope, api_id: &str, stage: &str) -> Option<bool> {
        assert_unlocked();
        let key = (ApiId::from(api_id), StageName::from(stage));
        self.states.read(scope, |state| state.stages.get(&key).map(|stage| stage.logs_executions()))
    }
}
