//! What every answer tells, stage variables in URIs, and CORS by hand.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{Level, World, function_uri, method, mock};

/// D: the trace on every answer, sampled where the stage traces; a client may bring its root. I: that it is there untraced.
#[tokio::test(flavor = "multi_thread")]
async fn answers_tell_their_trace() -> Result<()> {
    let own = "1-5759e988-bd862e3fe1be46a994272793";
    let brought = format!("Root={own};Sampled=0");
    let mut world = World::new().await?;
    let server = json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://BACKEND/echo"});
    world
        .deploy(Level::Error, &json!({"/mock": method(&mock()), "/server": method(&server)}), &Value::Null)
        .await?;
    for (traces, sampled) in [("false", ""), ("true", ";Sampled=1")] {
        world.patch_stage(&json!([{"op": "replace", "path": "/tracingEnabled", "value": traces}])).await?;
        for path in ["/mock", "/server", "/none"] {
            let outcome = world.send("GET", path, &[], "").await?;
            let told = world.told(outcome.header("x-amzn-trace-id"));
            assert_eq!(told, format!("Root={{trace}}{sampled}"), "{path}");
            let outcome = world.send("GET", path, &[("x-amzn-trace-id", &brought)], "").await?;
            assert_eq!(outcome.header("x-amzn-trace-id"), format!("Root={own}{sampled}"), "{path}");
            if path == "/server" {
                assert_eq!(outcome.json()?["headers"]["x-amzn-trace-id"], format!("Root={own}{sampled}"));
            }
        }
    }
    Ok(())
}

/// D: stage variables stand in the URIs of servers and in the names of functions; a change of them needs no deployment.
#[tokio::test(flavor = "multi_thread")]
async fn stage_variables_stand_in_uris() -> Result<()> {
    let mut world = World::new().await?;
    let server = json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://${stageVariables.host}/${stageVariables.path}?v=${stageVariables.version}"});
    let function =
        json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri("${stageVariables.function}")});
    world
        .deploy(
            Level::Info,
            &json!({"/server": method(&server), "/function": method(&function)}),
            &Value::Null,
        )
        .await?;
    let set = |name: &str, value: &str| json!({"op": "replace", "path": format!("/variables/{name}"), "value": value});
    let host = world.account.backend.address.to_string();
    world
        .patch_stage(&json!([
            set("host", &host),
            set("path", "echo/a"),
            set("version", "7"),
            set("function", "ok")
        ]))
        .await?;
    assert_eq!(world.send("GET", "/server", &[], "").await?.json()?["uri"], "/echo/a?v=7");
    assert_eq!(world.send("GET", "/function", &[], "").await?.status(), 201);
    world.patch_stage(&json!([set("path", "status/404"), set("function", "raises")])).await?;
    assert_eq!(world.send("GET", "/server", &[], "").await?.status(), 404);
    assert_eq!(world.send("GET", "/function", &[], "").await?.status(), 502);
    Ok(())
}

/// D: an OPTIONS method with a MOCK answers preflight requests, as the console makes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_mock_answers_preflight_requests() -> Result<()> {
    let names =
        ["Access-Control-Allow-Headers", "Access-Control-Allow-Methods", "Access-Control-Allow-Origin"];
    let values = ["Content-Type,X-Amz-Date,Authorization,X-Api-Key", "GET,OPTIONS", "*"];
    let headers: Value = names.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    let parameters: Value = names
        .iter()
        .zip(values)
        .map(|(name, value)| (format!("method.response.header.{name}"), json!(format!("'{value}'"))))
        .collect();
    let mut preflight = mock();
    preflight["responses"]["default"]["responseParameters"] = parameters;
    let options = json!({"responses": {"200": {"description": "", "headers": headers}},
        "x-amazon-apigateway-integration": preflight});
    let mut world = World::new().await?;
    let get = method(&mock())["x-amazon-apigateway-any-method"].clone();
    world.deploy(Level::Info, &json!({"/pets": {"options": options, "get": get}}), &Value::Null).await?;
    let sent = [("origin", "https://pets.example"), ("access-control-request-method", "GET")];
    let outcome = world.send("OPTIONS", "/pets", &sent, "").await?;
    assert_eq!(outcome.status(), 200);
    assert_eq!(names.map(|name| outcome.header(name)), values);
    assert!(outcome.execution.iter().any(|line| line.contains("HTTP Method: OPTIONS, Resource Path: /pets")));
    // The other methods have none of it unless they say so.
    let outcome = world.send("GET", "/pets", &sent, "").await?;
    assert_eq!(outcome.header("access-control-allow-origin"), "-");
    Ok(())
}
