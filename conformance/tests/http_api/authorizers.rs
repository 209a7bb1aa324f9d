//! Who is let in, and what backends and logs get to know of them.

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use fancy_regex::Regex;
use http::Request;
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;

use crate::world::{Outcome, World, function, lambda};

const UNAUTHORIZED: &str = r#"{"message":"Unauthorized"}"#;
const FORBIDDEN: &str = r#"{"message":"Forbidden"}"#;
const INTERNAL: &str = r#"{"message":"Internal Server Error"}"#;

/// A token that says so. The keys of its issuer are not given, so that its signature counts for nothing.
pub(crate) fn token(algorithm: &str, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({"alg": algorithm})), part(claims))
}

/// What a good token says.
pub(crate) fn claims() -> Value {
    json!({"iss": "https://idp.example", "aud": "pets", "sub": "ann", "exp": 1_790_400_000,
        "scope": "read list", "groups": ["a", "b"], "admin": true})
}

/// An authorizer that takes such tokens.
pub(crate) fn jwt() -> Value {
    json!({
        "name": "jwt", "authorizerType": "JWT", "identitySource": ["$request.header.Authorization"],
        "jwtConfiguration": {"issuer": "https://idp.example", "audience": ["pets"]},
    })
}

async fn with_jwt(scopes: &Value) -> Result<World> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    let id = world.authorizer(&jwt()).await?;
    let mut members = json!({"authorizationType": "JWT", "authorizerId": id});
    if !scopes.is_null() {
        members["authorizationScopes"] = scopes.clone();
    }
    world.route("GET /pets", &lambda("returns", "2.0"), &members).await?;
    world.route("GET /old", &lambda("echo", "1.0"), &members).await?;
    Ok(world)
}

async fn get(world: &World, path: &str, authorization: &str) -> Result<Outcome> {
    world.send("GET", path, &[("authorization", authorization)], "").await
}

/// D: identity source, issuer, audience, times. R: the texts on issuer and missing tokens; `[a b]` for lists.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_who_asks() -> Result<()> {
    let world = with_jwt(&Value::Null).await?;
    let good = token("RS256", &claims());
    for authorization in [good.clone(), format!("Bearer {good}")] {
        let outcome = get(&world, "/pets", &authorization).await?;
        let jwt = outcome.json()?["requestContext"]["authorizer"]["jwt"].clone();
        assert_eq!(
            jwt,
            json!({"scopes": null, "claims": {
                "iss": "https://idp.example", "aud": "pets", "sub": "ann", "exp": "1790400000",
                "scope": "read list", "groups": "[a b]", "admin": "true",
            }})
        );
    }
    let event = get(&world, "/old", &good).await?.json()?;
    assert_eq!(event["requestContext"]["authorizer"]["claims"]["sub"], "ann");
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        token("RS256", &claims)
    };
    let invalid =
        |what: &str| format!("Bearer scope=\"\" error=\"invalid_token\" error_description=\"{what}\"");
    for (authorization, why) in [
        ("nothing".to_owned(), "token contains an invalid number of segments"),
        (with("iss", json!("https://other.example")), "issuer does not match"),
        (with("aud", json!("dogs")), "the token does not have a valid audience"),
        (with("exp", json!(1_790_328_000)), "the token has expired"),
        (with("nbf", json!(1_790_328_100)), "the token is not valid yet"),
        (token("ES256", &claims()), "the signing method is not supported"),
    ] {
        let outcome = get(&world, "/pets", &authorization).await?;
        assert_eq!((outcome.status(), &*outcome.text()), (401, UNAUTHORIZED), "{why}");
        assert_eq!(outcome.header("www-authenticate"), Some(&*invalid(why)));
        assert!(outcome.lines[0].ends_with(&format!("[{why}]")), "{:?}", outcome.lines);
    }
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), outcome.header("www-authenticate")), (401, Some("Bearer")));
    Ok(())
}

/// D: one of the route's scopes is enough, in `scope` or `scp`.
#[tokio::test(flavor = "multi_thread")]
async fn a_route_may_want_scopes() -> Result<()> {
    let world = with_jwt(&json!(["read", "write"])).await?;
    let event = get(&world, "/pets", &token("RS256", &claims())).await?.json()?;
    assert_eq!(event["requestContext"]["authorizer"]["jwt"]["scopes"], json!(["read"]));
    let mut other = claims();
    other["scope"] = "list".into();
    let outcome = get(&world, "/pets", &token("RS256", &other)).await?;
    assert_eq!((outcome.status(), &*outcome.text()), (403, FORBIDDEN));
    let challenge = "Bearer scope=\"read write\" error=\"insufficient_scope\"";
    assert_eq!(outcome.header("www-authenticate"), Some(challenge));
    Ok(())
}

/// An API whose routes ask a function: `GET /pets` and `GET /dogs`.
async fn with_function(name: &str, members: &Value) -> Result<World> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    let arn = function(name);
    let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations");
    let mut authorizer = json!({
        "name": "function", "authorizerType": "REQUEST", "authorizerUri": uri,
        "identitySource": ["$request.header.Authorization"], "authorizerPayloadFormatVersion": "2.0",
        "authorizerResultTtlInSeconds": 0,
    });
    let (own, more) = (authorizer.as_object_mut().context("it is an object")?, members.as_object());
    own.extend(more.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    let id = world.authorizer(&authorizer).await?;
    let members = json!({"authorizationType": "CUSTOM", "authorizerId": id});
    for path in ["pets", "dogs"] {
        world.route(&format!("GET /{path}"), &lambda("returns", "2.0"), &members).await?;
    }
    Ok(world)
}

/// D: simple responses; the context for backends, as it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_says_yes_or_no() -> Result<()> {
    let simple = json!({"enableSimpleResponses": true});
    let world = with_function("simple-yes", &simple).await?;
    let event = get(&world, "/pets", "anything").await?.json()?;
    let context = json!({"team": "cats", "number": 1, "flag": true, "list": ["a"]});
    assert_eq!(event["requestContext"]["authorizer"], json!({ "lambda": context }));
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), &*outcome.text()), (401, UNAUTHORIZED));
    let world = with_function("simple-no", &simple).await?;
    let outcome = get(&world, "/pets", "anything").await?;
    assert_eq!((outcome.status(), &*outcome.text()), (403, FORBIDDEN));
    Ok(())
}

/// D: policies, in both payload formats; 500 for what is no answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_answers_with_a_policy() -> Result<()> {
    for (name, version, status, body) in [
        ("allows", "1.0", 200, None),
        ("allows", "2.0", 200, None),
        ("denies", "1.0", 403, Some(FORBIDDEN)),
        ("denies", "2.0", 403, Some(FORBIDDEN)),
        ("allows-nothing", "2.0", 403, Some(FORBIDDEN)),
        ("unauthorized", "2.0", 401, Some(UNAUTHORIZED)),
        ("raises", "2.0", 500, Some(INTERNAL)),
        ("null", "2.0", 500, Some(INTERNAL)),
        ("none", "2.0", 500, Some(INTERNAL)),
    ] {
        let world = with_function(name, &json!({"authorizerPayloadFormatVersion": version})).await?;
        let outcome = get(&world, "/pets", "anything").await?;
        assert_eq!(outcome.status(), status, "{name} {version}");
        if let Some(body) = body {
            assert_eq!(outcome.text(), body, "{name} {version}");
        }
    }
    let world = with_function("none", &json!({})).await?;
    let outcome = get(&world, "/pets", "anything").await?;
    let text = "doesn't have permissions to call the authorizer. Check the permissions and try again.]";
    assert!(outcome.lines[0].ends_with(text), "{:?}", outcome.lines);
    Ok(())
}

/// D: the answer holds for the identity on all routes until its time. The double allows the method that it was asked about,
/// so that another route is denied as long as the answer is remembered.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_holds_for_a_while() -> Result<()> {
    let world = with_function("allows", &json!({"authorizerResultTtlInSeconds": 60})).await?;
    assert_eq!(get(&world, "/pets", "ann").await?.status(), 200);
    assert_eq!(get(&world, "/dogs", "ann").await?.status(), 403);
    assert_eq!(get(&world, "/dogs", "bob").await?.status(), 200);
    world.account.wait(60);
    assert_eq!(get(&world, "/dogs", "ann").await?.status(), 200);
    assert_eq!(get(&world, "/pets", "ann").await?.status(), 403);
    let reset = world.path("/stages/%24default/cache/authorizers");
    world.account.done(world.account.client.rest("DELETE", &reset, "")?).await?;
    assert_eq!(get(&world, "/pets", "ann").await?.status(), 200);
    let sources = json!(["$request.header.Authorization", "$context.routeKey"]);
    let world =
        with_function("allows", &json!({"authorizerResultTtlInSeconds": 60, "identitySource": sources}))
            .await?;
    for path in ["/pets", "/dogs", "/pets"] {
        assert_eq!(get(&world, path, "ann").await?.status(), 200, "{path}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_says_who_asks() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("GET /pets", &lambda("returns", "2.0"), &json!({"authorizationType": "AWS_IAM"})).await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), &*outcome.text()), (403, FORBIDDEN));
    // R: the text.
    let text = "[The request for the IAM Authorizer doesn't match the format that API Gateway expects.]";
    assert!(outcome.lines[0].ends_with(text), "{:?}", outcome.lines);
    let form = |action: &str| format!("Version=2010-05-08&Action={action}&UserName=ann");
    world.account.done(world.account.client.query("iam", form("CreateUser"))?).await?;
    let key = world.account.done(world.account.client.query("iam", form("CreateAccessKey"))?).await?;
    let key = String::from_utf8_lossy(key.body()).into_owned();
    let id = Regex::new("AKIA[A-Z0-9]{16}")?.find(&key)?.context("a key has an id")?.as_str().to_owned();
    let uri = format!("/_aws/execute-api/{}/pets", world.api());
    let signed =
        || Client::new(&id, "us-east-1").signed(Request::get(&uri).body(Bytes::new())?, "execute-api");
    let outcome = world.send_request(signed()?).await?;
    assert_eq!((outcome.status(), &*outcome.text()), (403, FORBIDDEN));
    let arn = format!("arn:aws:execute-api:us-east-1:000000000000:{}/$default/GET/pets", world.api());
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": arn}]});
    let put = format!("{}&PolicyName=p&PolicyDocument={policy}", form("PutUserPolicy"));
    world.account.done(world.account.client.query("iam", put)?).await?;
    let outcome = world.send_request(signed()?).await?;
    let iam = outcome.json()?["requestContext"]["authorizer"]["iam"].clone();
    assert_eq!(iam["userArn"], "arn:aws:iam::000000000000:user/ann");
    assert_eq!((&iam["accessKey"], &iam["accountId"]), (&json!(id), &json!("000000000000")));
    assert_eq!(iam["userId"], iam["callerId"]);
    Ok(())
}
