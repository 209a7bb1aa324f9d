//! Requests that are too large, backends that answer too much, templates that fail.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{Level, World, function_uri, method, mock};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_and_leaves_no_line() -> Result<()> {
    let mut world = World::new().await?;
    let proxy = json!({"type": "HTTP_PROXY", "httpMethod": "POST", "uri": "http://BACKEND/status/200"});
    world.deploy(Level::Trace, &json!({"/{rest+}": method(&proxy)}), &Value::Null).await?;
    let (body, long) = ("x".repeat(10 << 20), "x".repeat(10_240));
    let path = format!("/{}", "x".repeat(1600));
    for (path, headers, body, status, message) in [
        ("/a", &[][..], body.as_str(), 200, ""),
        ("/a", &[], &format!("{body}x"), 413, "Request Too Long"),
        ("/a", &[("x-long", long.as_str())], "", 431, "Request Header Fields Too Large"),
        (path.as_str(), &[], "", 414, "Request-URI Too Long"),
    ] {
        let outcome = world.send("POST", path, headers, body).await?;
        assert_eq!(outcome.response.status().as_u16(), status, "{status}");
        if status != 200 {
            let told: Value = serde_json::from_slice(outcome.response.body())?;
            assert_eq!(told, json!({"message": message}));
            assert_eq!((outcome.execution.len(), outcome.access.len()), (0, 0), "{status}");
        }
    }
    Ok(())
}

/// D: 10,240 bytes of request line and headers' values together. I: 431 and its text; names do not count.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_may_be_as_large_as_documented() -> Result<()> {
    let mut world = World::new().await?;
    world.deploy(Level::Trace, &json!({"/pets": method(&mock())}), &Value::Null).await?;
    let line = format!("GET {}?a=1 HTTP/1.1", world.uri("/pets")).len();
    for (bytes, status) in [(10_240, 200), (10_241, 431)] {
        let (first, second) = ("x".repeat(4000), "y".repeat(bytes - line - 4000));
        let headers = [("x-first", first.as_str()), ("x-a-name-of-some-length", second.as_str())];
        let outcome = world.send("GET", "/pets?a=1", &headers, "").await?;
        assert_eq!(outcome.status(), status, "{bytes}");
        assert_eq!(outcome.access.len(), usize::from(status == 200));
    }
    Ok(())
}

/// I: what is no percent-encoding, or none of UTF-8, stands for itself; in a query it is replaced.
#[tokio::test(flavor = "multi_thread")]
async fn bad_percent_encodings_stand_for_themselves() -> Result<()> {
    let mut world = World::new().await?;
    let echo = json!({"x-amazon-apigateway-any-method": {
        "parameters": [{"name": "rest", "in": "path", "required": true, "type": "string"}],
        "responses": {},
        "x-amazon-apigateway-integration": {"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri("echo")},
    }});
    world.deploy(Level::Trace, &json!({"/{rest+}": echo, "/pets": method(&mock())}), &Value::Null).await?;
    for (path, rest, query) in [
        ("/%zz", "%zz", Value::Null),
        ("/a%", "a%", Value::Null),
        ("/a%2", "a%2", Value::Null),
        ("/%FF", "%FF", Value::Null),
        ("/%C3%28", "%C3%28", Value::Null),
        ("/%C3%A9", "é", Value::Null),
        ("/a?q=%zz&%=1", "a", json!({"q": "%zz", "%": "1"})),
        ("/a?q=%FF", "a", json!({"q": "\u{fffd}"})),
    ] {
        let outcome = world.send("GET", path, &[], "").await?;
        assert_eq!((outcome.status(), outcome.access.len()), (200, 1), "{path}");
        let event = outcome.json()?;
        assert_eq!(
            (&event["pathParameters"]["rest"], &event["queryStringParameters"]),
            (&json!(rest), &query),
            "{path}"
        );
    }
    // No resource of a name that is not this one.
    assert_eq!(world.send("GET", "/p%65ts", &[], "").await?.body(), "");
    assert_eq!(world.send("GET", "/p%6ts", &[], "").await?.json()?["pathParameters"]["rest"], "p%6ts");
    Ok(())
}
