//! Notes calls as they come.

use std::convert::Infallible;
use std::sync::Arc;

use compact_str::CompactString;

use super::access_keys::KeyUse;
use super::services;
use super::{PrincipalId, Usage, Use, UseKey};
use crate::iam::Iam;
use crate::service::Identity;
use crate::service::ports::{UsageRecorder, UsedAction};
use crate::store::{Scope, Scopes, assert_unlocked};

/// Answers the [`UsageRecorder`] port with IAM's state.
pub(crate) struct UsageLog {
    states: Arc<Scopes<Iam>>,
}

impl UsageLog {
    /// Notes what these states are to know.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Iam>>) -> Self {
        Self { states }
    }
}

impl UsageRecorder for UsageLog {
    /// At most one write a second for what is used again.
    fn record(&self, used: &UsedAction<'_>) {
        assert_unlocked();
        let scope = || Scope { account: used.account.clone(), region: used.region.clone() };
        let id = match used.identity {
            Identity::Root => return,
            Identity::Role { .. } => used.unique_id.split(':').next().map(PrincipalId::from),
            // A federated user's id is not that of the user who vouches for it.
            Identity::User { name, .. } if used.unique_id.contains(':') => {
                self.states.read(&scope(), |state| Some(PrincipalId::from(&*state.users.get(name)?.user_id)))
            }
            Identity::User { .. } => Some(used.unique_id.into()),
        };
        let Some(id) = id else { return };
        let namespace = services::namespace_of(used.service);
        let key: UseKey = (id, namespace.into(), used.action.into(), used.region.as_str().into());
        let last = Use { at: used.at.whole_seconds() };
        let key_use = used.access_key_id.map(|id| {
            let of_key = KeyUse {
                last_used_date: Some(last.at),
                service_name: used.service.into(),
                region: used.region.as_str().into(),
            };
            (CompactString::from(id), of_key)
        });
        let scope = scope();
        if !self.states.read(&scope, |state| state.usage.has_noted(&key, last, key_use.as_ref())) {
            let _: Result<(), Infallible> = self.states.write(&scope, |state| {
                state.usage.note(key, last, key_use);
                Ok(())
            });
        }
    }
}

impl Usage {
    fn has_noted(&self, key: &UseKey, last: Use, key_use: Option<&(CompactString, KeyUse)>) -> bool {
        self.uses.get(key).is_some_and(|noted| noted.at >= last.at)
            && key_use.is_none_or(|(id, last)| self.keys.get(id).is_some_and(|noted| **noted == *last))
    }

    fn note(&mut self, key: UseKey, last: Use, key_use: Option<(CompactString, KeyUse)>) {
        self.uses.put(key, last);
        if let Some((id, last)) = key_use {
            self.keys.put(id, last);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::store::{Account, Region};
    use crate::time::Timestamp;

    /// A log of uses, and how often the states behind it were written.
    fn log() -> (UsageLog, Arc<AtomicUsize>) {
        let writes = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&writes);
        let states = Scopes::with_commit_hook(move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        (UsageLog::new(Arc::new(states)), writes)
    }

    fn user() -> Identity {
        Identity::User { arn: "arn:aws:iam::000000000000:user/ann".into(), name: "ann".into() }
    }

    fn record(log: &UsageLog, identity: &Identity, action: &str, millis: i64) {
        log.record(&UsedAction {
            account: &Account::default(),
            region: &Region::default(),
            identity,
            unique_id: "AIDAANN",
            access_key_id: Some("AKIAANN"),
            service: "logs",
            action,
            at: Timestamp::from_millis(millis),
        });
    }

    #[test]
    fn what_is_used_again_within_a_second_is_not_written_again() {
        let (log, writes) = log();
        for millis in [1000, 1001, 1999] {
            record(&log, &user(), "PutLogEvents", millis);
        }
        assert_eq!(writes.load(Ordering::Relaxed), 1);
        record(&log, &user(), "GetLogEvents", 1999);
        record(&log, &user(), "PutLogEvents", 2000);
        assert_eq!(writes.load(Ordering::Relaxed), 3);
        let last = log.states.read(&Scope::default(), |state| {
            let last = state.usage.last_use("AIDAANN", Timestamp::from_millis(5000)).unwrap();
            (last.at.millis(), last.action.to_string(), last.region.to_string())
        });
        assert_eq!(last, (2000, "PutLogEvents".to_owned(), "us-east-1".to_owned()));
    }

    #[test]
    fn the_root_leaves_nothing() {
        let (log, writes) = log();
        record(&log, &Identity::Root, "PutLogEvents", 1000);
        assert_eq!(writes.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn what_is_older_than_is_tracked_is_as_if_it_had_not_been() {
        let (log, _) = log();
        record(&log, &user(), "PutLogEvents", 1000);
        let last_at = |days: i64| {
            let now = Timestamp::from_millis(1000).plus_seconds(days * 86_400);
            log.states.read(&Scope::default(), |state| state.usage.last_use("AIDAANN", now).is_some())
        };
        assert!(last_at(0) && last_at(399) && !last_at(400) && !last_at(-1));
    }

    #[test]
    fn one_whose_id_begins_alike_is_another() {
        let (log, _) = log();
        record(&log, &user(), "PutLogEvents", 1000);
        let now = Timestamp::from_millis(1000);
        log.states.read(&Scope::default(), |state| {
            assert!(state.usage.last_use("AIDAAN", now).is_none());
            assert!(state.usage.last_use("AIDAANNE", now).is_none());
        });
    }
}
