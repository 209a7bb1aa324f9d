//! A response, and the one assertion in it.

use std::collections::BTreeSet;

use roxmltree::{Document, Node, ParsingOptions};

use super::signature::{self, PublicKey};
use crate::service::ports::SamlProvider;
use crate::time::Timestamp;

const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// Elements in each other. Real responses have a dozen, and each costs a level of the stack.
const DEEPEST: usize = 100;

/// Nodes of a document, attributes not counted: more than fit into what STS takes.
const MOST_NODES: u32 = 50_000;

/// Declarations of namespaces: real responses have a dozen, and each element looks through those that hold for it.
const MOST_NAMESPACES: usize = 200;

/// What an identity provider asserts of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sts) struct Assertion {
    pub(in crate::sts) issuer: String,
    pub(in crate::sts) issued: Option<Timestamp>,
    /// The `NameID`, empty where there is none.
    pub(in crate::sts) subject: String,
    /// The format of the `NameID`.
    pub(in crate::sts) subject_format: String,
    /// Whom the confirmations of the subject are for, and until when.
    pub(in crate::sts) confirmations: Vec<Confirmation>,
    pub(in crate::sts) not_before: Option<Timestamp>,
    pub(in crate::sts) not_on_or_after: Option<Timestamp>,
    /// The audiences of each restriction; each must be met.
    pub(in crate::sts) audiences: Vec<Vec<String>>,
    pub(in crate::sts) session_not_on_or_after: Option<Timestamp>,
    /// Attributes by name, with their values.
    pub(in crate::sts) attributes: Vec<(String, Vec<String>)>,
}

/// Until when, and by whom, an assertion may be presented by whoever bears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sts) struct Confirmation {
    pub(in crate::sts) recipient: String,
    pub(in crate::sts) not_on_or_after: Option<Timestamp>,
}

/// Why a text is no response that can be trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sts) enum BadResponse {
    /// It is not XML, or not the XML of a response with one assertion.
    Malformed,
    /// The provider says that it did not authenticate the user: its status.
    NotAuthenticated(String),
    /// The assertion is encrypted.
    Encrypted,
    /// It is not signed by the provider, or not all of it.
    BadSignature,
}

impl Assertion {
    /// The values of an attribute.
    pub(in crate::sts) fn attribute(&self, name: &str) -> Option<&[String]> {
        self.attributes.iter().find(|(each, _)| each == name).map(|(_, values)| values.as_slice())
    }
}

/// The assertion of a response. What is read is what is signed, and nothing beside it: the signature is of the assertion
/// itself, or of the response that it stands directly in, and no two elements have one id.
pub(in crate::sts) fn parse(xml: &str, provider: &SamlProvider) -> Result<Assertion, BadResponse> {
    // Document types, and entities with them, are refused.
    if xml.matches("xmlns").count() > MOST_NAMESPACES {
        return Err(BadResponse::Malformed);
    }
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml.trim_start_matches('\u{feff}'), options)
        .map_err(|_| BadResponse::Malformed)?;
    if !is_plain(&document) {
        return Err(BadResponse::Malformed);
    }
    let response = document.root_element();
    if !response.has_tag_name((PROTOCOL, "Response")) {
        return Err(BadResponse::Malformed);
    }
    check_status(response)?;
    let assertion = match children(response, "Assertion").collect::<Vec<_>>().as_slice() {
        [assertion] => *assertion,
        [] if children(response, "EncryptedAssertion").next().is_some() => {
            return Err(BadResponse::Encrypted);
        }
        _ => return Err(BadResponse::Malformed),
    };
    let keys: Vec<PublicKey> =
        provider.signing_certificates.iter().filter_map(|der| PublicKey::of_certificate(der)).collect();
    let signed = [response, assertion].map(|element| (element, signature::of(element)));
    if signed.iter().all(|(_, signatures)| signatures.is_empty()) {
        return Err(BadResponse::BadSignature);
    }
    for (element, signatures) in signed {
        match signatures.as_slice() {
            [] => {}
            [signature] if signature::verify(element, *signature, &keys).is_some() => {}
            _ => return Err(BadResponse::BadSignature),
        }
    }
    read(assertion).ok_or(BadResponse::Malformed)
}

/// Whether no id comes twice, there are no assertions in odd places, and nothing is too deep.
fn is_plain(document: &Document<'_>) -> bool {
    let mut ids = BTreeSet::new();
    let mut depth = 0_usize;
    let mut node = document.root();
    // By hand, since asking each node for its depth would take long of deep documents.
    loop {
        let mut own = node.attributes().filter(|each| each.name().eq_ignore_ascii_case("id"));
        if own.any(|id| !ids.insert(id.value().to_owned())) {
            return false;
        }
        if let Some(child) = node.first_child() {
            depth += 1;
            if depth > DEEPEST {
                return false;
            }
            node = child;
            continue;
        }
        loop {
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return true };
            depth = depth.saturating_sub(1);
            node = parent;
        }
    }
}

fn check_status(response: Node<'_, '_>) -> Result<(), BadResponse> {
    let named = |node: Node<'_, '_>, name: &str| {
        node.children().find(|child| child.has_tag_name((PROTOCOL, name))).map(|child| child.id())
    };
    let code = named(response, "Status")
        .and_then(|id| named(response.document().get_node(id)?, "StatusCode"))
        .and_then(|id| response.document().get_node(id)?.attribute("Value"));
    match code {
        Some(SUCCESS) => Ok(()),
        Some(other) => Err(BadResponse::NotAuthenticated(other.to_owned())),
        None => Err(BadResponse::Malformed),
    }
}

/// What an assertion says; `None` where it is none.
fn read(assertion: Node<'_, '_>) -> Option<Assertion> {
    let mut read = Assertion {
        issuer: text(children(assertion, "Issuer").next()?),
        issued: moment(assertion, "IssueInstant")?,
        ..Assertion::default()
    };
    for subject in children(assertion, "Subject") {
        if let Some(name) = children(subject, "NameID").next() {
            read.subject = text(name);
            read.subject_format = name.attribute("Format").unwrap_or_default().to_owned();
        }
        let confirmations = children(subject, "SubjectConfirmation");
        for data in confirmations
            .filter(|each| each.attribute("Method") == Some(BEARER))
            .flat_map(|each| children(each, "SubjectConfirmationData"))
        {
            read.confirmations.push(Confirmation {
                recipient: data.attribute("Recipient").unwrap_or_default().to_owned(),
                not_on_or_after: moment(data, "NotOnOrAfter")?,
            });
        }
    }
    for conditions in children(assertion, "Conditions") {
        read.not_before = moment(conditions, "NotBefore")?;
        read.not_on_or_after = moment(conditions, "NotOnOrAfter")?;
        let restrictions = children(conditions, "AudienceRestriction");
        read.audiences
            .extend(restrictions.map(|restriction| children(restriction, "Audience").map(text).collect()));
    }
    for statement in children(assertion, "AuthnStatement") {
        let until = moment(statement, "SessionNotOnOrAfter")?;
        read.session_not_on_or_after = read.session_not_on_or_after.into_iter().chain(until).min();
    }
    for attribute in
        children(assertion, "AttributeStatement").flat_map(|statement| children(statement, "Attribute"))
    {
        let values = children(attribute, "AttributeValue").map(text).collect();
        read.attributes.push((attribute.attribute("Name")?.to_owned(), values));
    }
    Some(read)
}

fn children<'a, 'input>(
    node: Node<'a, 'input>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input> {
    node.children().filter(move |child| child.has_tag_name((ASSERTION, name)))
}

/// All text of an element. A comment in it ends nothing: it is not signed, and must not cut what is.
fn text(node: Node<'_, '_>) -> String {
    let text: String = node.descendants().filter(Node::is_text).filter_map(|child| child.text()).collect();
    text.trim().to_owned()
}

/// A moment, if the attribute is there; `None` where it is none.
fn moment(node: Node<'_, '_>, name: &str) -> Option<Option<Timestamp>> {
    match node.attribute(name) {
        Some(text) => Timestamp::parse_iso8601(text).map(Some),
        None => Some(None),
    }
}

#[cfg(test)]
mod tests;
