//! What holds of any API and any requests: each that a route serves leaves one access line that is as its answer was, others
//! leave none, and no line tells a secret.

use std::sync::Arc;

use anyhow::{Result, ensure};
use proptest::prelude::*;
use serde_json::{Value, json};
use stagecheck_conformance::access_lines::Format;
use stagecheck_conformance::account::{ACCESS_GROUP, group_arn};
use stagecheck_conformance::laws::{self, SECRETS, at_once, tell_no_secret};

use crate::world::{World, function, lambda, server};

const NAMES: [&str; 10] = [
    "requestId",
    "extendedRequestId",
    "status",
    "responseLength",
    "httpMethod",
    "routeKey",
    "path",
    "protocol",
    "error.responseType",
    "customDomain.basePathMatched",
];

/// In the order in which they are looked at, the first that serves a request takes it.
const KEYS: [&str; 5] = ["GET /a", "POST /b/{id}", "ANY /b/{id}", "GET /files/{proxy+}", "$default"];

/// Authorizers, by the functions that they ask.
const AUTHORIZERS: [&str; 3] = ["allows", "denies", "unauthorized"];

/// What a route does, and whom it asks first.
#[derive(Clone, Debug)]
struct Route {
    integration: Value,
    authorizer: Option<&'static str>,
}

fn route() -> impl Strategy<Value = Route> {
    let integration = prop::sample::select(vec![
        lambda("ok", "1.0"),
        lambda("ok", "2.0"),
        lambda("echo", "1.0"),
        lambda("echo", "2.0"),
        lambda("refuses", "2.0"),
        lambda("raises", "2.0"),
        lambda("cookies", "2.0"),
        lambda("malformed", "1.0"),
        lambda("throttled", "2.0"),
        server("http://BACKEND/echo"),
        server("http://BACKEND/status/503"),
        server("http://BACKEND/remapped"),
        server("http://127.0.0.1:1/"),
    ]);
    let authorizer = prop::option::weighted(0.3, prop::sample::select(AUTHORIZERS.to_vec()));
    (integration, authorizer).prop_map(|(integration, authorizer)| Route { integration, authorizer })
}

#[derive(Clone, Debug)]
struct Sent {
    verb: &'static str,
    path: &'static str,
    query: &'static str,
    secrets: Vec<bool>,
    body: String,
}

fn sent() -> impl Strategy<Value = Sent> {
    let verb = prop::sample::select(vec!["GET", "POST", "DELETE", "OPTIONS"]);
    let path = prop::sample::select(vec![
        "/a",
        "/a/",
        "/b/7",
        "/b/%7a",
        "/b/7/8",
        "/files",
        "/files/x/y",
        "/none",
        "/",
    ]);
    let query = prop::sample::select(vec!["", "?q=1", "?q=%20&r", "?%ff"]);
    let secrets = prop::collection::vec(any::<bool>(), SECRETS.len());
    (verb, path, query, secrets, "[a-z{}\" ]{0,12}").prop_map(|(verb, path, query, secrets, body)| Sent {
        verb,
        path,
        query,
        secrets,
        body,
    })
}

/// Whether a route serves a request.
fn serves(key: &str, verb: &str, path: &str) -> bool {
    let Some((method, pattern)) = key.split_once(' ') else { return true };
    let pieces = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let is_same = match pattern.strip_suffix("/{proxy+}") {
        Some(before) => path.strip_prefix(before).is_some_and(|rest| rest.starts_with('/')),
        None => {
            let (pattern, path) = (pieces(pattern), pieces(path));
            let mut both = pattern.iter().zip(&path);
            pattern.len() == path.len() && both.all(|(one, other)| one == other || one.starts_with('{'))
        }
    };
    (method == "ANY" || method == verb) && is_same
}

async fn hold(routes: &[Option<Route>], format: Format, requests: &[Sent]) -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    let settings = json!({"destinationArn": group_arn(ACCESS_GROUP), "format": format.of(&NAMES)});
    world.change_stage("$default", &json!({ "accessLogSettings": settings })).await?;
    let keys: Vec<&str> =
        KEYS.iter().zip(routes).filter(|(_, route)| route.is_some()).map(|(key, _)| *key).collect();
    for (key, route) in KEYS.iter().zip(routes) {
        let Some(Route { integration, authorizer }) = route else { continue };
        let members = match authorizer {
            Some(name) => {
                let id = world.authorizer(&asking(key, name)).await?;
                json!({"authorizationType": "CUSTOM", "authorizerId": id})
            }
            None => Value::Null,
        };
        world.route(key, integration, &members).await?;
    }
    for request in requests {
        let key = keys.iter().find(|key| serves(key, request.verb, request.path));
        hold_of(&world, format, key.copied(), request)
            .await
            .map_err(|error| error.context(format!("{request:?}")))?;
    }
    Ok(())
}

fn asking(name: &str, function_name: &str) -> Value {
    let uri = format!(
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations",
        function(function_name)
    );
    json!({"name": name.replace(['{', '}', '+', '/', '$', ' '], "-"), "authorizerType": "REQUEST",
        "authorizerPayloadFormatVersion": "2.0", "identitySource": ["$request.header.Authorization"],
        "authorizerResultTtlInSeconds": 0, "authorizerUri": uri})
}

/// What holds of a request that this route, or none, is for.
async fn hold_of(world: &World, format: Format, key: Option<&str>, request: &Sent) -> Result<()> {
    let Sent { verb, path, query, secrets, body } = request;
    let shown = SECRETS.iter().zip(secrets).filter(|(_, is_shown)| **is_shown);
    let headers: Vec<(&str, &str)> = shown.map(|(secret, _)| *secret).collect();
    let left = world.send_raw(verb, &format!("{path}{query}"), &headers, body).await?;
    let Some(key) = key else {
        ensure!(left.status() == 404 && left.lines.is_empty(), "{left:?}");
        return Ok(());
    };
    let [line] = left.lines.as_slice() else { anyhow::bail!("{left:?}") };
    let id = left.header("apigw-requestid").unwrap_or_default();
    let (status, length) = (left.response.status(), left.response.body().len().to_string());
    let known = [
        ("requestId", id),
        ("extendedRequestId", id),
        ("status", status.as_str()),
        ("responseLength", &length),
        ("httpMethod", verb),
        ("routeKey", key),
        ("path", path),
        ("protocol", "HTTP/1.1"),
        ("customDomain.basePathMatched", "-"),
    ];
    let told = format.hold(line, &NAMES, &known)?;
    // API Gateway's own answers are of this form, those of the doubles are not.
    let is_error = left.text().starts_with("{\"message\":");
    ensure!(is_error == (told["error.responseType"] != "-"), "{left:?}");
    tell_no_secret(&left.lines)
}

#[test]
fn every_request_that_is_served_leaves_one_true_access_line_and_no_secret() -> Result<()> {
    let values = (
        prop::collection::vec(prop::option::weighted(0.7, route()), KEYS.len()),
        prop::sample::select(Format::ALL.to_vec()),
        prop::collection::vec(sent(), 1..12),
    );
    laws::hold(32, &values, async |(routes, format, requests)| hold(&routes, format, &requests).await)
}

/// Each of these changes is deployed by itself.
#[tokio::test(flavor = "multi_thread")]
async fn changes_of_an_api_and_traffic_do_not_get_in_each_others_way() -> Result<()> {
    const REQUESTS: usize = 200;

    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("GET /function", &lambda("ok", "2.0"), &Value::Null).await?;
    world.route("GET /server", &server("http://BACKEND/status/201"), &Value::Null).await?;
    let world = Arc::new(world);
    let traffic = (0..REQUESTS).map(|number| {
        let world = Arc::clone(&world);
        async move {
            let path = if number % 2 == 0 { "/function" } else { "/server" };
            let answer = world.send_uncounted("GET", path).await?;
            ensure!(answer.status().as_u16() == 201, "{answer:?}");
            Ok(())
        }
    });
    let changes = (0..50).map(|number| {
        let world = Arc::clone(&world);
        async move {
            if number % 2 == 0 {
                return world.route(&format!("GET /{number}"), &lambda("ok", "2.0"), &Value::Null).await;
            }
            world.change_stage("$default", &json!({"stageVariables": {"number": number.to_string()}})).await
        }
    });
    tokio::try_join!(at_once(traffic), at_once(changes))?;
    let told = world.account.deliveries().await?;
    assert_eq!((&told["refused"], &told["dropped"]), (&json!(0), &json!(0)));
    assert_eq!(world.account.messages(ACCESS_GROUP).await?.len(), REQUESTS);
    Ok(())
}
