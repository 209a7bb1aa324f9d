//! TestInvokeMethod: a request to a method that need not be deployed.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use super::{Target, TestRuns, live};
use crate::apigateway::deployments::Route;
use crate::apigateway::domains::check_client_certificate;
use crate::apigateway::live::Live;
use crate::apigateway::{ApiGateway, ApiId, ResourceId, Verb, apis, faults};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Scopes, SmallMap};

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>, runs: &Arc<dyn TestRuns>) {
    let runs = Arc::clone(runs);
    registrar.waiting(
        &operations::TEST_INVOKE_METHOD,
        move |ctx, states, input| {
            let runs = Arc::clone(&runs);
            async move { invoke(ctx, &states, input, &*runs).await }.boxed()
        },
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

async fn invoke(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: TestInvokeMethod,
    runs: &dyn TestRuns,
) -> Result<TestInvokeMethodOutput, Fault> {
    let live = states.read(ctx.scope, |state| undeployed(ctx, state, &input))?;
    let path = live.deployment.routes.first().map_or("/", |route| route.path.as_str());
    let target = Target {
        path_with_query_string: input.path_with_query_string,
        headers: input.headers,
        multi_value_headers: input.multi_value_headers,
        body: input.body,
    };
    let invocation = target.invocation(&input.http_method, path)?;
    let reply = runs.run(&live, &invocation).await;
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
    Ok(live(ctx, state, rest_api, vec![route], input.stage_variables.clone()))
}
