//! TestInvokeMethod and TestInvokeAuthorizer: requests that need no deployment.

mod authorizer;
mod method;

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::ApiGateway;
use super::apis::{Authorizer, RestApi};
use super::deployments::{Deployment, Route};
use super::faults::bad_request;
use super::live::Live;
use super::stages::Stage;
use crate::service::{Ctx, Fault, Registrar};
use crate::store::SmallMap;

/// Runs test invocations. Answered by the data plane, whose code they show.
pub(crate) trait TestRuns: Send + Sync {
    /// The answer to a request, served from `live` as it would be from a stage.
    fn run<'a>(&'a self, live: &'a Live, invocation: &'a TestInvocation) -> BoxFuture<'a, TestReply>;

    /// What an authorizer makes of a request. `context` has the values of `$context`, by their names without that.
    ///
    /// # Errors
    ///
    /// 501 where the emulator has nobody to ask.
    fn authorize<'a>(
        &'a self,
        live: &'a Live,
        authorizer: &'a Authorizer,
        invocation: &'a TestInvocation,
        context: &'a SmallMap<String, String>,
    ) -> BoxFuture<'a, Result<TestVerdict, Fault>>;
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
    /// Whom a function takes the caller for.
    pub(crate) principal: Option<String>,
    /// The policy that it returned.
    pub(crate) policy: Option<String>,
    /// What the token of a user pool claims.
    pub(crate) claims: BTreeMap<String, String>,
}

/// The API of a deployment that is nowhere kept, on a stage of its own.
fn live(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    api: &Arc<RestApi>,
    routes: Vec<Route>,
    variables: Option<SmallMap<String, String>>,
) -> Live {
    Live {
        scope: ctx.scope.clone(),
        api: Arc::clone(api),
        stage: Arc::new(Stage::for_test(variables, ctx.now)),
        deployment: Arc::new(Deployment::for_test(state, api, routes, ctx.now)),
        account_role: None,
        is_canary: false,
    }
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
