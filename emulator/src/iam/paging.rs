//! `Marker` and `MaxItems`.

use std::ops::Bound;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::faults::bad_marker;
use crate::service::Fault;
use crate::store::{Page, Table, decode_token, encode_token};

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

    /// The page of a few items in the order of their keys, and the marker of the next one.
    pub(super) fn of_few<T, K: Ord + Serialize + DeserializeOwned>(
        &self,
        mut items: Vec<T>,
        key: impl Fn(&T) -> K,
    ) -> Result<(Vec<T>, Option<String>), Fault> {
        let after: Option<K> =
            self.marker.as_deref().map(decode_token).transpose().map_err(|_| bad_marker())?;
        items.sort_by_cached_key(&key);
        if let Some(last) = after {
            items.drain(..items.partition_point(|item| key(item) <= last));
        }
        let limit = self.max_items.unwrap_or(DEFAULT_MAX_ITEMS);
        let more = items.len() > limit;
        items.truncate(limit);
        let marker = items.last().filter(|_| more).map(|last| encode_token(&key(last)));
        Ok((items, marker))
    }
}
