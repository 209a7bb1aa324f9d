//! What each operation of KMS needs.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Key Management Service".

#![allow(clippy::wildcard_imports, reason = "the table is made of all of them")]

mod resources;

use stagecheck_models::kms as operations;

use self::resources::*;
use super::Kms;
use crate::service::authorization::Row;

/// The actions are named as the operations are.
pub(crate) static ROWS: &[Row<Kms>] = &[
    Row::new(&operations::CANCEL_KEY_DELETION, key),
    Row::new(&operations::CONNECT_CUSTOM_KEY_STORE, everything),
    Row::new(&operations::CREATE_ALIAS, new_alias),
    Row::new(&operations::CREATE_CUSTOM_KEY_STORE, everything),
    Row::new(&operations::CREATE_GRANT, key),
    Row::new(&operations::CREATE_KEY, new_key),
    Row::new(&operations::DECRYPT, key_if_named),
    Row::new(&operations::DELETE_ALIAS, present_alias),
    Row::new(&operations::DELETE_CUSTOM_KEY_STORE, everything),
    Row::new(&operations::DELETE_IMPORTED_KEY_MATERIAL, key),
    Row::new(&operations::DERIVE_SHARED_SECRET, key),
    Row::new(&operations::DESCRIBE_CUSTOM_KEY_STORES, everything),
    Row::new(&operations::DESCRIBE_KEY, key),
    Row::new(&operations::DISABLE_KEY, key),
    Row::new(&operations::DISABLE_KEY_ROTATION, key),
    Row::new(&operations::DISCONNECT_CUSTOM_KEY_STORE, everything),
    Row::new(&operations::ENABLE_KEY, key),
    Row::new(&operations::ENABLE_KEY_ROTATION, key),
    Row::new(&operations::ENCRYPT, key),
    Row::new(&operations::GENERATE_DATA_KEY, key),
    Row::new(&operations::GENERATE_DATA_KEY_PAIR, key),
    Row::new(&operations::GENERATE_DATA_KEY_PAIR_WITHOUT_PLAINTEXT, key),
    Row::new(&operations::GENERATE_DATA_KEY_WITHOUT_PLAINTEXT, key),
    Row::new(&operations::GENERATE_MAC, key),
    Row::new(&operations::GENERATE_RANDOM, everything),
    Row::new(&operations::GET_KEY_LAST_USAGE, key),
    Row::new(&operations::GET_KEY_POLICY, key),
    Row::new(&operations::GET_KEY_ROTATION_STATUS, key),
    Row::new(&operations::GET_PARAMETERS_FOR_IMPORT, key),
    Row::new(&operations::GET_PUBLIC_KEY, key),
    Row::new(&operations::IMPORT_KEY_MATERIAL, key),
    Row::new(&operations::LIST_ALIASES, everything),
    Row::new(&operations::LIST_GRANTS, key),
    Row::new(&operations::LIST_KEY_POLICIES, key),
    Row::new(&operations::LIST_KEY_ROTATIONS, key),
    Row::new(&operations::LIST_KEYS, everything),
    Row::new(&operations::LIST_RESOURCE_TAGS, key),
    Row::new(&operations::LIST_RETIRABLE_GRANTS, everything),
    Row::new(&operations::PUT_KEY_POLICY, key),
    Row::new(&operations::RE_ENCRYPT, two_keys),
    Row::new(&operations::REPLICATE_KEY, key),
    Row::new(&operations::RETIRE_GRANT, key_if_named),
    Row::new(&operations::REVOKE_GRANT, key),
    Row::new(&operations::ROTATE_KEY_ON_DEMAND, key),
    Row::new(&operations::SCHEDULE_KEY_DELETION, deleted_key),
    Row::new(&operations::SIGN, key),
    Row::new(&operations::TAG_RESOURCE, tagged_key),
    Row::new(&operations::UNTAG_RESOURCE, tagged_key),
    Row::new(&operations::UPDATE_ALIAS, moved_alias),
    Row::new(&operations::UPDATE_CUSTOM_KEY_STORE, everything),
    Row::new(&operations::UPDATE_KEY_DESCRIPTION, key),
    Row::new(&operations::UPDATE_PRIMARY_REGION, key),
    Row::new(&operations::VERIFY, key),
    Row::new(&operations::VERIFY_MAC, key),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::authorization::assert_complete;

    #[test]
    fn every_operation_has_its_row() {
        assert_complete(ROWS, &operations::SERVICE);
    }
}
