//! AWS Key Management Service: keys, and who may use them.
//!
//! API version 2014-11-01. Nothing is encrypted here, so that the operations that do it are not built. What counts is
//! whether a key is there, is enabled, and lets somebody use it.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod aliases;
pub(crate) mod authorization;
mod deletion;
mod faults;
mod key_ids;
mod key_policies;
mod keys;
mod port;
mod quotas;
mod tags;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::kms as operations;

pub(crate) use faults::DIALECT;
pub(crate) use port::KeyRing;
pub(crate) use quotas::QUOTAS;

use crate::service::{Registrar, Unread};
use crate::store::{Placement, State, Table, Transactional};

type KeyId = CompactString;

/// With `alias/` in front.
type AliasName = CompactString;

/// What KMS keeps for one account and region.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kms {
    keys: Table<KeyId, keys::Key>,
    key_policies: Table<KeyId, key_policies::KeyPolicy>,
    aliases: Table<AliasName, aliases::Alias>,
}

impl State for Kms {
    const PLACEMENT: Placement = Placement::Regional;

    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        // Named one by one, so that a table which is left out does not compile.
        let Self { keys, key_policies, aliases } = self;
        visit(keys);
        visit(key_policies);
        visit(aliases);
    }
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<Kms>) {
    const NO_KEY_STORES: &str = "custom key stores are not built yet";
    const ONE_POLICY: &str = "a key has one policy, which is on the first page";

    registrar.write(
        &operations::CREATE_KEY,
        keys::create,
        &[
            Unread::Refused("CustomKeyStoreId", NO_KEY_STORES),
            Unread::Refused("XksKeyId", NO_KEY_STORES),
            Unread::Refused("MultiRegion", "keys of several regions are not built yet"),
        ],
    );
    registrar.read(
        &operations::DESCRIBE_KEY,
        keys::describe,
        &[Unread::Ignored("GrantTokens", "there are no grants yet, so no token gives anything")],
    );
    registrar.read(&operations::LIST_KEYS, keys::list, &[]);
    registrar.write(&operations::ENABLE_KEY, keys::enable, &[]);
    registrar.write(&operations::DISABLE_KEY, keys::disable, &[]);
    registrar.write(&operations::SCHEDULE_KEY_DELETION, deletion::schedule, &[]);
    registrar.write(&operations::CANCEL_KEY_DELETION, deletion::cancel, &[]);

    registrar.read(&operations::GET_KEY_POLICY, key_policies::get, &[]);
    registrar.write(&operations::PUT_KEY_POLICY, key_policies::put, &[]);
    registrar.read(
        &operations::LIST_KEY_POLICIES,
        key_policies::list,
        &[Unread::Ignored("Limit", ONE_POLICY), Unread::Ignored("Marker", ONE_POLICY)],
    );

    registrar.write(&operations::CREATE_ALIAS, aliases::create, &[]);
    registrar.write(&operations::DELETE_ALIAS, aliases::delete, &[]);
    registrar.read(&operations::LIST_ALIASES, aliases::list, &[]);

    registrar.read(&operations::LIST_RESOURCE_TAGS, tags::list, &[]);
    registrar.write(&operations::TAG_RESOURCE, tags::tag, &[]);
    registrar.write(&operations::UNTAG_RESOURCE, tags::untag, &[]);
}

#[cfg(test)]
mod tests;
