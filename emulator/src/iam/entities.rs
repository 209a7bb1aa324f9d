//! What policies are attached to: users, groups and roles.

use std::fmt;
use std::ops::Bound;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{Iam, PolicyArn, faults, groups, roles, users};
use crate::service::Fault;
use crate::store::{Index, KeyRange, Table};

/// A user, group or role, by its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "CompactString")]
pub(super) struct Entity {
    pub(super) kind: EntityKind,
    pub(super) name: CompactString,
}

/// Which of the three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EntityKind {
    #[default]
    Group,
    Role,
    User,
}

impl EntityKind {
    /// The word for it in messages and ARNs.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Group => "group",
            Self::Role => "role",
            Self::User => "user",
        }
    }

    /// The word for it where a message has it as a name.
    pub(super) const fn capitalized(self) -> &'static str {
        match self {
            Self::Group => "Group",
            Self::Role => "Role",
            Self::User => "User",
        }
    }
}

impl Entity {
    pub(super) fn user(name: &str) -> Self {
        Self { kind: EntityKind::User, name: name.into() }
    }

    pub(super) fn group(name: &str) -> Self {
        Self { kind: EntityKind::Group, name: name.into() }
    }

    pub(super) fn role(name: &str) -> Self {
        Self { kind: EntityKind::Role, name: name.into() }
    }

    /// The keys of what belongs to it, in tables keyed by entity first.
    pub(super) fn rows<T: Default>(&self) -> KeyRange<(Self, T)> {
        let after = Self { kind: self.kind, name: just_after(&self.name) };
        (Bound::Included((self.clone(), T::default())), Bound::Excluded((after, T::default())))
    }

    /// Refuses one that is not there.
    pub(super) fn must_exist(&self, state: &Iam) -> Result<(), Fault> {
        match self.kind {
            EntityKind::Group => groups::find(state, &self.name).map(drop),
            EntityKind::Role => roles::find(state, &self.name).map(drop),
            EntityKind::User => users::find(state, &self.name).map(drop),
        }
    }

    /// Refuses one that is not there, or is for AWS alone to change.
    pub(super) fn must_be_modifiable(&self, state: &Iam) -> Result<(), Fault> {
        match self.kind {
            EntityKind::Role => roles::find_modifiable(state, &self.name).map(drop),
            EntityKind::Group | EntityKind::User => self.must_exist(state),
        }
    }

    /// Refuses one that has policies: so does IAM before it deletes.
    pub(super) fn must_have_no_policies(&self, state: &Iam) -> Result<(), Fault> {
        if state.attachments.range(self.rows()).next().is_some() {
            return Err(faults::delete_conflict("Cannot delete entity, must detach all policies first."));
        }
        if state.inline_policies.range(self.rows()).next().is_some() {
            return Err(faults::delete_conflict("Cannot delete entity, must delete policies first."));
        }
        Ok(())
    }

    /// Its policies follow its name.
    pub(super) fn rename(&self, state: &mut Iam, new: &Self) {
        move_rows(&mut state.inline_policies, self, new);
        move_rows(&mut state.attachments, self, new);
    }
}

fn move_rows<T, V, I>(table: &mut Table<(Entity, T), V, I>, old: &Entity, new: &Entity)
where
    T: Ord + Clone + Default,
    V: Clone,
    I: Index<(Entity, T), V>,
{
    let rows: Vec<_> = table.range(old.rows()).map(|(key, row)| (key.clone(), V::clone(row))).collect();
    for (key, row) in rows {
        table.remove(&key);
        table.put((new.clone(), key.1), row);
    }
}

/// `user/ann`
impl fmt::Display for Entity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.kind.word(), self.name)
    }
}

impl From<Entity> for String {
    fn from(entity: Entity) -> Self {
        entity.to_string()
    }
}

impl TryFrom<CompactString> for Entity {
    type Error = String;

    /// A name alone is a role's: exports of earlier builds have no others.
    fn try_from(text: CompactString) -> Result<Self, String> {
        match text.split_once('/') {
            None => Ok(Self::role(&text)),
            Some(("role", name)) => Ok(Self::role(name)),
            Some(("user", name)) => Ok(Self::user(name)),
            Some(("group", name)) => Ok(Self::group(name)),
            Some(_) => Err(format!("{text:?} is no user, group or role")),
        }
    }
}

/// The least text after a name, and all that is behind it in a key: no name has a NUL.
pub(super) fn just_after(name: &str) -> CompactString {
    let mut after = CompactString::from(name);
    after.push('\0');
    after
}

/// What a user or role is looked for by, beside its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Term {
    /// Its name in lower case: no two names differ in case alone.
    Name(String),
    /// The ARN of its permissions boundary.
    Boundary(PolicyArn),
    /// A user or role, by ARN or unique id, that its trust policy names.
    Trusts(String),
}

impl Term {
    pub(super) fn name(name: &str) -> Self {
        Self::Name(name.to_lowercase())
    }
}

/// Tells apart the operations of users, groups and roles that are alike.
pub(super) trait Kind: 'static {
    const KIND: EntityKind;
}

/// Operations on a group's.
pub(super) struct OfGroup;

/// Operations on a role's.
pub(super) struct OfRole;

/// Operations on a user's.
pub(super) struct OfUser;

impl Kind for OfGroup {
    const KIND: EntityKind = EntityKind::Group;
}

impl Kind for OfRole {
    const KIND: EntityKind = EntityKind::Role;
}

impl Kind for OfUser {
    const KIND: EntityKind = EntityKind::User;
}

/// Inputs of operations that users, groups and roles have alike: they differ in the member that names the entity.
///
/// `PutPolicy { policy_name: PolicyName }` makes `PutPolicy<OfUser>`, read from `UserName` and `PolicyName`, and so on.
macro_rules! entity_inputs {
    ($($input:ident { $($member:ident: $type:ty),* $(,)? })*) => {$(
        pub(super) struct $input<K> {
            entity: $crate::iam::entities::Entity,
            $($member: $type,)*
            kind: std::marker::PhantomData<K>,
        }

        $crate::iam::entities::entity_inputs!(@read $input OfGroup group_name { $($member: $type),* });
        $crate::iam::entities::entity_inputs!(@read $input OfRole role_name { $($member: $type),* });
        $crate::iam::entities::entity_inputs!(@read $input OfUser user_name { $($member: $type),* });
    )*};
    (@read $input:ident $kind:ident $name:ident { $($member:ident: $type:ty),* }) => {
        impl<'de> serde::Deserialize<'de> for $input<$crate::iam::entities::$kind> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(rename_all = "PascalCase")]
                struct Input {
                    $name: compact_str::CompactString,
                    $($member: $type,)*
                }

                let Input { $name, $($member),* } = Input::deserialize(deserializer)?;
                let kind = <$crate::iam::entities::$kind as $crate::iam::entities::Kind>::KIND;
                let entity = $crate::iam::entities::Entity { kind, name: $name };
                Ok(Self { entity, $($member,)* kind: std::marker::PhantomData })
            }
        }
    };
}

pub(super) use entity_inputs;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_is_exported_as_text() {
        for entity in [Entity::user("ann"), Entity::group("ops"), Entity::role("logs")] {
            let text = serde_json::to_string(&entity).unwrap();
            assert_eq!(serde_json::from_str::<Entity>(&text).unwrap(), entity);
        }
        assert_eq!(serde_json::from_str::<Entity>("\"logs\"").unwrap(), Entity::role("logs"));
        assert!(serde_json::from_str::<Entity>("\"policy/x\"").is_err());
    }
}
