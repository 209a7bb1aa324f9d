//! What backends and clients get of each other.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{World, lambda, server};

#[tokio::test(flavor = "multi_thread")]
async fn a_server_gets_the_request_and_the_client_its_answer() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("ANY /pets/{rest+}", &server("http://BACKEND/echo/{rest}?fixed=1"), &json!({})).await?;
    let headers = [("x-own", "1"), ("connection", "close"), ("x-forwarded-for", "192.0.2.7")];
    let outcome = world.send("PUT", "/pets/a/b%20c?q=1&q=2&empty", &headers, "the body").await?;
    let told = outcome.json()?;
    assert_eq!(told["method"], "PUT");
    assert_eq!(told["uri"], "/echo/a/b%20c?fixed=1&q=1&q=2&empty");
    assert_eq!(told["body"], "the body");
    let got = &told["headers"];
    assert_eq!(got["x-own"], "1");
    let host = format!("{}.execute-api.us-east-1.amazonaws.com", world.api());
    assert_eq!(got["forwarded"], format!("by=127.0.0.1;for=127.0.0.1;host={host};proto=https"));
    assert_eq!(got["via"], "HTTP/1.1 AmazonAPIGateway");
    for gone in ["connection", "x-forwarded-for", "x-amzn-apigateway-api-id"] {
        assert_eq!(got[gone], Value::Null, "{gone}");
    }
    assert_eq!(got["host"], world.account.backend.address.to_string());
    Ok(())
}

/// D: append, overwrite and remove; what values may be.
#[tokio::test(flavor = "multi_thread")]
async fn requests_are_changed_on_their_way() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.change_stage("$default", &json!({"stageVariables": {"color": "red"}})).await?;
    let mut integration = server("http://BACKEND/echo");
    integration["requestParameters"] = json!({
        "append:header.x-all": "$request.header.x-many",
        "overwrite:header.x-own": "$context.routeKey",
        "remove:header.x-gone": "''",
        "append:header.x-mixed": "${stageVariables.color}-${request.path.id}",
        "append:header.x-body": "$request.body.pets[0].name",
        "append:header.x-none": "$request.header.x-none",
        "append:querystring.added": "yes",
        "overwrite:querystring.q": "$request.querystring.q",
        "remove:querystring.gone": "''",
        "overwrite:path": "/other$request.path",
    });
    integration["requestParameters"]["overwrite:path"] = "/other${request.path}".into();
    world.route("POST /pets/{id}", &integration, &json!({})).await?;
    let headers = [("x-many", "1"), ("x-many", "2"), ("x-own", "mine"), ("x-gone", "1")];
    let body = r#"{"pets": [{"name": "Rex"}]}"#;
    let told = world.send("POST", "/pets/7?q=1&q=2&gone=1&kept=%20", &headers, body).await?.json()?;
    assert_eq!(told["uri"], "/other/pets/7?kept=%20&added=yes&q=1%2C2");
    let got = &told["headers"];
    for (name, value) in [
        ("x-all", json!("1,2")),
        ("x-own", json!("POST /pets/{id}")),
        ("x-gone", Value::Null),
        ("x-mixed", json!("red-7")),
        ("x-body", json!("Rex")),
        ("x-none", Value::Null),
    ] {
        assert_eq!(got[name], value, "{name}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_changed_by_their_status() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    let mut integration = server("http://BACKEND/status/{status}");
    integration["responseParameters"] = json!({
        "500": {"overwrite:statuscode": "403", "append:header.x-id": "$context.requestId"},
        "404": {"append:header.x-code": "$response.body.code", "overwrite:header.content-type": "text/plain",
            "append:header.x-was": "$response.header.content-type"},
    });
    world.route("GET /{status}", &integration, &json!({})).await?;
    let outcome = world.send("GET", "/500", &[], "").await?;
    assert_eq!(outcome.status(), 403);
    assert_eq!(outcome.header("x-id"), outcome.header("apigw-requestid"));
    let outcome = world.send("GET", "/404", &[], "").await?;
    assert_eq!(outcome.status(), 404);
    assert_eq!(outcome.header("x-code"), Some("7"));
    assert_eq!(outcome.header("content-type"), Some("text/plain"));
    assert_eq!(outcome.header("x-was"), Some("application/json"));
    let outcome = world.send("GET", "/200", &[], "").await?;
    assert_eq!((outcome.status(), outcome.header("x-id")), (200, None));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_get_changed_requests_too() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    let mut integration = lambda("returns", "2.0");
    integration["requestParameters"] =
        json!({"append:header.x-added": "$context.stage", "overwrite:querystring.q": "new"});
    world.route("GET /pets", &integration, &json!({})).await?;
    let event = world.send("GET", "/pets?q=old&r=1", &[], "").await?.json()?;
    assert_eq!(event["headers"]["x-added"], "$default");
    assert_eq!(event["queryStringParameters"], json!({"q": "new", "r": "1"}));
    assert_eq!(event["rawQueryString"], "r=1&q=new");
    Ok(())
}

/// D: headers that mappings may not touch.
#[tokio::test(flavor = "multi_thread")]
async fn some_headers_are_reserved() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    for header in ["Authorization", "x-amz-date", "access-control-allow-origin", "X-Forwarded-For"] {
        let mut integration = server("http://localhost/");
        integration["requestParameters"] = json!({format!("overwrite:header.{header}"): "x"});
        let request =
            world.account.client.rest("POST", &world.path("/integrations"), integration.to_string())?;
        let answer = world.account.emulator.respond(request).await;
        assert_eq!(answer.status().as_u16(), 400, "{header}");
        let body = String::from_utf8_lossy(answer.body()).into_owned();
        assert!(body.contains(&format!("Operations on header {header} are restricted")), "{body}");
    }
    Ok(())
}
