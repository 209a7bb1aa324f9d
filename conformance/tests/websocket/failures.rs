//! What goes wrong behind a route, and what its client and the logs are told.

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_conformance::doubles::Backend;

use crate::integrations::{lambda, mock, server};
use crate::world::{Level, World};

fn impatient(mut integration: Value) -> Value {
    integration["timeoutInMillis"] = json!(50);
    integration
}

/// The texts are reported by users of REST APIs.
#[tokio::test(flavor = "multi_thread")]
async fn backends_that_give_no_answer() -> Result<()> {
    let hanging_up = Backend::hanging_up().await?;
    let mut hangs_up = server("HTTP_PROXY", "/");
    hangs_up["integrationUri"] = json!(format!("http://{hanging_up}/"));
    for (integration, message, line) in [
        (
            impatient(server("HTTP_PROXY", "/slow")),
            "Endpoint request timed out",
            "Execution failed due to a timeout error",
        ),
        (
            impatient(lambda("AWS_PROXY", "slow")),
            "Endpoint request timed out",
            "Execution failed due to a timeout error",
        ),
        (
            hangs_up,
            "Network error communicating with endpoint",
            "Execution failed due to a network error communicating with endpoint: ",
        ),
        (
            server("HTTP_PROXY", "/large"),
            "Internal server error",
            "Execution failed due to configuration error: Integration response of reached limit of 10485760 bytes.",
        ),
    ] {
        let mut world = World::new().await?;
        world.make(Level::Error).await?;
        world.route("ask", &integration, &Value::Null).await?;
        let mut client = world.connect().await?;
        let told = client.ask(r#"{"action": "ask"}"#).await?;
        assert!(told.contains(&format!("\"message\": \"{message}\"")), "{told}");
        let lines = world.lines(2).await?;
        assert!(lines.contains(line), "{lines}");
        // The same of a client that connects.
        world.route("$connect", &integration, &Value::Null).await?;
        let refused = world.refused("", &[]).await?;
        assert!(refused.status >= 500 && refused.body.contains(message), "{refused:?}");
    }
    Ok(())
}

/// The lines are reported by users of REST APIs.
#[tokio::test(flavor = "multi_thread")]
async fn templates_that_fail() -> Result<()> {
    let failing = "#set($x = $input.path('$['))$x.none.none#foreach(";
    let mut asks = mock(200);
    asks["requestTemplates"] = json!({ "$default": failing });
    let answers = json!({"integrationResponseKey": "$default", "responseTemplates": {"$default": failing}});
    for (integration, responses, line) in [
        (asks, vec![], "Unable to transform request"),
        (mock(200), vec![answers], "Unable to transform response"),
    ] {
        let mut world = World::new().await?;
        world.make(Level::Error).await?;
        world.two_way_with("ask", &integration, &responses).await?;
        let told = world.connect().await?.ask(r#"{"action": "ask"}"#).await?;
        assert!(told.contains("\"message\": \"Internal server error\""), "{told}");
        let lines = world.lines(2).await?;
        assert!(lines.contains(&format!("Execution failed due to configuration error: {line}")), "{lines}");
    }
    Ok(())
}

/// That such statuses are the API's fault is inferred.
#[tokio::test(flavor = "multi_thread")]
async fn statuses_that_no_answer_has() -> Result<()> {
    for status in [42, 100, 101, 102, 600, 1000] {
        let mut world = World::new().await?;
        world.make(Level::Info).await?;
        world.route("$connect", &mock(status), &Value::Null).await?;
        let refused = world.refused("", &[]).await?;
        assert_eq!(refused.status, 500, "{status}: {refused:?}");
        let lines = world.lines(1).await?;
        assert!(lines.contains("CONNECT $connect 500"), "{status}: {lines}");
    }
    Ok(())
}

/// 4,096 bytes of a URL are documented, those of headers as of REST APIs are inferred.
#[tokio::test(flavor = "multi_thread")]
async fn requests_to_connect_that_are_too_large() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("$default", &mock(200), &Value::Null).await?;
    let path = format!("/_aws/execute-api/{}/prod", world.api());
    let most = 4096 - path.len();
    let query = |length: usize| format!("?{}", "x".repeat(length - 1));
    assert!(world.connect_with(&query(most), &[]).await?.is_ok());
    assert_eq!(world.refused(&query(most + 1), &[]).await?.status, 414);
    assert!(world.connect_with("", &[("x-large", &"x".repeat(9_000))]).await?.is_ok());
    assert_eq!(world.refused("", &[("x-large", &"x".repeat(10_240))]).await?.status, 431);
    // They came to no stage (Knowledge Center, "Why are my API Gateway logs missing?").
    world.connect().await?;
    let lines = world.lines(3).await?;
    assert!(!lines.contains(" 414 ") && !lines.contains(" 431 "), "{lines}");
    Ok(())
}

/// RFC 6455, 4.4, and RFC 9110, 15.5.22.
#[tokio::test(flavor = "multi_thread")]
async fn handshakes_that_are_none() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("$default", &mock(200), &Value::Null).await?;
    let head = format!("GET /_aws/execute-api/{}/prod HTTP/1.1\r\nhost: localhost\r\n", world.api());
    let upgrade = "connection: close, upgrade\r\nupgrade: websocket\r\n";
    let (key, version) = ("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "sec-websocket-version: 13\r\n");
    for (headers, wanted) in [
        (format!("connection: close\r\n{version}{key}"), None),
        (format!("{upgrade}{version}"), None),
        (format!("{upgrade}sec-websocket-version: 8\r\n{key}"), Some("13")),
        (format!("connection: close, upgrade\r\nupgrade: h2c\r\n{version}{key}"), None),
    ] {
        let request = format!("{head}{headers}\r\n");
        let address = world.server.address();
        let reply = tokio::task::spawn_blocking(move || {
            stagecheck_conformance::socket::exchange(address, &[request.as_bytes()])
        });
        let reply = reply.await??;
        assert_eq!((reply.status, reply.header("upgrade")), (426, Some("websocket")), "{headers}");
        assert!(reply.header("connection").is_some_and(|value| value.contains("upgrade")), "{reply:?}");
        assert_eq!(reply.header("sec-websocket-version"), wanted, "{headers}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_leads_elsewhere_says_where() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("$connect", &server("HTTP_PROXY", "/redirect"), &Value::Null).await?;
    let refused = world.refused("", &[]).await?;
    assert_eq!(refused.status, 302);
    assert_eq!(refused.headers["location"], "http://192.0.2.1/");
    Ok(())
}
