//! GetWebIdentityToken.
//!
//! Source of the claims: AWS IAM user guide, "Understanding token claims" of outbound identity federation.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::credentials::check_caller;
use super::session_tags::{SessionTags, Tag};
use super::signing_keys::SigningAlgorithm;
use super::trust::seconds;
use super::{Ports, Sts};
use crate::service::{Ctx, Fault, Identity};
use crate::store::Scopes;
use crate::time::Timestamp;

/// Seconds of a token where the caller does not say.
const DEFAULT_DURATION: i64 = 300;

/// Bytes of the claims (inferred: AWS does not tell the limit, but that it is tags that exceed it).
const LARGEST_PAYLOAD: usize = 8192;

/// The claim that has all that is AWS's own.
const NAMESPACE: &str = "https://sts.amazonaws.com/";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetWebIdentityToken {
    audience: Vec<String>,
    duration_seconds: Option<i64>,
    signing_algorithm: String,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct WebIdentityToken {
    web_identity_token: String,
    expiration: Timestamp,
}

pub(super) fn get(
    ctx: &Ctx<'_>,
    _: &Scopes<Sts>,
    input: GetWebIdentityToken,
    ports: &Ports,
) -> Result<WebIdentityToken, Fault> {
    check_caller(ctx, "GetWebIdentityToken")?;
    let algorithm = algorithm(&input.signing_algorithm)?;
    let issuer = ports.providers.outbound(ctx.scope).ok_or_else(disabled)?;
    let tags = SessionTags::new(input.tags, Vec::new(), None)?;
    let duration = input.duration_seconds.unwrap_or(DEFAULT_DURATION);
    let expiration = ctx.now.plus_seconds(duration).whole_seconds();
    if ctx.principal.session.as_ref().is_some_and(|session| expiration > session.expires) {
        return Err(escalation());
    }
    let audience = match input.audience.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    let claims = json!({
        "iss": issuer,
        "aud": audience,
        "sub": subject(ctx),
        "iat": seconds(ctx.now),
        "exp": seconds(expiration),
        "jti": ctx.ids.uuid().to_string(),
        NAMESPACE: of_caller(ctx, &tags, ports),
    });
    if claims.to_string().len() > LARGEST_PAYLOAD {
        return Err(too_large());
    }
    let web_identity_token = ports.signing_keys.sign(algorithm, &claims).ok_or_else(|| {
        Fault::new(500, "InternalFailure", "the emulator has no random numbers to make a key of")
    })?;
    Ok(WebIdentityToken { web_identity_token, expiration })
}

/// The model takes any five characters.
fn algorithm(name: &str) -> Result<SigningAlgorithm, Fault> {
    match name {
        "RS256" => Ok(SigningAlgorithm::Rs256),
        "ES384" => Ok(SigningAlgorithm::Es384),
        // The wording is that of the framework; that it is this is inferred.
        _ => Err(super::faults::validation_error(
            "1 validation error detected: Value at 'signingAlgorithm' failed to satisfy constraint: Member must \
             satisfy enum value set: [RS256, ES384]",
        )),
    }
}

/// The role of a session, as documented, and else the caller.
fn subject<'a>(ctx: &Ctx<'a>) -> &'a str {
    match &ctx.principal.identity {
        Identity::Role { arn, .. } => arn,
        Identity::Root | Identity::User { .. } => &ctx.principal.arn,
    }
}

fn of_caller(ctx: &Ctx<'_>, tags: &SessionTags, ports: &Ports) -> Value {
    let session = ctx.principal.session.as_ref();
    let mut claims = Map::new();
    let mut claim = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    claim("aws_account", json!(ctx.principal.account));
    claim("source_region", json!(ctx.scope.region));
    // Tags of the session stand over those of the role or user.
    let mut principal_tags: Map<String, Value> = Map::new();
    let of_session = session.iter().flat_map(|session| session.tags.clone());
    for (key, value) in ports.permissions.of(ctx.principal).tags.into_iter().chain(of_session) {
        principal_tags.retain(|present, _| present.to_lowercase() != key.to_lowercase());
        principal_tags.insert(key, Value::String(value));
    }
    if !principal_tags.is_empty() {
        claim("principal_tags", Value::Object(principal_tags));
    }
    if let Some(session) = session {
        claim("original_session_exp", json!(session.expires.iso8601()));
        if let Some(provider) = &session.federated_provider {
            claim("federated_provider", json!(provider));
        }
        if let Some(source_identity) = &session.source_identity {
            claim("source_identity", json!(source_identity));
        }
    }
    if !tags.is_empty() {
        let tags: Map<String, Value> =
            tags.all().map(|(key, value)| (key.clone(), Value::String(value.clone()))).collect();
        claim("request_tags", Value::Object(tags));
    }
    Value::Object(claims)
}

/// The wordings of the three that follow are those of the model's documentation, as near as one can guess.
fn disabled() -> Fault {
    Fault::new(
        403,
        "OutboundWebIdentityFederationDisabledException",
        "Outbound web identity federation is not enabled for this account.",
    )
}

fn escalation() -> Fault {
    Fault::new(
        403,
        "SessionDurationEscalationException",
        "The requested token duration would extend the session beyond its original expiration time.",
    )
}

fn too_large() -> Fault {
    Fault::new(
        400,
        "JWTPayloadSizeExceededException",
        "The requested token payload size exceeds the maximum allowed size.",
    )
}
