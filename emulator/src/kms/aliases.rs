//! Aliases: names that stand for keys.

use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{AliasName, KeyId, Kms, faults, key_ids, quotas};
use crate::service::{Ctx, Fault};
use crate::time::Timestamp;

/// Aliases on a page where the caller does not say, and the most, as documented. That one who asks for more gets the most
/// is inferred.
const DEFAULT_LIMIT: usize = 50;
const MOST: usize = 100;

/// An alias.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Alias {
    alias_name: AliasName,
    alias_arn: Arc<str>,
    pub(super) target_key_id: KeyId,
    creation_date: Timestamp,
    last_updated_date: Timestamp,
}

impl Alias {
    /// Whether it is still there: it goes with its key.
    fn is_there(&self, state: &Kms, now: Timestamp) -> bool {
        state.keys.get(&self.target_key_id).is_some_and(|key| key.is_there(now))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateAlias {
    alias_name: AliasName,
    target_key_id: String,
}

pub(super) fn create(ctx: &Ctx<'_>, state: &mut Kms, input: CreateAlias) -> Result<(), Fault> {
    let name = input.alias_name;
    check_name(&name)?;
    let key = key_ids::find(ctx.scope, ctx.now, state, &input.target_key_id)?;
    key.refuse_pending()?;
    let alias_arn = ctx.scope.arn("kms", format_args!("{name}"));
    if state.aliases.get(&name).is_some_and(|alias| alias.is_there(state, ctx.now)) {
        return Err(faults::alias_exists(&alias_arn));
    }
    let target = key.key_id.clone();
    let present = || state.aliases.iter().filter(|(_, alias)| alias.target_key_id == target).count();
    if !ctx.quotas.has_room(quotas::ALIASES_PER_KEY, present) {
        return Err(faults::limit_exceeded("Aliases", ctx.quotas.most(quotas::ALIASES_PER_KEY)));
    }
    let alias = Alias {
        alias_name: name.clone(),
        alias_arn: alias_arn.into(),
        target_key_id: target,
        creation_date: ctx.now,
        last_updated_date: ctx.now,
    };
    state.aliases.put(name, alias);
    Ok(())
}

/// The characters are the model's. `alias/aws/` is AWS's own, as documented; the code of that is inferred.
fn check_name(name: &str) -> Result<(), Fault> {
    match name.strip_prefix("alias/") {
        None => Err(faults::no_alias_prefix()),
        Some(rest) if rest.is_empty() || rest.starts_with("aws/") => Err(faults::invalid_alias_name(name)),
        Some(_) => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteAlias {
    alias_name: AliasName,
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut Kms, input: DeleteAlias) -> Result<(), Fault> {
    let name = input.alias_name;
    if !name.starts_with("alias/") {
        return Err(faults::no_alias_prefix());
    }
    let present = state.aliases.get(&name).filter(|alias| alias.is_there(state, ctx.now));
    if present.is_none() {
        return Err(faults::no_alias(&ctx.scope.arn("kms", format_args!("{name}"))));
    }
    state.aliases.remove(&name);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListAliases {
    key_id: Option<String>,
    limit: Option<usize>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedAliases {
    aliases: Vec<Arc<Alias>>,
    next_marker: Option<String>,
    truncated: bool,
}

pub(super) fn list(ctx: &Ctx<'_>, state: &Kms, input: ListAliases) -> Result<ListedAliases, Fault> {
    let named = input.key_id.as_deref();
    let key = named.map(|named| key_ids::find(ctx.scope, ctx.now, state, named)).transpose()?;
    let is_asked = |alias: &Alias| key.is_none_or(|key| alias.target_key_id == key.key_id);
    let limit = input.limit.map_or(DEFAULT_LIMIT, |limit| limit.min(MOST));
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let page = state
        .aliases
        .page(everything, input.marker.as_deref(), limit, |_, alias| {
            is_asked(alias) && alias.is_there(state, ctx.now)
        })
        .map_err(faults::bad_marker)?;
    Ok(ListedAliases {
        aliases: page.rows.into_iter().map(|(_, alias)| alias).collect(),
        truncated: page.next.is_some(),
        next_marker: page.next,
    })
}
