//! TestInvokeMethod and TestInvokeAuthorizer: requests that need no deployment.

mod authorizer;
mod method;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ApiGateway;
use super::apis::Authorizer;
use super::faults::bad_request;
use super::live::Live;
use crate::service::{Fault, Registrar};
use crate::store::SmallMap;

/// Runs test invocations. Answered by the data plane, whose code they show.
pub(crate) trait TestRuns: Send + Sync {
    /// The answer to a request, served from `live` as it would be from a stage.
    fn run(&self, live: &Live, invocation: &TestInvocation) -> TestReply;

    /// What an authorizer makes of a request.
    ///
    /// # Errors
    ///
    /// 501 where a function or a user pool would have to decide.
    fn authorize(
        &self,
        authorizer: &Authorizer,
        invocation: &TestInvocation,
        known: &Known,
    ) -> Result<TestVerdict, Fault>;
}

/// A request that is not sent.
#[derive(Debug)]
pub(crate) struct TestInvocation {
    pub(crate) verb: String,
    /// With its slash, not decoded.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

/// What an authorizer can be asked of beside the request itself.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(crate) stage_variables: SmallMap<String, String>,
    /// Without `context.` before the names.
    pub(crate) context: SmallMap<String, String>,
}

/// What it was answered.
#[derive(Debug)]
pub(crate) struct TestReply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) log: String,
    /// In milliseconds.
    pub(crate) latency: i64,
}

/// What an authorizer decided.
#[derive(Debug)]
pub(crate) struct TestVerdict {
    /// What the client would get.
    pub(crate) status: u16,
    pub(crate) log: String,
    /// In milliseconds.
    pub(crate) latency: i64,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>, runs: &Arc<dyn TestRuns>) {
    method::register(registrar, runs);
    authorizer::register(registrar, runs);
}

/// What a caller says of the request.
struct Target {
    path_with_query_string: Option<String>,
    headers: BTreeMap<String, String>,
    multi_value_headers: BTreeMap<String, Vec<String>>,
    body: String,
}

impl Target {
    /// The request, to the path given, else to this one.
    fn invocation(self, verb: &str, path: &str) -> Result<TestInvocation, Fault> {
        let target = self.path_with_query_string.filter(|target| !target.is_empty());
        let target = target.unwrap_or_else(|| path.to_owned());
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        if !path.starts_with('/') {
            // Inferred wording.
            return Err(bad_request(format!("Invalid path specified: {path}. A path begins with a slash")));
        }
        let multiple = self
            .multi_value_headers
            .into_iter()
            .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
        let headers: Vec<(String, String)> = self.headers.into_iter().chain(multiple).collect();
        for (name, value) in &headers {
            if !is_token(name) || value.contains(['\r', '\n', '\0']) {
                // Inferred wording.
                return Err(bad_request(format!("Invalid header specified: {name}")));
            }
        }
        let (path, query) = (path.to_owned(), query.to_owned());
        Ok(TestInvocation { verb: verb.to_owned(), path, query, headers, body: self.body })
    }
}

/// Whether a text can be the name of a header (RFC 9110, "token").
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
