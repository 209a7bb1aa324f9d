//! GetCallerIdentity.

use serde::{Deserialize, Serialize};

use super::Sts;
use crate::service::{Ctx, Fault};

#[derive(Deserialize)]
pub(super) struct GetCallerIdentity {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CallerIdentity {
    user_id: String,
    account: String,
    arn: String,
}

pub(super) fn get(ctx: &Ctx<'_>, _: &Sts, _: GetCallerIdentity) -> Result<CallerIdentity, Fault> {
    Ok(CallerIdentity {
        user_id: ctx.principal.user_id.clone(),
        account: ctx.principal.account.to_string(),
        arn: ctx.principal.arn.clone(),
    })
}
