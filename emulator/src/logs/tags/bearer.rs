//! Log groups with tags, for the Resource Groups Tagging API.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::{Tagged, add, name_in, name_of, remove};
use crate::logs::groups::LogGroup;
use crate::logs::{Logs, faults};
use crate::service::ports::{TagBearer, TaggedResource, TaggedRow};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Scope, Scopes, assert_unlocked};

/// Answers the [`TagBearer`] port from CloudWatch Logs' state.
pub(crate) struct TaggedGroups {
    states: Arc<Scopes<Logs>>,
}

impl TaggedGroups {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Logs>>) -> Self {
        Self { states }
    }
}

impl TagBearer for TaggedGroups {
    fn service(&self) -> &'static str {
        "logs"
    }

    fn takes(&self, arn: &Arn<'_>) -> bool {
        name_of(arn).is_some()
    }

    fn tagged(&self, scope: &Scope, arn: &Arn<'_>) -> Option<TaggedResource> {
        assert_unlocked();
        let name = name_in(scope, arn.text).ok()?;
        self.states.read(scope, |state| {
            state.ever_tagged.row(&state.groups, &name).and_then(|group| Some(row(group)?.to_resource()))
        })
    }

    fn each_tagged(
        &self,
        scope: &Scope,
        after: Option<&Arn<'_>>,
        visit: &mut dyn FnMut(TaggedRow<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        assert_unlocked();
        self.states.read(scope, |state| {
            let groups = state.ever_tagged.rows(&state.groups, after.and_then(name_of));
            groups.filter_map(|group| row(group)).try_for_each(visit)
        })
    }

    fn tag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, tags: &[(String, String)]) -> Result<(), Fault> {
        assert_unlocked();
        let group = Tagged::Group(name_in(ctx.scope, arn.text)?);
        let tags = tags.iter().cloned().collect();
        self.states.write(ctx.scope, |state| add(state, &group, tags, faults::too_many_tags))
    }

    fn untag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, keys: &[String]) -> Result<(), Fault> {
        assert_unlocked();
        let group = Tagged::Group(name_in(ctx.scope, arn.text)?);
        self.states.write(ctx.scope, |state| remove(state, &group, keys))
    }
}

fn row(group: &LogGroup) -> Option<TaggedRow<'_>> {
    let tags = group.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    Some(TaggedRow { arn: Arn::parse(&group.log_group_arn)?, tags })
}
