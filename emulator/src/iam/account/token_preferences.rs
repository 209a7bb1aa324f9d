//! Which tokens the global endpoint of STS gives out.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use crate::iam::Iam;
use crate::service::{Ctx, Fault, Registrar};

/// What an account prefers; without a row it is version 1, as documented.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TokenPreferences {
    global_endpoint_token_version: CompactString,
}

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::SET_SECURITY_TOKEN_SERVICE_PREFERENCES, set, &[]);
}

fn set(_: &Ctx<'_>, state: &mut Iam, input: TokenPreferences) -> Result<(), Fault> {
    state.account.token_preferences.put((), input);
    Ok(())
}

/// 1 or 2, as GetAccountSummary tells it.
pub(in crate::iam) fn version(state: &Iam) -> usize {
    match state.account.token_preferences.get(&()) {
        Some(row) if row.global_endpoint_token_version == "v2Token" => 2,
        _ => 1,
    }
}
