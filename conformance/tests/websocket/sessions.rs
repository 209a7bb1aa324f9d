//! How connections end, and what of them is left then.

use std::future::Future;
use std::io::Write as _;
use std::net::TcpStream;

use anyhow::{Context as _, Result, ensure};
use futures_util::future::join_all;
use serde_json::{Value, json};
use stagecheck_conformance::client::plain;
use stagecheck_conformance::socket;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::gate::Gate;
use crate::integrations::{lambda, server};
use crate::world::{Level, World};
use stagecheck_conformance::web_socket::PATIENCE;

async fn world(level: Level) -> Result<World> {
    let mut world = World::new().await?;
    world.make(level).await?;
    world.route("$disconnect", &server("HTTP_PROXY", "/status/200"), &Value::Null).await?;
    world.two_way("echo", &lambda("AWS_PROXY", "echo")).await?;
    world.route("slow", &server("HTTP_PROXY", "/slow"), &Value::Null).await?;
    Ok(world)
}

async fn in_time<T>(what: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(PATIENCE, what).await.context("it takes too long")?
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_has_left_is_gone_whatever_it_left_at_work() -> Result<()> {
    let world = world(Level::Info).await?;
    let mut client = world.connect().await?;
    let id = client.id().await?;
    client.say(r#"{"action": "slow"}"#).await?;
    // The server's word comes before the slow message has its answer.
    client.close(None).await?;
    let lines = world.lines(3).await?;
    assert!(lines.contains("DISCONNECT $disconnect 200"), "{lines}");
    assert!(!lines.contains("MESSAGE slow"), "{lines}");
    for method in ["GET", "POST", "DELETE"] {
        assert_eq!(in_time(world.call(method, &id, "")).await?.status().as_u16(), 410, "{method}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_connection_is_gone_before_who_deletes_it_knows() -> Result<()> {
    let world = world(Level::Info).await?;
    for _ in 0..20 {
        let mut client = world.connect().await?;
        let id = client.id().await?;
        client.say(r#"{"action": "slow"}"#).await?;
        assert_eq!(world.call("DELETE", &id, "").await?.status().as_u16(), 204);
        for method in ["GET", "POST", "DELETE"] {
            assert_eq!(in_time(world.call(method, &id, "")).await?.status().as_u16(), 410, "{method}");
        }
        assert_eq!(client.end().await?.0, 1000);
    }
    Ok(())
}

/// The code is RFC 6455's.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_client_that_vanishes_as_a_function_gets_it() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Trace).await?;
    world.route("$disconnect", &lambda("AWS_PROXY", "ok"), &Value::Null).await?;
    drop(world.connect().await?);
    let lines = world.lines(2).await?;
    let line = lines.lines().find(|line| line.contains("Endpoint request body")).unwrap_or_default();
    let end = r#""disconnectStatusCode":1006"#;
    assert!(line.contains(end) && line.contains("Connection closed abnormally"), "{line}");
    Ok(())
}

/// Much more than the sockets between them take.
const MANY: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_can_be_ended() -> Result<()> {
    for is_deleted in [true, false] {
        let world = world(Level::Error).await?;
        let mut client = world.connect().await?;
        let id = client.id().await?;
        let large = "x".repeat(128 << 10);
        let posts = join_all((0..MANY).map(|_| world.call("POST", &id, &large)));
        let end = async {
            if is_deleted {
                ensure!(world.call("DELETE", &id, "").await?.status().as_u16() == 204);
            } else {
                // The connection has lasted long enough.
                world.account.wait(2 * 60 * 60);
            }
            Ok(())
        };
        let both = async { Ok(tokio::join!(posts, end)) };
        let (posts, end) = in_time(Box::pin(both)).await?;
        end?;
        let statuses: Vec<u16> =
            posts.into_iter().map(|answer| Ok(answer?.status().as_u16())).collect::<Result<_>>()?;
        assert!(statuses.iter().all(|status| [200, 410].contains(status)), "{statuses:?}");
        assert!(statuses.contains(&410), "{statuses:?}");
        assert_eq!(in_time(world.call("GET", &id, "")).await?.status().as_u16(), 410);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_let_in_over_a_reset_does_not_stay() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let gate = Gate::new().await?;
    let mut integration = server("HTTP_PROXY", "/");
    integration["integrationUri"] = json!(format!("http://{}/", gate.address()?));
    world.route("$connect", &integration, &Value::Null).await?;
    let backend = async {
        let call = gate.called().await?;
        world.account.done(plain("POST", "/_stagecheck/reset", "", "")?).await?;
        call.answer(200).await
    };
    let (client, backend) = tokio::join!(world.connect(), backend);
    backend?;
    assert_eq!(client?.end().await?.0, 1001);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_tells_backends_of_the_ends_before() -> Result<()> {
    let world = world(Level::Info).await?;
    let mut client = world.connect().await?;
    client.id().await?;
    let emulator = world.server.emulator().clone();
    let caller = world.account.client.clone();
    let (stopped, end) = tokio::join!(world.server.stop(), async move { client.end().await });
    stopped?;
    assert_eq!(end?.0, 1001);
    let lines = caller.logs("FilterLogEvents", json!({"logGroupName": "access"}).to_string())?;
    let lines = String::from_utf8_lossy(emulator.respond(lines).await.body()).into_owned();
    assert!(lines.contains("DISCONNECT $disconnect 200"), "{lines}");
    Ok(())
}

/// A client that hangs up before it has its answer is executed, and logged, like any.
#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_before_the_answer_leaves_the_same_lines() -> Result<()> {
    let world = world(Level::Info).await?;
    let gate = Gate::new().await?;
    let mut integration = server("HTTP_PROXY", "/");
    integration["integrationUri"] = json!(format!("http://{}/", gate.address()?));
    world.route("$connect", &integration, &Value::Null).await?;
    let handshake = format!(
        "GET /_aws/execute-api/{}/prod HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        world.api()
    );
    let mut stream = TcpStream::connect(world.server.address())?;
    stream.write_all(handshake.as_bytes())?;
    let call = gate.called().await?;
    drop(stream);
    // By now the server has seen the end of the connection, too.
    socket::get(world.server.address(), "localhost", "/_stagecheck/health")?;
    call.answer(200).await?;
    let lines = world.lines(2).await?;
    assert!(lines.contains("CONNECT $connect 200"), "{lines}");
    assert!(lines.contains("DISCONNECT $disconnect 200"), "{lines}");
    Ok(())
}

/// The codes are those of RFC 6455, 7.4.1.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_websocket_ends_a_connection() -> Result<()> {
    let world = world(Level::Info).await?;
    for (payload, kind, code) in [
        (vec![0xff, 0xfe], Data::Text, 1007),
        (b"x".to_vec(), Data::Continue, 1002),
        (b"x".to_vec(), Data::Reserved(3), 1002),
    ] {
        let mut client = world.connect().await?;
        client.send(Message::Frame(Frame::message(payload, OpCode::Data(kind), true))).await?;
        assert_eq!(client.end().await?.0, code, "{kind:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_are_answered_and_are_no_messages() -> Result<()> {
    let world = world(Level::Info).await?;
    let mut client = world.connect().await?;
    client.send(Message::Ping("are you there".into())).await?;
    assert_eq!(client.next().await?, Message::Pong("are you there".into()));
    client.send(Message::Pong("unasked".into())).await?;
    client.id().await?;
    let lines = world.lines(2).await?;
    assert_eq!(lines.matches("MESSAGE ").count(), 1, "{lines}");
    Ok(())
}
