//! The keys that an emulator signs web identity tokens with.

use std::fmt;
use std::sync::OnceLock;

use ::rsa::pkcs8::EncodePrivateKey as _;
use ::rsa::{Generate as _, PrivateKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::rsa::{self, PublicKeyComponents};
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use serde::Deserialize;
use serde_json::{Value, json};

/// Which key, and how it signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum SigningAlgorithm {
    #[serde(rename = "RS256")]
    Rs256,
    #[serde(rename = "ES384")]
    Es384,
}

/// A key of each kind, made when it is first asked for: an RSA key takes its time. Nobody else has them, and they end with
/// the emulator.
#[derive(Default)]
pub(crate) struct SigningKeys {
    rsa: OnceLock<Option<rsa::KeyPair>>,
    elliptic: OnceLock<Option<EcdsaKeyPair>>,
}

impl SigningKeys {
    /// A signed token of these claims; `None` where the machine has no random numbers.
    pub(super) fn sign(&self, algorithm: SigningAlgorithm, claims: &Value) -> Option<String> {
        let (name, jwk) = match algorithm {
            SigningAlgorithm::Rs256 => ("RS256", rsa_jwk(self.rsa()?)),
            SigningAlgorithm::Es384 => ("ES384", elliptic_jwk(self.elliptic()?)?),
        };
        let header = json!({"alg": name, "typ": "JWT", "kid": jwk.get("kid")?});
        let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let message = format!("{}.{}", encode(&header), encode(claims));
        let random = SystemRandom::new();
        let signature = match algorithm {
            SigningAlgorithm::Rs256 => {
                let key = self.rsa()?;
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature).ok()?;
                signature
            }
            SigningAlgorithm::Es384 => {
                self.elliptic()?.sign(&random, message.as_bytes()).ok()?.as_ref().to_vec()
            }
        };
        Some(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }

    fn rsa(&self) -> Option<&rsa::KeyPair> {
        let make = || {
            let key = PrivateKey::try_generate().ok()?;
            rsa::KeyPair::from_pkcs8(key.to_pkcs8_der().ok()?.as_bytes()).ok()
        };
        self.rsa.get_or_init(make).as_ref()
    }

    fn elliptic(&self) -> Option<&EcdsaKeyPair> {
        let make = || {
            let (curve, random) = (&ECDSA_P384_SHA384_FIXED_SIGNING, SystemRandom::new());
            let key = EcdsaKeyPair::generate_pkcs8(curve, &random).ok()?;
            EcdsaKeyPair::from_pkcs8(curve, key.as_ref(), &random).ok()
        };
        self.elliptic.get_or_init(make).as_ref()
    }

    /// The public keys of those that were used, as a provider publishes them.
    pub(crate) fn key_set(&self) -> Value {
        let rsa = self.rsa.get().and_then(Option::as_ref).map(rsa_jwk);
        let elliptic = self.elliptic.get().and_then(Option::as_ref).and_then(elliptic_jwk);
        json!({"keys": rsa.into_iter().chain(elliptic).collect::<Vec<_>>()})
    }
}

/// Without the keys.
impl fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKeys").finish_non_exhaustive()
    }
}

fn rsa_jwk(key: &rsa::KeyPair) -> Value {
    let PublicKeyComponents::<Vec<u8>> { n, e } = key.public().into();
    let encode = |number: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(number);
    json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": id(&n), "n": encode(&n), "e": encode(&e)})
}

fn elliptic_jwk(key: &EcdsaKeyPair) -> Option<Value> {
    let point = key.public_key().as_ref();
    // Behind the byte that says that it is not compressed.
    let (x, y) = point.get(1..)?.split_at_checked(48)?;
    let encode = |number: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(number);
    Some(json!({
        "kty": "EC", "use": "sig", "alg": "ES384", "kid": id(point), "crv": "P-384", "x": encode(x), "y": encode(y)
    }))
}

/// A key's name is the digest of what it is.
fn id(public: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, public).as_ref().get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sts::json_web_keys::{OidcKeys, Verdict};
    use crate::sts::json_web_token::JsonWebToken;

    #[test]
    fn who_has_the_key_set_can_verify_tokens() {
        let keys = SigningKeys::default();
        assert_eq!(keys.key_set(), json!({"keys": []}));
        for algorithm in [SigningAlgorithm::Es384, SigningAlgorithm::Rs256] {
            let text = keys.sign(algorithm, &json!({"sub": "me"})).unwrap();
            let token = JsonWebToken::parse(&text).unwrap();
            assert_eq!(token.claims.text("sub"), Some("me"));
            let mut published = OidcKeys::default();
            published.add("https://a.example", &keys.key_set().to_string()).unwrap();
            let verify = |message: &str| {
                let id = token.key_id.as_deref();
                published.verify("a.example", id, token.algorithm, message.as_bytes(), &token.signature)
            };
            assert_eq!(verify(token.message), Verdict::Good);
            assert_eq!(verify("other"), Verdict::Bad);
        }
    }
}
