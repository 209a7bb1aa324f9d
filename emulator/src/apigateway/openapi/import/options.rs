//! The query parameters of an import.

use serde_json::json;
use stagecheck_models::apigateway as operations;

use crate::apigateway::apis::parse_endpoint_type;
use crate::apigateway::endpoint::EndpointType;
use crate::apigateway::faults::bad_request;
use crate::apigateway::openapi::definition::{BasePath, Definition};
use crate::apigateway::openapi::document::Document;
use crate::apigateway::openapi::findings::Findings;
use crate::apigateway::openapi::{CALLS, read};
use crate::apigateway::{ApiGateway, ApiId};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

/// How to import.
#[derive(Debug, Default)]
pub(super) struct Options {
    base_path: BasePath,
    ignores_documentation: bool,
    pub(super) endpoint_type: Option<EndpointType>,
}

impl Options {
    /// Reads the parameters. Others than these have no meaning.
    pub(super) fn of(parameters: &SmallMap<String, String>) -> Result<Self, Fault> {
        let listed = |name: &str| parameters.get(name).map(|list| list.split(','));
        let types = listed("endpointConfigurationTypes").into_iter().flatten().map(str::trim);
        let types: Vec<&str> = types.filter(|each| !each.is_empty()).collect();
        if types.len() > 1 {
            // CreateRestApi's words.
            return Err(bad_request("Cannot create an api with multiple Endpoint Types."));
        }
        Ok(Self {
            base_path: BasePath::asked_for(parameters.get("basepath").map(String::as_str))?,
            ignores_documentation: listed("ignore")
                .is_some_and(|mut ignored| ignored.any(|each| each == "documentation")),
            endpoint_type: types.first().map(|each| parse_endpoint_type(each)).transpose()?,
        })
    }

    /// The definition that a document has.
    pub(super) fn read(&self, body: &[u8], findings: &mut Findings) -> Result<Definition, Fault> {
        let document = Document::parse(body)?;
        let mut definition = read::read(&document, findings, !self.ignores_documentation);
        definition.place_under(&read::base_path(&document).unwrap_or_default(), self.base_path);
        Ok(definition)
    }

    /// Changes the endpoint of an API that there is already.
    pub(super) fn put_endpoint_type(
        &self,
        ctx: &Ctx<'_>,
        state: &mut ApiGateway,
        api: &ApiId,
    ) -> Result<(), Fault> {
        let Some(endpoint_type) = &self.endpoint_type else { return Ok(()) };
        let path = "/endpointConfiguration/types/0";
        let operation = json!({"op": "replace", "path": path, "value": endpoint_type});
        let input = json!({"restApiId": api, "patchOperations": [operation]});
        CALLS.call(&operations::UPDATE_REST_API, ctx, state, input).map(|_| ())
    }
}
