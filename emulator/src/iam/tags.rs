//! Tags of roles and policies.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::faults;
use crate::service::Fault;

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

/// Refuses tags of which two have one key, in whatever case: IAM tells keys apart without it.
pub(super) fn check(tags: &[Tag]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    if tags.iter().all(|tag| seen.insert(tag.key.to_lowercase())) {
        return Ok(());
    }
    Err(faults::duplicate_tags())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(keys: &[&str]) -> Vec<Tag> {
        keys.iter().map(|key| Tag { key: (*key).to_owned(), value: String::new() }).collect()
    }

    #[test]
    fn keys_differ_in_more_than_case() {
        assert!(check(&tags(&["team", "stage"])).is_ok());
        assert_eq!(check(&tags(&["Stage", "stage"])).unwrap_err().code, "InvalidInput");
    }
}
