//! Numbers of 56 digits, as event ids and tokens are written.

use std::fmt;

use serde::{Serialize, Serializer};

/// How many there are.
const COUNT: usize = 56;

/// Digits that are 0 until they are written. Every event of an answer has its own, and `format!` pads one by one.
pub(super) struct Digits([u8; COUNT]);

impl Digits {
    /// All 0 but those that a number has, written to the end.
    pub(super) fn of(number: u64) -> Self {
        Self([b'0'; COUNT]).with(COUNT, number)
    }

    /// The same with another number, written to end here.
    pub(super) fn with(mut self, end: usize, mut number: u64) -> Self {
        for digit in self.0[..end].iter_mut().rev() {
            if number == 0 {
                break;
            }
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self
    }
}

impl Digits {
    fn as_str(&self) -> &str {
        // Digits are ASCII.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl Serialize for Digits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Digits;

    #[test]
    fn numbers_stand_at_the_end_of_their_places() {
        let digits = Digits::of(u64::MAX).with(16, 1_790_328_027_988).with(1, 3);
        let expected = format!("3{:015}{:040}", 1_790_328_027_988_u64, u64::MAX);
        assert_eq!(digits.to_string(), expected);
    }
}
