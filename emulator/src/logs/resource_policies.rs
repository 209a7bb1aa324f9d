//! Resource policies: which AWS services may write to an account's log groups.
//!
//! An account has some by name, which are of all its groups, and each log group may have one of its own, which has
//! revisions.

mod admission;
mod decision;
mod port;

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::logs as operations;

pub(super) use admission::admit_to_group;
pub(crate) use port::GroupPolicies;

use super::{GroupName, Logs, faults, groups, quotas};
use crate::service::{Ctx, Fault, PolicyDocument, Registrar};
use crate::store::{BadToken, Scope, Table};
use crate::time::Timestamp;

pub(super) type PolicyName = CompactString;

/// Policies on a page where the caller does not say. It is also the most.
const DEFAULT_LIMIT: usize = 50;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Logs>) {
    registrar.write(&operations::PUT_RESOURCE_POLICY, put, &[]);
    registrar.read(&operations::DESCRIBE_RESOURCE_POLICIES, describe, &[]);
    registrar.write(&operations::DELETE_RESOURCE_POLICY, delete, &[]);
}

/// A resource policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourcePolicy {
    /// Of those of the account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy_name: Option<PolicyName>,
    pub(super) policy_document: PolicyDocument,
    last_updated_time: Timestamp,
    policy_scope: PolicyScope,
    /// The log group's, of its own one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource_arn: Option<Arc<str>>,
    /// Likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision_id: Option<String>,
}

/// What a policy is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum PolicyScope {
    #[default]
    Account,
    Resource,
}

impl ResourcePolicy {
    /// One of the account's.
    pub(super) fn of_account(ctx: &Ctx<'_>, name: PolicyName, document: PolicyDocument) -> Self {
        Self {
            policy_name: Some(name),
            policy_document: document,
            last_updated_time: ctx.now,
            policy_scope: PolicyScope::Account,
            resource_arn: None,
            revision_id: None,
        }
    }

    /// A log group's own, as a new revision. That its id is a UUID is inferred.
    pub(super) fn of_group(ctx: &Ctx<'_>, group_arn: Arc<str>, document: PolicyDocument) -> Self {
        Self {
            policy_name: None,
            policy_document: document,
            last_updated_time: ctx.now,
            policy_scope: PolicyScope::Resource,
            resource_arn: Some(group_arn),
            revision_id: Some(ctx.ids.uuid().to_string()),
        }
    }
}

/// The one policy that a call is about.
enum Target {
    Account(PolicyName),
    Group(GroupName),
}

impl Target {
    /// A policy of an account has a name, one of a log group is called by the group's ARN, without a name (captured). The
    /// texts are inferred.
    fn of(scope: &Scope, name: Option<PolicyName>, arn: Option<&str>) -> Result<Self, Fault> {
        match (name.filter(|name| !name.is_empty()), arn) {
            (Some(name), None) => Ok(Self::Account(name)),
            (None, Some(arn)) => group_in(scope, arn).map(Self::Group),
            (Some(_), Some(_)) => Err(faults::invalid("Specify either policyName or resourceArn, not both.")),
            (None, None) => Err(faults::invalid("Either policyName or resourceArn must be specified.")),
        }
    }
}

/// The log group of an ARN, which is the one kind of resource that has policies, as documented.
fn group_in(scope: &Scope, arn: &str) -> Result<GroupName, Fault> {
    if !arn.starts_with("arn:") {
        return Err(faults::invalid("The resourceArn must be the ARN of a log group."));
    }
    groups::name_in(arn, scope)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutResourcePolicy {
    policy_name: Option<PolicyName>,
    policy_document: Option<String>,
    resource_arn: Option<String>,
    expected_revision_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PutPolicy {
    resource_policy: Arc<ResourcePolicy>,
    revision_id: Option<String>,
}

fn put(ctx: &Ctx<'_>, state: &mut Logs, input: PutResourcePolicy) -> Result<PutPolicy, Fault> {
    let target = Target::of(ctx.scope, input.policy_name, input.resource_arn.as_deref())?;
    // The model does not require it, the documentation does.
    let text = input.policy_document.ok_or_else(|| faults::invalid("policyDocument must be specified."))?;
    let document = PolicyDocument::parse(text).map_err(|error| faults::malformed_policy(&error))?;
    let expected = input.expected_revision_id.as_deref();
    let policy = match target {
        Target::Account(name) => put_of_account(ctx, state, name, document, expected)?,
        Target::Group(group) => {
            check_revision(state.group_policies.get(&group), expected)?;
            let arn = &state.groups.get(&group).ok_or_else(faults::no_group)?.log_group_arn;
            let policy = ResourcePolicy::of_group(ctx, Arc::clone(arn), document);
            state.group_policies.put(group, policy)
        }
    };
    let revision_id = policy.revision_id.clone();
    Ok(PutPolicy { resource_policy: policy, revision_id })
}

fn put_of_account(
    ctx: &Ctx<'_>,
    state: &mut Logs,
    name: PolicyName,
    document: PolicyDocument,
    expected: Option<&str>,
) -> Result<Arc<ResourcePolicy>, Fault> {
    refuse_revision(expected)?;
    if !state.account_policies.contains(&name) && !has_room(ctx, state) {
        return Err(faults::limit_exceeded());
    }
    let policy = ResourcePolicy::of_account(ctx, name.clone(), document);
    Ok(state.account_policies.put(name, policy))
}

/// Whether the account may have one more policy by name.
fn has_room(ctx: &Ctx<'_>, state: &Logs) -> bool {
    ctx.quotas.has_room(quotas::RESOURCE_POLICIES, || state.account_policies.len())
}

/// Policies of an account have no revisions. That naming one is refused is inferred.
fn refuse_revision(expected: Option<&str>) -> Result<(), Fault> {
    match expected {
        Some(_) => Err(faults::invalid("expectedRevisionId can only be specified with resourceArn.")),
        None => Ok(()),
    }
}

/// Who changes what is there must know what it is, as documented. The codes are inferred.
fn check_revision(present: Option<&Arc<ResourcePolicy>>, expected: Option<&str>) -> Result<(), Fault> {
    let present = present.and_then(|policy| policy.revision_id.as_deref());
    match (present, expected) {
        (Some(_), None) => {
            Err(faults::invalid("expectedRevisionId must be specified to change a resource policy."))
        }
        _ if present == expected => Ok(()),
        _ => Err(faults::stale_revision()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribeResourcePolicies {
    next_token: Option<String>,
    limit: Option<usize>,
    resource_arn: Option<String>,
    #[serde(default)]
    policy_scope: PolicyScope,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DescribedResourcePolicies {
    resource_policies: Vec<Arc<ResourcePolicy>>,
    next_token: Option<String>,
}

/// Those of the account where no scope is said (captured). That they are in the order of their names is inferred.
fn describe(
    ctx: &Ctx<'_>,
    state: &Logs,
    input: DescribeResourcePolicies,
) -> Result<DescribedResourcePolicies, Fault> {
    let (token, limit) = (input.next_token.as_deref(), input.limit.unwrap_or(DEFAULT_LIMIT));
    match (input.policy_scope, input.resource_arn) {
        (PolicyScope::Account, None) => page(&state.account_policies, token, limit),
        // That the two do not go together is inferred.
        (PolicyScope::Account, Some(_)) => {
            Err(faults::invalid("resourceArn can only be specified with the policyScope RESOURCE."))
        }
        (PolicyScope::Resource, None) => page(&state.group_policies, token, limit),
        // There is one at most, and no page behind it.
        (PolicyScope::Resource, Some(_)) if token.is_some() => Err(faults::bad_token(BadToken)),
        (PolicyScope::Resource, Some(arn)) => {
            let policy = state.group_policies.get(&group_in(ctx.scope, &arn)?);
            let resource_policies = policy.map(Arc::clone).into_iter().collect();
            Ok(DescribedResourcePolicies { resource_policies, next_token: None })
        }
    }
}

fn page(
    policies: &Table<CompactString, ResourcePolicy>,
    token: Option<&str>,
    limit: usize,
) -> Result<DescribedResourcePolicies, Fault> {
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let page = policies.page(everything, token, limit, |_, _| true).map_err(faults::bad_token)?;
    let resource_policies = page.rows.into_iter().map(|(_, policy)| policy).collect();
    Ok(DescribedResourcePolicies { resource_policies, next_token: page.next })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeleteResourcePolicy {
    policy_name: Option<PolicyName>,
    resource_arn: Option<String>,
    expected_revision_id: Option<String>,
}

fn delete(ctx: &Ctx<'_>, state: &mut Logs, input: DeleteResourcePolicy) -> Result<(), Fault> {
    let expected = input.expected_revision_id.as_deref();
    let removed = match Target::of(ctx.scope, input.policy_name, input.resource_arn.as_deref())? {
        Target::Account(name) => {
            refuse_revision(expected)?;
            state.account_policies.remove(&name)
        }
        Target::Group(group) => {
            let present = state.group_policies.get(&group).ok_or_else(faults::no_resource_policy)?;
            check_revision(Some(present), expected)?;
            state.group_policies.remove(&group)
        }
    };
    removed.map(drop).ok_or_else(faults::no_resource_policy)
}

#[cfg(test)]
mod tests;
