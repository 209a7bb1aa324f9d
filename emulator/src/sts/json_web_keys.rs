//! Public keys of OpenID Connect providers, as they publish them: RFC 7517.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;

use super::json_web_token::Algorithm;

/// The keys of OpenID Connect providers, by their issuers.
///
/// AWS fetches them from the provider. The emulator connects to nobody, and has to be given them.
#[derive(Clone, Debug, Default)]
pub struct OidcKeys {
    by_issuer: BTreeMap<String, Vec<Key>>,
}

/// A text that is no set of keys.
#[derive(Debug, thiserror::Error)]
pub enum BadKeys {
    /// It is not the JSON of a key set.
    #[error("it is no JSON Web Key Set: {0}")]
    NotKeys(#[from] serde_json::Error),
    /// A key of it is broken.
    #[error("key {0} of the set is broken: RSA keys have n and e, and elliptic ones x and y of their curve")]
    Broken(usize),
    /// There is no key in it that a token can be signed with.
    #[error("the set has no RSA key, and none on the curves P-256 and P-384")]
    None,
}

#[derive(Clone, Debug)]
struct Key {
    id: Option<String>,
    algorithm: Option<String>,
    material: Material,
}

#[derive(Clone, Debug)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
}

/// A key as it is published. What a private key has more is not read.
#[derive(Deserialize)]
struct Published {
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// Whether a token is signed with a key of its issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Good,
    Bad,
    /// The issuer has no key that the token could be signed with.
    NoSuchKey,
    /// No keys of the issuer were given.
    NotToldOf,
}

impl OidcKeys {
    /// Takes the keys of an issuer, from its JSON Web Key Set.
    ///
    /// # Errors
    ///
    /// [`BadKeys`] says what is wrong with it.
    pub fn add(&mut self, issuer: &str, key_set: &str) -> Result<(), BadKeys> {
        #[derive(Deserialize)]
        struct KeySet {
            keys: Vec<Published>,
        }
        let KeySet { keys: published } = serde_json::from_str(key_set)?;
        let mut keys = Vec::new();
        for (index, key) in published.iter().enumerate().filter(|(_, key)| key.can_sign()) {
            keys.push(key.read().ok_or(BadKeys::Broken(index + 1))?);
        }
        if keys.is_empty() {
            return Err(BadKeys::None);
        }
        self.by_issuer.insert(normalized(issuer), keys);
        Ok(())
    }

    /// Whether one of the issuer's keys made the signature.
    pub(super) fn verify(
        &self,
        issuer: &str,
        key_id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Verdict {
        let Some(keys) = self.by_issuer.get(&normalized(issuer)) else { return Verdict::NotToldOf };
        let is_meant = |key: &&Key| {
            key_id.is_none_or(|id| key.id.as_deref() == Some(id))
                && key.algorithm.as_deref().is_none_or(|only| only == algorithm.name())
                && key.material.is_for(algorithm)
        };
        let mut verdict = Verdict::NoSuchKey;
        for key in keys.iter().filter(is_meant) {
            if key.material.verifies(algorithm, message, signature) {
                return Verdict::Good;
            }
            verdict = Verdict::Bad;
        }
        verdict
    }
}

/// An issuer in the one spelling that keys are kept by: one with a slash at its end, or with capitals in its host, must not
/// go without its keys.
fn normalized(issuer: &str) -> String {
    let issuer = without_scheme(issuer).trim_end_matches('/');
    let (host, path) = issuer.split_once('/').map_or((issuer, None), |(host, path)| (host, Some(path)));
    let host = host.to_ascii_lowercase();
    path.map_or(host.clone(), |path| format!("{host}/{path}"))
}

/// An issuer as providers and condition keys name it.
pub(super) fn without_scheme(issuer: &str) -> &str {
    issuer.strip_prefix("https://").unwrap_or(issuer)
}

impl Published {
    fn can_sign(&self) -> bool {
        let on_known_curve = matches!(self.crv.as_deref(), Some("P-256" | "P-384"));
        self.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && (self.kty == "RSA" || self.kty == "EC" && on_known_curve)
    }

    fn read(&self) -> Option<Key> {
        let decode = |text: &Option<String>| BASE64_URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        let material = if self.kty == "RSA" {
            let (modulus, exponent) = (decode(&self.n)?, decode(&self.e)?);
            Material::Rsa { modulus: without_zeros(modulus), exponent: without_zeros(exponent) }
        } else {
            let (x, y) = (decode(&self.x)?, decode(&self.y)?);
            // An uncompressed point, as SEC 1 writes it.
            let point = [&[4], x.as_slice(), &y].concat();
            match (self.crv.as_deref(), x.len(), y.len()) {
                (Some("P-256"), 32, 32) => Material::P256(point),
                (Some("P-384"), 48, 48) => Material::P384(point),
                _ => return None,
            }
        };
        Some(Key { id: self.kid.clone(), algorithm: self.alg.clone(), material })
    }
}

/// Some publish numbers with the zero that DER puts in front.
fn without_zeros(number: Vec<u8>) -> Vec<u8> {
    number.into_iter().skip_while(|byte| *byte == 0).collect()
}

impl Material {
    /// A key is good for algorithms of its own kind alone, whatever a token says.
    fn is_for(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa { .. } => matches!(algorithm, Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512),
            Self::P256(_) => algorithm == Algorithm::Es256,
            Self::P384(_) => algorithm == Algorithm::Es384,
        }
    }

    fn verifies(&self, algorithm: Algorithm, message: &[u8], signed: &[u8]) -> bool {
        let on_curve = |with: &'static dyn VerificationAlgorithm, point: &[u8]| {
            UnparsedPublicKey::new(with, point).verify(message, signed).is_ok()
        };
        match self {
            Self::Rsa { modulus, exponent } => {
                let with: &'static RsaParameters = match algorithm {
                    Algorithm::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
                    Algorithm::Rs256 | Algorithm::Es256 | Algorithm::Es384 => {
                        &signature::RSA_PKCS1_2048_8192_SHA256
                    }
                };
                RsaPublicKeyComponents { n: modulus, e: exponent }.verify(with, message, signed).is_ok()
            }
            Self::P256(point) => on_curve(&signature::ECDSA_P256_SHA256_FIXED, point),
            Self::P384(point) => on_curve(&signature::ECDSA_P384_SHA384_FIXED, point),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_that_are_none_are_refused_with_what_is_wrong() {
        let refused = |text: &str| OidcKeys::default().add("https://a", text).unwrap_err().to_string();
        assert!(refused("{").starts_with("it is no JSON Web Key Set: EOF"));
        assert!(refused("[]").starts_with("it is no JSON Web Key Set"));
        assert!(refused(r#"{"keys":[]}"#).starts_with("the set has no RSA key"));
        assert!(refused(r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#).starts_with("the set has no RSA key"));
        assert!(refused(r#"{"keys":[{"kty":"RSA","n":"AQAB"}]}"#).starts_with("key 1 of the set is broken"));
        let wrong_curve = r#"{"keys":[{"kty":"EC","crv":"P-384","x":"AQAB","y":"AQAB"}]}"#;
        assert!(refused(wrong_curve).starts_with("key 1 of the set is broken"));
    }
}
