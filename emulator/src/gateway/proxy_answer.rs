//! What proxied functions answer, payload format 1.0.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What a proxied function is to return.
///
/// Source: developer guide, "Output format of a Lambda function for proxy integration".
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ProxyAnswer {
    status_code: Status,
    #[serde(default)]
    headers: Option<Map<String, Value>>,
    #[serde(default)]
    multi_value_headers: Option<Map<String, Value>>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: Option<bool>,
}

/// A number, also one that is written as a text.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Status {
    Number(u16),
    Text(String),
}

/// What a backend answers.
#[derive(Clone, Debug, Default)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl ProxyAnswer {
    /// The answer; `None` where it is none that a client could get. Base64 is decoded for a client that takes binary.
    pub(super) fn into_reply(self, takes_binary: bool) -> Option<Answered> {
        let status = match self.status_code {
            Status::Number(status) => status,
            Status::Text(text) => text.parse().ok()?,
        };
        if !(100..600).contains(&status) {
            return None;
        }
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers.iter().flatten() {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).ok()?, header_value(value)?);
        }
        for (name, values) in self.multi_value_headers.iter().flatten() {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            // Both maps are merged; values that stand in both count once.
            for value in values.as_array()? {
                let value = header_value(value)?;
                if !headers.get_all(&name).iter().any(|there| *there == value) {
                    headers.append(name.clone(), value);
                }
            }
        }
        headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        let body = self.body.unwrap_or_default();
        let body = if self.is_base64_encoded == Some(true) && takes_binary {
            decode(body.as_bytes())?
        } else {
            Bytes::from(body)
        };
        Some(Answered { status, headers, body })
    }
}

/// A header's value: a text, a number or a boolean.
pub(super) fn header_value(value: &Value) -> Option<HeaderValue> {
    match value {
        Value::String(text) => HeaderValue::from_str(text).ok(),
        Value::Number(_) | Value::Bool(_) => HeaderValue::from_str(&value.to_string()).ok(),
        _ => None,
    }
}

/// Base64, with line breaks or without.
pub(super) fn decode(text: &[u8]) -> Option<Bytes> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(text).ok().map(Bytes::from)
}
