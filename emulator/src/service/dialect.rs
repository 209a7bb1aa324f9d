//! How a service speaks of requests that no operation got to see.

use std::fmt;

use crate::service::Fault;

/// A service's answers to requests that are wrong before any operation runs.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The body cannot be read: bad JSON, a value of the wrong type, broken UTF-8. The text tells what and where.
    pub malformed: fn(&str) -> Fault,
    /// The input breaks constraints of the model; never called with none.
    pub invalid: fn(operation: &str, &[Violation]) -> Fault,
    /// The caller may not do it. The text says what, and which type of policy decided.
    pub denied: fn(&str) -> Fault,
    /// There is no such operation. The text is its name, or the method and path.
    pub unknown_operation: fn(&str) -> Fault,
    /// The body is larger than the edge takes.
    pub too_large: fn() -> Fault,
    /// The body is of another content type than the service reads.
    pub wrong_content_type: fn(&str) -> Fault,
    /// The emulator itself failed: what, for the bug report.
    pub internal: fn(&str) -> Fault,
}

impl Dialect {
    /// What the services that speak awsJson answer alike: the errors are the framework's.
    pub(crate) const AWS_JSON: Self = Self {
        malformed: |what| Fault::new(400, "SerializationException", what),
        invalid: |_, violations| {
            Fault::new(400, "InvalidParameterException", validation_message(violations, true))
        },
        // Captured: 400, where the documentation lists 403.
        denied: |what| Fault::new(400, "AccessDeniedException", what),
        // AWS sends no message here; neither does the emulator.
        unknown_operation: |_| Fault::new(400, "UnknownOperationException", ""),
        too_large: || {
            Fault::new(413, "RequestEntityTooLargeException", "Request body exceeds 10485760 bytes")
        },
        wrong_content_type: no_such_protocol,
        internal: |what| Fault::new(500, "InternalFailure", what),
    };

    /// What the services that speak awsQuery answer alike.
    pub(crate) const AWS_QUERY: Self = Self {
        malformed: |what| Fault::new(400, "MalformedInput", what),
        invalid: |_, violations| Fault::new(400, "ValidationError", validation_message(violations, true)),
        denied: |what| Fault::new(403, "AccessDenied", what),
        unknown_operation: |what| Fault::new(400, "InvalidAction", what),
        too_large: || Fault::new(413, "RequestEntityTooLarge", "Request body exceeds 10485760 bytes"),
        wrong_content_type: no_such_protocol,
        internal: |what| Fault::new(500, "InternalFailure", what),
    };
}

/// Coral's answer to a content type that it knows no protocol for; seen by users, not in the documentation.
fn no_such_protocol(_: &str) -> Fault {
    Fault::new(404, "UnknownOperationException", "")
}

/// A value that breaks a constraint of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// Where, in AWS's spelling: `tags.1.member.key`.
    pub path: String,
    /// The value as text; `None` where there is none, or where it must not be shown.
    pub value: Option<String>,
    /// Which constraint.
    pub broken: Broken,
}

/// A constraint that was broken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Broken {
    /// A required member is missing.
    Missing,
    /// Text is not one of the enumeration.
    NotListed(&'static [&'static str]),
    /// Text does not match the pattern.
    NoMatch(&'static str),
    /// Text, bytes, list or map is too short.
    TooShort(i64),
    /// Text, bytes, list or map is too long.
    TooLong(i64),
    /// A number is too small.
    TooSmall(i64),
    /// A number is too great.
    TooGreat(i64),
}

impl Violation {
    /// The violation in the words of AWS's validation framework. `echo` tells whether the service repeats values.
    #[must_use]
    pub fn sentence(&self, echo: bool) -> String {
        let value = match (&self.broken, &self.value) {
            (Broken::Missing, _) => "Value null".to_owned(),
            (_, Some(value)) if echo => format!("Value '{value}'"),
            _ => "Value".to_owned(),
        };
        format!("{value} at '{}' failed to satisfy constraint: {}", self.path, self.broken)
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Member must ")?;
        match self {
            Self::Missing => formatter.write_str("not be null"),
            Self::NotListed(values) => write!(formatter, "satisfy enum value set: [{}]", values.join(", ")),
            Self::NoMatch(pattern) => write!(formatter, "satisfy regular expression pattern: {pattern}"),
            Self::TooShort(least) => write!(formatter, "have length greater than or equal to {least}"),
            Self::TooLong(most) => write!(formatter, "have length less than or equal to {most}"),
            Self::TooSmall(least) => write!(formatter, "have value greater than or equal to {least}"),
            Self::TooGreat(most) => write!(formatter, "have value less than or equal to {most}"),
        }
    }
}

/// All violations in one message: `2 validation errors detected: …; …`.
#[must_use]
pub fn validation_message(violations: &[Violation], echo: bool) -> String {
    let sentences: Vec<String> = violations.iter().map(|violation| violation.sentence(echo)).collect();
    let plural = if violations.len() == 1 { "error" } else { "errors" };
    format!("{} validation {plural} detected: {}", violations.len(), sentences.join("; "))
}
