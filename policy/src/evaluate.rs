//! Does AWS let this request through?
//!
//! Source of the rules: AWS IAM user guide, "Policy evaluation logic".

mod decision;
mod principal;
mod request;
mod votes;

pub use decision::{Decision, MatchedStatement, Outcome, PolicyType};
pub use request::{Policies, Policy, Principal, Request, ResourcePolicy};

use principal::Reach;
use votes::{Asked, Ballot, Vote, Votes};

/// Decides a request by all policies that apply to it.
///
/// * A deny in any of them decides.
/// * Resource control and service control policies must allow on each of their levels. Service control policies do not
///   hold for service-linked roles and services.
/// * Within an account, an Allow of the resource's policy or of the identity's is enough, where the resource's policy
///   does not name the account only, which leaves the choice to the identity's policies. Boundary and session policies
///   must allow, too, unless the resource's policy names the very user or session, or everyone.
/// * From another account, both sides must allow.
/// * The account's root needs no identity policy.
#[must_use]
pub fn evaluate(request: &Request<'_>, policies: &Policies<'_>) -> Decision {
    Case::new(request, policies).decide()
}

/// Decides whether a role's trust policy alone lets the principal assume it. The resource is the role itself.
#[must_use]
pub fn evaluate_trust(request: &Request<'_>, trust: &Policy<'_>) -> Decision {
    let votes = [Votes::count(PolicyType::Trust, std::slice::from_ref(trust), &Asked::new(request))];
    let allowed = |view: View| {
        let vote = view.of(&votes[0].ballot);
        !vote.deny && vote.allow != Reach::Nobody
    };
    decision::of_votes(votes[0].outcome(), PolicyType::Trust, &votes)
        .hanging_on_keys(allowed(View::Best) != allowed(View::Worst))
}

/// A request with what each type of policy says of it.
struct Case<'a> {
    request: &'a Request<'a>,
    crosses_accounts: bool,
    /// In the order in which a deny is looked for.
    votes: Vec<Votes>,
    /// Whether the resource's policy must allow even within the account.
    resource_decides: bool,
}

/// How sure what votes say has to be.
#[derive(Clone, Copy)]
enum View {
    /// As AWS takes it: conditions on missing keys have the answer that is laid down for them.
    AsAsked,
    /// If the missing keys had the values that allow most.
    Best,
    /// If they had the values that deny most.
    Worst,
}

impl View {
    fn of(self, ballot: &Ballot) -> Vote {
        match self {
            Self::AsAsked => ballot.now,
            Self::Best => Vote { allow: ballot.possibly.allow, deny: ballot.surely.deny },
            Self::Worst => Vote { allow: ballot.surely.allow, deny: ballot.possibly.deny },
        }
    }
}

impl<'a> Case<'a> {
    fn new(request: &'a Request<'a>, policies: &Policies<'a>) -> Self {
        let asked = Asked::new(request);
        let mut votes = Vec::with_capacity(4);
        for level in policies.resource_control {
            votes.push(Votes::count(PolicyType::ResourceControl, level, &asked));
        }
        if request.principal.obeys_service_control() {
            for level in policies.service_control {
                votes.push(Votes::count(PolicyType::ServiceControl, level, &asked));
            }
        }
        if let Some((by, policy)) = policies.resource.policy() {
            votes.push(Votes::count(by, std::slice::from_ref(&policy), &asked));
        }
        if request.principal.has_identity_policies() {
            if let Some(boundary) = policies.boundary {
                votes.push(Votes::count(PolicyType::Boundary, std::slice::from_ref(&boundary), &asked));
            }
            let without_session = request.principal.is_federated_user().then_some(&[][..]);
            if let Some(session) = policies.session.or(without_session) {
                votes.push(Votes::count(PolicyType::Session, session, &asked));
            }
            votes.push(Votes::count(PolicyType::Identity, policies.identity, &asked));
        }
        let resource_decides =
            matches!(policies.resource, ResourcePolicy::Trust(_) | ResourcePolicy::Required(_));
        Self { request, crosses_accounts: request.crosses_accounts(), votes, resource_decides }
    }

    fn decide(self) -> Decision {
        let (outcome, by) = self.outcome(View::AsAsked);
        let allowed = |view| self.outcome(view).0 == Outcome::Allowed;
        let decision = decision::of_votes(outcome, by, &self.votes);
        Decision { crosses_accounts: self.crosses_accounts, ..decision }
            .hanging_on_keys(allowed(View::Best) != allowed(View::Worst))
    }

    fn outcome(&self, view: View) -> (Outcome, PolicyType) {
        if let Some(denying) = self.votes.iter().find(|votes| view.of(&votes.ballot).deny) {
            return (Outcome::ExplicitDeny, denying.by);
        }
        let controls = [PolicyType::ResourceControl, PolicyType::ServiceControl];
        let silent =
            |votes: &&Votes| controls.contains(&votes.by) && view.of(&votes.ballot).allow == Reach::Nobody;
        if let Some(control) = self.votes.iter().find(silent) {
            return (Outcome::ImplicitDeny, control.by);
        }
        match self.grant(view) {
            Ok(by) => (Outcome::Allowed, by),
            Err(by) => (Outcome::ImplicitDeny, by),
        }
    }

    /// The type of policy that allows, or whose silence denies.
    fn grant(&self, view: View) -> Result<PolicyType, PolicyType> {
        let of_resource = self.votes.iter().find(|votes| votes.by.is_of_resource());
        let by_resource = of_resource.map_or(PolicyType::Resource, |votes| votes.by);
        let reach = of_resource.map_or(Reach::Nobody, |votes| view.of(&votes.ballot).allow);
        if !self.request.principal.has_identity_policies() {
            return match self.request.principal {
                Principal::Root(_) if !self.crosses_accounts && !self.resource_decides => {
                    Ok(PolicyType::Identity)
                }
                Principal::Root(_)
                | Principal::Service(_)
                | Principal::Federated(_)
                | Principal::Anonymous => {
                    if reach == Reach::Nobody {
                        Err(by_resource)
                    } else {
                        Ok(by_resource)
                    }
                }
                Principal::Aws(_) | Principal::Session { .. } => Err(PolicyType::Identity),
            };
        }
        if (self.crosses_accounts || self.resource_decides) && reach == Reach::Nobody {
            return Err(by_resource);
        }
        if !self.crosses_accounts && reach == Reach::Itself {
            return Ok(by_resource);
        }
        for by in [PolicyType::Boundary, PolicyType::Session] {
            if self.votes.iter().any(|votes| votes.by == by && view.of(&votes.ballot).allow == Reach::Nobody)
            {
                return Err(by);
            }
        }
        if !self.crosses_accounts && reach >= Reach::Role {
            return Ok(by_resource);
        }
        let identity = self.votes.iter().find(|votes| votes.by == PolicyType::Identity);
        if identity.is_some_and(|votes| view.of(&votes.ballot).allow != Reach::Nobody) {
            Ok(PolicyType::Identity)
        } else {
            Err(PolicyType::Identity)
        }
    }
}

#[cfg(test)]
mod tests;
