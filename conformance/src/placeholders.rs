//! Names in the place of what differs from run to run.

use fancy_regex::Regex;

/// A UUID.
pub const UUID: &str = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/// An extended request id, or the id of a connection.
pub const EXTENDED_ID: &str = r"(?<![\w-])[A-Za-z0-9_-]{15}=(?![\w{-])";

/// The root of a trace.
pub const TRACE: &str = r"1-[0-9a-f]{8}-[0-9A-Fa-f]{24}";

/// An address with its port.
pub const ADDRESS: &str = r"127\.0\.0\.1:\d+";

/// How long something took.
pub const MILLISECONDS: &str = r"\d+ ms";

/// A date of HTTP.
pub const DATE: &str = r"\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT";

/// A text with a name for whatever is like a pattern, pattern by pattern.
#[must_use]
pub fn put_in(text: String, patterns: &[(&str, &str)]) -> String {
    patterns.iter().fold(text, |text, (pattern, name)| {
        Regex::new(pattern).map_or(text.clone(), |regex| regex.replace_all(&text, *name).into_owned())
    })
}
