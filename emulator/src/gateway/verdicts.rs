//! What authorizers said, for as long as it holds.

use std::collections::HashMap;

use parking_lot::Mutex;

use super::{http_api, rest};
use crate::time::Timestamp;

/// How many are kept. Beyond, those that hold no longer go, and then all.
const KEPT: usize = 10_000;

/// By what a verdict is found: whose, on which stage since its cache was emptied last, and on whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) api: String,
    pub(super) stage: String,
    pub(super) flushes: u64,
    pub(super) authorizer: String,
    pub(super) identities: Vec<String>,
}

/// Verdicts of authorizers, of REST APIs and of HTTP APIs.
#[derive(Default)]
pub(crate) struct Verdicts {
    pub(super) rest: Kept<rest::Verdict>,
    pub(super) http: Kept<http_api::Verdict>,
}

impl Verdicts {
    /// Forgets all.
    pub(crate) fn reset(&self) {
        self.rest.kept.lock().clear();
        self.http.kept.lock().clear();
    }
}

/// Verdicts, each until its time.
pub(super) struct Kept<V> {
    kept: Mutex<HashMap<Key, (Timestamp, V)>>,
}

impl<V> Default for Kept<V> {
    fn default() -> Self {
        Self { kept: Mutex::default() }
    }
}

impl<V: Clone> Kept<V> {
    /// The verdict, if it still holds.
    pub(super) fn get(&self, key: &Key, now: Timestamp) -> Option<V> {
        let kept = self.kept.lock();
        kept.get(key).filter(|(until, _)| now < *until).map(|(_, verdict)| verdict.clone())
    }

    /// Keeps a verdict for so many seconds.
    pub(super) fn keep(&self, key: Key, verdict: V, seconds: i64, now: Timestamp) {
        let mut kept = self.kept.lock();
        if kept.len() >= KEPT {
            kept.retain(|_, (until, _)| now < *until);
        }
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, (now.plus_seconds(seconds), verdict));
    }
}

/// Seconds that a verdict holds; `None` where it does not. Without an identity source there is nothing to find it by.
pub(super) fn lifetime(ttl: Option<i64>, identities: &[String]) -> Option<i64> {
    ttl.filter(|ttl| *ttl > 0 && !identities.is_empty())
}
