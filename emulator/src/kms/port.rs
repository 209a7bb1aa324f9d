//! Keys for the services that encrypt under them.

use std::sync::Arc;

use stagecheck_policy::{Outcome, Policies, Principal, Request, ResourcePolicy, evaluate};

use super::keys::KeyState;
use super::{Kms, key_ids};
use crate::service::Arn;
use crate::service::ports::{EncryptionKeys, KeyRefusal, KeyUse, named};
use crate::store::{Account, Region, Scope, Scopes, assert_unlocked};

/// Answers the [`EncryptionKeys`] port from KMS's state.
pub(crate) struct KeyRing {
    states: Arc<Scopes<Kms>>,
}

impl KeyRing {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Kms>>) -> Self {
        Self { states }
    }
}

impl EncryptionKeys for KeyRing {
    fn permit(&self, asked: &KeyUse<'_>) -> Result<(), KeyRefusal> {
        assert_unlocked();
        let scope = scope_of(asked.key_arn).ok_or(KeyRefusal::NoSuchKey)?;
        self.states.read(&scope, |state| decide(state, &scope, asked))
    }
}

/// The account and region whose key has this ARN.
fn scope_of(key_arn: &str) -> Option<Scope> {
    let arn = Arn::parse(key_arn)?;
    let scope = Scope { account: Account::parse(arn.account)?, region: Region::parse(arn.region)? };
    (scope.region.partition().id == arn.partition).then_some(scope)
}

/// Whether the key can be used comes first: a policy of a key that cannot is never asked.
fn decide(state: &Kms, scope: &Scope, asked: &KeyUse<'_>) -> Result<(), KeyRefusal> {
    let key = key_ids::find(scope, asked.now, state, asked.key_arn).map_err(|_| KeyRefusal::NoSuchKey)?;
    match key.key_state {
        KeyState::Enabled => {}
        KeyState::Disabled => return Err(KeyRefusal::Disabled),
        KeyState::PendingDeletion => return Err(KeyRefusal::PendingDeletion),
    }
    let policy = state.key_policies.get(&key.key_id).map(|policy| policy.named());
    let resource =
        policy.as_ref().map_or(ResourcePolicy::None, |policy| ResourcePolicy::Required(named(policy)));
    for action in asked.actions {
        let request = Request {
            principal: Principal::Service(asked.service),
            action,
            resource: &key.arn,
            resource_account: None,
            context: asked.context,
        };
        let decision = evaluate(&request, &Policies { resource, ..Policies::default() });
        if decision.outcome != Outcome::Allowed {
            return Err(KeyRefusal::NotAllowed(action, Box::new(decision)));
        }
    }
    Ok(())
}
