//! Headers that do not pass between client and endpoint as they are, and what becomes of a request without an answer.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::gateway::backends::NoAnswer;
use crate::gateway::connection::is_of_connection;
use crate::gateway::rest::failure::Failure;

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

impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::TimedOut => Self::timeout(),
            NoAnswer::Network(why) => Self::network(&why),
            NoAnswer::Forbidden(_) => Self::not_implemented(error.to_string()),
            // Both texts are reported by users.
            NoAnswer::NoAddress(_) => Self::configuration("Invalid endpoint address"),
            NoAnswer::TooLarge => {
                Self::configuration("Integration response of reached limit of 10485760 bytes.")
            }
        }
    }
}
