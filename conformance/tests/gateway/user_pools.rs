//! User pools that let requests in, by keys that are known.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use stagecheck_emulator::OidcKeys;

use crate::world::{Level, World, function_uri, method};

const POOL: &str = "us-east-1_AbC";

fn issuer(pool: &str) -> String {
    format!("https://cognito-idp.us-east-1.amazonaws.com/{pool}")
}

/// A pool's key.
struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Result<Self> {
        let (random, algorithm) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let unusable = |_| anyhow::anyhow!("no key");
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(unusable)?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random);
        Ok(Self(pair.map_err(|error| anyhow::anyhow!("{error}"))?))
    }

    /// As the pool publishes it.
    fn published(&self) -> String {
        // A point: 4, x, y.
        let point = self.0.public_key().as_ref();
        let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        json!({"keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "k",
            "x": part(&point[1..33]), "y": part(&point[33..])}]})
        .to_string()
    }

    fn token(&self, claims: &Value) -> Result<String> {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&json!({"alg": "ES256", "kid": "k"})), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), message.as_bytes());
        let signature = signature.map_err(|_| anyhow::anyhow!("no signature"))?;
        Ok(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// What a good identity token says.
fn claims() -> Value {
    json!({"iss": issuer(POOL), "aud": "client", "sub": "ann", "exp": 1_790_400_000, "token_use": "id",
        "cognito:groups": ["a", "b"]})
}

/// The claims with one of another value.
fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut claims = claims();
    claims[name] = value.into();
    claims
}

/// An API of two methods that a pool lets in, one of them with a scope.
async fn world(key: &Key) -> Result<World> {
    let mut keys = OidcKeys::default();
    keys.add(&issuer(POOL), &key.published())?;
    let mut world = World::with(|builder| builder.oidc_keys(keys)).await?;
    let echo = json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri("echo")});
    let asks = |scopes: Value| {
        let mut path = method(&echo);
        path["x-amazon-apigateway-any-method"]["security"] = json!([{"pool": scopes}]);
        path
    };
    let pool = json!({"securityDefinitions": {"pool": {
        "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "cognito_user_pools",
        "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools",
            "providerARNs": [format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{POOL}")]},
    }}});
    world
        .deploy(Level::Info, &json!({"/pets": asks(json!([])), "/scoped": asks(json!(["pets/read"]))}), &pool)
        .await?;
    world
        .log_as("$context.requestId [$context.authorizer.claims.sub] [$context.authorizer.claims] $context.error.responseType")
        .await?;
    Ok(world)
}

/// D: the claims, as texts, for functions and logs.
#[tokio::test(flavor = "multi_thread")]
async fn a_pools_token_says_who_asks() -> Result<()> {
    let key = Key::new()?;
    let world = world(&key).await?;
    for bearer in ["", "Bearer "] {
        let token = format!("{bearer}{}", key.token(&claims())?);
        let outcome = world.send("GET", "/pets", &[("authorization", &token)], "").await?;
        assert_eq!(outcome.status(), 200, "{}", outcome.body());
        let claims = outcome.json()?["requestContext"]["authorizer"]["claims"].clone();
        assert_eq!((&claims["sub"], &claims["exp"]), (&json!("ann"), &json!("1790400000")), "{claims}");
        assert_eq!(outcome.access, ["{id} [ann] [-] -"]);
    }
    let access = json!({"iss": issuer(POOL), "sub": "ann", "exp": 1_790_400_000, "token_use": "access",
        "scope": "openid pets/read"});
    let token = key.token(&access)?;
    assert_eq!(world.send("GET", "/scoped", &[("authorization", &token)], "").await?.status(), 200);
    Ok(())
}

/// D: 401. R: the texts.
#[tokio::test(flavor = "multi_thread")]
async fn other_tokens_let_nobody_in() -> Result<()> {
    let (key, other) = (Key::new()?, Key::new()?);
    let world = world(&key).await?;
    let unsigned = key.token(&claims())?;
    let unsigned = unsigned.rsplit_once('.').context("a token has parts")?.0;
    let unauthorized = r#"{"message":"Unauthorized"}"#;
    for (name, path, token, body) in [
        ("another key", "/pets", other.token(&claims())?, unauthorized),
        ("no signature", "/pets", format!("{unsigned}."), unauthorized),
        ("another pool", "/pets", key.token(&with("iss", issuer("us-east-1_Other")))?, unauthorized),
        ("an access token", "/pets", key.token(&with("token_use", "access"))?, unauthorized),
        ("an identity token for a scope", "/scoped", key.token(&with("scope", "pets/read"))?, unauthorized),
        ("no token", "/pets", "let me in".to_owned(), unauthorized),
        ("nothing", "/pets", String::new(), unauthorized),
        (
            "too late",
            "/pets",
            key.token(&with("exp", 1_790_328_027))?,
            r#"{"message":"The incoming token has expired"}"#,
        ),
    ] {
        let headers = if token.is_empty() { vec![] } else { vec![("authorization", token.as_str())] };
        let outcome = world.send("GET", path, &headers, "").await?;
        assert_eq!((outcome.status(), &*outcome.body()), (401, body), "{name}");
        assert_eq!(outcome.access, ["{id} [-] [-] UNAUTHORIZED"], "{name}");
        assert!(
            outcome.execution.contains(&"({id}) Unauthorized request: {id}".to_owned()),
            "{name}: {outcome:?}"
        );
    }
    Ok(())
}
