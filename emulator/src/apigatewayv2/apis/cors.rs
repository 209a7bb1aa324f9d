//! CORS configurations of HTTP APIs.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{Api, OneApi, find};
use crate::apigateway::ApiGateway;
use crate::apigatewayv2::deployments;
use crate::apigatewayv2::faults::bad_request;
use crate::apigatewayv2::inputs::optional;
use crate::apigatewayv2::routes::METHODS;
use crate::service::{Ctx, Fault};

/// What API Gateway answers to preflight requests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Cors {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) allow_credentials: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) allow_headers: Option<Vec<CompactString>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) allow_methods: Option<Vec<CompactString>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) allow_origins: Option<Vec<CompactString>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) expose_headers: Option<Vec<CompactString>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<i32>,
}

impl Cors {
    /// Puts what an update gives in place; the rest stays, as AWS's example of UpdateApi shows.
    pub(super) fn update(&mut self, given: Self) {
        optional(&mut self.allow_credentials, given.allow_credentials);
        optional(&mut self.allow_headers, given.allow_headers);
        optional(&mut self.allow_methods, given.allow_methods);
        optional(&mut self.allow_origins, given.allow_origins);
        optional(&mut self.expose_headers, given.expose_headers);
        optional(&mut self.max_age, given.max_age);
    }

    /// Refuses what browsers, and therefore API Gateway, do not take. The text about credentials is reported by users,
    /// the others are inferred.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let origins = self.allow_origins.as_deref().unwrap_or_default();
        if self.allow_credentials == Some(true) && origins.iter().any(|origin| origin == "*") {
            return Err(bad_request("allow-credentials is not supported if 'allow-origin' is *"));
        }
        let is_origin =
            |origin: &str| origin == "*" || origin.starts_with("http://") || origin.starts_with("https://");
        if let Some(origin) = origins.iter().find(|origin| !is_origin(origin)) {
            return Err(bad_request(format!(
                "Invalid format for origin {origin}. Origins must start with http:// or https://, or be *"
            )));
        }
        let methods = self.allow_methods.as_deref().unwrap_or_default();
        if let Some(method) =
            methods.iter().find(|method| *method != "*" && !METHODS.contains(&method.as_str()))
        {
            return Err(bad_request(format!(
                "Invalid method specified for allow-methods: {method}. Must be one of: [{}, *]",
                METHODS.join(", ")
            )));
        }
        Ok(())
    }
}

/// DeleteCorsConfiguration: also where there is none.
pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneApi) -> Result<(), Fault> {
    let mut api = Api::clone(find(ctx, state, &input.api_id)?);
    api.cors_configuration = None;
    state.v2.apis.put(input.api_id.clone(), api);
    deployments::follow_change(ctx, state, &input.api_id);
    Ok(())
}
