//! The headers that API Gateway adds to what it sends to endpoints.

use http::{HeaderMap, HeaderName, HeaderValue, header};

const API_ID: HeaderName = HeaderName::from_static("x-amzn-apigateway-api-id");
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
const TAG: HeaderName = HeaderName::from_static("x-amzn-lambda-integration-tag");
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
