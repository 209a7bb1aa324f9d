//! What users prove themselves by: access keys, passwords, MFA devices, keys and certificates.

use serde::{Deserialize, Serialize};

use super::Iam;
use crate::service::Registrar;
use crate::store::Transactional;

/// The credentials of an account's users, and its server certificates.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {}

impl Credentials {
    pub(super) fn tables(&mut self, _visit: &mut dyn FnMut(&mut dyn Transactional)) {}
}

/// Registers the operations.
pub(super) fn register(_registrar: &mut impl Registrar<Iam>) {}
