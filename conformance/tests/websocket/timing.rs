//! What comes late where it is told to: lines, and settings.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_conformance::client::plain;

use crate::integrations::mock;
use crate::world::{Level, World};

#[tokio::test(flavor = "multi_thread")]
async fn lines_are_seen_after_the_delay_or_once_they_are_asked_for() -> Result<()> {
    let mut world = World::built(|builder| builder.log_delay(Duration::from_secs(20))).await?;
    world.make(Level::Info).await?;
    world.route("$connect", &mock(200), &Value::Null).await?;
    let _client = world.connect().await?;
    assert_eq!(world.account.messages("access").await?.len(), 0);
    world.account.wait(19);
    assert_eq!(world.account.messages("access").await?.len(), 0);
    world.account.wait(1);
    assert_eq!(world.account.messages("access").await?.len(), 1);
    let _other = world.connect().await?;
    assert_eq!(world.account.messages("access").await?.len(), 1);
    world.account.done(plain("POST", "/_stagecheck/flush", "", "")?).await?;
    assert_eq!(world.account.messages("access").await?.len(), 2);
    Ok(())
}

/// Also the account's role, which may come later to REST APIs.
#[tokio::test(flavor = "multi_thread")]
async fn settings_act_at_once() -> Result<()> {
    let mut world = World::built(|builder| builder.settings_propagation(Duration::from_secs(30))).await?;
    world.make(Level::Info).await?;
    world.route("$default", &mock(200), &Value::Null).await?;
    let mut client = world.connect().await?;
    client.say("one").await?;
    world.lines(2).await?;
    world.change_stage(&json!({"defaultRouteSettings": {"loggingLevel": "OFF"}})).await?;
    client.say("two").await?;
    let lines = world.lines(3).await?;
    assert_eq!(lines.matches("received message from client").count(), 1, "{lines}");
    Ok(())
}
