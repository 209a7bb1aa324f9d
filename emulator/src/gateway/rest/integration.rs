//! What methods do with requests that were let in.

mod aws;
mod endpoint;
mod http;
mod lambda;
mod mock;
pub(super) mod proxy_event;
mod request;
mod response;
mod template;

pub(super) use lambda::add_headers as add_function_headers;

use super::exchange::Exchange;
use super::failure::Failure;
use crate::apigateway::{Integration, Method};
use crate::gateway::uri::with_stage_variables;
use crate::gateway::{Backends, Reply};

/// Has the method's integration answer.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    method: &Method,
) -> Result<Reply, Failure> {
    let integration = method
        .method_integration
        .as_ref()
        .ok_or_else(|| Failure::configuration("No integration defined for method"))?;
    super::unserved::check_integration(integration)?;
    match integration.r#type.as_str() {
        "MOCK" => mock::integrate(exchange, method, integration),
        "HTTP" => http::integrate(backends, exchange, method, integration).await,
        "HTTP_PROXY" => http::proxy(backends, exchange, integration).await,
        "AWS" if !is_function(integration) => aws::integrate(backends, exchange, method, integration).await,
        "AWS" => lambda::integrate(backends, exchange, method, integration).await,
        "AWS_PROXY" => lambda::proxy(backends, exchange, method, integration).await,
        other => Err(Failure::unserved(&format!("integrations of type {other}"))),
    }
}

/// Whether the integration is with a Lambda function.
fn is_function(integration: &Integration) -> bool {
    integration.uri.as_deref().is_some_and(|uri| uri.contains(":lambda:path/"))
}

/// The integration's URI, with the values of stage variables where it names them.
fn uri(exchange: &Exchange<'_>, integration: &Integration) -> String {
    let uri = integration.uri.as_deref().unwrap_or_default();
    with_stage_variables(uri, |name| exchange.live.stage_variable(name))
}
