//! Types of content: what passes an integration without a template, and what is binary.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{Level, World, function_uri, method};

const PNG: (&str, &str) = ("content-type", "image/png");

fn echo(members: &Value) -> Value {
    let mut integration = json!({"type": "HTTP", "httpMethod": "POST", "uri": "http://BACKEND/echo",
        "responses": {"default": {"statusCode": "200"}}});
    for (name, value) in members.as_object().into_iter().flatten() {
        integration[name] = value.clone();
    }
    method(&integration)
}

/// D: the table of passthrough behaviors. I: that 415 leaves no line of its own.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_without_a_template_pass_or_do_not() -> Result<()> {
    let behaves = |behavior: &str, templates: Value| {
        echo(&json!({"passthroughBehavior": behavior, "requestTemplates": templates}))
    };
    let template = || json!({"application/json": "{\"mapped\": true}"});
    let mut world = World::new().await?;
    let paths = json!({
        "/never": behaves("never", template()),
        "/never-bare": behaves("never", json!({})),
        "/no-templates": behaves("when_no_templates", template()),
        "/no-templates-bare": behaves("when_no_templates", json!({})),
        "/no-match": behaves("when_no_match", template()),
        "/no-match-bare": behaves("when_no_match", json!({})),
    });
    world.deploy(Level::Info, &paths, &Value::Null).await?;
    for (path, content_type, body) in [
        ("/never", "application/json", Some("{\"mapped\": true}")),
        ("/never", "text/plain", None),
        ("/never-bare", "application/json", None),
        ("/no-templates", "application/json; charset=utf-8", Some("{\"mapped\": true}")),
        ("/no-templates", "text/plain", None),
        ("/no-templates-bare", "text/plain", Some("the body")),
        ("/no-match", "application/json", Some("{\"mapped\": true}")),
        ("/no-match", "text/plain", Some("the body")),
        ("/no-match-bare", "text/plain", Some("the body")),
    ] {
        let outcome = world.send("POST", path, &[("content-type", content_type)], "the body").await?;
        let Some(body) = body else {
            assert_eq!(
                (outcome.status(), &*outcome.body()),
                (415, r#"{"message":"Unsupported Media Type"}"#),
                "{path}"
            );
            assert_eq!(outcome.header("x-amzn-errortype"), "UnsupportedMediaTypeException");
            assert!(outcome.access[0].contains(" 415 36 UNSUPPORTED_MEDIA_TYPE "), "{:?}", outcome.access);
            assert_eq!(
                outcome.execution.last().map(String::as_str),
                Some("({id}) Method completed with status: 415")
            );
            continue;
        };
        let told = outcome.json()?;
        assert_eq!(
            (&told["body"], &told["headers"]["content-type"]),
            (&json!(body), &json!(content_type)),
            "{path}"
        );
    }
    Ok(())
}

/// D: the tables of conversions, of requests and of answers.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_converted_as_the_integration_wants_them() -> Result<()> {
    let to = |handling: &str| echo(&json!({"contentHandling": handling}));
    let answers = |handling: &str| {
        echo(&json!({"uri": "http://BACKEND/status/200",
            "responses": {"default": {"statusCode": "200", "contentHandling": handling}}}))
    };
    let mut world = World::new().await?;
    let paths = json!({
        "/as-it-is": echo(&json!({})),
        "/text": to("CONVERT_TO_TEXT"),
        "/binary": to("CONVERT_TO_BINARY"),
        "/answers-text": answers("CONVERT_TO_TEXT"),
        "/answers-binary": answers("CONVERT_TO_BINARY"),
    });
    let binary = json!({"x-amazon-apigateway-binary-media-types": ["image/*", "application/octet-stream"]});
    world.deploy(Level::Error, &paths, &binary).await?;
    let text = ("content-type", "text/plain");
    for (path, content_type, sent, got) in [
        ("/as-it-is", PNG, "ab", "ab"),
        ("/text", PNG, "ab", "YWI="),
        ("/text", text, "ab", "ab"),
        ("/binary", PNG, "YWI=", "YWI="),
        ("/binary", text, "YWI=", "ab"),
    ] {
        let outcome = world.send("POST", path, &[content_type], sent).await?;
        assert_eq!(outcome.json()?["body"], got, "{path} {content_type:?}");
    }
    let outcome = world.send("POST", "/binary", &[text], "&").await?;
    assert_eq!((outcome.status(), outcome.execution.len()), (500, 2));
    // The server answers JSON, which is text and no Base64.
    assert_eq!(world.send("POST", "/answers-text", &[], "").await?.body(), r#"{"code": 7}"#);
    assert_eq!(world.send("POST", "/answers-binary", &[], "").await?.status(), 500);
    Ok(())
}

/// D: functions get binary bodies in Base64, and answer them so; the client gets bytes if it takes the type.
#[tokio::test(flavor = "multi_thread")]
async fn proxied_functions_get_and_give_base64() -> Result<()> {
    let proxy =
        |name: &str| method(&json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri(name)}));
    let mut world = World::new().await?;
    let binary = json!({"x-amazon-apigateway-binary-media-types": ["image/png"]});
    world.deploy(Level::Error, &json!({"/echo": proxy("echo"), "/binary": proxy("binary")}), &binary).await?;
    let event = world.send("POST", "/echo", &[PNG], "ab").await?.json()?;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("YWI="), &json!(true)));
    let event = world.send("POST", "/echo", &[("content-type", "text/plain")], "ab").await?.json()?;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&json!("ab"), &json!(false)));
    let event = world.send("POST", "/echo", &[PNG], "").await?.json()?;
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&Value::Null, &json!(false)));
    for (accept, body) in [("image/png", "ab"), ("image/png, text/html", "ab"), ("text/html", "YWI=")] {
        let outcome = world.send("GET", "/binary", &[("accept", accept)], "").await?;
        assert_eq!((outcome.status(), &*outcome.body()), (200, body), "{accept}");
        assert_eq!(outcome.header("content-type"), "image/png");
    }
    Ok(())
}
