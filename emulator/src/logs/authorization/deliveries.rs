//! What operations on vended log deliveries need.
//!
//! Source: CloudWatch Logs user guide, "Logging that requires additional permissions [V2]".

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::resources::{Call, by_name, group_arn, listed, on};
use crate::logs::vended::{DestinationPlace, DestinationType, asks_for_consent};
use crate::service::authorization::Requirement;
use crate::service::{Arn, Document};

fn with_tags(requirement: Requirement, tags: Option<&BTreeMap<String, String>>) -> Requirement {
    requirement.with_resource_tags(&tags.map(listed).unwrap_or_default(), &["aws"])
}

/// By its id.
pub(super) fn delivery(call: &Call<'_>) -> Vec<Requirement> {
    let id = call.required("id");
    let row = call.state.vended.deliveries.get(&CompactString::from(id));
    vec![with_tags(by_name(call, "delivery", id), row.map(|row| &row.tags))]
}

/// What joins a source and a destination, both of which it is about. It has no id yet.
///
/// Who sets up a delivery to a log group needs what it takes to let log delivery write there.
pub(super) fn new_delivery(call: &Call<'_>) -> Vec<Requirement> {
    let mut requirements =
        vec![by_name(call, "delivery", "*"), source(call, call.required("deliverySourceName"))];
    let arn = call.required("deliveryDestinationArn");
    let destination = on(call, arn);
    let place = DestinationPlace::parse(arn);
    let is_own = place.as_ref().is_none_or(|place| place.scope.account == call.ctx.scope.account);
    // The handler asks the policies of other accounts' destinations, which are not in this state.
    requirements.push(if is_own { destination } else { destination.shared_elsewhere() });
    let destinations = &call.state.vended.destinations;
    let row = place.filter(|_| is_own).and_then(|place| destinations.get(&place.name));
    if row.is_some_and(|row| row.delivery_destination_type == DestinationType::Cwl) {
        let actions = ["logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:PutResourcePolicy"];
        requirements.extend(actions.map(|action| Requirement::new(action, group_arn(call, ""))));
    }
    requirements
}

fn source(call: &Call<'_>, name: &str) -> Requirement {
    let row = call.state.vended.sources.get(&CompactString::from(name));
    with_tags(by_name(call, "delivery-source", name), row.map(|row| &row.tags))
}

pub(super) fn delivery_source(call: &Call<'_>) -> Vec<Requirement> {
    vec![source(call, call.required("name"))]
}

/// Some services ask for a permission of their own on the resource.
pub(super) fn new_delivery_source(call: &Call<'_>) -> Vec<Requirement> {
    let arn = call.required("resourceArn");
    let source =
        source(call, call.required("name")).with("logs:LogGeneratingResourceArns", call.text("resourceArn"));
    let mut requirements = vec![source];
    if let Some(service) = Arn::parse(arn).map(|arn| arn.service).filter(|service| asks_for_consent(service))
    {
        requirements.push(Requirement::new(format!("{service}:AllowVendedLogDeliveryForResource"), arn));
    }
    requirements
}

fn destination(call: &Call<'_>, name: &str) -> Requirement {
    let row = call.state.vended.destinations.get(&CompactString::from(name));
    with_tags(by_name(call, "delivery-destination", name), row.map(|row| &row.tags))
}

pub(super) fn delivery_destination(call: &Call<'_>) -> Vec<Requirement> {
    let name = call.text("deliveryDestinationName").unwrap_or_else(|| call.required("name"));
    vec![destination(call, name)]
}

pub(super) fn new_delivery_destination(call: &Call<'_>) -> Vec<Requirement> {
    let configuration = call.input.member("deliveryDestinationConfiguration");
    let target = configuration.and_then(|configuration| configuration.member("destinationResourceArn"));
    let destination = destination(call, call.required("name"));
    vec![destination.with("logs:DeliveryDestinationResourceArn", target.and_then(Document::as_text))]
}
