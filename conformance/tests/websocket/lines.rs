//! Whole logs of connections, each beside the fact that it rests on.

use anyhow::Result;
use serde_json::{Value, json};

use crate::integrations::{lambda, mock, server};
use crate::world::{Level, World};

/// Every variable that WebSocket APIs log, but for those of mutual TLS, of Cognito's identities and of web ACLs, which are hyphens
/// like any that has no value; and some that only other types of APIs have.
const NAMES: [&str; 49] = [
    "apiId",
    "authenticate.error",
    "authenticate.latency",
    "authenticate.status",
    "authorize.error",
    "authorize.latency",
    "authorize.status",
    "authorizer.error",
    "authorizer.integrationLatency",
    "authorizer.integrationStatus",
    "authorizer.latency",
    "authorizer.number",
    "authorizer.principalId",
    "authorizer.requestId",
    "authorizer.status",
    "connectedAt",
    "connectionId",
    "domainName",
    "error.message",
    "error.messageString",
    "error.responseType",
    "error.validationErrorString",
    "eventType",
    "extendedRequestId",
    "httpMethod",
    "identity.accountId",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.caller",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "integration.error",
    "integration.integrationStatus",
    "integration.latency",
    "integration.requestId",
    "integration.status",
    "integrationLatency",
    "messageId",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourcePath",
    "responseLatency",
    "responseLength",
    "routeKey",
    "stage",
    "status",
];

async fn whole(level: Level, integration: &Value) -> Result<String> {
    let mut world = World::new().await?;
    world.make(level).await?;
    world.route("$connect", &lambda("AWS_PROXY", "ok"), &Value::Null).await?;
    world.route("$disconnect", &lambda("AWS_PROXY", "ok"), &Value::Null).await?;
    world.two_way("echo", integration).await?;
    let mut client = world.connect().await?;
    client.ask(r#"{"action": "echo", "n": 1}"#).await?;
    client.close(None).await?;
    world.lines(3).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_leaves_its_lines() -> Result<()> {
    for (name, fact, level, integration) in [
        (
            "function_info",
            "C: connecting and a message; I: disconnecting",
            Level::Info,
            lambda("AWS_PROXY", "ok"),
        ),
        (
            "function_trace",
            "C: the lines of data behind that of the message, in this order; I: disconnecting",
            Level::Trace,
            lambda("AWS_PROXY", "ok"),
        ),
        ("server_trace", "I: as captured of functions", Level::Trace, server("HTTP_PROXY", "/echo")),
        (
            "function_raises_info",
            "I: the failure of REST APIs in place of the last line",
            Level::Info,
            lambda("AWS_PROXY", "raises"),
        ),
        (
            "function_raises_error",
            "I: at ERROR the failure alone, as C of REST APIs",
            Level::Error,
            lambda("AWS_PROXY", "raises"),
        ),
        ("server_503_info", "C: the backend's status", Level::Info, server("HTTP_PROXY", "/status/503")),
    ] {
        let text = whole(level, &integration).await?;
        insta::with_settings!({description => fact, omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(name, text);
        });
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_of_a_route_stand_over_those_of_all_field_by_field() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Trace).await?;
    world.two_way("quiet", &lambda("AWS_PROXY", "ok")).await?;
    world.two_way("terse", &lambda("AWS_PROXY", "ok")).await?;
    // The level is that of all routes where a route has none.
    let settings = json!({"quiet": {"loggingLevel": "OFF"}, "terse": {"dataTraceEnabled": false}, "$connect": {"loggingLevel": "OFF"}});
    world.route("$connect", &mock(200), &Value::Null).await?;
    world.change_stage(&json!({"routeSettings": settings})).await?;
    let mut client = world.connect().await?;
    client.ask(r#"{"action": "quiet"}"#).await?;
    let lines = world.lines(2).await?;
    assert!(lines.starts_with("--- execution\n--- access\n"), "{lines}");
    client.ask(r#"{"action": "terse"}"#).await?;
    let lines = world.lines(3).await?;
    assert!(lines.contains("WebSocket Request Route: [terse]"), "{lines}");
    assert!(!lines.contains("Endpoint request URI"), "{lines}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_variable_has_its_value_by_event() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Error).await?;
    world.log_variables(&NAMES).await?;
    let authorizer = world.authorizer("allows", &["route.request.querystring.token"]).await?;
    let members = json!({"authorizationType": "CUSTOM", "authorizerId": authorizer});
    world.route("$connect", &lambda("AWS_PROXY", "ok"), &members).await?;
    world.route("$disconnect", &mock(200), &Value::Null).await?;
    world.two_way("echo", &lambda("AWS_PROXY", "echo")).await?;
    world.route("fails", &lambda("AWS_PROXY", "raises"), &Value::Null).await?;
    let Ok(mut client) = world.connect_with("?token=secret", &[]).await? else { anyhow::bail!("refused") };
    world.account.wait(1);
    let id = client.id().await?;
    world.account.wait(1);
    client.ask(r#"{"action": "fails"}"#).await?;
    world.account.wait(1);
    client.ask("to nobody").await?;
    world.account.wait(1);
    world.call("GET", &id, "").await?;
    world.account.wait(1);
    client.close(Some((1001, ""))).await?;
    world.lines(6).await?;
    world.account.wait(1);
    world.call("POST", &id, "too late").await?;
    let lines = world.lines(7).await?;
    let (_, access) = lines.split_once("--- access\n").unwrap_or_default();
    insta::with_settings!({
        description => "C: which have no value for which event, the ids, connectedAt, the route key of calls; I: those of errors",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("every_variable", access.replace(" | ", "\n"));
    });
    Ok(())
}

/// Captured: a backend that refuses a client has no failure of API Gateway's.
#[tokio::test(flavor = "multi_thread")]
async fn a_backend_that_refuses_and_calls_about_a_connection_leave_their_lines() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let refusing = world.route("$connect", &server("HTTP_PROXY", "/status/403"), &Value::Null).await?;
    assert_eq!(world.refused("", &[]).await?.status, 403);
    world
        .account
        .done(world.account.client.rest("DELETE", &world.path(&format!("/routes/{refusing}")), "")?)
        .await?;
    world.two_way("echo", &lambda("AWS_PROXY", "echo")).await?;
    let mut client = world.connect().await?;
    let id = client.id().await?;
    world.call("POST", &id, "hi").await?;
    world.lines(4).await?;
    world.call("DELETE", &id, "").await?;
    client.hear().await?;
    client.end().await?;
    let lines = world.lines(6).await?;
    // The call that ends the connection, and the end, come in either order.
    let (execution, access) = lines.split_once("--- access\n").unwrap_or_default();
    let mut access: Vec<&str> = access.lines().collect();
    access.sort_unstable();
    let text = format!("{execution}--- access, sorted\n{}", access.join("\n"));
    insta::with_settings!({
        description => "C: the access lines, the error's hyphens; I: that a refusal has no last line",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("refused_by_backend", text);
    });
    Ok(())
}
