//! A mapping template of an integration or of its response.

use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};
use stagecheck_velocity::{ParseError, Template};

/// A template, parsed when it is stored. On the wire it is its text, and null where that is empty: such a one lets pass what
/// comes, as the console's "passthrough" does. One that is no good is taken, as on AWS, and fails when it is rendered.
///
/// Source: aws-cli#1610, and the AWS CLI's examples of `get-integration` and `update-integration`.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Option<String>")]
pub(crate) struct MappingTemplate {
    text: String,
    parsed: Arc<Result<Template, ParseError>>,
}

impl MappingTemplate {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets pass what comes.
    pub(crate) fn passes_through(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether nothing in it is to be rendered: no reference, and no directive.
    pub(crate) fn is_text(&self) -> bool {
        !self.text.contains(['$', '#', '\\'])
    }

    /// What there is to render.
    ///
    /// # Errors
    ///
    /// Why there is nothing.
    pub(crate) fn template(&self) -> Result<&Template, &ParseError> {
        self.parsed.as_ref().as_ref()
    }
}

impl PartialEq for MappingTemplate {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl From<String> for MappingTemplate {
    fn from(text: String) -> Self {
        Self { parsed: Arc::new(Template::parse(&text)), text }
    }
}

impl From<Option<String>> for MappingTemplate {
    fn from(text: Option<String>) -> Self {
        text.unwrap_or_default().into()
    }
}

impl From<&str> for MappingTemplate {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl Serialize for MappingTemplate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = Some(&self.text).filter(|_| !self.passes_through());
        text.serialize(serializer)
    }
}
