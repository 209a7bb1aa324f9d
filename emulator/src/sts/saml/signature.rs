//! XML signatures, of the one shape that SAML allows: by an element of itself, with nothing but what is in it.
//!
//! Source: OASIS, "Assertions and Protocols for SAML 2.0", section 5.4; W3C, "XML Signature Syntax and Processing".

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{self, digest};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};
use roxmltree::Node;
use x509_parser::parse_x509_certificate;

use super::canonical::Form;

pub(super) const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const EXCLUSIVE_WITH_COMMENTS: &str = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// A key that a provider signs with.
pub(super) struct PublicKey {
    bytes: Vec<u8>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
}

impl PublicKey {
    /// The key in a certificate; `None` where there is none that could verify anything here. The certificate itself is
    /// trusted because it is registered: neither who issued it nor when counts.
    pub(super) fn of_certificate(der: &[u8]) -> Option<Self> {
        let (_, certificate) = parse_x509_certificate(der).ok()?;
        let told = certificate.public_key();
        let bytes = told.subject_public_key.data.to_vec();
        let kind = match (told.algorithm.algorithm.to_id_string().as_str(), bytes.len()) {
            ("1.2.840.113549.1.1.1", _) => Kind::Rsa,
            // Points are as long as their curve is wide.
            ("1.2.840.10045.2.1", 65) => Kind::P256,
            ("1.2.840.10045.2.1", 97) => Kind::P384,
            _ => return None,
        };
        Some(Self { bytes, kind })
    }

    fn verifies(&self, method: &str, message: &[u8], signed: &[u8]) -> bool {
        // SHA-1 is not taken. IAM takes RSA keys from 1,024 bits.
        let with: &'static dyn VerificationAlgorithm = match (self.kind, method) {
            (Kind::Rsa, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256") => {
                &signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY
            }
            (Kind::Rsa, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384") => {
                &signature::RSA_PKCS1_2048_8192_SHA384
            }
            (Kind::Rsa, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512") => {
                &signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY
            }
            (Kind::P256, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256") => {
                &signature::ECDSA_P256_SHA256_FIXED
            }
            (Kind::P384, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384") => {
                &signature::ECDSA_P384_SHA384_FIXED
            }
            _ => return false,
        };
        UnparsedPublicKey::new(with, &self.bytes).verify(message, signed).is_ok()
    }
}

/// The signatures that are of an element: its children, never those further below.
pub(super) fn of<'a, 'input>(element: Node<'a, 'input>) -> Vec<Node<'a, 'input>> {
    element.children().filter(|child| child.has_tag_name((SIGNATURES, "Signature"))).collect()
}

/// Whether the signature is one of the element, whole and nothing else, by one of the keys; `None` if not. That no other
/// element has its id is for the caller to know.
pub(super) fn verify(element: Node<'_, '_>, signature: Node<'_, '_>, keys: &[PublicKey]) -> Option<()> {
    let info = only(signature, "SignedInfo")?;
    let reference = only(info, "Reference")?;
    let id = element.attribute("ID").filter(|id| !id.is_empty())?;
    if reference.attribute("URI")?.strip_prefix('#')? != id {
        return None;
    }
    let form = Form { without: Some(signature.id()), ..Form::default() };
    let content = transformed(element, only(reference, "Transforms")?, form)?;
    let digest_method = only(reference, "DigestMethod")?.attribute("Algorithm")?;
    let told = bytes(only(reference, "DigestValue")?)?;
    if digest(digest_algorithm(digest_method)?, content.as_bytes()).as_ref() != told {
        return None;
    }
    let method = only(info, "CanonicalizationMethod")?;
    let message = canonicalized(info, method, Form::default())?;
    let signature_method = only(info, "SignatureMethod")?.attribute("Algorithm")?;
    let value = bytes(only(signature, "SignatureValue")?)?;
    keys.iter().any(|key| key.verifies(signature_method, message.as_bytes(), &value)).then_some(())
}

/// The element as its reference says: without the signature, and in exclusive form, which SAML bids. There are no other
/// transforms, so that nothing of it can be left out.
fn transformed(element: Node<'_, '_>, transforms: Node<'_, '_>, form: Form<'_>) -> Option<String> {
    let transforms: Vec<Node<'_, '_>> = transforms.children().filter(Node::is_element).collect();
    let is_transform = |node: &Node<'_, '_>| node.has_tag_name((SIGNATURES, "Transform"));
    match transforms.as_slice() {
        [enveloped, exclusive]
            if transforms.iter().all(is_transform) && enveloped.attribute("Algorithm") == Some(ENVELOPED) =>
        {
            canonicalized(element, *exclusive, form)
        }
        _ => None,
    }
}

/// Prefixes that a signature may list; real ones list a few. Each is looked for at every element.
const MOST_PREFIXES: usize = 50;

fn canonicalized(element: Node<'_, '_>, method: Node<'_, '_>, form: Form<'_>) -> Option<String> {
    let with_comments = match method.attribute("Algorithm")? {
        EXCLUSIVE => false,
        EXCLUSIVE_WITH_COMMENTS => true,
        _ => return None,
    };
    let mut parameters =
        method.children().filter(|child| child.has_tag_name((EXCLUSIVE, "InclusiveNamespaces")));
    let prefixes = parameters.next().and_then(|node| node.attribute("PrefixList")).unwrap_or_default();
    let inclusive_prefixes: Vec<&str> = prefixes.split_ascii_whitespace().collect();
    if inclusive_prefixes.len() > MOST_PREFIXES {
        return None;
    }
    Some(Form { with_comments, inclusive_prefixes: &inclusive_prefixes, ..form }.of(element))
}

fn digest_algorithm(uri: &str) -> Option<&'static digest::Algorithm> {
    match uri {
        "http://www.w3.org/2001/04/xmlenc#sha256" => Some(&digest::SHA256),
        "http://www.w3.org/2001/04/xmldsig-more#sha384" => Some(&digest::SHA384),
        "http://www.w3.org/2001/04/xmlenc#sha512" => Some(&digest::SHA512),
        _ => None,
    }
}

/// The only child of this name.
fn only<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    let mut children = node.children().filter(|child| child.has_tag_name((SIGNATURES, name)));
    children.next().filter(|_| children.next().is_none())
}

/// What the base64 in an element stands for; lines may break.
fn bytes(node: Node<'_, '_>) -> Option<Vec<u8>> {
    let text: String = node.children().filter(Node::is_text).filter_map(|child| child.text()).collect();
    let text: String = text.split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(text).ok()
}
