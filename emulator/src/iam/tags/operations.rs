//! TagRole, TagPolicy and what belongs to them.

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::{Tag, add, remove};
use crate::iam::managed_policies::{self, Policy};
use crate::iam::roles::{self, Role};
use crate::iam::{Iam, PolicyArn, RoleName, faults};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{decode_token, encode_token};

/// Tags on a page where the caller does not say.
const DEFAULT_MAX_ITEMS: usize = 100;

/// Registers the operations.
pub(in crate::iam) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::TAG_ROLE, tag_role, &[]);
    registrar.write(&operations::UNTAG_ROLE, untag_role, &[]);
    registrar.read(&operations::LIST_ROLE_TAGS, list_role_tags, &[]);
    registrar.write(&operations::TAG_POLICY, tag_policy, &[]);
    registrar.write(&operations::UNTAG_POLICY, untag_policy, &[]);
    registrar.read(&operations::LIST_POLICY_TAGS, list_policy_tags, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagRole {
    role_name: RoleName,
    tags: Vec<Tag>,
}

fn tag_role(_: &Ctx<'_>, state: &mut Iam, input: TagRole) -> Result<(), Fault> {
    change_role(state, &input.role_name, |tags| add(tags, input.tags, "TagsPerRole"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UntagRole {
    role_name: RoleName,
    tag_keys: Vec<String>,
}

fn untag_role(_: &Ctx<'_>, state: &mut Iam, input: UntagRole) -> Result<(), Fault> {
    change_role(state, &input.role_name, |tags| {
        remove(tags, &input.tag_keys);
        Ok(())
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListRoleTags {
    role_name: RoleName,
    marker: Option<String>,
    max_items: Option<usize>,
}

fn list_role_tags(_: &Ctx<'_>, state: &Iam, input: ListRoleTags) -> Result<ListedTags, Fault> {
    page(&roles::find(state, &input.role_name)?.tags, input.marker, input.max_items)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagPolicy {
    policy_arn: PolicyArn,
    tags: Vec<Tag>,
}

fn tag_policy(_: &Ctx<'_>, state: &mut Iam, input: TagPolicy) -> Result<(), Fault> {
    change_policy(state, input.policy_arn, |tags| add(tags, input.tags, "TagsPerPolicy"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UntagPolicy {
    policy_arn: PolicyArn,
    tag_keys: Vec<String>,
}

fn untag_policy(_: &Ctx<'_>, state: &mut Iam, input: UntagPolicy) -> Result<(), Fault> {
    change_policy(state, input.policy_arn, |tags| {
        remove(tags, &input.tag_keys);
        Ok(())
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListPolicyTags {
    policy_arn: PolicyArn,
    marker: Option<String>,
    max_items: Option<usize>,
}

fn list_policy_tags(ctx: &Ctx<'_>, state: &Iam, input: ListPolicyTags) -> Result<ListedTags, Fault> {
    let arn = input.policy_arn;
    managed_policies::check_arn_of(ctx, &arn)?;
    let policy = state.policies.get(&arn).ok_or_else(|| faults::no_policy(&arn))?;
    page(&policy.tags, input.marker, input.max_items)
}

/// Changes the tags of a role.
pub(super) fn change_role(
    state: &mut Iam,
    name: &RoleName,
    change: impl FnOnce(&mut Vec<Tag>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut role = Role::clone(roles::find(state, name)?);
    change(&mut role.tags)?;
    state.roles.put(name.clone(), role);
    Ok(())
}

/// Changes the tags of a policy of the account.
pub(super) fn change_policy(
    state: &mut Iam,
    arn: PolicyArn,
    change: impl FnOnce(&mut Vec<Tag>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    managed_policies::check_arn(&arn)?;
    let policy = state.policies.get(&arn).ok_or_else(|| faults::no_policy(&arn))?;
    let mut policy = Policy::clone(policy);
    change(&mut policy.tags)?;
    state.policies.put(arn, policy);
    Ok(())
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListedTags {
    tags: Vec<Tag>,
    is_truncated: bool,
    marker: Option<String>,
}

/// A page of tags, which IAM lists by their keys.
fn page(tags: &[Tag], marker: Option<String>, max_items: Option<usize>) -> Result<ListedTags, Fault> {
    let after: Option<String> =
        marker.map(|marker| decode_token(&marker)).transpose().map_err(|_| faults::bad_marker())?;
    let mut sorted: Vec<&Tag> = tags.iter().collect();
    sorted.sort_by(|one, other| one.key.cmp(&other.key));
    let from = after.map_or(0, |last| sorted.partition_point(|tag| tag.key <= last));
    let rest = sorted.get(from..).unwrap_or_default();
    let limit = max_items.unwrap_or(DEFAULT_MAX_ITEMS).min(rest.len());
    let page = &rest[..limit];
    let marker = page.last().filter(|_| limit < rest.len()).map(|last| encode_token(&last.key));
    Ok(ListedTags { tags: page.iter().copied().cloned().collect(), is_truncated: marker.is_some(), marker })
}
