//! Keys and plans of clients that connect.

use anyhow::Result;
use serde_json::{Value, json};

use crate::integrations::mock;
use crate::world::{Level, World};

const KEY: &str = "0123456789abcdefghij";

async fn world(plan: &Value) -> Result<World> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("$connect", &mock(200), &json!({"apiKeyRequired": true})).await?;
    world.open_with_key(KEY, plan).await?;
    Ok(world)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_leaves_its_lines() -> Result<()> {
    let world = world(&json!({})).await?;
    let connected = world.connect_with("", &[("x-api-key", KEY)]).await?;
    assert!(connected.is_ok());
    let lines = world.lines(1).await?;
    let lines: Vec<&str> =
        lines.lines().filter_map(|line| line.split_once(") ").map(|(_, text)| text)).collect();
    // The lines of REST APIs, in their order: inferred.
    let route =
        lines.iter().position(|line| *line == "WebSocket Request Route: [$connect]").unwrap_or_default();
    assert_eq!(lines[route + 1], "API Key: **************efghij");
    assert!(lines[route + 2].starts_with("API Key ID: "), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("does not require API Key")), "{lines:?}");
    drop(connected);
    Ok(())
}

/// A message has nowhere to show a key.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_to_a_route_with_a_key_is_not_told_to_need_none() -> Result<()> {
    let world = world(&json!({})).await?;
    world.route("keyed", &mock(200), &json!({"apiKeyRequired": true})).await?;
    let Ok(mut client) = world.connect_with("", &[("x-api-key", KEY)]).await? else {
        anyhow::bail!("refused")
    };
    client.say(r#"{"action": "keyed"}"#).await?;
    let lines = world.lines(2).await?;
    assert!(lines.contains("MESSAGE keyed 200"), "{lines}");
    assert!(!lines.contains("does not require API Key"), "{lines}");
    Ok(())
}

/// The texts, and the lines, are those of REST APIs: inferred.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_limits_who_connects() -> Result<()> {
    let burst = |burst: i32| json!({"rateLimit": 0.001, "burstLimit": burst});
    let of_route =
        json!({"apiStages": [{"apiId": "API", "stage": "prod", "throttle": {"$connect": burst(2)}}]});
    for (plan, message, line) in [
        (json!({"throttle": burst(2)}), "Too Many Requests", "Key throttle limit exceeded for RestApi "),
        (of_route, "Too Many Requests", "Key throttle limit exceeded for RestApi "),
        (
            json!({"quota": {"limit": 2, "period": "DAY"}}),
            "Limit Exceeded",
            "Key quota limit exceeded for RestApi ",
        ),
    ] {
        let world = world(&plan).await?;
        for _ in 0..2 {
            assert!(world.connect_with("", &[("x-api-key", KEY)]).await?.is_ok(), "{plan}");
        }
        let refused = world.refused("", &[("x-api-key", KEY)]).await?;
        assert_eq!(refused.status, 429, "{plan}");
        assert!(refused.body.contains(message), "{refused:?}");
        let lines = world.lines(3).await?;
        assert!(lines.contains(line), "{lines}");
    }
    Ok(())
}
