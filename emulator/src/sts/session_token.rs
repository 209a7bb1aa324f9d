//! GetSessionToken.

use serde::{Deserialize, Serialize};

use super::credentials::{AN_HOUR, Credentials, NewSession, check_caller, check_mfa, expiry};
use super::{Ports, Sts};
use crate::service::{Ctx, Fault, Identity};
use crate::store::Scopes;

/// Seconds of a user's session where the user does not say.
const DEFAULT_DURATION: i64 = 12 * 3600;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetSessionToken {
    duration_seconds: Option<i64>,
    serial_number: Option<String>,
    token_code: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SessionToken {
    credentials: Credentials,
}

/// The session has the caller's own name and permissions.
pub(super) fn get(
    ctx: &Ctx<'_>,
    states: &Scopes<Sts>,
    input: GetSessionToken,
    ports: &Ports,
) -> Result<SessionToken, Fault> {
    check_caller(ctx, "GetSessionToken")?;
    let gave_mfa_code =
        check_mfa(ctx, &*ports.mfa_devices, input.serial_number.as_deref(), input.token_code.as_deref())?;
    let new = NewSession {
        arn: ctx.principal.arn.clone(),
        user_id: ctx.principal.user_id.clone(),
        mfa_authenticated: gave_mfa_code.then_some(ctx.now),
        ..holding(ctx, input.duration_seconds)
    };
    Ok(SessionToken { credentials: new.issue(ctx, states, ctx.scope)? })
}

/// A session with the permissions of the caller, who is a user or the root. What the root asks for beyond an hour is an
/// hour, as documented.
pub(super) fn holding(ctx: &Ctx<'_>, duration_seconds: Option<i64>) -> NewSession {
    let seconds = duration_seconds.unwrap_or(DEFAULT_DURATION);
    match &ctx.principal.identity {
        Identity::Root => NewSession { expires: expiry(ctx, seconds.min(AN_HOUR)), ..NewSession::default() },
        Identity::User { arn, name } | Identity::Role { arn, name } => NewSession {
            holder_arn: arn.clone(),
            holder_name: name.clone(),
            expires: expiry(ctx, seconds),
            ..NewSession::default()
        },
    }
}
