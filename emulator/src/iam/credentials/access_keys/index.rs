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

#[cfg(test)]
mod tests {
    use super::super::AccessKey as Row;
    use super::*;
    use crate::iam::credentials::owner;
    use crate::iam::credentials::status::Status;
    use crate::iam::users::User;
    use crate::service::Secret;
    use crate::store::{Scopes, State as _};
    use crate::time::Timestamp;

    const ID: &str = "AKIAAAAAAAAAAAAAAAAA";

    fn user(name: &str) -> User {
        User {
            path: "/".to_owned(),
            user_name: name.into(),
            user_id: Arc::from("AIDAAAAAAAAAAAAAAAAAA"),
            arn: Arc::from(format!("arn:aws:iam::000000000000:user/{name}")),
            create_date: Timestamp::default(),
            permissions_boundary: None,
            tags: Vec::new(),
        }
    }

    fn key(owner: &str, status: Status) -> Row {
        Row {
            user_name: owner.into(),
            access_key_id: ID.into(),
            status,
            secret_access_key: Secret::new("secret".to_owned()),
            create_date: Timestamp::default(),
            last_changed: Timestamp::default(),
        }
    }

    fn followed() -> (Arc<UserKeys>, Scopes<Iam>) {
        let keys = Arc::new(UserKeys::default());
        let following = Arc::clone(&keys);
        (keys, Scopes::with_commit_hook(move |scope, state| following.follow(scope, state)))
    }

    fn write(states: &Scopes<Iam>, change: impl FnOnce(&mut Iam)) {
        let done: Result<(), ()> = states.write(&Scope::default(), |state| {
            change(state);
            Ok(())
        });
        done.unwrap();
    }

    fn owner_of_key(keys: &UserKeys) -> Option<String> {
        keys.access_key(ID).map(|key| key.owner.arn.clone())
    }

    #[test]
    fn a_key_leads_to_its_user_as_it_is_now() {
        let (keys, states) = followed();
        write(&states, |state| {
            state.users.put("ann".into(), user("ann"));
            state.credentials.access_keys.put(("ann".into(), ID.into()), key("ann", Status::Active));
        });
        assert_eq!(owner_of_key(&keys).unwrap(), "arn:aws:iam::000000000000:user/ann");
        // Another path is no change of the key's row.
        write(&states, |state| {
            let arn = Arc::from("arn:aws:iam::000000000000:user/people/ann");
            state.users.put("ann".into(), User { arn, ..user("ann") });
        });
        assert_eq!(owner_of_key(&keys).unwrap(), "arn:aws:iam::000000000000:user/people/ann");
        // Another name moves the row, and a name that sorts before the old one does so, too.
        for (old, new) in [("ann", "zoe"), ("zoe", "abe")] {
            write(&states, |state| {
                state.users.remove(&old.into());
                owner::rename(&mut state.credentials.access_keys, &old.into(), &new.into());
                state.users.put(new.into(), user(new));
            });
            assert_eq!(owner_of_key(&keys).unwrap(), format!("arn:aws:iam::000000000000:user/{new}"));
        }
        write(&states, |state| {
            state.credentials.access_keys.put(("abe".into(), ID.into()), key("abe", Status::Inactive));
        });
        assert!(!keys.access_key(ID).unwrap().active);
        write(&states, |state| {
            state.users.remove(&"abe".into());
        });
        assert_eq!(owner_of_key(&keys), None, "the user is gone");
    }

    #[test]
    fn what_is_undone_was_never_known() {
        let (keys, states) = followed();
        let undone: Result<(), ()> = states.write(&Scope::default(), |state| {
            state.credentials.access_keys.put((ROOT, ID.into()), key("root", Status::Active));
            Err(())
        });
        assert!(undone.is_err());
        assert_eq!(owner_of_key(&keys), None);
    }

    #[test]
    fn an_import_brings_its_keys_and_no_others() {
        let (keys, states) = followed();
        write(&states, |state| {
            state.credentials.access_keys.put((ROOT, ID.into()), key("root", Status::Active));
        });
        assert_eq!(owner_of_key(&keys).unwrap(), "arn:aws:iam::000000000000:root");
        let exported = serde_json::to_string(&states.export().unwrap()).unwrap();
        keys.rebuild(&[]);
        assert_eq!(owner_of_key(&keys), None);
        let mut imported: Vec<Exported<Iam>> = serde_json::from_str(&exported).unwrap();
        for each in &mut imported {
            each.state.tables(&mut |table| table.commit());
        }
        keys.rebuild(&imported);
        assert_eq!(owner_of_key(&keys).unwrap(), "arn:aws:iam::000000000000:root");
        // A key whose user was left out of the import is nobody's.
        imported[0].state.credentials.access_keys.put(("ann".into(), ID.into()), key("ann", Status::Active));
        imported[0].state.credentials.access_keys.remove(&(ROOT, ID.into()));
        keys.rebuild(&imported);
        assert_eq!(owner_of_key(&keys), None);
    }
}
