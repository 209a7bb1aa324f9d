//! Authorizers: functions and user pools that say who asks, and functions also what they may do.
//!
//! Source: developer guide, "Use API Gateway Lambda authorizers" and "Control access to REST APIs using Amazon Cognito
//! user pools as an authorizer".

mod function;
mod identity_source;
mod user_pool;

use std::sync::Arc;

use super::exchange::Exchange;
use super::execution_log::Line;
use super::failure::Failure;
use super::parameters::value_of;
use crate::apigateway::{Authorizer, AuthorizerType, Method, Source};
use crate::gateway::Backends;
use crate::gateway::masking::mask;
pub(in crate::gateway) use crate::gateway::policy_authorizer::Verdict;
use crate::gateway::verdicts::{Key, Verdicts, lifetime};

/// What an authorizer says of a request, or why it is turned away unheard.
pub(super) async fn ask(
    backends: &Backends,
    verdicts: &Verdicts,
    exchange: &mut Exchange<'_>,
    method: &Method,
) -> Result<Verdict, Failure> {
    let deployment = &exchange.live.deployment;
    let authorizer = method.authorizer_id.as_deref().and_then(|id| deployment.authorizer(id)).map(Arc::clone);
    let authorizer = authorizer.ok_or_else(|| {
        Failure::authorizer_configuration(
            "Execution failed due to configuration error: Authorizer error".to_owned(),
        )
    })?;
    let identities = identity_source::identities(&authorizer, |source| value_of(exchange, source, None))
        .ok_or_else(|| Failure::unauthorized(&exchange.id.request))?;
    let Some(seconds) = lifetime(authorizer.authorizer_result_ttl_in_seconds, &identities) else {
        return decide(backends, exchange, &authorizer, &identities, method).await;
    };
    let key = key(exchange, &authorizer, identities.clone());
    if let Some(mut known) = verdicts.rest.get(&key, exchange.started) {
        known.authorized.latency = Some(0);
        log_policy(exchange, &known);
        return Ok(known);
    }
    let verdict = decide(backends, exchange, &authorizer, &identities, method).await?;
    verdicts.rest.keep(key, verdict.clone(), seconds, exchange.started);
    Ok(verdict)
}

fn key(exchange: &Exchange<'_>, authorizer: &Authorizer, identities: Vec<String>) -> Key {
    Key {
        api: exchange.live.api.id.to_string(),
        stage: exchange.live.stage.stage_name.to_string(),
        flushes: exchange.live.stage.authorizer_flushes(),
        authorizer: authorizer.id.to_string(),
        identities,
    }
}

/// What an authorizer says of a test invocation. `value` has the values of its identity sources.
pub(super) async fn test(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    authorizer: &Authorizer,
    method: &Method,
    value: impl Fn(&Exchange<'_>, Source<'_>) -> Option<String>,
) -> Result<Verdict, Failure> {
    let identities = identity_source::identities(authorizer, |source| value(exchange, source))
        .ok_or_else(|| Failure::unauthorized(&exchange.id.request))?;
    decide(backends, exchange, authorizer, &identities, method).await
}

async fn decide(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    authorizer: &Authorizer,
    identities: &[String],
    method: &Method,
) -> Result<Verdict, Failure> {
    let token = identities.first().map(String::as_str).unwrap_or_default();
    if authorizer.r#type == AuthorizerType::CognitoUserPools {
        return user_pool::decide(&*backends.tokens, exchange, authorizer, token, method);
    }
    exchange.log.add(Line::StartingAuthorizer { authorizer: &authorizer.id, id: &exchange.id.request });
    let verdict = function::decide(backends, exchange, authorizer, token, method).await?;
    log_policy(exchange, &verdict);
    exchange.log.add(Line::AuthorizerCompleted);
    Ok(verdict)
}

fn log_policy(exchange: &mut Exchange<'_>, verdict: &Verdict) {
    if let Some(principal) = &verdict.authorized.principal {
        exchange.log.add(Line::ValidAuthorizerPolicy { principal: &mask(principal) });
    }
}
