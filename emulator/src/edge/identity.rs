//! Who calls, and which account and region a call is for.

use std::sync::Arc;

use http::HeaderMap;
use stagecheck_models::Protocol;

use super::credential::{Credential, user_agent_region};
use crate::gateway::{Request, Signed, Signer, Signers};
use crate::service::ports::{AccessKey, AccessKeys};
use crate::service::{Fault, Principal};
use crate::store::{Account, Region, Scope};
use crate::time::Timestamp;
use crate::wire::Form;

/// Tells callers by their access keys.
pub(crate) struct Callers {
    /// Whom an unknown key belongs to, and where calls go that name no region.
    default: Scope,
    /// The root of that account in that region's partition, which nearly every caller is.
    default_root: Arc<Principal>,
    /// Those who know the keys that were made here.
    keys: Vec<Arc<dyn AccessKeys>>,
}

/// A caller, and the state that the call is for.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) scope: Scope,
    pub(super) principal: Arc<Principal>,
}

/// The region of a credential scope is no region's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadRegion;

impl BadRegion {
    /// What AWS answers; the code differs between protocols.
    pub(super) fn fault(self, protocol: Protocol) -> Fault {
        let code = match protocol {
            Protocol::AwsQuery { .. } => "SignatureDoesNotMatch",
            Protocol::AwsJson { .. } | Protocol::RestJson | Protocol::RpcV2Cbor { .. } => {
                "InvalidSignatureException"
            }
        };
        Fault::new(403, code, "Credential should be scoped to a valid region.")
    }
}

impl Callers {
    pub(crate) fn new(default: Scope, keys: Vec<Arc<dyn AccessKeys>>) -> Self {
        Self { default_root: Arc::new(Principal::root(&default)), default, keys }
    }

    /// A key of twelve digits is that account's root; a key that was made here is its owner's; any other is the
    /// default account's root. The region is the credential's, else the one that the user agent tells.
    pub(super) fn identify(
        &self,
        credential: Option<&Credential<'_>>,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Caller, BadRegion> {
        let region = match credential.and_then(Credential::region) {
            Some(name) => Region::parse(name).ok_or(BadRegion)?,
            None => user_agent_region(headers)
                .and_then(Region::parse)
                .unwrap_or_else(|| self.default.region.clone()),
        };
        let key = credential.map(Credential::access_key_id).unwrap_or_default();
        let known = self.known(key);
        if let Some(AccessKey { owner, .. }) = known.filter(|key| !key.has_expired(now)) {
            let scope = Scope { account: owner.account.clone(), region };
            return Ok(Caller { scope, principal: owner });
        }
        let account = Account::parse(key).unwrap_or_else(|| self.default.account.clone());
        let scope = Scope { account, region };
        let principal = self.root(&scope);
        Ok(Caller { scope, principal })
    }

    fn known(&self, key: &str) -> Option<AccessKey> {
        self.keys.iter().find_map(|keys| keys.access_key(key))
    }

    fn root(&self, scope: &Scope) -> Arc<Principal> {
        let is_default = scope.account == self.default.account
            && scope.region.partition() == self.default.region.partition();
        if is_default { Arc::clone(&self.default_root) } else { Arc::new(Principal::root(scope)) }
    }
}

impl Signers for Callers {
    /// A credential of a region that there is not, and an `Authorization` of another kind, are none: inferred.
    fn signer(&self, request: &Request<'_>, now: Timestamp) -> Signed {
        let query = Form::parse(request.query).unwrap_or_default();
        let Some(credential) = Credential::of(request.headers, &query) else { return Signed::Not };
        let access_key_id = credential.access_key_id();
        if self.known(access_key_id).is_some_and(|key| key.has_expired(now)) {
            return Signed::Expired;
        }
        let Ok(Caller { principal, .. }) = self.identify(Some(&credential), request.headers, now) else {
            return Signed::Not;
        };
        Signed::By(Signer { principal, access_key_id: access_key_id.to_owned() })
    }
}
