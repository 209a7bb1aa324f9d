//! What services ask about the keys that they encrypt under.

use std::fmt;

use stagecheck_policy::{Context, Decision};

use crate::time::Timestamp;

/// Knows the keys that services encrypt under. Answered by KMS.
pub trait EncryptionKeys: Send + Sync {
    /// Whether a service may use a key.
    ///
    /// # Errors
    ///
    /// Why not.
    fn permit(&self, asked: &KeyUse<'_>) -> Result<(), KeyRefusal>;
}

/// What a service wants to use a key for.
#[derive(Clone, Copy, Debug)]
pub struct KeyUse<'a> {
    /// The key, by its ARN.
    pub key_arn: &'a str,
    /// The service's principal: `logs.us-east-1.amazonaws.com`.
    pub service: &'a str,
    /// All that it does with the key: `kms:GenerateDataKey`.
    pub actions: &'a [&'static str],
    /// What conditions may ask about, as the encryption context.
    pub context: &'a Context,
    /// When.
    pub now: Timestamp,
}

/// Why a service may not use a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRefusal {
    /// There is no such key, or no longer, or the text is no key's ARN.
    NoSuchKey,
    /// It is disabled.
    Disabled,
    /// It waits to be deleted.
    PendingDeletion,
    /// Its policy does not allow this action.
    NotAllowed(&'static str, Box<Decision>),
}

/// What is wrong, as it goes on behind the key's name.
impl fmt::Display for KeyRefusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchKey => formatter.write_str("does not exist"),
            Self::Disabled => formatter.write_str("is disabled"),
            Self::PendingDeletion => formatter.write_str("is pending deletion"),
            Self::NotAllowed(action, _) => write!(formatter, "has a policy that does not allow {action}"),
        }
    }
}
