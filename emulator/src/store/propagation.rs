//! When changes take effect: at once, or a while later, as on AWS.
//!
//! A service itself answers what was written last. What others see of it follows later: AWS IAM user guide, "Changes that I
//! make are not always immediately visible"; of API Gateway's settings, captured.

use std::sync::Arc;
use std::time::Duration;

use super::delayed::Delayed;
use super::{Exported, Scope, Scopes, State};
use crate::time::Clock;

/// Changes that take a while.
pub(crate) struct Propagation<S> {
    delayed: Delayed<S>,
    clock: Arc<dyn Clock>,
    /// Whether a commit changed what others see. What notes uses comes with nearly every call, and changes nothing else.
    is_seen: fn(&S) -> bool,
}

impl<S: State + Clone> Propagation<S> {
    /// Changes take effect after this time of this clock; `None` where they do at once.
    #[must_use]
    pub(crate) fn new(delay: Duration, clock: Arc<dyn Clock>, is_seen: fn(&S) -> bool) -> Option<Arc<Self>> {
        (!delay.is_zero()).then(|| Arc::new(Self { delayed: Delayed::new(delay), clock, is_seen }))
    }

    /// Follows a commit.
    pub(crate) fn follow(&self, scope: &Scope, state: &S) {
        if (self.is_seen)(state) {
            self.delayed.follow(scope, state, self.clock.now());
        }
    }

    /// Knows these states and no others.
    pub(crate) fn rebuild(&self, states: &[Exported<S>]) {
        self.delayed.rebuild(states);
    }

    /// Reads the state of one scope as it is in effect.
    pub(crate) fn read<T>(&self, scope: &Scope, reader: impl FnOnce(&S) -> T) -> T {
        self.delayed.read(scope, self.clock.now(), reader)
    }
}

/// The states of a service as others see them.
pub(crate) enum InEffect<S> {
    /// Those that were written last.
    AtOnce(Arc<Scopes<S>>),
    /// Those that were written a while ago.
    Later(Arc<Propagation<S>>),
}

impl<S: State + Clone> InEffect<S> {
    /// Reads the state of one scope.
    pub(crate) fn read<T>(&self, scope: &Scope, reader: impl FnOnce(&S) -> T) -> T {
        match self {
            Self::AtOnce(states) => states.read(scope, reader),
            Self::Later(propagation) => propagation.read(scope, reader),
        }
    }
}
