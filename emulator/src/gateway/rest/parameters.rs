//! Where parameters of integrations and of answers come from.
//!
//! Source: developer guide, "Parameter mapping source reference for REST APIs".

use http::HeaderMap;

use super::exchange::Exchange;
use crate::apigateway::Source;
use crate::gateway::json_path::in_body;

/// What an integration answered, for mappings of it.
#[derive(Clone, Copy)]
pub(super) struct EndpointAnswer<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// The value that a source has; `None` where it has none.
pub(super) fn value_of(
    exchange: &Exchange<'_>,
    source: Source<'_>,
    answer: Option<EndpointAnswer<'_>>,
) -> Option<String> {
    match source {
        Source::Fixed(text) => Some(text.to_owned()),
        Source::Context { name } => exchange.variable(&dotted(name)).map(std::borrow::Cow::into_owned),
        Source::StageVariable { name } => exchange.live.stage_variable(name).map(str::to_owned),
        Source::Parameter { place, name, all } => {
            let values = values(exchange, place, name);
            if all { joined(&values) } else { values.last().map(|value| (*value).to_owned()) }
        }
        Source::RequestBody { path } => in_body(&exchange.body, path),
        Source::ResponseHeader { name, all } => {
            let values: Vec<&str> =
                answer?.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
            if all { joined(&values) } else { values.last().map(|value| (*value).to_owned()) }
        }
        Source::ResponseBody { path } => in_body(answer?.body, path),
    }
}

/// `authorizer.claims['sub']` as `authorizer.claims.sub`.
fn dotted(name: &str) -> String {
    name.replace("['", ".").replace("']", "")
}

/// The values of a parameter of the method request.
pub(super) fn values<'a>(exchange: &'a Exchange<'_>, place: &str, name: &str) -> Vec<&'a str> {
    let named = |entries: &'a [(String, String)]| -> Vec<&'a str> {
        entries.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect()
    };
    match place {
        "path" => exchange.resource.as_ref().map(|resource| named(&resource.parameters)).unwrap_or_default(),
        "querystring" => named(&exchange.query),
        _ => {
            let values = exchange.headers().get_all(name).iter();
            values.filter_map(|value| value.to_str().ok()).collect()
        }
    }
}

/// Several values of one parameter. That they are written as a list, with commas, is inferred.
fn joined(values: &[&str]) -> Option<String> {
    (!values.is_empty()).then(|| values.join(","))
}
