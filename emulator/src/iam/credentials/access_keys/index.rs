//! Whose access key it is, across accounts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use compact_str::CompactString;
use parking_lot::RwLock;

use super::{AccessKeyId, KEY_PREFIX};
use crate::iam::credentials::owner::{ROOT, rows_of};
use crate::iam::{Iam, UserName};
use crate::service::ports::{AccessKey, AccessKeys};
use crate::service::{Identity, Principal};
use crate::store::{Exported, Scope};

/// Long-term access keys of all accounts: a request names a key before anyone knows the account.
///
/// The owner of a key is the user as it is now. So the index follows users, too.
#[derive(Debug, Default)]
pub(crate) struct UserKeys {
    keys: RwLock<HashMap<CompactString, AccessKey>>,
}

impl UserKeys {
    /// Follows a commit.
    pub(crate) fn follow(&self, scope: &Scope, state: &Iam) {
        let keys = &state.credentials.access_keys;
        let mut changed: BTreeSet<&(UserName, AccessKeyId)> = keys.changed().collect();
        for user in state.users.changed() {
            changed.extend(keys.range(rows_of(user)).map(|(key, _)| key));
        }
        if changed.is_empty() {
            return;
        }
        // A user's new name comes with new rows: the old ones must go first.
        let (present, gone): (Vec<_>, Vec<_>) = changed.into_iter().partition(|key| keys.contains(key));
        let mut known = self.keys.write();
        for (_, id) in gone {
            known.remove(id);
        }
        for key in present {
            match access_key(scope, state, key) {
                Some(owned) => known.insert(key.1.clone(), owned),
                None => known.remove(&key.1),
            };
        }
    }

    /// Knows these states' keys and no others.
    pub(crate) fn rebuild(&self, states: &[Exported<Iam>]) {
        let keys = states.iter().flat_map(|Exported { scope, state }| {
            let rows = state.credentials.access_keys.iter();
            rows.filter_map(move |(key, _)| Some((key.1.clone(), access_key(scope, state, key)?)))
        });
        *self.keys.write() = keys.collect();
    }
}

/// A key with its owner; `None` if that is no user of the account.
fn access_key(scope: &Scope, state: &Iam, key: &(UserName, AccessKeyId)) -> Option<AccessKey> {
    let row = state.credentials.access_keys.get(key)?;
    Some(AccessKey {
        owner: Arc::new(principal(scope, state, &key.0)?),
        secret: Arc::from(row.secret_access_key.reveal()),
        session_token: None,
        expires: None,
        active: row.is_active(),
    })
}

fn principal(scope: &Scope, state: &Iam, owner: &UserName) -> Option<Principal> {
    if *owner == ROOT {
        return Some(Principal::root(scope));
    }
    let user = state.users.get(owner)?;
    Some(Principal {
        account: scope.account.clone(),
        arn: user.arn.to_string(),
        user_id: user.user_id.to_string(),
        identity: Identity::User { arn: Arc::clone(&user.arn), name: user.user_name.clone() },
        session: None,
    })
}

impl AccessKeys for UserKeys {
    fn access_key(&self, id: &str) -> Option<AccessKey> {
        if !id.starts_with(KEY_PREFIX) {
            return None;
        }
        self.keys.read().get(id).cloned()
    }
}
