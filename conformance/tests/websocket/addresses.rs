//! Where WebSocket APIs are.

use anyhow::Result;
use serde_json::{Value, json};

use crate::integrations::{lambda, mock};
use crate::world::{Level, World};
use stagecheck_conformance::account::ACCOUNT;
use stagecheck_conformance::web_socket::connect;

async fn world() -> Result<World> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.two_way("echo", &lambda("AWS_PROXY", "echo")).await?;
    Ok(world)
}

async fn map(world: &World) -> Result<()> {
    let certificate = format!("arn:aws:acm:us-east-1:{ACCOUNT}:certificate/c");
    let domain = json!({"domainName": "chat.example.com", "domainNameConfigurations": [
        {"certificateArn": certificate, "endpointType": "REGIONAL", "securityPolicy": "TLS_1_2"}]});
    world.post("/v2/domainnames", &domain).await?;
    let mapping = json!({"apiId": world.api(), "stage": "prod", "apiMappingKey": "v1"});
    world.post("/v2/domainnames/chat.example.com/apimappings", &mapping).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_domain_name_leads_to_a_stage() -> Result<()> {
    let world = world().await?;
    map(&world).await?;
    let uri = format!("ws://{}/v1", world.server.address());
    let Ok(mut client) = connect(&uri, &[("host", "chat.example.com")]).await? else {
        anyhow::bail!("refused")
    };
    let event: Value = serde_json::from_str(&client.ask(r#"{"action": "echo"}"#).await?)?;
    assert_eq!(event["requestContext"]["domainName"], "chat.example.com");
    // What backends call is below the same name (developer guide, "Use @connections commands in your backend service").
    let id = event["requestContext"]["connectionId"].as_str().unwrap_or_default();
    let mut call = world.signed_call(&world.account.client, "POST", id, "from the backend")?;
    *call.uri_mut() =
        format!("http://chat.example.com/v1/@connections/{}", id.replace('=', "%3D")).parse()?;
    assert_eq!(world.account.done(call).await?.status().as_u16(), 200);
    assert_eq!(client.hear().await?, "from the backend");
    let nowhere =
        connect(&format!("ws://{}/v2", world.server.address()), &[("host", "chat.example.com")]).await?;
    assert_eq!(nowhere.err().map(|refused| refused.status), Some(403));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_may_be_at_its_domain_name_alone() -> Result<()> {
    let world = world().await?;
    map(&world).await?;
    let disabled = json!({"disableExecuteApiEndpoint": true}).to_string();
    world.account.done(world.account.client.rest("PATCH", &world.path(""), disabled)?).await?;
    assert_eq!(world.refused("", &[]).await?.status, 403);
    let uri = format!("ws://{}/v1", world.server.address());
    assert!(connect(&uri, &[("host", "chat.example.com")]).await?.is_ok());
    Ok(())
}

/// A client that knows TLS, and says every byte of WebSocket itself.
const SCRIPT: &str = r#"
import socket, ssl, sys

host, port = sys.argv[2].split(":")
context = ssl.create_default_context(cafile=sys.argv[1])
stream = context.wrap_socket(socket.create_connection((host, int(port))), server_hostname=host)
stream.sendall((
    f"GET {sys.argv[3]} HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode())
reader = stream.makefile("rb")
print(reader.readline().split()[1].decode())
accept = ""
while (line := reader.readline().strip()):
    if line.lower().startswith(b"sec-websocket-accept:"):
        accept = line.split()[1].decode()
print(accept)
# A text of two bytes, masked with zeros.
stream.sendall(b"\x81\x82\x00\x00\x00\x00hi")
kind, length = reader.read(2)
print(kind, reader.read(length).decode())
"#;

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_encrypted_where_the_server_is() -> Result<()> {
    let mut world = World::built(|builder| builder.tls(true)).await?;
    world.make(Level::Info).await?;
    world.two_way("$default", &lambda("AWS_PROXY", "ok")).await?;
    world.route("$connect", &mock(200), &Value::Null).await?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), world.server.certificate().unwrap_or_default())?;
    let path = format!("/_aws/execute-api/{}/prod", world.api());
    let (certificate, address) = (file.path().to_owned(), world.server.address().to_string());
    let output = tokio::task::spawn_blocking(move || {
        let mut python = std::process::Command::new("python3");
        python.args(["-c", SCRIPT]).arg(certificate).args([address, path]).output()
    });
    let output = output.await??;
    // The key and what it is accepted with are the example of RFC 6455, 1.3.
    let told = "101\ns3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n129 {\"made\": true}\n";
    assert_eq!(String::from_utf8_lossy(&output.stdout), told, "{output:?}");
    Ok(())
}
