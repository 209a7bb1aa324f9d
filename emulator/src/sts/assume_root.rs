//! AssumeRoot.

use serde::{Deserialize, Serialize};

use super::credentials::{Credentials, check_caller};
use super::session_policies::PolicyArn;
use super::{Ports, Sts, faults};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Account, Scopes};

/// What may be done as the root of a member account.
///
/// Source: AWS STS API reference, AssumeRoot.
const TASKS: [&str; 5] = [
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
];

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumeRoot {
    target_principal: String,
    task_policy_arn: PolicyArn,
    duration_seconds: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumedRoot {
    credentials: Credentials,
    source_identity: Option<String>,
}

/// The management account of an organization may become the root of its members. No account here is in an organization, so
/// that none may: a call that is right in all else is refused as one of such an account is.
pub(super) fn assume_root(
    ctx: &Ctx<'_>,
    _: &Scopes<Sts>,
    input: AssumeRoot,
    _: &Ports,
) -> Result<AssumedRoot, Fault> {
    check_caller(ctx, "AssumeRoot")?;
    let partition = ctx.scope.region.partition().id;
    let target = &input.target_principal;
    let account = match Arn::parse(target) {
        Some(arn) if (arn.service, arn.resource) == ("iam", "root") => Account::parse(arn.account),
        _ => Account::parse(target),
    };
    // The wordings of the faults are inferred.
    let account =
        account.ok_or_else(|| faults::validation_error(format!("Invalid TargetPrincipal: {target}")))?;
    let task = input.task_policy_arn.arn().unwrap_or_default();
    let name = task.strip_prefix(&format!("arn:{partition}:iam::aws:policy/root-task/"));
    if !name.is_some_and(|name| TASKS.contains(&name)) {
        return Err(faults::validation_error(format!("Invalid TaskPolicyArn: {task}")));
    }
    if input.duration_seconds == Some(0) {
        return Err(faults::validation_error("DurationSeconds must be greater than 0."));
    }
    let root = format!("arn:{partition}:iam::{account}:root");
    Err(faults::not_authorized(&ctx.principal.arn, "sts:AssumeRoot", &root))
}
