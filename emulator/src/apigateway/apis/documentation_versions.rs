//! Documentation versions: what the documentation parts of an API were at a moment.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use super::documentation_parts::DocumentationPart;
use super::parts::{self, ListParts};
use super::rest_apis::{self, of_api};
use crate::apigateway::faults::{bad_request, conflict, no_stage, not_found};
use crate::apigateway::paging::Items;
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, Stage, StageName};
use crate::service::{Ctx, Fault, Registrar};
use crate::time::Timestamp;

type Version = CompactString;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_DOCUMENTATION_VERSION, create, &[]);
    registrar.read(&operations::GET_DOCUMENTATION_VERSION, get, &[]);
    registrar.read(&operations::GET_DOCUMENTATION_VERSIONS, list, &[]);
    registrar.write(&operations::UPDATE_DOCUMENTATION_VERSION, update, &[]);
    registrar.write(&operations::DELETE_DOCUMENTATION_VERSION, delete, &[]);
}

/// A documentation version. Its parts never change.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentationVersion {
    pub(crate) version: Version,
    pub(crate) created_date: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Not sent; exports of a stage show them. Shared with the API's own rows until these change.
    pub(crate) parts: Vec<Arc<DocumentationPart>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateDocumentationVersion {
    rest_api_id: ApiId,
    documentation_version: Version,
    stage_name: Option<StageName>,
    description: Option<String>,
}

fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateDocumentationVersion,
) -> Result<Arc<DocumentationVersion>, Fault> {
    let key = (input.rest_api_id, input.documentation_version);
    rest_apis::find(ctx, state, &key.0)?;
    let stage = match input.stage_name.filter(|name| !name.is_empty()) {
        Some(name) => {
            let stage_key = (key.0.clone(), name);
            let stage = state.stages.get(&stage_key).cloned().ok_or_else(no_stage)?;
            Some((stage_key, stage))
        }
        None => None,
    };
    if key.1.is_empty() {
        // Inferred wording.
        return Err(bad_request("Documentation version must be non-empty"));
    }
    if state.documentation_versions.contains(&key) {
        // Inferred wording.
        return Err(conflict("Documentation version already exists for this REST API"));
    }
    if let Some((stage_key, stage)) = stage {
        let mut stage = Stage::clone(&stage);
        stage.documentation_version = Some(key.1.clone());
        stage.last_updated_date = ctx.now.whole_seconds();
        state.stages.put(stage_key, stage);
    }
    let parts = state.documentation_parts.range(of_api(&key.0)).map(|(_, part)| Arc::clone(part));
    let version = DocumentationVersion {
        version: key.1.clone(),
        created_date: ctx.now.whole_seconds(),
        description: input.description.filter(|description| !description.is_empty()),
        parts: parts.collect(),
    };
    Ok(state.documentation_versions.put(key, version))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneDocumentationVersion {
    rest_api_id: ApiId,
    documentation_version: Version,
}

fn get(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: OneDocumentationVersion,
) -> Result<Arc<DocumentationVersion>, Fault> {
    find(ctx, state, &(input.rest_api_id, input.documentation_version)).map(Arc::clone)
}

fn list(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: ListParts,
) -> Result<Items<Arc<DocumentationVersion>>, Fault> {
    rest_apis::find(ctx, state, &input.rest_api_id)?;
    parts::page(&state.documentation_versions, &input)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateDocumentationVersion {
    rest_api_id: ApiId,
    documentation_version: Version,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<DocumentationVersion>; 1] =
    [PatchRule::new("/description", &[Op::Replace], |version, change| {
        version.description = change.optional();
        Ok(())
    })];

fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateDocumentationVersion,
) -> Result<Arc<DocumentationVersion>, Fault> {
    let key = (input.rest_api_id, input.documentation_version);
    let mut version = DocumentationVersion::clone(find(ctx, state, &key)?);
    patch::apply(&mut version, &PATCHES, &input.patch_operations)?;
    Ok(state.documentation_versions.put(key, version))
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneDocumentationVersion) -> Result<(), Fault> {
    let key = (input.rest_api_id, input.documentation_version);
    find(ctx, state, &key)?;
    let mut stages = state.stages.range(of_api(&key.0)).map(|(_, stage)| stage);
    if stages.any(|stage| stage.documentation_version.as_ref() == Some(&key.1)) {
        // Inferred from what AWS says of deployments.
        return Err(bad_request(
            "Active stages pointing to this documentation version must be moved or deleted",
        ));
    }
    state.documentation_versions.remove(&key);
    Ok(())
}

/// Refuses a version that a stage is to show and that is not there. That AWS answers as for a version that is asked for
/// is inferred.
pub(crate) fn check(state: &ApiGateway, api: &ApiId, version: Option<&Version>) -> Result<(), Fault> {
    match version.filter(|version| !version.is_empty()) {
        Some(version) if !state.documentation_versions.contains(&(api.clone(), version.clone())) => {
            Err(no_version())
        }
        _ => Ok(()),
    }
}

fn find<'a>(
    ctx: &Ctx<'_>,
    state: &'a ApiGateway,
    key: &(ApiId, Version),
) -> Result<&'a Arc<DocumentationVersion>, Fault> {
    rest_apis::find(ctx, state, &key.0)?;
    state.documentation_versions.get(key).ok_or_else(no_version)
}

fn no_version() -> Fault {
    not_found("Invalid Documentation version specified")
}
