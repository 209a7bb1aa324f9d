//! Whether callers have to prove who they are, and whether they did.

use std::sync::Arc;

use serde::Deserialize;
use stagecheck_models::{Operation, Protocol};

use super::credential::Credential;
use super::identity::{Caller, ROOT_ACCESS_KEY_ID, ROOT_SECRET};
use super::refusal::Refusal;
use super::sigv4::{Conduct, Received, Secret, Verifier};
use crate::service::{Identity, Principal};
use crate::store::Account;
use crate::time::Timestamp;

/// The calls that need no key: their callers have none yet, but a provider's word. (`none` is the way of authentication
/// that their models have.)
const OPEN: [(&str, &str); 2] = [("sts", "AssumeRoleWithSAML"), ("sts", "AssumeRoleWithWebIdentity")];

/// What ids of users' keys begin with.
const OF_USERS: &str = "AKIA";

/// What becomes of signatures (AWS Signature Version 4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Sigv4 {
    /// Nobody looks at them.
    #[default]
    Off,
    /// A call has to be signed with the secret of a key that there is.
    Verify,
}

/// What callers have to prove.
#[derive(Debug)]
pub(crate) struct Authentication {
    /// `None` where nobody looks at signatures.
    verifier: Option<Verifier>,
    /// Whether a call without a credential is refused.
    required: bool,
    /// The secret of the default root's key.
    root_secret: Arc<str>,
}

impl Authentication {
    /// Has signatures verified or not. Callers must have a key if they are, or if something else needs to know them.
    pub(crate) fn new(sigv4: Sigv4, required: bool) -> Self {
        let verifier = (sigv4 == Sigv4::Verify).then(Verifier::default);
        Self { required: required || verifier.is_some(), verifier, root_secret: ROOT_SECRET.into() }
    }

    /// Whether anybody looks at signatures.
    pub(super) const fn verifies(&self) -> bool {
        self.verifier.is_some()
    }

    /// Whether the caller made the request, if it says that somebody did.
    pub(super) fn verify<'a>(
        &self,
        received: impl FnOnce() -> Received<'a>,
        credential: Option<&Credential<'_>>,
        caller: &Caller,
        (protocol, service): (Protocol, &str),
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let Some(verifier) = &self.verifier else { return Ok(()) };
        let received = received();
        if !received.is_signed() {
            return Ok(());
        }
        let secret = match (&caller.key, credential) {
            (Some(key), _) => {
                Some(Secret { secret: &key.secret, session_token: key.session_token.as_deref() })
            }
            (None, Some(credential)) if is_root(credential.access_key_id()) => {
                Some(Secret { secret: &self.root_secret, session_token: None })
            }
            (None, _) => None,
        };
        let named = credential.map_or("", Credential::text);
        verifier.verify(&received, named, secret, Conduct::of(protocol, service), now)
    }

    /// Whether a call may go on. `None` stands for operations that there are not.
    pub(super) fn admit(
        &self,
        caller: &Caller,
        access_key_id: Option<&str>,
        operation: Option<&Operation>,
    ) -> Result<(), Refusal> {
        let Some(access_key_id) = access_key_id else {
            let is_refused = self.required && !operation.is_some_and(is_open);
            return if is_refused { Err(Refusal::Unsigned) } else { Ok(()) };
        };
        // A user's key that is gone must not become root's, as other keys that nobody made are.
        if self.required && caller.key.is_none() && access_key_id.starts_with(OF_USERS) {
            return Err(Refusal::UnknownKey);
        }
        let is_of_iam = operation.is_some_and(|operation| operation.service.name == "iam");
        if self.required && is_of_iam && is_kept_from_iam(&caller.principal) {
            return Err(Refusal::UnknownKey);
        }
        Ok(())
    }
}

/// Whether the key is one that nobody needs to make: the default root's, or an account's own id.
fn is_root(access_key_id: &str) -> bool {
    access_key_id == ROOT_ACCESS_KEY_ID || Account::parse(access_key_id).is_some()
}

/// Federated users do not come to IAM, nor does a session of a user or of root without MFA.
///
/// Source: AWS IAM user guide, "Compare AWS STS credentials"; that they are told so is seen by users.
fn is_kept_from_iam(caller: &Principal) -> bool {
    let Some(session) = &caller.session else { return false };
    match caller.identity {
        Identity::Role { .. } => false,
        Identity::Root | Identity::User { .. } => {
            caller.is_federated_user() || session.mfa_authenticated.is_none()
        }
    }
}

fn is_open(operation: &Operation) -> bool {
    OPEN.contains(&(operation.service.name, operation.name))
}
