//! What routes do with events that were let in.
//!
//! Source: developer guide, "Integrations for WebSocket APIs in API Gateway".

mod http;
mod lambda;
mod mock;
mod request;
mod response;

use super::exchange::Exchange;
use crate::apigatewayv2::{Integration, IntegrationType, Route};
use crate::gateway::Backends;
use crate::gateway::failure::Failure;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::uri::with_stage_variables;

/// Has the route's integration answer. A route without one is put together wrongly: inferred from REST APIs.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    route: &Route,
) -> Result<Answered, Failure> {
    let integration = exchange
        .live
        .integration(route)
        .cloned()
        .ok_or_else(|| Failure::configuration("No integration defined for method"))?;
    match integration.integration_type {
        IntegrationType::Mock => mock::integrate(exchange, &integration),
        IntegrationType::Http => http::integrate(backends, exchange, &integration).await,
        IntegrationType::HttpProxy => http::proxy(backends, exchange, &integration).await,
        IntegrationType::Aws => lambda::integrate(backends, exchange, &integration).await,
        IntegrationType::AwsProxy => lambda::proxy(backends, exchange, &integration).await,
    }
}

/// The integration's URI, with the values of stage variables where it names them.
fn uri(exchange: &Exchange<'_>, integration: &Integration) -> String {
    let uri = integration.integration_uri.as_deref().unwrap_or_default();
    with_stage_variables(uri, |name| exchange.live.stage.variable(name))
}
