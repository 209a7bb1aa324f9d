//! Whether a request is let in: by who signed it, by a token, or by what a function says of it.

use std::sync::Arc;

use stagecheck_policy::{Outcome, ResourcePolicy};

use super::exchange::Exchange;
use super::failure::Failure;
use super::{jwt, lambda_authorizer};
use crate::apigatewayv2::{AuthorizationType, Authorizer, Route};
use crate::gateway::Backends;
use crate::gateway::authorization::{Signed, Signers};
use crate::gateway::verdicts::Verdicts;
use crate::service::authorization::Authorizer as Permissions;

/// What the log says of a request that nobody signed: reported by users.
const NOT_SIGNED: &str =
    "The request for the IAM Authorizer doesn't match the format that API Gateway expects.";

/// What the log says of a caller whom policies do not let in: that of REST APIs' execution logs, inferred.
pub(super) const NOT_AUTHORIZED: &str = "The client is not authorized to perform this operation.";

/// Whom to ask about a request.
pub(super) struct Doorkeepers<'a> {
    pub(super) authorizer: &'a Permissions,
    pub(super) signers: &'a dyn Signers,
    pub(super) backends: &'a Backends,
    pub(super) verdicts: &'a Verdicts,
}

impl Doorkeepers<'_> {
    /// Refuses a request that may not come in. Who it is from, and what is wrong, stands in the exchange then.
    pub(super) async fn check(&self, exchange: &mut Exchange<'_>, route: &Route) -> Result<(), Failure> {
        let outcome = match route.authorization_type {
            AuthorizationType::None => Ok(()),
            AuthorizationType::AwsIam => self.check_signer(exchange),
            AuthorizationType::Jwt => {
                let authorizer = authorizer(exchange, route)?;
                jwt::check(&*self.backends.tokens, exchange, &authorizer, route)
            }
            AuthorizationType::Custom => {
                let authorizer = authorizer(exchange, route)?;
                lambda_authorizer::check(self.backends, self.verdicts, exchange, &authorizer).await
            }
        };
        if let Err(failure) = &outcome {
            exchange.authorizer_error.clone_from(&failure.cause);
        }
        outcome
    }

    fn check_signer(&self, exchange: &mut Exchange<'_>) -> Result<(), Failure> {
        let region = &exchange.live.scope.region;
        let signer = match self.signers.signer(exchange.request, region, exchange.started) {
            Signed::Not => return Err(Failure::forbidden(NOT_SIGNED)),
            Signed::Badly(refusal) => return Err(Failure::forbidden(refusal.message)),
            Signed::By(signer) => signer,
        };
        let outcome = exchange.invocation().decide(self.authorizer, &signer, ResourcePolicy::None);
        exchange.signer = Some(signer);
        if outcome == Outcome::Allowed { Ok(()) } else { Err(Failure::forbidden(NOT_AUTHORIZED)) }
    }
}

/// The authorizer that a route asks, as it was deployed.
fn authorizer(exchange: &Exchange<'_>, route: &Route) -> Result<Arc<Authorizer>, Failure> {
    let authorizer = exchange.live.authorizer(route).cloned();
    authorizer.ok_or_else(|| Failure::authorizer("The authorizer of the route does not exist."))
}
