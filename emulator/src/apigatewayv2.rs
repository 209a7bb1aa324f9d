//! Amazon API Gateway, HTTP and WebSocket APIs: the control plane.
//!
//! API version 2018-11-29. What both APIs of API Gateway share stands in [`apigateway`](crate::apigateway).

use serde::{Deserialize, Serialize};

pub use crate::apigateway::DIALECT;
use crate::apigateway::{ApiGateway, tags};
use crate::service::Registrar;
use crate::store::Transactional;

/// What API Gateway keeps of HTTP and WebSocket APIs.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tables {}

impl Tables {
    /// Shows every table.
    pub(crate) fn each(&mut self, _visit: &mut dyn FnMut(&mut dyn Transactional)) {}
}

/// Registers the operations.
pub fn register(registrar: &mut impl Registrar<ApiGateway>) {
    tags::register_v2(registrar);
}
