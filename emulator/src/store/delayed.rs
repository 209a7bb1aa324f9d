//! States as they were a while ago: what takes time to be seen everywhere.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use parking_lot::RwLock;

use super::scope::Scope;
use super::scopes::{Exported, State};
use crate::time::Timestamp;

/// The states of one service as they were some time ago.
///
/// A commit keeps a copy of its scope's state, which shares its rows, so that it costs a pointer a row. Copies go once a
/// later one has come into effect.
pub(crate) struct Delayed<S> {
    delay_millis: i64,
    copies: RwLock<HashMap<Scope, VecDeque<(Timestamp, S)>>>,
}

impl<S: State + Clone> Delayed<S> {
    /// What is written is seen this much later.
    pub(crate) fn new(delay: Duration) -> Self {
        Self { delay_millis: i64::try_from(delay.as_millis()).unwrap_or(i64::MAX), copies: RwLock::default() }
    }

    /// Follows a commit.
    pub(crate) fn follow(&self, scope: &Scope, state: &S, now: Timestamp) {
        // Callers of all accounts wait for the lock, so that states are neither copied nor dropped under it.
        let copy = (now, state.clone());
        let _over: Vec<(Timestamp, S)> = {
            let mut copies = self.copies.write();
            let copies = copies.entry(scope.clone()).or_default();
            let in_effect = self.in_effect(copies, now);
            let over = copies.drain(..in_effect.saturating_sub(1)).collect();
            copies.push_back(copy);
            over
        };
    }

    /// Knows these states and no others; they are in effect at once.
    pub(crate) fn rebuild(&self, states: &[Exported<S>]) {
        let beginning = Timestamp::from_millis(i64::MIN);
        let copies = states.iter().map(|each| (each.scope.clone(), [(beginning, each.state.clone())].into()));
        *self.copies.write() = copies.collect();
    }

    /// Reads one scope's state as it is seen now. A scope where nothing is in effect yet is empty.
    pub(crate) fn read<T>(&self, scope: &Scope, now: Timestamp, reader: impl FnOnce(&S) -> T) -> T {
        let copies = self.copies.read();
        let seen = copies
            .get(&S::place(scope))
            .and_then(|copies| copies.get(self.in_effect(copies, now).checked_sub(1)?));
        match seen {
            Some((_, state)) => reader(state),
            None => reader(&S::default()),
        }
    }

    /// How many of the copies, oldest first, have come into effect.
    fn in_effect(&self, copies: &VecDeque<(Timestamp, S)>, now: Timestamp) -> usize {
        let seen_until = now.millis().saturating_sub(self.delay_millis);
        copies.partition_point(|(written, _)| written.millis() <= seen_until)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;
    use crate::store::{Placement, Table, Transactional};

    #[derive(Clone, Default, Serialize, Deserialize)]
    struct Notes {
        notes: Table<String, String>,
    }

    impl State for Notes {
        const PLACEMENT: Placement = Placement::Global;

        fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
            visit(&mut self.notes);
        }
    }

    #[test]
    fn a_change_is_seen_after_the_delay_and_not_before() {
        let (delayed, scope) = (Delayed::new(Duration::from_secs(10)), Scope::default());
        let mut state = Notes::default();
        let count = |seconds: i64| {
            delayed
                .read(&scope, Timestamp::default().plus_seconds(seconds), |state: &Notes| state.notes.len())
        };
        for (seconds, name) in [(0, "a"), (4, "b")] {
            state.notes.put(name.to_owned(), String::new());
            delayed.follow(&scope, &state, Timestamp::default().plus_seconds(seconds));
        }
        assert_eq!([9, 10, 13, 14, 99].map(count), [0, 1, 1, 2, 2]);
        state.notes.put("c".to_owned(), String::new());
        delayed.follow(&scope, &state, Timestamp::default().plus_seconds(20));
        // What nobody sees any more is not kept.
        assert_eq!(delayed.copies.read()[&scope].len(), 2);
        assert_eq!([29, 30].map(count), [2, 3]);
        delayed.rebuild(&[]);
        assert_eq!(count(99), 0);
    }

    #[test]
    fn an_import_is_seen_at_once() {
        let (delayed, scope) = (Delayed::new(Duration::from_secs(10)), Scope::default());
        let mut state = Notes::default();
        state.notes.put("a".to_owned(), String::new());
        delayed.rebuild(&[Exported { scope: scope.clone(), state }]);
        assert_eq!(delayed.read(&scope, Timestamp::default(), |state| state.notes.len()), 1);
    }
}
