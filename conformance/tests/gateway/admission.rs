//! Who is let in: keys, plans, limits, authorizers, validators; and how API Gateway itself answers the others.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::world::{Level, Outcome, World, assert_told, function_uri, method, mock};

fn status(outcome: &Outcome) -> u16 {
    outcome.status()
}

fn text(outcome: &Outcome) -> String {
    outcome.body()
}

fn error_type(outcome: &Outcome) -> &str {
    outcome.header("x-amzn-errortype")
}

/// An API with one method that wants a key.
pub(crate) async fn keyed(plan: &Value) -> Result<(World, String)> {
    let mut world = World::new().await?;
    let mut paths = json!({"/pets": method(&mock())});
    let verb = &mut paths["/pets"]["x-amazon-apigateway-any-method"];
    verb["security"] = json!([{"key": []}]);
    let definitions =
        json!({"securityDefinitions": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}});
    world.deploy(Level::Info, &paths, &definitions).await?;
    let key = json!({"name": "k", "enabled": true, "value": "0123456789abcdefghij"}).to_string();
    let key = world.account.json(world.account.client.rest("POST", "/apikeys", key)?).await?;
    let mut body = json!({"name": "p", "apiStages": [{"apiId": world.api(), "stage": "prod"}]});
    let members = body.as_object_mut().context("it is an object")?;
    members.extend(plan.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    let plan =
        world.account.json(world.account.client.rest("POST", "/usageplans", body.to_string())?).await?;
    let (plan, key) = (plan["id"].as_str().unwrap_or_default(), key["id"].as_str().unwrap_or_default());
    let in_plan = json!({"keyId": key, "keyType": "API_KEY"}).to_string();
    world
        .account
        .done(world.account.client.rest("POST", &format!("/usageplans/{plan}/keys"), in_plan)?)
        .await?;
    let usage = format!("/usageplans/{plan}/usage?startDate=2026-09-25&endDate=2026-09-25");
    Ok((world, usage))
}

pub(crate) const KEY: [(&str, &str); 1] = [("x-api-key", "0123456789abcdefghij")];

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_what_its_plan_opens() -> Result<()> {
    let (world, usage) = keyed(&json!({})).await?;
    for headers in [&[][..], &[("x-api-key", "another-0123456789abc")]] {
        let outcome = world.send("GET", "/pets", headers, "").await?;
        assert_eq!((status(&outcome), text(&outcome)), (403, r#"{"message":"Forbidden"}"#.to_owned()));
        assert_eq!(error_type(&outcome), "ForbiddenException");
        assert!(outcome.access[0].contains(" INVALID_API_KEY "), "{:?}", outcome.access);
    }
    let outcome = world.send("GET", "/pets", &KEY, "").await?;
    assert_eq!(status(&outcome), 200);
    assert_told(
        "mock_with_key_info",
        "C: a masked key in the usage plan's lines, then key and id; I: nothing between the plan's lines",
        &outcome.text(),
    );
    let used = world.account.json(world.account.client.rest("GET", &usage, "")?).await?;
    let used =
        used["values"].as_object().and_then(|items| items.values().next()).context("a key was used")?;
    assert_eq!(used, &json!([[1, -1]]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_limits_how_often_and_how_much() -> Result<()> {
    let (world, _) = keyed(&json!({"throttle": {"rateLimit": 1.0, "burstLimit": 1}})).await?;
    assert_eq!(status(&world.send("POST", "/pets", &KEY, "").await?), 200);
    let outcome = world.send("POST", "/pets", &KEY, "").await?;
    assert_eq!((status(&outcome), text(&outcome)), (429, r#"{"message":"Too Many Requests"}"#.to_owned()));
    assert_eq!(error_type(&outcome), "TooManyRequestsException");
    let line = &outcome.execution[2];
    assert!(line.contains("Key throttle limit exceeded for RestApi {api}, Stage prod, Resource "), "{line}");
    assert!(line.ends_with(", HttpMethod POST. Limit: 1.00 Burst: 1"), "{line}");
    world.account.wait(1);
    assert_eq!(status(&world.send("POST", "/pets", &KEY, "").await?), 200);

    let (world, _) = keyed(&json!({"quota": {"limit": 2, "period": "DAY"}})).await?;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(status(&world.send("GET", "/pets", &KEY, "").await?));
    }
    assert_eq!(statuses, [200, 200, 429]);
    let outcome = world.send("GET", "/pets", &KEY, "").await?;
    assert_eq!(text(&outcome), r#"{"message":"Limit Exceeded"}"#);
    assert!(outcome.access[0].contains(" QUOTA_EXCEEDED "), "{:?}", outcome.access);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_limits_how_often_its_methods_are_called() -> Result<()> {
    let mut world = World::new().await?;
    world
        .deploy(Level::Info, &json!({"/pets": method(&mock()), "/dogs": method(&mock())}), &Value::Null)
        .await?;
    world
        .patch_stage(&json!([
            {"op": "replace", "path": "/~1pets/GET/throttling/rateLimit", "value": "1"},
            {"op": "replace", "path": "/~1pets/GET/throttling/burstLimit", "value": "2"},
        ]))
        .await?;
    let mut statuses = Vec::new();
    for path in ["/pets", "/pets", "/pets", "/dogs"] {
        statuses.push(status(&world.send("GET", path, &[], "").await?));
    }
    assert_eq!(statuses, [200, 200, 429, 200]);
    Ok(())
}

/// An API whose one method asks a function.
pub(crate) async fn authorized(function: &str, kind: &str) -> Result<World> {
    let mut world = World::new().await?;
    let mut paths = json!({"/pets": method(&mock())});
    paths["/pets"]["x-amazon-apigateway-any-method"]["security"] = json!([{"auth": []}]);
    let definitions = json!({"securityDefinitions": {"auth": {
        "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": kind, "authorizerUri": function_uri(function), "authorizerResultTtlInSeconds": 300,
            "identitySource": "method.request.header.Authorization",
        },
    }}});
    world.deploy(Level::Info, &paths, &definitions).await?;
    Ok(world)
}

pub(crate) const TOKEN: [(&str, &str); 1] = [("authorization", "let me in")];

#[tokio::test(flavor = "multi_thread")]
async fn functions_say_who_comes_in() -> Result<()> {
    for (function, kind, expected, body, logged) in [
        ("allows", "token", 200, "", "Successfully completed authorizer execution"),
        ("allows", "request", 200, "", "Successfully completed authorizer execution"),
        (
            "denies",
            "token",
            403,
            r#"{"Message":"User is not authorized to access this resource with an explicit deny"}"#,
            "The client is not authorized to perform this operation.",
        ),
        (
            "allows-nothing",
            "token",
            403,
            r#"{"Message":"User is not authorized to access this resource"}"#,
            "The client is not authorized to perform this operation.",
        ),
        ("unauthorized", "token", 401, r#"{"message":"Unauthorized"}"#, "Unauthorized request: {id}"),
        ("raises", "token", 500, r#"{"message":null}"#, "Authorizer function failed with response body: "),
        ("forbidden", "token", 500, r#"{"message":null}"#, "Invalid JSON in response"),
    ] {
        let world = authorized(function, kind).await?;
        let outcome = world.send("GET", "/pets", &TOKEN, "").await?;
        assert_eq!((status(&outcome), text(&outcome)), (expected, body.to_owned()), "{function} {kind}");
        let lines = outcome.execution.join("\n");
        assert!(lines.contains(logged), "{function}: {lines}");
        let outcome = world.send("GET", "/pets", &[], "").await?;
        assert_eq!(status(&outcome), 401, "without a token nobody is asked");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_function_said_holds_for_a_while() -> Result<()> {
    let world = authorized("allows", "token").await?;
    let asked = |outcome: &Outcome| outcome.execution.iter().any(|line| line.contains("Starting authorizer"));
    let first = world.send("GET", "/pets", &TOKEN, "").await?;
    assert_told(
        "authorizer_info",
        "C, D: the authorizer's lines; I: that they follow the extended id",
        &first.text(),
    );
    assert!(!asked(&world.send("GET", "/pets", &TOKEN, "").await?));
    assert!(asked(&world.send("GET", "/pets", &[("authorization", "another")], "").await?));
    let flush = format!("/restapis/{}/stages/prod/cache/authorizers", world.api());
    world.account.done(world.account.client.rest("DELETE", &flush, "")?).await?;
    assert!(asked(&world.send("GET", "/pets", &TOKEN, "").await?));
    world.account.wait(301);
    assert!(asked(&world.send("GET", "/pets", &TOKEN, "").await?));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_validated_before_anything_is_called() -> Result<()> {
    let mut world = World::new().await?;
    let paths = json!({"/notes": {"post": {
        "parameters": [
            {"name": "page", "in": "query", "required": true, "type": "string"},
            {"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Note"}},
        ],
        "consumes": ["application/json"],
        "responses": {"200": {"description": ""}},
        "x-amazon-apigateway-request-validator": "all",
        "x-amazon-apigateway-integration": mock(),
    }}});
    let more = json!({
        "definitions": {"Note": {"type": "object", "required": ["NoteId"], "properties": {"NoteId": {"type": "string"}}}},
        "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": true, "validateRequestParameters": true}},
    });
    world.deploy(Level::Error, &paths, &more).await?;
    let json = [("content-type", "application/json")];
    let outcome = world.send("POST", "/notes?page=1", &json, r#"{"NoteId": "n"}"#).await?;
    assert_eq!(status(&outcome), 200, "{}", text(&outcome));
    for (path, body, message, line) in [
        (
            "/notes",
            "{}",
            r#"{"message":"Missing required request parameters: [page]"}"#,
            "Request parameters are missing: [page]",
        ),
        (
            "/notes?page=1",
            "{}",
            r#"{"message":"Invalid request body"}"#,
            "Request body does not match model schema for content type application/json: \
             [object has missing required properties ([\"NoteId\"])]",
        ),
        (
            "/notes?page=1",
            "no JSON",
            r#"{"message":"Invalid request body"}"#,
            "[Unknown error parsing request body]",
        ),
    ] {
        let outcome = world.send("POST", path, &json, body).await?;
        assert_eq!((status(&outcome), text(&outcome)), (400, message.to_owned()), "{path} {body}");
        assert_eq!(error_type(&outcome), "BadRequestException");
        assert!(outcome.execution[0].contains(line), "{:?}", outcome.execution);
    }
    // A body of another type is not looked at.
    let outcome = world.send("POST", "/notes?page=1", &[("content-type", "text/plain")], "text").await?;
    assert_eq!(status(&outcome), 500, "it comes to the integration, which takes no text for a status");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_may_have_its_own_words() -> Result<()> {
    let mut world = World::new().await?;
    let more = json!({"x-amazon-apigateway-gateway-responses": {
        "MISSING_AUTHENTICATION_TOKEN": {
            "statusCode": "404",
            "responseParameters": {
                "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
                "gatewayresponse.header.X-Path": "context.path",
                "gatewayresponse.header.X-Asked": "method.request.header.X-Ask",
            },
            "responseTemplates": {"application/json":
                "{\"error\": $context.error.messageString, \"type\": \"$context.error.responseType\", \"id\": \"$context.requestId\", \"none\": \"$context.nothing\", \"costs\": \"$5\"}"},
        },
        "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.X-Family": "'4xx'"}},
    }});
    world.deploy(Level::Info, &json!({"/pets": method(&mock())}), &more).await?;
    let id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef";
    let headers = [("x-ask", "why"), ("x-amzn-requestid", id)];
    let outcome = world.send("GET", "/dogs", &headers, "").await?;
    assert_eq!(status(&outcome), 404);
    let told: Value = serde_json::from_slice(outcome.response.body())?;
    assert_eq!(
        told,
        json!({"error": "Missing Authentication Token", "type": "MISSING_AUTHENTICATION_TOKEN", "id": id,
            "none": "", "costs": "$5"})
    );
    let got = outcome.response.headers();
    assert_eq!(
        (&got["access-control-allow-origin"], &got["x-path"]),
        (&"*".parse()?, &"/prod/dogs".parse()?)
    );
    assert_eq!((&got["x-asked"], &got["x-amzn-requestid"]), (&"why".parse()?, &id.parse()?));
    // The log tells of the status that the client got.
    assert!(outcome.access[0].contains(" 404 "), "{:?}", outcome.access);
    // The family's headers, the built-in status and body.
    let outcome = world.send("GET", "/pets", &[("content-type", "text/x")], "no template").await?;
    assert_eq!(status(&outcome), 500);
    Ok(())
}
