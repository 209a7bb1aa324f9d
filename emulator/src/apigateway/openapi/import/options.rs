//! The query parameters of an import.

use serde_json::json;
use stagecheck_models::apigateway as operations;

use crate::apigateway::apis::parse_endpoint_type;
use crate::apigateway::endpoint::EndpointType;
use crate::apigateway::faults::bad_request;
use crate::apigateway::openapi::definition::{BasePath, Definition};
use crate::apigateway::openapi::document::Document;
use crate::apigateway::openapi::findings::Findings;
use crate::apigateway::openapi::{CALLS, check_parameters, invalid, read};
use crate::apigateway::{ApiGateway, ApiId, quotas};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

/// How to import.
#[derive(Debug, Default)]
pub(super) struct Options {
    base_path: BasePath,
    ignores_documentation: bool,
    pub(super) endpoint_type: Option<EndpointType>,
    vpc_endpoint_ids: Vec<String>,
}

const BASE_PATH: &str = "basepath";
const ENDPOINT_TYPES: &str = "endpointConfigurationTypes";
const VPC_ENDPOINTS: &str = "endpointConfigurationVpcEndpointIds";
const IGNORE: &str = "ignore";

impl Options {
    /// Reads the parameters. That others, and other values, are refused is inferred, as are the wordings.
    pub(super) fn of(parameters: &SmallMap<String, String>) -> Result<Self, Fault> {
        const DOCUMENTATION: &str = "documentation";
        const KNOWN: [&str; 4] = [BASE_PATH, ENDPOINT_TYPES, VPC_ENDPOINTS, IGNORE];
        check_parameters(parameters, &KNOWN)?;
        let listed = |name: &str| {
            let list = parameters.get(name).into_iter().flat_map(|list| list.split(',')).map(str::trim);
            list.filter(|each| !each.is_empty())
        };
        let types: Vec<&str> = listed(ENDPOINT_TYPES).collect();
        if let Some(other) = listed(IGNORE).find(|each| *each != DOCUMENTATION) {
            return Err(invalid(IGNORE, other, &[DOCUMENTATION]));
        }
        if types.len() > 1 {
            // CreateRestApi's words.
            return Err(bad_request("Cannot create an api with multiple Endpoint Types."));
        }
        Ok(Self {
            base_path: BasePath::asked_for(parameters.get(BASE_PATH).map(String::as_str))?,
            ignores_documentation: listed(IGNORE).next().is_some(),
            endpoint_type: types.first().map(|each| parse_endpoint_type(each)).transpose()?,
            vpc_endpoint_ids: listed(VPC_ENDPOINTS).map(str::to_owned).collect(),
        })
    }

    /// The definition that a document has.
    pub(super) fn read(
        &self,
        ctx: &Ctx<'_>,
        body: &[u8],
        findings: &mut Findings,
    ) -> Result<Definition, Fault> {
        quotas::check_limit(quotas::DEFINITION, "The size of an API definition", body.len())?;
        let document = Document::import(ctx, body)?;
        let mut definition = read::read(&document, findings, !self.ignores_documentation);
        definition.place_under(&read::base_path(&document).unwrap_or_default(), self.base_path);
        definition.settings.vpc_endpoint_ids.extend(self.vpc_endpoint_ids.iter().cloned());
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
