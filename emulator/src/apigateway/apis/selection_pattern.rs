//! The pattern by which an integration response is selected.

use fancy_regex::Regex;
use serde::{Deserialize, Serialize, Serializer};

/// A regular expression on what an integration answers, compiled when it is stored. On the wire it is its text.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct SelectionPattern {
    text: String,
    whole: Regex,
}

impl SelectionPattern {
    /// Whether the whole status is what the pattern says.
    pub(crate) fn matches(&self, status: &str) -> bool {
        self.text == status || self.whole.is_match(status).unwrap_or(false)
    }
}

impl TryFrom<String> for SelectionPattern {
    type Error = Box<fancy_regex::Error>;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let whole = Regex::new(&format!("^(?:{text})$")).map_err(Box::new)?;
        Ok(Self { text, whole })
    }
}

impl Serialize for SelectionPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl PartialEq for SelectionPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
mod tests {
    use super::SelectionPattern;

    #[test]
    fn a_pattern_is_on_the_whole_status() {
        let pattern = |text: &str| SelectionPattern::try_from(text.to_owned());
        assert!(pattern(r"4\d{2}").unwrap().matches("404"));
        assert!(!pattern(r"4\d").unwrap().matches("404"));
        assert!(pattern("200|201").unwrap().matches("201"));
        assert!(pattern("-1").unwrap().matches("-1"));
        assert!(pattern("(").is_err());
    }
}
