//! AWS Identity and Access Management.
//!
//! API version 2010-05-08. State is per account; names and ARNs carry no region.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod account;
mod attachments;
mod authority;
mod aws_managed;
mod boundaries;
mod credentials;
mod document;
mod entities;
mod faults;
mod federation;
mod groups;
mod inline_policies;
mod managed_policies;
mod memberships;
mod paging;
mod policy_versions;
mod quotas;
mod roles;
mod tags;
mod usage;
mod users;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

pub(crate) use authority::RoleAuthority;
pub(crate) use credentials::UserKeys;
pub(crate) use credentials::UserMfaDevices;
pub(crate) use faults::DIALECT;
pub(crate) use federation::ProviderDirectory;
pub(crate) use quotas::QUOTAS;
pub(crate) use tags::TaggedEntities;

use entities::Entity;

use crate::service::{EverTagged, Registrar};
use crate::store::{IndexedTable, Placement, State, Table, Transactional};

type UserName = CompactString;
type GroupName = CompactString;
type RoleName = CompactString;
type PolicyName = CompactString;
type PolicyArn = String;

/// What IAM keeps for one account.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Iam {
    #[serde(default)]
    users: IndexedTable<UserName, users::User>,
    #[serde(default)]
    groups: IndexedTable<GroupName, groups::Group>,
    #[serde(default)]
    memberships: IndexedTable<(GroupName, UserName), memberships::Membership>,
    roles: IndexedTable<RoleName, roles::Role>,
    inline_policies: Table<(Entity, PolicyName), inline_policies::InlinePolicy>,
    attachments: IndexedTable<(Entity, PolicyArn), attachments::Attachment>,
    policies: IndexedTable<PolicyArn, managed_policies::Policy>,
    policy_versions: Table<(PolicyArn, policy_versions::VersionId), policy_versions::PolicyVersion>,
    #[serde(default)]
    credentials: credentials::Credentials,
    #[serde(default)]
    federation: federation::Federation,
    #[serde(default)]
    account: account::Account,
    #[serde(default)]
    usage: usage::Usage,
    #[serde(default)]
    ever_tagged: EverTagged<PolicyArn>,
}

impl State for Iam {
    const PLACEMENT: Placement = Placement::Global;

    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.users);
        visit(&mut self.groups);
        visit(&mut self.memberships);
        visit(&mut self.roles);
        visit(&mut self.inline_policies);
        visit(&mut self.attachments);
        visit(&mut self.policies);
        visit(&mut self.policy_versions);
        self.credentials.tables(visit);
        self.federation.tables(visit);
        self.account.tables(visit);
        self.usage.tables(visit);
        visit(&mut self.ever_tagged);
    }

    fn settle(&mut self) {
        self.ever_tagged.follow(&self.policies, |policy| !policy.tags.is_empty());
        self.credentials.settle();
    }
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<Iam>) {
    users::register(registrar);
    groups::register(registrar);
    roles::register(registrar);
    inline_policies::register(registrar);
    attachments::register(registrar);
    boundaries::register(registrar);
    managed_policies::register(registrar);
    credentials::register(registrar);
    federation::register(registrar);
    account::register(registrar);
    usage::register(registrar);
    tags::register(registrar);
}
