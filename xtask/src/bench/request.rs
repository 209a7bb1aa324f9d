//! Requests as the SDKs send them.

use std::fmt::Write;

use anyhow::Result;
use serde_json::Value;

/// Whom requests say they come from. The emulator verifies no signature, but reads the credential.
const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SIGNATURE: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
const USER_AGENT: &str = "aws-sdk-rust/1.3.10 os/linux lang/rust/1.95.0";

/// A request to a service, or to a deployed API.
#[derive(Clone, Debug)]
pub(super) struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Request {
    /// A call of API Gateway.
    pub(super) fn rest(method: &'static str, path: impl Into<String>, body: &Value) -> Self {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut request = Self { method, path: path.into(), headers: signed("apigateway"), body };
        if !request.body.is_empty() {
            request.headers.push(("content-type", "application/json".to_owned()));
        }
        request
    }

    /// A call of CloudWatch Logs.
    pub(super) fn logs(operation: &str, body: &Value) -> Self {
        Self::json("logs", format!("Logs_20140328.{operation}"), body)
    }

    /// A call of the Resource Groups Tagging API.
    pub(super) fn tagging(operation: &str, body: &Value) -> Self {
        Self::json("tagging", format!("ResourceGroupsTaggingAPI_20170126.{operation}"), body)
    }

    fn json(service: &str, target: String, body: &Value) -> Self {
        let mut headers = signed(service);
        headers.push(("content-type", "application/x-amz-json-1.1".to_owned()));
        headers.push(("x-amz-target", target));
        Self { method: "POST", path: "/".to_owned(), headers, body: body.to_string() }
    }

    /// A call of IAM or STS; the parameters are encoded.
    pub(super) fn form(service: &str, parameters: impl Into<String>) -> Self {
        let mut headers = signed(service);
        headers.push(("content-type", "application/x-www-form-urlencoded".to_owned()));
        Self { method: "POST", path: "/".to_owned(), headers, body: parameters.into() }
    }

    /// A GET that nobody signed.
    pub(super) fn plain(path: impl Into<String>) -> Self {
        let headers = vec![("user-agent", USER_AGENT.to_owned()), ("accept", "*/*".to_owned())];
        Self { method: "GET", path: path.into(), headers, body: String::new() }
    }

    /// As it goes over the wire.
    pub(super) fn bytes(&self) -> Result<Vec<u8>> {
        let Self { method, path, headers, body } = self;
        let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:4566\r\n");
        for (name, value) in headers {
            write!(text, "{name}: {value}\r\n")?;
        }
        if !body.is_empty() {
            write!(text, "content-length: {}\r\n", body.len())?;
        }
        text.push_str("\r\n");
        text.push_str(body);
        Ok(text.into_bytes())
    }
}

fn signed(service: &str) -> Vec<(&'static str, String)> {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20260101/us-east-1/{service}/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-user-agent, Signature={SIGNATURE}"
    );
    vec![
        ("authorization", authorization),
        ("x-amz-date", "20260101T000000Z".to_owned()),
        ("user-agent", USER_AGENT.to_owned()),
        ("x-amz-user-agent", USER_AGENT.to_owned()),
        ("amz-sdk-invocation-id", "f2f1c5ce-4ab5-4b1c-8d5e-0f1c6ab5a2a0".to_owned()),
        ("amz-sdk-request", "attempt=1; max=3".to_owned()),
        ("accept", "*/*".to_owned()),
    ]
}
