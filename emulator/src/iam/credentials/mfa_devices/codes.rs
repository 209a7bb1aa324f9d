//! The codes that a device shows: time-based one-time passwords of RFC 6238, six digits every half a minute.

use data_encoding::BASE32;
use totp_rs::{Builder, Totp};

use crate::time::Timestamp;

/// Seconds that a code is shown.
const STEP_SECONDS: i64 = 30;

/// How many codes before and after the one of now are taken, which is inferred.
const TOLERANCE: i64 = 1;

/// How far from now two codes are looked for that shall tell what a device's clock shows: a day, which is inferred.
const FARTHEST: i64 = 24 * 60 * 60 / STEP_SECONDS;

/// What a device shows when.
pub(super) struct Codes(Totp);

/// A device's clock, as its codes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Synchronized {
    /// By how many codes it is ahead.
    pub(super) drift: i64,
    /// Which code was the last.
    pub(super) last_step: i64,
}

impl Codes {
    /// Those of a seed in Base32; `None` if it is none.
    pub(super) fn of(seed: &str) -> Option<Self> {
        let seed = BASE32.decode(seed.as_bytes()).ok()?;
        Builder::new().with_secret(seed).build().ok().map(Self)
    }

    /// The code of a step.
    fn at(&self, step: i64) -> Option<String> {
        let seconds = u64::try_from(step.checked_mul(STEP_SECONDS)?).ok()?;
        Some(self.0.generate(seconds).to_string())
    }

    /// Which step's the code is, if it is shown now on a device whose clock is ahead by `drift`.
    pub(super) fn step_of(&self, code: &str, now: Timestamp, drift: i64) -> Option<i64> {
        let middle = step_at(now).saturating_add(drift);
        (middle - TOLERANCE..=middle + TOLERANCE).find(|step| self.at(*step).as_deref() == Some(code))
    }

    /// What two codes that followed each other tell of the device's clock. The nearest to now counts.
    pub(super) fn synchronize(&self, first: &str, second: &str, now: Timestamp) -> Option<Synchronized> {
        let now = step_at(now);
        let nearest_first = (0..=FARTHEST).flat_map(|distance| [-distance, distance]);
        nearest_first.map(|drift| Synchronized { drift, last_step: now + drift }).find(|found| {
            self.at(found.last_step).as_deref() == Some(second)
                && self.at(found.last_step - 1).as_deref() == Some(first)
        })
    }
}

fn step_at(now: Timestamp) -> i64 {
    now.millis().div_euclid(1000 * STEP_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 6238's examples, whose last six digits these codes are.
    const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn second(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        let codes = Codes::of(SEED).unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(codes.at(seconds / 30).as_deref(), Some(code));
            assert_eq!(codes.step_of(code, second(seconds), 0), Some(seconds / 30));
            assert_eq!(codes.step_of(code, second(seconds + 30), 0), Some(seconds / 30));
            assert_eq!(codes.step_of(code, second(seconds + 60), 0), None);
            assert_eq!(codes.step_of(code, second(seconds + 60), -2), Some(seconds / 30));
        }
    }

    #[test]
    fn two_codes_in_their_order_tell_the_clock() {
        let codes = Codes::of(SEED).unwrap();
        let now = second(1_111_111_109);
        let step = 1_111_111_109 / 30;
        let (before, after) = (codes.at(step - 1).unwrap(), codes.at(step).unwrap());
        assert_eq!(codes.synchronize(&before, &after, now), Some(Synchronized { drift: 0, last_step: step }));
        let late = second(1_111_111_109 + 3600);
        assert_eq!(
            codes.synchronize(&before, &after, late),
            Some(Synchronized { drift: -120, last_step: step })
        );
        assert_eq!(codes.synchronize(&after, &before, now), None);
        assert_eq!(codes.synchronize(&after, &after, now), None);
        assert_eq!(codes.synchronize(&before, &after, second(1_111_111_109 + 2 * 86_400)), None);
    }

    #[test]
    fn what_is_no_seed_has_no_codes() {
        for seed in ["", "0189", "geZD", "ÄÖÜ"] {
            assert!(Codes::of(seed).is_none(), "{seed}");
        }
        // Before 1970 there are none either.
        let codes = Codes::of(SEED).unwrap();
        assert_eq!(codes.step_of("000000", second(-3600), 0), None);
        assert_eq!(codes.synchronize("000000", "000000", second(i64::MIN / 1000)), None);
    }
}
