//! A table's other ways to its rows: by what they name.
//!
//! An index belongs to its table, which keeps it through every change and every undo. It is never exported: reading the
//! rows makes it again.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::ops::{Bound, RangeBounds};
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::page::{BadToken, Page, decode_token, encode_token};
use super::table::Table;

/// What a table knows of its rows beside them.
pub(crate) trait Index<K, V>: Default {
    /// Follows a change of what a key holds.
    fn follow(&mut self, key: &K, before: Option<&V>, now: Option<&V>);
}

/// Nothing.
impl<K, V> Index<K, V> for () {
    fn follow(&mut self, _: &K, _: Option<&V>, _: Option<&V>) {}
}

/// A row that is looked for by what it names, too.
pub(crate) trait Indexed<K> {
    /// What it is looked for by.
    type Term: Ord;

    /// Tells the terms of the row of a key. One may come twice.
    fn terms(&self, key: &K, tell: &mut dyn FnMut(Self::Term));
}

/// The keys of rows by their terms.
#[derive(Clone, Debug)]
pub(crate) struct ByTerm<K, T>(BTreeMap<T, BTreeSet<K>>);

/// A table whose rows are found by their terms, too.
pub(crate) type IndexedTable<K, V> = Table<K, V, ByTerm<K, <V as Indexed<K>>::Term>>;

impl<K, T> Default for ByTerm<K, T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord + Clone, V: Indexed<K>> Index<K, V> for ByTerm<K, V::Term> {
    fn follow(&mut self, key: &K, before: Option<&V>, now: Option<&V>) {
        if let Some(before) = before {
            before.terms(key, &mut |term| {
                let Some(keys) = self.0.get_mut(&term) else { return };
                keys.remove(key);
                if keys.is_empty() {
                    self.0.remove(&term);
                }
            });
        }
        if let Some(now) = now {
            now.terms(key, &mut |term| {
                self.0.entry(term).or_default().insert(key.clone());
            });
        }
    }
}

impl<K: Ord + Clone, V: Indexed<K>> Table<K, V, ByTerm<K, V::Term>> {
    /// The rows that name this, in the order of their keys.
    pub(crate) fn naming<'a>(
        &'a self,
        term: &V::Term,
    ) -> impl Iterator<Item = (&'a K, &'a Arc<V>)> + use<'a, K, V> {
        self.index().0.get(term).into_iter().flatten().filter_map(|key| self.get_key_value(key))
    }

    /// How many rows name this.
    #[must_use]
    pub(crate) fn count_naming(&self, term: &V::Term) -> usize {
        self.index().0.get(term).map_or(0, BTreeSet::len)
    }

    /// The rows that name any of these, in the order of what they name. One comes as often as it names one.
    pub(crate) fn by_terms(&self, terms: impl RangeBounds<V::Term>) -> impl Iterator<Item = (&K, &Arc<V>)> {
        let keys = self.index().0.range(terms).flat_map(|(_, keys)| keys);
        keys.filter_map(|key| self.get_key_value(key))
    }

    /// The keys of the rows that name any of these.
    pub(crate) fn keys_naming(&self, terms: impl RangeBounds<V::Term>) -> BTreeSet<K> {
        self.index().0.range(terms).flat_map(|(_, keys)| keys).cloned().collect()
    }
}

impl<K, V> Table<K, V, ByTerm<K, V::Term>>
where
    K: Ord + Clone + Serialize + DeserializeOwned,
    V: Indexed<K>,
    V::Term: Hash,
{
    /// Up to `limit` of the rows that name `term` and that `accept` takes, after the one that `token` names.
    ///
    /// # Errors
    ///
    /// [`BadToken`] when the token is not one of such a page's: those of another term lead nowhere.
    pub(crate) fn page_naming(
        &self,
        term: &V::Term,
        token: Option<&str>,
        limit: usize,
        accept: impl Fn(&K, &V) -> bool,
    ) -> Result<Page<K, V>, BadToken> {
        // The term is in the token, and not looked up, since the row may be gone since.
        let mark = mark(term);
        let from = match token.map(decode_token::<(K, u64)>).transpose()? {
            Some((last, of)) if of == mark => Bound::Excluded(last),
            Some(_) => return Err(BadToken),
            None => Bound::Unbounded,
        };
        let keys = self.index().0.get(term).map(|all| all.range((from, Bound::Unbounded)));
        let rows = keys.into_iter().flatten().filter_map(|key| self.get_key_value(key));
        let token = |last: &K| encode_token(&(last, mark));
        Ok(Page::of(rows.filter(|(key, row)| accept(key, row)), limit, token))
    }
}

/// What tells a term's tokens from those of others. A term may be a secret, so it does not show.
fn mark(term: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    term.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::store::Transactional;

    /// A row with its terms.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct Names(Vec<u8>);

    impl Indexed<u8> for Names {
        type Term = u8;

        fn terms(&self, _: &u8, tell: &mut dyn FnMut(u8)) {
            self.0.iter().copied().for_each(tell);
        }
    }

    type Named = IndexedTable<u8, Names>;

    #[derive(Clone, Debug)]
    enum Change {
        Put(u8, Vec<u8>),
        Remove(u8),
        RemoveRange(u8, u8),
        RollBack,
        Commit,
        Import,
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            4 => (0..8_u8, prop::collection::vec(0..4_u8, 0..4)).prop_map(|(key, names)| Change::Put(key, names)),
            2 => (0..8_u8).prop_map(Change::Remove),
            1 => (0..8_u8, 0..8_u8).prop_map(|(a, b)| Change::RemoveRange(a.min(b), a.max(b))),
            1 => Just(Change::RollBack),
            1 => Just(Change::Commit),
            1 => Just(Change::Import),
        ]
    }

    fn apply(table: &mut Named, change: &Change) {
        match change {
            Change::Put(key, names) => drop(table.put(*key, Names(names.clone()))),
            Change::Remove(key) => drop(table.remove(key)),
            Change::RemoveRange(from, to) => table.remove_range(from..to),
            Change::RollBack => table.roll_back(),
            Change::Commit => table.commit(),
            Change::Import => *table = serde_json::from_str(&serde_json::to_string(table).unwrap()).unwrap(),
        }
    }

    proptest! {
        #[test]
        fn an_index_finds_what_a_scan_does(changes in prop::collection::vec(change(), 0..40)) {
            let mut table = Named::default();
            for change in &changes {
                apply(&mut table, change);
                for term in 0..4_u8 {
                    let scanned: Vec<_> = table.iter().filter(|(_, row)| row.0.contains(&term)).collect();
                    prop_assert_eq!(table.naming(&term).collect::<Vec<_>>(), scanned.clone());
                    prop_assert_eq!(table.count_naming(&term), scanned.len());
                }
                let scanned: BTreeSet<u8> =
                    table.iter().filter(|(_, row)| row.0.iter().any(|each| (1..3).contains(each))).map(|(key, _)| *key).collect();
                prop_assert_eq!(table.keys_naming(1..3), scanned);
                // What nobody names any more takes no room.
                prop_assert!(table.index().0.values().all(|keys| !keys.is_empty()));
            }
        }
    }

    #[test]
    fn pages_of_a_term_are_those_of_its_rows() {
        let mut table = Named::default();
        for key in 0..10 {
            table.put(key, Names(vec![key % 2]));
        }
        let mut seen = Vec::new();
        let mut token = None;
        loop {
            let page = table.page_naming(&1, token.as_deref(), 2, |key, _| *key != 5).unwrap();
            seen.extend(page.rows.iter().map(|(key, _)| *key));
            token = page.next;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, [1, 3, 7, 9]);
        let page = |term, token: Option<&str>| table.page_naming(&term, token, 2, |_, _| true);
        let token = page(1, None).unwrap().next;
        assert!(page(1, token.as_deref()).is_ok() && page(0, token.as_deref()).is_err());
        assert!(page(1, Some(&encode_token(&1))).is_err());
        assert!(page(1, Some("nonsense")).is_err());
        assert!(page(2, None).unwrap().rows.is_empty());
    }
}
