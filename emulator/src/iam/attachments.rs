//! Managed policies attached to roles.

use serde::{Deserialize, Serialize};

use super::paging::Asked;
use super::roles::{self, of_role};
use super::{Iam, PolicyArn, PolicyName, RoleName, aws_managed, faults, managed_policies};
use crate::service::{Ctx, Fault};

/// Managed policies on one role (quota "Managed policies per role").
const MOST_ATTACHED: usize = 10;

/// A managed policy on a role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attachment {
    policy_name: PolicyName,
    policy_arn: PolicyArn,
    #[serde(default)]
    path: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneAttachment {
    role_name: RoleName,
    policy_arn: PolicyArn,
}

pub(super) fn attach(_: &Ctx<'_>, state: &mut Iam, input: OneAttachment) -> Result<(), Fault> {
    let OneAttachment { role_name, policy_arn } = input;
    managed_policies::check_arn(&policy_arn)?;
    roles::find(state, &role_name)?;
    let (policy_name, path) = match (state.policies.get(&policy_arn), aws_managed::by_arn(&policy_arn)) {
        (Some(policy), _) => (policy.policy_name.clone(), policy.path.clone()),
        (None, Some(policy)) => (policy.name.as_str().into(), policy.path.clone()),
        (None, None) => return Err(faults::not_attachable(&policy_arn)),
    };
    let key = (role_name, policy_arn);
    if !state.attachments.contains(&key) {
        if state.attachments.range(of_role(&key.0)).count() >= MOST_ATTACHED {
            return Err(faults::limit_exceeded(format!(
                "Cannot exceed quota for PoliciesPerRole: {MOST_ATTACHED}"
            )));
        }
        let policy_arn = key.1.clone();
        state.attachments.put(key, Attachment { policy_name, policy_arn, path });
    }
    Ok(())
}

pub(super) fn detach(_: &Ctx<'_>, state: &mut Iam, input: OneAttachment) -> Result<(), Fault> {
    managed_policies::check_arn(&input.policy_arn)?;
    roles::find(state, &input.role_name)?;
    let key = (input.role_name, input.policy_arn);
    state.attachments.remove(&key).ok_or_else(|| faults::no_policy(&key.1))?;
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListAttachedRolePolicies {
    role_name: RoleName,
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AttachedPolicies {
    attached_policies: Vec<std::sync::Arc<Attachment>>,
    is_truncated: bool,
    marker: Option<String>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &Iam,
    input: ListAttachedRolePolicies,
) -> Result<AttachedPolicies, Fault> {
    roles::find(state, &input.role_name)?;
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = asked.of(&state.attachments, of_role(&input.role_name), |_, attachment| {
        attachment.path.starts_with(prefix)
    })?;
    Ok(AttachedPolicies {
        attached_policies: page.rows.into_iter().map(|(_, attachment)| attachment).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}
