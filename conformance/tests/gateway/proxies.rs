//! What backends and clients get of each other.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::world::{Level, World, function_uri, method};

fn body(outcome: &crate::world::Outcome) -> Result<Value> {
    serde_json::from_slice(outcome.response.body()).context("the answer is JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxied_server_gets_the_request_and_the_client_its_answer() -> Result<()> {
    let mut world = World::new().await?;
    let proxy = json!({"x-amazon-apigateway-any-method": {
        "parameters": [{"name": "rest", "in": "path", "required": true, "type": "string"}],
        "responses": {},
        "x-amazon-apigateway-integration": {
            "type": "HTTP_PROXY", "httpMethod": "ANY", "uri": "http://BACKEND/echo/{rest}?fixed=1",
            "requestParameters": {
                "integration.request.path.rest": "method.request.path.rest",
                "integration.request.header.X-Stage": "context.stage",
                "integration.request.querystring.added": "'yes'",
            },
        },
    }});
    world.deploy(Level::Info, &json!({"/{rest+}": proxy}), &Value::Null).await?;
    let headers = [("x-own", "1"), ("connection", "close"), ("x-forwarded-for", "192.0.2.7")];
    let outcome = world.send("PUT", "/a/b%20c?q=1&q=2&empty", &headers, "the body").await?;
    let told = body(&outcome)?;
    assert_eq!(told["method"], "PUT");
    assert_eq!(told["uri"], "/echo/a/b%20c?fixed=1&q=1&q=2&empty=&added=yes");
    assert_eq!(told["body"], "the body");
    let headers = &told["headers"];
    assert_eq!(headers["x-own"], "1");
    assert_eq!(headers["x-stage"], "prod");
    assert_eq!(headers["x-forwarded-for"], "192.0.2.7, 127.0.0.1");
    assert_eq!(headers["x-amzn-apigateway-api-id"], world.api());
    assert_eq!(headers["connection"], Value::Null);
    assert_eq!(headers["host"], world.account.backend.address.to_string());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn some_headers_come_back_under_other_names() -> Result<()> {
    let mut world = World::new().await?;
    let proxy = method(&json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://BACKEND/remapped"}));
    let redirect =
        method(&json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://BACKEND/redirect"}));
    world.deploy(Level::Info, &json!({"/a": proxy, "/b": redirect}), &Value::Null).await?;
    let outcome = world.send("GET", "/a", &[], "").await?;
    let headers = outcome.response.headers();
    assert_eq!(headers["x-own"], "kept");
    assert_eq!(headers["x-amzn-remapped-www-authenticate"], "Basic");
    assert_eq!(headers["x-amzn-remapped-server"], "test");
    assert!(!headers.contains_key("keep-alive") && !headers.contains_key("www-authenticate"));
    // A redirect is the client's to follow.
    let outcome = world.send("GET", "/b", &[], "").await?;
    assert_eq!(outcome.response.status().as_u16(), 302);
    assert_eq!(outcome.response.headers()["location"], "http://192.0.2.1/");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxied_function_gets_the_request_as_an_event() -> Result<()> {
    let mut world = World::new().await?;
    let proxy =
        |name: &str| method(&json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri(name)}));
    world
        .deploy(Level::Info, &json!({"/pets/{id}": proxy("echo"), "/ok": proxy("ok")}), &Value::Null)
        .await?;
    let headers =
        [("x-own", "1"), ("x-own", "2"), ("user-agent", "test/1"), ("x-forwarded-for", "192.0.2.7")];
    let event = body(&world.send("POST", "/pets/7?q=1&q=2", &headers, "{\"a\":1}").await?)?;
    assert_eq!(event["resource"], "/pets/{id}");
    assert_eq!(event["path"], "/pets/7");
    assert_eq!(event["httpMethod"], "POST");
    assert_eq!(event["headers"]["X-Own"], "2");
    assert_eq!(event["multiValueHeaders"]["X-Own"], json!(["1", "2"]));
    // D: the guide's event has them.
    assert_eq!(event["headers"]["X-Forwarded-For"], "192.0.2.7, 127.0.0.1");
    assert_eq!(
        (&event["headers"]["X-Forwarded-Port"], &event["headers"]["X-Forwarded-Proto"]),
        (&json!("443"), &json!("https"))
    );
    let trace = event["headers"]["X-Amzn-Trace-Id"].as_str().unwrap_or_default();
    assert_eq!(world.told(trace), "Root={trace}");
    assert_eq!(event["queryStringParameters"], json!({"q": "2"}));
    assert_eq!(event["multiValueQueryStringParameters"], json!({"q": ["1", "2"]}));
    assert_eq!(event["pathParameters"], json!({"id": "7"}));
    assert_eq!(event["stageVariables"], Value::Null);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("{\"a\":1}"), &json!(false)));
    let context = &event["requestContext"];
    assert_eq!((&context["stage"], &context["path"]), (&json!("prod"), &json!("/prod/pets/7")));
    assert_eq!(context["requestTime"], "25/Sep/2026:09:20:27 +0000");
    assert_eq!(context["requestTimeEpoch"], 1_790_328_027_988_i64);
    assert_eq!(context["identity"]["sourceIp"], "127.0.0.1");
    assert_eq!(context["identity"]["userAgent"], "test/1");
    assert_eq!(context["identity"]["caller"], Value::Null);

    let outcome = world.send("GET", "/ok", &[], "").await?;
    assert_eq!(outcome.response.status().as_u16(), 201);
    let headers = outcome.response.headers();
    assert_eq!((&headers["x-own"], &headers["x-number"]), (&"kept".parse()?, &"7".parse()?));
    assert_eq!(headers["content-type"], "application/json");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_mapped_by_the_response_that_they_select() -> Result<()> {
    let mut world = World::new().await?;
    let http = json!({"x-amazon-apigateway-any-method": {
        "responses": {
            "200": {"description": ""},
            "404": {"description": "", "headers": {"X-Code": {"type": "string"}, "X-Type": {"type": "string"}}},
        },
        "x-amazon-apigateway-integration": {
            "type": "HTTP", "httpMethod": "GET", "uri": "http://BACKEND/status/418",
            "responses": {
                "default": {"statusCode": "200"},
                "4\\d{2}": {"statusCode": "404", "responseParameters": {
                    "method.response.header.X-Code": "integration.response.body.code",
                    "method.response.header.X-Type": "integration.response.header.Content-Type",
                }},
            },
        },
    }});
    world.deploy(Level::Info, &json!({"/pets": http}), &Value::Null).await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!(outcome.response.status().as_u16(), 404);
    let headers = outcome.response.headers();
    assert_eq!((&headers["x-code"], &headers["x-type"]), (&"7".parse()?, &"application/json".parse()?));
    Ok(())
}
