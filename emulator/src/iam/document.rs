//! Policy documents as IAM keeps them.

use std::marker::PhantomData;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use stagecheck_policy::{Document, Kind};

use super::faults::malformed_document;
use crate::service::Fault;

/// A policy document, parsed once, when it is stored.
#[derive(Clone, Debug)]
pub(super) struct PolicyDocument<K> {
    text: String,
    parsed: Arc<Document>,
    kind: PhantomData<K>,
}

/// A trust policy.
pub(super) type TrustDocument = PolicyDocument<Trust>;

/// A policy of a user, group or role.
pub(super) type IdentityDocument = PolicyDocument<Identity>;

/// What a document is attached to.
pub(super) trait DocumentKind {
    const KIND: Kind;
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Trust;

#[derive(Clone, Copy, Debug)]
pub(super) struct Identity;

impl DocumentKind for Trust {
    const KIND: Kind = Kind::Trust;
}

impl DocumentKind for Identity {
    const KIND: Kind = Kind::Identity;
}

impl<K: DocumentKind> PolicyDocument<K> {
    /// Parses a document.
    pub(super) fn parse(text: String) -> Result<Self, Fault> {
        let parsed = Document::parse(&text, K::KIND).map_err(|error| malformed_document(&error))?;
        Ok(Self { text, parsed: Arc::new(parsed), kind: PhantomData })
    }

    /// A text that grants nothing, whatever it says.
    pub(super) fn of_no_statements(text: String) -> Self {
        let nothing = Document::default();
        Self { text, parsed: Arc::new(nothing), kind: PhantomData }
    }

    /// As it was given.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What it says.
    pub(super) fn parsed(&self) -> &Arc<Document> {
        &self.parsed
    }

    /// Its size as quotas count it: without white space.
    pub(super) fn size(&self) -> usize {
        self.text.chars().filter(|letter| !letter.is_whitespace()).count()
    }
}

/// The characters that RFC 3986 leaves as they are.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// On the wire percent-encoded, as IAM answers documents; exported as it was given.
impl<K> Serialize for PolicyDocument<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.text)
        } else {
            serializer.collect_str(&utf8_percent_encode(&self.text, UNRESERVED))
        }
    }
}

impl<'de, K: DocumentKind> Deserialize<'de> for PolicyDocument<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(text).map_err(|fault| serde::de::Error::custom(fault.message))
    }
}
