//! Amazon API Gateway, REST APIs: the control plane.
//!
//! API version 2015-07-09.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod access;
mod account;
mod apis;
pub(crate) mod authorization;
mod deployments;
mod domains;
mod endpoint;
pub(crate) mod faults;
mod linked_role;
mod live;
mod logged_stages;
pub(crate) mod openapi;
pub(crate) mod paging;
mod patch;
pub(crate) mod quotas;
mod rates;
mod sdk;
mod sdk_types;
mod stages;
pub(crate) mod tags;
mod test_invoke;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

pub use quotas::{LIMITS, QUOTAS};

pub(crate) use access::{Opened, Rate, UsagePlan, forget_stages};
pub(crate) use account::SERVICE_PRINCIPAL;
pub(crate) use apis::{
    Authorizer, AuthorizerType, CustomResponse, Integration, IntegrationResponse, MappingTemplate, Method,
    Source, check_authorizer_uri, flatten, of_api, of_stage, sample_template, schema_errors,
};
pub(crate) use deployments::{Deployment, Route};
pub(crate) use domains::{
    BasePath, BasePathMapping, DomainKey, DomainName, DomainNameId, EndpointConfiguration, MutualTls,
    NO_BASE_PATH, Words, check_client_certificate, check_no_target, check_vpc_link_unused, find_domain,
    forget_domain, new_mapping, of_domain, public,
};
pub(crate) use endpoint::EndpointType;
pub(crate) use faults::DIALECT;
pub(crate) use linked_role::LinkedResources;
pub(crate) use live::{ApiIndex, DeployedApis, Live, Mapped, NotLive, Served};
pub(crate) use logged_stages::LoggedStages;
pub(crate) use rates::{RATES, too_many_requests};
pub(crate) use stages::{
    MethodSetting, Stage, check_log_destination, check_stage_variable, check_variable_count, is_stage_name,
    log_format,
};
pub(crate) use tags::TaggedRows;
pub(crate) use test_invoke::{TestInvocation, TestReply, TestRuns, TestVerdict};

use apis::Parts;

use crate::service::ports::{LogPolicies, LogWriter, Roles};
use crate::service::{EverTagged, Registrar};
use crate::store::{IndexedTable, Placement, State, Table, Transactional};

pub(crate) type ApiId = CompactString;
type ResourceId = CompactString;
type DeploymentId = CompactString;
pub(crate) type StageName = CompactString;
/// `GET`, …, or `ANY`.
type Verb = CompactString;

/// What API Gateway keeps for one account and region.
///
/// One state for both of its APIs: they share the account's settings, domain names, tags and API ids.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ApiGateway {
    /// One row, or none while the account's settings are the defaults.
    account: Table<(), account::Account>,
    pub(crate) rest_apis: IndexedTable<ApiId, apis::RestApi>,
    resources: Table<(ApiId, ResourceId), apis::Resource>,
    methods: Table<(ApiId, ResourceId, Verb), Method>,
    models: Parts<apis::Model>,
    request_validators: Parts<apis::RequestValidator>,
    gateway_responses: Parts<apis::GatewayResponse>,
    authorizers: Parts<Authorizer>,
    documentation_parts: Parts<apis::DocumentationPart>,
    documentation_versions: Parts<apis::DocumentationVersion>,
    deployments: IndexedTable<(ApiId, DeploymentId), Deployment>,
    pub(crate) stages: IndexedTable<(ApiId, StageName), Stage>,
    api_keys: IndexedTable<access::KeyId, access::ApiKey>,
    usage_plans: IndexedTable<access::PlanId, UsagePlan>,
    usage_plan_keys: IndexedTable<(access::PlanId, access::KeyId), access::UsagePlanKey>,
    usage: Table<(access::PlanId, access::KeyId, access::Day), access::DayUsage>,
    client_certificates: Table<domains::CertificateId, domains::ClientCertificate>,
    pub(crate) domain_names: IndexedTable<DomainKey, DomainName>,
    pub(crate) base_path_mappings: IndexedTable<domains::MappingKey, BasePathMapping>,
    access_associations: Table<domains::AssociationKey, domains::AccessAssociation>,
    vpc_links: Table<domains::VpcLinkId, domains::VpcLink>,
    ever_tagged: EverTagged<tags::TaggedPath>,
    /// HTTP and WebSocket APIs.
    pub(crate) v2: crate::apigatewayv2::Tables,
}

impl ApiGateway {
    /// The role that API Gateway logs with, where the account has one.
    pub(crate) fn logging_role(&self) -> Option<&Arc<str>> {
        self.account.get(&())?.cloudwatch_role_arn.as_ref()
    }

    /// Whether a write changed settings of stages, or of the account.
    pub(crate) fn changes_settings(&self) -> bool {
        self.stages.changed().next().is_some() || self.account.changed().next().is_some()
    }

    /// Whether there is such a VPC link of REST and WebSocket APIs.
    pub(crate) fn has_vpc_link(&self, id: &CompactString) -> bool {
        self.vpc_links.contains(id)
    }
}

impl State for ApiGateway {
    const PLACEMENT: Placement = Placement::Regional;

    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        // Named one by one, so that a table which is left out does not compile.
        let Self {
            account,
            rest_apis,
            resources,
            methods,
            models,
            request_validators,
            gateway_responses,
            authorizers,
            documentation_parts,
            documentation_versions,
            deployments,
            stages,
            api_keys,
            usage_plans,
            usage_plan_keys,
            usage,
            client_certificates,
            domain_names,
            base_path_mappings,
            access_associations,
            vpc_links,
            ever_tagged,
            v2,
        } = self;
        visit(account);
        visit(rest_apis);
        visit(resources);
        visit(methods);
        visit(models);
        visit(request_validators);
        visit(gateway_responses);
        visit(authorizers);
        visit(documentation_parts);
        visit(documentation_versions);
        visit(deployments);
        visit(stages);
        visit(api_keys);
        visit(usage_plans);
        visit(usage_plan_keys);
        visit(usage);
        visit(client_certificates);
        visit(domain_names);
        visit(base_path_mappings);
        visit(access_associations);
        visit(vpc_links);
        visit(ever_tagged);
        v2.each(visit);
    }

    fn settle(&mut self) {
        tags::follow_changes(self);
    }
}

/// What API Gateway asks of other services.
#[derive(Clone)]
pub(crate) struct Ports {
    /// To see whether the account's role can be assumed.
    pub(crate) roles: Arc<dyn Roles>,
    /// To greet the account when its role is first set.
    pub(crate) logs: Arc<dyn LogWriter>,
    /// To let log delivery write the access logs of HTTP APIs.
    pub(crate) log_policies: Arc<dyn LogPolicies>,
    /// To test methods.
    pub(crate) test_runs: Arc<dyn TestRuns>,
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<ApiGateway>, ports: &Ports) {
    registrar.read(&operations::GET_ACCOUNT, account::get, &[]);
    test_invoke::register(registrar, &ports.test_runs);
    let ports = ports.clone();
    registrar.free(
        &operations::UPDATE_ACCOUNT,
        move |ctx, states, input| account::update(ctx, states, input, &ports),
        &[],
    );
    apis::register(registrar);
    deployments::register(registrar);
    stages::register(registrar);
    access::register(registrar);
    domains::register(registrar);
    openapi::register(registrar);
    sdk::register(registrar);
    sdk_types::register(registrar);
    tags::register(registrar);
}
