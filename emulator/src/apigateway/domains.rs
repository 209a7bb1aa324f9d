//! How callers and API Gateway reach things by other names: custom domain names and what they lead to, client
//! certificates, VPC links.
//!
//! Both of API Gateway's APIs share domain names and mappings: what one of them makes shows in the other.

mod access_associations;
mod base_path_mappings;
mod client_certificates;
mod domain_names;
mod hosted_zones;
mod targets;
mod update_domain_name;
mod vpc_link_users;
mod vpc_links;

use stagecheck_models::apigateway as operations;

pub(super) use access_associations::{AccessAssociation, AssociationKey, no_association};
pub(super) use base_path_mappings::MappingKey;
pub(crate) use base_path_mappings::{
    BasePath, BasePathMapping, NONE as NO_BASE_PATH, new_mapping, of_domain,
};
pub(crate) use client_certificates::check_client_certificate;
pub(super) use client_certificates::{CertificateId, ClientCertificate, no_certificate};
pub(crate) use domain_names::{
    DomainKey, DomainName, DomainNameId, EndpointConfiguration, MutualTls, find as find_domain,
    forget as forget_domain, no_domain, public,
};
pub(crate) use targets::{Words, check_no_target};
pub(crate) use vpc_link_users::check_unused as check_vpc_link_unused;
pub(super) use vpc_link_users::link_of;
pub(super) use vpc_links::{VpcLink, VpcLinkId, no_vpc_link};

use super::ApiGateway;
use crate::service::Registrar;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    register_names(registrar);

    registrar.free(&operations::GENERATE_CLIENT_CERTIFICATE, client_certificates::generate, &[]);
    registrar.read(&operations::GET_CLIENT_CERTIFICATE, client_certificates::get, &[]);
    registrar.read(&operations::GET_CLIENT_CERTIFICATES, client_certificates::list, &[]);
    registrar.write(&operations::UPDATE_CLIENT_CERTIFICATE, client_certificates::update, &[]);
    registrar.write(&operations::DELETE_CLIENT_CERTIFICATE, client_certificates::delete, &[]);

    registrar.write(&operations::CREATE_VPC_LINK, vpc_links::create, &[]);
    registrar.read(&operations::GET_VPC_LINK, vpc_links::get, &[]);
    registrar.read(&operations::GET_VPC_LINKS, vpc_links::list, &[]);
    registrar.write(&operations::UPDATE_VPC_LINK, vpc_links::update, &[]);
    registrar.write(&operations::DELETE_VPC_LINK, vpc_links::delete, &[]);
}

fn register_names(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_DOMAIN_NAME, domain_names::create, &[]);
    registrar.read(&operations::GET_DOMAIN_NAME, domain_names::get, &[]);
    registrar.read(&operations::GET_DOMAIN_NAMES, domain_names::list, &[]);
    registrar.write(&operations::UPDATE_DOMAIN_NAME, update_domain_name::update, &[]);
    registrar.write(&operations::DELETE_DOMAIN_NAME, domain_names::delete, &[]);

    registrar.write(&operations::CREATE_BASE_PATH_MAPPING, base_path_mappings::create, &[]);
    registrar.read(&operations::GET_BASE_PATH_MAPPING, base_path_mappings::get, &[]);
    registrar.read(&operations::GET_BASE_PATH_MAPPINGS, base_path_mappings::list, &[]);
    registrar.write(&operations::UPDATE_BASE_PATH_MAPPING, base_path_mappings::update, &[]);
    registrar.write(&operations::DELETE_BASE_PATH_MAPPING, base_path_mappings::delete, &[]);

    registrar.write(&operations::CREATE_DOMAIN_NAME_ACCESS_ASSOCIATION, access_associations::create, &[]);
    registrar.read(&operations::GET_DOMAIN_NAME_ACCESS_ASSOCIATIONS, access_associations::list, &[]);
    registrar.write(&operations::DELETE_DOMAIN_NAME_ACCESS_ASSOCIATION, access_associations::delete, &[]);
    registrar.write(&operations::REJECT_DOMAIN_NAME_ACCESS_ASSOCIATION, access_associations::reject, &[]);
}
