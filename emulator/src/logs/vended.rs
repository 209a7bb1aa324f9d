//! Vended log deliveries: which resource's logs go where, and in which form.
//!
//! A delivery joins one source, which is a resource with a type of its logs, and one destination.

mod configuration;
mod deliveries;
mod destination_policies;
mod destinations;
mod formats;
mod log_types;
mod port;
mod sources;
mod templates;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::logs as operations;

pub(super) use deliveries::Delivery;
pub(super) use destinations::{DeliveryDestination, DestinationPlace};
pub(super) use formats::DestinationType;
pub(super) use log_types::asks_for_consent;
pub(crate) use port::DeliveryDirectory;
pub(super) use sources::DeliverySource;

use super::{Logs, Ports, faults, tags};
use crate::service::{Fault, PolicyDocument, Registrar};
use crate::store::{IndexedTable, Page, Table, Transactional};

/// The name of a source or a destination.
pub(super) type Name = CompactString;

/// Things on a page where the caller does not say. It is also the most.
const DEFAULT_LIMIT: usize = 50;

/// What CloudWatch Logs keeps of deliveries.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Vended {
    pub(super) sources: IndexedTable<Name, DeliverySource>,
    pub(super) destinations: Table<Name, DeliveryDestination>,
    destination_policies: Table<Name, PolicyDocument>,
    pub(super) deliveries: IndexedTable<CompactString, Delivery>,
}

impl Vended {
    /// Shows every table.
    pub(super) fn each(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        let Self { sources, destinations, destination_policies, deliveries } = self;
        visit(sources);
        visit(destinations);
        visit(destination_policies);
        visit(deliveries);
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Logs>, ports: &Ports) {
    let stages = Arc::clone(&ports.stages);
    registrar.free(
        &operations::PUT_DELIVERY_SOURCE,
        move |ctx, states, input| sources::put(ctx, states, input, &*stages),
        &[],
    );
    registrar.read(&operations::GET_DELIVERY_SOURCE, sources::get, &[]);
    registrar.read(&operations::DESCRIBE_DELIVERY_SOURCES, sources::describe, &[]);
    registrar.write(&operations::DELETE_DELIVERY_SOURCE, sources::delete, &[]);

    registrar.free(&operations::PUT_DELIVERY_DESTINATION, destinations::put, &[]);
    registrar.read(&operations::GET_DELIVERY_DESTINATION, destinations::get, &[]);
    registrar.read(&operations::DESCRIBE_DELIVERY_DESTINATIONS, destinations::describe, &[]);
    registrar.free(&operations::DELETE_DELIVERY_DESTINATION, destinations::delete, &[]);

    registrar.write(&operations::PUT_DELIVERY_DESTINATION_POLICY, destination_policies::put, &[]);
    registrar.read(&operations::GET_DELIVERY_DESTINATION_POLICY, destination_policies::get, &[]);
    registrar.write(&operations::DELETE_DELIVERY_DESTINATION_POLICY, destination_policies::delete, &[]);

    registrar.free(&operations::CREATE_DELIVERY, deliveries::create, &[]);
    registrar.read(&operations::GET_DELIVERY, deliveries::get, &[]);
    registrar.read(&operations::DESCRIBE_DELIVERIES, deliveries::describe, &[]);
    registrar.write(&operations::UPDATE_DELIVERY_CONFIGURATION, deliveries::update, &[]);
    registrar.write(&operations::DELETE_DELIVERY, deliveries::delete, &[]);

    registrar.read(&operations::DESCRIBE_CONFIGURATION_TEMPLATES, templates::describe, &[]);
}

/// A source or a destination, by its name.
#[derive(Deserialize)]
struct Named {
    name: Name,
}

/// What a Describe call lists.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    next_token: Option<String>,
    limit: Option<usize>,
}

impl Listing {
    /// A page of a table, in the order of its keys, which is inferred.
    fn page<V, I>(&self, table: &Table<CompactString, V, I>) -> Result<Page<CompactString, V>, Fault> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        let everything = (Bound::Unbounded, Bound::Unbounded);
        table
            .page(everything, self.next_token.as_deref(), limit, |_, _| true)
            .map_err(faults::bad_delivery_token)
    }
}

/// The tags of a new thing, or of one that is there, which keeps its own: tags that come with a change are refused
/// (reported by users of Terraform's provider).
fn tags_of(
    present: Option<&BTreeMap<String, String>>,
    given: Option<BTreeMap<String, String>>,
) -> Result<BTreeMap<String, String>, Fault> {
    match (present, given) {
        (Some(_), Some(_)) => {
            Err(faults::conflict("Tags can only be provided when a resource is being created, not updated."))
        }
        (Some(present), None) => Ok(present.clone()),
        (None, given) => {
            let given = given.unwrap_or_default();
            match tags::reserved_key(&given) {
                Some(key) => Err(faults::validation(faults::reserved_tag(key).message)),
                None => Ok(given),
            }
        }
    }
}

#[cfg(test)]
mod tests;
