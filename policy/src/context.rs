//! The facts of a request that conditions ask about.

use std::collections::BTreeMap;

/// Condition keys with their values. Keys are compared without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// By key in lower case.
    keys: BTreeMap<String, Vec<String>>,
}

impl Context {
    /// The same context with one more key.
    #[must_use]
    pub fn with<V: Into<String>>(mut self, key: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.keys.insert(key.to_ascii_lowercase(), values.into_iter().map(Into::into).collect());
        self
    }

    /// The values of a key; `None` where the request does not have it, or has no value for it, which is the same.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.get_folded(&key.to_ascii_lowercase())
    }

    /// As [`get`](Self::get), of a key that is in lower case.
    pub(crate) fn get_folded(&self, key: &str) -> Option<&[String]> {
        self.keys.get(key).map(Vec::as_slice).filter(|values| !values.is_empty())
    }
}
