//! TestInvokeAuthorizer: what an authorizer makes of a request.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use super::{Target, TestRuns, live};
use crate::apigateway::{ApiGateway, ApiId, apis};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Scopes, SmallMap};

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>, runs: &Arc<dyn TestRuns>) {
    let runs = Arc::clone(runs);
    registrar.waiting(
        &operations::TEST_INVOKE_AUTHORIZER,
        move |ctx, states, input| {
            let runs = Arc::clone(&runs);
            async move { invoke(ctx, &states, input, &*runs).await }.boxed()
        },
        &[],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TestInvokeAuthorizer {
    rest_api_id: ApiId,
    authorizer_id: CompactString,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    multi_value_headers: BTreeMap<String, Vec<String>>,
    path_with_query_string: Option<String>,
    #[serde(default)]
    body: String,
    #[serde(default)]
    stage_variables: SmallMap<String, String>,
    #[serde(default)]
    additional_context: SmallMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestInvokeAuthorizerOutput {
    client_status: u16,
    log: String,
    latency: i64,
    principal_id: Option<String>,
    policy: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    claims: BTreeMap<String, String>,
}

async fn invoke(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: TestInvokeAuthorizer,
    runs: &dyn TestRuns,
) -> Result<TestInvokeAuthorizerOutput, Fault> {
    let variables = Some(input.stage_variables);
    let (live, authorizer) = states.read(ctx.scope, |state| {
        let key = (input.rest_api_id, input.authorizer_id);
        let authorizer = Arc::clone(apis::find_authorizer(ctx, state, &key)?);
        Ok((live(ctx, state, apis::find(ctx, state, &key.0)?, Vec::new(), variables), authorizer))
    })?;
    let target = Target {
        path_with_query_string: input.path_with_query_string,
        headers: input.headers,
        multi_value_headers: input.multi_value_headers,
        body: input.body,
    };
    // What the verb is said to be is not known.
    let invocation = target.invocation("GET", "/")?;
    let verdict = runs.authorize(&live, &authorizer, &invocation, &input.additional_context).await?;
    Ok(TestInvokeAuthorizerOutput {
        client_status: verdict.status,
        log: verdict.log,
        latency: verdict.latency,
        principal_id: verdict.principal,
        policy: verdict.policy,
        claims: verdict.claims,
    })
}
