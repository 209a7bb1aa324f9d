//! What routes do with requests that were let in.

mod http;
mod lambda;

use std::time::Duration;

use super::exchange::Exchange;
use super::failure::Failure;
use super::mapping::{self, Outgoing};
use crate::apigatewayv2::{Integration, IntegrationType, Route};
use crate::gateway::Backends;
use crate::gateway::integrated::Integrated;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::uri::with_stage_variables;

/// Has the route's integration answer.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    route: &Route,
) -> Result<Answered, Failure> {
    // Inferred, as is the text: AWS takes routes without a target, too.
    let integration = exchange.live.integration(route).cloned();
    let integration = integration.ok_or_else(|| Failure::integration("The route has no integration."))?;
    check_served(&integration)?;
    let outgoing = Outgoing::mapped(exchange, &integration);
    let sent = exchange.now();
    let mut integrated = Integrated::default();
    let outcome = match integration.integration_type {
        IntegrationType::AwsProxy => {
            lambda::integrate(backends, exchange, &integration, &outgoing, &mut integrated).await
        }
        _ => http::integrate(backends, exchange, &integration, &outgoing, &mut integrated).await,
    };
    integrated.latency = sent.millis_until(exchange.now());
    if let Err(failure) = &outcome {
        integrated.error.clone_from(&failure.cause);
    }
    exchange.integration = Some(integrated);
    let mut answered = outcome?;
    mapping::change_answer(exchange, &integration, &mut answered);
    Ok(answered)
}

/// What an integration may be that is kept, and not served. Load balancers and Cloud Map, which VPC links lead to, are not
/// here; a link to a URL is served as any other.
fn check_served(integration: &Integration) -> Result<(), Failure> {
    if let Some(subtype) = &integration.integration_subtype {
        return Err(Failure::unserved(&format!("integrations with {subtype}")));
    }
    let uri = integration.integration_uri.as_deref().unwrap_or_default();
    if integration.integration_type == IntegrationType::HttpProxy && uri.starts_with("arn:") {
        return Err(Failure::unserved(&format!("private integrations with {uri}")));
    }
    Ok(())
}

/// The integration's URI, with the values of stage variables where it names them.
fn uri(exchange: &Exchange<'_>, integration: &Integration) -> String {
    let uri = integration.integration_uri.as_deref().unwrap_or_default();
    with_stage_variables(uri, |name| exchange.live.stage.variable(name))
}

fn timeout(integration: &Integration) -> Duration {
    Duration::from_millis(u64::try_from(integration.timeout_in_millis).unwrap_or_default())
}
