//! AWS Security Token Service: who one is, and sessions of roles.
//!
//! API version 2011-06-15.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod assume_role;
pub(crate) mod authorization;
mod faults;
mod sessions;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::sts as operations;

pub(crate) use faults::DIALECT;
pub(crate) use sessions::SessionKeys;

use crate::service::ports::Roles;
use crate::service::{Ctx, Fault, Registrar, Unread};
use crate::store::{Placement, State, Table, Transactional};

/// What STS keeps for one account: the sessions that it gave out.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sts {
    sessions: Table<CompactString, sessions::Session>,
}

impl State for Sts {
    const PLACEMENT: Placement = Placement::Global;

    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.sessions);
    }
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<Sts>, roles: &Arc<dyn Roles>) {
    const NO_SESSION_POLICIES: &str = "session policies and tags are not evaluated yet";
    const NO_MFA: &str = "MFA devices are not built yet";

    registrar.read(&operations::GET_CALLER_IDENTITY, get_caller_identity, &[]);
    let roles = Arc::clone(roles);
    registrar.free(
        &operations::ASSUME_ROLE,
        move |ctx, states, input| assume_role::assume_role(ctx, states, input, &*roles),
        &[
            Unread::Refused("PolicyArns", NO_SESSION_POLICIES),
            Unread::Refused("Policy", NO_SESSION_POLICIES),
            Unread::Refused("Tags", NO_SESSION_POLICIES),
            Unread::Refused("TransitiveTagKeys", NO_SESSION_POLICIES),
            Unread::Refused("SourceIdentity", NO_SESSION_POLICIES),
            Unread::Refused("ProvidedContexts", NO_SESSION_POLICIES),
            Unread::Refused("SerialNumber", NO_MFA),
            Unread::Refused("TokenCode", NO_MFA),
        ],
    );
}

#[derive(Deserialize)]
struct GetCallerIdentity {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CallerIdentity {
    user_id: String,
    account: String,
    arn: String,
}

fn get_caller_identity(ctx: &Ctx<'_>, _: &Sts, _: GetCallerIdentity) -> Result<CallerIdentity, Fault> {
    Ok(CallerIdentity {
        user_id: ctx.principal.user_id.clone(),
        account: ctx.principal.account.to_string(),
        arn: ctx.principal.arn.clone(),
    })
}
