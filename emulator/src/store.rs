//! Where services keep what they know: tables in scopes, changed whole or not at all.

mod index;
mod lock;
mod page;
mod scope;
mod scopes;
mod small_map;
mod table;

pub use index::{ByTerm, Index, Indexed, IndexedTable};
pub use page::{BadToken, Page, decode_token, encode_token};
pub use scope::{Account, Partition, Region, Scope};
pub use scopes::{Exported, Placement, Scopes, State};
pub use small_map::SmallMap;
pub use table::{Table, Transactional};

pub(crate) use lock::assert_unlocked;

/// A range of a table's keys.
pub(crate) type KeyRange<K> = (std::ops::Bound<K>, std::ops::Bound<K>);
