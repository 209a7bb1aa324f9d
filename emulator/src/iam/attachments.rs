//! Managed policies attached to users, groups and roles.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::entities::{Entity, EntityKind, Kind, OfGroup, OfRole, OfUser, entity_inputs};
use super::paging::Asked;
use super::{Iam, PolicyArn, PolicyName, aws_managed, faults, managed_policies, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::Indexed;

/// A managed policy on a user, group or role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attachment {
    pub(super) policy_name: PolicyName,
    pub(super) policy_arn: PolicyArn,
    #[serde(default)]
    path: String,
}

impl Attachment {
    /// What lists go by. A marker may have 320 characters, and an ARN more than twice that: so it is the name, which one
    /// policy of AWS and one of the account may share.
    fn order(&self) -> (PolicyName, bool) {
        (self.policy_name.clone(), self.policy_arn.contains(":iam::aws:"))
    }

    pub(super) const fn new(policy_name: PolicyName, policy_arn: PolicyArn, path: String) -> Self {
        Self { policy_name, policy_arn, path }
    }
}

/// Found by the policy, too.
impl Indexed<(Entity, PolicyArn)> for Attachment {
    type Term = PolicyArn;

    fn terms(&self, (_, policy): &(Entity, PolicyArn), tell: &mut dyn FnMut(PolicyArn)) {
        tell(policy.clone());
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::ATTACH_GROUP_POLICY, attach::<OfGroup>, &[]);
    registrar.write(&operations::ATTACH_ROLE_POLICY, attach::<OfRole>, &[]);
    registrar.write(&operations::ATTACH_USER_POLICY, attach::<OfUser>, &[]);
    registrar.write(&operations::DETACH_GROUP_POLICY, detach::<OfGroup>, &[]);
    registrar.write(&operations::DETACH_ROLE_POLICY, detach::<OfRole>, &[]);
    registrar.write(&operations::DETACH_USER_POLICY, detach::<OfUser>, &[]);
    registrar.read(&operations::LIST_ATTACHED_GROUP_POLICIES, list::<OfGroup>, &[]);
    registrar.read(&operations::LIST_ATTACHED_ROLE_POLICIES, list::<OfRole>, &[]);
    registrar.read(&operations::LIST_ATTACHED_USER_POLICIES, list::<OfUser>, &[]);
}

entity_inputs! {
    OneAttachment { policy_arn: PolicyArn }
    ListAttached { path_prefix: Option<String>, marker: Option<String>, max_items: Option<usize> }
}

fn attach<K: Kind>(ctx: &Ctx<'_>, state: &mut Iam, input: OneAttachment<K>) -> Result<(), Fault> {
    let OneAttachment { entity, policy_arn, .. } = input;
    managed_policies::check_arn_of(ctx, &policy_arn)?;
    entity.must_be_modifiable(state)?;
    if managed_policies::is_for_service_linked_roles(&policy_arn) {
        return Err(faults::only_for_service_linked_roles(K::KIND.capitalized()));
    }
    let (policy_name, path) = match (state.policies.get(&policy_arn), aws_managed::by_arn(&policy_arn)) {
        (Some(policy), _) => (policy.policy_name.clone(), policy.path.clone()),
        (None, Some(policy)) => ((&*policy.name).into(), policy.path.clone().into_owned()),
        (None, None) => return Err(faults::not_attachable(&policy_arn)),
    };
    let key = (entity, policy_arn);
    if !state.attachments.contains(&key) {
        let (quota, called) = match K::KIND {
            EntityKind::Group => (quotas::POLICIES_PER_GROUP, "PoliciesPerGroup"),
            EntityKind::Role => (quotas::POLICIES_PER_ROLE, "PoliciesPerRole"),
            EntityKind::User => (quotas::POLICIES_PER_USER, "PoliciesPerUser"),
        };
        quotas::check(ctx, quota, called, || state.attachments.range(key.0.rows()).count())?;
        let policy_arn = key.1.clone();
        state.attachments.put(key, Attachment { policy_name, policy_arn, path });
    }
    Ok(())
}

fn detach<K: Kind>(ctx: &Ctx<'_>, state: &mut Iam, input: OneAttachment<K>) -> Result<(), Fault> {
    managed_policies::check_arn_of(ctx, &input.policy_arn)?;
    input.entity.must_be_modifiable(state)?;
    let key = (input.entity, input.policy_arn);
    state.attachments.remove(&key).ok_or_else(|| faults::no_policy(&key.1))?;
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AttachedPolicies {
    attached_policies: Vec<Arc<Attachment>>,
    is_truncated: bool,
    marker: Option<String>,
}

fn list<K: Kind>(_: &Ctx<'_>, state: &Iam, input: ListAttached<K>) -> Result<AttachedPolicies, Fault> {
    input.entity.must_exist(state)?;
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let rows = state.attachments.range(input.entity.rows()).map(|(_, attachment)| Arc::clone(attachment));
    let attached = rows.filter(|attachment| attachment.path.starts_with(prefix)).collect();
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let (attached_policies, marker) = asked.of_few(attached, |attachment| attachment.order())?;
    Ok(AttachedPolicies { attached_policies, is_truncated: marker.is_some(), marker })
}
