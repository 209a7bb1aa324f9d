//! The services that keep tagged resources.

use std::sync::Arc;

use crate::service::Arn;
use crate::service::ports::{TagBearer, TaggedResource};
use crate::store::Scope;

/// All of them.
#[derive(Clone)]
pub(crate) struct Bearers(Arc<[Arc<dyn TagBearer>]>);

impl Bearers {
    /// These.
    #[must_use]
    pub(crate) fn new(bearers: Vec<Arc<dyn TagBearer>>) -> Self {
        Self(bearers.into())
    }

    /// The one of an ARN's service.
    pub(super) fn of(&self, arn: &Arn<'_>) -> Option<&dyn TagBearer> {
        self.0.iter().find(|bearer| bearer.service() == arn.service).map(Arc::as_ref)
    }

    /// The tagged resources of all services that `wanted` takes by their names, in the order of their ARNs.
    pub(super) fn all_tagged(&self, scope: &Scope, wanted: impl Fn(&str) -> bool) -> Vec<TaggedResource> {
        let bearers = self.0.iter().filter(|bearer| wanted(bearer.service()));
        let mut tagged: Vec<TaggedResource> = bearers.flat_map(|bearer| bearer.all_tagged(scope)).collect();
        tagged.sort_by(|one, other| one.arn.cmp(&other.arn));
        tagged
    }
}
