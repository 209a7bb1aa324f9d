//! Policy documents of resources.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_policy::{Document, Kind, ParseError};

/// A policy of a resource, parsed once, when it is stored; answered as it was given.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct PolicyDocument {
    text: String,
    parsed: Arc<Document>,
}

impl PolicyDocument {
    /// Parses a document.
    pub(crate) fn parse(text: String) -> Result<Self, ParseError> {
        let parsed = Arc::new(Document::parse(&text, Kind::Resource)?);
        Ok(Self { text, parsed })
    }

    /// As it was given.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What it says.
    pub(crate) fn parsed(&self) -> &Arc<Document> {
        &self.parsed
    }

    /// The text with one more statement behind the others, which stay as they are written.
    pub(crate) fn with_statement(&self, statement: &str) -> Option<String> {
        let first = self.parsed.statements.first()?.span.start;
        let last = self.parsed.statements.last()?.span.end;
        let (before, inside, after) =
            (self.text.get(..first)?, self.text.get(first..last)?, self.text.get(last..)?);
        let is_list = before.trim_end().ends_with('[');
        let (open, close) = if is_list { ("", "") } else { ("[", "]") };
        Some(format!("{before}{open}{inside},{statement}{close}{after}"))
    }
}

impl From<PolicyDocument> for String {
    fn from(document: PolicyDocument) -> Self {
        document.text
    }
}

impl TryFrom<String> for PolicyDocument {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sid: &str) -> String {
        format!(
            r#"{{"Sid": "{sid}", "Effect": "Allow", "Principal": "*", "Action": "logs:*", "Resource": "*"}}"#
        )
    }

    #[test]
    fn a_statement_is_added_to_a_list_and_to_a_single_one() {
        let (one, two) = (statement("One"), statement("Two"));
        for (before, after) in [
            (format!("{{\"Statement\": [ {one} ]}}"), format!("{{\"Statement\": [ {one},{two} ]}}")),
            (
                format!("{{\"Statement\": {one}, \"Id\": \"[\"}}"),
                format!("{{\"Statement\": [{one},{two}], \"Id\": \"[\"}}"),
            ),
        ] {
            let added = PolicyDocument::parse(before).unwrap().with_statement(&two).unwrap();
            assert_eq!(added, after);
            assert_eq!(PolicyDocument::parse(added).unwrap().parsed().statements.len(), 2);
        }
    }
}
