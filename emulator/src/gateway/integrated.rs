//! How the integration of a request went, as access logs tell it.

use std::borrow::Cow;

/// How an integration went.
#[derive(Clone, Debug, Default)]
pub(super) struct Integrated {
    /// The status that the endpoint itself answered: that of Lambda, not of the function.
    pub(super) endpoint_status: Option<u16>,
    /// The status that a proxied function, or a server, answered.
    pub(super) status: Option<u16>,
    /// The id of the request to the endpoint.
    pub(super) request_id: Option<String>,
    /// The other id, which S3 and its like give: `x-amz-id-2`.
    pub(super) second_request_id: Option<String>,
    /// Milliseconds.
    pub(super) latency: i64,
    /// What went wrong.
    pub(super) error: Option<String>,
}

impl Integrated {
    /// The value of `$context.integration.{name}`.
    pub(super) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "error" => self.error.as_deref().map(Into::into),
            "integrationStatus" => self.endpoint_status.map(|status| status.to_string().into()),
            "status" => self.status.map(|status| status.to_string().into()),
            "latency" => Some(self.latency.to_string().into()),
            "requestId" => self.request_id.as_deref().map(Into::into),
            _ => None,
        }
    }
}
