//! GetDelegatedAccessToken.

use serde::{Deserialize, Serialize};

use super::credentials::{Credentials, check_caller};
use super::{Ports, Sts};
use crate::service::{Ctx, Fault};
use crate::store::Scopes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetDelegatedAccessToken {
    trade_in_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DelegatedAccess {
    credentials: Credentials,
    packed_policy_size: Option<usize>,
    assumed_principal: Option<String>,
}

/// Trade-in tokens come to partners of AWS from delegation requests that were accepted, and none are given out here. AWS
/// has one answer for those that are not good any more, and none of its own for those that never were.
pub(super) fn get(
    ctx: &Ctx<'_>,
    _: &Scopes<Sts>,
    input: GetDelegatedAccessToken,
    _: &Ports,
) -> Result<DelegatedAccess, Fault> {
    check_caller(ctx, "GetDelegatedAccessToken")?;
    if input.trade_in_token.is_empty() {
        return Err(super::faults::validation_error("TradeInToken must not be empty."));
    }
    Err(Fault::new(
        400,
        "ExpiredTradeInTokenException",
        "The trade-in token provided in the request has expired and can no longer be exchanged for credentials. \
         Request a new token and retry the operation.",
    ))
}
