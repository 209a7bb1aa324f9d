//! AWS Security Token Service: who one is, and temporary credentials.
//!
//! API version 2011-06-15.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod access_key_info;
mod assume_role;
mod assume_role_with_saml;
mod assume_role_with_web_identity;
mod assume_root;
mod assumption;
pub(crate) mod authorization;
mod authorization_message;
mod caller_identity;
mod credentials;
mod delegated_access_token;
mod faults;
mod federation_token;
mod json_web_keys;
mod json_web_token;
mod key_ids;
mod saml;
mod session_policies;
mod session_tags;
mod session_token;
mod sessions;
mod signing_keys;
mod trust;
mod web_identity_token;
#[cfg(test)]
mod world;

use std::sync::Arc;

use compact_str::CompactString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use stagecheck_models::{Operation, sts as operations};

pub(crate) use authorization_message::AuthorizationMessages;
pub(crate) use faults::DIALECT;
pub use json_web_keys::{BadKeys, OidcKeys};
pub(crate) use sessions::SessionKeys;
pub(crate) use signing_keys::SigningKeys;

use crate::service::ports::{AccessKeys, IdentityProviders, ManagedPolicies, MfaDevices, Permissions, Roles};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{IndexedTable, Placement, Scopes, State, Transactional};

/// What STS keeps for one account: the sessions that it gave out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sts {
    sessions: IndexedTable<CompactString, sessions::Session>,
}

impl State for Sts {
    const PLACEMENT: Placement = Placement::Global;

    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.sessions);
    }
}

/// What STS asks of others, and keeps beside its state.
#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) roles: Arc<dyn Roles>,
    pub(crate) permissions: Arc<dyn Permissions>,
    pub(crate) policies: Arc<dyn ManagedPolicies>,
    pub(crate) mfa_devices: Arc<dyn MfaDevices>,
    pub(crate) keys: Vec<Arc<dyn AccessKeys>>,
    pub(crate) providers: Arc<dyn IdentityProviders>,
    pub(crate) oidc_keys: Arc<OidcKeys>,
    pub(crate) messages: Arc<AuthorizationMessages>,
    pub(crate) signing_keys: Arc<SigningKeys>,
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<Sts>, ports: &Ports) {
    registrar.read(&operations::GET_CALLER_IDENTITY, caller_identity::get, &[]);
    free(registrar, ports, &operations::ASSUME_ROLE, assume_role::assume_role);
    free(registrar, ports, &operations::ASSUME_ROLE_WITH_SAML, assume_role_with_saml::assume_role);
    free(
        registrar,
        ports,
        &operations::ASSUME_ROLE_WITH_WEB_IDENTITY,
        assume_role_with_web_identity::assume_role,
    );
    free(registrar, ports, &operations::ASSUME_ROOT, assume_root::assume_root);
    free(registrar, ports, &operations::GET_SESSION_TOKEN, session_token::get);
    free(registrar, ports, &operations::GET_FEDERATION_TOKEN, federation_token::get);
    free(registrar, ports, &operations::GET_ACCESS_KEY_INFO, access_key_info::get);
    free(registrar, ports, &operations::DECODE_AUTHORIZATION_MESSAGE, authorization_message::decode);
    free(registrar, ports, &operations::GET_DELEGATED_ACCESS_TOKEN, delegated_access_token::get);
    free(registrar, ports, &operations::GET_WEB_IDENTITY_TOKEN, web_identity_token::get);
}

/// An operation that asks others, and reads all its members.
fn free<I: DeserializeOwned + 'static, O: Serialize + 'static>(
    registrar: &mut impl Registrar<Sts>,
    ports: &Ports,
    operation: &'static Operation,
    handler: fn(&Ctx<'_>, &Scopes<Sts>, I, &Ports) -> Result<O, Fault>,
) {
    let ports = ports.clone();
    registrar.free(operation, move |ctx, states, input| handler(ctx, states, input, &ports), &[]);
}
