//! Custom domain names, their API mappings and routing rules, and VPC links.

mod api_mappings;
mod domain_names;
mod routing_rules;
mod vpc_links;

use stagecheck_models::apigatewayv2 as operations;

pub(crate) use routing_rules::{RoutingRule, RoutingRuleKey};
pub(crate) use vpc_links::{VpcLink, VpcLinkId};

use crate::apigateway::faults::bad_request;
use crate::apigateway::{ApiGateway, ApiId, StageName};
use crate::service::{Fault, Registrar, Unread};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    const MADE_BY_API_GATEWAY: &str = "API Gateway answers it, and does not take it";
    const ANSWERED: &[Unread] = &[
        Unread::Ignored("DomainNameConfigurations.ApiGatewayDomainName", MADE_BY_API_GATEWAY),
        Unread::Ignored("DomainNameConfigurations.CertificateUploadDate", MADE_BY_API_GATEWAY),
        Unread::Ignored("DomainNameConfigurations.DomainNameStatus", MADE_BY_API_GATEWAY),
        Unread::Ignored("DomainNameConfigurations.DomainNameStatusMessage", MADE_BY_API_GATEWAY),
        Unread::Ignored("DomainNameConfigurations.HostedZoneId", MADE_BY_API_GATEWAY),
    ];

    registrar.write(&operations::CREATE_DOMAIN_NAME, domain_names::create, ANSWERED);
    registrar.read(&operations::GET_DOMAIN_NAME, domain_names::get, &[]);
    registrar.read(&operations::GET_DOMAIN_NAMES, domain_names::list, &[]);
    registrar.write(&operations::UPDATE_DOMAIN_NAME, domain_names::update, ANSWERED);
    registrar.write(&operations::DELETE_DOMAIN_NAME, domain_names::delete, &[]);

    registrar.write(&operations::CREATE_API_MAPPING, api_mappings::create, &[]);
    registrar.read(&operations::GET_API_MAPPING, api_mappings::get, &[]);
    registrar.read(&operations::GET_API_MAPPINGS, api_mappings::list, &[]);
    registrar.write(&operations::UPDATE_API_MAPPING, api_mappings::update, &[]);
    registrar.write(&operations::DELETE_API_MAPPING, api_mappings::delete, &[]);

    registrar.write(&operations::CREATE_ROUTING_RULE, routing_rules::create, &[]);
    registrar.write(&operations::PUT_ROUTING_RULE, routing_rules::put, &[]);
    registrar.read(&operations::GET_ROUTING_RULE, routing_rules::get, &[]);
    registrar.read(&operations::LIST_ROUTING_RULES, routing_rules::list, &[]);
    registrar.write(&operations::DELETE_ROUTING_RULE, routing_rules::delete, &[]);

    registrar.write(&operations::CREATE_VPC_LINK, vpc_links::create, &[]);
    registrar.read(&operations::GET_VPC_LINK, vpc_links::get, &[]);
    registrar.read(&operations::GET_VPC_LINKS, vpc_links::list, &[]);
    registrar.write(&operations::UPDATE_VPC_LINK, vpc_links::update, &[]);
    registrar.write(&operations::DELETE_VPC_LINK, vpc_links::delete, &[]);
}

/// What a domain name leads to must be there, whichever API it is of. The texts are those of base path mappings.
fn check_target(state: &ApiGateway, api: &ApiId, stage: &StageName) -> Result<(), Fault> {
    if !state.rest_apis.contains(api) && !state.v2.apis.contains(api) {
        return Err(bad_request("Invalid API identifier specified"));
    }
    let key = (api.clone(), stage.clone());
    if !state.stages.contains(&key) && !state.v2.stages.contains(&key) {
        return Err(bad_request("Invalid stage identifier specified"));
    }
    Ok(())
}
