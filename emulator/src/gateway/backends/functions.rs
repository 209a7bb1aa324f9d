//! Lambda functions, behind an endpoint that speaks Lambda's Invoke: the Runtime Interface Emulator's, or another
//! emulator's.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::egress::{Egress, NoAnswer};

/// Where the function's name stands in the path of Invoke.
const FUNCTIONS: &str = "/2015-03-31/functions/";

/// All but what RFC 3986 has as unreserved, as AWS's clients encode a function's ARN in the path.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Lambda functions.
pub(crate) struct Functions {
    endpoint: Option<Uri>,
    egress: Egress,
}

/// What became of an invocation.
#[derive(Debug)]
pub(crate) struct Invoked {
    /// The status of the call to Lambda, which is 200 for functions that fail, too.
    pub(crate) status: u16,
    /// Lambda's request id.
    pub(crate) request_id: Option<String>,
    /// Whether the function failed.
    pub(crate) is_error: bool,
    /// Lambda's own headers.
    pub(crate) headers: HeaderMap,
    /// What it returned.
    pub(crate) payload: Bytes,
}

impl Invoked {
    /// What the function failed with; `None` of one that did not.
    pub(crate) fn error_message(&self) -> Option<String> {
        if !self.is_error {
            return None;
        }
        let error: Option<Map<String, Value>> = serde_json::from_slice(&self.payload).ok();
        let message = error.as_ref().and_then(|error| error.get("errorMessage")).and_then(Value::as_str);
        Some(message.map_or_else(|| String::from_utf8_lossy(&self.payload).into_owned(), str::to_owned))
    }
}

/// Why a function was not invoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotInvoked {
    /// No endpoint is set.
    NoEndpoint,
    /// The endpoint does not answer.
    NoAnswer(NoAnswer),
    /// API Gateway may not assume this role.
    NotAssumed(String),
    /// The role, or the function itself, does not let API Gateway invoke it.
    NotPermitted,
}

impl Functions {
    /// Functions behind this endpoint, which is called wherever it is.
    #[must_use]
    pub(crate) fn behind(endpoint: Option<Uri>) -> Self {
        let host = endpoint.as_ref().and_then(Uri::host).map(str::to_owned);
        Self { endpoint, egress: Egress::to(host) }
    }

    /// Invokes a function, by its ARN. An endpoint with a path of Invoke's stands for every function, as the Runtime
    /// Interface Emulator's does, which knows but one.
    pub(crate) async fn invoke(
        &self,
        function: &str,
        event: Bytes,
        headers: HeaderMap,
        longest: Duration,
    ) -> Result<Invoked, NotInvoked> {
        let endpoint = self.endpoint.as_ref().ok_or(NotInvoked::NoEndpoint)?;
        let uri = invoke_uri(endpoint, function);
        let no_address =
            |error: http::Error| NotInvoked::NoAnswer(NoAnswer::NoAddress(format!("{endpoint}: {error}")));
        let mut request = Request::post(uri).body(event).map_err(no_address)?;
        *request.headers_mut() = headers;
        let (head, payload) =
            self.egress.send(request, longest).await.map_err(NotInvoked::NoAnswer)?.into_parts();
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Invoked {
            status: head.status.as_u16(),
            request_id: text("x-amzn-requestid"),
            is_error: head.headers.contains_key("x-amz-function-error"),
            headers: head.headers,
            payload,
        })
    }
}

fn invoke_uri(endpoint: &Uri, function: &str) -> String {
    let base = endpoint.to_string();
    let base = base.trim_end_matches('/');
    if endpoint.path().starts_with(FUNCTIONS) {
        return base.to_owned();
    }
    format!("{base}{FUNCTIONS}{}/invocations", utf8_percent_encode(function, RESERVED))
}

/// The function's ARN in an integration's or authorizer's URI:
/// `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{ARN}/invocations`.
pub(crate) fn function_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once(FUNCTIONS)?;
    rest.split_once("/invocations").map(|(function, _)| function).filter(|function| !function.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_named_in_the_path_or_the_endpoint_knows_only_one() {
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
        assert_eq!(
            invoke_uri(&Uri::from_static("http://localhost:4566/"), arn),
            "http://localhost:4566/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af\
             /invocations"
        );
        let runtime = "http://localhost:9000/2015-03-31/functions/function/invocations";
        assert_eq!(invoke_uri(&Uri::from_static(runtime), arn), runtime);
    }

    #[test]
    fn a_uri_names_a_function() {
        let uri = |function: &str| {
            format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations")
        };
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:f:live";
        assert_eq!(function_of(&uri(arn)), Some(arn));
        assert_eq!(function_of(&uri("")), None);
        assert_eq!(function_of("arn:aws:apigateway:us-east-1:sts:action/GetCallerIdentity"), None);
    }
}
