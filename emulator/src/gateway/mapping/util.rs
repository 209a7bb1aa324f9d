//! `$util`: functions on strings.
//!
//! Source: developer guide, "Variables for data transformations for API Gateway", "Util variables". How each treats what the
//! guide does not tell is captured of the class of Java's that does it.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use stagecheck_velocity::{Fault, Heap, Notation, Object, Value};

/// `java.util.Base64`, which takes values with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What `java.net.URLEncoder` encodes, but for the space.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'*').remove(b'_').remove(b' ');

/// `$util`.
pub(super) struct Util;

impl Object for Util {
    fn get(&self, _: &mut Heap<'_>, _: &str) -> Result<Value, Fault> {
        Ok(Value::Null)
    }

    /// A value that is no string is taken for what it puts out (inferred); null stays null.
    fn call(&self, heap: &mut Heap<'_>, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
        let function = match name {
            "escapeJavaScript" => escape_java_script,
            "parseJson" => parse_json,
            "urlEncode" => url_encode,
            "urlDecode" => url_decode,
            "base64Encode" => base64_encode,
            "base64Decode" => base64_decode,
            _ => return Ok(Value::Null),
        };
        match arguments {
            [] | [Value::Null] | [_, _, ..] => Ok(Value::Null),
            [Value::String(text)] => function(heap, text),
            [value] => {
                let text = heap.text(value)?;
                function(heap, &text)
            }
        }
    }

    fn text(&self) -> String {
        "$util".to_owned()
    }
}

/// As captured of Commons Lang's `escapeJavaScript`: quotes of both kinds, slashes and backslashes, control characters, and all
/// that is not ASCII, by its UTF-16 units. The guide warns of `\'`, which JSON does not have.
fn escape_java_script(heap: &mut Heap<'_>, text: &str) -> Result<Value, Fault> {
    // A character becomes six at most.
    heap.reserve(6 * text.len())?;
    let mut escaped = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match u8::try_from(unit).ok().filter(u8::is_ascii) {
            Some(quoted @ (b'\'' | b'"' | b'\\' | b'/')) => {
                escaped.push('\\');
                escaped.push(char::from(quoted));
            }
            Some(b'\x08') => escaped.push_str("\\b"),
            Some(b'\n') => escaped.push_str("\\n"),
            Some(b'\t') => escaped.push_str("\\t"),
            Some(b'\x0C') => escaped.push_str("\\f"),
            Some(b'\r') => escaped.push_str("\\r"),
            Some(plain @ b' '..) => escaped.push(char::from(plain)),
            _ => escaped.push_str(&format!("\\u{unit:04X}")),
        }
    }
    heap.string(escaped)
}

/// What becomes of a text that is not JSON is inferred: the template fails.
fn parse_json(heap: &mut Heap<'_>, text: &str) -> Result<Value, Fault> {
    heap.look_at(text.len())?;
    match serde_json::from_str(text) {
        // Reported: its lists put themselves out as Java's do, unlike those of `$input.path`.
        Ok(json) => heap.value_of(&json, Notation::Java),
        Err(error) => Err(Fault::Object(format!("parseJson: {error}"))),
    }
}

fn url_encode(heap: &mut Heap<'_>, text: &str) -> Result<Value, Fault> {
    // A byte becomes three at most.
    heap.reserve(3 * text.len())?;
    heap.string(utf8_percent_encode(text, FORM).to_string().replace(' ', "+"))
}

/// As captured of `java.net.URLDecoder`: a `%` without two digits is an error, bytes that are not UTF-8 are U+FFFD.
fn url_decode(heap: &mut Heap<'_>, text: &str) -> Result<Value, Fault> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let malformed = text.split('%').skip(1).any(|rest| {
        let rest = rest.as_bytes();
        !(is_digit(rest.first()) && is_digit(rest.get(1)))
    });
    if malformed {
        return Err(Fault::Object(format!("urlDecode: {text:?} has a % without two digits behind it")));
    }
    let spaced = text.replace('+', " ");
    heap.string(percent_decode_str(&spaced).decode_utf8_lossy())
}

fn base64_encode(heap: &mut Heap<'_>, text: &str) -> Result<Value, Fault> {
    heap.reserve(2 * text.len())?;
    heap.string(BASE64.encode(text))
}

/// What becomes of a text that is not Base64 is inferred: the template fails.
fn base64_decode(heap: &mut Heap<'_>, text: &str) -> Result<Value, Fault> {
    let bytes = BASE64.decode(text).map_err(|error| Fault::Object(format!("base64Decode: {error}")))?;
    heap.string(String::from_utf8_lossy(&bytes))
}
