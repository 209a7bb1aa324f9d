//! When access keys were last used.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use crate::iam::{Iam, UserName, faults};
use crate::service::ports::AccessKeys;
use crate::service::{Ctx, Fault, Identity, Registrar};
use crate::store::Scopes;
use crate::time::Timestamp;

/// What stands for a service and a region where there is none, as documented.
const NONE: &str = "N/A";

/// The latest use of an access key, as the wire has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KeyUse {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_used_date: Option<Timestamp>,
    pub(super) service_name: CompactString,
    pub(super) region: CompactString,
}

impl KeyUse {
    fn none() -> Self {
        Self { last_used_date: None, service_name: NONE.into(), region: NONE.into() }
    }
}

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<Iam>, keys: &[Arc<dyn AccessKeys>]) {
    let keys = keys.to_vec();
    let last_used = move |ctx: &Ctx<'_>, states: &Scopes<Iam>, input| last_used(ctx, states, input, &keys);
    registrar.free(&operations::GET_ACCESS_KEY_LAST_USED, last_used, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetAccessKeyLastUsed {
    access_key_id: CompactString,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AccessKeyLastUsed {
    user_name: UserName,
    access_key_last_used: KeyUse,
}

fn last_used(
    ctx: &Ctx<'_>,
    states: &Scopes<Iam>,
    input: GetAccessKeyLastUsed,
    keys: &[Arc<dyn AccessKeys>],
) -> Result<AccessKeyLastUsed, Fault> {
    let id = input.access_key_id;
    let user_name = owner(ctx, &id, keys)
        // The code and the wording are those of the other operations on access keys.
        .ok_or_else(|| faults::missing(format!("The Access Key with id {id} cannot be found.")))?;
    let known = states.read(ctx.scope, |state| state.usage.keys.get(&id).map(|last| KeyUse::clone(last)));
    Ok(AccessKeyLastUsed { user_name, access_key_last_used: known.unwrap_or_else(KeyUse::none) })
}

/// The user of the account whose long-term key it is.
fn owner(ctx: &Ctx<'_>, id: &str, keys: &[Arc<dyn AccessKeys>]) -> Option<UserName> {
    let owner = keys.iter().find_map(|keys| keys.access_key(id))?.owner;
    match &owner.identity {
        Identity::User { name, .. } if owner.session.is_none() && owner.account == ctx.scope.account => {
            Some(name.clone())
        }
        Identity::User { .. } | Identity::Role { .. } | Identity::Root => None,
    }
}
