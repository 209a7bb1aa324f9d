//! Who may connect.

use anyhow::Result;
use http::Request;
use serde_json::{Value, json};
use stagecheck_conformance::socket;

use stagecheck_conformance::web_socket::connect;

use crate::integrations::{lambda, mock, server};
use crate::world::{Level, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_without_a_route_for_it_lets_everybody_connect() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.two_way("$default", &lambda("AWS_PROXY", "ok")).await?;
    world.connect().await?.ask("hi").await?;
    Ok(())
}

/// The statuses are reported by users, of functions and of what they raise.
#[tokio::test(flavor = "multi_thread")]
async fn the_backend_decides_who_connects() -> Result<()> {
    for (integration, status) in [
        (server("HTTP_PROXY", "/status/200"), None),
        (server("HTTP_PROXY", "/status/204"), None),
        (server("HTTP_PROXY", "/status/403"), Some(403)),
        (server("HTTP_PROXY", "/status/500"), Some(500)),
        (server("HTTP_PROXY", "/redirect"), Some(302)),
        (lambda("AWS_PROXY", "ok"), None),
        (lambda("AWS_PROXY", "raises"), Some(502)),
        (lambda("AWS_PROXY", "malformed"), Some(502)),
        (lambda("AWS_PROXY", "throttled"), Some(500)),
        (mock(200), None),
        (mock(401), Some(401)),
    ] {
        let mut world = World::new().await?;
        world.make(Level::Info).await?;
        world.route("$connect", &integration, &Value::Null).await?;
        let refused = world.connect_with("", &[]).await?.err();
        assert_eq!(refused.as_ref().map(|refused| refused.status), status, "{integration} {refused:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn authorizers_say_who_connects() -> Result<()> {
    for (function, query, status, message) in [
        ("allows", "?token=secret", None, ""),
        ("allows", "", Some(401), "Unauthorized"),
        ("denies", "?token=secret", Some(403), "explicit deny"),
        ("allows-nothing", "?token=secret", Some(403), "not authorized"),
        ("unauthorized", "?token=secret", Some(401), "Unauthorized"),
        ("raises", "?token=secret", Some(500), "null"),
    ] {
        let mut world = World::new().await?;
        world.make(Level::Info).await?;
        let authorizer = world.authorizer(function, &["route.request.querystring.token"]).await?;
        let members = json!({"authorizationType": "CUSTOM", "authorizerId": authorizer});
        world.route("$connect", &mock(200), &members).await?;
        let refused = world.connect_with(query, &[]).await?.err();
        assert_eq!(refused.as_ref().map(|refused| refused.status), status, "{function} {refused:?}");
        let body = refused.map(|refused| refused.body).unwrap_or_default();
        assert!(body.contains(message), "{function}: {body}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_client_leaves_its_lines() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let authorizer = world.authorizer("denies", &["route.request.header.Authorization"]).await?;
    let members = json!({"authorizationType": "CUSTOM", "authorizerId": authorizer});
    world.route("$connect", &mock(200), &members).await?;
    let refused = world.refused("", &[("authorization", "Bearer abcdef123456")]).await?;
    let text = format!("{} {}\n{}", refused.status, world.told(&refused.body), world.lines(1).await?);
    let text = text.replace(&authorizer, "{authorizer}");
    insta::with_settings!({
        description => "C: the order of an authorizer's lines, of REST APIs; R: the client's message; I: the rest",
        omit_expression => true,
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("refused_by_authorizer", text);
    });
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn signatures_say_who_connects() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("$connect", &mock(200), &json!({"authorizationType": "AWS_IAM"})).await?;
    let refused = world.refused("", &[]).await?;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("Missing Authentication Token"), "{refused:?}");
    // Captured of REST APIs: turned away at the door, it leaves no execution line.
    let lines = world.lines(1).await?;
    assert!(lines.starts_with("--- execution\n--- access\n"), "{lines}");
    let credential = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, \
                      SignedHeaders=host, Signature=0";
    assert!(world.connect_with("", &[("authorization", credential)]).await?.is_ok());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_may_want_an_api_key() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("$connect", &mock(200), &json!({"apiKeyRequired": true})).await?;
    let refused = world.refused("", &[]).await?;
    assert_eq!(refused.status, 403);
    world.open_with_key("0123456789abcdefghij", &json!({})).await?;
    assert!(world.connect_with("", &[("x-api-key", "0123456789abcdefghij")]).await?.is_ok());
    assert_eq!(world.refused("", &[("x-api-key", "another-key-of-nobody")]).await?.status, 403);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn required_parameters_are_asked_for() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let required = json!({"requestParameters": {"route.request.querystring.room": {"required": true}}});
    world.route("$connect", &mock(200), &required).await?;
    let refused = world.refused("", &[]).await?;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("Missing required request parameters: [room]"), "{refused:?}");
    assert!(world.connect_with("?room=1", &[]).await?.is_ok());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_nobody_connects_to() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    world.route("$default", &mock(200), &Value::Null).await?;
    let address = world.server.address();
    let api = world.api();
    // 426 is inferred. In memory there is no connection that could be another.
    let request = Request::get(format!("/_aws/execute-api/{api}/prod")).body(bytes::Bytes::new())?;
    assert_eq!(world.server.emulator().respond(request).await.status().as_u16(), 426);
    let reply = socket::get(address, "localhost", &format!("/_aws/execute-api/{api}/prod"))?;
    assert_eq!((reply.status, reply.header("upgrade")), (426, Some("websocket")));
    for uri in [
        format!("ws://{address}/_aws/execute-api/{api}/other"),
        format!("ws://{address}/_aws/execute-api/nobody1234/prod"),
        format!("ws://{address}/_aws/execute-api/{api}/prod/below"),
    ] {
        let refused = connect(&uri, &[]).await?.err();
        assert_eq!(refused.as_ref().map(|refused| refused.status), Some(403), "{uri} {refused:?}");
    }
    // The API's own host.
    let host = format!("{api}.execute-api.us-east-1.localhost");
    for (path, is_one) in [("prod", true), ("prod/", true), ("", false)] {
        let connected = connect(&format!("ws://{address}/{path}"), &[("host", &host)]).await?;
        assert_eq!(connected.is_ok(), is_one, "{path}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backend_chooses_the_subprotocol() -> Result<()> {
    let mut world = World::new().await?;
    world.make(Level::Info).await?;
    let parameters = json!({"route.response.header.Sec-WebSocket-Protocol": "'chat'"});
    let integration = world.integration(&mock(200)).await?;
    let path = world.path(&format!("/integrations/{integration}/integrationresponses"));
    let response = json!({"integrationResponseKey": "$default", "responseParameters": parameters});
    world.post(&path, &response).await?;
    let route = json!({"routeKey": "$connect", "target": format!("integrations/{integration}")});
    world.post(&world.path("/routes"), &route).await?;
    // The client would not take an answer with a protocol that it did not offer, or without one that it wants.
    assert!(world.connect_with("", &[("sec-websocket-protocol", "chat")]).await?.is_ok());
    assert!(world.connect_with("", &[]).await.is_err());
    Ok(())
}
