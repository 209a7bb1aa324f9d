//! The policies that AWS manages, as facts.

use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use stagecheck_policy::Document;

use super::document::IdentityDocument;
use super::policy_versions::VersionId;
use crate::time::Timestamp;

/// A policy that AWS manages. It is the same in every account, so it is in no account's state.
#[derive(Debug)]
pub(super) struct AwsManagedPolicy {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) version: VersionId,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    pub(super) document: IdentityDocument,
}

impl AwsManagedPolicy {
    /// Its ARN in a partition.
    pub(super) fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::aws:policy{}{}", self.path, self.name)
    }

    /// What it says.
    pub(super) fn parsed(&self) -> &Arc<Document> {
        self.document.parsed()
    }
}

#[derive(Deserialize)]
struct Fact {
    name: String,
    path: String,
    version: String,
    created: String,
    updated: String,
    document: serde_json::Value,
}

/// Parsed when a managed policy is first asked for.
static POLICIES: LazyLock<Vec<AwsManagedPolicy>> = LazyLock::new(|| {
    let facts: Vec<Fact> = serde_json::from_str(include_str!("aws_managed.json")).unwrap_or_default();
    facts
        .into_iter()
        .filter_map(|fact| {
            Some(AwsManagedPolicy {
                created: Timestamp::parse_iso8601(&fact.created)?,
                updated: Timestamp::parse_iso8601(&fact.updated)?,
                document: IdentityDocument::parse(fact.document.to_string()).ok()?,
                name: fact.name,
                path: fact.path,
                version: VersionId::parse(&fact.version)?,
            })
        })
        .collect()
});

/// All of them, ordered by name.
pub(super) fn all() -> &'static [AwsManagedPolicy] {
    &POLICIES
}

/// The policy of this ARN, in any partition.
pub(super) fn by_arn(arn: &str) -> Option<&'static AwsManagedPolicy> {
    let (partition, rest) = arn.strip_prefix("arn:")?.split_once(':')?;
    rest.starts_with("iam::aws:policy/")
        .then(|| all().iter().find(|policy| policy.arn(partition) == arn))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_a_policy() {
        let facts: Vec<Fact> = serde_json::from_str(include_str!("aws_managed.json")).unwrap();
        assert_eq!(all().len(), facts.len());
        let push = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
        assert_eq!(by_arn(push).unwrap().parsed().statements.len(), 1);
        assert!(by_arn(&push.replace("arn:aws:", "arn:aws-cn:")).is_some());
        assert!(by_arn("arn:aws:iam::aws:policy/Nonsense").is_none());
    }
}
