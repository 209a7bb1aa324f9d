//! Who makes a call, and what a session carries.

use std::sync::Arc;

use compact_str::CompactString;
use stagecheck_policy::Document;

use crate::service::Arn;
use crate::store::{Account, Scope};
use crate::time::Timestamp;

/// Who makes a call.
#[derive(Clone, Debug)]
pub struct Principal {
    /// The account that pays.
    pub account: Account,
    /// `arn:aws:iam::000000000000:root`, a user's ARN, an assumed role's or a federated user's.
    pub arn: String,
    /// The unique id as GetCallerIdentity tells it.
    pub user_id: String,
    /// Whose permissions the caller has.
    pub identity: Identity,
    /// What temporary credentials carry; `None` of long-term ones.
    pub session: Option<Session>,
}

/// Whose permissions a caller has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// The account's root, who needs none.
    Root,
    /// A user's, who may have asked for a session token or made a federated user.
    User {
        /// The user's ARN.
        arn: Arc<str>,
        /// The user's name.
        name: CompactString,
    },
    /// A role's.
    Role {
        /// The role's ARN, with its path.
        arn: Arc<str>,
        /// The role's name.
        name: CompactString,
    },
}

/// What temporary credentials carry.
#[derive(Clone, Debug)]
pub struct Session {
    /// When they were given out.
    pub issued: Timestamp,
    /// When they stop to be good.
    pub expires: Timestamp,
    /// The session policies, by name or ARN, if any were passed: they limit what the identity may do.
    pub policies: Option<Vec<NamedDocument>>,
    /// The session's tags, which `aws:PrincipalTag` tells over those of the identity.
    pub tags: Vec<(String, String)>,
    /// Keys of the tags that sessions made with this one have, too.
    pub transitive_tag_keys: Vec<String>,
    /// Who stands behind the session, as its first caller said (`aws:SourceIdentity`).
    pub source_identity: Option<String>,
    /// When the caller gave an MFA code; `None` if it gave none.
    pub mfa_authenticated: Option<Timestamp>,
    /// The identity provider that vouched for the caller (`aws:FederatedProvider`).
    pub federated_provider: Option<String>,
}

/// A policy document by its name or ARN.
pub type NamedDocument = (Arc<str>, Arc<Document>);

impl Principal {
    /// The root of the account that the scope names.
    #[must_use]
    pub fn root(scope: &Scope) -> Self {
        Self {
            account: scope.account.clone(),
            arn: scope.global_arn("iam", format_args!("root")),
            user_id: scope.account.to_string(),
            identity: Identity::Root,
            session: None,
        }
    }

    /// Whether it is a session of GetFederationToken.
    #[must_use]
    pub fn is_federated_user(&self) -> bool {
        Arn::parse(&self.arn).is_some_and(|arn| arn.resource.starts_with("federated-user/"))
    }

    /// The caller as policies see it.
    #[must_use]
    pub fn in_policies(&self) -> stagecheck_policy::Principal<'_> {
        use stagecheck_policy::Principal as Seen;

        let is_federated = self.is_federated_user();
        match &self.identity {
            Identity::Root if is_federated => Seen::Session { arn: &self.arn, issuer: &self.arn },
            Identity::Root => Seen::Root(&self.arn),
            Identity::User { arn, .. } if is_federated => Seen::Session { arn: &self.arn, issuer: arn },
            Identity::User { .. } => Seen::Aws(&self.arn),
            Identity::Role { arn, .. } => Seen::Session { arn: &self.arn, issuer: arn },
        }
    }
}
