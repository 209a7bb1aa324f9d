//! The headers that tell functions and servers whom a request is from.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};

/// Whom a request is from, behind whom it already was.
pub(super) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Adds the client's address behind those that it tells itself, and that it came as all clients of AWS's come.
pub(super) fn add(headers: &mut HeaderMap, client: IpAddr) {
    if let Ok(all) = HeaderValue::from_str(&forwarded_for(headers, client)) {
        headers.insert(FORWARDED_FOR, all);
    }
    headers.insert(PORT, HeaderValue::from_static("443"));
    headers.insert(PROTO, HeaderValue::from_static("https"));
}

/// The value of `X-Forwarded-For`.
pub(super) fn forwarded_for(headers: &HeaderMap, client: IpAddr) -> String {
    match headers.get(&FORWARDED_FOR).and_then(|value| value.to_str().ok()) {
        Some(before) => format!("{before}, {client}"),
        None => client.to_string(),
    }
}
