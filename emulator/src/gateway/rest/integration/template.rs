//! Mapping templates of integrations and of their responses.

use crate::apigateway::MappingTemplate;
use crate::gateway::mapping::{self, Direction, Mapped, MappingInput, Overrides};
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::failure::Failure;
use crate::gateway::rest::spelled;

/// What a template makes of a body: the request's, or what the endpoint answered.
pub(super) fn render(
    exchange: &Exchange<'_>,
    template: &MappingTemplate,
    direction: Direction,
    body: &[u8],
) -> Result<Mapped, Failure> {
    if template.is_text() {
        return Ok(Mapped { text: template.text().to_owned(), overrides: Overrides::default() });
    }
    let parsed = template.template().map_err(|_| Failure::untransformed(direction))?;
    let body = String::from_utf8_lossy(body);
    let path: Vec<(&str, &str)> =
        exchange.resource.iter().flat_map(|resource| &resource.parameters).map(borrowed).collect();
    let query: Vec<(&str, &str)> = exchange.query.iter().map(borrowed).collect();
    let headers: Vec<(String, String)> = exchange
        .headers()
        .iter()
        .map(|(name, value)| (spelled(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let headers: Vec<(&str, &str)> = headers.iter().map(borrowed).collect();
    let stage_variables: Vec<(&str, &str)> = exchange.live.stage_variables().into_iter().collect();
    let input = MappingInput {
        direction,
        body: &body,
        path: &path,
        querystring: &query,
        header: &headers,
        context: &exchange.context_tree(),
        stage_variables: &stage_variables,
    };
    mapping::render(parsed, &input).map_err(|_| Failure::untransformed(direction))
}

fn borrowed((name, value): &(String, String)) -> (&str, &str) {
    (name, value)
}
