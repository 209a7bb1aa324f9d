//! Whether a client may connect, and who may call about connections.
//!
//! Source: developer guide, "Control and manage access to WebSocket APIs in API Gateway".

use bytes::Bytes;
use http::HeaderMap;
use stagecheck_policy::{Outcome, ResourcePolicy};

use super::exchange::{Admission, Exchange};
use super::{WebSocketApis, event, mapping};
use crate::apigateway::Source;
use crate::apigatewayv2::{AuthorizationType, Authorizer, Route};
use crate::gateway::Request;
use crate::gateway::authorization::{INVOKE, Invocation, Signed, Signer};
use crate::gateway::backends::function_of;
use crate::gateway::execution_log::Line;
use crate::gateway::failure::Failure;
use crate::gateway::function_call::FunctionCall;
use crate::gateway::masking::mask;
use crate::gateway::policy_authorizer::{self, Verdict};

/// What backends do that call about connections.
pub(super) const MANAGE: &str = "execute-api:ManageConnections";

impl WebSocketApis {
    /// Refuses a client that the route does not let in. Who it is stands in the exchange then.
    pub(super) async fn check_caller(
        &self,
        exchange: &mut Exchange<'_>,
        route: &Route,
    ) -> Result<(), Failure> {
        let Some(request) = exchange.request() else { return Ok(()) };
        match route.authorization_type {
            AuthorizationType::None => Ok(()),
            AuthorizationType::AwsIam => {
                self.check_signer(exchange, request, INVOKE, route.route_key.to_string())
            }
            AuthorizationType::Custom => self.check_by_function(exchange, request, route).await,
            // The control plane keeps them away from routes of WebSocket APIs.
            AuthorizationType::Jwt => Err(Failure::unserved("JWT authorizers of WebSocket APIs")),
        }
    }

    /// Refuses a request that nobody signed who may do this.
    pub(super) fn check_signer(
        &self,
        exchange: &mut Exchange<'_>,
        request: &Request<'_>,
        action: &'static str,
        resource: String,
    ) -> Result<(), Failure> {
        let signer = match self.signers.signer(request, &exchange.live.scope.region, exchange.started) {
            Signed::Not => return Err(Failure::missing_authentication_token()),
            Signed::Badly(refusal) => return Err(Failure::bad_signature(refusal)),
            Signed::By(signer) => signer,
        };
        let invocation = invocation(exchange, request, action, resource);
        let outcome = invocation.decide(&self.authorizer, &signer, ResourcePolicy::None);
        let refusal = refusal(&invocation, &signer, outcome);
        exchange.client.signer = Some(signer);
        exchange.admission =
            Some(Admission { denied: refusal.as_ref().map(|refusal| refusal.message.clone()) });
        refusal.map_or(Ok(()), Err)
    }

    async fn check_by_function(
        &self,
        exchange: &mut Exchange<'_>,
        request: &Request<'_>,
        route: &Route,
    ) -> Result<(), Failure> {
        let authorizer = exchange.live.authorizer(route).cloned();
        let authorizer = authorizer.ok_or_else(|| policy_authorizer::configuration("Authorizer error"))?;
        check_identity_sources(exchange, &authorizer)?;
        let verdict = self.ask(exchange, request, route, &authorizer).await?;
        let invocation = invocation(exchange, request, INVOKE, route.route_key.to_string());
        match invocation.decide_for_anyone(verdict.policy.as_deref(), ResourcePolicy::None) {
            Outcome::Allowed => Ok(()),
            Outcome::ExplicitDeny => Err(Failure::not_authorized(" with an explicit deny")),
            Outcome::ImplicitDeny => Err(Failure::not_authorized("")),
        }
    }

    /// What a function says of the client. Nothing of it is kept: only clients that connect are asked about, each once.
    async fn ask(
        &self,
        exchange: &mut Exchange<'_>,
        request: &Request<'_>,
        route: &Route,
        authorizer: &Authorizer,
    ) -> Result<Verdict, Failure> {
        exchange
            .log
            .add(Line::StartingAuthorizer { authorizer: &authorizer.authorizer_id, id: &exchange.id });
        let uri = authorizer.authorizer_uri.as_deref().unwrap_or_default();
        let function = function_of(uri).ok_or_else(|| {
            policy_authorizer::configuration("Invalid Lambda function in the authorizer's URI")
        })?;
        let arn = invocation(exchange, request, INVOKE, route.route_key.to_string()).arn();
        let event = Bytes::from(event::for_authorizer(exchange, &arn).to_string());
        let call = FunctionCall { function, credentials: authorizer.authorizer_credentials_arn.as_deref() };
        let mut headers = HeaderMap::new();
        mapping::add_function_headers(exchange, &mut headers);
        let (authorized, verdict) =
            policy_authorizer::ask(&call, &self.backends, &mut exchange.log, event, headers, &exchange.id)
                .await;
        exchange.client.authorized = Some(authorized);
        let verdict = verdict?;
        if let Some(principal) = &verdict.authorized.principal {
            exchange.log.add(Line::ValidAuthorizerPolicy { principal: &mask(principal) });
        }
        exchange.log.add(Line::AuthorizerCompleted);
        Ok(verdict)
    }
}

/// Without what the client is to be known by nobody need be asked, as documented.
fn check_identity_sources(exchange: &Exchange<'_>, authorizer: &Authorizer) -> Result<(), Failure> {
    let is_there = |source: &str| {
        Source::of_route(source)
            .and_then(|source| mapping::value_of(exchange, source, None))
            .is_some_and(|identity| !identity.is_empty())
    };
    if authorizer.identity_source.iter().all(|source| is_there(source)) {
        Ok(())
    } else {
        Err(Failure::unauthorized(&exchange.id))
    }
}

fn invocation<'a>(
    exchange: &'a Exchange<'_>,
    request: &'a Request<'a>,
    action: &'static str,
    resource: String,
) -> Invocation<'a> {
    Invocation {
        action,
        request,
        scope: &exchange.live.scope,
        api: exchange.live.api_id(),
        stage: exchange.live.stage.name(),
        resource,
        at: exchange.started,
    }
}

fn refusal(invocation: &Invocation<'_>, signer: &Signer, outcome: Outcome) -> Option<Failure> {
    let caller = &signer.principal.arn;
    match outcome {
        Outcome::Allowed => None,
        Outcome::ExplicitDeny => Some(invocation.denied(caller, " with an explicit deny")),
        Outcome::ImplicitDeny => Some(invocation.denied(caller, "")),
    }
}
