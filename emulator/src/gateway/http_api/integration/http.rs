//! HTTP_PROXY integrations: servers that requests are passed on to.
//!
//! Source: developer guide, "Create HTTP proxy integrations for HTTP APIs" and "Create routes for HTTP APIs".

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};

use super::{timeout, uri};
use crate::apigatewayv2::Integration;
use crate::gateway::Backends;
use crate::gateway::connection::passed_on;
use crate::gateway::http_api::exchange::{Exchange, Matched};
use crate::gateway::http_api::failure::Failure;
use crate::gateway::http_api::mapping::Outgoing;
use crate::gateway::integrated::Integrated;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::uri::{with_path, with_query};

/// Passes a request on, and answers what the server does.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &Exchange<'_>,
    integration: &Integration,
    outgoing: &Outgoing,
    integrated: &mut Integrated,
) -> Result<Answered, Failure> {
    let target = target(&uri(exchange, integration), exchange.route.as_ref(), exchange.path, outgoing);
    let invalid = || Failure::integration("Invalid endpoint address");
    // `ANY` passes the client's own method on.
    let method = integration.integration_method.as_deref().filter(|method| *method != "ANY");
    let method = Method::from_bytes(method.unwrap_or(exchange.request.method).as_bytes());
    let mut request = Request::new(exchange.body().clone());
    *request.method_mut() = method.map_err(|_| invalid())?;
    *request.uri_mut() = target.parse().map_err(|_| invalid())?;
    *request.headers_mut() = outgoing.headers.clone();
    add_forwarding(exchange, request.headers_mut());
    let response = backends.egress.send(request, timeout(integration)).await?;
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    integrated.endpoint_status = Some(status);
    integrated.status = Some(status);
    integrated.request_id =
        text(&head.headers, "x-amzn-requestid").or_else(|| text(&head.headers, "x-amz-request-id"));
    integrated.second_request_id = text(&head.headers, "x-amz-id-2");
    Ok(Answered { status, headers: passed_on(&head.headers), body })
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The URI that is called: variables of the path in their places, the query behind it. `$default` passes the whole path on, as
/// documented.
fn target(uri: &str, route: Option<&Matched>, path: &str, outgoing: &Outgoing) -> String {
    let parameters = route.map(|route| route.parameters.as_slice()).unwrap_or_default();
    let uri = with_path(uri, parameters);
    let is_default = route.is_none_or(|route| route.path().is_none());
    let uri = match &outgoing.path {
        Some(path) => in_place_of_path(&uri, path),
        None if is_default => behind_path(&uri, path),
        None => uri,
    };
    with_query(uri, &outgoing.raw_query)
}

/// A URI with a path behind the one that it has.
fn behind_path(uri: &str, path: &str) -> String {
    let (base, query) = uri.split_once('?').unwrap_or((uri, ""));
    with_query(format!("{}{path}", base.trim_end_matches('/')), query)
}

/// A URI with another path. That the path of the integration's own URI goes is inferred.
fn in_place_of_path(uri: &str, path: &str) -> String {
    let (base, query) = uri.split_once('?').unwrap_or((uri, ""));
    let (scheme, rest) = base.split_once("://").unwrap_or(("http", base));
    let authority = rest.split('/').next().unwrap_or_default();
    let slash = if path.starts_with('/') { "" } else { "/" };
    with_query(format!("{scheme}://{authority}{slash}{path}"), query)
}

/// Whom the request is from: HTTP APIs tell it in `Forwarded` (RFC 7239), and leave the `X-Forwarded-` headers of clients out:
/// reported by users, as is `Via`; who it is by is inferred.
fn add_forwarding(exchange: &Exchange<'_>, headers: &mut HeaderMap) {
    for name in ["x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"] {
        headers.remove(name);
    }
    let host = exchange.request.domain_name(&exchange.live.scope, exchange.live.api_id());
    let own = format!("by=127.0.0.1;for={};host={host};proto=https", exchange.request.source_ip);
    let forwarded = match exchange.request.header(header::FORWARDED) {
        Some(before) => format!("{before}, {own}"),
        None => own,
    };
    let trace = format!("Root={}", exchange.trace_root);
    for (name, value) in [
        (header::FORWARDED, forwarded.as_str()),
        (header::VIA, "HTTP/1.1 AmazonAPIGateway"),
        (HeaderName::from_static("x-amzn-trace-id"), &trace),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(uri: &str, key: &str, parameters: &[(&str, &str)], query: &str, path: Option<&str>) -> String {
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let route = Matched { key: key.to_owned(), parameters: parameters.collect() };
        let outgoing = Outgoing {
            headers: HeaderMap::new(),
            query: Vec::new(),
            raw_query: query.to_owned(),
            path: path.map(str::to_owned),
        };
        target(uri, Some(&route), "/store/check%20out", &outgoing)
    }

    #[test]
    fn a_uri_takes_variables_or_the_whole_path() {
        for (uri, key, query, path, expected) in [
            ("http://h/x/{id}", "GET /pets/{id}", "", None, "http://h/x/a%20b"),
            ("http://h/{id}?fixed=1", "GET /pets/{id}", "q=1&q=2", None, "http://h/a%20b?fixed=1&q=1&q=2"),
            ("http://h", "GET /pets", "", None, "http://h"),
            ("http://h", "$default", "q=1", None, "http://h/store/check%20out?q=1"),
            ("http://h/base/?a=1", "$default", "", None, "http://h/base/store/check%20out?a=1"),
            ("http://h/base?a=1", "GET /pets", "b=2", Some("/other"), "http://h/other?a=1&b=2"),
            ("http://h", "$default", "", Some("other"), "http://h/other"),
        ] {
            assert_eq!(called(uri, key, &[("id", "a b")], query, path), expected, "{uri} {key}");
        }
    }
}
