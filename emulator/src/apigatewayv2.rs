//! Amazon API Gateway, HTTP and WebSocket APIs: the control plane.
//!
//! API version 2018-11-29. What both APIs of API Gateway share stands in [`apigateway`](crate::apigateway).

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod domains;

use serde::{Deserialize, Serialize};

pub use crate::apigateway::DIALECT;
use crate::apigateway::{ApiGateway, tags};
use crate::service::Registrar;
use crate::store::{Table, Transactional};

/// What API Gateway keeps of HTTP and WebSocket APIs.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Tables {
    pub(crate) routing_rules: Table<domains::RoutingRuleKey, domains::RoutingRule>,
    vpc_links: Table<domains::VpcLinkId, domains::VpcLink>,
}

impl Tables {
    /// Shows every table.
    pub(crate) fn each(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.routing_rules);
        visit(&mut self.vpc_links);
    }
}

/// Registers the operations.
pub fn register(registrar: &mut impl Registrar<ApiGateway>) {
    domains::register(registrar);
    tags::register_v2(registrar);
}
