//! Tags of what IAM keeps.

mod bearer;
mod operations;
mod tagged;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub(crate) use bearer::TaggedEntities;

pub(super) use bearer::{Found, in_order, last_name};
pub(super) use operations::{ListTags, TagResource, UntagResource, register, register_kind};
pub(super) use tagged::{Tagged, tag_inputs};

use super::faults;
use crate::service::Fault;

/// The most tags that a resource may have, as documented.
const MOST: usize = 50;

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    key: String,
    value: String,
}

impl Tag {
    /// IAM tells keys apart without their case.
    fn is_of(&self, key: &str) -> bool {
        self.key.to_lowercase() == key.to_lowercase()
    }
}

/// Refuses tags of which two have one key, in whatever case.
pub(super) fn check(tags: &[Tag]) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    if !tags.iter().all(|tag| seen.insert(tag.key.to_lowercase())) {
        return Err(faults::duplicate_tags());
    }
    if let Some(reserved) = tags.iter().find(|tag| tag.key.to_lowercase().starts_with("aws:")) {
        return Err(faults::reserved_tag(&reserved.key));
    }
    Ok(())
}

/// In the order of their keys, as IAM answers them.
pub(super) fn sorted(tags: &[Tag]) -> Vec<Tag> {
    let mut sorted = tags.to_vec();
    sorted.sort_by(|one, other| one.key.cmp(&other.key));
    sorted
}

/// Keys and values.
pub(super) fn pairs(tags: &[Tag]) -> Vec<(String, String)> {
    tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

/// Adds tags, over those of the same keys in whatever case. `quota` names the limit.
fn add(tags: &mut Vec<Tag>, added: Vec<Tag>, quota: &str) -> Result<(), Fault> {
    check(&added)?;
    tags.retain(|tag| !added.iter().any(|new| new.is_of(&tag.key)));
    tags.extend(added);
    if tags.len() > MOST {
        return Err(faults::over_quota(quota, MOST));
    }
    Ok(())
}

/// Takes tags off. A key that is not there is no fault.
fn remove(tags: &mut Vec<Tag>, keys: &[String]) {
    tags.retain(|tag| !keys.iter().any(|key| tag.is_of(key)));
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
        let mut present = tags(&["Team"]);
        add(&mut present, tags(&["team", "stage"]), "TagsPerRole").unwrap();
        assert_eq!(present, tags(&["team", "stage"]));
        remove(&mut present, &["TEAM".to_owned(), "other".to_owned()]);
        assert_eq!(present, tags(&["stage"]));
    }
}
