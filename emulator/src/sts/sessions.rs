//! Sessions that were given out, and whose access keys they have.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use super::Sts;
use super::session_policies::SessionPolicy;
use crate::service::ports::{AccessKey, AccessKeys};
use crate::service::{self, Arn, Identity, Principal};
use crate::store::{Account, Exported, Indexed};
use crate::time::Timestamp;

/// What the access key ids of sessions begin with.
pub(super) const KEY_PREFIX: &str = "ASIA";

/// Seconds for which a session that has expired is still known to have been one.
const REMEMBERED: i64 = 24 * 3600;

/// A session of a role, a user or the root.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) account: Account,
    /// `arn:aws:sts::000000000000:assumed-role/NAME/SESSION`
    pub(super) arn: String,
    /// `AROA…:SESSION`
    pub(super) user_id: String,
    pub(super) expires: Timestamp,
    /// The ARN of the role or user whose permissions it has; empty of the root's.
    #[serde(default, alias = "role_arn")]
    pub(super) holder_arn: Arc<str>,
    #[serde(default, alias = "role_name")]
    pub(super) holder_name: CompactString,
    pub(super) issued: Timestamp,
    #[serde(default)]
    pub(super) secret_access_key: Arc<str>,
    #[serde(default)]
    pub(super) session_token: Arc<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) policies: Option<Vec<SessionPolicy>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) transitive_tag_keys: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) source_identity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mfa_authenticated: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) federated_provider: Option<String>,
}

/// Without the secrets.
impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Session")
            .field("arn", &self.arn)
            .field("holder_arn", &self.holder_arn)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Sessions are looked for by when they expire.
impl Indexed<CompactString> for Session {
    type Term = Timestamp;

    fn terms(&self, _: &CompactString, tell: &mut dyn FnMut(Timestamp)) {
        tell(self.expires);
    }
}

impl Session {
    fn identity(&self) -> Identity {
        let (arn, name) = (Arc::clone(&self.holder_arn), self.holder_name.clone());
        if arn.is_empty() {
            Identity::Root
        } else if Arn::parse(&arn).is_some_and(|arn| arn.resource.starts_with("user/")) {
            Identity::User { arn, name }
        } else {
            Identity::Role { arn, name }
        }
    }

    fn principal(&self) -> Principal {
        Principal {
            account: self.account.clone(),
            arn: self.arn.clone(),
            user_id: self.user_id.clone(),
            identity: self.identity(),
            session: Some(service::Session {
                issued: self.issued,
                expires: self.expires,
                policies: self
                    .policies
                    .as_ref()
                    .map(|policies| policies.iter().map(SessionPolicy::named).collect()),
                tags: self.tags.clone(),
                transitive_tag_keys: self.transitive_tag_keys.clone(),
                source_identity: self.source_identity.clone(),
                mfa_authenticated: self.mfa_authenticated,
                federated_provider: self.federated_provider.clone(),
            }),
        }
    }

    fn access_key(&self) -> AccessKey {
        AccessKey {
            owner: Arc::new(self.principal()),
            secret: Arc::clone(&self.secret_access_key),
            session_token: Some(Arc::clone(&self.session_token)),
            expires: Some(self.expires),
            active: true,
        }
    }
}

/// Forgets the sessions that expired long ago. The index leads to these and no others.
pub(super) fn sweep(state: &mut Sts, now: Timestamp) {
    for key in state.sessions.keys_naming(..now.plus_seconds(-REMEMBERED)) {
        state.sessions.remove(&key);
    }
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
                Some(session) => keys.insert(key.clone(), session.access_key()),
                None => keys.remove(key),
            };
        }
    }

    /// Knows these states' keys and no others.
    pub(crate) fn rebuild(&self, states: &[Exported<Sts>]) {
        let sessions = states.iter().flat_map(|each| each.state.sessions.iter());
        *self.keys.write() = sessions.map(|(key, session)| (key.clone(), session.access_key())).collect();
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
