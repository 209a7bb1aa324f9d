//! Sessions that were given out, and whose access keys they have.

use std::collections::HashMap;
use std::sync::Arc;

use compact_str::CompactString;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use super::Sts;
use crate::service::Principal;
use crate::service::ports::KeyOwner;
use crate::store::{Account, Exported};
use crate::time::Timestamp;

/// What the access key ids of sessions begin with.
pub(super) const KEY_PREFIX: &str = "ASIA";

/// A session of a role. Its secret is not kept: signatures are not verified.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) account: Account,
    /// `arn:aws:sts::000000000000:assumed-role/NAME/SESSION`
    pub(super) arn: String,
    /// `AROA…:SESSION`
    pub(super) user_id: String,
    pub(super) expires: Timestamp,
}

/// Session access keys of all accounts: a request names a key before anyone knows the account.
#[derive(Debug, Default)]
pub(crate) struct SessionKeys {
    owners: RwLock<HashMap<CompactString, (Arc<Principal>, Timestamp)>>,
}

impl SessionKeys {
    /// Follows a commit.
    pub(crate) fn follow(&self, state: &Sts) {
        let mut owners = self.owners.write();
        for key in state.sessions.changed() {
            match state.sessions.get(key) {
                Some(session) => owners.insert(key.clone(), owner(session)),
                None => owners.remove(key),
            };
        }
    }

    /// Knows these states' keys and no others.
    pub(crate) fn rebuild(&self, states: &[Exported<Sts>]) {
        let sessions = states.iter().flat_map(|each| each.state.sessions.iter());
        *self.owners.write() = sessions.map(|(key, session)| (key.clone(), owner(session))).collect();
    }
}

fn owner(session: &Session) -> (Arc<Principal>, Timestamp) {
    let principal = Principal {
        account: session.account.clone(),
        arn: session.arn.clone(),
        user_id: session.user_id.clone(),
    };
    (Arc::new(principal), session.expires)
}

impl KeyOwner for SessionKeys {
    fn owner(&self, access_key_id: &str, now: Timestamp) -> Option<Arc<Principal>> {
        // Nearly every key is none of a session, and callers need not wait for each other to hear it.
        if !access_key_id.starts_with(KEY_PREFIX) {
            return None;
        }
        let owners = self.owners.read();
        let (principal, expires) = owners.get(access_key_id)?;
        (now < *expires).then(|| Arc::clone(principal))
    }
}
