//! Whether a request is let in: by the API's resource policy and, where the method asks for it, by who signed it or by
//! what an authorizer says.
//!
//! Source: developer guide, "How API Gateway resource policies affect authorization workflow". In the API's own account
//! either side is enough, of a Lambda authorizer, too; from another both must allow; without an authorization, and with a
//! user pool, it is the resource policy alone, and anybody is anonymous.

use stagecheck_policy::{Document, Outcome, Policy, ResourcePolicy};

use super::authorizer::{self, Verdict};
use super::exchange::Exchange;
use super::failure::Failure;
use crate::apigateway::{Live, Method};
use crate::gateway::Backends;
use crate::gateway::authorization::{INVOKE, Invocation, Signed, Signers, method_resource};
use crate::gateway::verdicts::Verdicts;
use crate::service::authorization::Authorizer;

/// Whom to ask about a request.
pub(super) struct Doorkeepers<'a> {
    pub(super) authorizer: &'a Authorizer,
    pub(super) signers: &'a dyn Signers,
    pub(super) backends: &'a Backends,
    pub(super) verdicts: &'a Verdicts,
}

impl Doorkeepers<'_> {
    /// Refuses a request that may not come in. Who it is from stands in the exchange then, for the logs.
    pub(super) async fn check(&self, exchange: &mut Exchange<'_>, method: &Method) -> Result<(), Failure> {
        match method.authorization_type.as_str() {
            "AWS_IAM" => self.check_signer(exchange),
            "CUSTOM" => self.check_by_function(exchange, method).await,
            "COGNITO_USER_POOLS" => {
                // Before anything else is known of the caller, as documented.
                let verdict = authorizer::ask(self.backends, self.verdicts, exchange, method).await?;
                exchange.authorizer = Some(verdict.authorized);
                check_anonymous(exchange)
            }
            _ => check_anonymous(exchange),
        }
    }

    fn check_signer(&self, exchange: &mut Exchange<'_>) -> Result<(), Failure> {
        let live = exchange.live;
        let signer = match self.signers.signer(exchange.request, &live.scope.region, exchange.started) {
            Signed::Not => return Err(Failure::missing_authentication_token()),
            Signed::Badly(refusal) => return Err(Failure::bad_signature(refusal)),
            Signed::By(signer) => signer,
        };
        let outcome = invocation(exchange).decide(self.authorizer, &signer, resource_policy(live));
        let refusal = refusal(exchange, &signer.principal.arn, outcome);
        exchange.signer = Some(signer);
        refusal.map_or(Ok(()), Err)
    }

    /// The resource policy comes twice: what it denies, no function is asked about.
    async fn check_by_function(&self, exchange: &mut Exchange<'_>, method: &Method) -> Result<(), Failure> {
        if exchange.live.deployment.api.policy.is_some()
            && outcome_for_anyone(exchange, None) == Outcome::ExplicitDeny
        {
            return Err(denied("anonymous", exchange, " with an explicit deny"));
        }
        let verdict = authorizer::ask(self.backends, self.verdicts, exchange, method).await?;
        let outcome = outcome_for_anyone(exchange, verdict.policy.as_deref());
        exchange.authorizer = Some(verdict.authorized);
        match outcome {
            Outcome::Allowed => Ok(()),
            Outcome::ExplicitDeny => Err(Failure::not_authorized(" with an explicit deny")),
            Outcome::ImplicitDeny => Err(Failure::not_authorized("")),
        }
    }
}

/// What a Lambda authorizer's policy lets a caller do whom nothing else is known of.
pub(super) fn is_allowed(exchange: &Exchange<'_>, verdict: &Verdict) -> bool {
    outcome_for_anyone(exchange, verdict.policy.as_deref()) == Outcome::Allowed
}

fn check_anonymous(exchange: &Exchange<'_>) -> Result<(), Failure> {
    if exchange.live.deployment.api.policy.is_none() {
        return Ok(());
    }
    refusal(exchange, "anonymous", outcome_for_anyone(exchange, None)).map_or(Ok(()), Err)
}

/// What the resource policy and an authorizer's say of anybody.
fn outcome_for_anyone(exchange: &Exchange<'_>, policy: Option<&Document>) -> Outcome {
    invocation(exchange).decide_for_anyone(policy, resource_policy(exchange.live))
}

fn resource_policy(live: &Live) -> ResourcePolicy<'_> {
    let policy = live.deployment.api.policy.as_ref();
    policy.map_or(ResourcePolicy::None, |policy| {
        ResourcePolicy::Sufficient(Policy { name: "resource policy", document: policy.parsed() })
    })
}

fn invocation<'a>(exchange: &'a Exchange<'_>) -> Invocation<'a> {
    Invocation {
        action: INVOKE,
        request: exchange.request,
        scope: &exchange.live.scope,
        api: &exchange.live.api.id,
        stage: &exchange.live.stage.stage_name,
        resource: method_resource(exchange.request.method, exchange.request.address.path),
        at: exchange.started,
    }
}

/// The method that is called, as policies and functions know it.
pub(super) fn method_arn(exchange: &Exchange<'_>) -> String {
    invocation(exchange).arn()
}

fn refusal(exchange: &Exchange<'_>, caller: &str, outcome: Outcome) -> Option<Failure> {
    match outcome {
        Outcome::Allowed => None,
        Outcome::ExplicitDeny => Some(denied(caller, exchange, " with an explicit deny")),
        Outcome::ImplicitDeny => Some(denied(caller, exchange, "")),
    }
}

fn denied(caller: &str, exchange: &Exchange<'_>, reason: &str) -> Failure {
    invocation(exchange).denied(caller, reason)
}
