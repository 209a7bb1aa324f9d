//! The policies that AWS manages, as facts.
//!
//! They are the same in every account, so they are in no account's state, and those that are added are known to every
//! emulator of the process.

mod added;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use parking_lot::RwLock;
use serde::Deserialize;

pub use added::{BadManagedPolicy, ManagedPolicies};

use super::document::IdentityDocument;
use super::policy_versions::VersionId;
use crate::time::Timestamp;

/// What `cargo xtask managed-policies` wrote: a line on where it is from, then two lines a policy, one of facts and one
/// with the document.
const FACTS: &str = include_str!("aws_managed.jsonl");

/// A policy that AWS manages, in the version that is the default.
#[derive(Debug)]
pub(super) struct AwsManagedPolicy {
    pub(super) name: Cow<'static, str>,
    pub(super) path: Cow<'static, str>,
    pub(super) id: Option<Cow<'static, str>>,
    pub(super) description: Option<Cow<'static, str>>,
    pub(super) version: VersionId,
    pub(super) created: Timestamp,
    pub(super) updated: Timestamp,
    text: Cow<'static, str>,
    /// Parsed when it is first asked for: some are large, and hardly any is ever used.
    document: OnceLock<IdentityDocument>,
}

impl AwsManagedPolicy {
    /// Its ARN in a partition.
    pub(super) fn arn(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::aws:policy{}{}", self.path, self.name)
    }

    /// Its document. A fact that is no policy, of which there is none, would grant nothing.
    pub(super) fn document(&self) -> &IdentityDocument {
        let parse = || {
            IdentityDocument::parse(self.text.clone().into_owned())
                .unwrap_or_else(|_| IdentityDocument::of_no_statements(self.text.clone().into_owned()))
        };
        self.document.get_or_init(parse)
    }

    /// What comes behind `policy` in its ARN.
    fn place(&self) -> String {
        format!("{}{}", self.path, self.name)
    }
}

/// The facts on a policy, without its document.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts<'a> {
    name: &'a str,
    path: &'a str,
    id: Option<&'a str>,
    version: &'a str,
    created: &'a str,
    updated: &'a str,
}

impl Facts<'static> {
    fn of(self, document: &'static str) -> Option<AwsManagedPolicy> {
        Some(AwsManagedPolicy {
            description: DESCRIPTIONS
                .iter()
                .find(|(name, _)| *name == self.name)
                .map(|(_, text)| (*text).into()),
            name: self.name.into(),
            path: self.path.into(),
            id: self.id.map(Cow::Borrowed),
            version: VersionId::parse(self.version)?,
            created: Timestamp::parse_iso8601(self.created)?,
            updated: Timestamp::parse_iso8601(self.updated)?,
            text: document.into(),
            document: OnceLock::new(),
        })
    }
}

/// The descriptions that are known, as GetPolicy has been seen to answer them.
const DESCRIPTIONS: [(&str, &str); 8] = [
    ("AdministratorAccess", "Provides full access to AWS services and resources."),
    ("AmazonAPIGatewayInvokeFullAccess", "Provides full access to invoke APIs in Amazon API Gateway."),
    ("AmazonAPIGatewayPushToCloudWatchLogs", "Allows API Gateway to push logs to user's account."),
    ("AWSLambdaBasicExecutionRole", "Provides write permissions to CloudWatch Logs."),
    ("CloudWatchLogsFullAccess", "Provides full access to CloudWatch Logs"),
    ("CloudWatchLogsReadOnlyAccess", "Provides read only access to CloudWatch Logs"),
    ("IAMFullAccess", "Provides full access to IAM via the AWS Management Console."),
    ("ReadOnlyAccess", "Provides read-only access to AWS services and resources."),
];

/// All that are known.
#[derive(Debug, Default)]
struct Catalog {
    by_place: HashMap<String, &'static AwsManagedPolicy>,
    /// In the order of their names, which no two share.
    ordered: Vec<&'static AwsManagedPolicy>,
}

impl Catalog {
    /// Adds policies, in place of those of the same ARNs. They are kept as long as the process is.
    fn add(&mut self, policies: impl IntoIterator<Item = AwsManagedPolicy>) {
        for policy in policies {
            let policy: &'static AwsManagedPolicy = Box::leak(Box::new(policy));
            self.by_place.insert(policy.place(), policy);
        }
        self.ordered = self.by_place.values().copied().collect();
        self.ordered.sort_by(|one, other| one.name.cmp(&other.name));
    }
}

/// Read when a managed policy is first asked for.
static CATALOG: LazyLock<RwLock<Catalog>> = LazyLock::new(|| {
    let mut lines = FACTS.lines().skip(1);
    let policies = std::iter::from_fn(|| Some((lines.next()?, lines.next()?)));
    let mut catalog = Catalog::default();
    catalog.add(
        policies.filter_map(|(facts, document)| serde_json::from_str::<Facts<'_>>(facts).ok()?.of(document)),
    );
    RwLock::new(catalog)
});

/// Those behind this name, or all, in the order of their names.
pub(super) fn after(name: Option<&str>) -> Vec<&'static AwsManagedPolicy> {
    let catalog = CATALOG.read();
    let first = match name {
        Some(last) => catalog.ordered.partition_point(|policy| *policy.name <= *last),
        None => 0,
    };
    catalog.ordered[first..].to_vec()
}

/// The policy of this ARN, in any partition.
pub(super) fn by_arn(arn: &str) -> Option<&'static AwsManagedPolicy> {
    CATALOG.read().by_place.get(place_of(arn)?).copied()
}

/// Whether the ARN is that of a policy which AWS would manage.
pub(super) fn is_of_aws(arn: &str) -> bool {
    place_of(arn).is_some()
}

/// What comes behind `policy` in such an ARN.
fn place_of(arn: &str) -> Option<&str> {
    let (_, rest) = arn.strip_prefix("arn:")?.split_once(':')?;
    rest.strip_prefix("iam::aws:policy").filter(|place| place.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_a_policy() {
        let facts = FACTS.lines().count() / 2;
        let all = after(None);
        assert!(all.len() >= facts && facts > 1000, "{} of {facts}", all.len());
        for policy in all {
            let parsed = IdentityDocument::parse(policy.text.clone().into_owned());
            assert!(parsed.is_ok(), "{}: {parsed:?}", policy.name);
        }
    }

    #[test]
    fn a_policy_is_found_by_its_arn_in_any_partition() {
        let push = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
        let policy = by_arn(push).unwrap();
        assert_eq!(policy.document().parsed().statements.len(), 1);
        assert_eq!(policy.id.as_deref(), Some("ANPAIK4GFO7HLKYN64ASK"));
        assert_eq!(policy.arn("aws"), push);
        assert!(by_arn(&push.replace("arn:aws:", "arn:aws-cn:")).is_some());
        for none in [
            "arn:aws:iam::aws:policy/Nonsense",
            "arn:aws:iam::aws:policy/AmazonAPIGatewayPushToCloudWatchLogs",
            "arn:aws:iam::123456789012:policy/AdministratorAccess",
            "arn:aws:iam::aws:policyAdministratorAccess",
            "AdministratorAccess",
            "",
        ] {
            assert!(by_arn(none).is_none(), "{none}");
        }
    }

    #[test]
    fn those_that_are_described_are_there() {
        for (name, _) in DESCRIPTIONS {
            assert!(
                after(None).iter().any(|policy| policy.name == name && policy.description.is_some()),
                "{name}"
            );
        }
    }

    #[test]
    fn they_follow_each_other_in_the_order_of_their_names() {
        let names: Vec<&str> = after(None).iter().map(|policy| &*policy.name).collect();
        assert!(names.is_sorted_by(|one, next| one < next), "a name is there twice");
        assert_eq!(&*after(Some(names[10]))[0].name, names[11]);
        assert!(after(names.last().copied()).is_empty());
    }
}
