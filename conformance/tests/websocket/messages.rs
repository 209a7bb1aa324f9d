//! Where messages go, and what comes back.

use anyhow::Result;
use serde_json::{Value, json};

use crate::integrations::{lambda, mock, server};
use crate::world::{Level, World};

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
async fn a_mock_answers_messages() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let template = "$context.status of $context.routeKey: $input.body";
    let responses = [
        json!({"integrationResponseKey": "$default", "responseTemplates": {"$default": template}}),
        json!({"integrationResponseKey": "/4\\d\\d/", "responseTemplates": {"$default": "refused"}}),
    ];
    for (status, told) in [(200, "200 of ask: "), (404, "refused")] {
        world.two_way_with(if status == 200 { "ask" } else { "refuse" }, &mock(status), &responses).await?;
        let action = if status == 200 { "ask" } else { "refuse" };
        assert_eq!(world.connect().await?.ask(&json!({"action": action}).to_string()).await?, told);
    }
    Ok(())
}

/// A function that is not proxied gets what the template makes, and its integration's responses make something of what it
/// returns. That one which raises answers 200 is inferred.
#[tokio::test(flavor = "multi_thread")]
async fn functions_that_are_not_proxied() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let mut returns = lambda("AWS", "returns");
    returns["requestTemplates"] = json!({"$default": "{\"said\": $input.json('$.text')}"});
    world.two_way("plain", &returns).await?;
    let responses = [json!({"integrationResponseKey": "$default",
        "responseTemplates": {"$default": "made of $input.path('$.said')"}})];
    world.two_way_with("mapped", &returns, &responses).await?;
    world.two_way("raises", &lambda("AWS", "raises")).await?;
    let mut client = world.connect().await?;
    assert_eq!(client.ask(r#"{"action": "plain", "text": "hi"}"#).await?, r#"{"said":"hi"}"#);
    assert_eq!(client.ask(r#"{"action": "mapped", "text": "hi"}"#).await?, "made of hi");
    assert!(client.ask(r#"{"action": "raises"}"#).await?.contains("owned-backend-failure"));
    let lines = world.lines(4).await?;
    assert!(lines.contains("MESSAGE raises 200"), "{lines}");
    world.route("$connect", &lambda("AWS", "raises"), &Value::Null).await?;
    world.connect().await?;
    Ok(())
}

/// Whoever's header stands last counts, in selecting as in mapping.
#[tokio::test(flavor = "multi_thread")]
async fn a_header_selects_by_the_value_that_is_mapped() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let mut integration = mock(200);
    integration["templateSelectionExpression"] = json!("$request.querystring.kind");
    integration["requestTemplates"] =
        json!({"good": "{\"statusCode\": 200}", "bad": "{\"statusCode\": 403}"});
    world.route("$connect", &integration, &Value::Null).await?;
    assert!(world.connect_with("?kind=bad&kind=good", &[]).await?.is_ok());
    assert_eq!(world.refused("?kind=good&kind=bad", &[]).await?.status, 403);
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
