//! Tags of log groups: by ARN, and the older way, by name.

mod bearer;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stagecheck_models::logs as operations;

pub(crate) use bearer::TaggedGroups;

use super::groups::LogGroup;
use super::{GroupName, Logs, faults};
use crate::service::{Arn, Ctx, Fault, Registrar};
use crate::store::Scope;

/// The most tags that a group may have, as documented.
const MOST: usize = 50;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Logs>) {
    registrar.write(&operations::TAG_RESOURCE, tag_resource, &[]);
    registrar.write(&operations::UNTAG_RESOURCE, untag_resource, &[]);
    registrar.read(&operations::LIST_TAGS_FOR_RESOURCE, list_tags_for_resource, &[]);
    registrar.write(&operations::TAG_LOG_GROUP, tag_log_group, &[]);
    registrar.write(&operations::UNTAG_LOG_GROUP, untag_log_group, &[]);
    registrar.read(&operations::LIST_TAGS_LOG_GROUP, list_tags_log_group, &[]);
}

type Tags = BTreeMap<String, String>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagResource {
    resource_arn: String,
    tags: Tags,
}

fn tag_resource(ctx: &Ctx<'_>, state: &mut Logs, input: TagResource) -> Result<(), Fault> {
    add(state, name_in(ctx.scope, &input.resource_arn)?, input.tags, faults::too_many_tags)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

fn untag_resource(ctx: &Ctx<'_>, state: &mut Logs, input: UntagResource) -> Result<(), Fault> {
    remove(state, name_in(ctx.scope, &input.resource_arn)?, &input.tag_keys)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneResource {
    resource_arn: String,
}

#[derive(Serialize)]
struct GivenTags {
    tags: Tags,
}

fn list_tags_for_resource(ctx: &Ctx<'_>, state: &Logs, input: OneResource) -> Result<GivenTags, Fault> {
    tags_of(state, &name_in(ctx.scope, &input.resource_arn)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagLogGroup {
    log_group_name: GroupName,
    tags: Tags,
}

fn tag_log_group(_: &Ctx<'_>, state: &mut Logs, input: TagLogGroup) -> Result<(), Fault> {
    // The older operation lists no error of its own for too many.
    add(state, input.log_group_name, input.tags, || faults::invalid(faults::too_many_tags().message))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UntagLogGroup {
    log_group_name: GroupName,
    tags: Vec<String>,
}

fn untag_log_group(_: &Ctx<'_>, state: &mut Logs, input: UntagLogGroup) -> Result<(), Fault> {
    remove(state, input.log_group_name, &input.tags)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneLogGroup {
    log_group_name: GroupName,
}

fn list_tags_log_group(_: &Ctx<'_>, state: &Logs, input: OneLogGroup) -> Result<GivenTags, Fault> {
    tags_of(state, &input.log_group_name)
}

fn tags_of(state: &Logs, name: &GroupName) -> Result<GivenTags, Fault> {
    let group = state.groups.get(name).ok_or_else(faults::no_group)?;
    Ok(GivenTags { tags: group.tags.clone() })
}

/// Refuses tags that AWS does not take. The model holds lengths and characters.
pub(super) fn check(tags: &Tags) -> Result<(), Fault> {
    match tags.keys().find(|key| key.to_lowercase().starts_with("aws:")) {
        Some(key) => Err(faults::reserved_tag(key)),
        None => Ok(()),
    }
}

/// Adds tags, over those of the same keys.
fn add(
    state: &mut Logs,
    name: GroupName,
    added: Tags,
    too_many: impl FnOnce() -> Fault,
) -> Result<(), Fault> {
    check(&added)?;
    change(state, name, |tags| {
        tags.extend(added);
        if tags.len() > MOST { Err(too_many()) } else { Ok(()) }
    })
}

/// Takes tags off. A key that is not there is no fault.
fn remove(state: &mut Logs, name: GroupName, keys: &[String]) -> Result<(), Fault> {
    change(state, name, |tags| {
        tags.retain(|key, _| !keys.contains(key));
        Ok(())
    })
}

fn change(
    state: &mut Logs,
    name: GroupName,
    change: impl FnOnce(&mut Tags) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut group = LogGroup::clone(state.groups.get(&name).ok_or_else(faults::no_group)?);
    change(&mut group.tags)?;
    state.groups.put(name, group);
    Ok(())
}

/// The log group that an ARN of this scope names, without the `:*` that others have behind it.
fn name_in(scope: &Scope, arn: &str) -> Result<GroupName, Fault> {
    let name = Arn::parse(arn).and_then(|arn| name_of(&arn)).ok_or_else(faults::bad_resource_arn)?;
    // Another region's or account's.
    if arn != scope.arn("logs", format_args!("log-group:{name}")) {
        return Err(faults::no_group());
    }
    Ok(name)
}

fn name_of(arn: &Arn<'_>) -> Option<GroupName> {
    let name = arn.resource.strip_prefix("log-group:").filter(|_| arn.service == "logs")?;
    (!name.is_empty() && !name.contains(':')).then(|| name.into())
}
