//! Headers that are of one connection alone, and do not pass from one to the next.

use http::{HeaderMap, HeaderName};

/// Headers of a connection, which end with it (RFC 9110, 7.6.1), and those that the way out sets itself.
const OF_CONNECTION: [&str; 10] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Whether a header ends with its connection.
pub(super) fn is_of_connection(name: &HeaderName) -> bool {
    OF_CONNECTION.contains(&name.as_str())
}

/// The headers that pass.
pub(super) fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let passing = headers.iter().filter(|(name, _)| !is_of_connection(name));
    passing.map(|(name, value)| (name.clone(), value.clone())).collect()
}
