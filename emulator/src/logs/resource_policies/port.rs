//! Resource policies for those who ask what they say.

use std::sync::Arc;

use stagecheck_policy::Decision;

use super::admission;
use super::decision;
use crate::logs::Logs;
use crate::service::Ctx;
use crate::service::ports::{DeliveryAccess, LogPolicies, NoRoomInPolicies, ServiceAccess};
use crate::store::{Scope, Scopes, assert_unlocked};

/// Answers the [`LogPolicies`] port from CloudWatch Logs' state.
pub(crate) struct GroupPolicies {
    states: Arc<Scopes<Logs>>,
}

impl GroupPolicies {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Logs>>) -> Self {
        Self { states }
    }
}

impl LogPolicies for GroupPolicies {
    fn decide(&self, scope: &Scope, asked: &ServiceAccess<'_>) -> Decision {
        assert_unlocked();
        self.states.read(scope, |state| decision::decide(state, asked))
    }

    fn delivery_access(&self, ctx: &Ctx<'_>, group: &str) -> DeliveryAccess {
        assert_unlocked();
        self.states.read(ctx.scope, |state| {
            if !state.groups.contains(&group.into()) {
                return DeliveryAccess::NoGroup;
            }
            match admission::account_policy(ctx, state, group) {
                Ok(_) => DeliveryAccess::Possible,
                Err(NoRoomInPolicies) => DeliveryAccess::NoRoom,
            }
        })
    }

    fn let_delivery_in(&self, ctx: &Ctx<'_>, group: &str) -> Result<(), NoRoomInPolicies> {
        assert_unlocked();
        self.states.write(ctx.scope, |state| admission::admit_to_account(ctx, state, group))
    }
}
