//! Sessions that were given out, and whose access keys they have.

use std::collections::HashMap;
use std::sync::Arc;

use compact_str::CompactString;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use super::Sts;
use crate::service::ports::{AccessKey, AccessKeys};
use crate::service::{self, Identity, Principal};
use crate::store::{Account, Exported};
use crate::time::Timestamp;

/// What the access key ids of sessions begin with.
pub(super) const KEY_PREFIX: &str = "ASIA";

/// A session of a role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) account: Account,
    /// `arn:aws:sts::000000000000:assumed-role/NAME/SESSION`
    pub(super) arn: String,
    /// `AROA…:SESSION`
    pub(super) user_id: String,
    pub(super) expires: Timestamp,
    /// The role's ARN, with its path.
    #[serde(default)]
    pub(super) role_arn: Arc<str>,
    #[serde(default)]
    pub(super) role_name: CompactString,
    pub(super) issued: Timestamp,
    #[serde(default)]
    pub(super) secret_access_key: Arc<str>,
    #[serde(default)]
    pub(super) session_token: Arc<str>,
}

/// Session access keys of all accounts: a request names a key before anyone knows the account.
#[derive(Debug, Default)]
pub(crate) struct SessionKeys {
    keys: RwLock<HashMap<CompactString, AccessKey>>,
}

impl SessionKeys {
    /// Follows a commit.
    pub(crate) fn follow(&self, state: &Sts) {
        let mut keys = self.keys.write();
        for key in state.sessions.changed() {
            match state.sessions.get(key) {
                Some(session) => keys.insert(key.clone(), access_key(session)),
                None => keys.remove(key),
            };
        }
    }

    /// Knows these states' keys and no others.
    pub(crate) fn rebuild(&self, states: &[Exported<Sts>]) {
        let sessions = states.iter().flat_map(|each| each.state.sessions.iter());
        *self.keys.write() = sessions.map(|(key, session)| (key.clone(), access_key(session))).collect();
    }
}

fn access_key(session: &Session) -> AccessKey {
    let owner = Principal {
        account: session.account.clone(),
        arn: session.arn.clone(),
        user_id: session.user_id.clone(),
        identity: Identity::Role { arn: Arc::clone(&session.role_arn), name: session.role_name.clone() },
        session: Some(service::Session {
            issued: session.issued,
            policies: None,
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            source_identity: None,
            mfa_authenticated: None,
            federated_provider: None,
        }),
    };
    AccessKey {
        owner: Arc::new(owner),
        secret: Arc::clone(&session.secret_access_key),
        session_token: Some(Arc::clone(&session.session_token)),
        expires: Some(session.expires),
        active: true,
    }
}

impl AccessKeys for SessionKeys {
    fn access_key(&self, id: &str) -> Option<AccessKey> {
        // Nearly every key is none of a session, and callers need not wait for each other to hear it.
        if !id.starts_with(KEY_PREFIX) {
            return None;
        }
        self.keys.read().get(id).cloned()
    }
}
