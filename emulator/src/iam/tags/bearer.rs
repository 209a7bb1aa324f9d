//! IAM's tagged resources, for the Resource Groups Tagging API.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::operations::{change_policy, change_role};
use super::{Tag, add, remove};
use crate::iam::managed_policies::Policy;
use crate::iam::roles;
use crate::iam::{Iam, PolicyArn, RoleName, faults};
use crate::service::ports::{TagBearer, TaggedResource};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Scope, Scopes, assert_unlocked};

/// Answers the [`TagBearer`] port from IAM's state: in the home region of the partition, and nowhere else.
///
/// Roles can be tagged this way, but are not found (aws/aws-sdk#581, and the table of supported resource types).
pub(crate) struct TaggedEntities {
    states: Arc<Scopes<Iam>>,
}

impl TaggedEntities {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Iam>>) -> Self {
        Self { states }
    }

    fn change(
        &self,
        ctx: &Ctx<'_>,
        arn: &Arn<'_>,
        change: impl FnOnce(&mut Vec<Tag>, &str) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        assert_unlocked();
        let entity = Entity::of(arn).ok_or_else(|| faults::not_an_arn(arn.text))?;
        if !is_home(ctx.scope) || arn.account != ctx.scope.account.as_str() {
            return Err(faults::not_an_arn(arn.text));
        }
        self.states.write(ctx.scope, |state| match entity {
            // A role of this name and another path is another role.
            Entity::Role(name) if *roles::find(state, &name)?.arn != *arn.text => Err(faults::no_role(&name)),
            Entity::Role(name) => change_role(state, &name, |tags| change(tags, "TagsPerRole")),
            Entity::Policy(arn) => change_policy(state, arn, |tags| change(tags, "TagsPerPolicy")),
        })
    }
}

impl TagBearer for TaggedEntities {
    fn service(&self) -> &'static str {
        "iam"
    }

    fn takes(&self, arn: &Arn<'_>) -> bool {
        Entity::of(arn).is_some()
    }

    fn tagged(&self, scope: &Scope, arn: &Arn<'_>) -> Option<TaggedResource> {
        assert_unlocked();
        let Some(Entity::Policy(arn)) = Entity::of(arn).filter(|_| is_home(scope)) else { return None };
        self.states.read(scope, |state| {
            state
                .policies
                .get(&arn)
                .filter(|_| state.ever_tagged.contains(&arn))
                .map(|policy| resource(policy))
        })
    }

    fn each_tagged(
        &self,
        scope: &Scope,
        after: Option<&Arn<'_>>,
        visit: &mut dyn FnMut(TaggedResource) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        assert_unlocked();
        if !is_home(scope) {
            return ControlFlow::Continue(());
        }
        self.states.read(scope, |state| {
            let arns = state.ever_tagged.after(after.map(|arn| arn.text.to_owned()));
            let mut policies = arns.filter_map(|arn| state.policies.get(arn));
            policies.try_for_each(|policy| visit(resource(policy)))
        })
    }

    fn tag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, tags: &[(String, String)]) -> Result<(), Fault> {
        let tags = tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
        self.change(ctx, arn, |present, quota| add(present, tags, quota))
    }

    fn untag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, keys: &[String]) -> Result<(), Fault> {
        self.change(ctx, arn, |present, _| {
            remove(present, keys);
            Ok(())
        })
    }
}

/// What in IAM bears tags here.
enum Entity {
    Role(RoleName),
    Policy(PolicyArn),
}

impl Entity {
    fn of(arn: &Arn<'_>) -> Option<Self> {
        if !arn.region.is_empty() {
            return None;
        }
        let (kind, path) = arn.resource.split_once('/')?;
        let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
        match kind {
            "role" => Some(Self::Role(name.into())),
            "policy" => Some(Self::Policy(arn.text.to_owned())),
            _ => None,
        }
    }
}

fn is_home(scope: &Scope) -> bool {
    scope.region == scope.region.partition().home_region()
}

fn resource(policy: &Policy) -> TaggedResource {
    let mut tags: Vec<(String, String)> =
        policy.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    tags.sort();
    TaggedResource { arn: policy.arn.clone(), tags }
}
