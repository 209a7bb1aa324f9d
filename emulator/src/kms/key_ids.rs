//! How calls name keys: by id or ARN, and some also by an alias or its ARN.

use std::sync::Arc;

use uuid::Uuid;

use super::keys::Key;
use super::{Kms, faults};
use crate::service::{Arn, Fault};
use crate::store::Scope;
use crate::time::Timestamp;

/// The key of an id or ARN.
pub(super) fn find<'s>(
    scope: &Scope,
    now: Timestamp,
    state: &'s Kms,
    named: &str,
) -> Result<&'s Arc<Key>, Fault> {
    match Name::parse(scope, named)? {
        Name::Key(id) => key_of(scope, now, state, id),
        Name::Alias(_) if named.starts_with("arn:") => Err(faults::no_aliases_here()),
        Name::Alias(_) => Err(faults::invalid_key_id(named)),
    }
}

/// The key of an id or ARN, or of an alias or its ARN.
pub(super) fn find_by_alias_too<'s>(
    scope: &Scope,
    now: Timestamp,
    state: &'s Kms,
    named: &str,
) -> Result<&'s Arc<Key>, Fault> {
    match Name::parse(scope, named)? {
        Name::Key(id) => key_of(scope, now, state, id),
        Name::Alias(alias) => {
            let no_alias = || faults::no_alias(&scope.arn("kms", format_args!("{alias}")));
            let target = &state.aliases.get(&alias.into()).ok_or_else(no_alias)?.target_key_id;
            // An alias goes with its key.
            state.keys.get(target).filter(|key| key.is_there(now)).ok_or_else(no_alias)
        }
    }
}

/// What a call names.
enum Name<'a> {
    /// By its id.
    Key(&'a str),
    /// With `alias/` in front.
    Alias(&'a str),
}

impl<'a> Name<'a> {
    fn parse(scope: &Scope, text: &'a str) -> Result<Self, Fault> {
        let name = if text.starts_with("arn:") { in_arn(scope, text)? } else { text };
        if name.starts_with("alias/") {
            return Ok(Self::Alias(name));
        }
        // Reported by users: what reads like no id is told apart from one that there is not.
        match Uuid::try_parse(name) {
            Ok(_) => Ok(Self::Key(name)),
            Err(_) => Err(faults::invalid_key_id(text)),
        }
    }
}

/// The id or alias in an ARN of this scope. Keys of other accounts cannot be named: their rows are not here.
fn in_arn<'a>(scope: &Scope, text: &'a str) -> Result<&'a str, Fault> {
    let arn = Arn::parse(text).filter(|arn| arn.service == "kms").ok_or_else(|| faults::not_an_arn(text))?;
    let name = match arn.resource.strip_prefix("key/") {
        Some(id) => id,
        None if arn.resource.starts_with("alias/") => arn.resource,
        None => return Err(faults::not_an_arn(text)),
    };
    if arn.region != scope.region.as_str() {
        return Err(faults::other_region(arn.region));
    }
    if arn.account != scope.account.as_str() {
        return Err(faults::no_key(text));
    }
    Ok(name)
}

fn key_of<'s>(scope: &Scope, now: Timestamp, state: &'s Kms, id: &str) -> Result<&'s Arc<Key>, Fault> {
    let key = state.keys.get(&id.into()).filter(|key| key.is_there(now));
    key.ok_or_else(|| faults::no_key(&scope.arn("kms", format_args!("key/{id}"))))
}
