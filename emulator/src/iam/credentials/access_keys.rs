//! Access keys of users and of root.

mod index;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

pub(crate) use index::UserKeys;

use super::owner::{self, Owned};
use super::status::Status;
use crate::iam::paging::Asked;
use crate::iam::{Iam, UserName, faults, quotas};
use crate::service::{Ctx, Fault, Registrar, Secret};
use crate::time::Timestamp;

pub(super) type AccessKeyId = CompactString;

/// What the ids of long-term access keys begin with.
const KEY_PREFIX: &str = "AKIA";

/// An access key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct AccessKey {
    user_name: UserName,
    pub(in crate::iam) access_key_id: AccessKeyId,
    status: Status,
    secret_access_key: Secret,
    create_date: Timestamp,
    /// When it was made or its status changed, as credential reports tell.
    pub(in crate::iam) last_changed: Timestamp,
}

impl AccessKey {
    pub(in crate::iam) fn is_active(&self) -> bool {
        self.status == Status::Active
    }
}

impl Owned for AccessKey {
    fn set_user_name(&mut self, name: UserName) {
        self.user_name = name;
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_ACCESS_KEY, create, &[]);
    registrar.read(&operations::LIST_ACCESS_KEYS, list, &[]);
    registrar.write(&operations::UPDATE_ACCESS_KEY, update, &[]);
    registrar.write(&operations::DELETE_ACCESS_KEY, delete, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateAccessKey {
    user_name: Option<UserName>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CreatedKey {
    access_key: Arc<AccessKey>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateAccessKey) -> Result<CreatedKey, Fault> {
    let owner = owner::owner(ctx, state, input.user_name)?;
    let keys = &mut state.credentials.access_keys;
    let present = || owner::count_of(keys, &owner);
    quotas::check(ctx, quotas::ACCESS_KEYS_PER_USER, "AccessKeysPerUser", present)?;
    let now = ctx.now.whole_seconds();
    let key = AccessKey {
        user_name: owner::called(&owner),
        access_key_id: ctx.ids.upper(KEY_PREFIX, 16).into(),
        status: Status::Active,
        secret_access_key: Secret::new(ctx.ids.secret_access_key()),
        create_date: now,
        last_changed: now,
    };
    Ok(CreatedKey { access_key: keys.put((owner, key.access_key_id.clone()), key) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListAccessKeys {
    user_name: Option<UserName>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AccessKeys {
    access_key_metadata: Vec<Arc<AccessKey>>,
    is_truncated: bool,
    marker: Option<String>,
}

/// The shape of a listed key has no secret, so none is sent.
fn list(ctx: &Ctx<'_>, state: &Iam, input: ListAccessKeys) -> Result<AccessKeys, Fault> {
    let owner = owner::owner(ctx, state, input.user_name)?;
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = owner::page_of(&state.credentials.access_keys, &owner, &asked)?;
    Ok(AccessKeys {
        access_key_metadata: page.rows.into_iter().map(|(_, key)| key).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateAccessKey {
    user_name: Option<UserName>,
    access_key_id: AccessKeyId,
    status: Status,
}

fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateAccessKey) -> Result<(), Fault> {
    let key = (owner::owner(ctx, state, input.user_name)?, input.access_key_id);
    let status = input.status.to_set()?;
    let keys = &mut state.credentials.access_keys;
    let row = keys.get(&key).ok_or_else(|| no_key(&key.1))?;
    if row.status != status {
        let row = AccessKey { status, last_changed: ctx.now.whole_seconds(), ..AccessKey::clone(row) };
        keys.put(key, row);
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteAccessKey {
    user_name: Option<UserName>,
    access_key_id: AccessKeyId,
}

fn delete(ctx: &Ctx<'_>, state: &mut Iam, input: DeleteAccessKey) -> Result<(), Fault> {
    let key = (owner::owner(ctx, state, input.user_name)?, input.access_key_id);
    state.credentials.access_keys.remove(&key).ok_or_else(|| no_key(&key.1))?;
    Ok(())
}

fn no_key(id: &str) -> Fault {
    faults::missing(format!("The Access Key with id {id} cannot be found."))
}

/// The keys of a user, or root's where none is named, in the order of their ids.
pub(in crate::iam) fn of<'a>(state: &'a Iam, user: Option<&UserName>) -> impl Iterator<Item = &'a AccessKey> {
    let rows = owner::rows_of(user.unwrap_or(&owner::ROOT));
    state.credentials.access_keys.range(rows).map(|(_, key)| &**key)
}
