//! Lines that wait to be written, as many as there is room for.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::Entry;

/// How many bytes of lines wait at most. Beyond them, lines are dropped, and counted: logging is best effort on AWS, too.
const ROOM: usize = 64 << 20;

/// What an entry counts for beside its lines, in bytes.
const OVERHEAD: usize = 512;

/// Lines that wait, in the order in which they came.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    more: Condvar,
    /// Entries that came and are not written yet.
    unwritten: AtomicU64,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    entries: VecDeque<Entry>,
    bytes: usize,
    /// Whether a thread writes them.
    has_thread: bool,
    is_closed: bool,
    /// Whether entries came that nobody has looked at yet: they may come while others are written.
    has_new: bool,
    /// How many were taken and are not written yet.
    taken: u64,
}

impl Queue {
    /// Lets an entry wait, if there is room. Whether a thread is needed to write it.
    pub(super) fn push(&self, entry: Entry) -> bool {
        let size = entry.size() + OVERHEAD;
        let mut waiting = self.waiting.lock();
        if waiting.bytes + size > ROOM {
            self.dropped.fetch_add(entry.lines.len() as u64, Ordering::Relaxed);
            return false;
        }
        waiting.bytes += size;
        waiting.entries.push_back(entry);
        waiting.has_new = true;
        self.unwritten.fetch_add(1, Ordering::Release);
        let needs_thread = !waiting.has_thread;
        waiting.has_thread = true;
        drop(waiting);
        self.more.notify_one();
        needs_thread
    }

    /// Takes the entries that are wanted, and leaves the others where they are.
    pub(super) fn take(&self, mut is_wanted: impl FnMut(&Entry) -> bool) -> Vec<Entry> {
        let mut waiting = self.waiting.lock();
        waiting.has_new = false;
        let all = waiting.entries.iter().all(&mut is_wanted);
        let taken: Vec<Entry> = if all {
            waiting.entries.drain(..).collect()
        } else {
            let (taken, left): (Vec<_>, Vec<_>) = waiting.entries.drain(..).partition(is_wanted);
            waiting.entries = left.into();
            taken
        };
        waiting.bytes -= taken.iter().map(|entry| entry.size() + OVERHEAD).sum::<usize>();
        waiting.taken += taken.len() as u64;
        taken
    }

    /// What was taken is written.
    pub(super) fn has_written(&self) {
        let taken = std::mem::take(&mut self.waiting.lock().taken);
        self.unwritten.fetch_sub(taken, Ordering::Release);
    }

    /// Waits for more, at most so long. Whether the thread is to go on.
    pub(super) fn wait(&self, longest: Duration) -> bool {
        let mut waiting = self.waiting.lock();
        if waiting.has_new && !waiting.is_closed {
            return true;
        }
        let has_timed_out = !waiting.is_closed && self.more.wait_for(&mut waiting, longest).timed_out();
        let is_over = waiting.is_closed || has_timed_out && waiting.entries.is_empty();
        waiting.has_thread = !is_over;
        !is_over
    }

    /// No thread could be had.
    pub(super) fn has_no_thread(&self) {
        self.waiting.lock().has_thread = false;
    }

    /// Whether all that came is written.
    pub(super) fn is_idle(&self) -> bool {
        self.unwritten.load(Ordering::Acquire) == 0
    }

    /// How many lines there was no room for.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Forgets what waits, and what was dropped.
    pub(super) fn clear(&self) {
        let mut waiting = self.waiting.lock();
        self.unwritten.fetch_sub(waiting.entries.len() as u64, Ordering::Release);
        waiting.entries.clear();
        waiting.bytes = 0;
        self.dropped.store(0, Ordering::Relaxed);
    }

    /// Has the thread end.
    pub(super) fn close(&self) {
        self.waiting.lock().is_closed = true;
        self.more.notify_one();
    }
}
