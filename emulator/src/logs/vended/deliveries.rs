//! Deliveries.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::configuration::{self, Configuration, GivenConfiguration, S3DeliveryConfiguration};
use super::destinations::{self, DeliveryDestination, DestinationPlace};
use super::{DestinationType, Listing, Name, destination_policies, sources, tags_of};
use crate::logs::resource_policies::admit_to_group;
use crate::logs::{Logs, faults, groups};
use crate::service::{Ctx, Fault};
use crate::store::{Indexed, Scopes};

type DeliveryId = CompactString;

/// What joins a source and a destination.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::logs) struct Delivery {
    id: DeliveryId,
    pub(super) arn: String,
    pub(super) delivery_source_name: Name,
    pub(super) delivery_destination_arn: CompactString,
    delivery_destination_type: DestinationType,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) record_fields: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) field_delimiter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) s3_delivery_configuration: Option<S3DeliveryConfiguration>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::logs) tags: BTreeMap<String, String>,
}

/// By its source's name, and by its destination's ARN: no name is an ARN.
impl Indexed<DeliveryId> for Delivery {
    type Term = CompactString;

    fn terms(&self, _: &DeliveryId, tell: &mut dyn FnMut(CompactString)) {
        tell(self.delivery_source_name.clone());
        tell(self.delivery_destination_arn.clone());
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateDelivery {
    delivery_source_name: Name,
    delivery_destination_arn: CompactString,
    record_fields: Option<Vec<String>>,
    field_delimiter: Option<String>,
    s3_delivery_configuration: Option<S3DeliveryConfiguration>,
    tags: Option<BTreeMap<String, String>>,
}

#[derive(Serialize)]
pub(super) struct OneDelivery {
    delivery: Arc<Delivery>,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    input: CreateDelivery,
) -> Result<OneDelivery, Fault> {
    let destination = destination_of(ctx, states, &input.delivery_destination_arn)?;
    states.write(ctx.scope, |state| create_in(ctx, state, input, &destination))
}

/// The destination that a new delivery names, which may be another account's that lets the caller in.
///
/// Source: CloudWatch Logs API reference, PutDeliveryDestinationPolicy; user guide, "Logging that requires additional
/// permissions [V2]", for the kinds that other accounts can deliver to. As trust policies are, such a policy is asked
/// whatever callers are asked for. Codes and texts are inferred.
fn destination_of(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    arn: &str,
) -> Result<Arc<DeliveryDestination>, Fault> {
    let place = DestinationPlace::parse(arn).filter(|place| place.scope.region == ctx.scope.region);
    let place = place.ok_or_else(|| {
        faults::validation(format!("Provided deliveryDestinationArn is invalid in this region: {arn}"))
    })?;
    states.read(&place.scope, |state| {
        let destination = destinations::find(state, &place.name);
        if place.scope.account == ctx.scope.account {
            return destination.map(Arc::clone);
        }
        // Who is not let in is not told what there is.
        let destination = destination.ok().filter(|_| destination_policies::lets_in(ctx, state, &place.name, arn));
        let destination = destination.ok_or_else(|| {
            faults::denied(format!(
                "User: {} is not authorized to perform: logs:CreateDelivery on resource: {arn} because no resource-based \
                 policy allows the logs:CreateDelivery action",
                ctx.principal.arn
            ))
        })?;
        match destination.delivery_destination_type {
            DestinationType::S3 | DestinationType::Fh => Ok(Arc::clone(destination)),
            DestinationType::Cwl | DestinationType::XRay => Err(faults::validation(
                "Only Amazon S3 and Firehose destinations are supported for cross-account delivery.",
            )),
        }
    })
}

fn create_in(
    ctx: &Ctx<'_>,
    state: &mut Logs,
    input: CreateDelivery,
    destination: &DeliveryDestination,
) -> Result<OneDelivery, Fault> {
    let source = sources::find(state, &input.delivery_source_name)?;
    let is_joined = {
        let mut of_source = state.vended.deliveries.naming(&input.delivery_source_name);
        of_source.any(|(_, other)| other.delivery_destination_arn == input.delivery_destination_arn)
    };
    if is_joined {
        // The code is documented, the text inferred.
        return Err(faults::conflict(format!(
            "A delivery from Delivery Source {} to {} already exists.",
            input.delivery_source_name, input.delivery_destination_arn
        )));
    }
    let given = GivenConfiguration {
        record_fields: input.record_fields,
        field_delimiter: input.field_delimiter,
        s3_delivery_configuration: input.s3_delivery_configuration,
    };
    let Configuration { record_fields, field_delimiter, s3_delivery_configuration } =
        configuration::of_new(source, destination, given)?;
    let tags = tags_of(None, input.tags)?;
    if destination.delivery_destination_type == DestinationType::Cwl {
        let_in(ctx, state, destination)?;
    }
    // Sixteen letters and digits, as users show them.
    let id = DeliveryId::from(ctx.ids.alphanumeric(16));
    let delivery = Delivery {
        arn: ctx.scope.arn("logs", format_args!("delivery:{id}")),
        id: id.clone(),
        delivery_source_name: input.delivery_source_name,
        delivery_destination_arn: input.delivery_destination_arn,
        delivery_destination_type: destination.delivery_destination_type,
        record_fields,
        field_delimiter,
        s3_delivery_configuration,
        tags,
    };
    Ok(OneDelivery { delivery: state.vended.deliveries.put(id, delivery) })
}

/// Lets log delivery write to the group of a destination. The code for a policy that is full is inferred.
fn let_in(ctx: &Ctx<'_>, state: &mut Logs, destination: &DeliveryDestination) -> Result<(), Fault> {
    let arn = destination.resource_arn().unwrap_or_default();
    let group = groups::name_in(arn.strip_suffix(":*").unwrap_or(arn), ctx.scope)?;
    admit_to_group(ctx, state, &group).map_err(|_| {
        faults::quota_exceeded("The resource policy of the log group has no room for one more statement.")
    })
}

#[derive(Deserialize)]
pub(super) struct ById {
    id: DeliveryId,
}

pub(super) fn get(_: &Ctx<'_>, state: &Logs, input: ById) -> Result<OneDelivery, Fault> {
    find(state, &input.id).map(|delivery| OneDelivery { delivery: Arc::clone(delivery) })
}

fn find<'a>(state: &'a Logs, id: &DeliveryId) -> Result<&'a Arc<Delivery>, Fault> {
    state.vended.deliveries.get(id).ok_or_else(|| faults::no_delivery_part("Delivery", id))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribedDeliveries {
    deliveries: Vec<Joined>,
    next_token: Option<String>,
}

/// What lists have of a delivery, whatever the documentation says: these four (aws/aws-cli#10002).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Joined {
    id: DeliveryId,
    arn: String,
    delivery_source_name: Name,
    delivery_destination_arn: CompactString,
}

pub(super) fn describe(_: &Ctx<'_>, state: &Logs, input: Listing) -> Result<DescribedDeliveries, Fault> {
    let page = input.page(&state.vended.deliveries)?;
    let deliveries = page.rows.into_iter().map(|(id, delivery)| Joined {
        id,
        arn: delivery.arn.clone(),
        delivery_source_name: delivery.delivery_source_name.clone(),
        delivery_destination_arn: delivery.delivery_destination_arn.clone(),
    });
    Ok(DescribedDeliveries { deliveries: deliveries.collect(), next_token: page.next })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateDeliveryConfiguration {
    id: DeliveryId,
    record_fields: Option<Vec<String>>,
    field_delimiter: Option<String>,
    s3_delivery_configuration: Option<S3DeliveryConfiguration>,
}

#[derive(Serialize)]
pub(super) struct Updated {}

/// What is not given stays: inferred.
pub(super) fn update(
    _: &Ctx<'_>,
    state: &mut Logs,
    input: UpdateDeliveryConfiguration,
) -> Result<Updated, Fault> {
    let mut delivery = Delivery::clone(find(state, &input.id)?);
    let source = sources::find(state, &delivery.delivery_source_name)?;
    let given = GivenConfiguration {
        record_fields: input.record_fields,
        field_delimiter: input.field_delimiter,
        s3_delivery_configuration: input.s3_delivery_configuration,
    };
    let present = Configuration {
        record_fields: std::mem::take(&mut delivery.record_fields),
        field_delimiter: delivery.field_delimiter.take(),
        s3_delivery_configuration: delivery.s3_delivery_configuration.take(),
    };
    let changed = configuration::changed(present, source, delivery.delivery_destination_type, given)?;
    delivery.record_fields = changed.record_fields;
    delivery.field_delimiter = changed.field_delimiter;
    delivery.s3_delivery_configuration = changed.s3_delivery_configuration;
    state.vended.deliveries.put(input.id, delivery);
    Ok(Updated {})
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut Logs, input: ById) -> Result<(), Fault> {
    find(state, &input.id)?;
    state.vended.deliveries.remove(&input.id);
    Ok(())
}
