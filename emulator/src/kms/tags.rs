//! Tags of keys.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::keys::Key;
use super::{Kms, faults, key_ids};
use crate::service::{Ctx, Fault};
use crate::store::{decode_token, encode_token};

/// The most tags that a key may have, as documented.
const MOST: usize = 50;

/// Tags on a page where the caller does not say. It is also the most, as documented.
const DEFAULT_LIMIT: usize = 50;

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tag {
    #[serde(rename = "TagKey")]
    key: String,
    #[serde(rename = "TagValue")]
    value: String,
}

/// Keys and values.
pub(super) fn pairs(tags: &[Tag]) -> Vec<(String, String)> {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// Puts tags in the order of their keys, in which they are kept and told.
pub(super) fn sort(tags: &mut [Tag]) {
    tags.sort_by(|one, other| one.key.cmp(&other.key));
}

/// Refuses what a key cannot have as its tags.
pub(super) fn check(tags: &[Tag]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    if !tags.iter().all(|tag| seen.insert(&tag.key)) {
        return Err(faults::bad_tags("Duplicate tag keys are not allowed."));
    }
    if tags.iter().any(|tag| tag.key.to_lowercase().starts_with("aws:")) {
        return Err(faults::bad_tags("Tag keys that start with aws: are reserved."));
    }
    if tags.len() > MOST {
        return Err(faults::bad_tags(&format!("A key can have no more than {MOST} tags.")));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListResourceTags {
    key_id: String,
    limit: Option<usize>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedTags {
    tags: Vec<Tag>,
    next_marker: Option<String>,
    truncated: bool,
}

pub(super) fn list(ctx: &Ctx<'_>, state: &Kms, input: ListResourceTags) -> Result<ListedTags, Fault> {
    let key = key_ids::find(ctx.scope, ctx.now, state, &input.key_id)?;
    let last: Option<String> =
        input.marker.as_deref().map(decode_token).transpose().map_err(faults::bad_marker)?;
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT).min(DEFAULT_LIMIT);
    let is_behind = |tag: &&Tag| last.as_ref().is_none_or(|last| tag.key > *last);
    let mut rest = key.tags.iter().filter(is_behind);
    let tags: Vec<Tag> = rest.by_ref().take(limit).cloned().collect();
    let next_marker = tags.last().filter(|_| rest.next().is_some()).map(|tag| encode_token(&tag.key));
    Ok(ListedTags { tags, truncated: next_marker.is_some(), next_marker })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TagResource {
    key_id: String,
    tags: Vec<Tag>,
}

pub(super) fn tag(ctx: &Ctx<'_>, state: &mut Kms, input: TagResource) -> Result<(), Fault> {
    check(&input.tags)?;
    change(ctx, state, &input.key_id, |tags| {
        tags.retain(|tag| !input.tags.iter().any(|new| new.key == tag.key));
        tags.extend(input.tags);
        sort(tags);
        check(tags)
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UntagResource {
    key_id: String,
    tag_keys: Vec<String>,
}

pub(super) fn untag(ctx: &Ctx<'_>, state: &mut Kms, input: UntagResource) -> Result<(), Fault> {
    change(ctx, state, &input.key_id, |tags| {
        tags.retain(|tag| !input.tag_keys.contains(&tag.key));
        Ok(())
    })
}

fn change(
    ctx: &Ctx<'_>,
    state: &mut Kms,
    named: &str,
    change: impl FnOnce(&mut Vec<Tag>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let key = key_ids::find(ctx.scope, ctx.now, state, named)?;
    key.refuse_pending()?;
    let mut key = Key::clone(key);
    change(&mut key.tags)?;
    state.keys.put(key.key_id.clone(), key);
    Ok(())
}
