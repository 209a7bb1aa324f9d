//! Passwords, of which only hashes are kept.

use std::num::NonZeroU32;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::pbkdf2;
use serde::{Deserialize, Serialize};

use crate::ids::Ids;
use crate::service::Secret;

/// How often a hash is hashed: enough that nobody takes an export for a list of passwords, and little enough to wait for.
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999);

/// The most passwords that a policy can keep from being used again, as documented.
const MOST_REMEMBERED: usize = 24;

/// The password of a user, and those before.
///
/// All hashes of a user have one salt, so that one hash tells whether a password was ever used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Passwords {
    salt: Secret,
    /// The newest first.
    hashes: Vec<Secret>,
}

impl Passwords {
    pub(super) fn new(ids: &Ids, password: &str) -> Self {
        let salt = Secret::new(ids.secret(32));
        let hashes = vec![hash(&salt, password)];
        Self { salt, hashes }
    }

    /// Whether it is the password.
    pub(super) fn is(&self, password: &str) -> bool {
        self.was_among_last(1, &self.hashed(password))
    }

    /// The hash of a password of this user, which takes a while to make.
    pub(super) fn hashed(&self, password: &str) -> Secret {
        hash(&self.salt, password)
    }

    /// Whether it is the hash of one of the last so many.
    pub(super) fn was_among_last(&self, count: usize, hash: &Secret) -> bool {
        self.hashes.iter().take(count).any(|each| each == hash)
    }

    /// The same with a new password, of which this is the hash.
    pub(super) fn with_new(&self, hash: Secret) -> Self {
        let mut hashes = vec![hash];
        hashes.extend(self.hashes.iter().take(MOST_REMEMBERED - 1).cloned());
        Self { salt: self.salt.clone(), hashes }
    }
}

fn hash(salt: &Secret, password: &str) -> Secret {
    let mut hash = [0; 32];
    let (salt, password) = (salt.reveal().as_bytes(), password.as_bytes());
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, password, &mut hash);
    Secret::new(BASE64_STANDARD.encode(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_passwords_are_known_and_none_is_kept() {
        let mut passwords = Passwords::new(&Ids::seeded(1), "first");
        for next in 0..MOST_REMEMBERED {
            passwords = passwords.with_new(passwords.hashed(&format!("next {next}")));
        }
        let was_among_last = |count, password| passwords.was_among_last(count, &passwords.hashed(password));
        assert!(passwords.is("next 23") && !passwords.is("next 22") && !passwords.is("NEXT 23"));
        assert!(was_among_last(2, "next 22") && !was_among_last(2, "next 21"));
        assert!(was_among_last(24, "next 0") && !was_among_last(usize::MAX, "first"));
        let exported = serde_json::to_string(&passwords).unwrap();
        assert!(!exported.contains("next"), "{exported}");
        assert!(!format!("{passwords:?}").contains(passwords.salt.reveal()));
    }

    #[test]
    fn equal_passwords_of_two_users_differ_in_their_hashes() {
        let ids = Ids::seeded(1);
        let (one, other) = (Passwords::new(&ids, "same"), Passwords::new(&ids, "same"));
        assert_ne!(one.hashes, other.hashes);
    }
}
