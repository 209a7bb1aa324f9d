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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Principal;
    use crate::sts::json_web_keys::{OidcKeys, Verdict};
    use crate::sts::json_web_token::JsonWebToken;
    use crate::sts::session_token;
    use crate::sts::world::{FakeIam, NOW, ROLE, USER, World};

    const ISSUER: &str = "https://0.tokens.sts.global.api.aws";

    fn world(issuer: Option<&str>) -> World {
        let trust = format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"{USER}"}},"Action":["sts:AssumeRole","sts:TagSession"]}}}}"#
        );
        let account = FakeIam { issuer: issuer.map(str::to_owned), ..FakeIam::default() };
        World::with(&trust, account, OidcKeys::default())
    }

    fn ask(world: &World, caller: &Principal, more: Value) -> Result<Value, Fault> {
        let mut input = json!({"Audience": ["app"], "SigningAlgorithm": "ES384"});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.call(caller, get, input)
    }

    #[test]
    fn a_token_tells_who_asked_and_is_signed() {
        let world = world(Some(ISSUER));
        let tags = json!({"Tags": [{"Key": "job", "Value": "7"}]});
        let answer = ask(&world, &world.user(), tags).unwrap();
        let token = JsonWebToken::parse(answer["WebIdentityToken"].as_str().unwrap()).unwrap();
        assert_eq!(token.claims.text("iss"), Some(ISSUER));
        assert_eq!((token.claims.text("sub"), token.claims.text("aud")), (Some(USER), Some("app")));
        assert_eq!(token.claims.moment("exp"), Some(NOW.plus_seconds(300)));
        let told = token.claims.get(NAMESPACE).unwrap();
        assert_eq!(told["aws_account"], "123456789012");
        assert_eq!(
            (&told["request_tags"]["job"], &told["principal_tags"]["team"]),
            (&json!("7"), &json!("blue"))
        );
        let mut keys = OidcKeys::default();
        keys.add(ISSUER, &world.ports.signing_keys.key_set().to_string()).unwrap();
        let (id, message) = (token.key_id.as_deref(), token.message.as_bytes());
        assert_eq!(keys.verify(ISSUER, id, token.algorithm, message, &token.signature), Verdict::Good);
    }

    #[test]
    fn a_token_of_a_session_tells_the_role_and_lasts_no_longer() {
        let world = world(Some(ISSUER));
        let input = json!({
            "RoleArn": ROLE, "RoleSessionName": "shift", "DurationSeconds": 900,
            "Tags": [{"Key": "Team", "Value": "red"}],
        });
        let session = world.call(&world.user(), crate::sts::assume_role::assume_role, input).unwrap();
        let session = world.session(&session);
        let answer = ask(&world, &session, json!({"DurationSeconds": 900})).unwrap();
        let token = JsonWebToken::parse(answer["WebIdentityToken"].as_str().unwrap()).unwrap();
        assert_eq!(token.claims.text("sub"), Some(ROLE));
        assert_eq!(token.claims.get(NAMESPACE).unwrap()["principal_tags"], json!({"Team": "red"}));
        assert_eq!(ask(&world, &session, json!({"DurationSeconds": 901})).unwrap_err(), escalation());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let off = world(None);
        assert_eq!(ask(&off, &off.user(), json!({})).unwrap_err(), disabled());
        let world = world(Some(ISSUER));
        let tags: Vec<Value> =
            (0..50).map(|index| json!({"Key": format!("k{index}"), "Value": "x".repeat(256)})).collect();
        assert_eq!(ask(&world, &world.user(), json!({"Tags": tags})).unwrap_err(), too_large());
        let none = ask(&world, &world.user(), json!({"SigningAlgorithm": "HS256"})).unwrap_err();
        assert_eq!(none.code, "ValidationError");
        let token = world.call(&world.user(), session_token::get, json!({})).unwrap();
        let refused = ask(&world, &world.session(&token), json!({})).unwrap_err();
        assert_eq!(refused, super::super::faults::not_with_session_credentials("GetWebIdentityToken"));
    }
}
