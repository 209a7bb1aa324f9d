//! What came out, and why.

use std::ops::Range;

use super::votes::Votes;

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Allowed or not.
    pub outcome: Outcome,
    /// Which type of policy decided: that allowed, that denied, or whose missing Allow denied.
    pub decided_by: PolicyType,
    /// The statements that made the outcome; none of an implicit deny.
    pub matched: Vec<MatchedStatement>,
    /// Keys of conditions and of policy variables that the request does not have and on which the outcome hangs: with
    /// them it might be another. No value of any other key that it does not have can turn what is allowed.
    pub missing_keys: Vec<String>,
    /// What each type of policy that applied says by itself, in the order in which they were asked.
    pub by_type: Vec<(PolicyType, Outcome)>,
    /// Whether the resource is another account's.
    pub crosses_accounts: bool,
}

impl Decision {
    /// The same decision, without the missing keys where it does not hang on them.
    pub(super) fn hanging_on_keys(mut self, hangs: bool) -> Self {
        if !hangs {
            self.missing_keys.clear();
        }
        self
    }
}

/// Allowed or not, in IAM's own terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Some statement allows, none denies.
    Allowed,
    /// A statement denies.
    ExplicitDeny,
    /// No statement allows.
    ImplicitDeny,
}

/// The types of policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyType {
    /// Resource control policy, of an organization.
    ResourceControl,
    /// Service control policy, of an organization.
    ServiceControl,
    /// The resource's policy.
    Resource,
    /// Role trust policy.
    Trust,
    /// Permissions boundary.
    Boundary,
    /// Session policy.
    Session,
    /// Identity-based.
    Identity,
}

impl PolicyType {
    pub(super) fn is_of_resource(self) -> bool {
        matches!(self, Self::Resource | Self::Trust)
    }
}

/// A statement that had its part in a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedStatement {
    /// The policy's type.
    pub policy_type: PolicyType,
    /// The policy's name.
    pub policy: String,
    /// The statement's position, from 0.
    pub index: usize,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// The bytes of the document's text that it is.
    pub span: Range<usize>,
}

pub(super) fn of_votes(outcome: Outcome, decided_by: PolicyType, votes: &[Votes]) -> Decision {
    let matched = votes.iter().flat_map(|votes| match outcome {
        Outcome::Allowed => &votes.allow[..],
        Outcome::ExplicitDeny => &votes.deny[..],
        Outcome::ImplicitDeny => &[],
    });
    let mut by_type: Vec<(PolicyType, Outcome)> = Vec::with_capacity(votes.len());
    for votes in votes {
        match by_type.last_mut() {
            // The next level of the same organization: each must allow.
            Some((last, said)) if *last == votes.by => *said = least(*said, votes.outcome()),
            _ => by_type.push((votes.by, votes.outcome())),
        }
    }
    let mut missing_keys: Vec<String> =
        votes.iter().flat_map(Votes::missing_keys).map(str::to_owned).collect();
    missing_keys.sort_unstable();
    missing_keys.dedup();
    Decision {
        outcome,
        decided_by,
        matched: matched.cloned().collect(),
        missing_keys,
        by_type,
        crosses_accounts: false,
    }
}

fn least(one: Outcome, other: Outcome) -> Outcome {
    match (one, other) {
        (Outcome::ExplicitDeny, _) | (_, Outcome::ExplicitDeny) => Outcome::ExplicitDeny,
        (Outcome::ImplicitDeny, _) | (_, Outcome::ImplicitDeny) => Outcome::ImplicitDeny,
        (Outcome::Allowed, Outcome::Allowed) => Outcome::Allowed,
    }
}
