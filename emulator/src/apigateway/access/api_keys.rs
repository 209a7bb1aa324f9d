//! API keys.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::usage_plan_keys;
use crate::apigateway::paging::{Items, everything, limit};
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, ApiId, StageName, apis, faults, quotas};
use crate::service::Secret;
use crate::service::{Ctx, Fault};
use crate::store::{Indexed, SmallMap};
use crate::time::Timestamp;

pub(crate) type KeyId = CompactString;

/// How many characters a value has where API Gateway makes it.
const GENERATED_LENGTH: usize = 40;

/// The longest name, as documented.
const LONGEST_NAME: usize = 1024;

/// An API key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKey {
    pub(super) id: KeyId,
    /// Kept always; absent only from answers that do not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Secret>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) enabled: bool,
    created_date: Timestamp,
    pub(super) last_updated_date: Timestamp,
    /// Each as `{api}/{stage}`.
    #[serde(default)]
    stage_keys: Vec<CompactString>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(in crate::apigateway) tags: Tags,
}

/// What a key is looked for by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum KeyTerm {
    /// No two keys have one value.
    Value(Secret),
    Customer(String),
    /// As `{api}/{stage}`.
    Stage(CompactString),
}

impl Indexed<KeyId> for ApiKey {
    type Term = KeyTerm;

    fn terms(&self, _: &KeyId, tell: &mut dyn FnMut(KeyTerm)) {
        self.value.iter().cloned().map(KeyTerm::Value).for_each(&mut *tell);
        self.customer_id.iter().cloned().map(KeyTerm::Customer).for_each(&mut *tell);
        self.stage_keys.iter().cloned().map(KeyTerm::Stage).for_each(tell);
    }
}

impl ApiKey {
    pub(super) fn new(id: KeyId, value: Secret, now: Timestamp) -> Self {
        Self {
            id,
            value: Some(value),
            name: None,
            customer_id: None,
            description: None,
            enabled: false,
            created_date: now,
            last_updated_date: now,
            stage_keys: Vec::new(),
            tags: Tags::default(),
        }
    }

    /// The key as it is answered.
    fn shown(&self, with_value: bool) -> Self {
        let mut key = self.clone();
        key.value = key.value.filter(|_| with_value);
        key
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateApiKey {
    name: Option<String>,
    description: Option<String>,
    #[serde(default)]
    enabled: bool,
    generate_distinct_id: Option<bool>,
    value: Option<Secret>,
    #[serde(default)]
    stage_keys: Vec<StageKey>,
    customer_id: Option<String>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StageKey {
    rest_api_id: Option<ApiId>,
    stage_name: Option<StageName>,
}

pub(super) fn create(ctx: &Ctx<'_>, state: &mut ApiGateway, input: CreateApiKey) -> Result<ApiKey, Fault> {
    check_name(input.name.as_deref())?;
    tags::check(&input.tags)?;
    let mut stage_keys = Vec::with_capacity(input.stage_keys.len());
    for StageKey { rest_api_id, stage_name } in input.stage_keys {
        let (api, stage) = (rest_api_id.unwrap_or_default(), stage_name.unwrap_or_default());
        stage_keys.push(stage_key(ctx, state, api, stage)?);
    }
    let value = match input.value.filter(|value| !value.reveal().is_empty()) {
        Some(value) => value,
        None => Secret::new(ctx.ids.alphanumeric(GENERATED_LENGTH)),
    };
    check_value(&value)?;
    if of_value(state, &value).is_some() {
        return Err(faults::conflict("API Key already exists"));
    }
    check_quota(ctx, state)?;
    // As the reference describes this deprecated member: without it, the id is the value.
    let id = match input.generate_distinct_id {
        Some(false) => KeyId::from(value.reveal()),
        _ => KeyId::from(ctx.ids.lower(10)),
    };
    let mut key = ApiKey::new(id.clone(), value, ctx.now.whole_seconds());
    key.name = input.name;
    key.description = input.description;
    key.enabled = input.enabled;
    key.customer_id = input.customer_id;
    key.stage_keys = stage_keys;
    key.tags = input.tags;
    Ok(state.api_keys.put(id, key).shown(true))
}

/// Whether there may be one more.
pub(super) fn check_quota(ctx: &Ctx<'_>, state: &ApiGateway) -> Result<(), Fault> {
    quotas::check_account(ctx, quotas::API_KEYS, "API Keys", || state.api_keys.len())
}

/// The bounds are documented; the wording is inferred.
pub(super) fn check_name(name: Option<&str>) -> Result<(), Fault> {
    if name.is_some_and(|name| name.chars().count() > LONGEST_NAME) {
        return Err(faults::bad_request(format!("API Key name should be at most {LONGEST_NAME} characters")));
    }
    Ok(())
}

/// The text for short values is users'; that for long ones follows it.
pub(super) fn check_value(value: &Secret) -> Result<(), Fault> {
    match value.reveal().chars().count() {
        0..20 => Err(faults::bad_request("API Key value should be at least 20 characters")),
        20..=128 => Ok(()),
        _ => Err(faults::bad_request("API Key value should be at most 128 characters")),
    }
}

/// How a key names a stage, which must be there.
fn stage_key(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    api: ApiId,
    stage: StageName,
) -> Result<CompactString, Fault> {
    apis::find(ctx, state, &api)?;
    let name = CompactString::from(format!("{api}/{stage}"));
    if state.stages.contains(&(api, stage)) { Ok(name) } else { Err(faults::no_stage()) }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetApiKey {
    api_key: KeyId,
    #[serde(default)]
    include_value: bool,
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: GetApiKey) -> Result<ApiKey, Fault> {
    Ok(find(state, &input.api_key)?.shown(input.include_value))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetApiKeys {
    position: Option<String>,
    limit: Option<i64>,
    name_query: Option<String>,
    customer_id: Option<String>,
    #[serde(default)]
    include_values: bool,
}

pub(super) fn list(_: &Ctx<'_>, state: &ApiGateway, input: GetApiKeys) -> Result<Items<ApiKey>, Fault> {
    let wanted = |_: &KeyId, key: &ApiKey| is_named(key, input.name_query.as_deref());
    let (position, limit) = (input.position.as_deref(), limit(input.limit)?);
    let page = match input.customer_id {
        Some(customer) => state.api_keys.page_naming(&KeyTerm::Customer(customer), position, limit, wanted),
        None => state.api_keys.page(everything(), position, limit, wanted),
    };
    let page = page.map_err(faults::bad_position)?;
    Ok(Items::of(page, |key| key.shown(input.include_values)))
}

/// Whether the key's name begins as the query says.
pub(super) fn is_named(key: &ApiKey, query: Option<&str>) -> bool {
    query.is_none_or(|query| key.name.as_deref().unwrap_or_default().starts_with(query))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateApiKey {
    api_key: KeyId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<ApiKey>; 6] = [
    PatchRule::new("/customerId", &[Op::Replace], |key, change| {
        key.customer_id = change.optional();
        Ok(())
    }),
    PatchRule::new("/description", &[Op::Replace], |key, change| {
        key.description = change.optional();
        Ok(())
    }),
    PatchRule::new("/enabled", &[Op::Replace], |key, change| {
        key.enabled = change.boolean();
        Ok(())
    }),
    PatchRule::new("/name", &[Op::Replace], |key, change| {
        key.name = change.optional();
        check_name(key.name.as_deref())
    }),
    PatchRule::new("/stages", &[Op::Add], |key, change| {
        let name = change.value();
        if !key.stage_keys.iter().any(|present| present == name) {
            key.stage_keys.push(name.into());
        }
        Ok(())
    }),
    PatchRule::new("/stages", &[Op::Remove], |key, change| {
        let place = key.stage_keys.iter().position(|name| name == change.value());
        key.stage_keys.remove(place.ok_or_else(faults::no_stage)?);
        Ok(())
    }),
];

pub(super) fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UpdateApiKey) -> Result<ApiKey, Fault> {
    let present = find(state, &input.api_key)?;
    let mut key = ApiKey::clone(present);
    patch::apply(&mut key, &PATCHES, &input.patch_operations)?;
    for added in key.stage_keys.iter().filter(|name| !present.stage_keys.contains(name)) {
        let (api, stage) = added.split_once('/').unwrap_or((added, ""));
        stage_key(ctx, state, api.into(), stage.into())?;
    }
    key.last_updated_date = ctx.now.whole_seconds();
    Ok(state.api_keys.put(input.api_key, key).shown(false))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneApiKey {
    api_key: KeyId,
}

/// With the key go its places in usage plans.
pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneApiKey) -> Result<(), Fault> {
    find(state, &input.api_key)?;
    for place in usage_plan_keys::places_of(state, &input.api_key) {
        usage_plan_keys::forget(state, &place);
    }
    state.api_keys.remove(&input.api_key);
    Ok(())
}

/// Takes a stage that goes, or all of an API, out of the keys.
pub(super) fn forget_stages(state: &mut ApiGateway, api: &ApiId, stage: Option<&StageName>) {
    let named = |stage: &str| CompactString::from(format!("{api}/{stage}"));
    let gone = match stage {
        Some(stage) => named(stage)..=named(stage),
        // No stage's name has a character as large.
        None => named("")..=named("\u{10ffff}"),
    };
    for id in
        state.api_keys.keys_naming(KeyTerm::Stage(gone.start().clone())..=KeyTerm::Stage(gone.end().clone()))
    {
        let Some(mut key) = state.api_keys.get(&id).map(|key| ApiKey::clone(key)) else { continue };
        key.stage_keys.retain(|name| !gone.contains(name));
        state.api_keys.put(id, key);
    }
}

/// The key of this value.
pub(super) fn of_value<'a>(state: &'a ApiGateway, value: &Secret) -> Option<&'a Arc<ApiKey>> {
    state.api_keys.naming(&KeyTerm::Value(value.clone())).map(|(_, key)| key).next()
}

/// The key of this id.
pub(super) fn find<'a>(state: &'a ApiGateway, id: &KeyId) -> Result<&'a Arc<ApiKey>, Fault> {
    state.api_keys.get(id).ok_or_else(no_key)
}

pub(crate) fn no_key() -> Fault {
    faults::not_found("Invalid API Key identifier specified")
}
