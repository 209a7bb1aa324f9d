//! Whose credentials are meant, and what belongs to a user.

use std::ops::Bound;

use compact_str::CompactString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::iam::entities::just_after;
use crate::iam::paging::Asked;
use crate::iam::{Iam, UserName, users};
use crate::service::{Ctx, Fault, Identity};
use crate::store::{Index, KeyRange, Page, Table};

/// What root's credentials are kept under: no user has this name.
pub(super) const ROOT: UserName = CompactString::const_new("");

/// What answers call root. IAM's documents show no such answer: it is inferred.
const ROOT_CALLED: UserName = CompactString::const_new("root");

/// A credential of a user.
pub(super) trait Owned {
    /// Follows its user's name.
    fn set_user_name(&mut self, name: UserName);
}

/// The user that is named, else the one who calls, or root. Who calls with temporary credentials must name one.
pub(super) fn owner(ctx: &Ctx<'_>, state: &Iam, name: Option<UserName>) -> Result<UserName, Fault> {
    match (name, &ctx.principal.identity) {
        (None, _) if ctx.principal.session.is_some() => Err(users::must_name_one()),
        (None, Identity::Root) => Ok(ROOT),
        (name, _) => user(ctx, state, name),
    }
}

/// The user that is named, else the one who calls.
pub(super) fn user(ctx: &Ctx<'_>, state: &Iam, name: Option<UserName>) -> Result<UserName, Fault> {
    let name = users::caller_or(ctx, name)?;
    users::find(state, &name)?;
    Ok(name)
}

/// The name of an owner in answers.
pub(super) fn called(owner: &UserName) -> UserName {
    if *owner == ROOT { ROOT_CALLED } else { owner.clone() }
}

/// The keys of what belongs to a user, in tables keyed by user first.
pub(super) fn rows_of<T: Default>(user: &UserName) -> KeyRange<(UserName, T)> {
    let next = (just_after(user), T::default());
    (Bound::Included((user.clone(), T::default())), Bound::Excluded(next))
}

/// How many there are of a user.
pub(super) fn count_of<T: Ord + Clone + Default, V, I>(
    table: &Table<(UserName, T), V, I>,
    user: &UserName,
) -> usize {
    table.range(rows_of(user)).count()
}

/// The page of a user's that a caller asks for.
pub(super) fn page_of<T, V, I>(
    table: &Table<(UserName, T), V, I>,
    user: &UserName,
    asked: &Asked,
) -> Result<Page<(UserName, T), V>, Fault>
where
    T: Ord + Clone + Default + Serialize + DeserializeOwned,
{
    asked.of(table, rows_of(user), |_, _| true)
}

/// A user's rows follow its name.
pub(super) fn rename<T, V, I>(table: &mut Table<(UserName, T), V, I>, old: &UserName, new: &UserName)
where
    T: Ord + Clone + Default,
    V: Owned + Clone,
    I: Index<(UserName, T), V>,
{
    let rows: Vec<_> = table.range(rows_of(old)).map(|(key, row)| (key.clone(), V::clone(row))).collect();
    for (key, mut row) in rows {
        table.remove(&key);
        row.set_user_name(new.clone());
        table.put((new.clone(), key.1), row);
    }
}

/// Whether a user has some.
pub(super) fn has_some<T: Ord + Clone + Default, V, I>(
    table: &Table<(UserName, T), V, I>,
    user: &UserName,
) -> bool {
    table.range(rows_of(user)).next().is_some()
}
