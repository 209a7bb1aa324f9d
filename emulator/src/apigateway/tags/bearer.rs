//! API Gateway's tagged resources, for the Resource Groups Tagging API.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Tags;
use super::operations::{is_own, tag, untag};
use super::rows::{Place, each_tagged};
use crate::apigateway::ApiGateway;
use crate::service::ports::{TagBearer, TaggedResource};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Scope, Scopes, assert_unlocked};

/// Answers the [`TagBearer`] port from API Gateway's state.
pub(crate) struct TaggedRows {
    states: Arc<Scopes<ApiGateway>>,
}

impl TaggedRows {
    /// Answers from these states.
    pub(crate) fn new(states: Arc<Scopes<ApiGateway>>) -> Self {
        Self { states }
    }
}

impl TagBearer for TaggedRows {
    fn service(&self) -> &'static str {
        "apigateway"
    }

    fn takes(&self, arn: &Arn<'_>) -> bool {
        Place::of(arn).is_some()
    }

    fn tagged(&self, scope: &Scope, arn: &Arn<'_>) -> Option<TaggedResource> {
        assert_unlocked();
        let place = Place::of(arn).filter(|_| is_own(scope, arn))?;
        self.states.read(scope, |state| {
            let tags = place.tags(state).filter(|_| place.was_ever_tagged(state))?;
            Some(resource(arn.text.to_owned(), tags))
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
            each_tagged(scope, state, after, &mut |arn, tags| visit(resource(arn, tags)))
        })
    }

    fn tag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, tags: &[(String, String)]) -> Result<(), Fault> {
        assert_unlocked();
        let tags = tags.iter().cloned().collect();
        self.states.write(ctx.scope, |state| tag(ctx, state, arn.text, &tags))
    }

    fn untag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, keys: &[String]) -> Result<(), Fault> {
        assert_unlocked();
        self.states.write(ctx.scope, |state| untag(ctx, state, arn.text, keys))
    }
}

fn resource(arn: String, tags: &Tags) -> TaggedResource {
    TaggedResource { arn, tags: tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect() }
}
