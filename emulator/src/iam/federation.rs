//! Identity providers, from elsewhere and for elsewhere.

use serde::{Deserialize, Serialize};

use super::Iam;
use crate::service::Registrar;
use crate::store::Transactional;

/// The identity providers that an account trusts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Federation {}

impl Federation {
    pub(super) fn tables(&mut self, _visit: &mut dyn FnMut(&mut dyn Transactional)) {}
}

/// Registers the operations.
pub(super) fn register(_registrar: &mut impl Registrar<Iam>) {}
