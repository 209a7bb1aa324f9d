//! `position` and `limit`.

use std::ops::Bound;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::faults::{bad_position, bad_request};
use crate::service::Fault;
use crate::store::{KeyRange, Page, Table};

/// Entries on a page where the caller does not say.
const DEFAULT_LIMIT: i64 = 25;

/// The most on a page.
const LARGEST_LIMIT: i64 = 500;

/// How many entries a page has.
pub(crate) fn limit(asked: Option<i64>) -> Result<usize, Fault> {
    let limit = asked.unwrap_or(DEFAULT_LIMIT);
    if !(1..=LARGEST_LIMIT).contains(&limit) {
        // The bounds are documented, the wording inferred.
        return Err(bad_request(format!(
            "Invalid limit specified: it must be between 1 and {LARGEST_LIMIT}"
        )));
    }
    Ok(usize::try_from(limit).unwrap_or_default())
}

/// A page as it is answered.
#[derive(Serialize)]
pub(crate) struct Items<T> {
    position: Option<String>,
    items: Vec<T>,
}

impl<T> Items<T> {
    /// A page of what is answered for each row.
    pub(crate) fn of<K, V>(page: Page<K, V>, answer: impl Fn(&Arc<V>) -> T) -> Self {
        Self { position: page.next, items: page.rows.iter().map(|(_, row)| answer(row)).collect() }
    }
}

/// The rows of a table in the order of their keys, page by page.
pub(crate) fn list<K, V, I>(
    table: &Table<K, V, I>,
    keys: KeyRange<K>,
    position: Option<&str>,
    asked: Option<i64>,
) -> Result<Items<Arc<V>>, Fault>
where
    K: Ord + Clone + Serialize + DeserializeOwned,
{
    table.page(keys, position, limit(asked)?, |_, _| true).map(Items::from).map_err(bad_position)
}

/// Rows that are answered as they are kept.
impl<K, V> From<Page<K, V>> for Items<Arc<V>> {
    fn from(page: Page<K, V>) -> Self {
        Self::of(page, Arc::clone)
    }
}

/// Every key of a table.
pub(crate) const fn everything<K>() -> KeyRange<K> {
    (Bound::Unbounded, Bound::Unbounded)
}
