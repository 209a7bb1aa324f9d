//! Giving out temporary credentials.

use std::sync::Arc;

use compact_str::CompactString;
use serde::Serialize;

use super::session_policies::SessionPolicy;
use super::session_tags::SessionTags;
use super::sessions::{self, KEY_PREFIX, Session};
use super::{Sts, faults, key_ids};
use crate::service::ports::{MfaDevices, RoleSession};
use crate::service::{Arn, Ctx, Fault, Identity};
use crate::store::{Account, Scope, Scopes};
use crate::time::Timestamp;

/// Seconds of a session of a role where the caller does not say, and of one that is asked for with another's keys.
pub(super) const AN_HOUR: i64 = 3600;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Credentials {
    access_key_id: String,
    secret_access_key: Arc<str>,
    session_token: Arc<str>,
    expiration: Timestamp,
}

/// A session that is to be.
#[derive(Default)]
pub(super) struct NewSession {
    pub(super) arn: String,
    pub(super) user_id: String,
    pub(super) holder_arn: Arc<str>,
    pub(super) holder_name: CompactString,
    pub(super) expires: Timestamp,
    pub(super) policies: Option<Vec<SessionPolicy>>,
    pub(super) tags: SessionTags,
    pub(super) source_identity: Option<String>,
    pub(super) mfa_authenticated: Option<Timestamp>,
    pub(super) federated_provider: Option<String>,
}

impl NewSession {
    /// Gives it out, as one of this account.
    pub(super) fn issue(
        self,
        ctx: &Ctx<'_>,
        states: &Scopes<Sts>,
        scope: &Scope,
    ) -> Result<Credentials, Fault> {
        let session = Session {
            account: scope.account.clone(),
            arn: self.arn,
            user_id: self.user_id,
            expires: self.expires,
            holder_arn: self.holder_arn,
            holder_name: self.holder_name,
            issued: ctx.now,
            secret_access_key: ctx.ids.secret(40).into(),
            session_token: ctx.ids.secret(356).into(),
            policies: self.policies,
            tags: self.tags.all().cloned().collect(),
            transitive_tag_keys: self.tags.transitive_keys().to_vec(),
            source_identity: self.source_identity,
            mfa_authenticated: self.mfa_authenticated,
            federated_provider: self.federated_provider,
        };
        let credentials = Credentials {
            access_key_id: key_ids::make(ctx.ids, KEY_PREFIX, &scope.account),
            secret_access_key: Arc::clone(&session.secret_access_key),
            session_token: Arc::clone(&session.session_token),
            expiration: session.expires,
        };
        states.write(scope, |state| {
            sessions::sweep(state, ctx.now);
            state.sessions.put(credentials.access_key_id.as_str().into(), session);
            Ok(credentials)
        })
    }
}

/// When a session ends that begins now. AWS tells it in whole seconds.
pub(super) fn expiry(ctx: &Ctx<'_>, seconds: i64) -> Timestamp {
    ctx.now.plus_seconds(seconds).whole_seconds()
}

/// The account of an ARN, in the region of the call.
pub(super) fn scope_of_arn(ctx: &Ctx<'_>, arn: &str) -> Option<Scope> {
    let account = Account::parse(Arn::parse(arn)?.account)?;
    Some(Scope { account, region: ctx.scope.region.clone() })
}

/// How long a session of a role lasts, which is no longer than the role allows.
pub(super) fn role_duration(asked: Option<i64>, role: &RoleSession) -> Result<i64, Fault> {
    let seconds = asked.unwrap_or(AN_HOUR);
    if seconds > role.max_session_seconds { Err(faults::beyond_the_role()) } else { Ok(seconds) }
}

/// Whether the caller gave a code of its MFA device, which must be right then.
pub(super) fn check_mfa(
    ctx: &Ctx<'_>,
    devices: &dyn MfaDevices,
    serial_number: Option<&str>,
    code: Option<&str>,
) -> Result<bool, Fault> {
    match (serial_number, code) {
        (None, None) => Ok(false),
        (Some(serial), Some(code)) if devices.verify(ctx.principal, serial, code, ctx.now) => Ok(true),
        (Some(_), Some(_)) => Err(faults::wrong_mfa_code()),
        (Some(_), None) | (None, Some(_)) => Err(faults::half_an_mfa_code()),
    }
}

/// Refuses callers whose credentials are not good for the operation.
///
/// Source: AWS IAM user guide, "Compare AWS STS credentials".
pub(super) fn check_caller(ctx: &Ctx<'_>, operation: &str) -> Result<(), Fault> {
    let caller = ctx.principal;
    let refused = match (&caller.session, &caller.identity) {
        (None, _) => false,
        (Some(_), _) if caller.is_federated_user() => true,
        (Some(_), Identity::Role { .. }) => matches!(operation, "GetFederationToken" | "GetSessionToken"),
        (Some(_), Identity::Root | Identity::User { .. }) => operation != "AssumeRole",
    };
    if refused { Err(faults::not_with_session_credentials(operation)) } else { Ok(()) }
}
