//! How large messages may be, how often they may come, and how long connections last.

use anyhow::Result;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use stagecheck_conformance::web_socket::Connected;

use crate::integrations::lambda;
use crate::world::{Level, World};

const FRAME: usize = 32 << 10;

async fn world() -> Result<World> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.two_way("$default", &lambda("AWS_PROXY", "ok")).await?;
    Ok(world)
}

/// Sends a message in frames of this size.
async fn send_in_frames(client: &mut Connected, length: usize, frame: usize) -> Result<()> {
    let mut left = length;
    let mut kind = Data::Text;
    while left > 0 {
        let part = left.min(frame);
        left -= part;
        let frame = Frame::message(vec![b'x'; part], OpCode::Data(kind), left == 0);
        client.send(Message::Frame(frame)).await?;
        kind = Data::Continue;
    }
    Ok(())
}

/// 128 KB a message, 32 KB a frame, and the code, are documented.
#[tokio::test(flavor = "multi_thread")]
async fn large_messages_come_in_frames_up_to_a_limit() -> Result<()> {
    let world = world().await?;
    for (length, frame, is_taken) in [
        (FRAME, FRAME, true),
        (4 * FRAME, FRAME, true),
        (FRAME + 1, FRAME + 1, false),
        (4 * FRAME + 1, FRAME, false),
        (40 * FRAME, 40 * FRAME, false),
    ] {
        let mut client = world.connect().await?;
        send_in_frames(&mut client, length, frame).await?;
        if is_taken {
            assert_eq!(client.hear().await?, "{\"made\": true}", "{length} in {frame}");
        } else {
            assert_eq!(client.end().await?.0, 1009, "{length} in {frame}");
        }
    }
    Ok(())
}

/// Documented.
#[tokio::test(flavor = "multi_thread")]
async fn messages_are_text() -> Result<()> {
    let world = world().await?;
    let mut client = world.connect().await?;
    client.send(Message::binary(vec![1, 2, 3])).await?;
    assert_eq!(client.end().await?.0, 1003);
    Ok(())
}

/// 10 minutes are documented, the code is inferred.
#[tokio::test(flavor = "multi_thread")]
async fn silence_ends_a_connection() -> Result<()> {
    let world = world().await?;
    let mut client = world.connect().await?;
    for _ in 0..3 {
        world.account.wait(599);
        client.ask("still here").await?;
    }
    world.account.wait(600);
    assert_eq!(client.end().await?, (1001, "Going away".to_owned()));
    Ok(())
}

/// 2 hours are documented, the code is inferred.
#[tokio::test(flavor = "multi_thread")]
async fn no_connection_lasts_longer_than_two_hours() -> Result<()> {
    let world = world().await?;
    let mut client = world.connect().await?;
    for _ in 0..12 {
        client.ask("still here").await?;
        world.account.wait(599);
    }
    client.ask("still here").await?;
    world.account.wait(12);
    assert_eq!(client.end().await?.0, 1001);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_come_no_faster_than_a_route_lets_them() -> Result<()> {
    let world = world().await?;
    let limit = json!({"$default": {"throttlingRateLimit": 1.0, "throttlingBurstLimit": 2}});
    world.change_stage(&json!({"routeSettings": limit})).await?;
    let mut client = world.connect().await?;
    for is_taken in [true, true, false] {
        let told = client.ask("again").await?;
        assert_eq!(told == "{\"made\": true}", is_taken, "{told}");
        assert_eq!(told.contains("\"Too Many Requests\""), !is_taken, "{told}");
    }
    world.account.wait(1);
    assert_eq!(client.ask("again").await?, "{\"made\": true}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_ends_connections() -> Result<()> {
    let world = world().await?;
    let mut client = world.connect().await?;
    client.ask("hi").await?;
    let reset = stagecheck_conformance::client::plain("POST", "/_stagecheck/reset", "", "")?;
    world.account.done(reset).await?;
    assert_eq!(client.end().await?.0, 1001);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_connections() -> Result<()> {
    let world = world().await?;
    let mut client = world.connect().await?;
    client.ask("hi").await?;
    world.server.stop().await?;
    assert_eq!(client.end().await?.0, 1001);
    Ok(())
}
