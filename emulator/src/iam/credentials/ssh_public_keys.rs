//! SSH public keys of users, which let them into CodeCommit.

mod material;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::owner::{self, Owned};
use super::status::Status;
use crate::iam::paging::Asked;
use crate::iam::{Iam, UserName, faults, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::time::Timestamp;
use material::{Encoding, PublicKey};

pub(super) type SshPublicKeyId = CompactString;

/// A user's SSH public key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SshPublicKey {
    user_name: UserName,
    #[serde(rename = "SSHPublicKeyId")]
    id: SshPublicKeyId,
    fingerprint: String,
    /// As it was uploaded.
    #[serde(rename = "SSHPublicKeyBody")]
    body: String,
    status: Status,
    upload_date: Timestamp,
}

impl Owned for SshPublicKey {
    fn set_user_name(&mut self, name: UserName) {
        self.user_name = name;
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::UPLOAD_SSH_PUBLIC_KEY, upload, &[]);
    registrar.read(&operations::GET_SSH_PUBLIC_KEY, get, &[]);
    registrar.read(&operations::LIST_SSH_PUBLIC_KEYS, list, &[]);
    registrar.write(&operations::UPDATE_SSH_PUBLIC_KEY, update, &[]);
    registrar.write(&operations::DELETE_SSH_PUBLIC_KEY, delete, &[]);
}

#[derive(Serialize)]
struct KeyOutput {
    #[serde(rename = "SSHPublicKey")]
    key: Arc<SshPublicKey>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UploadSshPublicKey {
    user_name: UserName,
    #[serde(rename = "SSHPublicKeyBody")]
    body: String,
}

fn upload(ctx: &Ctx<'_>, state: &mut Iam, input: UploadSshPublicKey) -> Result<KeyOutput, Fault> {
    let user_name = owner::user(ctx, state, Some(input.user_name))?;
    let fingerprint = PublicKey::parse(&input.body)?.fingerprint();
    let keys = &mut state.credentials.ssh_public_keys;
    if keys.range(owner::rows_of(&user_name)).any(|(_, key)| key.fingerprint == fingerprint) {
        // The wording is inferred.
        let message = format!("The SSH public key is already associated with user {user_name}.");
        return Err(Fault::new(400, "DuplicateSSHPublicKey", message));
    }
    let present = || owner::count_of(keys, &user_name);
    quotas::check(ctx, quotas::SSH_PUBLIC_KEYS_PER_USER, "SSHPublicKeysPerUser", present)?;
    let key = SshPublicKey {
        user_name: user_name.clone(),
        id: ctx.ids.upper("APKA", 16).into(),
        fingerprint,
        body: input.body,
        status: Status::Active,
        upload_date: ctx.now.whole_seconds(),
    };
    Ok(KeyOutput { key: keys.put((user_name, key.id.clone()), key) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSshPublicKey {
    user_name: UserName,
    #[serde(rename = "SSHPublicKeyId")]
    id: SshPublicKeyId,
    encoding: Encoding,
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: GetSshPublicKey) -> Result<KeyOutput, Fault> {
    let key = (owner::user(ctx, state, Some(input.user_name))?, input.id);
    let row = state.credentials.ssh_public_keys.get(&key).ok_or_else(|| no_key(&key.1))?;
    if Encoding::of(&row.body) == Some(input.encoding) {
        return Ok(KeyOutput { key: Arc::clone(row) });
    }
    let body = PublicKey::parse(&row.body)?.encode(input.encoding)?;
    Ok(KeyOutput { key: Arc::new(SshPublicKey { body, ..SshPublicKey::clone(row) }) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListSshPublicKeys {
    user_name: Option<UserName>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SshPublicKeys {
    #[serde(rename = "SSHPublicKeys")]
    keys: Vec<Arc<SshPublicKey>>,
    is_truncated: bool,
    marker: Option<String>,
}

/// The shape of a listed key has neither body nor fingerprint.
fn list(ctx: &Ctx<'_>, state: &Iam, input: ListSshPublicKeys) -> Result<SshPublicKeys, Fault> {
    let user = owner::user(ctx, state, input.user_name)?;
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = owner::page_of(&state.credentials.ssh_public_keys, &user, &asked)?;
    Ok(SshPublicKeys {
        keys: page.rows.into_iter().map(|(_, key)| key).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateSshPublicKey {
    user_name: UserName,
    #[serde(rename = "SSHPublicKeyId")]
    id: SshPublicKeyId,
    status: Status,
}

fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateSshPublicKey) -> Result<(), Fault> {
    let key = (owner::user(ctx, state, Some(input.user_name))?, input.id);
    let keys = &mut state.credentials.ssh_public_keys;
    let row = keys.get(&key).ok_or_else(|| no_key(&key.1))?;
    let row = SshPublicKey { status: input.status.to_set()?, ..SshPublicKey::clone(row) };
    keys.put(key, row);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteSshPublicKey {
    user_name: UserName,
    #[serde(rename = "SSHPublicKeyId")]
    id: SshPublicKeyId,
}

fn delete(ctx: &Ctx<'_>, state: &mut Iam, input: DeleteSshPublicKey) -> Result<(), Fault> {
    let key = (owner::user(ctx, state, Some(input.user_name))?, input.id);
    state.credentials.ssh_public_keys.remove(&key).ok_or_else(|| no_key(&key.1))?;
    Ok(())
}

/// The wording is inferred.
fn no_key(id: &str) -> Fault {
    faults::missing(format!("The Public Key with id {id} cannot be found."))
}
