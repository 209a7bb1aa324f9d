//! A double of Lambda: functions that behave as their names say.

use std::net::SocketAddr;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Lambda's request id of every invocation.
const REQUEST_ID: &str = "0f3a7b52-5d0c-4b4e-9f0e-3f1b6f0c2a11";

/// Starts it. It ends with the test's runtime.
///
/// # Errors
///
/// When there is no free port.
pub async fn start() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(invoke)).await });
    Ok(address)
}

async fn invoke(request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let event = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let event: Value = serde_json::from_slice(&event).unwrap_or_default();
    // `/2015-03-31/functions/arn%3Aaws%3Alambda%3A…%3Afunction%3A{name}/invocations`
    let name = head.uri.path().trim_end_matches("/invocations").rsplit("%3A").next().unwrap_or_default();
    let name = &*name.replace("%2D", "-");
    let response = Response::builder().header("x-amzn-requestid", REQUEST_ID);
    let returned = |value: Value| value.to_string();
    let answer = match name {
        "ok" => response.body(returned(json!({
            "statusCode": 201, "headers": {"x-own": "kept", "x-number": 7}, "body": "{\"made\": true}",
        }))),
        "echo" => response.body(returned(json!({"statusCode": 200, "body": event.to_string()}))),
        "refuses" => response.body(returned(json!({"statusCode": 400, "body": event.to_string()}))),
        "returns" => response.body(returned(event)),
        "raises" => response.header("x-amz-function-error", "Unhandled").body(returned(json!({
            "errorMessage": "owned-backend-failure", "errorType": "Error", "trace": [],
        }))),
        "cookies" => response.body(returned(json!({
            "statusCode": 200, "cookies": ["a=1; Secure", "b=2"], "body": "YWI=", "isBase64Encoded": true,
        }))),
        "binary" => response.body(returned(json!({
            "statusCode": 200, "headers": {"content-type": "image/png"}, "body": "YWI=", "isBase64Encoded": true,
        }))),
        "wrong-body" => response.body(returned(json!({"statusCode": 200, "body": {"a": 1}}))),
        "simple-yes" | "simple-no" => response.body(returned(json!({
            "isAuthorized": name == "simple-yes",
            "context": {"team": "cats", "number": 1, "flag": true, "list": ["a"]},
        }))),
        "malformed" => response.body(returned(json!({"message": "no status"}))),
        "null" => response.body(returned(Value::Null)),
        "throttled" => response.status(429).body(returned(json!({"Reason": "ReservedFunctionConcurrent"}))),
        "forbidden" => response.status(403).body(returned(json!({"Message": "not authorized"}))),
        "slow" => std::future::pending().await,
        "unauthorized" => response
            .header("x-amz-function-error", "Unhandled")
            .body(returned(json!({"errorMessage": "Unauthorized", "errorType": "Error"}))),
        "allows" | "denies" | "allows-nothing" => response.body(returned(policy(name, &event))),
        _ => response.status(404).body(returned(json!({"Message": "no such function"}))),
    };
    answer.unwrap_or_default().map(Body::from)
}

/// What an authorizer returns.
fn policy(name: &str, event: &Value) -> Value {
    let effect = if name == "denies" { "Deny" } else { "Allow" };
    let asked = if event["version"] == "2.0" { &event["routeArn"] } else { &event["methodArn"] };
    let resource = if name == "allows-nothing" { &json!("arn:aws:execute-api:*:*:none/*") } else { asked };
    json!({
        "principalId": "caller-bkwef5",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}],
        },
        "context": {"team": "cats", "number": 1, "flag": true},
        "usageIdentifierKey": "key-of-an-authorizer-01",
    })
}
