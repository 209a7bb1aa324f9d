//! ImportRestApi and PutRestApi.

mod apply;
mod options;

use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::json;
use stagecheck_models::apigateway as operations;

use self::apply::Import;
use self::options::Options;
use super::CALLS;
use super::findings::Findings;
use crate::apigateway::apis::{self, RestApi};
use crate::apigateway::{ApiGateway, ApiId};
use crate::service::{Ctx, Fault};
use crate::store::{Scopes, SmallMap};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportRestApi {
    #[serde(default)]
    fail_on_warnings: bool,
    #[serde(default)]
    parameters: SmallMap<String, String>,
    body: Bytes,
}

/// Makes an API of a document. It has the models of the document and no others, which is inferred. Documents may be
/// large: they are read before the lock is taken.
pub(super) fn import(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: ImportRestApi,
) -> Result<Arc<RestApi>, Fault> {
    let options = Options::of(&input.parameters)?;
    let mut findings = Findings::default();
    let definition = options.read(ctx, &input.body, &mut findings)?;
    let mut create = json!({"name": definition.settings.title});
    if let Some(endpoint_type) = &options.endpoint_type {
        create["endpointConfiguration"] = json!({"types": [endpoint_type]});
    }
    states.write(ctx.scope, |state| {
        let created = CALLS.call(&operations::CREATE_REST_API, ctx, state, create)?;
        let id = ApiId::from(created["id"].as_str().unwrap_or_default());
        Import::new(ctx, state, id, Mode::Overwrite, findings).run(&definition, input.fail_on_warnings)
    })
}

/// What becomes of the parts of an API that a document does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    /// They stay.
    #[default]
    Merge,
    /// They go.
    Overwrite,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutRestApi {
    rest_api_id: ApiId,
    #[serde(default)]
    mode: Mode,
    #[serde(default)]
    fail_on_warnings: bool,
    #[serde(default)]
    parameters: SmallMap<String, String>,
    body: Bytes,
}

/// Makes an API anew of a document, or adds the document to it. Stages and deployments stay as they are.
pub(super) fn put(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: PutRestApi,
) -> Result<Arc<RestApi>, Fault> {
    let id = input.rest_api_id;
    // That there is no such API is told before what is wrong with the document.
    states.read(ctx.scope, |state| apis::find(ctx, state, &id).map(|_| ()))?;
    let options = Options::of(&input.parameters)?;
    let mut findings = Findings::default();
    let definition = options.read(ctx, &input.body, &mut findings)?;
    states.write(ctx.scope, |state| {
        apis::find(ctx, state, &id)?;
        options.put_endpoint_type(ctx, state, &id)?;
        Import::new(ctx, state, id, input.mode, findings).run(&definition, input.fail_on_warnings)
    })
}
