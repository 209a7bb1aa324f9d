//! The rule that a thread holds at most one service lock, and calls no port under one.
//!
//! Two services that ask each other under their own locks wait for each other for ever. The rule makes that
//! impossible; debug builds check it.

use std::cell::Cell;

thread_local! {
    static HELD: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread holds a service lock, until it is dropped.
pub(super) struct Held(());

impl Held {
    pub(super) fn new() -> Self {
        assert_unlocked();
        HELD.set(true);
        Self(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        HELD.set(false);
    }
}

/// Checks, in debug builds, that this thread holds no service lock. Every port begins with it.
pub(crate) fn assert_unlocked() {
    debug_assert!(!HELD.get(), "a second service lock, or a port called under one");
}
