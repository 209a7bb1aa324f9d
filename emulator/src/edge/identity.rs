//! Who calls, and which account and region a call is for.

use std::sync::Arc;

use http::HeaderMap;

use super::credential::{Credential, user_agent_region};
use super::refusal::Refusal;
use crate::service::Principal;
use crate::service::ports::{AccessKey, AccessKeys};
use crate::store::{Account, Region, Scope};
use crate::time::Timestamp;

/// The access key id of the default root, which needs no making. An account's own id is another.
pub(crate) const ROOT_ACCESS_KEY_ID: &str = "test";

/// The secret of the default root, and of every account's own id. It guards nothing but against mistakes.
pub(crate) const ROOT_SECRET: &str = "test";

/// What ids of sessions' keys begin with. One that is not known is of a session that is forgotten, and nobody's.
const OF_SESSIONS: &str = "ASIA";

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
    /// The key, if it was made here.
    pub(super) key: Option<AccessKey>,
}

impl Callers {
    pub(crate) fn new(default: Scope, keys: Vec<Arc<dyn AccessKeys>>) -> Self {
        Self { default_root: Arc::new(Principal::root(&default)), default, keys }
    }

    /// A key of twelve digits is that account's root; a key that was made here is its owner's, and nobody's once it is
    /// switched off or over; any other is the default account's root. The region is the credential's, else the one that
    /// the user agent tells.
    pub(super) fn identify(
        &self,
        credential: Option<&Credential<'_>>,
        headers: &HeaderMap,
        now: Timestamp,
    ) -> Result<Caller, Refusal> {
        let region = match credential.and_then(Credential::region) {
            Some(name) => Region::parse(name).ok_or(Refusal::BadRegion)?,
            None => user_agent_region(headers)
                .and_then(Region::parse)
                .unwrap_or_else(|| self.default.region.clone()),
        };
        let key = credential.map(Credential::access_key_id).unwrap_or_default();
        if let Some(known) = self.known(key) {
            if !known.active {
                return Err(Refusal::UnknownKey);
            }
            if known.has_expired(now) {
                return Err(Refusal::ExpiredToken);
            }
            let scope = Scope { account: known.owner.account.clone(), region };
            return Ok(Caller { scope, principal: Arc::clone(&known.owner), key: Some(known) });
        }
        if key.starts_with(OF_SESSIONS) {
            return Err(Refusal::UnknownKey);
        }
        let account = Account::parse(key).unwrap_or_else(|| self.default.account.clone());
        let scope = Scope { account, region };
        let principal = self.root(&scope);
        Ok(Caller { scope, principal, key: None })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Form;

    /// Knows one key.
    struct Known(AccessKey);

    impl AccessKeys for Known {
        fn access_key(&self, id: &str) -> Option<AccessKey> {
            (id == "AKIAIOSFODNN7EXAMPLE").then(|| self.0.clone())
        }
    }

    fn told(active: bool, expires: Option<Timestamp>) -> Result<String, Refusal> {
        let owner =
            Principal::root(&Scope { account: Account::parse("111111111111").unwrap(), ..Scope::default() });
        let key = AccessKey {
            owner: Arc::new(owner),
            secret: "secret".into(),
            session_token: None,
            expires,
            active,
        };
        let callers = Callers::new(Scope::default(), vec![Arc::new(Known(key))]);
        let query = "X-Amz-Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/iam/aws4_request";
        let query = Form::parse(query).unwrap();
        let headers = HeaderMap::new();
        let credential = Credential::of(&headers, &query);
        let now = Timestamp::from_millis(1000);
        callers.identify(credential.as_ref(), &headers, now).map(|caller| caller.principal.arn.clone())
    }

    #[test]
    fn a_key_that_is_off_or_over_is_nobodys() {
        let arn = "arn:aws:iam::111111111111:root".to_owned();
        assert_eq!(told(true, None), Ok(arn.clone()));
        assert_eq!(told(true, Some(Timestamp::from_millis(1001))), Ok(arn));
        assert_eq!(told(true, Some(Timestamp::from_millis(1000))), Err(Refusal::ExpiredToken));
        assert_eq!(told(false, None), Err(Refusal::UnknownKey));
    }
}
