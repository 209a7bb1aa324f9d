//! How often operations may be called.

use std::collections::HashMap;

use parking_lot::Mutex;
use stagecheck_models::Operation;

use crate::service::Fault;
use crate::store::Scope;
use crate::time::Timestamp;

/// How often operations may be called by an account in a region.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// The operations, each of which may be called so often; if there are none, all operations together.
    pub operations: &'static [&'static Operation],
    /// Calls a second.
    pub per_second: f64,
    /// Calls that may come at once.
    pub burst: f64,
}

/// Refuses calls that come too often: one token bucket for each operation that has a rate, account and region.
#[derive(Debug)]
pub struct Throttle {
    rates: &'static [Rate],
    refusal: fn() -> Fault,
    buckets: Mutex<HashMap<(usize, &'static str, Scope), Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    filled: Timestamp,
}

impl Throttle {
    /// A throttle of these rates, all of which a call must keep to.
    #[must_use]
    pub fn new(rates: &'static [Rate], refusal: fn() -> Fault) -> Self {
        Self { rates, refusal, buckets: Mutex::default() }
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// The refusal, where the call comes too soon. It counts for nothing then.
    pub fn count(&self, operation: &'static Operation, scope: &Scope, now: Timestamp) -> Result<(), Fault> {
        let mut buckets = self.buckets.lock();
        let concerned = self
            .rates
            .iter()
            .enumerate()
            .filter(|(_, rate)| rate.operations.is_empty() || rate.operations.contains(&operation));
        let mut paid = Vec::new();
        for (index, rate) in concerned {
            let of = if rate.operations.is_empty() { "" } else { operation.name };
            let key = (index, of, scope.clone());
            let mut bucket = buckets.get(&key).copied().unwrap_or(Bucket { tokens: rate.burst, filled: now });
            bucket.fill(*rate, now);
            if bucket.tokens < 1.0 {
                return Err((self.refusal)());
            }
            bucket.tokens -= 1.0;
            paid.push((key, bucket));
        }
        buckets.extend(paid);
        Ok(())
    }
}

impl Bucket {
    /// A clock that was set back fills nothing.
    fn fill(&mut self, rate: Rate, now: Timestamp) {
        let millis = now.millis().saturating_sub(self.filled.millis()).max(0);
        #[expect(clippy::cast_precision_loss, reason = "centuries of milliseconds are exact in a double")]
        let seconds = millis as f64 / 1000.0;
        self.tokens = seconds.mul_add(rate.per_second, self.tokens).min(rate.burst);
        self.filled = now;
    }
}

#[cfg(test)]
mod tests {
    use stagecheck_models::apigateway::{GET_ACCOUNT, GET_REST_APIS, UPDATE_ACCOUNT};

    use super::*;

    static RATES: [Rate; 2] = [
        Rate { operations: &[], per_second: 10.0, burst: 40.0 },
        Rate { operations: &[&UPDATE_ACCOUNT], per_second: 0.05, burst: 1.0 },
    ];

    fn calls(throttle: &Throttle, operation: &'static Operation, at: i64, count: usize) -> usize {
        let now = Timestamp::from_millis(at);
        (0..count).filter(|_| throttle.count(operation, &Scope::default(), now).is_ok()).count()
    }

    #[test]
    fn every_rate_holds_and_refused_calls_count_for_nothing() {
        let throttle =
            Throttle::new(&RATES, || Fault::new(429, "TooManyRequestsException", "Too Many Requests"));
        assert_eq!(calls(&throttle, &UPDATE_ACCOUNT, 0, 5), 1);
        assert_eq!(calls(&throttle, &GET_ACCOUNT, 0, 100), 39);
        assert_eq!(calls(&throttle, &GET_REST_APIS, 1000, 100), 10);
        assert_eq!(calls(&throttle, &UPDATE_ACCOUNT, 19_999, 1), 0);
        assert_eq!(calls(&throttle, &UPDATE_ACCOUNT, 20_000, 1), 1);
    }
}
