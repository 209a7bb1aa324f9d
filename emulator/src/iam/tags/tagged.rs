//! The kinds of resources that bear tags.

use std::sync::Arc;

use super::Tag;
use crate::iam::managed_policies::{self, Policy};
use crate::iam::roles::{self, Role};
use crate::iam::users::{self, User};
use crate::iam::{Iam, PolicyArn, RoleName, UserName, faults};
use crate::service::Fault;

/// A kind of resource that bears tags.
pub(in crate::iam) trait Tagged: Clone + 'static {
    /// What its table has it by.
    type Key: 'static;

    /// The quota's name in messages.
    const QUOTA: &'static str;

    /// The one of this key.
    ///
    /// # Errors
    ///
    /// That there is none, or that the key is no such thing's.
    fn find<'a>(state: &'a Iam, key: &Self::Key) -> Result<&'a Arc<Self>, Fault>;

    /// Puts it in its table.
    fn put(self, state: &mut Iam, key: Self::Key);

    /// Its tags.
    fn tags(&self) -> &[Tag];

    /// Its tags, to be changed.
    fn tags_mut(&mut self) -> &mut Vec<Tag>;
}

/// Changes the tags of a resource.
pub(super) fn change<T: Tagged>(
    state: &mut Iam,
    key: T::Key,
    change: impl FnOnce(&mut Vec<Tag>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut row = T::clone(T::find(state, &key)?);
    change(row.tags_mut())?;
    row.put(state, key);
    Ok(())
}

/// The inputs of a kind's three operations, which differ in the member that names the resource.
macro_rules! tag_inputs {
    ($kind:ty, $member:literal) => {
        $crate::iam::tags::tag_inputs!(@read $kind, $member, TagResource { tags: Vec<$crate::iam::tags::Tag> });
        $crate::iam::tags::tag_inputs!(@read $kind, $member, UntagResource { tag_keys: Vec<String> });
        $crate::iam::tags::tag_inputs!(
            @read $kind, $member, ListTags { marker: Option<String>, max_items: Option<usize> }
        );
    };
    (@read $kind:ty, $member:literal, $input:ident { $($name:ident: $type:ty),* }) => {
        impl<'de> serde::Deserialize<'de> for $crate::iam::tags::$input<$kind> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(rename_all = "PascalCase")]
                struct Input {
                    #[serde(rename = $member)]
                    key: <$kind as $crate::iam::tags::Tagged>::Key,
                    $($name: $type,)*
                }

                let Input { key, $($name),* } = Input::deserialize(deserializer)?;
                Ok(Self { key, $($name),* })
            }
        }
    };
}

pub(in crate::iam) use tag_inputs;

impl Tagged for Role {
    type Key = RoleName;

    const QUOTA: &'static str = "TagsPerRole";

    fn find<'a>(state: &'a Iam, name: &RoleName) -> Result<&'a Arc<Self>, Fault> {
        roles::find(state, name)
    }

    fn put(self, state: &mut Iam, name: RoleName) {
        state.roles.put(name, self);
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
}

tag_inputs!(Role, "RoleName");

impl Tagged for User {
    type Key = UserName;

    const QUOTA: &'static str = "TagsPerUser";

    fn find<'a>(state: &'a Iam, name: &UserName) -> Result<&'a Arc<Self>, Fault> {
        users::find(state, name)
    }

    fn put(self, state: &mut Iam, name: UserName) {
        state.users.put(name, self);
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
}

tag_inputs!(User, "UserName");

/// The account's own: those of AWS are not found.
impl Tagged for Policy {
    type Key = PolicyArn;

    const QUOTA: &'static str = "TagsPerPolicy";

    fn find<'a>(state: &'a Iam, arn: &PolicyArn) -> Result<&'a Arc<Self>, Fault> {
        managed_policies::check_arn(arn)?;
        state.policies.get(arn).ok_or_else(|| faults::no_policy(arn))
    }

    fn put(self, state: &mut Iam, arn: PolicyArn) {
        state.policies.put(arn, self);
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
}

tag_inputs!(Policy, "PolicyArn");
