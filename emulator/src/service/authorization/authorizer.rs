//! Who decides on calls.

use std::sync::{Arc, OnceLock};

use stagecheck_models::Operation;
use stagecheck_policy::{Context, Decision, Document, Outcome, Policies, Policy, Request, ResourcePolicy};

use super::ruling::Ruling;
use super::{IamMode, Requirement};
use crate::service::context::{Circumstances, of_caller, of_request};
use crate::service::ports::{Grants, Permissions, RoleTrust, named};
use crate::service::{Arn, Ctx, Dialect, Fault, Principal, ServiceControl};
use crate::store::{Account, Region};

/// Decides by all policies that apply to a caller.
pub(crate) struct Authorizer {
    mode: IamMode,
    permissions: Arc<dyn Permissions>,
    service_control: ServiceControl,
}

impl Authorizer {
    /// Decides by what `permissions` tells and these service control policies.
    #[must_use]
    pub(crate) fn new(
        mode: IamMode,
        permissions: Arc<dyn Permissions>,
        service_control: ServiceControl,
    ) -> Self {
        Self { mode, permissions, service_control }
    }

    /// A gate before one call; `None` where nobody is to be asked.
    pub(crate) fn gate<'a>(&'a self, circumstances: impl FnOnce() -> Circumstances<'a>) -> Option<Gate<'a>> {
        let asks = self.mode != IamMode::Off;
        asks.then(|| Gate { authorizer: self, circumstances: circumstances(), ruling: OnceLock::new() })
    }

    /// What a caller's user or role may do.
    pub(crate) fn grants(&self, caller: &Principal) -> Grants {
        self.permissions.of(caller)
    }

    /// Whether a caller with these grants may do one thing.
    pub(crate) fn decide(
        &self,
        caller: &Principal,
        grants: &Grants,
        question: &Question<'_>,
        resource: ResourcePolicy<'_>,
    ) -> Decision {
        let session = caller.session.as_ref().and_then(|session| session.policies.as_ref());
        let session: Option<Vec<Policy<'_>>> = session.map(|policies| policies.iter().map(named).collect());
        let levels = self.service_control.levels(&caller.account);
        let levels: Vec<Vec<Policy<'_>>> =
            levels.iter().map(|level| level.iter().map(named).collect()).collect();
        let service_control: Vec<&[Policy<'_>]> = levels.iter().map(Vec::as_slice).collect();
        let request = Request {
            principal: caller.in_policies(),
            action: question.action,
            resource: question.resource,
            resource_account: question.owner,
            context: &question.context,
        };
        let others = Policies {
            session: session.as_deref(),
            resource,
            service_control: &service_control,
            ..Policies::default()
        };
        grants.decide(&request, others)
    }
}

/// One thing that is asked of the policies.
pub(crate) struct Question<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    /// The account that owns the resource, where the ARN names one.
    pub(crate) owner: Option<&'a str>,
    pub(crate) context: Context,
}

/// What stands before the handler of one call, and remembers what it ruled.
pub(crate) struct Gate<'a> {
    authorizer: &'a Authorizer,
    circumstances: Circumstances<'a>,
    ruling: OnceLock<Ruling>,
}

impl Gate<'_> {
    /// Lets a call pass that needs this.
    ///
    /// # Errors
    ///
    /// The denial, in the service's form.
    pub(crate) fn pass(
        &self,
        ctx: &Ctx<'_>,
        operation: &Operation,
        dialect: &Dialect,
        requirements: &[Requirement],
    ) -> Result<(), Fault> {
        let decided = self.decide(ctx, operation, requirements);
        let denied = decided.iter().find(|(_, decision)| !is_allowed(decision));
        let refusal = denied.and_then(|(requirement, _)| requirement.refusal);
        let ruling = Ruling::of(self.authorizer.mode, &ctx.principal.arn, decided);
        let enforced = ruling.denial().filter(|_| self.authorizer.mode == IamMode::Enforce);
        let denial =
            enforced.map(|message| refusal.map_or_else(|| (dialect.denied)(message), |refusal| refusal()));
        // A call passes once.
        let _ = self.ruling.set(ruling);
        denial.map_or(Ok(()), Err)
    }

    /// What was ruled; nothing of a call that never came to the gate.
    pub(crate) fn into_ruling(self) -> Option<Ruling> {
        self.ruling.into_inner()
    }

    fn decide<'r>(
        &self,
        ctx: &Ctx<'_>,
        operation: &Operation,
        requirements: &'r [Requirement],
    ) -> Vec<(&'r Requirement, Decision)> {
        if requirements.is_empty() {
            return Vec::new();
        }
        let caller = ctx.principal;
        let grants = self.authorizer.grants(caller);
        let region = region_of(ctx, operation);
        let context = of_request(&self.circumstances, region.as_str(), ctx.now);
        let context = of_caller(context, caller, &grants.tags, ctx.now);
        requirements
            .iter()
            .map(|requirement| {
                let mut context = context.clone();
                for (key, values) in &requirement.keys {
                    context = context.with(key, values.iter().map(String::as_str));
                }
                (requirement, self.decide_one(ctx, &grants, requirement, context))
            })
            .collect()
    }

    fn decide_one(
        &self,
        ctx: &Ctx<'_>,
        grants: &Grants,
        requirement: &Requirement,
        mut context: Context,
    ) -> Decision {
        let owner = Arn::parse(&requirement.resource).map(|arn| arn.account);
        // An ARN may name no account, or AWS's.
        let owner =
            owner.filter(|account| Account::parse(account).is_some() && !requirement.is_shared_elsewhere);
        context = context.with("aws:ResourceAccount", [owner.unwrap_or_else(|| ctx.scope.account.as_str())]);
        let trust = requirement.is_trusted.then(|| {
            // A role that is not there trusts nobody: nobody is told which roles there are.
            self.authorizer.permissions.trust(&requirement.resource).unwrap_or_else(trusts_nobody)
        });
        for (key, value) in trust.iter().flat_map(|trust| &trust.tags) {
            for prefix in ["aws", "iam"] {
                context = context.with(&format!("{prefix}:ResourceTag/{key}"), [value.as_str()]);
            }
        }
        let resource = match (&trust, &requirement.policy) {
            (Some(trust), _) => ResourcePolicy::Trust(named(&trust.policy)),
            (None, Some(policy)) => ResourcePolicy::Required(named(policy)),
            (None, None) => ResourcePolicy::None,
        };
        let question =
            Question { action: &requirement.action, resource: &requirement.resource, owner, context };
        self.authorizer.decide(ctx.principal, grants, &question, resource)
    }
}

impl std::fmt::Debug for Gate<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Gate").field("ruling", &self.ruling).finish_non_exhaustive()
    }
}

/// The region that `aws:RequestedRegion` tells: of a service without regions the partition's home.
fn region_of(ctx: &Ctx<'_>, operation: &Operation) -> Region {
    match operation.service.name {
        "iam" => ctx.scope.region.partition().home_region(),
        _ => ctx.scope.region.clone(),
    }
}

fn trusts_nobody() -> RoleTrust {
    let document = Document::default();
    RoleTrust { policy: (Arc::from("trust policy"), Arc::new(document)), tags: Vec::new() }
}

/// Whether a decision lets the caller on.
pub(super) fn is_allowed(decision: &Decision) -> bool {
    decision.outcome == Outcome::Allowed
}
