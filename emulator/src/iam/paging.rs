//! `Marker` and `MaxItems`.

use std::ops::Bound;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::faults::bad_marker;
use crate::service::Fault;
use crate::store::{Page, Table};

/// How many entries a page has where the caller does not say.
pub(super) const DEFAULT_MAX_ITEMS: usize = 100;

/// The page that a caller asks for.
pub(super) struct Asked {
    pub(super) marker: Option<String>,
    pub(super) max_items: Option<usize>,
}

impl Asked {
    /// The rows of a range of keys that `accept` takes.
    pub(super) fn of<K: Ord + Clone + Serialize + DeserializeOwned, V, I>(
        &self,
        table: &Table<K, V, I>,
        range: (Bound<K>, Bound<K>),
        accept: impl Fn(&K, &V) -> bool,
    ) -> Result<Page<K, V>, Fault> {
        let limit = self.max_items.unwrap_or(DEFAULT_MAX_ITEMS);
        table.page(range, self.marker.as_deref(), limit, accept).map_err(|_| bad_marker())
    }
}
