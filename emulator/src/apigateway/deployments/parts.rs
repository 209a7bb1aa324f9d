//! The parts of an API that a deployment keeps beside its methods.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::apigateway::apis::{Authorizer, GatewayResponse, Model, Parts, RequestValidator, of_api};
use crate::apigateway::{ApiGateway, ApiId};

/// What methods name, and how the API answers by itself, as deployed. Rows are shared with the API's own until these
/// change.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::apigateway) struct DeployedParts {
    pub(in crate::apigateway) authorizers: Vec<Arc<Authorizer>>,
    pub(in crate::apigateway) gateway_responses: Vec<Arc<GatewayResponse>>,
    pub(in crate::apigateway) models: Vec<Arc<Model>>,
    pub(in crate::apigateway) request_validators: Vec<Arc<RequestValidator>>,
}

impl DeployedParts {
    /// What the API has now.
    pub(super) fn of_now(state: &ApiGateway, api: &ApiId) -> Self {
        Self {
            authorizers: rows(&state.authorizers, api),
            gateway_responses: rows(&state.gateway_responses, api),
            models: rows(&state.models, api),
            request_validators: rows(&state.request_validators, api),
        }
    }
}

fn rows<V>(table: &Parts<V>, api: &ApiId) -> Vec<Arc<V>> {
    table.range(of_api(api)).map(|(_, row)| Arc::clone(row)).collect()
}
