//! Headers of an endpoint's answer, as the client gets them.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::gateway::connection::is_of_connection;

/// Headers of an endpoint's answer that come to the client under another name.
///
/// Source: developer guide, "Important notes"; which of them do in answers of proxies is reported by users.
const REMAPPED: [&str; 10] = [
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "date",
    "host",
    "server",
    "user-agent",
    "www-authenticate",
    "x-amzn-requestid",
];

/// The headers of an endpoint's answer that the client gets.
pub(super) fn returned(headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        let name = if REMAPPED.contains(&name.as_str()) {
            HeaderName::try_from(format!("x-amzn-remapped-{name}")).ok()?
        } else if is_of_connection(name) {
            return None;
        } else {
            name.clone()
        };
        Some((name, value.clone()))
    };
    headers.iter().filter_map(header).collect()
}
