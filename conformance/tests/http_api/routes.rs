//! Where requests go: stages, routes, limits, and other origins.

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::world::{Outcome, World, lambda, server};

const NOT_FOUND: &str = r#"{"message":"Not Found"}"#;

#[tokio::test(flavor = "multi_thread")]
async fn stages_have_their_addresses() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("GET /pets", &server("http://BACKEND/${stageVariables.name}"), &json!({})).await?;
    world.change_stage("$default", &json!({"stageVariables": {"name": "default"}})).await?;
    world.stage("prod", &json!({"stageVariables": {"name": "prod"}})).await?;
    for (path, called) in [
        ("/pets", "/default"),
        ("/$default/pets", "/default"),
        ("/%24default/pets", "/default"),
        ("/prod/pets", "/prod"),
    ] {
        let outcome = world.send("GET", path, &[], "").await?;
        assert_eq!(outcome.json()?["uri"], called, "{path}");
    }
    for (path, called) in
        [("/pets", Some("/default")), ("/prod/pets", Some("/prod")), ("/$default/pets", None)]
    {
        let host = format!("{}.execute-api.us-east-1.localhost:4566", world.api());
        let request = Request::get(path).header("host", host).body(Bytes::new())?;
        let outcome = world.send_request(request).await?;
        match called {
            Some(called) => assert_eq!(outcome.json()?["uri"], called, "{path}"),
            None => assert_eq!((outcome.status(), outcome.text()), (404, NOT_FOUND.to_owned()), "{path}"),
        }
    }
    let other_region = format!("{}.execute-api.eu-west-1.localhost", world.api());
    let request = Request::get("/pets").header("host", other_region).body(Bytes::new())?;
    assert_eq!(world.send_request(request).await?.text(), NOT_FOUND);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_stage_or_route_serves_is_not_found_and_leaves_no_line() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    // Nothing is deployed without a route.
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), outcome.text()), (404, NOT_FOUND.to_owned()));
    world.route("GET /pets", &server("http://BACKEND/"), &json!({})).await?;
    for (method, path) in [("GET", "/dogs"), ("POST", "/pets"), ("GET", "/pets/")] {
        let outcome = world.send(method, path, &[], "").await?;
        assert_eq!((outcome.status(), outcome.text()), (404, NOT_FOUND.to_owned()), "{method} {path}");
        assert_eq!(outcome.lines, [""; 0]);
        assert_eq!(outcome.header("apigw-requestid").map(str::len), Some(16));
    }
    let patch =
        world.account.client.rest("PATCH", &world.path(""), r#"{"disableExecuteApiEndpoint": true}"#)?;
    world.account.done(patch).await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), outcome.text(), outcome.lines), (404, NOT_FOUND.to_owned(), vec![]));
    Ok(())
}

/// D: "API Gateway automatically deploys" is what `autoDeploy` says; without it, changes wait for a deployment.
#[tokio::test(flavor = "multi_thread")]
async fn changes_are_served_once_they_are_deployed() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("GET /a", &server("http://BACKEND/a"), &json!({})).await?;
    assert_eq!(world.send("GET", "/a", &[], "").await?.status(), 200);
    world.change_stage("$default", &json!({"autoDeploy": false})).await?;
    world.route("GET /b", &server("http://BACKEND/b"), &json!({})).await?;
    assert_eq!(world.send("GET", "/b", &[], "").await?.status(), 404);
    let deploy =
        world.account.client.rest("POST", &world.path("/deployments"), r#"{"stageName": "$default"}"#)?;
    world.account.done(deploy).await?;
    assert_eq!(world.send("GET", "/b", &[], "").await?.status(), 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_create_serves_everything() -> Result<()> {
    let mut world = World::new().await?;
    let target = format!("http://{}/base", world.account.backend.address);
    let body = json!({"name": "quick", "protocolType": "HTTP", "target": target}).to_string();
    let api = world.account.done(world.account.client.rest("POST", "/v2/apis", body)?).await?;
    let api: Value = serde_json::from_slice(api.body())?;
    let uri = format!("/_aws/execute-api/{}/a%20b/c?q=1", api["apiId"].as_str().unwrap_or_default());
    let outcome = world.send_request(Request::put(uri).body(Bytes::from("x"))?).await?;
    let told = outcome.json()?;
    assert_eq!((&told["method"], &told["uri"]), (&json!("PUT"), &json!("/base/a%20b/c?q=1")));
    world.make(&json!({})).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_limits_how_often_its_routes_are_called() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("GET /a", &lambda("ok", "2.0"), &json!({})).await?;
    world.route("GET /b", &lambda("ok", "2.0"), &json!({})).await?;
    let limits = json!({
        "defaultRouteSettings": {"throttlingRateLimit": 1.0, "throttlingBurstLimit": 1},
        "routeSettings": {"GET /b": {"throttlingBurstLimit": 2}},
    });
    world.change_stage("$default", &limits).await?;
    let mut statuses = Vec::new();
    for path in ["/a", "/a", "/b", "/b", "/b"] {
        statuses.push(world.send("GET", path, &[], "").await?.status());
    }
    assert_eq!(statuses, [201, 429, 201, 201, 429]);
    let outcome = world.send("GET", "/a", &[], "").await?;
    assert_eq!(outcome.text(), r#"{"message":"Too Many Requests"}"#);
    assert_eq!(outcome.lines, [""; 0]);
    world.account.wait(1);
    assert_eq!(world.send("GET", "/a", &[], "").await?.status(), 201);
    Ok(())
}

fn cors(outcome: &Outcome) -> Vec<(String, String)> {
    let headers = outcome.response.headers().iter();
    let cors = headers.filter(|(name, _)| name.as_str().starts_with("access-control-"));
    let mut cors: Vec<(String, String)> = cors
        .map(|(name, value)| (name.as_str()[15..].to_owned(), value.to_str().unwrap_or_default().to_owned()))
        .collect();
    cors.sort();
    cors
}

/// D: API Gateway answers preflight requests, adds the headers to answers and ignores those of backends.
#[tokio::test(flavor = "multi_thread")]
async fn other_origins_are_answered_for_the_backend() -> Result<()> {
    let mut world = World::new().await?;
    let configuration = json!({"corsConfiguration": {
        "allowOrigins": ["https://a.example"], "allowMethods": ["GET", "POST"], "allowHeaders": ["x-a"],
        "exposeHeaders": ["x-b"], "maxAge": 300, "allowCredentials": true,
    }});
    world.make(&configuration).await?;
    world.route("GET /pets", &server("http://BACKEND/cors"), &json!({})).await?;
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let asks = [("origin", "https://a.example"), ("access-control-request-method", "GET")];
    let preflight = world.send("OPTIONS", "/anything", &asks, "").await?;
    assert_eq!((preflight.status(), preflight.text()), (204, String::new()));
    assert_eq!(
        cors(&preflight),
        [
            pair("allow-credentials", "true"),
            pair("allow-headers", "x-a"),
            pair("allow-methods", "GET,POST"),
            pair("allow-origin", "https://a.example"),
            pair("expose-headers", "x-b"),
            pair("max-age", "300"),
        ]
    );
    let of_answers = [
        pair("allow-credentials", "true"),
        pair("allow-origin", "https://a.example"),
        pair("expose-headers", "x-b"),
    ];
    let answer = world.send("GET", "/pets", &asks[..1], "").await?;
    assert_eq!((answer.status(), cors(&answer)), (200, of_answers.to_vec()));
    assert_eq!(cors(&world.send("GET", "/none", &asks[..1], "").await?), of_answers);
    let other = [("origin", "https://b.example"), ("access-control-request-method", "GET")];
    let preflight = world.send("OPTIONS", "/pets", &other, "").await?;
    assert_eq!((preflight.status(), cors(&preflight)), (204, vec![]));
    assert_eq!(cors(&world.send("GET", "/pets", &[], "").await?), []);
    // An OPTIONS that is no preflight is a request as others are.
    assert_eq!(world.send("OPTIONS", "/pets", &[], "").await?.status(), 404);
    Ok(())
}
