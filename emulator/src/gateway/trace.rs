//! Traces: the header that clients, API Gateway and backends tell each other of one by.
//!
//! Source: X-Ray developer guide, "Tracing header".

use http::HeaderMap;
use sha2::{Digest as _, Sha256};

use crate::time::Timestamp;

/// The root of the trace: that which the client brings, or a new one: version, seconds in hexadecimal, and 24 digits that
/// follow from the request's id.
pub(super) fn root(headers: &HeaderMap, request_id: &str, started: Timestamp) -> String {
    let brought = headers.get("x-amzn-trace-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let root = brought.split(';').find_map(|field| field.trim().strip_prefix("Root="));
    if let Some(root) = root.filter(|root| is_root(root)) {
        return root.to_owned();
    }
    let digits: String =
        Sha256::digest(request_id).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("1-{:08x}-{digits}", started.millis() / 1000)
}

/// Whether a text is `1-{8 digits}-{24 digits}`.
fn is_root(text: &str) -> bool {
    let fields: Vec<&str> = text.split('-').collect();
    let hex =
        |field: &str, length| field.len() == length && field.bytes().all(|byte| byte.is_ascii_hexdigit());
    matches!(fields.as_slice(), ["1", seconds, digits] if hex(seconds, 8) && hex(digits, 24))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_may_bring_the_root_of_its_trace() {
        let root = |brought: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-amzn-trace-id", brought.parse().unwrap());
            root(&headers, "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", Timestamp::from_millis(1_480_615_200_000))
        };
        let own = "1-5759e988-bd862e3fe1be46a994272793";
        assert_eq!(root(&format!("Root={own};Sampled=1")), own);
        assert_eq!(root(&format!("Self=1-2-3;Root={own}")), own);
        let made = "1-58406520-bd54e63736b48d5b149ee73e";
        for other in ["", "Root=", "Root=2-5759e988-bd862e3fe1be46a994272793", "Root=1-5759e988-xyz"] {
            assert_eq!(root(other), made, "{other}");
        }
    }
}
