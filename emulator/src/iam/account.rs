//! What is of the account as a whole.

use serde::{Deserialize, Serialize};

use super::Iam;
use crate::service::Registrar;
use crate::store::Transactional;

/// What is of the account as a whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Account {}

impl Account {
    pub(super) fn tables(&mut self, _visit: &mut dyn FnMut(&mut dyn Transactional)) {}
}

/// Registers the operations.
pub(super) fn register(_registrar: &mut impl Registrar<Iam>) {}
