//! Documentation parts: texts on parts of an API, kept beside it.

mod import;
mod location;
mod undocumented;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stagecheck_models::apigateway as operations;

pub(crate) use self::import::PartsImport;
pub(super) use self::location::Location;
use super::parts;
use super::rest_apis::{self, of_api};
use crate::apigateway::faults::{bad_request, conflict, not_found};
use crate::apigateway::paging::Items;
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, quotas};
use crate::service::{Ctx, Fault, Registrar};

type PartId = CompactString;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_DOCUMENTATION_PART, create, &[]);
    registrar.read(&operations::GET_DOCUMENTATION_PART, get, &[]);
    registrar.read(&operations::GET_DOCUMENTATION_PARTS, list, &[]);
    registrar.write(&operations::UPDATE_DOCUMENTATION_PART, update, &[]);
    registrar.write(&operations::DELETE_DOCUMENTATION_PART, delete, &[]);
    registrar.write(&operations::IMPORT_DOCUMENTATION_PARTS, import::import, &[]);
}

/// A documentation part.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentationPart {
    id: PartId,
    pub(crate) location: Location,
    /// A JSON object as text, as the caller wrote it.
    pub(crate) properties: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateDocumentationPart {
    rest_api_id: ApiId,
    location: Location,
    properties: String,
}

fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateDocumentationPart,
) -> Result<Arc<DocumentationPart>, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let location = input.location.check()?;
    check_properties(&input.properties)?;
    if state.documentation_parts.range(of_api(&api)).any(|(_, part)| part.location == location) {
        return Err(conflict(format!(
            "Documentation part already exists for the specified location: {location}."
        )));
    }
    check_quota(ctx, || state.documentation_parts.range(of_api(&api)).count())?;
    let id = PartId::from(ctx.ids.lower(6));
    let part = DocumentationPart { id: id.clone(), location, properties: input.properties };
    Ok(state.documentation_parts.put((api, id), part))
}

/// Whether an API that has so many may have one more.
fn check_quota(ctx: &Ctx<'_>, present: impl FnOnce() -> usize) -> Result<(), Fault> {
    quotas::check_api(ctx, quotas::DOCUMENTATION_PARTS_PER_API, "Documentation Parts", present)
}

/// The second wording is inferred.
fn check_properties(properties: &str) -> Result<(), Fault> {
    if properties.is_empty() {
        return Err(bad_request("Documentation part properties must be non-empty"));
    }
    match serde_json::from_str(properties) {
        Ok(Value::Object(_)) => Ok(()),
        _ => Err(bad_request("Documentation part properties must be a valid JSON object")),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneDocumentationPart {
    rest_api_id: ApiId,
    documentation_part_id: PartId,
}

fn get(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: OneDocumentationPart,
) -> Result<Arc<DocumentationPart>, Fault> {
    find(ctx, state, &(input.rest_api_id, input.documentation_part_id)).map(Arc::clone)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetDocumentationParts {
    rest_api_id: ApiId,
    r#type: Option<location::Type>,
    name_query: Option<String>,
    path: Option<String>,
    position: Option<String>,
    limit: Option<i64>,
    location_status: Option<LocationStatus>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum LocationStatus {
    Documented,
    Undocumented,
}

fn list(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: GetDocumentationParts,
) -> Result<DocumentationParts, Fault> {
    let api = &input.rest_api_id;
    rest_apis::find(ctx, state, api)?;
    let wanted = |location: &Location| {
        input.r#type.is_none_or(|kind| kind == location.r#type)
            && (input.name_query.is_none() || input.name_query == location.name)
            && (input.path.is_none() || input.path == location.path)
    };
    if input.location_status == Some(LocationStatus::Undocumented) {
        let locations = undocumented::of(state, api).into_iter().filter(wanted);
        return Ok(DocumentationParts::Undocumented {
            items: locations.map(|location| Undocumented { location }).collect(),
        });
    }
    let (position, limit) = (input.position.as_deref(), input.limit);
    parts::page_of(&state.documentation_parts, api, position, limit, |part| wanted(&part.location))
        .map(DocumentationParts::Documented)
}

#[derive(Serialize)]
#[serde(untagged)]
enum DocumentationParts {
    Documented(Items<Arc<DocumentationPart>>),
    /// All on one page: they are made of the API as it is, and have no order of their own.
    Undocumented {
        items: Vec<Undocumented>,
    },
}

/// A part that is not there yet has no id and no properties.
#[derive(Serialize)]
struct Undocumented {
    location: Location,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateDocumentationPart {
    rest_api_id: ApiId,
    documentation_part_id: PartId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<DocumentationPart>; 1] =
    [PatchRule::new("/properties", &[Op::Replace], |part, change| {
        check_properties(change.value())?;
        part.properties = change.value().to_owned();
        Ok(())
    })];

fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateDocumentationPart,
) -> Result<Arc<DocumentationPart>, Fault> {
    let key = (input.rest_api_id, input.documentation_part_id);
    let mut part = DocumentationPart::clone(find(ctx, state, &key)?);
    patch::apply(&mut part, &PATCHES, &input.patch_operations)?;
    Ok(state.documentation_parts.put(key, part))
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneDocumentationPart) -> Result<(), Fault> {
    let key = (input.rest_api_id, input.documentation_part_id);
    find(ctx, state, &key)?;
    state.documentation_parts.remove(&key);
    Ok(())
}

fn find<'a>(
    ctx: &Ctx<'_>,
    state: &'a ApiGateway,
    key: &(ApiId, PartId),
) -> Result<&'a Arc<DocumentationPart>, Fault> {
    rest_apis::find(ctx, state, &key.0)?;
    state
        .documentation_parts
        .get(key)
        .ok_or_else(|| not_found("Invalid Documentation part identifier specified"))
}
