//! Outbound identity federation: tokens of the account's own, for services elsewhere.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use stagecheck_models::iam as operations;

use crate::iam::Iam;
use crate::service::{Ctx, Fault, Registrar};
use crate::store::Scope;

/// That it is enabled, and as whom.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OutboundFederation {
    issuer_identifier: String,
    jwt_vending_enabled: bool,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::ENABLE_OUTBOUND_WEB_IDENTITY_FEDERATION, enable, &[]);
    registrar.read(&operations::GET_OUTBOUND_WEB_IDENTITY_FEDERATION_INFO, get, &[]);
    registrar.write(&operations::DISABLE_OUTBOUND_WEB_IDENTITY_FEDERATION, disable, &[]);
}

#[derive(Deserialize)]
struct Nothing {}

fn enable(ctx: &Ctx<'_>, state: &mut Iam, _: Nothing) -> Result<Arc<OutboundFederation>, Fault> {
    if state.federation.outbound.contains(&()) {
        // The wording of both faults is inferred from their documentation.
        return Err(Fault::new(
            409,
            "FeatureEnabled",
            "Outbound identity federation is already enabled for your AWS account.",
        ));
    }
    let enabled =
        OutboundFederation { issuer_identifier: issuer_identifier(ctx.scope), jwt_vending_enabled: true };
    Ok(state.federation.outbound.put((), enabled))
}

/// One for each account, which stays the same when the feature is disabled and enabled again (inferred).
fn issuer_identifier(scope: &Scope) -> String {
    let name = format!("{}:{}", scope.region.partition().id, scope.account);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(name)[..16]);
    // AWS's look like UUIDs that are made of a name.
    let id = uuid::Builder::from_sha1_bytes(bytes).into_uuid();
    format!("https://{id}.tokens.sts.global.api.aws")
}

fn get(_: &Ctx<'_>, state: &Iam, _: Nothing) -> Result<Arc<OutboundFederation>, Fault> {
    state.federation.outbound.get(&()).map(Arc::clone).ok_or_else(disabled)
}

fn disable(_: &Ctx<'_>, state: &mut Iam, _: Nothing) -> Result<(), Fault> {
    state.federation.outbound.remove(&()).map(drop).ok_or_else(disabled)
}

fn disabled() -> Fault {
    Fault::new(404, "FeatureDisabled", "Outbound identity federation is disabled for your AWS account.")
}

/// The issuer of the account's tokens, if it has any.
pub(super) fn issuer(state: &Iam) -> Option<String> {
    state.federation.outbound.get(&()).map(|enabled| enabled.issuer_identifier.clone())
}
