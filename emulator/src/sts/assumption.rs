//! What AssumeRole and its kin do once a role's trust policy has let somebody in.

use serde::Serialize;

use super::Sts;
use super::credentials::{Credentials, NewSession, scope_of_arn};
use super::session_policies::{Passed, packed_size};
use super::session_tags::SessionTags;
use crate::service::ports::{ManagedPolicies, RoleSession};
use crate::service::{Ctx, Fault};
use crate::store::Scopes;
use crate::time::Timestamp;

/// A role that is about to be assumed.
pub(super) struct Assumption<'a> {
    pub(super) role: RoleSession,
    pub(super) session_name: &'a str,
    pub(super) expires: Timestamp,
    pub(super) passed: Passed,
    pub(super) tags: SessionTags,
    pub(super) source_identity: Option<String>,
    pub(super) federated_provider: Option<String>,
}

/// What every answer tells of the session.
pub(super) struct Assumed {
    pub(super) credentials: Credentials,
    pub(super) assumed_role_user: AssumedRoleUser,
    pub(super) packed_policy_size: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumedRoleUser {
    assumed_role_id: String,
    arn: String,
}

impl Assumption<'_> {
    /// Gives the session out. It is the role's account's, whoever asks for it.
    pub(super) fn issue(
        self,
        ctx: &Ctx<'_>,
        states: &Scopes<Sts>,
        managed: &dyn ManagedPolicies,
    ) -> Result<Assumed, Fault> {
        let Self { role, session_name, expires, passed, tags, source_identity, federated_provider } = self;
        let scope = scope_of_arn(ctx, &role.role_arn).unwrap_or_else(|| ctx.scope.clone());
        let policies = passed.resolve(&scope, managed)?;
        let packed_policy_size = packed_size(policies.as_deref(), &tags)?;
        let new = NewSession {
            arn: scope.global_arn("sts", format_args!("assumed-role/{}/{session_name}", role.role_name)),
            user_id: format!("{}:{session_name}", role.role_id),
            holder_name: (&*role.role_name).into(),
            holder_arn: role.role_arn,
            expires,
            policies,
            tags,
            source_identity,
            mfa_authenticated: None,
            federated_provider,
        };
        let assumed_role_user =
            AssumedRoleUser { assumed_role_id: new.user_id.clone(), arn: new.arn.clone() };
        Ok(Assumed { credentials: new.issue(ctx, states, &scope)?, assumed_role_user, packed_policy_size })
    }
}
