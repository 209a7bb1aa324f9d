//! The order of events, and its places as text.

use super::digits::Digits;
use super::segments::Event;
use crate::store::BadToken;
use crate::time::Timestamp;

/// A place between two events: before the event that has these.
///
/// Events are ordered by their time, and those of one millisecond by arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    timestamp: Timestamp,
    number: u64,
}

impl Place {
    /// Before everything.
    pub(super) const START: Self = Self { timestamp: Timestamp::from_millis(0), number: 0 };

    pub(super) fn before(event: &Event<'_>) -> Self {
        Self { timestamp: event.timestamp(), number: event.number() }
    }

    pub(super) fn after(event: &Event<'_>) -> Self {
        Self { number: event.number() + 1, ..Self::before(event) }
    }

    /// 56 decimal digits, the form of event ids and of the tokens of GetLogEvents.
    pub(super) fn digits(self) -> Digits {
        let millis = u64::try_from(self.timestamp.millis()).unwrap_or_default();
        Digits::of(self.number).with(16, millis).with(1, 3)
    }

    pub(super) fn from_digits(digits: &str) -> Result<Self, BadToken> {
        let all_digits = digits.len() == 56 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits || !digits.starts_with('3') {
            return Err(BadToken);
        }
        let timestamp = digits[1..16].parse().map_err(|_| BadToken)?;
        let number = digits[16..].parse().map_err(|_| BadToken)?;
        Ok(Self { timestamp: Timestamp::from_millis(timestamp), number })
    }
}

/// The most that a page of events holds, in bytes of messages.
const LARGEST_PAGE: usize = 1_048_576;

/// How many of these events, in their order, fit on a page.
pub(super) fn that_fit<'a>(events: impl Iterator<Item = Event<'a>>, limit: usize) -> usize {
    let mut bytes = 0;
    events
        .take(limit)
        .take_while(|event| {
            bytes += event.message().len();
            bytes <= LARGEST_PAGE
        })
        .count()
        // A single event of more than a page's size still has to be given.
        .max(1)
}
