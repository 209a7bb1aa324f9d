//! What of an event, and of an answer, goes where: values of mappings, and the headers that backends get.
//!
//! Source: developer guide, "WebSocket API data mapping".

use http::HeaderMap;

use super::exchange::Exchange;
use crate::apigateway::Source;
use crate::gateway::json_path::in_body;
use crate::gateway::own_headers;
use crate::gateway::proxy_answer::Answered;

/// The value that a source has; `None` where it has none. Only requests to connect have headers and a query.
pub(super) fn value_of(
    exchange: &Exchange<'_>,
    source: Source<'_>,
    answered: Option<&Answered>,
) -> Option<String> {
    match source {
        Source::Fixed(text) => Some(text.to_owned()),
        Source::Context { name } => exchange.variable(name).map(std::borrow::Cow::into_owned),
        Source::StageVariable { name } => exchange.live.stage.variable(name).map(str::to_owned),
        Source::Parameter { place, name, all } => one_or_all(&values(exchange, place, name), all),
        Source::RequestBody { path } => exchange.in_body(path),
        Source::ResponseHeader { name, all } => one_or_all(&in_headers(&answered?.headers, name), all),
        Source::ResponseBody { path } => in_body(&answered?.body, path),
    }
}

/// The values of a parameter of the request to connect.
pub(super) fn values<'a>(exchange: &'a Exchange<'_>, place: &str, name: &str) -> Vec<&'a str> {
    match place {
        "querystring" => {
            let named = exchange.query().iter().filter(|(own, _)| own == name);
            named.map(|(_, value)| value.as_str()).collect()
        }
        "header" => exchange.request().map(|request| in_headers(request.headers, name)).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn in_headers<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
}

/// That several values are written as a list, with commas, is inferred.
fn one_or_all(values: &[&str], all: bool) -> Option<String> {
    if all && !values.is_empty() {
        return Some(values.join(","));
    }
    values.last().map(|value| (*value).to_owned())
}

/// Adds the headers that every endpoint gets of API Gateway.
pub(super) fn add_own_headers(exchange: &Exchange<'_>, headers: &mut HeaderMap) {
    own_headers::add(headers, exchange.live.api_id(), &exchange.trace_header());
}

/// Adds the headers that Lambda gets of API Gateway: with the route, as the function's policy would know it (captured).
pub(super) fn add_function_headers(exchange: &Exchange<'_>, headers: &mut HeaderMap) {
    add_own_headers(exchange, headers);
    let live = exchange.live;
    let (api, stage, route) = (live.api_id(), live.stage.name(), exchange.route_key());
    let source = live.scope.arn("execute-api", format_args!("{api}/{stage}/{route}"));
    own_headers::add_for_function(headers, &exchange.id, &source);
}
