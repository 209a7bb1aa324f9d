//! What clients get where integrations fail, and what the log says of it.

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_conformance::doubles::Backend;

use crate::world::{World, function, lambda, server};

const INTERNAL: &str = r#"{"message":"Internal Server Error"}"#;
const UNAVAILABLE: &str = r#"{"message":"Service Unavailable"}"#;

const MALFORMED: &str =
    "The response from the Lambda function doesn't match the format that API Gateway expects.";
const NOT_PERMITTED: &str = "The IAM role configured on the integration or API Gateway doesn't have permissions to call \
                             the integration. Check the permissions and try again.";

/// R: the texts of the log on functions; I: on servers.
#[tokio::test(flavor = "multi_thread")]
async fn an_integration_that_fails_says_why_in_the_log_alone() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    let slow = |mut integration: Value| {
        integration["timeoutInMillis"] = 50.into();
        integration
    };
    let gone = format!("http://{}/", Backend::hanging_up().await?);
    let role = "arn:aws:iam::000000000000:role/none";
    let mut with_role = lambda("ok", "2.0");
    with_role["credentialsArn"] = role.into();
    let raised = "The Lambda function returned the following error: owned-backend-failure. Check your Lambda function \
                  code and try again.";
    let wrong_body = format!("{MALFORMED} Lambda body contains the wrong type for field \"body\"");
    let cases = [
        ("raises", lambda("raises", "2.0"), 500, INTERNAL, raised),
        ("raises-1", lambda("raises", "1.0"), 500, INTERNAL, raised),
        ("wrong-body", lambda("wrong-body", "2.0"), 500, INTERNAL, &*wrong_body),
        ("malformed", lambda("malformed", "1.0"), 500, INTERNAL, MALFORMED),
        ("forbidden", lambda("forbidden", "2.0"), 500, INTERNAL, NOT_PERMITTED),
        ("role", with_role, 500, INTERNAL, NOT_PERMITTED),
        ("throttled", lambda("throttled", "2.0"), 503, UNAVAILABLE, "Rate Exceeded."),
        (
            "slow-function",
            slow(lambda("slow", "2.0")),
            503,
            UNAVAILABLE,
            "Execution failed due to a timeout error",
        ),
        (
            "slow-server",
            slow(server("http://BACKEND/slow")),
            503,
            UNAVAILABLE,
            "Execution failed due to a timeout error",
        ),
        ("gone", server(&gone), 503, UNAVAILABLE, "Network error communicating with endpoint"),
        (
            "large",
            server("http://BACKEND/large"),
            500,
            INTERNAL,
            "The response from the integration is too large.",
        ),
    ];
    for (name, integration, status, body, cause) in cases {
        world.route(&format!("GET /{name}"), &integration, &json!({})).await?;
        let outcome = world.send("GET", &format!("/{name}"), &[], "").await?;
        assert_eq!((outcome.status(), &*outcome.text()), (status, body), "{name}");
        assert_eq!(outcome.header("content-type"), Some("application/json"));
        let line = &outcome.lines[0];
        assert!(line.contains(&format!("[{cause}]")), "{name}: {line}");
    }
    Ok(())
}

/// What AWS does and this emulator does not is told in words that are nobody else's.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_served_is_told() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    let queue = json!({"integrationType": "AWS_PROXY", "integrationSubtype": "SQS-SendMessage",
        "payloadFormatVersion": "1.0", "credentialsArn": "arn:aws:iam::000000000000:role/r",
        "requestParameters": {"QueueUrl": "$request.header.queueUrl", "MessageBody": "$request.body.message"}});
    world.route("POST /queue", &queue, &json!({})).await?;
    world.route("GET /elsewhere", &server("http://192.0.2.1/"), &json!({})).await?;
    let mut own = lambda("ok", "2.0");
    own["credentialsArn"] = "arn:aws:iam::*:user/*".into();
    world.route("GET /own", &own, &json!({})).await?;
    for (method, path, message) in [
        ("POST", "/queue", "This emulator does not serve integrations with SQS-SendMessage yet"),
        (
            "GET",
            "/elsewhere",
            "this emulator calls only its own machine; --allow-egress 192.0.2.1 lets it call 192.0.2.1",
        ),
        ("GET", "/own", "This emulator does not serve integrations with the caller's own credentials yet"),
    ] {
        let outcome = world.send(method, path, &[], "").await?;
        assert_eq!(outcome.status(), 501, "{path}");
        assert_eq!(outcome.json()?, json!({ "message": message }), "{path}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_may_not_be_too_large() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("POST /pets", &lambda("ok", "2.0"), &json!({})).await?;
    let outcome = world.send("POST", "/pets", &[], &"x".repeat((10 << 20) + 1)).await?;
    assert_eq!((outcome.status(), &*outcome.text()), (413, r#"{"message":"Request Entity Too Large"}"#));
    assert_eq!(outcome.lines, [""; 0]);
    Ok(())
}

/// D: stage variables stand in functions' names, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_stage_variable_names_a_function() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.change_stage("$default", &json!({"stageVariables": {"function": "ok"}})).await?;
    let arn = function("${stageVariables.function}");
    let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations");
    let integration =
        json!({"integrationType": "AWS_PROXY", "integrationUri": uri, "payloadFormatVersion": "2.0"});
    world.route("GET /pets", &integration, &json!({})).await?;
    assert_eq!(world.send("GET", "/pets", &[], "").await?.status(), 201);
    Ok(())
}
