//! What is of the account as a whole.

mod credential_report;
mod summary;

use serde::{Deserialize, Serialize};

use super::Iam;
use crate::service::Registrar;
use crate::store::{Table, Transactional};

/// What is of the account as a whole.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    credential_report: Table<(), credential_report::CredentialReport>,
}

impl Account {
    pub(super) fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.credential_report);
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    credential_report::register(registrar);
    summary::register(registrar);
}
