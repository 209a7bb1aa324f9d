//! AWS Identity and Access Management: roles and their policies.
//!
//! API version 2010-05-08. State is per account; names and ARNs carry no region.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod attachments;
mod authority;
mod aws_managed;
mod document;
mod faults;
mod inline_policies;
mod managed_policies;
mod paging;
mod roles;
mod tags;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

pub(crate) use authority::RoleAuthority;
pub(crate) use faults::DIALECT;
pub(crate) use tags::TaggedEntities;

use crate::service::{EverTagged, Registrar};
use crate::store::{Placement, State, Table, Transactional};

type RoleName = CompactString;
type PolicyName = CompactString;
type PolicyArn = String;

/// What IAM keeps for one account.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Iam {
    roles: Table<RoleName, roles::Role>,
    inline_policies: Table<(RoleName, PolicyName), inline_policies::InlinePolicy>,
    attachments: Table<(RoleName, PolicyArn), attachments::Attachment>,
    policies: Table<PolicyArn, managed_policies::Policy>,
    policy_versions: Table<(PolicyArn, CompactString), managed_policies::PolicyVersion>,
    #[serde(default)]
    ever_tagged: EverTagged<PolicyArn>,
}

impl State for Iam {
    const PLACEMENT: Placement = Placement::Global;

    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.roles);
        visit(&mut self.inline_policies);
        visit(&mut self.attachments);
        visit(&mut self.policies);
        visit(&mut self.policy_versions);
        visit(&mut self.ever_tagged);
    }

    fn settle(&mut self) {
        self.ever_tagged.follow(&self.policies, |policy| !policy.tags.is_empty());
    }
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_ROLE, roles::create, &[]);
    registrar.read(&operations::GET_ROLE, roles::get, &[]);
    registrar.read(&operations::LIST_ROLES, roles::list, &[]);
    registrar.write(&operations::DELETE_ROLE, roles::delete, &[]);
    registrar.write(&operations::UPDATE_ASSUME_ROLE_POLICY, roles::update_trust, &[]);

    registrar.write(&operations::PUT_ROLE_POLICY, inline_policies::put, &[]);
    registrar.read(&operations::GET_ROLE_POLICY, inline_policies::get, &[]);
    registrar.read(&operations::LIST_ROLE_POLICIES, inline_policies::list, &[]);
    registrar.write(&operations::DELETE_ROLE_POLICY, inline_policies::delete, &[]);

    registrar.write(&operations::ATTACH_ROLE_POLICY, attachments::attach, &[]);
    registrar.write(&operations::DETACH_ROLE_POLICY, attachments::detach, &[]);
    registrar.read(&operations::LIST_ATTACHED_ROLE_POLICIES, attachments::list, &[]);

    registrar.write(&operations::CREATE_POLICY, managed_policies::create, &[]);
    registrar.read(&operations::GET_POLICY, managed_policies::get, &[]);
    registrar.read(&operations::GET_POLICY_VERSION, managed_policies::get_version, &[]);
    registrar.read(&operations::LIST_POLICIES, managed_policies::list, &[]);
    registrar.write(&operations::DELETE_POLICY, managed_policies::delete, &[]);

    tags::register(registrar);
}
