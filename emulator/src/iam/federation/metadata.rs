//! What a SAML identity provider tells of itself.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use roxmltree::{Document, Node, ParsingOptions};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::iam::faults;
use crate::service::Fault;
use crate::time::Timestamp;

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";

/// The most keys of one provider, as documented.
const MOST_KEYS: usize = 10;

/// A SAML metadata document, parsed once, when it is stored.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    text: String,
    provider: Arc<Provider>,
}

/// The identity provider that a document describes.
#[derive(Debug)]
pub(super) struct Provider {
    pub(super) entity_id: String,
    /// Certificates as DER. IAM does not care whether they have expired, as documented.
    pub(super) signing_certificates: Vec<Vec<u8>>,
    pub(super) valid_until: Option<Timestamp>,
}

impl Metadata {
    /// Parses a document.
    pub(super) fn parse(text: String) -> Result<Self, Fault> {
        let provider = provider(&text)?;
        Ok(Self { text, provider: Arc::new(provider) })
    }

    /// What it says.
    pub(super) fn provider(&self) -> &Arc<Provider> {
        &self.provider
    }
}

/// Exported, and answered, as it was given.
impl Serialize for Metadata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text).map_err(|fault| serde::de::Error::custom(fault.message))
    }
}

/// Elements, attributes and texts of a document.
const MOST_NODES: u32 = 100_000;

/// Declarations of namespaces: each element looks through those that hold for it.
const MOST_NAMESPACES: usize = 1_000;

/// Document types are refused, and entities with them, so a document is no larger than it looks.
fn provider(text: &str) -> Result<Provider, Fault> {
    // Some identity providers put a byte order mark first.
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.matches("xmlns").count() > MOST_NAMESPACES {
        return Err(not_metadata());
    }
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|_| not_metadata())?;
    let descriptor = entity(document.root_element())?;
    let entity_id = descriptor.attribute("entityID").filter(|id| !id.is_empty()).ok_or_else(not_metadata)?;
    let role = children(descriptor, METADATA, "IDPSSODescriptor").next().ok_or_else(not_metadata)?;
    let signing_certificates = signing_certificates(role)?;
    let valid_until = [descriptor, role].into_iter().filter_map(|node| node.attribute("validUntil"));
    let valid_until = valid_until
        .map(|text| Timestamp::parse_iso8601(text).ok_or_else(not_metadata))
        .collect::<Result<Vec<_>, Fault>>()?;
    Ok(Provider {
        entity_id: entity_id.to_owned(),
        signing_certificates,
        valid_until: valid_until.into_iter().min(),
    })
}

/// The one entity that a document describes.
fn entity<'a, 'input>(root: Node<'a, 'input>) -> Result<Node<'a, 'input>, Fault> {
    if root.has_tag_name((METADATA, "EntityDescriptor")) {
        return Ok(root);
    }
    if !root.has_tag_name((METADATA, "EntitiesDescriptor")) {
        return Err(not_metadata());
    }
    let mut entities = children(root, METADATA, "EntityDescriptor");
    match (entities.next(), entities.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(not_metadata()),
        (Some(_), Some(_)) => Err(Fault::not_implemented(
            "a SAML provider of this emulator is one identity provider: the document describes several",
        )),
    }
}

/// The certificates of the keys that are not for encryption alone: at least one.
fn signing_certificates(role: Node<'_, '_>) -> Result<Vec<Vec<u8>>, Fault> {
    let keys =
        children(role, METADATA, "KeyDescriptor").filter(|key| key.attribute("use") != Some("encryption"));
    let texts = keys
        .flat_map(|key| children(key, SIGNATURES, "KeyInfo"))
        .flat_map(|info| children(info, SIGNATURES, "X509Data"))
        .flat_map(|data| children(data, SIGNATURES, "X509Certificate"));
    let certificates =
        texts.map(|node| certificate(node.text().unwrap_or_default())).collect::<Result<Vec<_>, Fault>>()?;
    match certificates.len() {
        0 => Err(not_metadata()),
        present if present > MOST_KEYS => Err(faults::over_quota("KeysPerSAMLProvider", MOST_KEYS)),
        _ => Ok(certificates),
    }
}

fn certificate(base64: &str) -> Result<Vec<u8>, Fault> {
    let base64: String = base64.split_whitespace().collect();
    let der = BASE64_STANDARD.decode(base64).map_err(|_| not_metadata())?;
    match x509_parser::parse_x509_certificate(&der) {
        Ok(([], _)) => Ok(der),
        _ => Err(not_metadata()),
    }
}

fn children<'a, 'input>(
    node: Node<'a, 'input>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| child.has_tag_name((namespace, name)))
}

/// The wording is from users' reports.
fn not_metadata() -> Fault {
    faults::invalid_input("Could not parse metadata")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A certificate as metadata has it.
    fn certificate() -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = rcgen::CertificateParams::default().self_signed(&key).unwrap();
        BASE64_STANDARD.encode(certificate.der())
    }

    fn key(usage: &str, certificate: &str) -> String {
        format!(
            "<KeyDescriptor{usage}><KeyInfo xmlns=\"{SIGNATURES}\"><X509Data><X509Certificate>{certificate}\
             </X509Certificate></X509Data></KeyInfo></KeyDescriptor>"
        )
    }

    fn document(attributes: &str, keys: &str) -> String {
        format!(
            "<EntityDescriptor xmlns=\"{METADATA}\" {attributes}><IDPSSODescriptor>{keys}</IDPSSODescriptor>\
             </EntityDescriptor>"
        )
    }

    fn parsed(text: &str) -> Result<Arc<Provider>, String> {
        Metadata::parse(text.to_owned())
            .map(|metadata| Arc::clone(metadata.provider()))
            .map_err(|f| f.code.into())
    }

    #[test]
    fn a_document_tells_who_signs_with_what_and_until_when() {
        let signing = certificate();
        let keys = key(" use=\"signing\"", &signing) + &key(" use=\"encryption\"", &certificate());
        let text = document("entityID=\"https://idp.example\" validUntil=\"2030-01-02T03:04:05Z\"", &keys);
        for text in [text.clone(), format!("\u{feff}<?xml version=\"1.0\"?>\n{text}")] {
            let provider = parsed(&text).unwrap();
            assert_eq!(provider.entity_id, "https://idp.example");
            assert_eq!(provider.signing_certificates, [BASE64_STANDARD.decode(&signing).unwrap()]);
            assert_eq!(provider.valid_until, Timestamp::parse_iso8601("2030-01-02T03:04:05Z"));
        }
        let wrapped = format!("<EntitiesDescriptor xmlns=\"{METADATA}\">{text}</EntitiesDescriptor>");
        assert!(parsed(&wrapped).is_ok());
        let two = format!("<EntitiesDescriptor xmlns=\"{METADATA}\">{text}{text}</EntitiesDescriptor>");
        assert_eq!(parsed(&two).unwrap_err(), "NotImplemented");
    }

    #[test]
    fn a_key_for_no_stated_use_signs_too_and_its_lines_may_break() {
        let broken = certificate().replacen("MII", "\n MII\n", 1);
        assert_eq!(
            parsed(&document("entityID=\"a\"", &key("", &broken))).unwrap().signing_certificates.len(),
            1
        );
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        let good = key("", &certificate());
        let cases = [
            String::new(),
            "not xml".to_owned(),
            "<a/>".to_owned(),
            document("", &good),
            document("entityID=\"\"", &good),
            document("entityID=\"a\"", ""),
            document("entityID=\"a\"", &key("", "bm8gY2VydGlmaWNhdGU=")),
            document("entityID=\"a\"", &key("", "%%%")),
            document("entityID=\"a\"", &key(" use=\"encryption\"", &certificate())),
            document("entityID=\"a\" validUntil=\"some day\"", &good),
            document("entityID=\"a\"", &good).replace("IDPSSODescriptor", "SPSSODescriptor"),
            document("entityID=\"a\"", &good).replace(METADATA, "urn:other"),
            format!("<!DOCTYPE a [<!ENTITY x \"y\">]>{}", document("entityID=\"&x;\"", &good)),
            format!("{}<x/>", document("entityID=\"a\"", &good)),
            "<a>".repeat(100_000),
        ];
        for text in cases {
            let shown: String = text.chars().take(80).collect();
            assert_eq!(parsed(&text).unwrap_err(), "InvalidInput", "{shown}");
        }
        assert_eq!(parsed(&document("entityID=\"a\"", &good.repeat(11))).unwrap_err(), "LimitExceeded");
    }

    #[test]
    fn depth_does_no_harm() {
        let (open, close) = ("<a>".repeat(200_000), "</a>".repeat(200_000));
        assert_eq!(parsed(&format!("{open}{close}")).unwrap_err(), "InvalidInput");
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,200}") {
            let _ = Metadata::parse(text);
        }
    }
}
