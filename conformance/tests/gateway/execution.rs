//! Whole log streams: what a request to each type of integration leaves, by level.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{Level, World, assert_told, function_uri, method};
use stagecheck_conformance::doubles::Backend;

/// A request to one integration, and the facts that its log rests on.
struct Scenario {
    name: &'static str,
    fact: &'static str,
    level: Level,
    integration: Value,
    path: &'static str,
}

fn mock(template: &str) -> Value {
    json!({"type": "MOCK", "requestTemplates": {"application/json": template},
        "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": "{\"ok\": true}"}}}})
}

fn http(path: &str, verb: &str) -> Value {
    json!({"type": "HTTP", "httpMethod": verb, "uri": format!("http://BACKEND{path}"),
        "responses": {"default": {"statusCode": "200"}, "5\\d{2}": {"statusCode": "500"}}})
}

fn http_proxy(path: &str) -> Value {
    json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": format!("http://BACKEND{path}")})
}

fn function(kind: &str, name: &str) -> Value {
    json!({"type": kind, "httpMethod": "POST", "uri": function_uri(name),
        "responses": {"default": {"statusCode": "200"}, ".*failure.*": {"statusCode": "500"}}})
}

fn scenarios() -> Vec<Scenario> {
    let scenario =
        |name, fact, level, integration| Scenario { name, fact, level, integration, path: "/pets?a=1" };
    vec![
        scenario(
            "mock_info",
            "I: as captured of AWS_PROXY, without an endpoint",
            Level::Info,
            mock("{\"statusCode\": 200}"),
        ),
        scenario(
            "mock_trace",
            "I: the order of C, without an endpoint's lines",
            Level::Trace,
            mock("{\"statusCode\": 200}"),
        ),
        scenario(
            "mock_error",
            "I: a success leaves nothing at ERROR",
            Level::Error,
            mock("{\"statusCode\": 200}"),
        ),
        scenario("mock_no_status_info", "R: the text of a MOCK without a status", Level::Info, mock("{}")),
        scenario("mock_no_status_error", "C: at ERROR the failure and the status", Level::Error, mock("{}")),
        scenario("proxy_function_info", "C: nine lines", Level::Info, function("AWS_PROXY", "ok")),
        scenario(
            "proxy_function_trace",
            "C: the order of the lines of data, the endpoint's headers but for Content-Type, and theirs; I: what Authorization and \
             X-Amz-Security-Token end with",
            Level::Trace,
            function("AWS_PROXY", "ok"),
        ),
        scenario(
            "proxy_function_raises_info",
            "C: function error, 502, the endpoint's id last",
            Level::Info,
            function("AWS_PROXY", "raises"),
        ),
        scenario(
            "proxy_function_raises_error",
            "C: the failure and the status; I: no endpoint's id at ERROR",
            Level::Error,
            function("AWS_PROXY", "raises"),
        ),
        scenario(
            "proxy_function_malformed",
            "C: malformed proxy response, 502",
            Level::Error,
            function("AWS_PROXY", "malformed"),
        ),
        scenario(
            "proxy_function_null",
            "I: null is as malformed as any other",
            Level::Error,
            function("AWS_PROXY", "null"),
        ),
        scenario(
            "proxy_function_throttled",
            "C: 429 of Lambda, 500 to the client",
            Level::Error,
            function("AWS_PROXY", "throttled"),
        ),
        scenario(
            "proxy_function_forbidden",
            "C: invalid permissions, 500",
            Level::Error,
            function("AWS_PROXY", "forbidden"),
        ),
        scenario("function_trace", "I: an AWS integration as AWS_PROXY", Level::Trace, function("AWS", "ok")),
        scenario(
            "function_raises_info",
            "I: what a pattern catches is an answer",
            Level::Info,
            function("AWS", "raises"),
        ),
        scenario(
            "http_trace",
            "C: the lines up to the endpoint's body; I: the rest",
            Level::Trace,
            http("/status/200", "GET"),
        ),
        scenario("http_503_info", "I: selected by its status", Level::Info, http("/status/503", "GET")),
        scenario(
            "http_proxy_trace",
            "C: the lines up to the endpoint's body; I: the rest",
            Level::Trace,
            http_proxy("/status/200"),
        ),
        scenario(
            "http_proxy_404_error",
            "I: what the endpoint itself answers is no failure",
            Level::Error,
            http_proxy("/status/404"),
        ),
        scenario("http_proxy_too_large", "R: the text", Level::Error, http_proxy("/large")),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_integration_leaves_its_lines() -> Result<()> {
    for scenario in scenarios() {
        let mut world = World::new().await?;
        world.deploy(scenario.level, &json!({"/pets": method(&scenario.integration)}), &Value::Null).await?;
        let headers = [("accept", "*/*"), ("authorization", "Bearer abcdef123456")];
        let outcome = world.send("GET", scenario.path, &headers, "").await?;
        assert_told(scenario.name, scenario.fact, &outcome.text());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn backends_that_do_not_answer_are_told_of() -> Result<()> {
    let mut world = World::new().await?;
    let hanging_up = Backend::hanging_up().await?;
    let proxy = |uri: &str| {
        method(&json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": uri, "timeoutInMillis": 50}))
    };
    let slow_function = json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri("slow"), "timeoutInMillis": 50});
    world
        .deploy(
            Level::Error,
            &json!({
                "/slow": proxy("http://BACKEND/slow"),
                "/slow-function": method(&slow_function),
                "/hanging-up": proxy(&format!("http://{hanging_up}/")),
                "/elsewhere": proxy("http://192.0.2.1/"),
                "/nobody": proxy("http://127.0.0.1:1/"),
            }),
            &Value::Null,
        )
        .await?;
    for (path, status, message, line) in [
        ("/slow", 504, "Endpoint request timed out", "Execution failed due to a timeout error"),
        ("/slow-function", 504, "Endpoint request timed out", "Execution failed due to a timeout error"),
        (
            "/hanging-up",
            504,
            "Network error communicating with endpoint",
            "Execution failed due to a network error communicating with endpoint: Connection is closed",
        ),
        (
            "/nobody",
            504,
            "Network error communicating with endpoint",
            "Execution failed due to a network error communicating with endpoint: Connection refused",
        ),
        ("/elsewhere", 501, "--allow-egress 192.0.2.1", "this emulator calls only its own machine"),
    ] {
        let outcome = world.send("GET", path, &[], "").await?;
        let body = String::from_utf8_lossy(outcome.response.body()).into_owned();
        assert_eq!(outcome.response.status().as_u16(), status, "{path}");
        assert!(body.contains(message), "{path}: {body}");
        assert_eq!(outcome.execution.len(), 2, "{path}: {:?}", outcome.execution);
        assert!(
            outcome.execution[0].contains(&format!("({{id}}) {line}")),
            "{path}: {:?}",
            outcome.execution
        );
        assert_eq!(
            outcome.execution[1],
            format!("({{id}}) Method completed with status: {status}"),
            "{path}"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_no_method_serves_leave_an_access_line_alone() -> Result<()> {
    let mut world = World::new().await?;
    world
        .deploy(Level::Trace, &json!({"/pets": method(&mock("{\"statusCode\": 200}"))}), &Value::Null)
        .await?;
    let outcome = world.send("GET", "/dogs", &[], "").await?;
    assert_eq!(outcome.execution, [""; 0]);
    assert_eq!(
        outcome.access,
        ["{id} 403 42 MISSING_AUTHENTICATION_TOKEN [Missing Authentication Token] [-] - - -"]
    );
    Ok(())
}
