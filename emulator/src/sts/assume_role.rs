//! AssumeRole.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_policy::{Context, Principal};

use super::sessions::{KEY_PREFIX, Session};
use super::{Sts, faults};
use crate::service::ports::{RoleSession, Roles};
use crate::service::{Ctx, Fault};
use crate::store::{Account, Scopes};
use crate::time::Timestamp;

/// Seconds of a session where the caller does not say.
const DEFAULT_DURATION: i64 = 3600;

/// Seconds of a session that is asked for with another session's keys (role chaining).
const LONGEST_CHAINED: i64 = 3600;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumeRole {
    role_arn: String,
    role_session_name: String,
    duration_seconds: Option<i64>,
    external_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumedRole {
    credentials: Credentials,
    assumed_role_user: AssumedRoleUser,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Credentials {
    access_key_id: String,
    secret_access_key: Arc<str>,
    session_token: Arc<str>,
    expiration: Timestamp,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AssumedRoleUser {
    assumed_role_id: String,
    arn: String,
}

pub(super) fn assume_role(
    ctx: &Ctx<'_>,
    states: &Scopes<Sts>,
    input: AssumeRole,
    roles: &dyn Roles,
) -> Result<AssumedRole, Fault> {
    let caller = &ctx.principal.arn;
    let mut context = Context::default().with("sts:RoleSessionName", [input.role_session_name.as_str()]);
    if let Some(external_id) = &input.external_id {
        context = context.with("sts:ExternalId", [external_id.as_str()]);
    }
    // (inferred) A role of another partition is as good as none: STS does not tell which roles exist.
    if !input.role_arn.starts_with(&format!("arn:{}:", ctx.scope.region.partition().id)) {
        return Err(faults::not_authorized_to_assume(caller, &input.role_arn));
    }
    let role = roles
        .assume(&input.role_arn, Principal::Aws(caller), &context)
        .map_err(|_| faults::not_authorized_to_assume(caller, &input.role_arn))?;
    let duration = input.duration_seconds.unwrap_or(DEFAULT_DURATION);
    check_duration(duration, &role, caller)?;
    // The role's account owns the session, whoever asked for it.
    let mut scope = ctx.scope.clone();
    if let Some(account) = Account::parse(role.role_arn.split(':').nth(4).unwrap_or_default()) {
        scope.account = account;
    }
    let session_name = &input.role_session_name;
    let session = Session {
        account: scope.account.clone(),
        arn: scope.global_arn("sts", format_args!("assumed-role/{}/{session_name}", role.role_name)),
        user_id: format!("{}:{session_name}", role.role_id),
        expires: ctx.now.plus_seconds(duration),
        role_arn: Arc::clone(&role.role_arn),
        role_name: (&*role.role_name).into(),
        issued: ctx.now,
        secret_access_key: ctx.ids.secret(40).into(),
        session_token: ctx.ids.secret(356).into(),
    };
    let output = AssumedRole {
        credentials: Credentials {
            access_key_id: ctx.ids.upper(KEY_PREFIX, 16),
            secret_access_key: Arc::clone(&session.secret_access_key),
            session_token: Arc::clone(&session.session_token),
            expiration: session.expires,
        },
        assumed_role_user: AssumedRoleUser {
            assumed_role_id: session.user_id.clone(),
            arn: session.arn.clone(),
        },
    };
    states.write(&scope, |state| {
        state.sessions.put(output.credentials.access_key_id.as_str().into(), session);
        Ok(output)
    })
}

/// Refuses a session that would last longer than the role, or the caller's own session, allows.
fn check_duration(seconds: i64, role: &RoleSession, caller: &str) -> Result<(), Fault> {
    if seconds > role.max_session_seconds {
        return Err(faults::validation_error(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    if caller.contains(":assumed-role/") && seconds > LONGEST_CHAINED {
        return Err(faults::validation_error(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    Ok(())
}
