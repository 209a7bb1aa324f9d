//! Which resources have tags, or had some.

use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::store::{Table, Transactional};

/// The keys of resources that have tags or had some, in their order: what the Resource Groups Tagging API finds, as
/// documented.
///
/// A state brings it up to date when a write or an import ends. So what an export says of resources with tags is not
/// believed but seen, and only that of those without any more counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent, bound(deserialize = "K: Deserialize<'de> + Ord + Clone"))]
pub(crate) struct EverTagged<K>(Table<K, ()>);

impl<K> Default for EverTagged<K> {
    fn default() -> Self {
        Self(Table::default())
    }
}

impl<K: Ord + Clone> EverTagged<K> {
    /// Follows the changes of a table since its last commit.
    pub(crate) fn follow<V, I>(&mut self, table: &Table<K, V, I>, has_tags: impl Fn(&V) -> bool) {
        for key in table.changed() {
            match table.get(key) {
                Some(row) if has_tags(row) => self.remember(key),
                Some(_) => {}
                None => self.forget(key),
            }
        }
    }

    /// Knows a resource that has tags.
    pub(crate) fn remember(&mut self, key: &K) {
        if !self.0.contains(key) {
            self.0.put(key.clone(), ());
        }
    }

    /// Forgets a resource that is gone: the next of its name never had a tag.
    pub(crate) fn forget(&mut self, key: &K) {
        self.0.remove(key);
    }

    /// Whether the resource is one of them.
    #[must_use]
    pub(crate) fn contains(&self, key: &K) -> bool {
        self.0.contains(key)
    }

    /// The row of a key in their table, if it is one of them.
    pub(crate) fn row<'a, V, I>(&self, table: &'a Table<K, V, I>, key: &K) -> Option<&'a Arc<V>> {
        table.get(key).filter(|_| self.contains(key))
    }

    /// Their rows in the table behind one, or all.
    pub(crate) fn rows<'a, V, I>(
        &'a self,
        table: &'a Table<K, V, I>,
        last: Option<K>,
    ) -> impl Iterator<Item = &'a Arc<V>> {
        self.after(last).filter_map(|key| table.get(key))
    }

    /// Those behind one, or all.
    pub(crate) fn after(&self, last: Option<K>) -> impl Iterator<Item = &K> {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        self.0.range((from, Bound::Unbounded)).map(|(key, _)| key)
    }
}

impl<K: Ord + Clone> Transactional for EverTagged<K> {
    fn commit(&mut self) {
        self.0.commit();
    }

    fn roll_back(&mut self) {
        self.0.roll_back();
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Placement, Scope, Scopes, State};

    /// Rows that are whether they have tags.
    #[derive(Default, Serialize, Deserialize)]
    struct Resources {
        rows: Table<String, bool>,
        #[serde(default)]
        ever_tagged: EverTagged<String>,
    }

    impl State for Resources {
        const PLACEMENT: Placement = Placement::Regional;

        fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
            visit(&mut self.rows);
            visit(&mut self.ever_tagged);
        }

        fn settle(&mut self) {
            self.ever_tagged.follow(&self.rows, |has_tags| *has_tags);
        }
    }

    fn write(scopes: &Scopes<Resources>, change: impl FnOnce(&mut Table<String, bool>) -> Result<(), ()>) {
        let _ = scopes.write(&Scope::default(), |state| change(&mut state.rows));
    }

    fn found(scopes: &Scopes<Resources>) -> Vec<String> {
        scopes.read(&Scope::default(), |state| state.ever_tagged.after(None).cloned().collect())
    }

    #[test]
    fn what_had_tags_is_known_until_it_is_gone() {
        let scopes = Scopes::<Resources>::default();
        write(&scopes, |rows| {
            for (key, has_tags) in [("a", true), ("b", false), ("c", true)] {
                rows.put(key.to_owned(), has_tags);
            }
            Ok(())
        });
        assert_eq!(found(&scopes), ["a", "c"]);
        write(&scopes, |rows| {
            rows.put("a".to_owned(), false);
            Ok(())
        });
        write(&scopes, |rows| {
            rows.remove(&"c".to_owned());
            Err(())
        });
        assert_eq!(found(&scopes), ["a", "c"]);
        write(&scopes, |rows| {
            rows.remove(&"a".to_owned());
            Ok(())
        });
        assert_eq!(found(&scopes), ["c"]);
    }

    #[test]
    fn an_import_is_seen_as_a_write() {
        let scopes = Scopes::<Resources>::default();
        let exported = r#"[{"account": "000000000000", "region": "us-east-1", "state":
            {"rows": [["a", true], ["b", false], ["c", false]], "ever_tagged": [["b", null]]}}]"#;
        drop(scopes.replace(serde_json::from_str(exported).unwrap(), &|_| {}));
        assert_eq!(found(&scopes), ["a", "b"]);
        write(&scopes, |_| Err(()));
        assert_eq!(found(&scopes), ["a", "b"]);
    }
}
