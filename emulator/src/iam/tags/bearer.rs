//! IAM's tagged resources, for the Resource Groups Tagging API.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::tagged::{Tagged, change};
use super::{Tag, add, remove};
use crate::iam::credentials::MfaDevice;
use crate::iam::federation::{OidcProvider, SamlProvider};
use crate::iam::instance_profiles::InstanceProfile;
use crate::iam::managed_policies::Policy;
use crate::iam::roles::Role;
use crate::iam::users::User;
use crate::iam::{Iam, PolicyArn, RoleName, UserName, faults};
use crate::service::ports::{TagBearer, TaggedResource, TaggedRow};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Scope, Scopes, assert_unlocked};

/// A kind of resource that the Resource Groups Tagging API tags.
pub(in crate::iam) trait Found: Tagged {
    /// The key of the one that has this ARN, where `path` is what follows the kind's word in it.
    fn key(arn: &Arn<'_>, path: &str) -> Option<Self::Key>;

    /// Its ARN.
    fn arn(&self) -> &str;

    /// Those that have tags or had some, be it in whatever order; none of a kind that is tagged and not found.
    fn ever_tagged(state: &Iam) -> Vec<&Arc<Self>>;

    /// The one of this key, if it has tags or had some.
    fn if_ever_tagged<'a>(state: &'a Iam, key: &Self::Key) -> Option<&'a Arc<Self>>;
}

/// What IAM does with the resources of one kind.
struct Kind {
    /// The word for it in ARNs.
    word: &'static str,
    takes: fn(&Arn<'_>, &str) -> bool,
    find: fn(&Iam, &Arn<'_>, &str) -> Option<TaggedResource>,
    each: Each,
    change: fn(&mut Iam, &Arn<'_>, &str, Change<'_>) -> Result<(), Fault>,
}

type Each = fn(&Iam, Option<&Arn<'_>>, &mut dyn FnMut(TaggedRow<'_>) -> ControlFlow<()>) -> ControlFlow<()>;

/// What is done to tags.
enum Change<'a> {
    Add(&'a [(String, String)]),
    Remove(&'a [String]),
}

/// In the order of their ARNs.
///
/// Roles and users can be tagged this way, but are not found (aws/aws-sdk#581, and the table of supported resource
/// types).
const KINDS: &[Kind] = &[
    Kind::of::<InstanceProfile>("instance-profile"),
    Kind::of::<MfaDevice>("mfa"),
    Kind::of::<OidcProvider>("oidc-provider"),
    Kind::of::<Policy>("policy"),
    Kind::of::<Role>("role"),
    Kind::of::<SamlProvider>("saml-provider"),
    Kind::of::<User>("user"),
];

impl Kind {
    const fn of<T: Found>(word: &'static str) -> Self {
        Self {
            word,
            takes: |arn, path| T::key(arn, path).is_some(),
            find: |state, arn, path| {
                let row = T::if_ever_tagged(state, &T::key(arn, path)?)?;
                Some(tagged_row(&**row)?.to_resource()).filter(|_| row.arn() == arn.text)
            },
            each: |state, after, visit| {
                let mut rows = T::ever_tagged(state);
                rows.sort_unstable_by(|one, other| one.arn().cmp(other.arn()));
                let rows = rows.iter().filter(|row| after.is_none_or(|after| row.arn() > after.text));
                rows.filter_map(|row| tagged_row(&***row)).try_for_each(visit)
            },
            change: |state, arn, path, what| {
                let key = T::key(arn, path).ok_or_else(|| faults::not_an_arn(arn.text))?;
                // One of this name and another path is another one.
                if T::find(state, &key)?.arn() != arn.text {
                    return Err(faults::missing(format!("{} cannot be found.", arn.text)));
                }
                change::<T>(state, key, |tags| what.apply(tags, T::QUOTA))
            },
        }
    }

    /// The kind of an ARN, and what follows its word there.
    fn in_arn<'a>(arn: &Arn<'a>) -> Option<(&'static Self, &'a str)> {
        let (word, path) = arn.resource.split_once('/').filter(|_| arn.region.is_empty())?;
        let kind = KINDS.iter().find(|kind| kind.word == word)?;
        (kind.takes)(arn, path).then_some((kind, path))
    }
}

impl Change<'_> {
    fn apply(self, tags: &mut Vec<Tag>, quota: &str) -> Result<(), Fault> {
        match self {
            Self::Add(new) => {
                let new = new.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() });
                add(tags, new.collect(), quota)
            }
            Self::Remove(keys) => {
                remove(tags, keys);
                Ok(())
            }
        }
    }
}

fn tagged_row<T: Found>(row: &T) -> Option<TaggedRow<'_>> {
    let mut tags: Vec<_> = row.tags().iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect();
    tags.sort_unstable();
    Some(TaggedRow { arn: Arn::parse(row.arn())?, tags })
}

/// The name at the end of a path.
pub(in crate::iam) fn last_name(path: &str) -> Option<&str> {
    path.rsplit('/').next().filter(|name| !name.is_empty())
}

impl Found for Policy {
    fn key(arn: &Arn<'_>, path: &str) -> Option<PolicyArn> {
        last_name(path).map(|_| arn.text.to_owned())
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged(state: &Iam) -> Vec<&Arc<Self>> {
        state.ever_tagged.rows(&state.policies, None).collect()
    }

    fn if_ever_tagged<'a>(state: &'a Iam, arn: &PolicyArn) -> Option<&'a Arc<Self>> {
        state.ever_tagged.row(&state.policies, arn)
    }
}

impl Found for Role {
    fn key(_: &Arn<'_>, path: &str) -> Option<RoleName> {
        last_name(path).map(RoleName::from)
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged(_: &Iam) -> Vec<&Arc<Self>> {
        Vec::new()
    }

    fn if_ever_tagged<'a>(_: &'a Iam, _: &RoleName) -> Option<&'a Arc<Self>> {
        None
    }
}

/// That users are as roles in this is inferred.
impl Found for User {
    fn key(_: &Arn<'_>, path: &str) -> Option<UserName> {
        last_name(path).map(UserName::from)
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged(_: &Iam) -> Vec<&Arc<Self>> {
        Vec::new()
    }

    fn if_ever_tagged<'a>(_: &'a Iam, _: &UserName) -> Option<&'a Arc<Self>> {
        None
    }
}

/// Answers the [`TagBearer`] port from IAM's state: in the home region of the partition, and nowhere else.
pub(crate) struct TaggedEntities {
    states: Arc<Scopes<Iam>>,
}

impl TaggedEntities {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Iam>>) -> Self {
        Self { states }
    }

    fn change(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, what: Change<'_>) -> Result<(), Fault> {
        assert_unlocked();
        let (kind, path) = Kind::in_arn(arn).ok_or_else(|| faults::not_an_arn(arn.text))?;
        if !is_home(ctx.scope) || arn.account != ctx.scope.account.as_str() {
            return Err(faults::not_an_arn(arn.text));
        }
        self.states.write(ctx.scope, |state| (kind.change)(state, arn, path, what))
    }
}

impl TagBearer for TaggedEntities {
    fn service(&self) -> &'static str {
        "iam"
    }

    fn takes(&self, arn: &Arn<'_>) -> bool {
        Kind::in_arn(arn).is_some()
    }

    fn tagged(&self, scope: &Scope, arn: &Arn<'_>) -> Option<TaggedResource> {
        assert_unlocked();
        let (kind, path) = Kind::in_arn(arn).filter(|_| is_home(scope))?;
        self.states.read(scope, |state| (kind.find)(state, arn, path))
    }

    fn each_tagged(
        &self,
        scope: &Scope,
        after: Option<&Arn<'_>>,
        visit: &mut dyn FnMut(TaggedRow<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        assert_unlocked();
        if !is_home(scope) {
            return ControlFlow::Continue(());
        }
        self.states.read(scope, |state| KINDS.iter().try_for_each(|kind| (kind.each)(state, after, visit)))
    }

    fn tag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, tags: &[(String, String)]) -> Result<(), Fault> {
        self.change(ctx, arn, Change::Add(tags))
    }

    fn untag(&self, ctx: &Ctx<'_>, arn: &Arn<'_>, keys: &[String]) -> Result<(), Fault> {
        self.change(ctx, arn, Change::Remove(keys))
    }
}

fn is_home(scope: &Scope) -> bool {
    scope.region == scope.region.partition().home_region()
}
