//! Where deployed APIs are: custom domain names, canaries, encrypted connections.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::world::{Level, World, method};

fn mock() -> Value {
    json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
        "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json":
            "{\"domain\": \"$context.domainName\", \"path\": \"$context.path\", \"color\": \"$stageVariables.color\"}"}}}})
}

/// What a host answers at a path.
async fn ask(world: &World, host: &str, path: &str) -> Result<(u16, Value)> {
    let request = Request::builder().uri(path).header("host", host).body(Bytes::new())?;
    let answer = world.account.emulator.respond(request).await;
    Ok((answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default()))
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_domain_names_lead_to_stages_by_their_base_paths() -> Result<()> {
    let mut world = World::new().await?;
    world.deploy(Level::Info, &json!({"/pets": method(&mock())}), &Value::Null).await?;
    let post = |path: &str, body: Value| world.account.client.rest("POST", path, body.to_string());
    for name in ["api.example.com", "*.example.org"] {
        let domain = json!({"domainName": name, "regionalCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c",
            "endpointConfiguration": {"types": ["REGIONAL"]}});
        world.account.done(post("/domainnames", domain)?).await?;
    }
    let mapping =
        |base: &str, stage: &str| json!({"basePath": base, "restApiId": world.api(), "stage": stage});
    world.account.done(post("/domainnames/api.example.com/basepathmappings", mapping("v1", "prod"))?).await?;
    world.account.done(post("/domainnames/api.example.com/basepathmappings", mapping("any", ""))?).await?;
    world.account.done(post("/domainnames/%2A.example.org/basepathmappings", mapping("", "prod"))?).await?;
    for (host, path, status) in [
        ("api.example.com", "/v1/pets", 200),
        ("API.example.com:4566", "/v1/pets", 200),
        ("api.example.com", "/any/prod/pets", 200),
        ("pets.example.org", "/pets", 200),
        // No method serves it, no mapping leads anywhere, no stage is there.
        ("api.example.com", "/v1/dogs", 403),
        ("api.example.com", "/v2/pets", 403),
        ("api.example.com", "/v1pets", 403),
        ("api.example.com", "/any/test/pets", 403),
    ] {
        let (answered, body) = ask(&world, host, path).await?;
        assert_eq!(answered, status, "{host}{path}: {body}");
        if status == 200 {
            assert_eq!(body["path"], path, "the path is the client's");
            assert_eq!(body["domain"], host.trim_end_matches(":4566"));
        }
    }
    // Those that came to no stage left nothing.
    assert_eq!(world.access_lines().await?.len(), 5);
    // Once the name is gone, so is the way.
    world.account.done(world.account.client.rest("DELETE", "/domainnames/api.example.com", "")?).await?;
    assert_eq!(ask(&world, "api.example.com", "/v1/pets").await?.0, 404);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_without_its_own_address_has_its_domain_name() -> Result<()> {
    let mut world = World::new().await?;
    world.deploy(Level::Info, &json!({"/pets": method(&mock())}), &Value::Null).await?;
    let post = |path: &str, body: Value| world.account.client.rest("POST", path, body.to_string());
    let domain = json!({"domainName": "api.example.com", "regionalCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c",
        "endpointConfiguration": {"types": ["REGIONAL"]}});
    world.account.done(post("/domainnames", domain)?).await?;
    let mapping = json!({"restApiId": world.api(), "stage": "prod"});
    world.account.done(post("/domainnames/api.example.com/basepathmappings", mapping)?).await?;
    let off = json!({"patchOperations": [{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}]});
    world
        .account
        .done(world.account.client.rest("PATCH", &format!("/restapis/{}", world.api()), off.to_string())?)
        .await?;
    assert_eq!(world.send_uncounted("GET", "/pets").await?.status().as_u16(), 403);
    assert_eq!(ask(&world, "api.example.com", "/pets").await?.0, 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canary_takes_its_share() -> Result<()> {
    const REQUESTS: usize = 200;

    let mut world = World::new().await?;
    world.deploy(Level::Error, &json!({"/pets": method(&mock())}), &Value::Null).await?;
    let canary = json!({"stageName": "prod", "canarySettings":
        {"percentTraffic": 30.0, "stageVariableOverrides": {"color": "yellow"}}});
    let deployments = format!("/restapis/{}/deployments", world.api());
    world.patch_stage(&json!([{"op": "replace", "path": "/variables/color", "value": "blue"}])).await?;
    world.account.done(world.account.client.rest("POST", &deployments, canary.to_string())?).await?;
    let mut yellow = 0;
    for _ in 0..REQUESTS {
        let answer = world.send_uncounted("GET", "/pets").await?;
        let body: Value = serde_json::from_slice(answer.body())?;
        match body["color"].as_str().context("it has a color")? {
            "yellow" => yellow += 1,
            color => assert_eq!(color, "blue"),
        }
    }
    // 30 in a hundred, of which the seed makes as many.
    assert!((40..80).contains(&yellow), "{yellow} of {REQUESTS}");
    Ok(())
}
