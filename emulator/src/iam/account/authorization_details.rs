//! All users, groups, roles and policies of an account, with how they belong together.

use std::collections::BTreeSet;
use std::ops::{Bound, RangeBounds as _};
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use crate::iam::attachments::Attachment;
use crate::iam::boundaries::PermissionsBoundary;
use crate::iam::document::TrustDocument;
use crate::iam::entities::Entity;
use crate::iam::groups::Group;
use crate::iam::inline_policies::InlinePolicy;
use crate::iam::instance_profiles::{self, InstanceProfile};
use crate::iam::managed_policies::{self, Policy};
use crate::iam::paging::DEFAULT_MAX_ITEMS;
use crate::iam::policy_versions::{self, PolicyVersion};
use crate::iam::roles::{Role, RoleLastUsed};
use crate::iam::tags::Tag;
use crate::iam::users::User;
use crate::iam::{Iam, PolicyArn, aws_managed, faults, memberships};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{decode_token, encode_token};
use crate::time::Timestamp;

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.read(&operations::GET_ACCOUNT_AUTHORIZATION_DETAILS, get, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetDetails {
    #[serde(default)]
    filter: Vec<Kind>,
    marker: Option<String>,
    max_items: Option<usize>,
}

/// What there is details of, in the order in which pages go through it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Kind {
    User,
    Group,
    Role,
    LocalManagedPolicy,
    #[serde(rename = "AWSManagedPolicy")]
    AwsManagedPolicy,
}

/// A thing by its kind, and its name or ARN.
type Item = (Kind, CompactString);

#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Details {
    user_detail_list: Vec<UserDetail>,
    group_detail_list: Vec<GroupDetail>,
    role_detail_list: Vec<RoleDetail>,
    policies: Vec<PolicyDetail>,
    is_truncated: bool,
    marker: Option<String>,
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: GetDetails) -> Result<Details, Fault> {
    let after: Option<Item> =
        input.marker.as_deref().map(decode_token).transpose().map_err(|_| faults::bad_marker())?;
    let limit = input.max_items.unwrap_or(DEFAULT_MAX_ITEMS);
    let mut items = items(state, &input.filter, after.as_ref());
    let page: Vec<Item> = items.by_ref().take(limit).collect();
    let more = items.next().is_some();
    let marker = page.last().filter(|_| more).map(encode_token);
    let mut details = Details { is_truncated: marker.is_some(), marker, ..Details::default() };
    for (kind, name) in page {
        match kind {
            Kind::User => details.user_detail_list.extend(state.users.get(&name).map(|row| user(state, row))),
            Kind::Group => {
                details.group_detail_list.extend(state.groups.get(&name).map(|row| group(state, row)));
            }
            Kind::Role => {
                details.role_detail_list.extend(state.roles.get(&name).map(|row| role(ctx, state, row)));
            }
            Kind::LocalManagedPolicy => {
                let own = state.policies.get(&name.to_string());
                details.policies.extend(own.map(|row| own_policy(state, row)));
            }
            Kind::AwsManagedPolicy => details.policies.extend(aws_policy(state, &name)),
        }
    }
    Ok(details)
}

/// The things of these kinds, or of all, that come after one.
fn items<'a>(state: &'a Iam, kinds: &[Kind], after: Option<&Item>) -> impl Iterator<Item = Item> + use<'a> {
    let from = |kind: Kind| match after {
        _ if !kinds.is_empty() && !kinds.contains(&kind) => None,
        Some((last, _)) if kind < *last => None,
        Some((last, name)) if kind == *last => Some(Bound::Excluded(name.clone())),
        Some(_) | None => Some(Bound::Unbounded),
    };
    let users = from(Kind::User).into_iter().flat_map(|from| state.users.range((from, Bound::Unbounded)));
    let groups = from(Kind::Group).into_iter().flat_map(|from| state.groups.range((from, Bound::Unbounded)));
    let roles = from(Kind::Role).into_iter().flat_map(|from| state.roles.range((from, Bound::Unbounded)));
    let own = from(Kind::LocalManagedPolicy).map(|from| from.map(String::from));
    let own = own.into_iter().flat_map(|from| state.policies.range((from, Bound::Unbounded)));
    let aws = from(Kind::AwsManagedPolicy).map(|from| from.map(String::from));
    let aws = aws.into_iter().flat_map(|from| aws_policies_in_use(state, (from, Bound::Unbounded)));
    users
        .map(|(name, _)| (Kind::User, name.clone()))
        .chain(groups.map(|(name, _)| (Kind::Group, name.clone())))
        .chain(roles.map(|(name, _)| (Kind::Role, name.clone())))
        .chain(own.map(|(arn, _)| (Kind::LocalManagedPolicy, arn.into())))
        .chain(aws.map(|arn| (Kind::AwsManagedPolicy, arn.into())))
}

/// Of AWS's policies those that something has (inferred: the documentation does not say).
fn aws_policies_in_use(state: &Iam, range: (Bound<PolicyArn>, Bound<PolicyArn>)) -> BTreeSet<&PolicyArn> {
    let attached = state.attachments.iter().map(|((_, arn), _)| arn);
    let of_users = state.users.iter().filter_map(|(_, user)| user.permissions_boundary.as_ref());
    let of_roles = state.roles.iter().filter_map(|(_, role)| role.permissions_boundary.as_ref());
    let boundaries = of_users.chain(of_roles).map(|boundary| &boundary.permissions_boundary_arn);
    let used = attached.chain(boundaries);
    used.filter(|arn| range.contains(*arn) && aws_managed::by_arn(arn).is_some()).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserDetail {
    path: String,
    user_name: CompactString,
    user_id: Arc<str>,
    arn: Arc<str>,
    create_date: Timestamp,
    user_policy_list: Vec<Arc<InlinePolicy>>,
    group_list: Vec<CompactString>,
    attached_managed_policies: Vec<Arc<Attachment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<PermissionsBoundary>,
    tags: Vec<Tag>,
}

fn user(state: &Iam, user: &User) -> UserDetail {
    let entity = Entity::user(&user.user_name);
    UserDetail {
        path: user.path.clone(),
        user_name: user.user_name.clone(),
        user_id: Arc::clone(&user.user_id),
        arn: Arc::clone(&user.arn),
        create_date: user.create_date,
        user_policy_list: inline(state, &entity),
        group_list: memberships::groups_of(state, &user.user_name).cloned().collect(),
        attached_managed_policies: attached(state, &entity),
        permissions_boundary: user.permissions_boundary.clone(),
        tags: user.tags.clone(),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupDetail {
    path: String,
    group_name: CompactString,
    group_id: Arc<str>,
    arn: Arc<str>,
    create_date: Timestamp,
    group_policy_list: Vec<Arc<InlinePolicy>>,
    attached_managed_policies: Vec<Arc<Attachment>>,
}

fn group(state: &Iam, group: &Group) -> GroupDetail {
    let entity = Entity::group(&group.group_name);
    GroupDetail {
        path: group.path.clone(),
        group_name: group.group_name.clone(),
        group_id: Arc::clone(&group.group_id),
        arn: Arc::clone(&group.arn),
        create_date: group.create_date,
        group_policy_list: inline(state, &entity),
        attached_managed_policies: attached(state, &entity),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleDetail {
    path: String,
    role_name: CompactString,
    role_id: Arc<str>,
    arn: Arc<str>,
    create_date: Timestamp,
    assume_role_policy_document: TrustDocument,
    instance_profile_list: Vec<InstanceProfile>,
    role_policy_list: Vec<Arc<InlinePolicy>>,
    attached_managed_policies: Vec<Arc<Attachment>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<PermissionsBoundary>,
    tags: Vec<Tag>,
    role_last_used: RoleLastUsed,
}

fn role(ctx: &Ctx<'_>, state: &Iam, role: &Role) -> RoleDetail {
    let entity = Entity::role(&role.role_name);
    let profiles = instance_profiles::of_role(state, &role.role_name);
    RoleDetail {
        path: role.path.clone(),
        role_name: role.role_name.clone(),
        role_id: Arc::clone(&role.role_id),
        arn: Arc::clone(&role.arn),
        create_date: role.create_date,
        assume_role_policy_document: role.assume_role_policy_document.clone(),
        instance_profile_list: profiles.map(|profile| profile.listed(state)).collect(),
        role_policy_list: inline(state, &entity),
        attached_managed_policies: attached(state, &entity),
        permissions_boundary: role.permissions_boundary.clone(),
        tags: role.tags.clone(),
        role_last_used: RoleLastUsed::of(ctx, state, role),
    }
}

fn inline(state: &Iam, entity: &Entity) -> Vec<Arc<InlinePolicy>> {
    state.inline_policies.range(entity.rows()).map(|(_, policy)| Arc::clone(policy)).collect()
}

fn attached(state: &Iam, entity: &Entity) -> Vec<Arc<Attachment>> {
    state.attachments.range(entity.rows()).map(|(_, attachment)| Arc::clone(attachment)).collect()
}

/// A policy with all versions that there are of it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyDetail {
    policy_name: CompactString,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy_id: Option<CompactString>,
    arn: PolicyArn,
    path: String,
    default_version_id: policy_versions::VersionId,
    attachment_count: Option<usize>,
    permissions_boundary_usage_count: Option<usize>,
    is_attachable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    create_date: Timestamp,
    update_date: Timestamp,
    policy_version_list: Vec<Arc<PolicyVersion>>,
}

impl PolicyDetail {
    fn of(counted: Policy, policy_version_list: Vec<Arc<PolicyVersion>>) -> Self {
        Self {
            policy_name: counted.policy_name,
            policy_id: counted.policy_id,
            arn: counted.arn,
            path: counted.path,
            default_version_id: counted.default_version_id,
            attachment_count: counted.attachment_count,
            permissions_boundary_usage_count: counted.permissions_boundary_usage_count,
            is_attachable: counted.is_attachable,
            description: counted.description,
            create_date: counted.create_date,
            update_date: counted.update_date,
            policy_version_list,
        }
    }
}

fn own_policy(state: &Iam, policy: &Policy) -> PolicyDetail {
    let versions = state.policy_versions.range(policy_versions::of(&policy.arn)).rev();
    PolicyDetail::of(
        managed_policies::counted(state, policy),
        versions.map(|(_, version)| Arc::clone(version)).collect(),
    )
}

/// Of AWS's policies only the default version is known here.
fn aws_policy(state: &Iam, arn: &str) -> Option<PolicyDetail> {
    let aws = aws_managed::by_arn(arn)?;
    let policy = managed_policies::of_aws(aws, arn.split(':').nth(1)?);
    let version = PolicyVersion::new(aws.document().clone(), aws.version, true, aws.updated);
    Some(PolicyDetail::of(managed_policies::counted(state, &policy), vec![Arc::new(version)]))
}
