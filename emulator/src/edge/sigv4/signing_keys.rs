//! The keys that signatures are made with, derived from secrets for a day, a region and a service.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use parking_lot::RwLock;
use ring::hmac::{self, HMAC_SHA256};

use super::signature::{Scope, Signature, TERMINATOR};

/// How many derived keys are kept. Then all go, which the next requests make good.
const MOST: usize = 1000;

/// Derived keys by the credentials that name them.
#[derive(Default)]
pub(super) struct SigningKeys {
    keys: RwLock<HashMap<Box<str>, Derived>>,
}

/// A derived key, with the secret that it is of: after a reset, the same id may have another.
struct Derived {
    secret: Arc<str>,
    key: hmac::Key,
}

impl SigningKeys {
    /// The key for a signature's scope.
    pub(super) fn of(&self, signature: &Signature<'_>, secret: &Arc<str>) -> hmac::Key {
        if let Some(derived) = self.keys.read().get(&*signature.credential)
            && derived.secret == *secret
        {
            return derived.key.clone();
        }
        let key = derive(signature.scope(), secret);
        let derived = Derived { secret: Arc::clone(secret), key: key.clone() };
        let mut keys = self.keys.write();
        if keys.len() >= MOST {
            keys.clear();
        }
        keys.insert(signature.credential.as_ref().into(), derived);
        key
    }
}

/// Without the keys.
impl fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKeys").finish_non_exhaustive()
    }
}

fn derive(scope: Scope<'_>, secret: &str) -> hmac::Key {
    let first = hmac::Key::new(HMAC_SHA256, format!("AWS4{secret}").as_bytes());
    [scope.date, scope.region, scope.service, TERMINATOR]
        .iter()
        .fold(first, |key, part| hmac::Key::new(HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref()))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use data_encoding::HEXLOWER;

    use super::*;
    use crate::edge::sigv4::signature::Form;
    use crate::time::Timestamp;

    fn signature(credential: &str) -> Signature<'_> {
        Signature {
            credential: Cow::Borrowed(credential),
            signed_headers: Cow::Borrowed("host"),
            digits: Cow::Borrowed(""),
            moment: Timestamp::default(),
            session_token: None,
            form: Form::Header,
        }
    }

    fn signed(keys: &SigningKeys, credential: &str, secret: &str) -> String {
        HEXLOWER.encode(hmac::sign(&keys.of(&signature(credential), &secret.into()), b"").as_ref())
    }

    #[test]
    fn a_kept_key_is_the_one_of_its_secret() {
        let keys = SigningKeys::default();
        let credential = "AKID/20260101/us-east-1/iam/aws4_request";
        let first = signed(&keys, credential, "one");
        let other = signed(&keys, credential, "two");
        assert_ne!(first, other);
        assert_eq!(signed(&keys, credential, "one"), first);
        assert_eq!(signed(&keys, credential, "one"), first);
        assert_ne!(signed(&keys, "AKID/20260102/us-east-1/iam/aws4_request", "one"), first);
        assert_eq!(keys.keys.read().len(), 2, "each is kept");
    }

    #[test]
    fn keys_do_not_grow_without_end() {
        let keys = SigningKeys::default();
        for number in 0..3 * MOST {
            signed(&keys, &format!("AKID/20260101/us-east-{number}/iam/aws4_request"), "secret");
            assert!(keys.keys.read().len() <= MOST);
        }
        assert!(!keys.keys.read().is_empty());
    }

    #[test]
    fn no_secret_is_shown() {
        let keys = SigningKeys::default();
        signed(&keys, "AKID/20260101/us-east-1/iam/aws4_request", "secret");
        assert_eq!(format!("{keys:?}"), "SigningKeys { .. }");
    }
}
