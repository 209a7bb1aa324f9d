//! Lets others assume roles, on the trust policies and permissions as they are now.

use std::sync::Arc;

use stagecheck_policy::{Context, Outcome, Policy, Principal, Request, evaluate_trust};

use super::roles::{Role, of_role};
use super::{Iam, managed_policies};
use crate::service::ports::{NotAssumed, RoleSession, Roles};
use crate::store::{Account, Region, Scope, Scopes, assert_unlocked};

/// Answers the [`Roles`] port from IAM's state.
pub(crate) struct RoleAuthority {
    states: Arc<Scopes<Iam>>,
}

impl RoleAuthority {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Iam>>) -> Self {
        Self { states }
    }
}

impl Roles for RoleAuthority {
    fn assume(
        &self,
        role_arn: &str,
        assumer: Principal<'_>,
        context: &Context,
    ) -> Result<RoleSession, NotAssumed> {
        assert_unlocked();
        let (scope, name) = place_of(role_arn).ok_or(NotAssumed::NoSuchRole)?;
        self.states.read(&scope, |state| {
            let role = state
                .roles
                .get(&name.into())
                .filter(|role| *role.arn == *role_arn)
                .ok_or(NotAssumed::NoSuchRole)?;
            let request = Request {
                principal: assumer,
                action: "sts:AssumeRole",
                resource: role_arn,
                resource_account: None,
                context,
            };
            let trust = Policy { name: "trust policy", document: role.assume_role_policy_document.parsed() };
            let decision = evaluate_trust(&request, &trust);
            match decision.outcome {
                Outcome::Allowed => Ok(session(state, role)),
                Outcome::ExplicitDeny | Outcome::ImplicitDeny => Err(NotAssumed::NotTrusted(decision)),
            }
        })
    }
}

/// Where a role's ARN points: whose state, and the name behind the path.
fn place_of(role_arn: &str) -> Option<(Scope, &str)> {
    let fields: Vec<&str> = role_arn.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = fields.as_slice() else { return None };
    let name = resource.strip_prefix("role/")?.rsplit('/').next()?;
    let region = Region::home_of(partition)?;
    Some((Scope { account: Account::parse(account)?, region }, name))
}

fn session(state: &Iam, role: &Role) -> RoleSession {
    let inline = state.inline_policies.range(of_role(&role.role_name)).map(|(_, policy)| {
        (Arc::from(policy.policy_name.as_str()), Arc::clone(policy.policy_document.parsed()))
    });
    let attached = state.attachments.range(of_role(&role.role_name)).filter_map(|((_, arn), _)| {
        Some((Arc::from(arn.as_str()), managed_policies::default_document(state, arn)?))
    });
    let boundary = role.permissions_boundary.as_ref().and_then(|boundary| {
        let arn = boundary.permissions_boundary_arn.as_str();
        Some((Arc::from(arn), managed_policies::default_document(state, arn)?))
    });
    RoleSession {
        role_arn: Arc::clone(&role.arn),
        role_id: Arc::clone(&role.role_id),
        role_name: Arc::from(role.role_name.as_str()),
        max_session_seconds: role.max_session_duration,
        policies: inline.chain(attached).collect(),
        boundary,
    }
}
