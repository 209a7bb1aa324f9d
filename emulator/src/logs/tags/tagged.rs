//! What bears tags.

use compact_str::CompactString;

use super::{Tags, name_in};
use crate::logs::groups::LogGroup;
use crate::logs::vended::{Delivery, DeliveryDestination, DeliverySource};
use crate::logs::{GroupName, Logs, faults};
use crate::service::{Arn, Fault};
use crate::store::{Index, Scope, Table};

/// A resource with tags.
pub(super) enum Tagged {
    Group(GroupName),
    DeliverySource(CompactString),
    DeliveryDestination(CompactString),
    /// By its id.
    Delivery(CompactString),
}

impl Tagged {
    /// The resource of this scope that an ARN names.
    pub(super) fn of(scope: &Scope, arn: &str) -> Result<Self, Fault> {
        let parsed = Arn::parse(arn).filter(|parsed| parsed.service == "logs");
        let named = parsed.and_then(|parsed| parsed.resource.split_once(':'));
        let kind: fn(CompactString) -> Self = match named {
            Some(("delivery-source", _)) => Self::DeliverySource,
            Some(("delivery-destination", _)) => Self::DeliveryDestination,
            Some(("delivery", _)) => Self::Delivery,
            _ => return name_in(scope, arn).map(Self::Group),
        };
        let resource = parsed.map(|parsed| parsed.resource).unwrap_or_default();
        let name = named.map(|(_, name)| name).unwrap_or_default();
        let tagged = kind(name.into());
        // Another region's or account's.
        if arn == scope.arn("logs", format_args!("{resource}")) { Ok(tagged) } else { Err(tagged.missing()) }
    }

    /// Its tags.
    pub(super) fn tags<'a>(&self, state: &'a Logs) -> Result<&'a Tags, Fault> {
        let vended = &state.vended;
        let tags = match self {
            Self::Group(name) => state.groups.get(name).map(|row| &row.tags),
            Self::DeliverySource(name) => vended.sources.get(name).map(|row| &row.tags),
            Self::DeliveryDestination(name) => vended.destinations.get(name).map(|row| &row.tags),
            Self::Delivery(id) => vended.deliveries.get(id).map(|row| &row.tags),
        };
        tags.ok_or_else(|| self.missing())
    }

    /// Changes its tags.
    pub(super) fn change(
        &self,
        state: &mut Logs,
        change: impl FnOnce(&mut Tags) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let vended = &mut state.vended;
        let changed = match self {
            Self::Group(name) => in_row(&mut state.groups, name, change),
            Self::DeliverySource(name) => in_row(&mut vended.sources, name, change),
            Self::DeliveryDestination(name) => in_row(&mut vended.destinations, name, change),
            Self::Delivery(id) => in_row(&mut vended.deliveries, id, change),
        };
        changed.unwrap_or_else(|| Err(self.missing()))
    }

    /// The answer where it is not there. Of what belongs to deliveries, the text is inferred.
    fn missing(&self) -> Fault {
        match self {
            Self::Group(_) => faults::no_group(),
            Self::DeliverySource(name) => faults::no_delivery_part("Delivery Source", name),
            Self::DeliveryDestination(name) => faults::no_delivery_part("Delivery Destination", name),
            Self::Delivery(id) => faults::no_delivery_part("Delivery", id),
        }
    }
}

/// A row with tags.
trait BearsTags: Clone {
    fn tags_mut(&mut self) -> &mut Tags;
}

macro_rules! bear_tags {
    ($($row:ty),+) => {
        $(impl BearsTags for $row {
            fn tags_mut(&mut self) -> &mut Tags {
                &mut self.tags
            }
        })+
    };
}

bear_tags!(LogGroup, DeliverySource, DeliveryDestination, Delivery);

/// Changes the tags of a row; `None` where there is no such row.
fn in_row<V: BearsTags, I: Index<CompactString, V>>(
    table: &mut Table<CompactString, V, I>,
    key: &CompactString,
    change: impl FnOnce(&mut Tags) -> Result<(), Fault>,
) -> Option<Result<(), Fault>> {
    let mut row = V::clone(table.get(key)?);
    let changed = change(row.tags_mut());
    if changed.is_ok() {
        table.put(key.clone(), row);
    }
    Some(changed)
}
