//! Which private key belongs to a certificate.

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair as _, RsaKeyPair,
};
use yasna::models::ObjectIdentifier;

use super::malformed;
use crate::iam::credentials::certificates::Certificate;
use crate::service::{Fault, Secret};

/// Refuses a private key that cannot be read, or that is another certificate's.
pub(super) fn check(certificate: &Certificate, private_key: &Secret) -> Result<(), Fault> {
    // The wordings are inferred.
    let unreadable = || malformed("Invalid Private Key.");
    let block = pem::parse(private_key.reveal().trim()).map_err(|_| unreadable())?;
    let certified = certificate.public_key().ok_or_else(unreadable)?;
    let public = public_key(block.tag(), block.contents()).ok_or_else(unreadable)?;
    if public == certified {
        return Ok(());
    }
    Err(Fault::new(400, "KeyPairMismatch", "The public key certificate and the private key do not match."))
}

/// The public key of a private one, by the kind that the label in PEM tells; `None` where it is none that AWS takes: RSA
/// from 2048 bits on, P-256 and P-384.
fn public_key(label: &str, der: &[u8]) -> Option<Vec<u8>> {
    match label {
        "RSA PRIVATE KEY" => RsaKeyPair::from_der(der).ok().map(|pair| of_rsa(&pair)),
        "PRIVATE KEY" => {
            let rsa = RsaKeyPair::from_pkcs8(der).ok().map(|pair| of_rsa(&pair));
            rsa.or_else(|| CURVES.iter().find_map(|curve| curve.public_of_pkcs8(der)))
        }
        "EC PRIVATE KEY" => CURVES.iter().find_map(|curve| curve.public_of_sec1(der)),
        _ => None,
    }
}

fn of_rsa(pair: &RsaKeyPair) -> Vec<u8> {
    pair.public_key().as_ref().to_vec()
}

/// A curve.
struct Curve {
    algorithm: &'static EcdsaSigningAlgorithm,
    identifier: &'static [u64],
}

const CURVES: [Curve; 2] = [
    Curve { algorithm: &ECDSA_P256_SHA256_ASN1_SIGNING, identifier: &[1, 2, 840, 10_045, 3, 1, 7] },
    Curve { algorithm: &ECDSA_P384_SHA384_ASN1_SIGNING, identifier: &[1, 3, 132, 0, 34] },
];

/// What marks a key of elliptic curves.
const EC_PUBLIC_KEY: &[u64] = &[1, 2, 840, 10_045, 2, 1];

impl Curve {
    fn public_of_pkcs8(&self, der: &[u8]) -> Option<Vec<u8>> {
        let pair = EcdsaKeyPair::from_pkcs8(self.algorithm, der, &SystemRandom::new()).ok()?;
        Some(pair.public_key().as_ref().to_vec())
    }

    /// A key in the form of RFC 5915 is what one in that of PKCS #8 has inside.
    fn public_of_sec1(&self, der: &[u8]) -> Option<Vec<u8>> {
        let pkcs8 = yasna::construct_der(|writer| {
            writer.write_sequence(|writer| {
                writer.next().write_u8(0);
                writer.next().write_sequence(|writer| {
                    writer.next().write_oid(&ObjectIdentifier::from_slice(EC_PUBLIC_KEY));
                    writer.next().write_oid(&ObjectIdentifier::from_slice(self.identifier));
                });
                writer.next().write_bytes(der);
            });
        });
        self.public_of_pkcs8(&pkcs8)
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384};

    use super::*;

    fn certificate(pair: &KeyPair) -> Certificate {
        let certificate = rcgen::CertificateParams::default().self_signed(pair).unwrap();
        Certificate::parse(&certificate.pem()).unwrap()
    }

    #[test]
    fn a_certificate_is_its_own_keys() {
        for pair in [KeyPair::generate().unwrap(), KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap()] {
            let certificate = certificate(&pair);
            check(&certificate, &Secret::new(pair.serialize_pem())).unwrap();
            let other = KeyPair::generate().unwrap();
            let refused = check(&certificate, &Secret::new(other.serialize_pem())).unwrap_err();
            assert_eq!(refused.code, "KeyPairMismatch");
        }
    }

    #[test]
    fn what_is_no_private_key_is_malformed() {
        let pair = KeyPair::generate().unwrap();
        let certificate = certificate(&pair);
        let cut = pem::encode(&pem::Pem::new("PRIVATE KEY", &pair.serialize_der()[..40]));
        let encrypted = pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", pair.serialize_der()));
        for key in ["", "key", "-----BEGIN PRIVATE KEY-----", &pair.public_key_pem(), &cut, &encrypted] {
            let refused = check(&certificate, &Secret::new(key.to_owned())).unwrap_err();
            assert_eq!(refused.code, "MalformedCertificate", "{key}");
        }
    }
}
