//! Texts that must not show in logs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A key or a key's value. It is stored and sent as any text, and shows in no debug output.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_tells_nothing() {
        let shown = format!("{:?}", Secret::new("abcdefghij0123456789".to_owned()));
        assert_eq!(shown, "Secret");
    }
}
