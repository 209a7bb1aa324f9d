//! Policies of delivery destinations: which other accounts may deliver to them.

use serde::{Deserialize, Serialize};
use stagecheck_policy::{Context, Document, Outcome, Policies, Policy, Request, ResourcePolicy, evaluate};

use super::{Name, destinations};
use crate::logs::{Logs, faults};
use crate::service::{Ctx, Fault, PolicyDocument};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutPolicy {
    delivery_destination_name: Name,
    delivery_destination_policy: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfDestination {
    delivery_destination_name: Name,
}

#[derive(Serialize)]
pub(super) struct Given {
    policy: DestinationPolicy,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DestinationPolicy {
    delivery_destination_policy: String,
}

impl Given {
    fn of(document: &PolicyDocument) -> Self {
        Self { policy: DestinationPolicy { delivery_destination_policy: document.text().to_owned() } }
    }
}

pub(super) fn put(_: &Ctx<'_>, state: &mut Logs, input: PutPolicy) -> Result<Given, Fault> {
    let name = input.delivery_destination_name;
    destinations::find(state, &name)?;
    // The text is reported by users.
    let document = PolicyDocument::parse(input.delivery_destination_policy)
        .map_err(|_| faults::validation("Invalid Delivery Destination resource Policy is provided."))?;
    Ok(Given::of(&state.vended.destination_policies.put(name, document)))
}

pub(super) fn get(_: &Ctx<'_>, state: &Logs, input: OfDestination) -> Result<Given, Fault> {
    let name = input.delivery_destination_name;
    destinations::find(state, &name)?;
    let document = state.vended.destination_policies.get(&name);
    document.map(|document| Given::of(document)).ok_or_else(|| none_of(&name))
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut Logs, input: OfDestination) -> Result<(), Fault> {
    let name = input.delivery_destination_name;
    destinations::find(state, &name)?;
    state.vended.destination_policies.remove(&name).map(drop).ok_or_else(|| none_of(&name))
}

/// The text is inferred.
fn none_of(name: &str) -> Fault {
    faults::not_found(format!("Delivery Destination {name} has no policy."))
}

/// Whether a destination's policy lets a caller of another account deliver to it.
pub(super) fn lets_in(ctx: &Ctx<'_>, state: &Logs, name: &Name, arn: &str) -> bool {
    let Some(policy) = state.vended.destination_policies.get(name) else { return false };
    let context = Context::default()
        .with("aws:PrincipalAccount", [ctx.scope.account.as_str()])
        .with("aws:PrincipalArn", [ctx.principal.arn.as_str()]);
    let request = Request {
        principal: ctx.principal.in_policies(),
        action: "logs:CreateDelivery",
        resource: arn,
        resource_account: arn.split(':').nth(4),
        context: &context,
    };
    let document: &Document = policy.parsed();
    let resource = ResourcePolicy::Sufficient(Policy { name: "of the delivery destination", document });
    let decision = evaluate(&request, &Policies { resource, ..Policies::default() });
    // What the caller's own policies say of it has been asked before.
    let by_resource = decision.by_type.first().map_or(Outcome::ImplicitDeny, |(_, outcome)| *outcome);
    by_resource == Outcome::Allowed
}
