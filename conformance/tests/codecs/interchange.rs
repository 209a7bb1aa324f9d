//! Values on their way to Python and back, as JSON. What JSON has no word for is an object of one key that begins with
//! a dollar sign.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use stagecheck_emulator::wire::Document;

/// The document as JSON. Two documents of one shape are equal when these are: members and entries have no order, and
/// what is not a number is itself.
pub(crate) fn tagged(document: &Document<'_>) -> Value {
    match document {
        Document::Boolean(value) => json!(value),
        Document::Integer(value) => json!(value),
        Document::Double(value) if value.is_nan() => json!({"$double": "NaN"}),
        Document::Double(value) => json!({"$double": format!("{:016x}", value.to_bits())}),
        Document::Text(text) => json!(text),
        Document::Blob(bytes) => json!({"$blob": base64(bytes)}),
        Document::Timestamp(moment) => json!({"$timestamp": moment.millis()}),
        Document::List(items) => items.iter().map(tagged).collect(),
        Document::Map(entries) => entries.iter().map(|(key, value)| (key.as_ref(), tagged(value))).collect(),
        Document::Structure(members) => members.iter().map(|(name, value)| (*name, tagged(value))).collect(),
    }
}

/// Bytes as Python takes them.
pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// The bytes that a member of Python's answer stands for.
pub(crate) fn bytes(answer: &Value, member: &str) -> Result<Vec<u8>> {
    Ok(BASE64_STANDARD.decode(text(answer, member)?)?)
}

/// The text of a member of Python's answer.
pub(crate) fn text<'a>(answer: &'a Value, member: &str) -> Result<&'a str> {
    answer[member].as_str().with_context(|| format!("{member} is missing from {answer}"))
}
