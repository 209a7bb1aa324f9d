//! Servers that hang up, answer in chunks or without an end, and where integrations may go.

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_conformance::doubles::{Manners, Rough};
use stagecheck_emulator::Builder;

use crate::world::{Level, World, method};

/// A call that gives up after a while.
fn proxy(uri: &str, millis: u64) -> Value {
    method(&json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": uri, "timeoutInMillis": millis}))
}

async fn world(manners: Manners, millis: u64) -> Result<(World, Rough)> {
    let (mut world, rough) = (World::new().await?, Rough::start(manners).await?);
    let paths = json!({"/pets": proxy(&format!("http://{}/", rough.address), millis)});
    world.deploy(Level::Error, &paths, &Value::Null).await?;
    Ok((world, rough))
}

/// R: `Connection is closed` and `Connection reset by peer`; I: also of an answer that stops.
#[tokio::test(flavor = "multi_thread")]
async fn servers_that_hang_up_are_told_of() -> Result<()> {
    for (manners, why) in [
        (Manners::HangsUp, "Connection is closed"),
        (Manners::Resets, "Connection reset by peer"),
        (Manners::Stops, "Connection is closed"),
    ] {
        let (world, _) = world(manners, 29_000).await?;
        let outcome = world.send("GET", "/pets", &[], "").await?;
        let line = format!("Execution failed due to a network error communicating with endpoint: {why}");
        assert_eq!(
            (outcome.status(), &*outcome.body()),
            (504, r#"{"message":"Network error communicating with endpoint"}"#)
        );
        assert_eq!(
            outcome.execution,
            [format!("({{id}}) {line}"), "({id}) Method completed with status: 504".to_owned()],
            "{manners:?}"
        );
        let access = format!(
            "{{id}} 504 55 INTEGRATION_FAILURE [Network error communicating with endpoint] [{line}] - - -"
        );
        assert_eq!(outcome.access, [access], "{manners:?}");
    }
    Ok(())
}

/// D: a client gets chunks as one body of a length that is known.
#[tokio::test(flavor = "multi_thread")]
async fn chunks_are_put_together() -> Result<()> {
    let (world, _) = world(Manners::Chunks, 29_000).await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), &*outcome.body()), (200, "{\"a\": 1}"));
    assert_eq!(["transfer-encoding", "trailer", "x-trailer"].map(|name| outcome.header(name)), ["-"; 3]);
    assert_eq!(outcome.access, ["{id} 200 8 - [-] [-] 200 200 -"]);
    Ok(())
}

/// D: 10 MB. R: the text. No more of an answer is kept than it may have, and no more is taken from the server for long.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_without_an_end_is_cut_off() -> Result<()> {
    // What the machine between keeps of a connection.
    const BUFFERS: u64 = 16 << 20;

    let (world, rough) = world(Manners::NeverEnds, 29_000).await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), &*outcome.body()), (500, r#"{"message": "Internal server error"}"#));
    let line = "({id}) Execution failed due to configuration error: Integration response of reached limit of 10485760 bytes.";
    assert_eq!(outcome.execution[0], line);
    assert!((10 << 20..(10 << 20) + BUFFERS).contains(&rough.sent()), "{} bytes", rough.sent());
    Ok(())
}

/// C: the text; that it also holds of an answer that has begun is inferred.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_stalls_is_not_waited_for() -> Result<()> {
    let (world, _) = world(Manners::Stalls, 50).await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), &*outcome.body()), (504, r#"{"message":"Endpoint request timed out"}"#));
    assert_eq!(outcome.execution[0], "({id}) Execution failed due to a timeout error");
    assert!(outcome.access[0].contains(" INTEGRATION_TIMEOUT "), "{:?}", outcome.access);
    Ok(())
}

/// A redirect is the client's to follow, whatever is behind it, and costs one request.
#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed() -> Result<()> {
    let mut world = World::new().await?;
    world
        .deploy(Level::Trace, &json!({"/pets": proxy("http://BACKEND/redirect", 29_000)}), &Value::Null)
        .await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_eq!((outcome.status(), outcome.header("location")), (302, "http://192.0.2.1/"));
    let sent = outcome.execution.iter().filter(|line| line.contains("Sending request to "));
    assert_eq!(sent.collect::<Vec<_>>(), ["({id}) Sending request to http://{backend}/redirect"]);
    Ok(())
}

/// A name leads to this machine. What is elsewhere is called once its host is named, which nobody answers here.
#[tokio::test(flavor = "multi_thread")]
async fn hosts_that_were_named_are_called() -> Result<()> {
    for (named, status) in [(None, 501), (Some("192.0.2.2"), 501), (Some("192.0.2.1"), 504), (Some("*"), 504)]
    {
        let mut world = World::with(|builder| named.into_iter().fold(builder, Builder::allow_egress)).await?;
        let local = format!("http://localhost:{}/status/200", world.account.backend.address.port());
        let paths = json!({"/local": proxy(&local, 29_000), "/elsewhere": proxy("http://192.0.2.1/", 50)});
        world.deploy(Level::Error, &paths, &Value::Null).await?;
        assert_eq!(world.send("GET", "/local", &[], "").await?.status(), 200);
        let outcome = world.send("GET", "/elsewhere", &[], "").await?;
        assert_eq!(outcome.status(), status, "{named:?}: {}", outcome.body());
    }
    Ok(())
}
