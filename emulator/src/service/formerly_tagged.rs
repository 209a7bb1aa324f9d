//! Which resources had tags, and have none now.

use serde::{Deserialize, Serialize};

use crate::store::{Table, Transactional};

/// The keys of resources whose last tag was taken off. The Resource Groups Tagging API finds these still, as
/// documented.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent, bound(deserialize = "K: Deserialize<'de> + Ord"))]
pub struct FormerlyTagged<K>(Table<K, ()>);

impl<K> Default for FormerlyTagged<K> {
    fn default() -> Self {
        Self(Table::default())
    }
}

impl<K: Ord + Clone> FormerlyTagged<K> {
    /// Follows a change of a resource's tags.
    pub fn follow(&mut self, key: &K, had_tags: bool, has_tags: bool) {
        if has_tags {
            self.0.remove(key);
        } else if had_tags {
            self.0.put(key.clone(), ());
        }
    }

    /// Forgets a resource that is gone: the next of its name never had a tag.
    pub fn forget(&mut self, key: &K) {
        self.0.remove(key);
    }

    /// Whether the resource is one of them.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.0.contains(key)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }
}

impl<K: Ord + Clone> Transactional for FormerlyTagged<K> {
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
