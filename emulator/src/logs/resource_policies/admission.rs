//! The statements that AWS writes so that log delivery may write to a group.

use std::sync::Arc;

use serde_json::json;
use stagecheck_policy::{Context, Outcome};

use super::decision::decide;
use super::{PolicyName, ResourcePolicy, has_room};
use crate::logs::{GroupName, Logs};
use crate::service::ports::{DELIVERY_SERVICE, NoRoomInPolicies, ServiceAccess};
use crate::service::{Ctx, PolicyDocument};
use crate::store::Scope;

/// The account's policy that AWS writes (captured).
const ACCOUNT_POLICY: PolicyName = PolicyName::const_new("AWSLogDeliveryWrite20150319");

/// What the statements of that policy are called, with a number behind all but the first (captured).
const ACCOUNT_SID: &str = "AWSLogDeliveryWrite";

/// What the statement of a group's own policy is called.
///
/// Source: CloudWatch Logs user guide, "Logs sent to CloudWatch Logs".
const GROUP_SID: &str = "AWSLogDeliveryWrite20150319";

/// The longest that AWS lets a policy become. It was 5,120, as some guides still say; a captured one is far longer, and
/// the user guide has this number for those of groups.
const MOST_BYTES: usize = 51_200;

/// The groups that are let in together when the account's policy comes near its end.
///
/// Source: CloudWatch Logs user guide, "Enable logging from AWS services".
const VENDED_PREFIX: &str = "/aws/vendedlogs/";

/// The account's policy as it has to be for log delivery to write to a group; `None` where it may already.
pub(super) fn account_policy(
    ctx: &Ctx<'_>,
    state: &Logs,
    group: &str,
) -> Result<Option<ResourcePolicy>, NoRoomInPolicies> {
    let present = state.account_policies.get(&ACCOUNT_POLICY).map(|policy| &policy.policy_document);
    let resource = streams_of(ctx.scope, group);
    if may_deliver(ctx.scope, state, group) || present.is_some_and(|present| names(present, &resource)) {
        return Ok(None);
    }
    if present.is_none() && !has_room(ctx, state) {
        return Err(NoRoomInPolicies);
    }
    let all_vended = streams_of(ctx.scope, &format!("{VENDED_PREFIX}*"));
    let with_group = extended(ctx.scope, present, ACCOUNT_SID, &resource)?;
    // With the group's own statement there must still be room for the one of all vended groups.
    let document = match extended(ctx.scope, Some(&with_group), ACCOUNT_SID, &all_vended) {
        Ok(_) => with_group,
        Err(_) if group.starts_with(VENDED_PREFIX) => extended(ctx.scope, present, ACCOUNT_SID, &all_vended)?,
        Err(no_room) => return Err(no_room),
    };
    Ok(Some(ResourcePolicy::of_account(ctx, ACCOUNT_POLICY, document)))
}

/// Writes the account's policy so that log delivery may write to a group.
pub(super) fn admit_to_account(ctx: &Ctx<'_>, state: &mut Logs, group: &str) -> Result<(), NoRoomInPolicies> {
    if let Some(policy) = account_policy(ctx, state, group)? {
        state.account_policies.put(ACCOUNT_POLICY, policy);
    }
    Ok(())
}

/// Writes a group's own policy so that log delivery may write to it, unless it may already. A group that is not there
/// gets none.
///
/// Source: CloudWatch Logs user guide, "Logs sent to CloudWatch Logs": what sets up a delivery writes to the policy of the
/// group, but not where one of the account lets delivery in.
pub(in crate::logs) fn admit_to_group(
    ctx: &Ctx<'_>,
    state: &mut Logs,
    name: &GroupName,
) -> Result<(), NoRoomInPolicies> {
    let Some(group) = state.groups.get(name).map(Arc::clone) else { return Ok(()) };
    let present = state.group_policies.get(name).map(|policy| &policy.policy_document);
    let resource = streams_of(ctx.scope, name);
    if may_deliver(ctx.scope, state, name) || present.is_some_and(|present| names(present, &resource)) {
        return Ok(());
    }
    let document = extended(ctx.scope, present, GROUP_SID, &resource)?;
    let policy = ResourcePolicy::of_group(ctx, Arc::clone(&group.log_group_arn), document);
    state.group_policies.put(name.clone(), policy);
    Ok(())
}

/// Whether log delivery may do all that it takes, asked with the values that AWS's own statements want.
fn may_deliver(scope: &Scope, state: &Logs, group: &str) -> bool {
    let context = Context::default()
        .with("aws:SourceAccount", [scope.account.as_str()])
        .with("aws:SourceArn", [scope.arn("logs", format_args!("delivery-source:any"))]);
    let resource = scope.arn("logs", format_args!("log-group:{group}:log-stream:any"));
    ["logs:CreateLogStream", "logs:PutLogEvents"].into_iter().all(|action| {
        let asked =
            ServiceAccess { service: DELIVERY_SERVICE, action, resource: &resource, context: &context };
        decide(state, &asked).outcome == Outcome::Allowed
    })
}

/// Whether a policy has a statement of these very streams, be they let in by it or not: it is not written again.
fn names(policy: &PolicyDocument, resource: &str) -> bool {
    policy.text().contains(&format!("\"{resource}\""))
}

/// A policy with one more statement, or a new one with it.
fn extended(
    scope: &Scope,
    present: Option<&PolicyDocument>,
    sid: &str,
    resource: &str,
) -> Result<PolicyDocument, NoRoomInPolicies> {
    let text = match present {
        Some(present) => present.with_statement(&statement(scope, &free_sid(present, sid), resource)),
        None => {
            let statement = statement(scope, sid, resource);
            Some(format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#))
        }
    };
    let document = text.filter(|text| text.len() <= MOST_BYTES).map(PolicyDocument::parse);
    document.and_then(Result::ok).ok_or(NoRoomInPolicies)
}

/// The Sid itself, or the first with a number that no statement has. That numbers which became free are used again is
/// inferred.
fn free_sid(policy: &PolicyDocument, sid: &str) -> String {
    let taken =
        |sid: &str| policy.parsed().statements.iter().any(|statement| statement.sid.as_deref() == Some(sid));
    let mut free = sid.to_owned();
    let mut number = 0_usize;
    while taken(&free) {
        number = number.saturating_add(1);
        free = format!("{sid}{number}");
    }
    free
}

/// The statement (captured).
fn statement(scope: &Scope, sid: &str, resource: &str) -> String {
    let statement = json!({
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": DELIVERY_SERVICE},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": resource,
        "Condition": {
            "StringEquals": {"aws:SourceAccount": scope.account},
            "ArnLike": {"aws:SourceArn": scope.arn("logs", format_args!("*"))},
        },
    });
    statement.to_string()
}

fn streams_of(scope: &Scope, group: &str) -> String {
    scope.arn("logs", format_args!("log-group:{group}:log-stream:*"))
}
