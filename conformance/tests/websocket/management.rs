//! What backends call about connections: `@connections`.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use stagecheck_conformance::account::ACCOUNT;
use stagecheck_conformance::client::Client;
use stagecheck_conformance::python;
use stagecheck_emulator::IamMode;

use crate::integrations::lambda;
use crate::world::{Level, World};

async fn world() -> Result<World> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.two_way("echo", &lambda("AWS_PROXY", "echo")).await?;
    Ok(world)
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_states_and_ends_of_connections() -> Result<()> {
    let world = world().await?;
    let mut client = world.connect().await?;
    world.account.wait(5);
    let id = client.id().await?;
    let state = world.call("GET", &id, "").await?;
    let state: Value = serde_json::from_slice(state.body())?;
    // The names and the format are the model's.
    assert_eq!(
        state,
        json!({
            "connectedAt": "2026-09-25T09:20:27.988Z",
            "identity": {"sourceIp": "127.0.0.1", "userAgent": "test/1"},
            "lastActiveAt": "2026-09-25T09:20:32.988Z",
        })
    );
    world.account.wait(5);
    let answer = world.call("POST", &id, "from the backend").await?;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (200, 0));
    assert_eq!(client.hear().await?, "from the backend");
    let state = world.call("GET", &id, "").await?;
    let state: Value = serde_json::from_slice(state.body())?;
    assert_eq!(state["lastActiveAt"], "2026-09-25T09:20:37.988Z");
    let answer = world.call("DELETE", &id, "").await?;
    assert_eq!((answer.status().as_u16(), answer.body().len()), (204, 0));
    // Reported by users.
    assert_eq!(client.end().await?, (1000, "Connection Closed Normally".to_owned()));
    world.lines(7).await?;
    for method in ["GET", "POST", "DELETE"] {
        let answer = world.call(method, &id, "").await?;
        assert_eq!(answer.status().as_u16(), 410, "{method}");
        assert_eq!(answer.headers()["x-amzn-errortype"], "GoneException");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_are_none() -> Result<()> {
    let world = world().await?;
    let mut client = world.connect().await?;
    let id = client.id().await?;
    let answer = world.call("POST", "nobody", "").await?;
    assert_eq!(answer.status().as_u16(), 400);
    // Seen by many users.
    assert_eq!(&answer.body()[..], br#"{"message":"Invalid connectionId: nobody"}"#);
    let answer = world.call("POST", &id, &"x".repeat((128 << 10) + 1)).await?;
    assert_eq!(answer.status().as_u16(), 413);
    assert_eq!(answer.headers()["x-amzn-errortype"], "PayloadTooLargeException");
    let answer = world.call("POST", &id, &"x".repeat(128 << 10)).await?;
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(client.hear().await?.len(), 128 << 10);
    let mut unsigned = world.signed_call(&world.account.client, "POST", &id, "")?;
    unsigned.headers_mut().remove("authorization");
    let answer = world.server.emulator().respond(unsigned).await;
    assert_eq!(answer.status().as_u16(), 403);
    assert_eq!(&answer.body()[..], br#"{"message":"Missing Authentication Token"}"#);
    assert_eq!(world.call("PUT", &id, "").await?.status().as_u16(), 403);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_calls_about_connections() -> Result<()> {
    let mut world = World::with(IamMode::Enforce).await?;
    world.make(Level::Info).await?;
    world.two_way("echo", &lambda("AWS_PROXY", "echo")).await?;
    let form = |action: String| format!("Version=2010-05-08&Action={action}");
    world
        .account
        .done(world.account.client.query("iam", form("CreateUser&UserName=backend".to_owned()))?)
        .await?;
    let key = form("CreateAccessKey&UserName=backend".to_owned());
    let key = world.account.done(world.account.client.query("iam", key)?).await?;
    let key = String::from_utf8_lossy(key.body()).into_owned();
    let (_, rest) = key.split_once("<AccessKeyId>").context("there is a key")?;
    let (key, _) = rest.split_once('<').context("it ends")?;
    let backend = Client::new(key, "us-east-1");
    let mut client = world.connect().await?;
    let id = client.id().await?;
    let call = || world.signed_call(&backend, "POST", &id, "hi");
    let answer = world.server.emulator().respond(call()?).await;
    assert_eq!(answer.status().as_u16(), 403);
    let message = String::from_utf8_lossy(answer.body()).into_owned();
    let resource = format!(
        "execute-api:ManageConnections on resource: arn:aws:execute-api:us-east-1:********0000:{}/prod/POST/@connections/{{connectionId}}",
        world.api()
    );
    assert!(message.contains(&resource), "{message}");
    // The resource of the developer guide's example.
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Action": "execute-api:ManageConnections",
        "Resource": format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:{}/prod/POST/@connections/*", world.api())}]});
    let put = format!("PutUserPolicy&UserName=backend&PolicyName=p&PolicyDocument={policy}");
    world.account.done(world.account.client.query("iam", form(put))?).await?;
    assert_eq!(world.server.emulator().respond(call()?).await.status().as_u16(), 200);
    assert_eq!(client.hear().await?, "hi");
    let get = world.signed_call(&backend, "GET", &id, "")?;
    assert_eq!(world.server.emulator().respond(get).await.status().as_u16(), 403);
    Ok(())
}

/// A script for botocore, which has the API's model.
const SCRIPT: &str = r#"
import sys
import botocore.session

session = botocore.session.get_session()
session.set_credentials("test", "test")
client = session.create_client("apigatewaymanagementapi", region_name="us-east-1", endpoint_url=sys.argv[1])
state = client.get_connection(ConnectionId=sys.argv[2])
print(state["Identity"]["SourceIp"], state["ConnectedAt"].isoformat())
client.post_to_connection(ConnectionId=sys.argv[2], Data=b"from botocore")
client.delete_connection(ConnectionId=sys.argv[2])
try:
    client.post_to_connection(ConnectionId="L0SM9cOFvHcCIhw=", Data=b"")
except client.exceptions.GoneException as gone:
    print(gone.response["Error"]["Code"], gone.response["ResponseMetadata"]["HTTPStatusCode"])
"#;

#[tokio::test(flavor = "multi_thread")]
async fn awss_own_client_calls_about_connections() -> Result<()> {
    let Some(python) = python::with_aws_clients()? else { return Ok(()) };
    let world = world().await?;
    let mut client = world.connect().await?;
    let id = client.id().await?;
    let endpoint = format!("{}/_aws/execute-api/{}/prod", world.server.url(), world.api());
    let output = tokio::task::spawn_blocking(move || {
        std::process::Command::new(python).args(["-c", SCRIPT, &endpoint, &id]).output()
    });
    let output = output.await??;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert_eq!(told, "127.0.0.1 2026-09-25T09:20:27.988000+00:00\nGoneException 410\n", "{wrong}");
    assert_eq!(client.hear().await?, "from botocore");
    assert_eq!(client.end().await?.0, 1000);
    Ok(())
}
