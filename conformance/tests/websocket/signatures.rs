//! Requests that somebody is to sign, and what access lines tell of that.

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_emulator::IamMode;

use crate::integrations::mock;
use crate::world::{Level, World};

const NAMES: [&str; 15] = [
    "requestId",
    "eventType",
    "status",
    "error.responseType",
    "authenticate.error",
    "authenticate.latency",
    "authenticate.status",
    "authorize.error",
    "authorize.latency",
    "authorize.status",
    "identity.accountId",
    "identity.caller",
    "identity.user",
    "identity.userArn",
    "identity.accessKey",
];

const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, \
                      SignedHeaders=host, Signature=0";

/// How a signature fared is told of the request that bore it, and of no other event; whose it was, of all.
#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_of_one_request() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Error).await?;
    world.log_variables(&NAMES).await?;
    world.route("$connect", &mock(200), &json!({"authorizationType": "AWS_IAM"})).await?;
    world.route("echo", &mock(200), &Value::Null).await?;
    let Ok(mut client) = world.connect_with("", &[("authorization", SIGNED)]).await? else {
        anyhow::bail!("refused")
    };
    client.say(r#"{"action": "echo"}"#).await?;
    world.lines(2).await?;
    // No route takes it, which is not the signer's fault.
    client.ask("to nobody").await?;
    client.close(None).await?;
    world.lines(4).await?;
    let lines = world.account.messages("access").await?;
    let text: String =
        lines.iter().map(|line| format!("{}\n", world.told(line).replace(" | ", "\n"))).collect();
    insta::with_settings!({
        description => "D: the variables; I: which events have them",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("signed", text);
    });
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_told_of() -> Result<()> {
    let mut world = World::with(IamMode::Enforce).await?;
    world.make(Level::Error).await?;
    world.log_variables(&NAMES).await?;
    world.route("$connect", &mock(200), &json!({"authorizationType": "AWS_IAM"})).await?;
    let form = |action: &str| format!("Version=2010-05-08&Action={action}");
    world.account.done(world.account.client.query("iam", form("CreateUser&UserName=u"))?).await?;
    let key =
        world.account.done(world.account.client.query("iam", form("CreateAccessKey&UserName=u"))?).await?;
    let key = String::from_utf8_lossy(key.body()).into_owned();
    let key = key.split("AccessKeyId>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
    let refused = world.refused("", &[("authorization", &SIGNED.replace("test", key))]).await?;
    assert_eq!(refused.status, 403);
    let lines = world.lines(1).await?;
    let denied = "is not authorized to perform: execute-api:Invoke on resource";
    let error = lines.split(" | ").find(|variable| variable.starts_with("authorize.error="));
    assert!(error.is_some_and(|error| error.contains(denied)), "{lines}");
    assert!(lines.contains("authorize.status=403 "), "{lines}");
    assert!(lines.contains("authenticate.status=200 "), "{lines}");
    Ok(())
}

/// A signature in the query, as browsers have to send it.
#[tokio::test(flavor = "multi_thread")]
async fn urls_may_be_signed() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Error).await?;
    world.log_variables(&["requestId", "identity.accessKey"]).await?;
    world.route("$connect", &mock(200), &json!({"authorizationType": "AWS_IAM"})).await?;
    let query = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fexecute-api%2F\
                 aws4_request&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
    assert!(world.connect_with(query, &[]).await?.is_ok());
    let lines = world.lines(1).await?;
    assert!(lines.contains("identity.accessKey=test"), "{lines}");
    Ok(())
}
