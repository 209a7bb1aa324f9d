//! Whether a request is let in: by the API's resource policy and, where the method asks for it, by who signed it or by
//! what an authorizer says.
//!
//! Source: developer guide, "How API Gateway resource policies affect authorization workflow". In the API's own account
//! either side is enough, of a Lambda authorizer, too; from another both must allow; without an authorization, and with a
//! user pool, it is the resource policy alone, and anybody is anonymous.

use std::sync::Arc;

use stagecheck_policy::{
    Context, Document, Outcome, Policies, Policy, Principal as Anyone, Request as Asks, ResourcePolicy,
};

use super::authorizer::{self, Verdict, Verdicts};
use super::exchange::Exchange;
use super::failure::Failure;
use crate::apigateway::{Live, Method};
use crate::gateway::{Backends, Request};
use crate::service::authorization::{Authorizer, Question};
use crate::service::context::{Circumstances, of_caller, of_request};
use crate::service::{Fault, Principal};
use crate::store::Region;
use crate::time::Timestamp;

const INVOKE: &str = "execute-api:Invoke";

/// Tells who signed a request. Answered by the edge, which knows credentials.
pub(crate) trait Signers: Send + Sync {
    /// Who signed it, for an API in this region.
    fn signer(&self, request: &Request<'_>, region: &Region, now: Timestamp) -> Signed;
}

/// Whether a request is signed.
#[derive(Clone, Debug)]
pub(crate) enum Signed {
    /// By nobody.
    Not,
    /// With a key or a signature that is not good; why, in the words of AWS.
    Badly(Fault),
    /// By this caller.
    By(Signer),
}

/// Who signed a request.
#[derive(Clone, Debug)]
pub(crate) struct Signer {
    pub(crate) principal: Arc<Principal>,
    pub(crate) access_key_id: String,
}

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
        let resource = method_arn(exchange);
        let caller = &signer.principal;
        let grants = self.authorizer.grants(caller);
        let context = of_caller(context(exchange), caller, &grants.tags, exchange.started);
        let owner = Some(live.scope.account.as_str());
        let question = Question { action: INVOKE, resource: &resource, owner, context };
        let outcome = self.authorizer.decide(caller, &grants, &question, resource_policy(live)).outcome;
        let refusal = refusal(exchange, &caller.arn, outcome);
        exchange.signer = Some(signer);
        refusal.map_or(Ok(()), Err)
    }

    /// The resource policy comes twice: what it denies, no function is asked about.
    async fn check_by_function(&self, exchange: &mut Exchange<'_>, method: &Method) -> Result<(), Failure> {
        if exchange.live.deployment.api.policy.is_some() && outcome(exchange, None) == Outcome::ExplicitDeny {
            return Err(denied("anonymous", exchange, " with an explicit deny"));
        }
        let verdict = authorizer::ask(self.backends, self.verdicts, exchange, method).await?;
        let outcome = outcome(exchange, verdict.policy.as_deref());
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
    outcome(exchange, verdict.policy.as_deref()) == Outcome::Allowed
}

fn check_anonymous(exchange: &Exchange<'_>) -> Result<(), Failure> {
    if exchange.live.deployment.api.policy.is_none() {
        return Ok(());
    }
    refusal(exchange, "anonymous", outcome(exchange, None)).map_or(Ok(()), Err)
}

/// What the resource policy and an authorizer's say of anybody: a denial of either holds, and else an allowance of either.
fn outcome(exchange: &Exchange<'_>, policy: Option<&Document>) -> Outcome {
    let resource = method_arn(exchange);
    let owner = exchange.live.scope.account.as_str();
    let context = context(exchange);
    let evaluate = |principal: Anyone<'_>, policies: &Policies<'_>| {
        let resource_account = Some(owner);
        let asks =
            Asks { principal, action: INVOKE, resource: &resource, resource_account, context: &context };
        stagecheck_policy::evaluate(&asks, policies).outcome
    };
    let by_resource = Policies { resource: resource_policy(exchange.live), ..Policies::default() };
    let by_resource = evaluate(Anyone::Anonymous, &by_resource);
    let Some(document) = policy else { return by_resource };
    // Whom the policy is of is no principal of IAM; the account's own stands in, which has no other policies.
    let caller = exchange.live.scope.global_arn("iam", format_args!("user/authorized"));
    let identity = [Policy { name: "authorizer policy", document }];
    let by_caller = evaluate(Anyone::Aws(&caller), &Policies { identity: &identity, ..Policies::default() });
    match (by_resource, by_caller) {
        (Outcome::ExplicitDeny, _) | (_, Outcome::ExplicitDeny) => Outcome::ExplicitDeny,
        (Outcome::Allowed, _) | (_, Outcome::Allowed) => Outcome::Allowed,
        (Outcome::ImplicitDeny, Outcome::ImplicitDeny) => Outcome::ImplicitDeny,
    }
}

fn resource_policy(live: &Live) -> ResourcePolicy<'_> {
    let policy = live.deployment.api.policy.as_ref();
    policy.map_or(ResourcePolicy::None, |policy| {
        ResourcePolicy::Sufficient(Policy { name: "resource policy", document: policy.parsed() })
    })
}

fn context(exchange: &Exchange<'_>) -> Context {
    let (request, live) = (exchange.request, exchange.live);
    let circumstances = Circumstances::of(request.headers, request.source_ip);
    of_request(&circumstances, live.scope.region.as_str(), exchange.started)
        .with("aws:ResourceAccount", Some(live.scope.account.as_str()))
}

/// The method that is called, as policies and functions know it.
pub(super) fn method_arn(exchange: &Exchange<'_>) -> String {
    resource(exchange, exchange.live.scope.account.as_str())
}

/// The method that is called, with an account as policies or as denials show it. The path is the caller's, not decoded:
/// inferred.
fn resource(exchange: &Exchange<'_>, account: &str) -> String {
    let (live, request) = (exchange.live, exchange.request);
    let (partition, region) = (live.scope.region.partition().id, &live.scope.region);
    let (api, stage) = (&live.api.id, &live.stage.stage_name);
    let path = request.address.path.strip_prefix('/').unwrap_or_default();
    format!("arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/{}/{path}", request.method)
}

fn refusal(exchange: &Exchange<'_>, caller: &str, outcome: Outcome) -> Option<Failure> {
    match outcome {
        Outcome::Allowed => None,
        Outcome::ExplicitDeny => Some(denied(caller, exchange, " with an explicit deny")),
        Outcome::ImplicitDeny => Some(denied(caller, exchange, "")),
    }
}

/// Of the account a denial shows the last four digits (seen by many users).
fn denied(caller: &str, exchange: &Exchange<'_>, reason: &str) -> Failure {
    let account = exchange.live.scope.account.as_str();
    let masked = format!("********{}", account.get(8..).unwrap_or_default());
    let resource = resource(exchange, &masked);
    Failure::access_denied(format!(
        "User: {caller} is not authorized to perform: {INVOKE} on resource: {resource}{reason}"
    ))
}
