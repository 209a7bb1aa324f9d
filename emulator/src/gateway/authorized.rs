//! What an authorizer of a REST or a WebSocket API made of a request.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// What an authorizer made of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Authorized {
    /// Whom a function says the caller to be.
    pub(super) principal: Option<String>,
    /// The API key that a function gives the request.
    pub(super) usage_key: Option<String>,
    /// What a function adds for the logs, templates and backends.
    pub(super) context: Vec<(String, String)>,
    /// What a user pool's token claims.
    pub(super) claims: Vec<(String, String)>,
    /// Milliseconds that it took, where it was asked about this very request; 0 from the cache.
    pub(super) latency: Option<i64>,
    /// The status of the call to it.
    pub(super) status: Option<u16>,
    /// The request id of that call.
    pub(super) request_id: Option<String>,
    /// What went wrong.
    pub(super) error: Option<String>,
}

impl Authorized {
    /// The value of `$context.authorizer.{name}`. What an authorizer added stands beside what is known of it; claims stand
    /// below `claims`.
    pub(super) fn variable(&self, name: &str) -> Option<Cow<'_, str>> {
        let own = match name {
            "principalId" => self.principal.as_deref().map(Into::into),
            "latency" | "integrationLatency" => self.latency.map(|latency| latency.to_string().into()),
            "status" | "integrationStatus" => self.status.map(|status| status.to_string().into()),
            "requestId" => self.request_id.as_deref().map(Into::into),
            "error" => self.error.as_deref().map(Into::into),
            _ => None,
        };
        let find = |entries: &'_ [(String, String)], wanted: &str| {
            entries.iter().position(|(name, _)| name == wanted)
        };
        own.or_else(|| match name.strip_prefix("claims.") {
            Some(claim) => find(&self.claims, claim).map(|at| self.claims[at].1.as_str().into()),
            None => find(&self.context, name).map(|at| self.context[at].1.as_str().into()),
        })
    }

    /// What templates and functions get to know of it.
    pub(super) fn tree(&self) -> Map<String, Value> {
        let object = |entries: &[(String, String)]| -> Map<String, Value> {
            entries.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect()
        };
        let mut tree = object(&self.context);
        if let Some(principal) = &self.principal {
            tree.insert("principalId".to_owned(), principal.as_str().into());
        }
        if !self.claims.is_empty() {
            tree.insert("claims".to_owned(), Value::Object(object(&self.claims)));
        }
        if let Some(latency) = self.latency {
            tree.insert("integrationLatency".to_owned(), latency.into());
        }
        tree
    }

    /// What holds beyond the request: who the caller is, and what was added, but not how the asking went.
    pub(super) fn lasting(&self) -> Self {
        Self {
            principal: self.principal.clone(),
            context: self.context.clone(),
            claims: self.claims.clone(),
            ..Self::default()
        }
    }
}
