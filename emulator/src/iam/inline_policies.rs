//! Inline policies of roles.

use serde::{Deserialize, Serialize};

use super::document::IdentityDocument;
use super::paging::Asked;
use super::roles::{self, of_role};
use super::{Iam, PolicyName, RoleName, faults};
use crate::service::{Ctx, Fault};

/// Characters of a role's inline policies together, white space not counted.
const LARGEST_TOTAL: usize = 10_240;

/// An inline policy of a role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InlinePolicy {
    role_name: RoleName,
    pub(super) policy_name: PolicyName,
    pub(super) policy_document: IdentityDocument,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutRolePolicy {
    role_name: RoleName,
    policy_name: PolicyName,
    policy_document: String,
}

pub(super) fn put(_: &Ctx<'_>, state: &mut Iam, input: PutRolePolicy) -> Result<(), Fault> {
    let role = input.role_name;
    roles::find(state, &role)?;
    let document = IdentityDocument::parse(input.policy_document)?;
    let others: usize = state
        .inline_policies
        .range(of_role(&role))
        .filter(|((_, name), _)| *name != input.policy_name)
        .map(|(_, policy)| policy.policy_document.size())
        .sum();
    if others + document.size() > LARGEST_TOTAL {
        return Err(faults::limit_exceeded(format!(
            "Maximum policy size of {LARGEST_TOTAL} bytes exceeded for role {role}"
        )));
    }
    let policy = InlinePolicy {
        role_name: role.clone(),
        policy_name: input.policy_name.clone(),
        policy_document: document,
    };
    state.inline_policies.put((role, input.policy_name), policy);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneInlinePolicy {
    role_name: RoleName,
    policy_name: PolicyName,
}

pub(super) fn get(_: &Ctx<'_>, state: &Iam, input: OneInlinePolicy) -> Result<InlinePolicy, Fault> {
    roles::find(state, &input.role_name)?;
    let key = (input.role_name, input.policy_name);
    let policy = state.inline_policies.get(&key).ok_or_else(|| faults::no_inline_policy(&key.1))?;
    Ok(InlinePolicy::clone(policy))
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneInlinePolicy) -> Result<(), Fault> {
    roles::find(state, &input.role_name)?;
    let key = (input.role_name, input.policy_name);
    state.inline_policies.remove(&key).ok_or_else(|| faults::no_inline_policy(&key.1))?;
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRolePolicies {
    role_name: RoleName,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyNames {
    policy_names: Vec<PolicyName>,
    is_truncated: bool,
    marker: Option<String>,
}

pub(super) fn list(_: &Ctx<'_>, state: &Iam, input: ListRolePolicies) -> Result<PolicyNames, Fault> {
    roles::find(state, &input.role_name)?;
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = asked.of(&state.inline_policies, of_role(&input.role_name), |_, _| true)?;
    Ok(PolicyNames {
        policy_names: page.rows.into_iter().map(|((_, name), _)| name).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}
