//! The resources of calls: keys and aliases by their ARNs, with the policy of the key, which must allow it, too.

use std::sync::Arc;

use crate::kms::keys::Key;
use crate::kms::{Kms, key_ids, tags};
use crate::service::Document;
use crate::service::authorization::{Asked, Requirement};

pub(super) type Call<'a> = Asked<'a, Kms>;

/// The call's action on this resource, with who calls and the tags that the call brings.
fn on(call: &Call<'_>, resource: impl Into<String>) -> Requirement {
    of_caller(call, Requirement::new(call.action("kms"), resource))
}

fn of_caller(call: &Call<'_>, requirement: Requirement) -> Requirement {
    let bypasses =
        call.input.member("BypassPolicyLockoutSafetyCheck").is_some_and(|value| !value.asks_nothing());
    let changes_policy = ["CreateKey", "PutKeyPolicy"].contains(&call.operation.name);
    let bypasses = changes_policy.then(|| bypasses.to_string());
    requirement
        .with("kms:CallerAccount", [call.ctx.principal.account.as_str()])
        .with("kms:BypassPolicyLockoutSafetyCheck", bypasses)
}

pub(super) fn everything(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, "*")]
}

/// Tags that come with a key need what tagging it later would.
///
/// Source: API reference, CreateKey.
pub(super) fn new_key(call: &Call<'_>) -> Vec<Requirement> {
    let tags = request_tags(call);
    let given = |member: &str, default: &str| call.text(member).unwrap_or(default).to_owned();
    let spec = given("KeySpec", call.text("CustomerMasterKeySpec").unwrap_or("SYMMETRIC_DEFAULT"));
    let key = on(call, "*")
        .with("kms:KeySpec", [spec])
        .with("kms:KeyUsage", [given("KeyUsage", "ENCRYPT_DECRYPT")])
        .with("kms:KeyOrigin", [given("Origin", "AWS_KMS")])
        .with_request_tags(&tags);
    let mut requirements = vec![key];
    if !tags.is_empty() {
        let tagging = Requirement::new("kms:TagResource", "*").with_request_tags(&tags);
        requirements.push(of_caller(call, tagging));
    }
    requirements
}

/// The tags of a call, which KMS calls by other names than other services.
fn request_tags(call: &Call<'_>) -> Vec<(String, String)> {
    let tags = call.input.member("Tags").map(Document::items).unwrap_or_default();
    let part = |tag: &Document<'_>, name: &str| {
        tag.member(name).and_then(Document::as_text).unwrap_or_default().to_owned()
    };
    tags.iter().map(|tag| (part(tag, "TagKey"), part(tag, "TagValue"))).collect()
}

pub(super) fn key(call: &Call<'_>) -> Vec<Requirement> {
    vec![named_key(call, call.action("kms"), call.required("KeyId"))]
}

/// As [`key`], where none may be named: then the grant's token tells it.
pub(super) fn key_if_named(call: &Call<'_>) -> Vec<Requirement> {
    if call.text("KeyId").is_some() { key(call) } else { everything(call) }
}

pub(super) fn deleted_key(call: &Call<'_>) -> Vec<Requirement> {
    let days = match call.input.member("PendingWindowInDays") {
        Some(Document::Integer(days)) => Some(days.to_string()),
        _ => None,
    };
    key(call)
        .into_iter()
        .map(|requirement| requirement.with("kms:ScheduleKeyDeletionPendingWindowInDays", days.clone()))
        .collect()
}

pub(super) fn tagged_key(call: &Call<'_>) -> Vec<Requirement> {
    let (tags, keys) = (request_tags(call), call.texts("TagKeys"));
    key(call)
        .into_iter()
        .map(|requirement| {
            let requirement = requirement.with_request_tags(&tags);
            // Those of UntagResource.
            requirement.with("aws:TagKeys", keys.iter().copied())
        })
        .collect()
}

/// Both the alias and its key.
///
/// Source: developer guide, "Controlling access to aliases".
pub(super) fn new_alias(call: &Call<'_>) -> Vec<Requirement> {
    vec![alias(call), named_key(call, call.action("kms"), call.required("TargetKeyId"))]
}

pub(super) fn present_alias(call: &Call<'_>) -> Vec<Requirement> {
    let mut requirements = vec![alias(call)];
    let target = call.state.aliases.get(&call.required("AliasName").into());
    requirements.extend(target.map(|target| named_key(call, call.action("kms"), &target.target_key_id)));
    requirements
}

/// The alias, the key that it is of, and the one that it will be of.
pub(super) fn moved_alias(call: &Call<'_>) -> Vec<Requirement> {
    let mut requirements = present_alias(call);
    requirements.push(named_key(call, call.action("kms"), call.required("TargetKeyId")));
    requirements
}

/// From one key to another, each with an action of its own, as documented.
pub(super) fn two_keys(call: &Call<'_>) -> Vec<Requirement> {
    let source = call.text("SourceKeyId");
    vec![
        source.map_or_else(
            || of_caller(call, Requirement::new("kms:ReEncryptFrom", "*")),
            |source| named_key(call, "kms:ReEncryptFrom".to_owned(), source),
        ),
        named_key(call, "kms:ReEncryptTo".to_owned(), call.required("DestinationKeyId")),
    ]
}

fn alias(call: &Call<'_>) -> Requirement {
    on(call, call.ctx.scope.arn("kms", format_args!("{}", call.required("AliasName"))))
}

/// An action on a key, under its policy. One that is not there has none.
fn named_key(call: &Call<'_>, action: String, named: &str) -> Requirement {
    let ctx = call.ctx;
    let Ok(key) = key_ids::find_by_alias_too(ctx.scope, ctx.now, call.state, named) else {
        return of_caller(call, Requirement::new(action, arn_of(call, named)));
    };
    let requirement = of_caller(call, Requirement::new(action, &*key.arn));
    let requirement = with_facts(call, requirement, key)
        .with("kms:RequestAlias", named.find("alias/").and_then(|start| named.get(start..)));
    match call.state.key_policies.get(&key.key_id) {
        Some(policy) => requirement.under(policy.named()),
        None => requirement,
    }
}

/// What conditions may ask about a key.
fn with_facts(call: &Call<'_>, requirement: Requirement, key: &Arc<Key>) -> Requirement {
    let aliases = call.state.aliases.iter().filter(|(_, alias)| alias.target_key_id == key.key_id);
    requirement
        .with_resource_tags(&tags::pairs(&key.tags), &["aws"])
        .with("kms:ResourceAliases", aliases.map(|(name, _)| name.as_str()))
        .with("kms:KeySpec", [key.key_spec.as_str()])
        .with("kms:KeyUsage", [key.key_usage.as_str()])
        .with("kms:KeyOrigin", [key.origin.as_str()])
}

fn arn_of(call: &Call<'_>, named: &str) -> String {
    if named.starts_with("arn:") {
        named.to_owned()
    } else if named.starts_with("alias/") {
        call.ctx.scope.arn("kms", format_args!("{named}"))
    } else {
        call.ctx.scope.arn("kms", format_args!("key/{named}"))
    }
}
