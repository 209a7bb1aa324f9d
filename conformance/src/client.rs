//! Requests as AWS's clients make them, but for the signature, which the emulator does not verify unless it is told to.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Request};

/// What the Resource Groups Tagging API is called in its requests.
const TAGGING: &str = "ResourceGroupsTaggingAPI_20170126";

/// A caller, as far as its requests tell.
#[derive(Clone, Debug)]
pub struct Client {
    access_key_id: String,
    region: String,
}

impl Client {
    /// The caller with this access key, in this region.
    #[must_use]
    pub fn new(access_key_id: &str, region: &str) -> Self {
        Self { access_key_id: access_key_id.to_owned(), region: region.to_owned() }
    }

    /// A request to API Gateway.
    ///
    /// # Errors
    ///
    /// When method or path cannot stand in a request.
    pub fn rest(&self, method: &str, path: &str, body: impl Into<Bytes>) -> Result<Request<Bytes>> {
        self.signed(plain(method, path, "application/json", body)?, "apigateway")
    }

    /// A call of IAM or STS with these parameters, of which the body is made as it stands.
    ///
    /// # Errors
    ///
    /// When the service cannot stand in a request.
    pub fn query(&self, service: &str, form: impl Into<Bytes>) -> Result<Request<Bytes>> {
        self.signed(plain("POST", "/", "application/x-www-form-urlencoded; charset=utf-8", form)?, service)
    }

    /// A call of CloudWatch Logs.
    ///
    /// # Errors
    ///
    /// When the operation cannot stand in a request.
    pub fn logs(&self, operation: &str, body: impl Into<Bytes>) -> Result<Request<Bytes>> {
        self.signed(targeted(&format!("Logs_20140328.{operation}"), body)?, "logs")
    }

    /// A call of KMS.
    ///
    /// # Errors
    ///
    /// When the operation cannot stand in a request.
    pub fn kms(&self, operation: &str, body: impl Into<Bytes>) -> Result<Request<Bytes>> {
        self.signed(targeted(&format!("TrentService.{operation}"), body)?, "kms")
    }

    /// A call of the Resource Groups Tagging API as older clients make it.
    ///
    /// # Errors
    ///
    /// When the operation cannot stand in a request.
    pub fn tagging(&self, operation: &str, body: impl Into<Bytes>) -> Result<Request<Bytes>> {
        self.signed(targeted(&format!("{TAGGING}.{operation}"), body)?, "tagging")
    }

    /// A call of the Resource Groups Tagging API as newer clients make it. The body is CBOR.
    ///
    /// # Errors
    ///
    /// When the operation cannot stand in a request.
    pub fn tagging_in_cbor(&self, operation: &str, body: impl Into<Bytes>) -> Result<Request<Bytes>> {
        let path = format!("/service/{TAGGING}/operation/{operation}");
        let mut request = plain("POST", &path, "application/cbor", body)?;
        request.headers_mut().insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
        self.signed(request, "tagging")
    }

    /// The request with this caller's credential for a service.
    ///
    /// # Errors
    ///
    /// When key, region or service cannot stand in a header.
    pub fn signed(&self, mut request: Request<Bytes>, service: &str) -> Result<Request<Bytes>> {
        let Self { access_key_id, region } = self;
        let text = format!(
            "AWS4-HMAC-SHA256 Credential={access_key_id}/20260101/{region}/{service}/aws4_request, \
             SignedHeaders=host, Signature=0"
        );
        let value = HeaderValue::from_str(&text).with_context(|| format!("{text:?} is no header"))?;
        request.headers_mut().insert(AUTHORIZATION, value);
        Ok(request)
    }
}

/// An unsigned call in awsJson.
fn targeted(target: &str, body: impl Into<Bytes>) -> Result<Request<Bytes>> {
    let mut request = plain("POST", "/", "application/x-amz-json-1.1", body)?;
    let target =
        HeaderValue::from_str(target).with_context(|| format!("{target:?} cannot stand in a header"))?;
    request.headers_mut().insert("x-amz-target", target);
    Ok(request)
}

/// A request that nobody signed.
///
/// # Errors
///
/// When a part of it cannot stand in a request.
pub fn plain(method: &str, path: &str, content_type: &str, body: impl Into<Bytes>) -> Result<Request<Bytes>> {
    let request = Request::builder().method(method).uri(path).header(CONTENT_TYPE, content_type);
    request.body(body.into()).with_context(|| format!("{method} {path} is no request"))
}
