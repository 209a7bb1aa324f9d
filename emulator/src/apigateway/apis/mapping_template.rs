//! A mapping template of an integration or of its response.

use serde::{Deserialize, Serialize, Serializer};

/// A template, read for Velocity when it is stored. On the wire it is its text, and null where that is empty: such a
/// one lets pass what comes, as the console's "passthrough" does.
///
/// Source: aws-cli#1610, and the AWS CLI's examples of `get-integration` and `update-integration`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Option<String>")]
pub(crate) struct MappingTemplate {
    text: String,
    has_velocity: bool,
}

impl MappingTemplate {
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets pass what comes.
    pub(crate) fn passes_through(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether the template is more than its text: a reference or a directive is in it.
    pub(crate) fn has_velocity(&self) -> bool {
        self.has_velocity
    }
}

impl From<String> for MappingTemplate {
    fn from(text: String) -> Self {
        Self { has_velocity: has_velocity(&text), text }
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

/// Whether a reference (`$name`, `${name}`, `$!name`) or a directive (`#set`, `##`) begins anywhere.
fn has_velocity(template: &str) -> bool {
    template.as_bytes().windows(2).any(|pair| match pair {
        [b'$', next] => next.is_ascii_alphabetic() || matches!(next, b'{' | b'!'),
        [b'#', next] => next.is_ascii_alphabetic() || matches!(next, b'{' | b'#' | b'*'),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::has_velocity;

    #[test]
    fn velocity_is_told_from_text() {
        for template in ["$input.body", "${x}", "a $!b", "#set($a = 1)", "## note", "#{else}"] {
            assert!(has_velocity(template), "{template}");
        }
        for template in ["", "{\"statusCode\": 200}", "costs $5", "#1", "a # b", "$"] {
            assert!(!has_velocity(template), "{template}");
        }
    }
}
