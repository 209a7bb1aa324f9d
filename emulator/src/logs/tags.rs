//! Tags: by ARN, and of log groups also the older way, by name.

mod bearer;
mod tagged;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stagecheck_models::logs as operations;

pub(crate) use bearer::TaggedGroups;

use self::tagged::Tagged;
use super::{GroupName, Logs, faults};
use crate::service::{Arn, Ctx, Fault, Registrar};
use crate::store::Scope;

/// The most tags that a resource may have, as documented.
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
    add(state, &Tagged::of(ctx.scope, &input.resource_arn)?, input.tags, faults::too_many_tags)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UntagResource {
    resource_arn: String,
    tag_keys: Vec<String>,
}

fn untag_resource(ctx: &Ctx<'_>, state: &mut Logs, input: UntagResource) -> Result<(), Fault> {
    remove(state, &Tagged::of(ctx.scope, &input.resource_arn)?, &input.tag_keys)
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
    tags_of(state, &Tagged::of(ctx.scope, &input.resource_arn)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TagLogGroup {
    log_group_name: GroupName,
    tags: Tags,
}

fn tag_log_group(_: &Ctx<'_>, state: &mut Logs, input: TagLogGroup) -> Result<(), Fault> {
    // The older operation lists no error of its own for too many.
    let group = Tagged::Group(input.log_group_name);
    add(state, &group, input.tags, || faults::invalid(faults::too_many_tags().message))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UntagLogGroup {
    log_group_name: GroupName,
    tags: Vec<String>,
}

fn untag_log_group(_: &Ctx<'_>, state: &mut Logs, input: UntagLogGroup) -> Result<(), Fault> {
    remove(state, &Tagged::Group(input.log_group_name), &input.tags)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneLogGroup {
    log_group_name: GroupName,
}

fn list_tags_log_group(_: &Ctx<'_>, state: &Logs, input: OneLogGroup) -> Result<GivenTags, Fault> {
    tags_of(state, &Tagged::Group(input.log_group_name))
}

fn tags_of(state: &Logs, resource: &Tagged) -> Result<GivenTags, Fault> {
    resource.tags(state).map(|tags| GivenTags { tags: tags.clone() })
}

/// Refuses tags that AWS does not take. The model holds lengths and characters.
pub(super) fn check(tags: &Tags) -> Result<(), Fault> {
    reserved_key(tags).map_or(Ok(()), |key| Err(faults::reserved_tag(key)))
}

/// The first key that only AWS may use, if one is given.
pub(super) fn reserved_key(tags: &Tags) -> Option<&str> {
    tags.keys().map(String::as_str).find(|key| key.to_lowercase().starts_with("aws:"))
}

/// Adds tags, over those of the same keys.
fn add(
    state: &mut Logs,
    resource: &Tagged,
    added: Tags,
    too_many: impl FnOnce() -> Fault,
) -> Result<(), Fault> {
    check(&added)?;
    resource.change(state, |tags| {
        tags.extend(added);
        if tags.len() > MOST { Err(too_many()) } else { Ok(()) }
    })
}

/// Takes tags off. A key that is not there is no fault.
fn remove(state: &mut Logs, resource: &Tagged, keys: &[String]) -> Result<(), Fault> {
    resource.change(state, |tags| {
        tags.retain(|key, _| !keys.contains(key));
        Ok(())
    })
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
