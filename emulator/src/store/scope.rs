//! Whose state: accounts, regions, partitions.

use std::fmt;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

/// An account id: twelve digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "CompactString")]
pub struct Account(CompactString);

impl Account {
    /// The account of this id; `None` unless it is twelve digits.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        (id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())).then(|| Self(id.into()))
    }

    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Account {
    fn default() -> Self {
        Self(CompactString::const_new("000000000000"))
    }
}

impl TryFrom<CompactString> for Account {
    type Error = String;

    fn try_from(id: CompactString) -> Result<Self, String> {
        Self::parse(&id).ok_or_else(|| format!("{id:?} is not an account id: it takes twelve digits"))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A region's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "CompactString")]
pub struct Region(CompactString);

impl Region {
    /// The region of this name; `None` unless it reads like one (`us-east-1`): lower-case words and a number, joined
    /// by hyphens. Regions that AWS opened since need no new release, so there is no list.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let plausible = name.len() <= 32
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && name.starts_with(|letter: char| letter.is_ascii_lowercase())
            && name.rsplit_once('-').is_some_and(|(_, last)| last.bytes().all(|byte| byte.is_ascii_digit()))
            && !name.ends_with('-');
        plausible.then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The region that stands for a partition in services without regions; `None` for an unknown partition.
    #[must_use]
    pub fn home_of(partition: &str) -> Option<Self> {
        PARTITIONS.into_iter().find(|each| each.id == partition).map(Partition::home_region)
    }

    /// The partition that it is in.
    #[must_use]
    pub fn partition(&self) -> Partition {
        Partition::of_region(&self.0)
    }
}

impl Default for Region {
    fn default() -> Self {
        Self(CompactString::const_new("us-east-1"))
    }
}

impl TryFrom<CompactString> for Region {
    type Error = String;

    fn try_from(name: CompactString) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| format!("{name:?} is not a region name: one looks like us-east-1"))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A partition: regions that share ARNs, names and accounts.
///
/// Source: the partitions table in botocore 1.43.11.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// The second field of its ARNs.
    pub id: &'static str,
    /// What its host names end in.
    pub dns_suffix: &'static str,
    region_prefix: &'static str,
    home_region: &'static str,
}

/// The last takes every region that no other does.
const PARTITIONS: [Partition; 8] = [
    Partition::new("aws-cn", "amazonaws.com.cn", "cn-", "cn-north-1"),
    Partition::new("aws-us-gov", "amazonaws.com", "us-gov-", "us-gov-west-1"),
    Partition::new("aws-iso-b", "sc2s.sgov.gov", "us-isob-", "us-isob-east-1"),
    Partition::new("aws-iso-f", "csp.hci.ic.gov", "us-isof-", "us-isof-south-1"),
    Partition::new("aws-iso-e", "cloud.adc-e.uk", "eu-isoe-", "eu-isoe-west-1"),
    Partition::new("aws-iso", "c2s.ic.gov", "us-iso-", "us-iso-east-1"),
    Partition::new("aws-eusc", "amazonaws.eu", "eusc-", "eusc-de-east-1"),
    Partition::new("aws", "amazonaws.com", "", "us-east-1"),
];

impl Partition {
    const fn new(
        id: &'static str,
        dns_suffix: &'static str,
        region_prefix: &'static str,
        home_region: &'static str,
    ) -> Self {
        Self { id, dns_suffix, region_prefix, home_region }
    }

    /// The region that stands for the partition in services without regions.
    #[must_use]
    pub fn home_region(self) -> Region {
        Region(CompactString::const_new(self.home_region))
    }

    fn of_region(region: &str) -> Self {
        PARTITIONS
            .into_iter()
            .find(|partition| region.starts_with(partition.region_prefix))
            .unwrap_or(PARTITIONS[PARTITIONS.len() - 1])
    }
}

/// The owner of some state: an account in a region.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// The account.
    pub account: Account,
    /// The region.
    pub region: Region,
}

impl Scope {
    /// `arn:{partition}:{service}:{region}:{account}:{resource}`
    #[must_use]
    pub fn arn(&self, service: &str, resource: fmt::Arguments<'_>) -> String {
        let Self { account, region } = self;
        format!("arn:{}:{service}:{region}:{account}:{resource}", region.partition().id)
    }

    /// `arn:{partition}:{service}::{account}:{resource}`, for services without regions.
    #[must_use]
    pub fn global_arn(&self, service: &str, resource: fmt::Arguments<'_>) -> String {
        format!("arn:{}:{service}::{}:{resource}", self.region.partition().id, self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_follow_from_regions() {
        for (region, partition) in [
            ("us-east-1", "aws"),
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-iso-east-1", "aws-iso"),
            ("us-isob-east-1", "aws-iso-b"),
            ("eu-isoe-west-1", "aws-iso-e"),
            ("us-isof-south-1", "aws-iso-f"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            assert_eq!(Region::parse(region).unwrap().partition().id, partition);
        }
    }

    #[test]
    fn names_that_cannot_be_are_refused() {
        for name in ["", "us", "us-east", "US-EAST-1", "us-east-1/x", "us-east-", "1-1"] {
            assert_eq!(Region::parse(name), None, "{name}");
        }
        for id in ["", "12345678901", "1234567890123", "12345678901a"] {
            assert_eq!(Account::parse(id), None, "{id}");
        }
    }
}
