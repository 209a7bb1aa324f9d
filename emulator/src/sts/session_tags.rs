//! Tags of sessions.
//!
//! Source: AWS IAM user guide, "Passing session tags in AWS STS".

use std::collections::BTreeSet;

use serde::Deserialize;

use super::faults;
use crate::service::{Fault, Session};

/// The most that may be passed, as documented.
const MOST: usize = 50;

/// Characters of a key and of a value, as documented. Where tags are members of a request the model has these limits.
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

/// A tag of a request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Tag {
    pub(super) key: String,
    pub(super) value: String,
}

/// The tags that a new session has: those that its request passes, and those that it inherits.
#[derive(Clone, Debug, Default)]
pub(super) struct SessionTags {
    passed: Vec<(String, String)>,
    inherited: Vec<(String, String)>,
    transitive_keys: Vec<String>,
}

impl SessionTags {
    /// Tags that a request passes, some of which its `transitive` keys name, over the transitive ones of its caller.
    pub(super) fn new(
        passed: Vec<Tag>,
        transitive: Vec<String>,
        caller: Option<&Session>,
    ) -> Result<Self, Fault> {
        let mut seen = BTreeSet::new();
        for tag in &passed {
            if tag.key.to_lowercase().starts_with("aws:") {
                return Err(faults::reserved_tag(&tag.key));
            }
            if !seen.insert(tag.key.to_lowercase()) {
                return Err(faults::duplicate_tags());
            }
        }
        let inherited: Vec<(String, String)> = caller.into_iter().flat_map(inherited).cloned().collect();
        if inherited.iter().any(|(key, _)| seen.contains(&key.to_lowercase())) {
            return Err(faults::inherited_tag());
        }
        if !transitive.iter().all(|key| seen.contains(&key.to_lowercase())) {
            return Err(faults::transitive_key_without_tag());
        }
        let inherited_keys = inherited.iter().map(|(key, _)| key.clone());
        Ok(Self {
            transitive_keys: transitive.into_iter().chain(inherited_keys).collect(),
            passed: passed.into_iter().map(|Tag { key, value }| (key, value)).collect(),
            inherited,
        })
    }

    /// Those of the request alone.
    pub(super) fn passed(&self) -> &[(String, String)] {
        &self.passed
    }

    /// All of them. Trust policies see inherited tags as the request's, too.
    pub(super) fn all(&self) -> impl Iterator<Item = &(String, String)> {
        self.passed.iter().chain(&self.inherited)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.passed.is_empty() && self.inherited.is_empty()
    }

    /// Keys of those that further sessions inherit.
    pub(super) fn transitive_keys(&self) -> &[String] {
        &self.transitive_keys
    }
}

/// The tags that go along to sessions which this one asks for.
pub(super) fn inherited(session: &Session) -> impl Iterator<Item = &(String, String)> {
    let is_transitive = |key: &str| session.transitive_tag_keys.iter().any(|each| same(each, key));
    session.tags.iter().filter(move |(key, _)| is_transitive(key))
}

/// Refuses tags of a token that are too many or too long, with the key of the first.
pub(super) fn check_sizes(tags: &[Tag]) -> Result<(), &str> {
    let is_bad = |(index, tag): &(usize, &Tag)| {
        let key = tag.key.chars().count();
        *index >= MOST || key == 0 || key > LONGEST_KEY || tag.value.chars().count() > LONGEST_VALUE
    };
    match tags.iter().enumerate().find(is_bad) {
        Some((_, tag)) => Err(&tag.key),
        None => Ok(()),
    }
}

/// Keys are told apart without their case.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    fn tags(tags: &[(&str, &str)]) -> Vec<Tag> {
        tags.iter().map(|(key, value)| Tag { key: (*key).into(), value: (*value).into() }).collect()
    }

    fn keys(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    fn session(tags: &SessionTags) -> Session {
        Session {
            issued: Timestamp::default(),
            expires: Timestamp::default(),
            policies: None,
            tags: tags.all().cloned().collect(),
            transitive_tag_keys: tags.transitive_keys().to_vec(),
            source_identity: None,
            mfa_authenticated: None,
            federated_provider: None,
        }
    }

    #[test]
    fn transitive_tags_are_inherited_along_the_chain() {
        let first =
            SessionTags::new(tags(&[("Team", "blue"), ("Cost", "1")]), keys(&["team"]), None).unwrap();
        let second = SessionTags::new(tags(&[("Job", "7")]), vec![], Some(&session(&first))).unwrap();
        let all: Vec<_> = second.all().map(|(key, _)| key.as_str()).collect();
        assert_eq!(all, ["Job", "Team"]);
        let third = SessionTags::new(vec![], vec![], Some(&session(&second))).unwrap();
        assert_eq!(third.all().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["Team"]);
        let again = SessionTags::new(tags(&[("TEAM", "red")]), vec![], Some(&session(&third)));
        assert_eq!(again.unwrap_err(), faults::inherited_tag());
    }

    #[test]
    fn tags_that_cannot_be_are_refused() {
        let refused = |given: &[(&str, &str)], transitive: &[&str]| {
            SessionTags::new(tags(given), keys(transitive), None).unwrap_err()
        };
        assert_eq!(refused(&[("a", "1"), ("A", "2")], &[]), faults::duplicate_tags());
        assert_eq!(refused(&[("AWS:a", "1")], &[]), faults::reserved_tag("AWS:a"));
        assert_eq!(refused(&[("a", "1")], &["b"]), faults::transitive_key_without_tag());
        // Two keys of which one is the other in capitals of another alphabet.
        assert_eq!(refused(&[("größe", "1"), ("GRÖßE", "2")], &[]), faults::duplicate_tags());
    }
}
