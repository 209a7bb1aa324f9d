//! Writes log events for other services.

use std::sync::Arc;

use super::encryption::{self, Purpose};
use super::groups::LogGroup;
use super::segments::Batch;
use super::streams::LogStream;
use super::{GroupName, Logs, StreamName};
use crate::service::ports::{Destination, EncryptionKeys, LogWriter, MissingGroup, NotAppended, Presence};
use crate::store::{Scope, Scopes, assert_unlocked};
use crate::time::Timestamp;

/// Answers the [`LogWriter`] port from CloudWatch Logs' state.
pub(crate) struct GroupWriter {
    states: Arc<Scopes<Logs>>,
    keys: Arc<dyn EncryptionKeys>,
}

impl GroupWriter {
    /// Writes to these states, into encrypted groups where their keys may be used.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Logs>>, keys: Arc<dyn EncryptionKeys>) -> Self {
        Self { states, keys }
    }

    /// The key that a group is encrypted with, where there is one, once CloudWatch Logs may use it.
    fn usable_key(
        &self,
        scope: &Scope,
        group: &GroupName,
        now: Timestamp,
    ) -> Result<Option<Arc<str>>, NotAppended> {
        let Some((key, group_arn)) = encryption::key_of(&self.states, scope, group) else { return Ok(None) };
        match encryption::permit(&*self.keys, Purpose::Write, scope, &group_arn, &key, now) {
            Ok(()) => Ok(Some(key)),
            Err(refusal) => Err(NotAppended::KeyRefused(key, refusal)),
        }
    }
}

impl LogWriter for GroupWriter {
    fn look_up(&self, scope: &Scope, group: &str, stream: &str) -> Presence {
        assert_unlocked();
        self.states.read(scope, |state| {
            if state.streams.contains(&(group.into(), stream.into())) {
                Presence::Stream
            } else if state.groups.contains(&group.into()) {
                Presence::Group
            } else {
                Presence::Nothing
            }
        })
    }

    fn append(
        &self,
        scope: &Scope,
        destination: &Destination<'_>,
        events: &[(Timestamp, String)],
        now: Timestamp,
    ) -> Result<(), NotAppended> {
        assert_unlocked();
        let batch = Batch::new(now, events.iter().map(|(time, message)| (*time, message)));
        let Some((first, last)) = batch.span() else { return Ok(()) };
        let key = (GroupName::from(destination.group), StreamName::from(destination.stream));
        let kms_key_id = self.usable_key(scope, &key.0, now)?;
        self.states.write(scope, |state| {
            let group = match state.groups.get(&key.0) {
                Some(group) => Arc::clone(group),
                None if destination.missing_group == MissingGroup::Refuse => {
                    return Err(NotAppended::NoSuchGroup);
                }
                None => state.groups.put(key.0.clone(), LogGroup::new(scope, destination.group, now)),
            };
            let new = || Arc::new(LogStream::new(&group, key.1.clone(), now));
            let stream = state.streams.get(&key).map_or_else(new, Arc::clone);
            state.streams.put(key.clone(), stream.grown(first, last, batch.bytes(), now));
            state.events.append(key, batch.under(kms_key_id));
            Ok(())
        })
    }
}
