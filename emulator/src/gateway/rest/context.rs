//! `$context`: what is known of a request, under the names that access logs, mapping templates and parameter mappings
//! have for it.
//!
//! Source: developer guide, "Variables for access logging" and "Mapping template reference"; formats as captured.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::exchange::Exchange;

impl Exchange<'_> {
    /// The value of a variable; `None` where it has none, or where there is no such variable.
    pub(super) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        let owned = |text: String| Some(Cow::Owned(text));
        match name {
            "requestId" => Some(self.id.request.as_str().into()),
            "extendedRequestId" => Some(self.id.extended.as_str().into()),
            "accountId" => Some(self.live.scope.account.as_str().into()),
            "apiId" => Some(self.live.api.id.as_str().into()),
            "stage" => Some(self.live.stage.stage_name.as_str().into()),
            "deploymentId" => Some(self.live.deployment.id().into()),
            "isCanaryRequest" => {
                self.live.stage.canary_settings.as_ref().map(|_| self.live.is_canary.to_string().into())
            }
            "resourceId" => self.resource.as_ref().map(|resource| resource.id.as_str().into()),
            "resourcePath" => self.resource.as_ref().map(|resource| resource.path.as_str().into()),
            "httpMethod" => Some(self.request.method.into()),
            // As the client sees it: behind a custom domain name without the stage.
            "path" if self.request.address.base_path.is_some() => Some(self.request.path.into()),
            "path" => owned(format!("/{}{}", self.request.address.stage, self.request.address.path)),
            "customDomain.basePathMatched" => self.request.address.base_path.map(Into::into),
            // Always this, whatever the client speaks.
            "protocol" => Some("HTTP/1.1".into()),
            "status" => owned(self.status.to_string()),
            "responseLength" => owned(self.response_length.to_string()),
            "responseLatency" => owned(self.latency().to_string()),
            "requestTime" => owned(self.started.common_log()),
            "requestTimeEpoch" => owned(self.started.millis().to_string()),
            "domainName" => Some(self.domain_name()),
            "domainPrefix" => owned(self.domain_name().split('.').next()?.to_owned()),
            "xrayTraceId" => self.trace_id().map(Into::into),
            "awsEndpointRequestId" => self.integration_variable("requestId"),
            "integrationErrorMessage" => self.integration_variable("error"),
            "integrationLatency" => self.integration_variable("latency"),
            "integrationStatus" => self.integration_variable("integrationStatus"),
            _ => {
                let (group, name) = name.split_once('.')?;
                match group {
                    "identity" => self.identity(name),
                    "error" => self.error_variable(name),
                    "integration" => self.integration_variable(name),
                    "authorizer" => self.authorizer_variable(name),
                    "authenticate" | "authorize" => self.admission_variable(group, name),
                    "requestOverride" => self.request_overrides.variable(name),
                    "responseOverride" => self.response_overrides.variable(name),
                    _ => None,
                }
            }
        }
    }

    fn identity(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "apiKey" => self.api_key.as_ref().map(|key| key.value.reveal().into()),
            "apiKeyId" => self.api_key.as_ref()?.id.as_deref().map(Into::into),
            _ => self.request.identity(self.signer.as_ref(), name),
        }
    }

    fn error_variable(&self, name: &str) -> Option<Cow<'_, str>> {
        let failure = self.failure.as_ref()?;
        match name {
            "message" | "messageString" => Some(failure.message.as_ref().into()),
            "responseType" => Some(failure.response_type.into()),
            "validationErrorString" => failure.validation.as_deref().map(Into::into),
            _ => None,
        }
    }

    fn integration_variable(&self, name: &str) -> Option<Cow<'_, str>> {
        self.integration.as_ref()?.variable(name)
    }

    fn authorizer_variable(&self, name: &str) -> Option<Cow<'_, str>> {
        self.authorizer.as_ref()?.variable(name)
    }

    /// How a method that asks who signed let the request in. Inferred: both take no time of their own.
    fn admission_variable(&self, phase: &str, name: &str) -> Option<Cow<'_, str>> {
        self.signer.as_ref()?;
        let denied = self.failure.as_ref().filter(|failure| failure.response_type == "ACCESS_DENIED");
        match (phase, name) {
            (_, "latency") => Some("0".into()),
            ("authorize", "status") => Some(if denied.is_some() { "403" } else { "200" }.into()),
            ("authenticate", "status") => Some("200".into()),
            ("authorize", "error") => denied.map(|denied| denied.message.as_ref().into()),
            _ => None,
        }
    }

    /// The host that was called; behind a path address, the name that the API has on AWS.
    pub(super) fn domain_name(&self) -> Cow<'_, str> {
        self.request.domain_name(&self.live.scope, &self.live.api.id)
    }

    /// What is known before the integration is called, as a tree.
    pub(super) fn context_tree(&self) -> Value {
        const NAMES: [&str; 17] = [
            "accountId",
            "apiId",
            "deploymentId",
            "domainName",
            "domainPrefix",
            "extendedRequestId",
            "httpMethod",
            "isCanaryRequest",
            "path",
            "protocol",
            "requestId",
            "requestTime",
            "requestTimeEpoch",
            "resourceId",
            "resourcePath",
            "stage",
            "xrayTraceId",
        ];
        const IDENTITY: [&str; 8] =
            ["accessKey", "accountId", "apiKey", "apiKeyId", "caller", "sourceIp", "userAgent", "userArn"];
        const ERROR: [&str; 4] = ["message", "messageString", "responseType", "validationErrorString"];

        let values = |prefix: &str, names: &[&str]| -> Map<String, Value> {
            let value = |name: &&str| {
                let value = self.variable(&format!("{prefix}{name}"))?;
                // A string that is quoted already, for templates to put out as it is.
                let value = if *name == "messageString" {
                    Value::from(value.as_ref()).to_string()
                } else {
                    value.into_owned()
                };
                Some(((*name).to_owned(), Value::from(value)))
            };
            names.iter().filter_map(value).collect()
        };
        let mut tree = values("", &NAMES);
        let mut identity = values("identity.", &IDENTITY);
        if let Some(caller) = identity.get("caller").cloned() {
            identity.insert("user".to_owned(), caller);
        }
        tree.insert("identity".to_owned(), Value::Object(identity));
        if self.failure.is_some() {
            tree.insert("error".to_owned(), Value::Object(values("error.", &ERROR)));
        }
        if let Some(authorizer) = &self.authorizer {
            tree.insert("authorizer".to_owned(), Value::Object(authorizer.tree()));
        }
        Value::Object(tree)
    }
}
