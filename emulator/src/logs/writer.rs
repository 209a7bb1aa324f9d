//! Writes log events for other services.

use std::sync::Arc;

use super::groups::LogGroup;
use super::streams::LogStream;
use super::{GroupName, Logs, StreamName};
use crate::service::ports::{Destination, LogWriter, MissingGroup, NoSuchGroup, Presence};
use crate::store::{Scope, Scopes, assert_unlocked};
use crate::time::Timestamp;

/// Answers the [`LogWriter`] port from CloudWatch Logs' state.
pub struct GroupWriter {
    states: Arc<Scopes<Logs>>,
}

impl GroupWriter {
    /// Writes to these states.
    #[must_use]
    pub fn new(states: Arc<Scopes<Logs>>) -> Self {
        Self { states }
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
    ) -> Result<(), NoSuchGroup> {
        assert_unlocked();
        let (Some((first, _)), Some((last, _))) = (events.first(), events.last()) else { return Ok(()) };
        self.states.write(scope, |state| {
            let key = (GroupName::from(destination.group), StreamName::from(destination.stream));
            let group = match state.groups.get(&key.0) {
                Some(group) => Arc::clone(group),
                None if destination.missing_group == MissingGroup::Refuse => return Err(NoSuchGroup),
                None => state.groups.put(key.0.clone(), LogGroup::new(scope, destination.group, now)),
            };
            let bytes: usize = events.iter().map(|(_, message)| message.len()).sum();
            let new = || Arc::new(LogStream::new(&group, key.1.clone(), now));
            let stream = state.streams.get(&key).map_or_else(new, Arc::clone);
            state.streams.put(key.clone(), stream.grown(*first, *last, bytes as u64, now));
            state.events.append(key, now, events.iter().map(|(time, message)| (*time, message)));
            Ok(())
        })
    }
}
