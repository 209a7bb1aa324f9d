//! What logs show of what clients showed to be let in.

use anyhow::Result;
use serde_json::{Value, json};

use crate::integrations::{lambda, mock, server};
use crate::world::{Level, World};

/// The key that the double's authorizers tell.
const KEY: &str = "key-of-an-authorizer-01";

#[tokio::test(flavor = "multi_thread")]
async fn an_authorizer_under_trace_leaves_its_lines_and_no_key() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Trace).await?;
    let authorizer = world.authorizer("allows", &["route.request.querystring.token"]).await?;
    let members = json!({"authorizationType": "CUSTOM", "authorizerId": authorizer});
    world.route("$connect", &lambda("AWS_PROXY", "ok"), &members).await?;
    let Ok(_client) = world.connect_with("?token=secret", &[]).await? else { anyhow::bail!("refused") };
    let lines = world.lines(1).await?;
    assert!(!lines.contains(KEY), "{lines}");
    let text = lines.replace(&authorizer, "{authorizer}");
    insta::with_settings!({
        description => "C: an authorizer's lines and their order, of REST APIs; I: the key is masked, and the rest",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("authorizer_trace", text);
    });
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_an_authorizer_tells_is_masked_wherever_it_goes() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Trace).await?;
    let source = json!({"apiKeySelectionExpression": "$context.authorizer.usageIdentifierKey"}).to_string();
    world.account.done(world.account.client.rest("PATCH", &world.path(""), source)?).await?;
    world.open_with_key(KEY, &json!({})).await?;
    let authorizer = world.authorizer("allows", &[]).await?;
    let members = json!({"authorizationType": "CUSTOM", "authorizerId": authorizer, "apiKeyRequired": true});
    world.route("$connect", &lambda("AWS_PROXY", "ok"), &members).await?;
    let mut client = world.connect().await?;
    client.say("to nobody").await?;
    let lines = world.lines(2).await?;
    assert!(lines.contains("API Key: *****************zer-01"), "{lines}");
    assert!(!lines.contains(KEY), "{lines}");
    Ok(())
}

/// Of a URL that is signed: the backend gets all of it, the logs do not.
#[tokio::test(flavor = "multi_thread")]
async fn what_signs_a_url_is_masked() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Trace).await?;
    let signed = json!({"authorizationType": "AWS_IAM"});
    for integration in [lambda("AWS_PROXY", "ok"), server("HTTP_PROXY", "/echo")] {
        let route = world.route("$connect", &integration, &signed).await?;
        let query = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20260101%2Fus-east-1%2Fexecute-api%2F\
                     aws4_request&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host\
                     &X-Amz-Security-Token=session%2Btoken%2Fof%3Dsomebody&X-Amz-Signature=0123456789abcdef0123456789";
        assert!(world.connect_with(query, &[]).await?.is_ok());
        world
            .account
            .done(world.account.client.rest("DELETE", &world.path(&format!("/routes/{route}")), "")?)
            .await?;
    }
    let lines = world.lines(2).await?;
    for secret in ["session+token/of", "session%2Btoken%2Fof", "0123456789abcdef0123"] {
        assert!(!lines.contains(secret), "{lines}");
    }
    assert!(lines.contains("mebody"), "{lines}");
    Ok(())
}

/// What is no id of a connection does not end the line that tells of it, whoever sends it.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_lines_of_their_own() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("$default", &mock(200), &Value::Null).await?;
    world.log_variables(&["requestId", "connectionId"]).await?;
    let path = format!("/_aws/execute-api/{}/prod/@connections/a%0Aforged%0D%1B%5B2J", world.api());
    let answer = world.server.emulator().respond(http::Request::get(path).body(bytes::Bytes::new())?).await;
    assert_eq!(answer.status().as_u16(), 403);
    world.lines(1).await?;
    let lines = world.account.messages("access").await?;
    assert!(lines[0].ends_with("connectionId=a%0Aforged%0D%1B[2J"), "{lines:?}");
    Ok(())
}
