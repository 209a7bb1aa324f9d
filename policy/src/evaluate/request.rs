//! What is asked, and what answers.

use crate::context::Context;
use crate::document::Document;
use crate::evaluate::PolicyType;

/// Who asks, to do what, to which resource.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub principal: Principal<'a>,
    /// `logs:PutLogEvents`
    pub action: &'a str,
    /// The resource's ARN, or `*` for actions that have none.
    pub resource: &'a str,
    /// The account that owns the resource; `None` where it is the principal's.
    pub resource_account: Option<&'a str>,
    /// What conditions may ask about.
    pub context: &'a Context,
}

impl Request<'_> {
    pub(super) fn crosses_accounts(&self) -> bool {
        match (self.principal.account(), self.resource_account) {
            (Some(asking), Some(owning)) => asking != owning,
            _ => false,
        }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal<'a> {
    /// An account's root, by its ARN.
    Root(&'a str),
    /// A user or a role, by ARN. The session of a role may stand under its own ARN, where the role's path does not matter.
    Aws(&'a str),
    /// A session.
    Session {
        /// Its own ARN: `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`.
        arn: &'a str,
        /// The role, or the user who asked for a federation token, by ARN.
        issuer: &'a str,
    },
    /// An AWS service: `apigateway.amazonaws.com`.
    Service(&'a str),
    /// Someone whom an identity provider vouches for, by the provider's ARN or name.
    Federated(&'a str),
    /// Someone who did not sign.
    Anonymous,
}

impl<'a> Principal<'a> {
    fn arn(self) -> Option<&'a str> {
        match self {
            Self::Root(arn) | Self::Aws(arn) | Self::Session { arn, .. } => Some(arn),
            Self::Service(_) | Self::Federated(_) | Self::Anonymous => None,
        }
    }

    pub(super) fn account(self) -> Option<&'a str> {
        self.arn()?.split(':').nth(4).filter(|account| !account.is_empty())
    }

    /// Whether it is a session of `GetFederationToken`, which may do nothing by identity policies without a session
    /// policy.
    ///
    /// Source: AWS IAM user guide, "Determining whether a request is allowed or denied within an account".
    pub(super) fn is_federated_user(self) -> bool {
        matches!(self, Self::Session { arn, .. } if resource_of(arn).starts_with("federated-user/"))
    }

    pub(super) fn has_identity_policies(self) -> bool {
        matches!(self, Self::Aws(_) | Self::Session { .. })
    }

    /// Service control policies hold for users and roles of an account and for its root, but not for service-linked
    /// roles. Which accounts have none is for the caller to know.
    ///
    /// Source: AWS Organizations user guide, "Service control policies (SCPs)".
    pub(super) fn obeys_service_control(self) -> bool {
        const SERVICE_LINKED: &str = "role/aws-service-role/";
        match self {
            Self::Root(_) => true,
            Self::Aws(arn) | Self::Session { issuer: arn, .. } => {
                !resource_of(arn).starts_with(SERVICE_LINKED)
            }
            Self::Service(_) | Self::Federated(_) | Self::Anonymous => false,
        }
    }
}

/// What an ARN names, behind its fifth colon: paths of users and roles may have colons, too, and whatever stands behind them.
fn resource_of(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or_default()
}

/// A document under its name.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// A policy name or ARN, given back in [`MatchedStatement`](crate::MatchedStatement).
    pub name: &'a str,
    /// What it says.
    pub document: &'a Document,
}

/// The policies that apply to a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policies<'a> {
    /// Attached to the one who asks, or to groups that hold it.
    pub identity: &'a [Policy<'a>],
    /// The limit on what identity policies may give, if there is one.
    pub boundary: Option<Policy<'a>>,
    /// Passed when the session was made, if any were; then, what none of them allows is denied.
    pub session: Option<&'a [Policy<'a>]>,
    /// The resource's own.
    pub resource: ResourcePolicy<'a>,
    /// Service control policies of the principal's account: those of the organization's root, of each unit on the way,
    /// and of the account. None where they do not apply, as to the management account.
    pub service_control: &'a [&'a [Policy<'a>]],
    /// Resource control policies of the resource's account, likewise.
    pub resource_control: &'a [&'a [Policy<'a>]],
}

/// The policy of a resource, and what it takes of it within an account.
#[derive(Clone, Copy, Debug, Default)]
pub enum ResourcePolicy<'a> {
    /// The resource has none.
    #[default]
    None,
    /// It may allow, and so may the identity's.
    Sufficient(Policy<'a>),
    /// It must allow. So do keys of KMS.
    Required(Policy<'a>),
    /// A role's trust policy, which must allow.
    Trust(Policy<'a>),
}

impl<'a> ResourcePolicy<'a> {
    pub(super) fn policy(self) -> Option<(PolicyType, Policy<'a>)> {
        match self {
            Self::None => None,
            Self::Sufficient(policy) | Self::Required(policy) => Some((PolicyType::Resource, policy)),
            Self::Trust(policy) => Some((PolicyType::Trust, policy)),
        }
    }
}
