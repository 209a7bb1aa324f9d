//! Where services keep what they know: tables in scopes, changed whole or not at all.

mod delayed;
mod index;
mod lock;
mod page;
mod propagation;
mod scope;
mod scopes;
mod small_map;
mod table;

pub(crate) use index::{Index, Indexed, IndexedTable};
pub(crate) use page::{BadToken, Page, decode_token, encode_token};
pub(crate) use propagation::{InEffect, Propagation};
pub(crate) use scope::Scope;
pub use scope::{Account, Region};
pub(crate) use scopes::{Exported, Placement, Scopes, State};
pub(crate) use small_map::SmallMap;
pub(crate) use table::{Table, Transactional};

pub(crate) use lock::assert_unlocked;

/// A range of a table's keys.
pub(crate) type KeyRange<K> = (std::ops::Bound<K>, std::ops::Bound<K>);
