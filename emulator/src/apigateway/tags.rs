//! Tags: what they may be, and the rows that bear them.

mod bearer;
mod operations;
mod rows;

pub(crate) use bearer::TaggedRows;
pub(crate) use operations::{register, tag, tags_of, untag};
pub(super) use rows::{TaggedPath, along, follow_changes};

use super::faults::bad_request;
use super::quotas;
use crate::service::Fault;
use crate::store::SmallMap;

/// The tags of a resource.
pub(crate) type Tags = SmallMap<String, String>;

/// Refuses tags that AWS does not take. The limits are documented, the wording inferred.
pub(crate) fn check(tags: &Tags) -> Result<(), Fault> {
    quotas::check_limit(quotas::TAGS, "The number of tags", tags.len())?;
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > 128 {
            return Err(bad_request(format!("Invalid tag key: {key}. A key has 1 to 128 characters")));
        }
        if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            return Err(bad_request(format!(
                "Invalid tag key: {key}. Keys that start with aws: are reserved"
            )));
        }
        if value.chars().count() > 256 {
            return Err(bad_request(format!("Invalid value of tag {key}. A value has up to 256 characters")));
        }
    }
    Ok(())
}
