//! When changes take effect: at once, or a while later, as on AWS.
//!
//! IAM itself answers what was written last. What a caller may do, and whether a role can be assumed, follows later:
//! AWS IAM user guide, "Changes that I make are not always immediately visible".

use std::sync::Arc;
use std::time::Duration;

use super::Iam;
use crate::store::{Delayed, Exported, Scope, Scopes};
use crate::time::Clock;

/// Changes that take a while.
pub(crate) struct Propagation {
    delayed: Delayed<Iam>,
    clock: Arc<dyn Clock>,
}

impl Propagation {
    /// Changes take effect after this time of this clock.
    #[must_use]
    pub(crate) fn new(delay: Duration, clock: Arc<dyn Clock>) -> Self {
        Self { delayed: Delayed::new(delay), clock }
    }

    /// Follows a commit.
    pub(crate) fn follow(&self, scope: &Scope, state: &Iam) {
        // What notes uses changes nothing else, and comes with nearly every call.
        if !state.usage.is_changed() {
            self.delayed.follow(scope, state, self.clock.now());
        }
    }

    /// Knows these states and no others.
    pub(crate) fn rebuild(&self, states: &[Exported<Iam>]) {
        self.delayed.rebuild(states);
    }
}

/// The states that decide what callers may do.
#[derive(Clone)]
pub(crate) enum InEffect {
    /// Those that were written last.
    AtOnce(Arc<Scopes<Iam>>),
    /// Those that were written a while ago.
    Later(Arc<Propagation>),
}

impl InEffect {
    /// Reads the state of one scope.
    pub(super) fn read<T>(&self, scope: &Scope, reader: impl FnOnce(&Iam) -> T) -> T {
        match self {
            Self::AtOnce(states) => states.read(scope, reader),
            Self::Later(propagation) => propagation.delayed.read(scope, propagation.clock.now(), reader),
        }
    }
}
