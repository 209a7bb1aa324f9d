//! The events that functions get, and what becomes of what they return.

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::world::{World, lambda};

/// D: format 2.0, with what is left out where it is empty as in AWS's sample of an event.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_gets_the_request_in_format_2() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.stage("prod", &json!({"stageVariables": {"color": "red"}})).await?;
    world.route("POST /pets/{id}", &lambda("returns", "2.0"), &json!({})).await?;
    world.route("GET /", &lambda("returns", "2.0"), &json!({})).await?;
    let headers = [
        ("x-many", "1"),
        ("x-many", "2"),
        ("cookie", "a=1; b=2"),
        ("content-type", "application/json"),
        ("user-agent", "curl"),
        ("host", "localhost:4566"),
        ("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
    ];
    let outcome = world.send("POST", "/prod/pets/a%20b?q=1&q=2&r=%C3%BC", &headers, r#"{"a": 1}"#).await?;
    assert_eq!(outcome.header("content-type"), Some("application/json"));
    let event = outcome.json()?;
    let id = outcome.header("apigw-requestid").unwrap_or_default();
    assert_eq!(
        event,
        json!({
            "version": "2.0",
            "routeKey": "POST /pets/{id}",
            "rawPath": "/prod/pets/a%20b",
            "rawQueryString": "q=1&q=2&r=%C3%BC",
            "cookies": ["a=1", "b=2"],
            "headers": {
                "content-length": "8", "content-type": "application/json", "host": "localhost:4566",
                "user-agent": "curl", "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793",
                "x-forwarded-for": "127.0.0.1", "x-forwarded-port": "443", "x-forwarded-proto": "https",
                "x-many": "1,2",
            },
            "queryStringParameters": {"q": "1,2", "r": "ü"},
            "pathParameters": {"id": "a b"},
            "stageVariables": {"color": "red"},
            "requestContext": {
                "accountId": "000000000000",
                "apiId": world.api(),
                "domainName": format!("{}.execute-api.us-east-1.amazonaws.com", world.api()),
                "domainPrefix": world.api(),
                "http": {"method": "POST", "path": "/prod/pets/a%20b", "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1", "userAgent": "curl"},
                "requestId": id,
                "routeKey": "POST /pets/{id}",
                "stage": "prod",
                "time": "25/Sep/2026:09:20:27 +0000",
                "timeEpoch": 1_790_328_027_988_i64,
            },
            "body": "{\"a\": 1}",
            "isBase64Encoded": false,
        })
    );
    let event = world.send("GET", "/", &[], "").await?.json()?;
    let mut names: Vec<&String> = event.as_object().map(|event| event.keys().collect()).unwrap_or_default();
    names.sort();
    let there =
        ["headers", "isBase64Encoded", "rawPath", "rawQueryString", "requestContext", "routeKey", "version"];
    assert_eq!(names, there);
    assert_eq!((&event["rawPath"], &event["requestContext"]["stage"]), (&json!("/"), &json!("$default")));
    Ok(())
}

/// D: format 1.0.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_gets_the_request_in_format_1() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("GET /pets/{id}", &lambda("echo", "1.0"), &json!({})).await?;
    let headers = [("x-many", "1"), ("x-many", "2")];
    let outcome = world.send("GET", "/pets/7?q=1&q=2", &headers, "").await?;
    let event = outcome.json()?;
    for (name, value) in [
        ("version", json!("1.0")),
        ("resource", json!("/pets/{id}")),
        ("path", json!("/pets/7")),
        ("httpMethod", json!("GET")),
        ("queryStringParameters", json!({"q": "2"})),
        ("multiValueQueryStringParameters", json!({"q": ["1", "2"]})),
        ("pathParameters", json!({"id": "7"})),
        ("stageVariables", Value::Null),
        ("body", Value::Null),
        ("isBase64Encoded", json!(false)),
    ] {
        assert_eq!(event[name], value, "{name}");
    }
    assert_eq!(event["multiValueHeaders"]["x-many"], json!(["1", "2"]));
    let context = &event["requestContext"];
    assert_eq!(context["authorizer"], json!({"claims": null, "scopes": null}));
    assert_eq!(context["extendedRequestId"], context["requestId"]);
    assert_eq!(context["resourceId"], Value::Null);
    assert_eq!(context["requestTimeEpoch"], 1_790_328_027_988_i64);
    Ok(())
}

/// R: behind a custom domain name the path has its base path, and not the stage.
#[tokio::test(flavor = "multi_thread")]
async fn a_custom_domain_name_is_told_with_its_path() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    let format = "$context.requestId $context.path $context.domainName $context.customDomain.basePathMatched";
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group:access";
    world.stage("prod", &json!({"accessLogSettings": {"destinationArn": arn, "format": format}})).await?;
    world.route("GET /pets", &lambda("returns", "2.0"), &json!({})).await?;
    let domain = json!({"domainName": "api.example.com", "domainNameConfigurations":
        [{"certificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c", "endpointType": "REGIONAL"}]});
    let post = |path: &str, body: &Value| world.account.client.rest("POST", path, body.to_string());
    world.account.done(post("/v2/domainnames", &domain)?).await?;
    let mapping = json!({"apiId": world.api(), "stage": "prod", "apiMappingKey": "orders/v1"});
    world.account.done(post("/v2/domainnames/api.example.com/apimappings", &mapping)?).await?;
    let request = Request::builder().uri("/orders/v1/pets").header("host", "api.example.com");
    let outcome = world.send_request(request.body(Bytes::new())?).await?;
    let event = outcome.json()?;
    assert_eq!(event["rawPath"], "/orders/v1/pets");
    assert_eq!(event["requestContext"]["http"]["path"], "/orders/v1/pets");
    assert_eq!(event["requestContext"]["domainPrefix"], "api");
    assert_eq!(outcome.lines, ["{id} /orders/v1/pets api.example.com orders/v1"]);
    Ok(())
}

/// R: forms come as Base64. D: `cookies` become `set-cookie`, Base64 is decoded.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_text_or_base64() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("POST /event", &lambda("returns", "2.0"), &json!({})).await?;
    world.route("GET /cookies", &lambda("cookies", "2.0"), &json!({})).await?;
    world.route("GET /ok", &lambda("ok", "1.0"), &json!({})).await?;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let event = world.send("POST", "/event", &form, "a=1").await?.json()?;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("YT0x"), &json!(true)));
    let outcome = world.send("GET", "/cookies", &[], "").await?;
    let cookies: Vec<_> = outcome.response.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1; Secure", "b=2"]);
    assert_eq!(outcome.text(), "ab");
    let outcome = world.send("GET", "/ok", &[], "").await?;
    assert_eq!((outcome.status(), outcome.text()), (201, r#"{"made": true}"#.to_owned()));
    assert_eq!((outcome.header("x-own"), outcome.header("x-number")), (Some("kept"), Some("7")));
    Ok(())
}
