//! X.509 certificates as they are uploaded.

use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::time::Timestamp;

/// The tag of a certificate in PEM.
const TAG: &str = "CERTIFICATE";

/// A certificate in DER.
#[derive(Debug)]
pub(super) struct Certificate(Vec<u8>);

impl Certificate {
    /// The one certificate of a text in PEM; `None` if it is anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut all = Self::parse_all(text)?;
        let one = all.pop();
        one.filter(|_| all.is_empty())
    }

    /// The certificates of a text in PEM, and at least one; `None` if anything else is among them.
    pub(super) fn parse_all(text: &str) -> Option<Vec<Self>> {
        let blocks = pem::parse_many(text.trim()).ok()?;
        let certificates: Option<Vec<Self>> = blocks
            .into_iter()
            .map(|block| {
                let is_one = block.tag() == TAG;
                let certificate = Self(block.into_contents());
                (is_one && certificate.is_whole()).then_some(certificate)
            })
            .collect();
        certificates.filter(|all| !all.is_empty())
    }

    fn is_whole(&self) -> bool {
        X509Certificate::from_der(&self.0).is_ok_and(|(rest, _)| rest.is_empty())
    }

    /// Reads something of it; nothing comes of what is no certificate, which parsing lets nobody have.
    fn read<T>(&self, read: impl FnOnce(&X509Certificate<'_>) -> Option<T>) -> Option<T> {
        let (_, certificate) = X509Certificate::from_der(&self.0).ok()?;
        read(&certificate)
    }

    /// The first and the last moment that it is good for.
    pub(super) fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        self.read(|certificate| {
            let moment = |time: x509_parser::time::ASN1Time| {
                Timestamp::from_millis(time.timestamp().saturating_mul(1000))
            };
            let validity = certificate.validity();
            Some((moment(validity.not_before), moment(validity.not_after)))
        })
    }

    /// Its public key without the name of its algorithm.
    pub(super) fn public_key(&self) -> Option<Vec<u8>> {
        self.read(|certificate| Some(certificate.public_key().subject_public_key.data.to_vec()))
    }

    /// Whether another one's key signed it.
    pub(super) fn is_signed_by(&self, issuer: &Self) -> bool {
        let is_signed = self.read(|certificate| {
            issuer.read(|issuer| {
                let is_named = certificate.issuer() == issuer.subject();
                let verified = certificate.verify_signature(Some(issuer.public_key()));
                (is_named && verified.is_ok()).then_some(())
            })
        });
        is_signed.is_some()
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
