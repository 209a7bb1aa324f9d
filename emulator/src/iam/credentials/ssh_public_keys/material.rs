//! The keys themselves, in the encodings that AWS takes.

use md5::{Digest as _, Md5};
use serde::Deserialize;
use ssh_key::public::{KeyData, RsaPublicKey};
use ssh_key::{Mpint, PublicKey as SshKey};
use x509_parser::prelude::FromDer as _;
use x509_parser::public_key::{PublicKey as X509Key, RSAPublicKey};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::service::Fault;

/// The least bits of a modulus, as documented.
const LEAST_BITS: usize = 2048;

/// How a key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Encoding {
    /// `ssh-rsa AAAA… comment`
    #[serde(rename = "SSH")]
    Ssh,
    /// `-----BEGIN PUBLIC KEY-----`
    #[serde(rename = "PEM")]
    Pem,
}

impl Encoding {
    /// That of a text; `None` if it is neither.
    pub(super) fn of(text: &str) -> Option<Self> {
        let text = text.trim_start();
        if text.starts_with("-----BEGIN ") {
            return Some(Self::Pem);
        }
        // Other kinds of SSH keys are not supported: which code tells so is inferred.
        text.starts_with("ssh-rsa ").then_some(Self::Ssh)
    }
}

/// An RSA public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PublicKey(RsaPublicKey);

impl PublicKey {
    /// Reads a key that is uploaded. The wordings are inferred.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let key = match Encoding::of(text) {
            Some(Encoding::Ssh) => from_ssh(text),
            Some(Encoding::Pem) => from_pem(text),
            None => {
                let message = "The public key encoding format is unsupported or unrecognized.";
                return Err(Fault::new(400, "UnrecognizedPublicKeyEncoding", message));
            }
        };
        let key = key.ok_or_else(|| invalid("The public key is malformed."))?;
        let modulus = key.n.as_positive_bytes().ok_or_else(|| invalid("The modulus is not positive."))?;
        if bits(modulus) < LEAST_BITS {
            return Err(invalid(&format!("The public key has less than {LEAST_BITS} bits.")));
        }
        let exponent = key.e.as_positive_bytes().unwrap_or_default();
        if bits(exponent) < 2 || exponent.last().is_none_or(|last| last % 2 == 0) {
            return Err(invalid("The exponent is not one of RSA."));
        }
        Ok(Self(key))
    }

    /// The MD5 digest of the key in SSH's form: pairs of hexadecimal digits.
    pub(super) fn fingerprint(&self) -> String {
        let bytes = self.ssh().to_bytes().unwrap_or_default();
        let pairs: Vec<String> = Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        pairs.join(":")
    }

    /// The key as text.
    pub(super) fn encode(&self, encoding: Encoding) -> Result<String, Fault> {
        match encoding {
            Encoding::Ssh => self.ssh().to_openssh().map_err(|error| invalid(&error.to_string())),
            Encoding::Pem => Ok(pem::encode(&pem::Pem::new("PUBLIC KEY", self.der()))),
        }
    }

    fn ssh(&self) -> SshKey {
        SshKey::new(KeyData::Rsa(self.0.clone()), "")
    }

    /// The key as SubjectPublicKeyInfo of RFC 5280.
    fn der(&self) -> Vec<u8> {
        let RsaPublicKey { e, n } = &self.0;
        let key = yasna::construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_bigint_bytes(n.as_positive_bytes().unwrap_or_default(), true);
                writer.next().write_bigint_bytes(e.as_positive_bytes().unwrap_or_default(), true);
            });
        });
        yasna::construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_sequence(|writer| {
                    let rsa = yasna::models::ObjectIdentifier::from_slice(&[1, 2, 840, 113_549, 1, 1, 1]);
                    writer.next().write_oid(&rsa);
                    writer.next().write_null();
                });
                writer.next().write_bitvec_bytes(&key, key.len() * 8);
            });
        })
    }
}

fn from_ssh(text: &str) -> Option<RsaPublicKey> {
    SshKey::from_openssh(text.trim()).ok()?.key_data().rsa().cloned()
}

fn from_pem(text: &str) -> Option<RsaPublicKey> {
    let block = pem::parse(text.trim()).ok()?;
    match block.tag() {
        "PUBLIC KEY" => {
            let (rest, info) = SubjectPublicKeyInfo::from_der(block.contents()).ok()?;
            match info.parsed().ok()? {
                X509Key::RSA(key) if rest.is_empty() => from_numbers(&key),
                _ => None,
            }
        }
        "RSA PUBLIC KEY" => {
            let (rest, key) = RSAPublicKey::from_der(block.contents()).ok()?;
            rest.is_empty().then(|| from_numbers(&key))?
        }
        _ => None,
    }
}

fn from_numbers(key: &RSAPublicKey<'_>) -> Option<RsaPublicKey> {
    let number = |bytes| Mpint::from_positive_bytes(bytes).ok();
    // A number whose first bit is set is negative.
    let is_positive = |bytes: &[u8]| bytes.first().is_some_and(|first| *first < 0x80);
    if !is_positive(key.modulus) || !is_positive(key.exponent) {
        return None;
    }
    Some(RsaPublicKey { e: number(key.exponent)?, n: number(key.modulus)? })
}

fn bits(number: &[u8]) -> usize {
    let zeros: usize = number.iter().take_while(|byte| **byte == 0).count();
    let Some(first) = number.get(zeros) else { return 0 };
    (number.len() - zeros) * 8 - first.leading_zeros() as usize
}

fn invalid(message: &str) -> Fault {
    Fault::new(400, "InvalidPublicKey", message)
}
