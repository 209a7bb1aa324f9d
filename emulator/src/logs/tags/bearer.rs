//! Log groups with tags, for the Resource Groups Tagging API.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::{add, name_in, name_of, remove};
use crate::logs::groups::LogGroup;
use crate::logs::{Logs, faults};
use crate::service::ports::{TagBearer, TaggedResource};
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
            state.groups.get(&name).filter(|_| state.ever_tagged.contains(&name)).map(|group| resource(group))
        })
    }

    fn each_tagged(
        &self,
        scope: &Scope,
        after: Option<&Arn<'_>>,
        visit: &mut dyn FnMut(TaggedResource) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        assert_unlocked();
        self.states.read(scope, |state| {
            let names = state.ever_tagged.after(after.and_then(name_of));
            let mut groups = names.filter_map(|name| state.groups.get(name));
            groups.try_for_each(|group| visit(resource(group)))
        })
    }

    fn tag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, tags: &[(String, String)]) -> Result<(), Fault> {
        assert_unlocked();
        let name = name_in(ctx.scope, arn.text)?;
        let tags = tags.iter().cloned().collect();
        self.states.write(ctx.scope, |state| add(state, name, tags, faults::too_many_tags))
    }

    fn untag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, keys: &[String]) -> Result<(), Fault> {
        assert_unlocked();
        let name = name_in(ctx.scope, arn.text)?;
        self.states.write(ctx.scope, |state| remove(state, name, keys))
    }
}

fn resource(group: &LogGroup) -> TaggedResource {
    let tags = group.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    TaggedResource { arn: group.log_group_arn.to_string(), tags }
}
