//! Delivery destinations.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::formats::OutputFormat;
use super::{DestinationType, Listing, Name, Named, tags_of};
use crate::logs::{Logs, faults, groups};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Account, Region, Scope, Scopes};

/// What logs are written to, in which form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::logs) struct DeliveryDestination {
    pub(super) name: Name,
    pub(super) arn: String,
    pub(in crate::logs) delivery_destination_type: DestinationType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) output_format: Option<OutputFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivery_destination_configuration: Option<DestinationConfiguration>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::logs) tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DestinationConfiguration {
    destination_resource_arn: String,
}

impl DeliveryDestination {
    /// The ARN of what it stands for; X-Ray has none.
    pub(super) fn resource_arn(&self) -> Option<&str> {
        let configuration = self.delivery_destination_configuration.as_ref()?;
        Some(&configuration.destination_resource_arn)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutDeliveryDestination {
    name: Name,
    output_format: Option<OutputFormat>,
    delivery_destination_configuration: Option<DestinationConfiguration>,
    delivery_destination_type: Option<DestinationType>,
    tags: Option<BTreeMap<String, String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneDestination {
    delivery_destination: Arc<DeliveryDestination>,
}

pub(super) fn put(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    input: PutDeliveryDestination,
) -> Result<OneDestination, Fault> {
    let arn = arn_of(ctx.scope, &input.name);
    let is_used = is_used(ctx, states, &arn);
    states.write(ctx.scope, |state| put_in(ctx, state, input, arn, is_used))
}

fn put_in(
    ctx: &Ctx<'_>,
    state: &mut Logs,
    input: PutDeliveryDestination,
    arn: String,
    is_used: bool,
) -> Result<OneDestination, Fault> {
    let kind = check_resource(ctx, state, &input)?;
    let output_format = check_format(kind, input.output_format)?;
    let present = state.vended.destinations.get(&input.name);
    if let Some(present) = present
        && is_used
        && (present.delivery_destination_type, present.output_format) != (kind, output_format)
    {
        // Deliveries have their fields by these. That they stay while there are some is inferred: Terraform's provider
        // makes another destination then.
        return Err(faults::conflict(format!(
            "The type and the output format of Delivery Destination {} cannot be changed while deliveries use it.",
            input.name
        )));
    }
    let destination = DeliveryDestination {
        arn,
        tags: tags_of(present.map(|present| &present.tags), input.tags)?,
        name: input.name.clone(),
        delivery_destination_type: kind,
        output_format,
        delivery_destination_configuration: input.delivery_destination_configuration,
    };
    Ok(OneDestination { delivery_destination: state.vended.destinations.put(input.name, destination) })
}

/// The type, which the resource tells. Only X-Ray has none, and must be named, as documented. The texts are inferred.
fn check_resource(
    ctx: &Ctx<'_>,
    state: &Logs,
    input: &PutDeliveryDestination,
) -> Result<DestinationType, Fault> {
    let given = input.delivery_destination_type;
    let Some(configuration) = &input.delivery_destination_configuration else {
        return given.filter(|given| *given == DestinationType::XRay).ok_or_else(|| {
            faults::validation("deliveryDestinationConfiguration is required for this destination type.")
        });
    };
    let arn = &configuration.destination_resource_arn;
    let invalid = |what: &str| faults::validation(format!("{what}: {arn}"));
    let resource = Arn::parse(arn).ok_or_else(|| invalid("Provided destinationResourceArn is not an ARN"))?;
    let kind = DestinationType::of(&resource).ok_or_else(|| {
        invalid(
            "Provided destinationResourceArn is not that of a log group, an S3 bucket or a Firehose stream",
        )
    })?;
    if given.is_some_and(|given| given != kind) {
        return Err(invalid("Provided destinationResourceArn is not of the deliveryDestinationType"));
    }
    check_place(ctx.scope, kind, &resource).map_err(|what| invalid(what))?;
    if kind == DestinationType::Cwl {
        let group = groups::name_in(arn.strip_suffix(":*").unwrap_or(arn), ctx.scope)?;
        state.groups.get(&group).ok_or_else(faults::no_group)?;
    }
    Ok(kind)
}

/// That a destination is made where its resource is, is documented. The emulator has no buckets and no streams: it is taken
/// that there are those that are named. The ARN of a bucket may have a path behind it (reported by users).
fn check_place(scope: &Scope, kind: DestinationType, resource: &Arn<'_>) -> Result<(), &'static str> {
    let prefix = match kind {
        DestinationType::Cwl => "log-group:",
        DestinationType::Fh => "deliverystream/",
        DestinationType::S3 | DestinationType::XRay => "",
    };
    let is_named = resource.resource.strip_prefix(prefix).is_some_and(|name| !name.is_empty());
    if resource.partition != scope.region.partition().id || !is_named {
        return Err("Provided destinationResourceArn is malformed");
    }
    let is_here = resource.account == scope.account.as_str() && resource.region == scope.region.as_str();
    if kind != DestinationType::S3 && !is_here {
        return Err("Provided destinationResourceArn is not in this account and region");
    }
    Ok(())
}

/// The form, JSON where none is given. That is inferred, as are the texts.
fn check_format(kind: DestinationType, given: Option<OutputFormat>) -> Result<Option<OutputFormat>, Fault> {
    let given = match kind {
        DestinationType::XRay => given,
        _ => Some(given.unwrap_or(OutputFormat::Json)),
    };
    if given.is_some_and(|given| !kind.formats().contains(&given)) {
        return Err(faults::validation("Provided outputFormat is invalid for the destination type."));
    }
    Ok(given)
}

pub(super) fn get(_: &Ctx<'_>, state: &Logs, input: Named) -> Result<OneDestination, Fault> {
    find(state, &input.name)
        .map(|destination| OneDestination { delivery_destination: Arc::clone(destination) })
}

/// The destination of this name.
pub(super) fn find<'a>(state: &'a Logs, name: &Name) -> Result<&'a Arc<DeliveryDestination>, Fault> {
    state.vended.destinations.get(name).ok_or_else(|| faults::no_delivery_part("Delivery Destination", name))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribedDestinations {
    delivery_destinations: Vec<Arc<DeliveryDestination>>,
    next_token: Option<String>,
}

pub(super) fn describe(_: &Ctx<'_>, state: &Logs, input: Listing) -> Result<DescribedDestinations, Fault> {
    let page = input.page(&state.vended.destinations)?;
    let delivery_destinations = page.rows.into_iter().map(|(_, destination)| destination).collect();
    Ok(DescribedDestinations { delivery_destinations, next_token: page.next })
}

/// One that deliveries have stays, as documented, be they other accounts'. The text is inferred. Its policy goes with it.
pub(super) fn delete(ctx: &Ctx<'_>, states: &Scopes<Logs>, input: Named) -> Result<(), Fault> {
    let is_used = is_used(ctx, states, &arn_of(ctx.scope, &input.name));
    states.write(ctx.scope, |state| {
        find(state, &input.name)?;
        if is_used {
            return Err(faults::in_use("Delivery Destination", &input.name));
        }
        state.vended.destinations.remove(&input.name);
        state.vended.destination_policies.remove(&input.name);
        Ok(())
    })
}

/// Whether any account of the region has a delivery to it.
fn is_used(ctx: &Ctx<'_>, states: &Scopes<Logs>, arn: &str) -> bool {
    let arn = CompactString::from(arn);
    let mut scopes = states.scopes().into_iter().filter(|scope| scope.region == ctx.scope.region);
    scopes.any(|scope| states.read(&scope, |state| state.vended.deliveries.count_naming(&arn) > 0))
}

fn arn_of(scope: &Scope, name: &str) -> String {
    scope.arn("logs", format_args!("delivery-destination:{name}"))
}

/// Where a destination is kept: whose it is, and its name.
#[derive(Debug)]
pub(in crate::logs) struct DestinationPlace {
    pub(in crate::logs) scope: Scope,
    pub(in crate::logs) name: Name,
}

impl DestinationPlace {
    /// The place in an ARN; `None` where that is no destination's.
    pub(in crate::logs) fn parse(arn: &str) -> Option<Self> {
        let arn = Arn::parse(arn).filter(|arn| arn.service == "logs")?;
        let name = arn.resource.strip_prefix("delivery-destination:")?;
        let scope = Scope { account: Account::parse(arn.account)?, region: Region::parse(arn.region)? };
        (arn_of(&scope, name) == arn.text).then(|| Self { scope, name: name.into() })
    }
}
