//! The headers that tell functions and servers whom a request is from.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Adds the client's address behind those that it tells itself, and that it came as all clients of AWS's come.
pub(super) fn add(headers: &mut HeaderMap, client: IpAddr) {
    let before = headers.get(&FOR).and_then(|value| value.to_str().ok());
    let all = before.map_or_else(|| client.to_string(), |before| format!("{before}, {client}"));
    if let Ok(all) = HeaderValue::from_str(&all) {
        headers.insert(FOR, all);
    }
    headers.insert(PORT, HeaderValue::from_static("443"));
    headers.insert(PROTO, HeaderValue::from_static("https"));
}
