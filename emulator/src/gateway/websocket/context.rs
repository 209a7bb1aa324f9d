//! `$context`: what is known of an event, under the names that access logs and mappings have for it.
//!
//! Source: developer guide, "Configure logging for WebSocket APIs"; formats, and which documented names have no value, as
//! captured.

use std::borrow::Cow;

use super::exchange::{Event, Exchange};

impl Exchange<'_> {
    /// The value of a variable; `None` where it has none, or where there is no such variable.
    pub(super) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        let owned = |text: String| Some(Cow::Owned(text));
        match name {
            "requestId" => Some(self.request_id().into()),
            "extendedRequestId" => Some(self.id.as_str().into()),
            "apiId" => Some(self.live.api_id().into()),
            "stage" => Some(self.live.stage.name().into()),
            "routeKey" => self.route_key.as_deref().map(Into::into),
            "eventType" => Some(self.event.name().into()),
            "connectionId" => Some(self.client.connection_id.as_str().into()),
            "connectedAt" => owned(self.client.connected_at?.millis().to_string()),
            "messageId" => match &self.event {
                Event::Message { id, .. } => Some(id.as_str().into()),
                _ => None,
            },
            "status" => owned(self.status.to_string()),
            "requestTime" => owned(self.started.common_log()),
            "requestTimeEpoch" => owned(self.started.millis().to_string()),
            "domainName" => Some(self.client.domain_name.as_str().into()),
            "integrationLatency" => self.integration.as_ref()?.variable("latency"),
            // Documented, and captured without a value.
            "integration.latency" => None,
            _ => {
                let (group, name) = name.split_once('.')?;
                match group {
                    "identity" => self.identity(name),
                    "error" => self.error_variable(name),
                    "integration" => self.integration.as_ref()?.variable(name),
                    "authorizer" => self.client.authorized.as_ref()?.variable(name),
                    "authenticate" | "authorize" => self.admission_variable(group, name),
                    _ => None,
                }
            }
        }
    }

    fn identity(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "apiKey" => self.api_key.as_ref().map(|key| key.value.reveal().into()),
            "apiKeyId" => self.api_key.as_ref()?.id.as_deref().map(Into::into),
            _ => self.client.identity(name),
        }
    }

    fn error_variable(&self, name: &str) -> Option<Cow<'_, str>> {
        // Captured: they have no value for calls, also where they fail.
        let is_call = matches!(self.event, Event::Call { .. });
        let failure = self.failure.as_ref().filter(|_| !is_call)?;
        match name {
            "message" | "messageString" => Some(failure.message.as_ref().into()),
            "responseType" => Some(failure.response_type.into()),
            "validationErrorString" => failure.validation.as_deref().map(Into::into),
            _ => None,
        }
    }

    /// How a request that somebody was to sign was let in. Inferred: both take no time of their own.
    fn admission_variable(&self, phase: &str, name: &str) -> Option<Cow<'_, str>> {
        let denied = &self.admission.as_ref()?.denied;
        match (phase, name) {
            (_, "latency") => Some("0".into()),
            ("authorize", "status") => Some(if denied.is_some() { "403" } else { "200" }.into()),
            ("authenticate", "status") => Some("200".into()),
            ("authorize", "error") => denied.as_deref().map(Into::into),
            _ => None,
        }
    }
}
