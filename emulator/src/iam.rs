//! AWS Identity and Access Management.
//!
//! API version 2010-05-08. State is per account; names and ARNs carry no region.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod account;
mod attachments;
mod authority;
pub(crate) mod authorization;
mod aws_managed;
mod boundaries;
mod credentials;
mod document;
mod entities;
mod entities_for_policy;
mod faults;
mod federation;
mod groups;
mod inline_policies;
mod instance_profiles;
mod managed_policies;
mod memberships;
mod paging;
mod policy_sources;
mod policy_versions;
mod quotas;
mod roles;
mod service_linked_roles;
mod simulation;
mod tags;
mod trust;
mod usage;
mod users;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

pub(crate) use account::Registry;
pub(crate) use authority::RoleAuthority;
pub use aws_managed::{BadManagedPolicy, ManagedPolicies};
pub(crate) use credentials::UserKeys;
pub(crate) use credentials::UserMfaDevices;
pub(crate) use faults::DIALECT;
pub(crate) use federation::ProviderDirectory;
pub(crate) use quotas::QUOTAS;
pub(crate) use tags::TaggedEntities;
pub(crate) use usage::UsageLog;

use entities::Entity;

use crate::service::ports::{AccessKeys, LinkedService};
use crate::service::{EverTagged, Registrar};
use crate::store::{IndexedTable, Placement, State, Table, Transactional};

type UserName = CompactString;
type GroupName = CompactString;
type RoleName = CompactString;
type PolicyName = CompactString;
type PolicyArn = String;

/// What IAM keeps for one account.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
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
    instance_profiles:
        IndexedTable<instance_profiles::InstanceProfileName, instance_profiles::InstanceProfile>,
    #[serde(default)]
    instance_profiles_ever_tagged: EverTagged<instance_profiles::InstanceProfileName>,
    #[serde(default)]
    deletion_tasks: Table<String, service_linked_roles::DeletionTask>,
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

impl Iam {
    /// Whether a write changed nothing but notes of what was used.
    pub(crate) fn is_only_usage(&self) -> bool {
        self.usage.is_changed()
    }
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
        visit(&mut self.instance_profiles);
        visit(&mut self.instance_profiles_ever_tagged);
        visit(&mut self.deletion_tasks);
        self.credentials.tables(visit);
        self.federation.tables(visit);
        self.account.tables(visit);
        self.usage.tables(visit);
        visit(&mut self.ever_tagged);
    }

    fn settle(&mut self) {
        self.ever_tagged.follow(&self.policies, |policy| !policy.tags.is_empty());
        let profiles = &self.instance_profiles;
        self.instance_profiles_ever_tagged.follow(profiles, |profile| !profile.tags.is_empty());
        self.federation.settle();
        self.credentials.settle();
    }
}

/// What IAM asks of others.
#[derive(Default)]
pub(crate) struct Ports {
    /// The services that say what needs their service-linked roles.
    pub(crate) linked_services: Vec<Arc<dyn LinkedService>>,
    /// What is found in all accounts.
    pub(crate) registry: Arc<Registry>,
    /// Those who know whose an access key is.
    pub(crate) keys: Vec<Arc<dyn AccessKeys>>,
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<Iam>, ports: &Ports) {
    users::register(registrar);
    groups::register(registrar);
    roles::register(registrar);
    inline_policies::register(registrar);
    attachments::register(registrar);
    boundaries::register(registrar);
    managed_policies::register(registrar);
    entities_for_policy::register(registrar);
    instance_profiles::register(registrar);
    service_linked_roles::register(registrar, ports);
    credentials::register(registrar);
    federation::register(registrar);
    account::register(registrar, ports);
    simulation::register(registrar);
    usage::register(registrar, &ports.keys);
    tags::register(registrar);
}
