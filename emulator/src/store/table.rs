//! A table of rows, with what it takes to undo a change.

use std::collections::BTreeMap;
use std::ops::RangeBounds;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::index::Index;

/// Rows under ordered keys.
///
/// A row is shared and never changes: an update puts a new one in its place. So a reader may keep a row after the
/// lock is gone, and undoing an update is putting the old row back.
#[derive(Debug)]
pub(crate) struct Table<K, V, I = ()> {
    rows: BTreeMap<K, Arc<V>>,
    index: I,
    /// What each changed key held before, oldest first.
    undo: Vec<(K, Option<Arc<V>>)>,
}

/// What a transaction does to each table of a state when it ends.
pub trait Transactional {
    /// Keeps the changes since the last commit.
    fn commit(&mut self);
    /// Takes back the changes since the last commit.
    fn roll_back(&mut self);
    /// Whether there is nothing in it.
    fn is_empty(&self) -> bool;
}

impl<K, V, I: Default> Default for Table<K, V, I> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), index: I::default(), undo: Vec::new() }
    }
}

/// The rows are shared; what it takes to undo a change stays with the original.
impl<K: Clone, V, I: Clone> Clone for Table<K, V, I> {
    fn clone(&self) -> Self {
        Self { rows: self.rows.clone(), index: self.index.clone(), undo: Vec::new() }
    }
}

impl<K: Ord + Clone, V, I> Table<K, V, I> {
    /// The row of a key.
    #[must_use]
    pub(crate) fn get(&self, key: &K) -> Option<&Arc<V>> {
        self.rows.get(key)
    }

    /// The key as it is here, and its row.
    pub(super) fn get_key_value(&self, key: &K) -> Option<(&K, &Arc<V>)> {
        self.rows.get_key_value(key)
    }

    /// What is known of the rows beside them.
    pub(super) const fn index(&self) -> &I {
        &self.index
    }

    /// Whether there is a row of this key.
    #[must_use]
    pub(crate) fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    /// How many rows there are.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All rows in the order of their keys.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &Arc<V>)> {
        self.rows.iter()
    }

    /// The rows of a range of keys.
    pub(crate) fn range(&self, keys: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &Arc<V>)> {
        self.rows.range(keys)
    }

    /// The keys changed since the last commit, in the order of the changes; a key changed twice comes twice. Of a table
    /// that was read all are.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &K> {
        self.undo.iter().map(|(key, _)| key)
    }
}

impl<K: Ord + Clone, V, I: Index<K, V>> Table<K, V, I> {
    /// Puts a row in place and gives it back, shared.
    pub(crate) fn put(&mut self, key: K, row: V) -> Arc<V> {
        let row = Arc::new(row);
        let before = self.rows.insert(key.clone(), Arc::clone(&row));
        self.index.follow(&key, before.as_deref(), Some(&row));
        self.undo.push((key, before));
        row
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, key: &K) -> Option<Arc<V>> {
        let (key, before) = self.rows.remove_entry(key)?;
        self.index.follow(&key, Some(&before), None);
        self.undo.push((key, Some(Arc::clone(&before))));
        Some(before)
    }

    /// Takes out the rows of a range of keys.
    pub(crate) fn remove_range(&mut self, keys: impl RangeBounds<K>) {
        let keys: Vec<K> = self.rows.range(keys).map(|(key, _)| key.clone()).collect();
        for key in &keys {
            self.remove(key);
        }
    }
}

impl<K: Ord + Clone, V, I: Index<K, V>> Transactional for Table<K, V, I> {
    fn commit(&mut self) {
        self.undo.clear();
        // One large change (a cascading delete) must not hold its memory for ever.
        if self.undo.capacity() > 64 {
            self.undo = Vec::new();
        }
    }

    fn roll_back(&mut self) {
        while let Some((key, before)) = self.undo.pop() {
            let now = match &before {
                Some(row) => self.rows.insert(key.clone(), Arc::clone(row)),
                None => self.rows.remove(&key),
            };
            self.index.follow(&key, now.as_deref(), before.as_deref());
        }
    }

    fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Rows are exported as pairs of key and row.
impl<K: Serialize, V: Serialize, I> Serialize for Table<K, V, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.rows)
    }
}

/// Rows that are read are changes of an empty table, for the state to settle and to commit.
impl<'de, K, V, I> Deserialize<'de> for Table<K, V, I>
where
    K: Deserialize<'de> + Ord + Clone,
    V: Deserialize<'de>,
    I: Index<K, V>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rows: Vec<(K, V)> = Vec::deserialize(deserializer)?;
        let mut table = Self::default();
        for (key, row) in rows {
            table.put(key, row);
        }
        Ok(table)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Change {
        Put(u8, u8),
        Remove(u8),
        RemoveRange(u8, u8),
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            (0..8_u8, any::<u8>()).prop_map(|(key, row)| Change::Put(key, row)),
            (0..8_u8).prop_map(Change::Remove),
            (0..8_u8, 0..8_u8).prop_map(|(a, b)| Change::RemoveRange(a.min(b), a.max(b))),
        ]
    }

    fn apply(table: &mut Table<u8, u8>, changes: &[Change]) {
        for change in changes {
            match *change {
                Change::Put(key, row) => {
                    table.put(key, row);
                }
                Change::Remove(key) => {
                    table.remove(&key);
                }
                Change::RemoveRange(from, to) => table.remove_range(from..to),
            }
        }
    }

    proptest! {
        #[test]
        fn rolling_back_is_as_if_nothing_had_been(
            before in prop::collection::vec(change(), 0..20),
            after in prop::collection::vec(change(), 0..20),
        ) {
            let mut table: Table<u8, u8> = Table::default();
            apply(&mut table, &before);
            table.commit();
            let rows = table.rows.clone();
            apply(&mut table, &after);
            table.roll_back();
            prop_assert_eq!(table.rows, rows);
            prop_assert_eq!(table.undo.len(), 0);
        }
    }
}
