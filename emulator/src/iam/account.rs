//! What is of the account as a whole.

mod alias;
mod authorization_details;
mod credential_report;
mod delegation_requests;
mod organization;
mod registry;
mod summary;
mod token_preferences;

use serde::{Deserialize, Serialize};

pub(crate) use registry::Registry;

use super::{Iam, Ports};
use crate::service::Registrar;
use crate::store::{Table, Transactional};

/// What is of the account as a whole.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Account {
    pub(super) alias: Table<(), alias::AccountAlias>,
    credential_report: Table<(), credential_report::CredentialReport>,
    token_preferences: Table<(), token_preferences::TokenPreferences>,
    /// Those that the account made, for whomever.
    delegation_requests: Table<delegation_requests::RequestId, delegation_requests::DelegationRequest>,
}

impl Account {
    pub(super) fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.alias);
        visit(&mut self.credential_report);
        visit(&mut self.token_preferences);
        visit(&mut self.delegation_requests);
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>, ports: &Ports) {
    alias::register(registrar, &ports.registry);
    authorization_details::register(registrar);
    credential_report::register(registrar);
    delegation_requests::register(registrar, &ports.registry);
    organization::register(registrar);
    summary::register(registrar);
    token_preferences::register(registrar);
}
