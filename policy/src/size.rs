//! How large policies may be.

/// How many characters a policy may have. White space does not count.
///
/// Source: AWS IAM user guide, "IAM and AWS STS quotas"; AWS Organizations user guide, "Quotas"; API Gateway developer
/// guide, quotas for REST APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// All inline policies of a user together: 2,048.
    InlineOfUser,
    /// All inline policies of a group together: 5,120.
    InlineOfGroup,
    /// All inline policies of a role together: 10,240.
    InlineOfRole,
    /// A managed policy: 6,144.
    Managed,
    /// A role's trust policy: 2,048. It can be raised to 4,096.
    Trust,
    /// Policies passed for a session: 2,048.
    Session,
    /// A service or resource control policy: 5,120.
    Control,
    /// An API's resource policy: 8,192.
    RestApi,
}

impl Limit {
    /// The number of characters.
    #[must_use]
    pub const fn characters(self) -> usize {
        match self {
            Self::InlineOfUser | Self::Trust | Self::Session => 2_048,
            Self::InlineOfGroup | Self::Control => 5_120,
            Self::InlineOfRole => 10_240,
            Self::Managed => 6_144,
            Self::RestApi => 8_192,
        }
    }

    /// How many characters of a text count: those that are no white space.
    #[must_use]
    pub fn count(text: &str) -> usize {
        text.chars().filter(|letter| !letter.is_whitespace()).count()
    }

    /// Whether texts stay within it together.
    pub fn holds<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> bool {
        texts.into_iter().map(Self::count).sum::<usize>() <= self.characters()
    }
}

#[cfg(test)]
mod tests {
    use super::Limit;

    #[test]
    fn white_space_does_not_count() {
        let half = format!("{}\n\t ", "x".repeat(1_024));
        assert!(Limit::Trust.holds([half.as_str(), half.as_str()]));
        assert!(!Limit::Trust.holds([half.as_str(), half.as_str(), "x"]));
    }
}
