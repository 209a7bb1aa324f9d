//! What was used when.

use serde::{Deserialize, Serialize};

use super::Iam;
use crate::service::Registrar;
use crate::store::Transactional;

/// When keys, roles and services were last used, and the reports on it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Usage {}

impl Usage {
    pub(super) fn tables(&mut self, _visit: &mut dyn FnMut(&mut dyn Transactional)) {}
}

/// Registers the operations.
pub(super) fn register(_registrar: &mut impl Registrar<Iam>) {}
