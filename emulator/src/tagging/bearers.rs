//! The services that keep tagged resources.

use std::cmp::Ordering;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::service::Arn;
use crate::service::ports::{TagBearer, TaggedResource};
use crate::store::Scope;

/// All of them, in the order of their names, which is that of their ARNs.
#[derive(Clone)]
pub(crate) struct Bearers(Arc<[Arc<dyn TagBearer>]>);

impl Bearers {
    /// These.
    #[must_use]
    pub(crate) fn new(mut bearers: Vec<Arc<dyn TagBearer>>) -> Self {
        bearers.sort_by_key(|bearer| bearer.service());
        Self(bearers.into())
    }

    /// The one of an ARN's service.
    pub(super) fn of(&self, arn: &Arn<'_>) -> Option<&dyn TagBearer> {
        self.0.iter().find(|bearer| bearer.service() == arn.service).map(Arc::as_ref)
    }

    /// Shows the tagged resources of all services that `wanted` takes by their names, in the order of their ARNs and
    /// behind this one, until it is told to stop.
    pub(super) fn each_tagged(
        &self,
        scope: &Scope,
        after: Option<&Arn<'_>>,
        wanted: impl Fn(&str) -> bool,
        visit: &mut dyn FnMut(TaggedResource) -> ControlFlow<()>,
    ) {
        let mut bearers = self.0.iter().filter(|bearer| wanted(bearer.service()));
        let _ = bearers.try_for_each(|bearer| {
            match after.map(|after| (after, bearer.service().cmp(after.service))) {
                Some((_, Ordering::Less)) => ControlFlow::Continue(()),
                Some((after, Ordering::Equal)) => bearer.each_tagged(scope, Some(after), visit),
                Some((_, Ordering::Greater)) | None => bearer.each_tagged(scope, None, visit),
            }
        });
    }
}
