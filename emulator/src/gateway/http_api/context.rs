//! `$context`: what is known of a request, under the names that access logs and parameter mappings have for it.
//!
//! Source: developer guide, "Customize HTTP API access logs"; formats as captured.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::exchange::{Authorized, Exchange};

impl Exchange<'_> {
    /// The value of a variable; `None` where it has none, or where there is no such variable. Mutual TLS is not served, and has
    /// none.
    pub(super) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        let owned = |text: String| Some(Cow::Owned(text));
        match name {
            "requestId" | "extendedRequestId" => Some(self.id.as_str().into()),
            "accountId" => Some(self.live.scope.account.as_str().into()),
            "apiId" => Some(self.live.api_id().into()),
            "stage" => Some(self.live.stage.name().into()),
            "routeKey" => self.route.as_ref().map(|route| route.key.as_str().into()),
            "httpMethod" => Some(self.request.method.into()),
            "path" => owned(self.full_path()),
            "customDomain.basePathMatched" => self.request.address.base_path.map(Into::into),
            // Always this, whatever the client speaks.
            "protocol" => Some("HTTP/1.1".into()),
            "status" => owned(self.status.to_string()),
            "responseLength" => owned(self.response_length.to_string()),
            "responseLatency" => owned(self.started.millis_until(self.finished).to_string()),
            "dataProcessed" => owned(self.data_processed().to_string()),
            "requestTime" => owned(self.started.common_log()),
            // In seconds (captured).
            "requestTimeEpoch" => owned((self.started.millis() / 1000).to_string()),
            "domainName" => Some(self.request.domain_name(&self.live.scope, self.live.api_id())),
            "domainPrefix" => {
                let name = self.request.domain_name(&self.live.scope, self.live.api_id());
                owned(name.split('.').next()?.to_owned())
            }
            "awsEndpointRequestId" => self.integration.as_ref()?.variable("requestId"),
            "awsEndpointRequestId2" => {
                self.integration.as_ref()?.second_request_id.as_deref().map(Into::into)
            }
            "integrationErrorMessage" => self.integration.as_ref()?.variable("error"),
            "integrationLatency" => self.integration.as_ref()?.variable("latency"),
            "integrationStatus" => self.integration.as_ref()?.variable("integrationStatus"),
            _ => {
                let (group, name) = name.split_once('.')?;
                match group {
                    "identity" => self.request.identity(self.signer.as_ref(), name),
                    "error" => self.error_variable(name),
                    "integration" => self.integration.as_ref()?.variable(name),
                    "authorizer" => self.authorizer_variable(name),
                    _ => None,
                }
            }
        }
    }

    fn error_variable(&self, name: &str) -> Option<Cow<'_, str>> {
        let failure = self.failure.as_ref()?;
        match name {
            "message" | "messageString" => Some(failure.message.as_ref().into()),
            "responseType" => Some(failure.response_type.into()),
            _ => None,
        }
    }

    /// Claims stand below `claims`, what a function adds stands beside what is known of it.
    fn authorizer_variable(&self, name: &str) -> Option<Cow<'_, str>> {
        match (name, self.authorized.as_ref()) {
            ("error", _) => self.authorizer_error.as_deref().map(Into::into),
            (_, Some(Authorized::Jwt { claims, .. })) => {
                claims.get(name.strip_prefix("claims.")?).map(claim_text)
            }
            ("principalId", Some(Authorized::Lambda { principal, .. })) => {
                principal.as_deref().map(Into::into)
            }
            (_, Some(Authorized::Lambda { context, .. })) => context.get(name).map(text),
            (_, None) => None,
        }
    }

    /// How many bytes went through: those of the request, headers and body, and of the answer's body. What AWS counts is not
    /// documented (235 were captured for a small GET): inferred.
    fn data_processed(&self) -> usize {
        let headers = self.request.headers.iter();
        let headers: usize = headers.map(|(name, value)| name.as_str().len() + value.len()).sum();
        headers + self.body().len() + self.response_length
    }
}

/// A value as it stands, texts without their quotes (documented for texts, numbers and booleans; of lists and maps inferred).
fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => text.as_str().into(),
        Value::Null => "".into(),
        other => other.to_string().into(),
    }
}

/// A claim as one text: lists as `[a b]`, which users report.
pub(super) fn claim_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Array(items) => {
            let items: Vec<Cow<'_, str>> = items.iter().map(text).collect();
            format!("[{}]", items.join(" ")).into()
        }
        other => text(other),
    }
}

/// All claims as texts.
pub(super) fn claim_texts(claims: &Map<String, Value>) -> Map<String, Value> {
    claims.iter().map(|(name, value)| (name.clone(), claim_text(value).into_owned().into())).collect()
}
