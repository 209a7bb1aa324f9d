//! `position` and `limit`.

use super::faults::bad_request;
use crate::service::Fault;

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
