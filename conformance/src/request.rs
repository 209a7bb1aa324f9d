//! Plain HTTP requests to a target.

use anyhow::{Context, Result};
use aws_smithy_http_client::Connector;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http_body_util::BodyExt;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `x-amzn-RequestId`, or nothing.
    pub request_id: String,
    /// Body.
    pub body: Vec<u8>,
}

/// Sends a request without a body.
///
/// # Errors
///
/// When there is no answer.
pub async fn send(method: &str, url: &str, headers: &[(&'static str, &'static str)]) -> Result<Answer> {
    let mut request = HttpRequest::empty();
    request.set_method(method)?;
    request.set_uri(url)?;
    for (name, value) in headers {
        request.headers_mut().insert(*name, *value);
    }
    let connector = Connector::builder().build_http();
    let answer = connector.call(request).await.with_context(|| format!("{method} {url}"))?;
    let status = answer.status().as_u16();
    let request_id = answer.headers().get("x-amzn-requestid").unwrap_or_default().to_owned();
    let body = answer.into_body().collect().await.map_err(anyhow::Error::from_boxed)?.to_bytes().to_vec();
    Ok(Answer { status, request_id, body })
}
