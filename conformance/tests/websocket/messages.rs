//! Where messages go, and what comes back.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{Level, World, lambda, server};

#[tokio::test(flavor = "multi_thread")]
async fn messages_go_to_the_route_that_they_name() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    for key in ["join", "$default"] {
        world.two_way(key, &lambda("AWS_PROXY", "echo")).await?;
    }
    world.two_way("$connect", &lambda("AWS_PROXY", "ok")).await?;
    let mut client = world.connect().await?;
    for (message, key) in [
        (r#"{"action": "join"}"#, "join"),
        (r#"{"action": "leave"}"#, "$default"),
        (r#"{"other": 1}"#, "$default"),
        (r#"{"action": "$default"}"#, "$default"),
        (r#"{"action": "$connect"}"#, "$default"),
        ("no JSON", "$default"),
    ] {
        let event: Value = serde_json::from_str(&client.ask(message).await?)?;
        assert_eq!(event["requestContext"]["routeKey"], key, "{message}");
        assert_eq!(event["body"], message);
    }
    Ok(())
}

/// The form of what clients are told is seen by many users.
#[tokio::test(flavor = "multi_thread")]
async fn clients_are_told_what_goes_wrong() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Error).await?;
    world.route("raises", &lambda("AWS_PROXY", "raises"), &Value::Null).await?;
    world.route("malformed", &lambda("AWS_PROXY", "null"), &Value::Null).await?;
    world.route("elsewhere", &server("HTTP", "/status/200"), &Value::Null).await?;
    let mut nowhere = server("HTTP_PROXY", "/");
    nowhere["integrationUri"] = json!("http://127.0.0.1:1/");
    world.route("nobody", &nowhere, &Value::Null).await?;
    let mut client = world.connect().await?;
    for (action, message) in [
        ("raises", "Internal server error"),
        ("malformed", "Internal server error"),
        ("nobody", "Network error communicating with endpoint"),
        ("unheard-of", "Forbidden"),
    ] {
        let told = client.ask(&json!({"action": action}).to_string()).await?;
        let told = world.told(&told);
        let expected = format!(
            "{{\"message\": \"{message}\", \"connectionId\":\"{{extended id}}\", \"requestId\":\"{{extended id}}\"}}"
        );
        assert_eq!(told, expected, "{action}");
    }
    Ok(())
}

/// Seen by users: whatever the status, nothing comes back on a route without a response.
#[tokio::test(flavor = "multi_thread")]
async fn a_route_without_a_response_answers_nothing() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("one-way", &lambda("AWS_PROXY", "ok"), &Value::Null).await?;
    world.route("teapot", &server("HTTP_PROXY", "/status/418"), &Value::Null).await?;
    world.two_way("two-way", &lambda("AWS_PROXY", "ok")).await?;
    let mut client = world.connect().await?;
    for action in ["one-way", "teapot"] {
        client.say(&json!({"action": action}).to_string()).await?;
    }
    // Both are worked on by then, and there is nothing before the answer to a third.
    world.lines(3).await?;
    assert_eq!(client.ask(r#"{"action": "two-way"}"#).await?, "{\"made\": true}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn integration_responses_make_something_else_of_answers() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let integration = world.integration(&server("HTTP", "/status/503")).await?;
    let responses = world.path(&format!("/integrations/{integration}/integrationresponses"));
    let response = |key: &str, text: &str| json!({"integrationResponseKey": key, "responseTemplates": {"$default": text}});
    world.post(&responses, &response("/2\\d\\d/", "fine")).await?;
    let route = json!({"routeKey": "ask", "target": format!("integrations/{integration}")});
    let route = world.post(&world.path("/routes"), &route).await?;
    let route_id = route["routeId"].as_str().unwrap_or_default();
    let path = world.path(&format!("/routes/{route_id}/routeresponses"));
    world.post(&path, &json!({"routeResponseKey": "$default"})).await?;
    let mut client = world.connect().await?;
    let ask = r#"{"action": "ask"}"#;
    // No response is for the status.
    assert!(client.ask(ask).await?.contains("Internal server error"));
    world.post(&responses, &response("$default", "otherwise")).await?;
    assert_eq!(client.ask(ask).await?, "otherwise");
    world.post(&responses, &response("/5\\d\\d/", "broken")).await?;
    assert_eq!(client.ask(ask).await?, "broken");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_make_requests_and_answers() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Error).await?;
    let mut echo = server("HTTP", "/echo");
    let template =
        "{\"said\": $input.json('$.text'), \"by\": \"$context.connectionId\", \"on\": \"$context.routeKey\"}";
    echo["requestTemplates"] = json!({ "$default": template });
    let integration = world.integration(&echo).await?;
    let responses = world.path(&format!("/integrations/{integration}/integrationresponses"));
    let response = json!({"integrationResponseKey": "$default",
        "responseTemplates": {"$default": "$input.path('$.body') $stageVariables.v"}});
    world.post(&responses, &response).await?;
    let route = json!({"routeKey": "say", "target": format!("integrations/{integration}")});
    let route = world.post(&world.path("/routes"), &route).await?;
    let path =
        world.path(&format!("/routes/{}/routeresponses", route["routeId"].as_str().unwrap_or_default()));
    world.post(&path, &json!({"routeResponseKey": "$default"})).await?;
    world.change_stage(&json!({"stageVariables": {"v": "1"}})).await?;
    let mut client = world.connect().await?;
    let told = client.ask(r#"{"action": "say", "text": "hi"}"#).await?;
    assert_eq!(world.told(&told), r#"{"said": "hi", "by": "{extended id}", "on": "say"} 1"#);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_held_to_their_models() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Error).await?;
    let schema = json!({"type": "object", "required": ["n"]});
    let model = json!({"name": "counted", "schema": schema.to_string()});
    world.post(&world.path("/models"), &model).await?;
    let integration = world.integration(&lambda("AWS_PROXY", "ok")).await?;
    let route = json!({
        "routeKey": "count", "target": format!("integrations/{integration}"),
        "modelSelectionExpression": "$request.body.kind", "requestModels": {"strict": "counted"},
    });
    let route = world.post(&world.path("/routes"), &route).await?;
    let path =
        world.path(&format!("/routes/{}/routeresponses", route["routeId"].as_str().unwrap_or_default()));
    world.post(&path, &json!({"routeResponseKey": "$default"})).await?;
    let mut client = world.connect().await?;
    let good = r#"{"action": "count", "kind": "strict", "n": 1}"#;
    assert_eq!(client.ask(good).await?, "{\"made\": true}");
    for bad in [r#"{"action": "count", "kind": "strict"}"#, r#"{"action": "count", "kind": "other", "n": 1}"#]
    {
        assert!(client.ask(bad).await?.contains("Invalid request body"), "{bad}");
    }
    let lines = world.lines(4).await?;
    assert!(lines.contains("object has missing required properties ([\"n\"])"), "{lines}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_served_yet_is_said() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Error).await?;
    let mut dynamo = lambda("AWS", "ok");
    dynamo["integrationUri"] = json!("arn:aws:apigateway:us-east-1:dynamodb:action/PutItem");
    world.route("dynamo", &dynamo, &Value::Null).await?;
    let mut client = world.connect().await?;
    let told = client.ask(r#"{"action": "dynamo"}"#).await?;
    assert!(told.contains("This emulator does not serve integrations with"), "{told}");
    assert!(told.contains("dynamodb:action/PutItem"), "{told}");
    Ok(())
}
