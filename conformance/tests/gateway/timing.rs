//! What comes late where it is told to: lines, and settings.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_conformance::client::plain;
use stagecheck_emulator::{Builder, Emulator};

use crate::world::{Level, World, method, mock};

async fn world(build: impl FnOnce(Builder) -> Builder) -> Result<World> {
    let mut world = World::with(build).await?;
    world.deploy(Level::Info, &json!({"/pets": method(&mock())}), &Value::Null).await?;
    Ok(world)
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_seen_after_the_delay_or_once_they_are_asked_for() -> Result<()> {
    let world = world(|builder| builder.log_delay(Duration::from_secs(20))).await?;
    world.send_uncounted("GET", "/pets").await?;
    assert_eq!(world.access_lines().await?.len(), 0);
    world.account.wait(19);
    assert_eq!(world.access_lines().await?.len(), 0);
    world.account.wait(1);
    assert_eq!(world.access_lines().await?.len(), 1);
    world.send_uncounted("GET", "/pets").await?;
    assert_eq!(world.access_lines().await?.len(), 1);
    world.account.done(plain("POST", "/_stagecheck/flush", "", "")?).await?;
    assert_eq!(world.access_lines().await?.len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_come_later_and_deployments_at_once() -> Result<()> {
    let mut world = world(|builder| builder.settings_propagation(Duration::from_secs(30))).await?;
    world.send_uncounted("GET", "/pets").await?;
    assert_eq!(world.access_lines().await?.len(), 0, "the stage's settings are not there yet");
    world.account.wait(30);
    world.send_uncounted("GET", "/pets").await?;
    assert_eq!(world.access_lines().await?.len(), 1);
    // Turned off, it goes on for a while.
    world.patch_stage(&json!([{"op": "remove", "path": "/accessLogSettings"}])).await?;
    world.account.wait(10);
    world.send_uncounted("GET", "/pets").await?;
    assert_eq!(world.access_lines().await?.len(), 2);
    world.account.wait(20);
    world.send_uncounted("GET", "/pets").await?;
    assert_eq!(world.access_lines().await?.len(), 2);
    world.deploy(Level::Info, &json!({"/dogs": method(&mock())}), &Value::Null).await?;
    assert_eq!(world.send_uncounted("GET", "/dogs").await?.status().as_u16(), 200);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn access_logs_go_to_files_in_the_place_of_firehose() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let world = world(|builder| builder.firehose_sink(folder.path())).await?;
    let stream = "amazon-apigateway-lines";
    let arn = format!("arn:aws:firehose:us-east-1:000000000000:deliverystream/{stream}");
    world
        .patch_stage(&json!([
            {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": arn},
            {"op": "replace", "path": "/accessLogSettings/format", "value": "$context.requestId $context.status"},
        ]))
        .await?;
    let answer = world.send_uncounted("GET", "/pets").await?;
    let told = world.account.deliveries().await?;
    assert_eq!(told["refused"], 0, "{told}");
    let id = answer.headers()["x-amzn-requestid"].to_str()?;
    assert_eq!(std::fs::read_to_string(folder.path().join(stream))?, format!("{id} 200\n"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_encrypted_by_a_certificate_of_their_own() -> Result<()> {
    let running = Emulator::builder().tls(true).build().start().await?;
    assert!(running.url().starts_with("https://127.0.0.1:"));
    let pem = running.certificate().unwrap_or_default().to_owned();
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), pem)?;
    let url = format!("{}/_stagecheck/health", running.url());
    let python = format!(
        "import ssl, urllib.request; context = ssl.create_default_context(cafile={:?}); \
         print(urllib.request.urlopen({url:?}, context=context).status)",
        file.path()
    );
    let ask = |code: String| {
        tokio::task::spawn_blocking(move || {
            std::process::Command::new("python3").args(["-c", &code]).output()
        })
    };
    let answer = ask(python.clone()).await??;
    assert_eq!(String::from_utf8_lossy(&answer.stdout), "200\n", "{answer:?}");
    // Who does not know the certificate does not trust it.
    let stranger = ask(format!("import urllib.request; urllib.request.urlopen({url:?})")).await??;
    assert!(!stranger.status.success());
    running.stop().await?;
    Ok(())
}
