//! What needs API Gateway's service-linked role.

use std::sync::Arc;

use super::ApiGateway;
use crate::service::ports::{LinkedService, RoleUse};
use crate::store::{Scope, Scopes, assert_unlocked};

/// Answers the [`LinkedService`] port: VPC links and custom domain names need the role, as documented.
pub(crate) struct LinkedResources {
    states: Arc<Scopes<ApiGateway>>,
}

impl LinkedResources {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<ApiGateway>>) -> Self {
        Self { states }
    }
}

impl LinkedService for LinkedResources {
    fn principal(&self) -> &'static str {
        "ops.apigateway.amazonaws.com"
    }

    fn uses(&self, scope: &Scope) -> Vec<RoleUse> {
        assert_unlocked();
        let regions = self.states.of_account(scope).into_iter();
        let uses = regions.map(|scope| RoleUse {
            resources: self.states.read(&scope, |state| resources(&scope, state)),
            region: scope.region,
        });
        uses.filter(|each| !each.resources.is_empty()).collect()
    }
}

fn resources(scope: &Scope, state: &ApiGateway) -> Vec<String> {
    let links = state.vpc_links.iter().map(|(id, _)| id).chain(state.v2.vpc_links.iter().map(|(id, _)| id));
    let (partition, region) = (scope.region.partition().id, &scope.region);
    let links = links.map(|id| format!("arn:{partition}:apigateway:{region}::/vpclinks/{id}"));
    let names = state.domain_names.iter().map(|(_, name)| name.domain_name_arn.clone());
    links.chain(names).collect()
}
