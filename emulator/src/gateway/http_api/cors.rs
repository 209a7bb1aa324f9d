//! Cross-origin resource sharing, where the API has it configured.
//!
//! Source: developer guide, "Configure CORS for HTTP APIs": API Gateway answers preflight requests itself, adds the configured
//! headers to answers, and ignores those of backends.

use bytes::Bytes;
use compact_str::CompactString;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::exchange::Exchange;
use crate::apigatewayv2::Cors;
use crate::gateway::proxy_answer::Answered;

/// The answer to a preflight request: 204, as users report, whether or not the origin may. Its headers are added as to others.
pub(super) fn preflight(exchange: &Exchange<'_>) -> Option<Answered> {
    exchange.live.cors()?;
    is_preflight(exchange).then(|| Answered { status: 204, headers: HeaderMap::new(), body: Bytes::new() })
}

fn is_preflight(exchange: &Exchange<'_>) -> bool {
    let headers = exchange.request.headers;
    exchange.request.method == "OPTIONS"
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// Puts the API's headers in the place of a backend's. That they are in answers of API Gateway itself, too, is inferred.
pub(super) fn add_headers(exchange: &Exchange<'_>, headers: &mut HeaderMap) {
    let Some(cors) = exchange.live.cors() else { return };
    let of_backend: Vec<HeaderName> =
        headers.keys().filter(|name| name.as_str().starts_with("access-control-")).cloned().collect();
    for name in of_backend {
        headers.remove(name);
    }
    let Some(origin) = exchange.request.header(ORIGIN) else { return };
    let own = of_origin(cors, origin, is_preflight(exchange));
    headers.extend(
        own.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?))),
    );
}

/// The headers for an origin; none for one that may not.
fn of_origin(cors: &Cors, origin: &str, is_preflight: bool) -> Vec<(HeaderName, String)> {
    let origins = cors.allow_origins.as_deref().unwrap_or_default();
    let allowed = if origins.iter().any(|each| each == "*") {
        "*"
    } else if origins.iter().any(|each| covers(each, origin)) {
        origin
    } else {
        return Vec::new();
    };
    let mut headers = vec![(ACCESS_CONTROL_ALLOW_ORIGIN, allowed.to_owned())];
    if cors.allow_credentials == Some(true) {
        headers.push((ACCESS_CONTROL_ALLOW_CREDENTIALS, "true".to_owned()));
    }
    let mut list = |name, values: &Option<Vec<CompactString>>| {
        let values = values.as_deref().filter(|values| !values.is_empty());
        headers.extend(values.map(|values| (name, values.join(","))));
    };
    if is_preflight {
        list(ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods);
        list(ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers);
    }
    list(ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers);
    if is_preflight && let Some(seconds) = cors.max_age {
        headers.push((ACCESS_CONTROL_MAX_AGE, seconds.to_string()));
    }
    headers
}

/// Whether an origin is the configured one, or begins as it does: `https://*`.
fn covers(configured: &str, origin: &str) -> bool {
    match configured.strip_suffix('*') {
        Some(beginning) => origin.starts_with(beginning),
        None => configured.eq_ignore_ascii_case(origin),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(cors: &serde_json::Value, origin: &str, is_preflight: bool) -> Vec<(String, String)> {
        let cors: Cors = serde_json::from_value(cors.clone()).unwrap();
        let headers = of_origin(&cors, origin, is_preflight).into_iter();
        headers.map(|(name, value)| (name.to_string(), value)).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (format!("access-control-{name}"), value.to_owned())
    }

    #[test]
    fn an_origin_gets_what_is_configured() {
        let cors = json!({
            "AllowOrigins": ["https://a.example", "http://*"], "AllowMethods": ["GET", "POST"],
            "AllowHeaders": ["x-a"], "ExposeHeaders": ["x-b"], "MaxAge": 300, "AllowCredentials": true,
        });
        assert_eq!(
            headers(&cors, "https://a.example", true),
            [
                pair("allow-origin", "https://a.example"),
                pair("allow-credentials", "true"),
                pair("allow-methods", "GET,POST"),
                pair("allow-headers", "x-a"),
                pair("expose-headers", "x-b"),
                pair("max-age", "300"),
            ]
        );
        assert_eq!(
            headers(&cors, "http://b.example", false),
            [
                pair("allow-origin", "http://b.example"),
                pair("allow-credentials", "true"),
                pair("expose-headers", "x-b"),
            ]
        );
        assert_eq!(headers(&cors, "https://c.example", true), []);
    }

    #[test]
    fn any_origin_is_told_so() {
        let any = json!({"AllowOrigins": ["*"]});
        assert_eq!(headers(&any, "https://c.example", false), [pair("allow-origin", "*")]);
        assert_eq!(headers(&json!({"AllowMethods": ["GET"]}), "https://c.example", true), []);
    }
}
