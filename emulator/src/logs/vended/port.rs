//! Deliveries for those who have logs to deliver.

use std::sync::Arc;

use super::destinations::{DeliveryDestination, DestinationPlace};
use super::{Delivery, DeliverySource};
use crate::logs::Logs;
use crate::service::ports::{LogDeliveries, LogDelivery};
use crate::store::{Scope, Scopes, assert_unlocked};

/// Answers the [`LogDeliveries`] port from CloudWatch Logs' state.
pub(crate) struct DeliveryDirectory {
    states: Arc<Scopes<Logs>>,
}

impl DeliveryDirectory {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Logs>>) -> Self {
        Self { states }
    }

    /// The destination of a delivery, which may be another account's.
    fn destination(&self, delivery: &Delivery) -> Option<Arc<DeliveryDestination>> {
        let place = DestinationPlace::parse(&delivery.delivery_destination_arn)?;
        self.states.read(&place.scope, |state| state.vended.destinations.get(&place.name).map(Arc::clone))
    }
}

impl LogDeliveries for DeliveryDirectory {
    fn of_resource(&self, scope: &Scope, resource_arn: &str, log_type: &str) -> Vec<LogDelivery> {
        assert_unlocked();
        let deliveries: Vec<(Arc<DeliverySource>, Arc<Delivery>)> = self.states.read(scope, |state| {
            let sources = state.vended.sources.naming(&resource_arn.into());
            let sources = sources.filter(|(_, source)| source.log_type == log_type);
            let deliveries = sources.flat_map(|(name, source)| {
                let deliveries = state.vended.deliveries.naming(name);
                deliveries.map(|(_, delivery)| (Arc::clone(source), Arc::clone(delivery)))
            });
            deliveries.collect()
        });
        let joined = deliveries.into_iter().filter_map(|(source, delivery)| {
            // Its owner may have deleted it at the moment when the delivery was made.
            let destination = self.destination(&delivery)?;
            Some(joined(&source, &delivery, &destination))
        });
        joined.collect()
    }
}

fn joined(source: &DeliverySource, delivery: &Delivery, destination: &DeliveryDestination) -> LogDelivery {
    let s3 = delivery.s3_delivery_configuration.as_ref();
    LogDelivery {
        arn: delivery.arn.clone(),
        source_arn: source.arn.clone(),
        target: destination.delivery_destination_type.target(),
        target_arn: destination.resource_arn().map(str::to_owned),
        output_format: destination.output_format.map(super::formats::OutputFormat::name),
        record_fields: delivery.record_fields.clone(),
        field_delimiter: delivery.field_delimiter.clone().unwrap_or_default(),
        suffix_path: s3.and_then(|s3| s3.suffix_path.clone()),
        hive_compatible_path: s3.and_then(|s3| s3.enable_hive_compatible_path).unwrap_or_default(),
    }
}
