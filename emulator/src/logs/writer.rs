//! Writes log events for other services.

use std::sync::Arc;

use super::groups::LogGroup;
use super::segments::Batch;
use super::streams::LogStream;
use super::{GroupName, Logs, StreamName};
use crate::service::ports::{Destination, LogWriter, MissingGroup, NoSuchGroup, Presence};
use crate::store::{Scope, Scopes, assert_unlocked};
use crate::time::Timestamp;

/// Answers the [`LogWriter`] port from CloudWatch Logs' state.
pub(crate) struct GroupWriter {
    states: Arc<Scopes<Logs>>,
}

impl GroupWriter {
    /// Writes to these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Logs>>) -> Self {
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
        let batch = Batch::new(now, events.iter().map(|(time, message)| (*time, message)));
        let Some((first, last)) = batch.span() else { return Ok(()) };
        let key = (GroupName::from(destination.group), StreamName::from(destination.stream));
        self.states.write(scope, |state| {
            let group = match state.groups.get(&key.0) {
                Some(group) => Arc::clone(group),
                None if destination.missing_group == MissingGroup::Refuse => return Err(NoSuchGroup),
                None => state.groups.put(key.0.clone(), LogGroup::new(scope, destination.group, now)),
            };
            let new = || Arc::new(LogStream::new(&group, key.1.clone(), now));
            let stream = state.streams.get(&key).map_or_else(new, Arc::clone);
            state.streams.put(key.clone(), stream.grown(first, last, batch.bytes(), now));
            state.events.append(key, batch);
            Ok(())
        })
    }
}
