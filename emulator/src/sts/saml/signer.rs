//! An identity provider for tests: it writes assertions and signs them, without what reads and verifies them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::{CertificateParams, KeyPair};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rsa::pkcs8::EncodePrivateKey as _;
use rsa::{Generate as _, PrivateKey};

use crate::service::ports::SamlProvider;
use crate::time::Timestamp;

pub(in crate::sts) const PROVIDER: &str = "arn:aws:iam::123456789012:saml-provider/Idp";
pub(in crate::sts) const ISSUER: &str = "https://idp.example";

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";

/// An identity provider with a key.
pub(in crate::sts) struct Signer {
    key: Key,
    certificate: Vec<u8>,
}

enum Key {
    Elliptic(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl Signer {
    pub(in crate::sts) fn elliptic() -> Self {
        let pair = KeyPair::generate().unwrap();
        let der = pair.serialize_der();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &SystemRandom::new());
        Self { certificate: certificate(&pair), key: Key::Elliptic(key.unwrap()) }
    }

    pub(in crate::sts) fn rsa() -> Self {
        let der = PrivateKey::generate().to_pkcs8_der().unwrap();
        let pair = KeyPair::try_from(der.as_bytes()).unwrap();
        let key = RsaKeyPair::from_pkcs8(der.as_bytes()).unwrap();
        Self { certificate: certificate(&pair), key: Key::Rsa(key) }
    }

    /// As it is registered.
    pub(in crate::sts) fn provider(&self) -> SamlProvider {
        SamlProvider {
            arn: PROVIDER.to_owned(),
            entity_id: ISSUER.to_owned(),
            signing_certificates: vec![self.certificate.clone()],
            valid_until: Timestamp::from_millis(i64::MAX),
            encryption_required: false,
            private_keys: Vec::new(),
        }
    }

    /// An element of this canonical text, with a signature of it in place of the mark.
    pub(in crate::sts) fn sign(&self, element: &str, id: &str) -> String {
        self.sign_as(element, id, |info| info)
    }

    /// The same where the signature says something else of itself, and is good for that.
    pub(in crate::sts) fn sign_as(&self, element: &str, id: &str, edit: impl Fn(String) -> String) -> String {
        let digested = BASE64_STANDARD.encode(digest(&SHA256, element.replace("{signature}", "").as_bytes()));
        let method = match self.key {
            Key::Elliptic(_) => "ecdsa-sha256",
            Key::Rsa(_) => "rsa-sha256",
        };
        let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let info = format!(
            "<ds:SignedInfo xmlns:ds=\"{DS}\">\n<ds:CanonicalizationMethod Algorithm=\"{exclusive}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#{method}\"></ds:SignatureMethod>\
             <ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform Algorithm=\"{DS}enveloped-signature\">\
             </ds:Transform><ds:Transform Algorithm=\"{exclusive}\"></ds:Transform></ds:Transforms>\
             <ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>\
             <ds:DigestValue>{digested}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
        );
        let info = edit(info);
        let value = BASE64_STANDARD.encode(self.raw(info.as_bytes()));
        // Written otherwise than in canonical form, as providers do.
        let written = info
            .replace("></ds:CanonicalizationMethod>", "/>")
            .replace("></ds:SignatureMethod>", " />")
            .replace(&format!(" xmlns:ds=\"{DS}\""), "");
        let signature = format!(
            "<ds:Signature xmlns:ds='{DS}'>{written}<ds:SignatureValue>\n{value}\n</ds:SignatureValue></ds:Signature>"
        );
        element.replace("{signature}", &signature)
    }

    fn raw(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Elliptic(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }
}

fn certificate(pair: &KeyPair) -> Vec<u8> {
    CertificateParams::default().self_signed(pair).unwrap().der().to_vec()
}

/// What an assertion is to say.
#[derive(Clone)]
pub(in crate::sts) struct Draft {
    pub(in crate::sts) issuer: &'static str,
    pub(in crate::sts) issued: Timestamp,
    pub(in crate::sts) ends: Timestamp,
    pub(in crate::sts) subject: &'static str,
    pub(in crate::sts) recipient: &'static str,
    pub(in crate::sts) audience: &'static str,
    pub(in crate::sts) session_ends: Option<Timestamp>,
    pub(in crate::sts) attributes: Vec<(String, Vec<String>)>,
}

impl Draft {
    pub(in crate::sts) fn at(now: Timestamp) -> Self {
        Self {
            issuer: ISSUER,
            issued: now,
            ends: now.plus_seconds(300),
            subject: "ann",
            recipient: "https://signin.aws.amazon.com/saml",
            audience: "urn:amazon:webservices",
            session_ends: None,
            attributes: Vec::new(),
        }
    }

    pub(in crate::sts) fn with(mut self, name: &str, values: &[&str]) -> Self {
        let name = if name.contains(':') && !name.starts_with("PrincipalTag:") {
            name.to_owned()
        } else {
            format!("https://aws.amazon.com/SAML/Attributes/{name}")
        };
        self.attributes.retain(|(each, _)| *each != name);
        self.attributes.push((name, values.iter().map(|value| (*value).to_owned()).collect()));
        self
    }

    /// The assertion in canonical form, with a mark where its signature is to be.
    pub(in crate::sts) fn assertion(&self, id: &str) -> String {
        let Self { issuer, subject, recipient, audience, .. } = self;
        let (issued, ends) = (self.issued.iso8601(), self.ends.iso8601());
        let until = self.session_ends.map(|ends| format!(" SessionNotOnOrAfter=\"{}\"", ends.iso8601()));
        let attributes: String = self
            .attributes
            .iter()
            .map(|(name, values)| {
                let values: String = values
                    .iter()
                    .map(|value| format!("<saml:AttributeValue>{value}</saml:AttributeValue>"))
                    .collect();
                format!("<saml:Attribute Name=\"{name}\">{values}</saml:Attribute>")
            })
            .collect();
        format!(
            "<saml:Assertion xmlns:saml=\"{SAML}\" ID=\"{id}\" IssueInstant=\"{issued}\" Version=\"2.0\">\
             <saml:Issuer>{issuer}</saml:Issuer>{{signature}}<saml:Subject>\
             <saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{subject}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
             <saml:SubjectConfirmationData NotOnOrAfter=\"{ends}\" Recipient=\"{recipient}\"></saml:SubjectConfirmationData>\
             </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore=\"{issued}\" NotOnOrAfter=\"{ends}\">\
             <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>\
             </saml:Conditions><saml:AuthnStatement AuthnInstant=\"{issued}\"{}></saml:AuthnStatement>\
             <saml:AttributeStatement>{attributes}</saml:AttributeStatement></saml:Assertion>",
            until.unwrap_or_default()
        )
    }

    /// A response whose assertion is signed.
    pub(in crate::sts) fn response(&self, signer: &Signer) -> String {
        response("Success", &signer.sign(&self.assertion("_a"), "_a"))
    }
}

/// A response of these contents in canonical form, which stand behind its status.
pub(in crate::sts) fn response(status: &str, contents: &str) -> String {
    format!(
        "<samlp:Response xmlns:samlp=\"{SAMLP}\" ID=\"_r\" Version=\"2.0\">{{signature}}<samlp:Status>\
         <samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:{status}\"></samlp:StatusCode></samlp:Status>\
         {contents}</samlp:Response>"
    )
    .replace("{signature}", if contents.contains("{signature}") { "{signature}" } else { "" })
}
