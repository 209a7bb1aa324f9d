//! TagRole, UntagRole, ListRoleTags and those of every other kind that bears tags.

use serde::Serialize;
use serde::de::DeserializeOwned;
use stagecheck_models::{Operation, iam as operations};

use super::tagged::change;
use super::{Tag, Tagged, add, remove};
use crate::iam::Iam;
use crate::iam::managed_policies::Policy;
use crate::iam::paging::Asked;
use crate::iam::roles::Role;
use crate::iam::users::User;
use crate::service::{Ctx, Fault, Registrar};

/// Registers the operations of roles, users and policies.
pub(in crate::iam) fn register(registrar: &mut impl Registrar<Iam>) {
    register_kind::<Role>(
        registrar,
        [&operations::TAG_ROLE, &operations::UNTAG_ROLE, &operations::LIST_ROLE_TAGS],
    );
    register_kind::<User>(
        registrar,
        [&operations::TAG_USER, &operations::UNTAG_USER, &operations::LIST_USER_TAGS],
    );
    register_kind::<Policy>(
        registrar,
        [&operations::TAG_POLICY, &operations::UNTAG_POLICY, &operations::LIST_POLICY_TAGS],
    );
}

/// Registers the operations that tag, untag and list the tags of a kind.
pub(in crate::iam) fn register_kind<T: Tagged>(
    registrar: &mut impl Registrar<Iam>,
    [to_tag, to_untag, to_list]: [&'static Operation; 3],
) where
    TagResource<T>: DeserializeOwned,
    UntagResource<T>: DeserializeOwned,
    ListTags<T>: DeserializeOwned,
{
    registrar.write(to_tag, tag::<T>, &[]);
    registrar.write(to_untag, untag::<T>, &[]);
    registrar.read(to_list, list::<T>, &[]);
}

pub(in crate::iam) struct TagResource<T: Tagged> {
    pub(in crate::iam) key: T::Key,
    pub(in crate::iam) tags: Vec<Tag>,
}

fn tag<T: Tagged>(_: &Ctx<'_>, state: &mut Iam, input: TagResource<T>) -> Result<(), Fault> {
    change::<T>(state, input.key, |tags| add(tags, input.tags, T::QUOTA))
}

pub(in crate::iam) struct UntagResource<T: Tagged> {
    pub(in crate::iam) key: T::Key,
    pub(in crate::iam) tag_keys: Vec<String>,
}

fn untag<T: Tagged>(_: &Ctx<'_>, state: &mut Iam, input: UntagResource<T>) -> Result<(), Fault> {
    change::<T>(state, input.key, |tags| {
        remove(tags, &input.tag_keys);
        Ok(())
    })
}

pub(in crate::iam) struct ListTags<T: Tagged> {
    pub(in crate::iam) key: T::Key,
    pub(in crate::iam) marker: Option<String>,
    pub(in crate::iam) max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListedTags {
    tags: Vec<Tag>,
    is_truncated: bool,
    marker: Option<String>,
}

/// IAM lists tags by their keys.
fn list<T: Tagged>(_: &Ctx<'_>, state: &Iam, input: ListTags<T>) -> Result<ListedTags, Fault> {
    let tags = T::find(state, &input.key)?.tags().to_vec();
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let (tags, marker) = asked.of_few(tags, |tag| tag.key.clone())?;
    Ok(ListedTags { tags, is_truncated: marker.is_some(), marker })
}
