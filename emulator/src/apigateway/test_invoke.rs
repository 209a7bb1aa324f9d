//! TestInvokeMethod: a request to a method that need not be deployed.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use super::apis;
use super::deployments::{Deployment, Route};
use super::domains::check_client_certificate;
use super::faults::{self, bad_request};
use super::live::Live;
use super::stages::Stage;
use super::{ApiGateway, ApiId, ResourceId, Verb};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Scopes, SmallMap};

/// Runs test invocations. Answered by the data plane, whose code they show.
pub(crate) trait TestRuns: Send + Sync {
    /// The answer to a request, served from `live` as it would be from a stage.
    fn run(&self, live: &Live, invocation: &TestInvocation) -> TestReply;
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

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>, runs: &Arc<dyn TestRuns>) {
    let runs = Arc::clone(runs);
    registrar.free(
        &operations::TEST_INVOKE_METHOD,
        move |ctx, states, input| invoke(ctx, states, input, &*runs),
        &[],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TestInvokeMethod {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    path_with_query_string: Option<String>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    multi_value_headers: BTreeMap<String, Vec<String>>,
    client_certificate_id: Option<CompactString>,
    stage_variables: Option<SmallMap<String, String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestInvokeMethodOutput {
    status: u16,
    body: String,
    headers: BTreeMap<String, String>,
    multi_value_headers: BTreeMap<String, Vec<String>>,
    log: String,
    latency: i64,
}

fn invoke(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: TestInvokeMethod,
    runs: &dyn TestRuns,
) -> Result<TestInvokeMethodOutput, Fault> {
    let live = states.read(ctx.scope, |state| undeployed(ctx, state, &input))?;
    let invocation = invocation(&live, input)?;
    let reply = runs.run(&live, &invocation);
    let mut multi_value_headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &reply.headers {
        multi_value_headers.entry(name.clone()).or_default().push(value.clone());
    }
    Ok(TestInvokeMethodOutput {
        status: reply.status,
        body: reply.body,
        headers: reply.headers.into_iter().collect(),
        multi_value_headers,
        log: reply.log,
        latency: reply.latency,
    })
}

/// The one method as if it were deployed as it is now, to a stage of its own.
fn undeployed(ctx: &Ctx<'_>, state: &ApiGateway, input: &TestInvokeMethod) -> Result<Live, Fault> {
    let (api, id, verb) = (&input.rest_api_id, &input.resource_id, &input.http_method);
    let rest_api = apis::find(ctx, state, api)?;
    let resource = state.resources.get(&(api.clone(), id.clone())).ok_or_else(faults::no_resource)?;
    let key = (api.clone(), id.clone(), verb.clone());
    let method = state.methods.get(&key).ok_or_else(faults::no_method)?;
    check_client_certificate(state, input.client_certificate_id.as_ref())?;
    let route = Route {
        resource_id: id.clone(),
        path: resource.path.clone(),
        methods: [(verb.clone(), Arc::clone(method))].into_iter().collect(),
    };
    let deployment = Deployment::of_one(Arc::clone(rest_api), route, ctx.now);
    Ok(Live {
        scope: ctx.scope.clone(),
        api: Arc::clone(rest_api),
        stage: Arc::new(Stage::for_test(input.stage_variables.clone(), ctx.now)),
        deployment: Arc::new(deployment),
        account_role: None,
    })
}

fn invocation(live: &Live, input: TestInvokeMethod) -> Result<TestInvocation, Fault> {
    let path = live.deployment.routes.first().map_or("/", |route| route.path.as_str());
    let target = input.path_with_query_string.filter(|target| !target.is_empty());
    let target = target.unwrap_or_else(|| path.to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    if !path.starts_with('/') {
        // Inferred wording.
        return Err(bad_request(format!("Invalid path specified: {path}. A path begins with a slash")));
    }
    let multiple = input
        .multi_value_headers
        .into_iter()
        .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
    let headers: Vec<(String, String)> = input.headers.into_iter().chain(multiple).collect();
    for (name, value) in &headers {
        if !is_token(name) || value.contains(['\r', '\n', '\0']) {
            // Inferred wording.
            return Err(bad_request(format!("Invalid header specified: {name}")));
        }
    }
    Ok(TestInvocation {
        verb: input.http_method.to_string(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: input.body,
    })
}

/// Whether a text can be the name of a header (RFC 9110, "token").
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
