//! Walking a table page by page.
//!
//! A token names the last key that was given, so rows that come and go between two pages neither shift nor repeat
//! the others.

use std::ops::Bound;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::KeyRange;
use super::table::Table;

/// Some rows, and where to go on.
#[derive(Debug)]
pub struct Page<K, V> {
    /// The rows with their keys, shared with the table.
    pub rows: Vec<(K, Arc<V>)>,
    /// The token of the next page; `None` on the last.
    pub next: Option<String>,
}

/// A token that no page gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadToken;

impl<K: Clone + Serialize, V> Page<K, V> {
    /// The first of these.
    pub(super) fn of<'a>(mut rows: impl Iterator<Item = (&'a K, &'a Arc<V>)>, limit: usize) -> Self
    where
        K: 'a,
        V: 'a,
    {
        let first: Vec<(K, Arc<V>)> =
            rows.by_ref().take(limit).map(|(key, row)| (key.clone(), Arc::clone(row))).collect();
        let next = match (first.last(), rows.next()) {
            (Some((last, _)), Some(_)) => Some(encode_token(last)),
            _ => None,
        };
        Self { rows: first, next }
    }
}

impl<K: Ord + Clone + Serialize + DeserializeOwned, V, I> Table<K, V, I> {
    /// Up to `limit` of the rows within the bounds that `accept` takes, after the one that `token` names.
    ///
    /// # Errors
    ///
    /// [`BadToken`] when the token is not one of a page's.
    pub fn page(
        &self,
        keys: KeyRange<K>,
        token: Option<&str>,
        limit: usize,
        accept: impl Fn(&K, &V) -> bool,
    ) -> Result<Page<K, V>, BadToken> {
        let rows = self.range(after(keys, token)?);
        Ok(Page::of(rows.filter(|(key, row)| accept(key, row)), limit))
    }
}

/// What of a range is behind a token's key, which must be within it: a token of another parent's rows leads nowhere.
pub(super) fn after<K: Ord + DeserializeOwned>(
    (from, to): KeyRange<K>,
    token: Option<&str>,
) -> Result<KeyRange<K>, BadToken> {
    let from = match token {
        Some(token) => {
            let last: K = decode_token(token)?;
            let is_within = match &from {
                Bound::Included(first) => *first <= last,
                Bound::Excluded(before) => *before < last,
                Bound::Unbounded => true,
            };
            if !is_within {
                return Err(BadToken);
            }
            Bound::Excluded(last)
        }
        None => from,
    };
    // A range that begins after its end panics; a token from another place can make one.
    match (&from, &to) {
        (Bound::Included(first) | Bound::Excluded(first), Bound::Included(last) | Bound::Excluded(last))
            if first >= last =>
        {
            Err(BadToken)
        }
        _ => Ok((from, to)),
    }
}

/// A key as an opaque token.
#[must_use]
pub fn encode_token<K: Serialize>(key: &K) -> String {
    // Keys are strings and tuples of strings and numbers, which always have a JSON form.
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// The key in a token.
///
/// # Errors
///
/// [`BadToken`] when the token holds no such key.
pub fn decode_token<K: DeserializeOwned>(token: &str) -> Result<K, BadToken> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| BadToken)?;
    serde_json::from_slice(&json).map_err(|_| BadToken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_a_table_that_changes_meanwhile() {
        let mut table: Table<u32, u32> = Table::default();
        for key in (0..100_u32).step_by(2) {
            table.put(key, key);
        }
        let mut seen = Vec::new();
        let mut token = None;
        loop {
            let bounds = (Bound::Included(0), Bound::Excluded(100));
            let page = table.page(bounds, token.as_deref(), 7, |_, _| true).unwrap();
            seen.extend(page.rows.iter().map(|(_, row)| **row));
            if let Some(&last) = seen.last() {
                table.put(last.saturating_sub(1), 1000);
                table.remove(&last);
            }
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, (0..100).step_by(2).collect::<Vec<_>>());
    }

    #[test]
    fn tokens_from_elsewhere_are_refused() {
        let mut table: Table<String, u8> = Table::default();
        table.put("A".to_owned(), 0);
        table.put("b".to_owned(), 1);
        let bounds = || (Bound::Included("a".to_owned()), Bound::Excluded("c".to_owned()));
        assert!(table.page(bounds(), Some(&encode_token(&"A")), 1, |_, _| true).is_err());
        assert!(table.page(bounds(), Some("nonsense"), 1, |_, _| true).is_err());
        assert!(table.page(bounds(), Some(&encode_token(&"z")), 1, |_, _| true).is_err());
        assert!(table.page(bounds(), Some(&encode_token(&17)), 1, |_, _| true).is_err());
    }
}
