//! KMS keys.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::key_policies::KeyPolicy;
use super::tags::{self, Tag};
use super::{KeyId, Kms, faults, key_ids, quotas};
use crate::service::{Ctx, Fault};
use crate::store::Account;
use crate::time::Timestamp;

/// Keys on a page where the caller does not say, as documented.
const DEFAULT_LIMIT: usize = 100;

/// The one kind of key that is built: symmetric, for encryption, with material that KMS made.
const SYMMETRIC_DEFAULT: &str = "SYMMETRIC_DEFAULT";
const ENCRYPT_DECRYPT: &str = "ENCRYPT_DECRYPT";
const AWS_KMS: &str = "AWS_KMS";

/// A key. It has no material, and so no `CurrentKeyMaterialId`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Key {
    #[serde(rename = "AWSAccountId")]
    account: Account,
    pub(super) key_id: KeyId,
    pub(super) arn: Arc<str>,
    creation_date: Timestamp,
    enabled: bool,
    description: String,
    pub(super) key_usage: CompactString,
    pub(super) key_state: KeyState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deletion_date: Option<Timestamp>,
    pub(super) origin: CompactString,
    key_manager: CompactString,
    customer_master_key_spec: CompactString,
    pub(super) key_spec: CompactString,
    encryption_algorithms: [CompactString; 1],
    multi_region: bool,
    /// Not told with the rest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
}

/// What a key can be used for at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum KeyState {
    Enabled,
    Disabled,
    PendingDeletion,
}

impl Key {
    fn new(ctx: &Ctx<'_>, description: String, tags: Vec<Tag>) -> Self {
        let key_id = ctx.ids.uuid().to_string();
        Self {
            account: ctx.scope.account.clone(),
            arn: ctx.scope.arn("kms", format_args!("key/{key_id}")).into(),
            key_id: key_id.into(),
            creation_date: ctx.now,
            enabled: true,
            description,
            key_usage: CompactString::const_new(ENCRYPT_DECRYPT),
            key_state: KeyState::Enabled,
            deletion_date: None,
            origin: CompactString::const_new(AWS_KMS),
            key_manager: CompactString::const_new("CUSTOMER"),
            customer_master_key_spec: CompactString::const_new(SYMMETRIC_DEFAULT),
            key_spec: CompactString::const_new(SYMMETRIC_DEFAULT),
            encryption_algorithms: [CompactString::const_new(SYMMETRIC_DEFAULT)],
            multi_region: false,
            tags,
        }
    }

    /// The key in another state.
    pub(super) fn in_state(&self, key_state: KeyState, deletion_date: Option<Timestamp>) -> Self {
        Self { enabled: key_state == KeyState::Enabled, key_state, deletion_date, ..self.clone() }
    }

    /// Whether it is still there: it goes with the end of its waiting period.
    pub(super) fn is_there(&self, now: Timestamp) -> bool {
        self.deletion_date.is_none_or(|end| now < end)
    }

    /// What most changes of a key ask for.
    ///
    /// Source: developer guide, "Key states of AWS KMS keys".
    pub(super) fn refuse_pending(&self) -> Result<(), Fault> {
        match self.key_state {
            KeyState::PendingDeletion => Err(faults::pending_deletion(&self.arn)),
            KeyState::Enabled | KeyState::Disabled => Ok(()),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateKey {
    policy: Option<String>,
    #[serde(default)]
    description: String,
    key_usage: Option<CompactString>,
    customer_master_key_spec: Option<CompactString>,
    key_spec: Option<CompactString>,
    origin: Option<CompactString>,
    #[serde(default)]
    bypass_policy_lockout_safety_check: bool,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneKey {
    key_metadata: Arc<Key>,
}

pub(super) fn create(ctx: &Ctx<'_>, state: &mut Kms, input: CreateKey) -> Result<OneKey, Fault> {
    check_kind(&input)?;
    tags::check(&input.tags)?;
    let present = || state.keys.iter().filter(|(_, key)| key.is_there(ctx.now)).count();
    if !ctx.quotas.has_room(quotas::KEYS, present) {
        return Err(faults::limit_exceeded("Keys", ctx.quotas.most(quotas::KEYS)));
    }
    let mut tags = input.tags;
    tags::sort(&mut tags);
    let key = Key::new(ctx, input.description, tags);
    let policy = match input.policy {
        Some(text) => KeyPolicy::given(ctx, &key.arn, text, input.bypass_policy_lockout_safety_check)?,
        None => KeyPolicy::of_account(ctx.scope)?,
    };
    let id = key.key_id.clone();
    state.key_policies.put(id.clone(), policy);
    Ok(OneKey { key_metadata: state.keys.put(id, key) })
}

/// Whether the key that is asked for is of the kind that is built.
fn check_kind(input: &CreateKey) -> Result<(), Fault> {
    let spec = match (&input.key_spec, &input.customer_master_key_spec) {
        // Reported by users; both name the same.
        (Some(_), Some(_)) => {
            return Err(faults::validation(
                "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is \
                 deprecated.",
            ));
        }
        (spec, other) => spec.as_ref().or(other.as_ref()),
    };
    let asked = [("KeySpec", spec, SYMMETRIC_DEFAULT), ("Origin", input.origin.as_ref(), AWS_KMS)];
    for (member, value, built) in asked {
        if let Some(other) = value.filter(|value| *value != built) {
            return Err(Fault::not_implemented(format!(
                "CreateKey takes no {member} {other} in this emulator yet: keys are {built}"
            )));
        }
    }
    match &input.key_usage {
        // The rule is documented, the wording inferred.
        Some(usage) if usage != ENCRYPT_DECRYPT => Err(faults::validation(format!(
            "KeyUsage {usage} is not compatible with KeySpec {SYMMETRIC_DEFAULT}"
        ))),
        _ => Ok(()),
    }
}

/// A key by its id or ARN.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NamedKey {
    pub(super) key_id: String,
}

pub(super) fn describe(ctx: &Ctx<'_>, state: &Kms, input: NamedKey) -> Result<OneKey, Fault> {
    let key = key_ids::find_by_alias_too(ctx.scope, ctx.now, state, &input.key_id)?;
    Ok(OneKey { key_metadata: Arc::clone(key) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListKeys {
    limit: Option<usize>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedKeys {
    keys: Vec<ListedKey>,
    next_marker: Option<String>,
    truncated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListedKey {
    key_id: KeyId,
    key_arn: Arc<str>,
}

pub(super) fn list(ctx: &Ctx<'_>, state: &Kms, input: ListKeys) -> Result<ListedKeys, Fault> {
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let page = state
        .keys
        .page(everything, input.marker.as_deref(), input.limit.unwrap_or(DEFAULT_LIMIT), |_, key| {
            key.is_there(ctx.now)
        })
        .map_err(faults::bad_marker)?;
    let listed = |(key_id, key): (KeyId, Arc<Key>)| ListedKey { key_id, key_arn: Arc::clone(&key.arn) };
    Ok(ListedKeys {
        keys: page.rows.into_iter().map(listed).collect(),
        truncated: page.next.is_some(),
        next_marker: page.next,
    })
}

pub(super) fn enable(ctx: &Ctx<'_>, state: &mut Kms, input: NamedKey) -> Result<(), Fault> {
    switch(ctx, state, &input, KeyState::Enabled)
}

pub(super) fn disable(ctx: &Ctx<'_>, state: &mut Kms, input: NamedKey) -> Result<(), Fault> {
    switch(ctx, state, &input, KeyState::Disabled)
}

fn switch(ctx: &Ctx<'_>, state: &mut Kms, named: &NamedKey, to: KeyState) -> Result<(), Fault> {
    let key = key_ids::find(ctx.scope, ctx.now, state, &named.key_id)?;
    key.refuse_pending()?;
    let key = key.in_state(to, None);
    state.keys.put(key.key_id.clone(), key);
    Ok(())
}
