//! How often requests may come: token buckets.

use std::collections::HashMap;

use parking_lot::Mutex;

use crate::apigateway::Rate;
use crate::time::Timestamp;

/// The limit of an account in most regions, which every new entry of method settings repeats. There is nothing to hold
/// back below it on one's own machine, so that limits which are as high are not held to.
const ACCOUNT_RATE: f64 = 10_000.0;

/// What a limit is on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Limited {
    /// API id.
    pub(super) api: String,
    /// Stage name.
    pub(super) stage: String,
    /// What of the stage: a method (`/pets/GET`), a route (`GET /pets`), a plan.
    pub(super) what: String,
    /// Whose requests: those with a key of a plan, or everybody's, which is nothing.
    pub(super) api_key: String,
}

/// How much of each limit is left.
#[derive(Default)]
pub(crate) struct Throttles {
    buckets: Mutex<HashMap<Limited, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    filled: Timestamp,
}

impl Throttles {
    /// Forgets who came how often.
    pub(crate) fn reset(&self) {
        self.buckets.lock().clear();
    }

    /// Counts a request against a limit of a stage. `false`, and nothing is counted, where it comes too early.
    pub(super) fn takes_at_stage(&self, limited: Limited, rate: Rate, now: Timestamp) -> bool {
        rate.rate >= ACCOUNT_RATE || self.takes(limited, rate, now)
    }

    /// Counts a request against a limit, however high. `false`, and nothing is counted, where it comes too early.
    pub(super) fn takes(&self, limited: Limited, rate: Rate, now: Timestamp) -> bool {
        let full = Bucket { tokens: f64::from(rate.burst), filled: now };
        self.buckets.lock().entry(limited).or_insert(full).take(rate, now)
    }
}

impl Bucket {
    fn take(&mut self, rate: Rate, now: Timestamp) -> bool {
        let elapsed = (now.millis() - self.filled.millis()).max(0);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a bucket is full long before milliseconds lose their precision"
        )]
        let gained = rate.rate * elapsed as f64 / 1000.0;
        self.tokens = (self.tokens + gained).min(f64::from(rate.burst));
        self.filled = now;
        let is_there = self.tokens >= 1.0;
        if is_there {
            self.tokens -= 1.0;
        }
        is_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(rate: Rate, at: &[i64]) -> Vec<bool> {
        let mut bucket = Bucket { tokens: f64::from(rate.burst), filled: Timestamp::from_millis(0) };
        at.iter().map(|millis| bucket.take(rate, Timestamp::from_millis(*millis))).collect()
    }

    #[test]
    fn a_burst_goes_through_and_then_what_the_rate_fills_in() {
        let rate = Rate { rate: 2.0, burst: 3 };
        assert_eq!(
            taken(rate, &[0, 0, 0, 0, 499, 500, 999, 1000]),
            [true, true, true, false, false, true, false, true]
        );
        // However long nobody came, no more than a burst.
        assert_eq!(taken(rate, &[0, 60_000, 60_000, 60_000, 60_000]), [true, true, true, true, false]);
    }

    #[test]
    fn a_limit_of_nothing_lets_nothing_through() {
        assert_eq!(taken(Rate { rate: 0.0, burst: 0 }, &[0, 1_000_000]), [false, false]);
    }

    #[test]
    fn a_clock_that_goes_back_fills_nothing() {
        assert_eq!(taken(Rate { rate: 1.0, burst: 1 }, &[5_000, 0, 500]), [true, false, false]);
    }
}
