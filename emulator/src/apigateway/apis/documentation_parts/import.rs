//! ImportDocumentationParts: parts from `x-amazon-apigateway-documentation` of an OpenAPI document.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DocumentationPart, Location, PartId, check_properties, check_quota};
use crate::apigateway::apis::{of_api, rest_apis};
use crate::apigateway::faults::bad_request;
use crate::apigateway::{ApiGateway, ApiId, quotas};
use crate::service::{Ctx, Fault};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ImportDocumentationParts {
    rest_api_id: ApiId,
    mode: Option<Mode>,
    #[serde(default)]
    fail_on_warnings: bool,
    body: Bytes,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// Parts that are there stay, but for those that are imported anew.
    Merge,
    /// Parts that are there go.
    Overwrite,
}

#[derive(Serialize)]
pub(super) struct DocumentationPartIds {
    ids: Vec<PartId>,
    warnings: Option<Vec<String>>,
}

/// A part that cannot be taken is left out with a warning. The wordings are inferred.
pub(super) fn import(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: ImportDocumentationParts,
) -> Result<DocumentationPartIds, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let document: Value = serde_json::from_slice(&input.body)
        .map_err(|_| bad_request("Invalid OpenAPI input: the body is not valid JSON"))?;
    let parts =
        document["x-amazon-apigateway-documentation"]["documentationParts"].as_array().ok_or_else(|| {
            bad_request("Invalid OpenAPI input: x-amazon-apigateway-documentation has no documentationParts")
        })?;
    if input.mode == Some(Mode::Overwrite) {
        state.documentation_parts.remove_range(of_api(&api));
    }
    let mut import = PartsImport::into(ctx, state, &api);
    let (mut ids, mut warnings) = (Vec::new(), Vec::new());
    for part in parts {
        match import.put(state, part) {
            Ok(id) => ids.push(id),
            Err(fault) if quotas::is_exceeded(&fault) => return Err(fault),
            Err(fault) => warnings
                .push(format!("Unable to import documentation part {}: {}", part["location"], fault.message)),
        }
    }
    if input.fail_on_warnings && !warnings.is_empty() {
        return Err(bad_request(format!("Warnings found during import:\n\t{}", warnings.join("\n\t"))));
    }
    Ok(DocumentationPartIds { ids, warnings: (!warnings.is_empty()).then_some(warnings) })
}

/// Puts parts of a document into an API, each in the place of the one on its location.
pub(crate) struct PartsImport<'a> {
    ctx: &'a Ctx<'a>,
    api: &'a ApiId,
    ids: BTreeMap<Location, PartId>,
}

impl<'a> PartsImport<'a> {
    /// An import into an API that has these parts.
    pub(crate) fn into(ctx: &'a Ctx<'a>, state: &ApiGateway, api: &'a ApiId) -> Self {
        let present = state.documentation_parts.range(of_api(api)).map(|(_, part)| part);
        let ids = present.map(|part| (part.location.clone(), part.id.clone())).collect();
        Self { ctx, api, ids }
    }

    /// Puts a part in place, with the id of the one that was there; or tells why it cannot be taken.
    pub(crate) fn put(&mut self, state: &mut ApiGateway, part: &Value) -> Result<PartId, Fault> {
        let (location, properties) = read(part)?;
        if !self.ids.contains_key(&location) {
            check_quota(self.ctx, || self.ids.len())?;
        }
        let id = self.ids.entry(location.clone()).or_insert_with(|| self.ctx.ids.lower(6).into()).clone();
        let part = DocumentationPart { id: id.clone(), location, properties };
        state.documentation_parts.put((self.api.clone(), id.clone()), part);
        Ok(id)
    }
}

/// A part of the document. Its properties are an object there, or that object's text.
fn read(part: &Value) -> Result<(Location, String), Fault> {
    let location: Location =
        serde_json::from_value(part["location"].clone()).map_err(|error| bad_request(error.to_string()))?;
    let location = location.check()?;
    let properties = match &part["properties"] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        properties => properties.to_string(),
    };
    check_properties(&properties)?;
    Ok((location, properties))
}
