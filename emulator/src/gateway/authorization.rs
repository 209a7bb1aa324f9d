//! Who may invoke a deployed API: who signed a request, and what policies say of an invocation.

use std::borrow::Cow;
use std::sync::Arc;

use stagecheck_policy::{
    Context, Document, Outcome, Policies, Policy, Principal as Anyone, Request as Asks, ResourcePolicy,
};

use super::Request;
use super::failure::Failure;
use crate::service::authorization::{Authorizer, Question};
use crate::service::context::{Circumstances, of_caller, of_request};
use crate::service::{Fault, Principal};
use crate::store::{Region, Scope};
use crate::time::Timestamp;

/// The action that policies let callers of APIs do.
pub(super) const INVOKE: &str = "execute-api:Invoke";

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

impl Signer {
    /// What `$context.identity` tells of the caller.
    pub(super) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "accessKey" => Some(self.access_key_id.as_str().into()),
            "accountId" => Some(self.principal.account.as_str().into()),
            "caller" | "user" => Some(self.principal.user_id.as_str().into()),
            "userArn" => Some(self.principal.arn.as_str().into()),
            _ => None,
        }
    }
}

/// A call of a stage, as policies know it.
pub(super) struct Invocation<'a> {
    pub(super) action: &'static str,
    pub(super) request: &'a Request<'a>,
    pub(super) scope: &'a Scope,
    pub(super) api: &'a str,
    pub(super) stage: &'a str,
    /// What of the stage is called: `GET/pets`, `$connect`.
    pub(super) resource: String,
    pub(super) at: Timestamp,
}

/// A method and a path, as resources of a stage. The path is the caller's: that it is not decoded is inferred.
pub(super) fn method_resource(method: &str, path: &str) -> String {
    format!("{method}/{}", path.strip_prefix('/').unwrap_or_default())
}

impl Invocation<'_> {
    /// What is called, as policies and functions know it.
    pub(super) fn arn(&self) -> String {
        self.arn_in(self.scope.account.as_str())
    }

    /// The same with an account as policies or as denials show it.
    fn arn_in(&self, account: &str) -> String {
        let (partition, region) = (self.scope.region.partition().id, &self.scope.region);
        format!(
            "arn:{partition}:execute-api:{region}:{account}:{}/{}/{}",
            self.api, self.stage, self.resource
        )
    }

    /// What the policies of whoever signed it say, and a resource policy.
    pub(super) fn decide(
        &self,
        authorizer: &Authorizer,
        signer: &Signer,
        resource_policy: ResourcePolicy<'_>,
    ) -> Outcome {
        let caller = &signer.principal;
        let grants = authorizer.grants(caller);
        let context = of_caller(self.context(), caller, &grants.tags, self.at);
        let owner = Some(self.scope.account.as_str());
        let resource = self.arn();
        let question = Question { action: self.action, resource: &resource, owner, context };
        authorizer.decide(caller, &grants, &question, resource_policy).outcome
    }

    /// What a resource policy and an authorizer's say of anybody: a denial of either holds, and else an allowance of either.
    pub(super) fn decide_for_anyone(
        &self,
        policy: Option<&Document>,
        resource_policy: ResourcePolicy<'_>,
    ) -> Outcome {
        let resource = self.arn();
        let context = self.context();
        let evaluate = |principal: Anyone<'_>, policies: &Policies<'_>| {
            let resource_account = Some(self.scope.account.as_str());
            let asks = Asks {
                principal,
                action: self.action,
                resource: &resource,
                resource_account,
                context: &context,
            };
            stagecheck_policy::evaluate(&asks, policies).outcome
        };
        let by_resource = Policies { resource: resource_policy, ..Policies::default() };
        let by_resource = evaluate(Anyone::Anonymous, &by_resource);
        let Some(document) = policy else { return by_resource };
        // Whom the policy is of is no principal of IAM; the account's own stands in, which has no other policies.
        let caller = self.scope.global_arn("iam", format_args!("user/authorized"));
        let identity = [Policy { name: "authorizer policy", document }];
        let by_caller =
            evaluate(Anyone::Aws(&caller), &Policies { identity: &identity, ..Policies::default() });
        match (by_resource, by_caller) {
            (Outcome::ExplicitDeny, _) | (_, Outcome::ExplicitDeny) => Outcome::ExplicitDeny,
            (Outcome::Allowed, _) | (_, Outcome::Allowed) => Outcome::Allowed,
            (Outcome::ImplicitDeny, Outcome::ImplicitDeny) => Outcome::ImplicitDeny,
        }
    }

    /// The refusal of a caller. Of the account a denial shows the last four digits (seen by many users).
    pub(super) fn denied(&self, caller: &str, reason: &str) -> Failure {
        let masked = format!("********{}", self.scope.account.as_str().get(8..).unwrap_or_default());
        Failure::access_denied(format!(
            "User: {caller} is not authorized to perform: {} on resource: {}{reason}",
            self.action,
            self.arn_in(&masked)
        ))
    }

    fn context(&self) -> Context {
        let circumstances = Circumstances::of(|name| self.request.header(name), self.request.source_ip);
        of_request(&circumstances, self.scope.region.as_str(), self.at)
            .with("aws:ResourceAccount", Some(self.scope.account.as_str()))
    }
}
