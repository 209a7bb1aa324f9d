//! What functions and servers get of events.

use anyhow::Result;
use serde_json::{Value, json};

use crate::integrations::{lambda, mock, server};
use crate::world::{Level, World};

/// The event as users publish it.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_as_a_function_gets_it() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.two_way("echo", &lambda("AWS_PROXY", "echo")).await?;
    let mut client = world.connect().await?;
    world.account.wait(2);
    let event: Value = serde_json::from_str(&client.ask(r#"{"action": "echo", "n": 1}"#).await?)?;
    let context = &event["requestContext"];
    assert_eq!(context["requestId"], context["extendedRequestId"]);
    assert_ne!(context["messageId"], context["connectionId"]);
    snapshot("message_event", "R: members and their order, as many users publish them", &world, &event);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_and_what_an_authorizer_says_as_functions_get_them() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let authorizer = world.authorizer("allows", &["route.request.querystring.token"]).await?;
    let members = json!({"authorizationType": "CUSTOM", "authorizerId": authorizer});
    world.route("$connect", &lambda("AWS_PROXY", "refuses"), &members).await?;
    world.change_stage(&json!({"stageVariables": {"v": "1"}})).await?;
    let refused = world.refused("?token=secret&a=1&a=2", &[("x-own", "kept")]).await?;
    let event: Value = serde_json::from_str(&refused.body)?;
    snapshot("connect_event", "R: members and their order, as many users publish them", &world, &event);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn connecting_as_an_authorizer_gets_it() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Trace).await?;
    let authorizer = world.authorizer("allows", &[]).await?;
    let members = json!({"authorizationType": "CUSTOM", "authorizerId": authorizer});
    world.route("$connect", &mock(200), &members).await?;
    let _client = world.connect().await?;
    let lines = world.lines(1).await?;
    let line = lines.lines().find(|line| line.contains("Endpoint request body")).unwrap_or_default();
    insta::with_settings!({
        description => "D: the example of the developer guide; C: lines are cut",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("authorizer_event", line);
    });
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_as_a_function_gets_it() -> Result<()> {
    for (code, reason) in [
        (None, r#""disconnectReason":"Client-side close frame status not set""#),
        (Some((1001, "")), r#""disconnectReason":"""#),
        (Some((4000, "enough")), r#""disconnectReason":"enough""#),
    ] {
        let mut world = World::new().await?;
        world.make(Level::Trace).await?;
        world.route("$disconnect", &lambda("AWS_PROXY", "ok"), &Value::Null).await?;
        world.connect().await?.close(code).await?;
        let lines = world.lines(2).await?;
        let line = lines.lines().find(|line| line.contains("Endpoint request body")).unwrap_or_default();
        let code = code.map_or(1005, |(code, _)| code);
        assert!(line.contains(&format!(r#""disconnectStatusCode":{code}"#)), "{line}");
        assert!(line.contains(reason), "{line}");
        let headers = r#""x-api-key":"","X-Forwarded-For":"","x-restapi":"""#;
        let has_headers =
            ["x-api-key", "x-restapi"].iter().all(|name| line.contains(&format!(r#""{name}":"""#)));
        assert!(has_headers, "{headers} {line}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_get_what_is_mapped() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let mut integration = server("HTTP", "/pets/{id}");
    integration["requestParameters"] = json!({
        "integration.request.header.connection-id": "context.connectionId",
        "integration.request.querystring.n": "route.request.body.n",
        "integration.request.path.id": "route.request.body.pet.id",
        "integration.request.header.x-fixed": "'fixed'",
    });
    integration["requestTemplates"] = json!({"two": "{\"fixed\": 2}"});
    integration["templateSelectionExpression"] = json!("${request.body.template}");
    world.two_way("map", &integration).await?;
    let mut client = world.connect().await?;
    let ask = r#"{"action": "map", "n": 7, "pet": {"id": "a b"}, "template": "two"}"#;
    let told: Value = serde_json::from_str(&client.ask(ask).await?)?;
    assert_eq!(told["uri"], "/pets/a%20b?n=7");
    assert_eq!((&told["method"], &told["body"]), (&json!("POST"), &json!("{\"fixed\": 2}")));
    assert_eq!(told["headers"]["x-fixed"], "fixed");
    assert_eq!(told["headers"]["connection-id"].as_str().map(str::len), Some(16));
    // A message that no template is for passes as it is.
    let ask = r#"{"action": "map", "pet": {"id": "1"}}"#;
    let told: Value = serde_json::from_str(&client.ask(ask).await?)?;
    assert_eq!((&told["uri"], &told["body"]), (&json!("/pets/1"), &json!(ask)));
    Ok(())
}

/// As servers of REST APIs get it.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_asked_who_connects_gets_whom_it_is_from() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Trace).await?;
    world.route("$connect", &server("HTTP_PROXY", "/echo"), &Value::Null).await?;
    let forwarded = [("x-forwarded-for", "192.0.2.7")];
    assert!(world.connect_with("", &forwarded).await?.is_ok());
    let lines = world.lines(1).await?;
    assert!(lines.contains("X-Forwarded-For=192.0.2.7, 127.0.0.1"), "{lines}");
    assert!(lines.contains("X-Forwarded-Proto=https"), "{lines}");
    Ok(())
}

/// What an authorizer said of who is connected holds, how it was asked does not.
#[tokio::test(flavor = "multi_thread")]
async fn later_events_know_who_is_connected_and_not_how_that_was_found_out() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let authorizer = world.authorizer("allows", &[]).await?;
    let members = json!({"authorizationType": "CUSTOM", "authorizerId": authorizer});
    world.route("$connect", &mock(200), &members).await?;
    world.two_way("echo", &lambda("AWS_PROXY", "echo")).await?;
    let event: Value = serde_json::from_str(&world.connect().await?.ask(r#"{"action": "echo"}"#).await?)?;
    let said = json!({"principalId": "caller-bkwef5", "team": "cats", "number": "1", "flag": "true"});
    assert_eq!(event["requestContext"]["authorizer"], said);
    Ok(())
}

fn snapshot(name: &str, fact: &str, world: &World, event: &Value) {
    let text = world.told(&format!("{event:#}"));
    insta::with_settings!({description => fact, omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}
