//! GetAccessKeyInfo.

use serde::{Deserialize, Serialize};

use super::credentials::check_caller;
use super::{Ports, Sts, faults, key_ids};
use crate::service::{Ctx, Fault};
use crate::store::Scopes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetAccessKeyInfo {
    access_key_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AccessKeyInfo {
    account: String,
}

/// Whose a key is: those that were made here by looking them up, and any other by its id.
pub(super) fn get(
    ctx: &Ctx<'_>,
    _: &Scopes<Sts>,
    input: GetAccessKeyInfo,
    ports: &Ports,
) -> Result<AccessKeyInfo, Fault> {
    check_caller(ctx, "GetAccessKeyInfo")?;
    let id = &input.access_key_id;
    let known = ports.keys.iter().find_map(|keys| keys.access_key(id)).map(|key| key.owner.account.clone());
    let account = known.or_else(|| key_ids::account(id)).ok_or_else(|| {
        // The wording is inferred.
        faults::validation_error(format!("{id} is not a valid access key ID."))
    })?;
    Ok(AccessKeyInfo { account: account.to_string() })
}
