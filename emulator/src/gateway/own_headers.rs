//! The headers that API Gateway adds to what it sends to endpoints.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue, header};

const API_ID: HeaderName = HeaderName::from_static("x-amzn-apigateway-api-id");
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
const TAG: HeaderName = HeaderName::from_static("x-amzn-lambda-integration-tag");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const SOURCE: HeaderName = HeaderName::from_static("x-amz-source-arn");

/// Adds those of every request to an endpoint. Those of the integration come before them.
pub(super) fn add(headers: &mut HeaderMap, api: &str, trace: &str) {
    let user_agent = format!("AmazonAPIGateway_{api}");
    for (name, value) in
        [(header::ACCEPT, "application/json"), (header::USER_AGENT, &user_agent), (API_ID, api)]
    {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    }
    if let Ok(trace) = HeaderValue::from_str(trace) {
        headers.insert(TRACE_ID, trace);
    }
}

/// Adds those that Lambda gets besides, as captured, but for those of the signature. `source` is what is called, as the
/// function's policy would know it.
pub(super) fn add_for_function(headers: &mut HeaderMap, request_id: &str, source: &str) {
    for (name, value) in [(header::CONTENT_TYPE, "application/json"), (TAG, request_id), (SOURCE, source)] {
        headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
    }
}

/// Whom a request is from, behind whom it already was.
pub(super) const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The value of `X-Forwarded-For`.
pub(super) fn forwarded_for(headers: &HeaderMap, source_ip: IpAddr) -> String {
    match headers.get(FORWARDED_FOR).and_then(|value| value.to_str().ok()) {
        Some(before) => format!("{before}, {source_ip}"),
        None => source_ip.to_string(),
    }
}

/// Adds to passing headers of a client those that tell of it.
pub(super) fn add_forwarding(headers: &mut HeaderMap, source_ip: IpAddr) {
    let all = forwarded_for(headers, source_ip);
    headers.extend(HeaderValue::from_str(&all).map(|value| (FORWARDED_FOR, value)));
    headers.entry(FORWARDED_PROTO).or_insert(HeaderValue::from_static("https"));
}
