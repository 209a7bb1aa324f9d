//! What holds of any API and any requests: each leaves one access line that is as its answer was, and no line tells a secret.

use std::sync::Arc;

use anyhow::{Result, ensure};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stagecheck_conformance::access_lines::Format;
use stagecheck_conformance::laws::{self, SECRETS, at_once, tell_no_secret};

use crate::world::{Level, World, function_uri, method};

const NAMES: [&str; 8] = [
    "requestId",
    "extendedRequestId",
    "status",
    "responseLength",
    "httpMethod",
    "path",
    "error.responseType",
    "nothing",
];

fn integration() -> impl Strategy<Value = Value> {
    let mock = |template: &str| {
        json!({"type": "MOCK", "requestTemplates": {"application/json": template},
            "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": "{\"ok\": true}"}}}})
    };
    let proxy = |path: &str| json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": format!("http://BACKEND{path}")});
    let function = |name: &str| json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri(name)});
    prop::sample::select(vec![
        mock("{\"statusCode\": 200}"),
        mock("{\"statusCode\": 500}"),
        mock("none"),
        proxy("/echo"),
        proxy("/status/503"),
        proxy("/remapped"),
        json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://127.0.0.1:1/"}),
        function("ok"),
        function("echo"),
        function("raises"),
        function("malformed"),
        function("throttled"),
    ])
}

/// A method, that may want a key.
fn operation() -> impl Strategy<Value = Value> {
    (integration(), any::<bool>()).prop_map(|(integration, wants_key)| {
        let mut method = method(&integration);
        if wants_key {
            method["x-amazon-apigateway-any-method"]["security"] = json!([{"key": []}]);
        }
        method
    })
}

#[derive(Clone, Debug)]
struct Sent {
    verb: &'static str,
    path: String,
    secrets: Vec<bool>,
    body: String,
    own_id: Option<String>,
}

fn sent() -> impl Strategy<Value = Sent> {
    let path = prop::sample::select(vec!["/a", "/b", "/c", "/none", "/a/deeper", "/%zz"]);
    let query = prop::sample::select(vec!["", "?q=1", "?q=%20&r", "?%ff"]);
    let own_id = prop::option::of(prop::sample::select(vec![
        "c6af9ac6-7b61-11e6-9a41-93e8deadbeef".to_owned(),
        "not-a-uuid".to_owned(),
    ]));
    let verb = prop::sample::select(vec!["GET", "POST", "DELETE", "OPTIONS"]);
    (verb, path, query, prop::collection::vec(any::<bool>(), SECRETS.len()), "[a-z{}\" ]{0,12}", own_id)
        .prop_map(|(verb, path, query, secrets, body, own_id)| Sent {
            verb,
            path: format!("{path}{query}"),
            secrets,
            body,
            own_id,
        })
}

async fn hold(operations: &[Value], level: Level, format: Format, requests: &[Sent]) -> Result<()> {
    let mut world = World::new().await?;
    let paths: Map<String, Value> = ["/a", "/b", "/c"]
        .iter()
        .zip(operations)
        .map(|(path, method)| ((*path).to_owned(), method.clone()))
        .collect();
    let key =
        json!({"securityDefinitions": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}});
    world.deploy(level, &Value::Object(paths), &key).await?;
    let format_text = format.of(&NAMES);
    world
        .patch_stage(&json!([{"op": "replace", "path": "/accessLogSettings/format", "value": format_text}]))
        .await?;
    for request in requests {
        hold_of(&world, format, request).await?;
    }
    Ok(())
}

async fn hold_of(world: &World, format: Format, request: &Sent) -> Result<()> {
    let shown = SECRETS.iter().zip(&request.secrets).filter(|(_, is_shown)| **is_shown);
    let mut headers: Vec<(&str, &str)> = shown.map(|(secret, _)| *secret).collect();
    headers.push(("content-type", "application/json"));
    if let Some(id) = &request.own_id {
        headers.push(("x-amzn-requestid", id));
    }
    let left = world.send_raw(request.verb, &request.path, &headers, &request.body).await?;
    let [line] = left.access.as_slice() else { anyhow::bail!("{request:?} leaves {:?}", left.access) };
    let header = |name: &str| {
        left.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let (status, length) = (left.response.status(), left.response.body().len().to_string());
    let known = [
        ("requestId", &*header("x-amzn-requestid")),
        ("extendedRequestId", &header("x-amz-apigw-id")),
        ("status", status.as_str()),
        ("responseLength", &length),
        ("httpMethod", request.verb),
        ("nothing", "-"),
    ];
    let told = format.hold(line, &NAMES, &known)?;
    let is_error = told["error.responseType"] != "-";
    ensure!(is_error == left.response.headers().contains_key("x-amzn-errortype"), "{line}");
    tell_no_secret(left.execution.iter().chain(&left.access))?;
    let begins = format!("({}) ", header("x-amzn-requestid"));
    ensure!(left.execution.iter().all(|line| line.starts_with(&begins)), "{:?}", left.execution);
    let is_longest = |line: &String| line.len() <= 1024 + " [TRUNCATED]".len();
    ensure!(left.execution.iter().all(is_longest), "{:?}", left.execution);
    Ok(())
}

#[test]
fn every_request_leaves_one_true_access_line_and_no_secret() -> Result<()> {
    let values = (
        prop::collection::vec(operation(), 3),
        prop::sample::select(vec![Level::Error, Level::Info, Level::Trace]),
        prop::sample::select(Format::ALL.to_vec()),
        prop::collection::vec(sent(), 1..12),
    );
    laws::hold(24, &values, async |(operations, level, format, requests)| {
        hold(&operations, level, format, &requests).await
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_settings_and_traffic_do_not_get_in_each_others_way() -> Result<()> {
    const REQUESTS: usize = 200;

    let mut world = World::new().await?;
    let mock = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
        "responses": {"default": {"statusCode": "200"}}});
    let proxy = json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://BACKEND/echo"});
    world
        .deploy(Level::Info, &json!({"/mock": method(&mock), "/proxy": method(&proxy)}), &Value::Null)
        .await?;
    let world = Arc::new(world);
    let traffic = (0..REQUESTS).map(|number| {
        let world = Arc::clone(&world);
        async move {
            let path = if number % 2 == 0 { "/mock" } else { "/proxy" };
            let answer = world.send_uncounted("GET", path).await?;
            ensure!(answer.status().as_u16() == 200, "{answer:?}");
            Ok(())
        }
    });
    let changes = (0..50).map(|number| {
        let world = Arc::clone(&world);
        async move {
            let level = if number % 2 == 0 { "ERROR" } else { "INFO" };
            world
                .patch_stage(&json!([
                    {"op": "replace", "path": "/*/*/logging/loglevel", "value": level},
                    {"op": "replace", "path": "/variables/number", "value": number.to_string()},
                ]))
                .await
        }
    });
    tokio::try_join!(at_once(traffic), at_once(changes))?;
    let told = world.account.deliveries().await?;
    assert_eq!((&told["refused"], &told["dropped"]), (&json!(0), &json!(0)));
    assert_eq!(world.access_lines().await?.len(), REQUESTS);
    Ok(())
}
