//! Whether a request is let in: by the API's resource policy and, where the method asks for it, by what the caller's own
//! policies say.
//!
//! Source: developer guide, "How API Gateway resource policies affect authorization workflow". In the API's own account
//! either side is enough; from another both must allow; without AWS_IAM it is the resource policy alone, and anybody is
//! anonymous.

use std::sync::Arc;

use stagecheck_policy::{Outcome, Policies, Policy, Principal as Anyone, Request as Asks, ResourcePolicy};

use super::Request;
use super::exchange::{Exchange, Failure};
use crate::apigateway::{Live, Method};
use crate::service::authorization::{Authorizer, Question};
use crate::service::context::{Circumstances, of_caller, of_request};
use crate::service::{Fault, Principal};
use crate::store::Region;
use crate::time::Timestamp;

const INVOKE: &str = "execute-api:Invoke";

/// The method's type of authorization that asks who signed.
pub(super) const BY_IAM: &str = "AWS_IAM";

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

/// Refuses a request that may not come in. Who signed it stands in the exchange then, for the logs.
pub(super) fn check(
    authorizer: &Authorizer,
    signers: &dyn Signers,
    live: &Live,
    exchange: &mut Exchange<'_>,
    method: &Method,
) -> Result<(), Failure> {
    let policy = live.deployment.api.policy.as_ref();
    let asks_who = method.authorization_type == BY_IAM;
    if policy.is_none() && !asks_who {
        return Ok(());
    }
    if asks_who {
        exchange.signer = match signers.signer(exchange.request, &live.scope.region, exchange.started) {
            Signed::Not => return Err(Failure::missing_authentication_token()),
            Signed::Badly(refusal) => return Err(Failure::bad_signature(refusal)),
            Signed::By(signer) => Some(signer),
        };
    }
    let policy = policy.map(|policy| Policy { name: "resource policy", document: policy.parsed() });
    let outcome = decide(authorizer, live, exchange, policy);
    let caller = exchange.signer.as_ref().map_or("anonymous", |signer| signer.principal.arn.as_str());
    match outcome {
        Outcome::Allowed => Ok(()),
        Outcome::ExplicitDeny => Err(denied(caller, live, exchange.request, " with an explicit deny")),
        Outcome::ImplicitDeny => Err(denied(caller, live, exchange.request, "")),
    }
}

fn decide(
    authorizer: &Authorizer,
    live: &Live,
    exchange: &Exchange<'_>,
    policy: Option<Policy<'_>>,
) -> Outcome {
    let (request, now) = (exchange.request, exchange.started);
    let resource = resource(live, request, live.scope.account.as_str());
    let circumstances = Circumstances::of(request.headers, request.source_ip);
    let owner = Some(live.scope.account.as_str());
    let context =
        of_request(&circumstances, live.scope.region.as_str(), now).with("aws:ResourceAccount", owner);
    let policy = policy.map_or(ResourcePolicy::None, ResourcePolicy::Sufficient);
    let Some(signer) = &exchange.signer else {
        let asks = Asks {
            principal: Anyone::Anonymous,
            action: INVOKE,
            resource: &resource,
            resource_account: owner,
            context: &context,
        };
        return stagecheck_policy::evaluate(&asks, &Policies { resource: policy, ..Policies::default() })
            .outcome;
    };
    let caller = &signer.principal;
    let grants = authorizer.grants(caller);
    let context = of_caller(context, caller, &grants.tags, now);
    let question = Question { action: INVOKE, resource: &resource, owner, context };
    authorizer.decide(caller, &grants, &question, policy).outcome
}

/// The method that is called, with an account as policies or as denials show it. The path is the caller's, not decoded:
/// inferred.
fn resource(live: &Live, request: &Request<'_>, account: &str) -> String {
    let (partition, region) = (live.scope.region.partition().id, &live.scope.region);
    let (api, stage) = (&live.api.id, request.address.stage);
    let path = request.address.path.strip_prefix('/').unwrap_or_default();
    format!("arn:{partition}:execute-api:{region}:{account}:{api}/{stage}/{}/{path}", request.method)
}

/// Of the account a denial shows the last four digits (seen by many users).
fn denied(caller: &str, live: &Live, request: &Request<'_>, reason: &str) -> Failure {
    let account = live.scope.account.as_str();
    let masked = format!("********{}", account.get(8..).unwrap_or_default());
    let resource = resource(live, request, &masked);
    Failure::access_denied(format!(
        "User: {caller} is not authorized to perform: {INVOKE} on resource: {resource}{reason}"
    ))
}
