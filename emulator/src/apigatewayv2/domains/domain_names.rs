//! Custom domain names, as this API shows them. Private ones do not show here.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::apigateway::faults::{bad_request, conflict};
use crate::apigateway::paging::everything;
use crate::apigateway::tags::Tags;
use crate::apigateway::{
    ApiGateway, DomainKey, DomainName, EndpointConfiguration, EndpointType, MutualTls, find_domain,
    forget_domain, public,
};
use crate::apigatewayv2::faults::reworded;
use crate::apigatewayv2::paging::{Items, bad_token, limit};
use crate::service::{Ctx, Fault};
use crate::time::Timestamp;

/// The routing modes in this API's words, and as they are kept.
const ROUTING_MODES: [(&str, &str); 2] = [
    ("API_MAPPING_ONLY", "BASE_PATH_MAPPING_ONLY"),
    ("ROUTING_RULE_THEN_API_MAPPING", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"),
];

/// A domain name as it is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DomainNameOutput {
    api_mapping_selection_expression: &'static str,
    domain_name: CompactString,
    domain_name_arn: String,
    domain_name_configurations: Vec<ConfigurationOutput>,
    mutual_tls_authentication: Option<MutualTlsAuthentication>,
    routing_mode: CompactString,
    tags: Tags,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ConfigurationOutput {
    api_gateway_domain_name: Option<CompactString>,
    certificate_arn: Option<String>,
    certificate_name: Option<String>,
    certificate_upload_date: Option<Timestamp>,
    domain_name_status: CompactString,
    endpoint_type: EndpointType,
    hosted_zone_id: Option<CompactString>,
    ip_address_type: Option<CompactString>,
    security_policy: Option<CompactString>,
    ownership_verification_certificate_arn: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MutualTlsAuthentication {
    truststore_uri: Option<String>,
    truststore_version: Option<String>,
}

impl DomainNameOutput {
    fn of(row: &DomainName) -> Self {
        let mode = row.routing_mode.as_deref().unwrap_or_default();
        let mode = ROUTING_MODES.iter().find(|(_, kept)| *kept == mode).map_or(mode, |(shown, _)| shown);
        let mutual = row.mutual_tls_authentication.as_ref().map(|mutual| MutualTlsAuthentication {
            truststore_uri: mutual.truststore_uri.clone(),
            truststore_version: mutual.truststore_version.clone(),
        });
        let types = row.endpoint_configuration.types.iter();
        Self {
            api_mapping_selection_expression: "$request.basepath",
            domain_name: row.domain_name.clone(),
            domain_name_arn: row.domain_name_arn.clone(),
            domain_name_configurations: types.map(|each| ConfigurationOutput::of(row, *each)).collect(),
            mutual_tls_authentication: mutual,
            routing_mode: mode.into(),
            tags: row.tags.clone(),
        }
    }
}

impl ConfigurationOutput {
    fn of(row: &DomainName, endpoint_type: EndpointType) -> Self {
        let row = row.clone();
        let (name, zone, certificate_arn, certificate_name) = if endpoint_type == EndpointType::Regional {
            (
                row.regional_domain_name,
                row.regional_hosted_zone_id,
                row.regional_certificate_arn,
                row.regional_certificate_name,
            )
        } else {
            (
                row.distribution_domain_name,
                row.distribution_hosted_zone_id,
                row.certificate_arn,
                row.certificate_name,
            )
        };
        Self {
            api_gateway_domain_name: name,
            certificate_arn,
            certificate_name,
            certificate_upload_date: row.certificate_upload_date,
            domain_name_status: row.domain_name_status,
            endpoint_type,
            hosted_zone_id: zone,
            ip_address_type: row.endpoint_configuration.ip_address_type,
            security_policy: row.security_policy,
            ownership_verification_certificate_arn: row.ownership_verification_certificate_arn,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateDomainName {
    domain_name: CompactString,
    #[serde(default)]
    domain_name_configurations: Vec<Configuration>,
    mutual_tls_authentication: Option<MutualTlsAuthentication>,
    routing_mode: Option<CompactString>,
    #[serde(default)]
    tags: Tags,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    certificate_arn: Option<String>,
    certificate_name: Option<String>,
    endpoint_type: Option<EndpointType>,
    ip_address_type: Option<CompactString>,
    security_policy: Option<CompactString>,
    ownership_verification_certificate_arn: Option<String>,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateDomainName,
) -> Result<DomainNameOutput, Fault> {
    if input.domain_name_configurations.is_empty() {
        // Inferred.
        return Err(bad_request("At least one domain name configuration must be specified"));
    }
    let mut row = DomainName::default();
    row.domain_name = input.domain_name;
    row.tags = input.tags;
    merge(&mut row, input.domain_name_configurations, input.mutual_tls_authentication, input.routing_mode);
    let row = row.insert(ctx, state, conflict).map_err(reworded)?;
    Ok(DomainNameOutput::of(&row))
}

/// Sets what is given, and leaves the rest.
fn merge(
    row: &mut DomainName,
    configurations: Vec<Configuration>,
    mutual: Option<MutualTlsAuthentication>,
    routing_mode: Option<CompactString>,
) {
    for given in configurations {
        let endpoint_type = given.endpoint_type.unwrap_or(EndpointType::Regional);
        if endpoint_type == EndpointType::Edge {
            set(&mut row.certificate_arn, given.certificate_arn);
            set(&mut row.certificate_name, given.certificate_name);
        } else {
            set(&mut row.regional_certificate_arn, given.certificate_arn);
            set(&mut row.regional_certificate_name, given.certificate_name);
        }
        let EndpointConfiguration { types, ip_address_type, .. } = &mut row.endpoint_configuration;
        if !types.contains(&endpoint_type) {
            types.push(endpoint_type);
        }
        set(ip_address_type, given.ip_address_type);
        set(&mut row.security_policy, given.security_policy);
        set(&mut row.ownership_verification_certificate_arn, given.ownership_verification_certificate_arn);
    }
    if let Some(given) = mutual {
        let MutualTls { truststore_uri, truststore_version } =
            row.mutual_tls_authentication.get_or_insert_default();
        set(truststore_uri, given.truststore_uri);
        set(truststore_version, given.truststore_version);
        // No truststore, no mutual TLS.
        row.mutual_tls_authentication.take_if(|mutual| {
            mutual.truststore_uri.as_deref().map_or(mutual.truststore_version.is_none(), str::is_empty)
        });
    }
    let kept = |mode: CompactString| {
        let known = ROUTING_MODES.iter().find(|(shown, _)| mode == *shown);
        known.map_or(mode, |(_, kept)| CompactString::const_new(kept))
    };
    set(&mut row.routing_mode, routing_mode.map(kept));
}

fn set<T>(member: &mut Option<T>, given: Option<T>) {
    if given.is_some() {
        *member = given;
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneDomainName {
    domain_name: CompactString,
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: OneDomainName) -> Result<DomainNameOutput, Fault> {
    Ok(DomainNameOutput::of(find_domain(state, &public(input.domain_name))?))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetDomainNames {
    max_results: Option<String>,
    next_token: Option<String>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetDomainNames,
) -> Result<Items<DomainNameOutput>, Fault> {
    let is_public = |(_, id): &DomainKey, _: &DomainName| id.is_empty();
    let most = limit(input.max_results.as_deref())?;
    let page = state
        .domain_names
        .page(everything(), input.next_token.as_deref(), most, is_public)
        .map_err(bad_token)?;
    Ok(Items::of(page, |row| DomainNameOutput::of(row)))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateDomainName {
    domain_name: CompactString,
    #[serde(default)]
    domain_name_configurations: Vec<Configuration>,
    mutual_tls_authentication: Option<MutualTlsAuthentication>,
    routing_mode: Option<CompactString>,
}

pub(super) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateDomainName,
) -> Result<DomainNameOutput, Fault> {
    let key = public(input.domain_name);
    let mut row = DomainName::clone(find_domain(state, &key)?);
    merge(&mut row, input.domain_name_configurations, input.mutual_tls_authentication, input.routing_mode);
    row.settle(ctx)?;
    let row: Arc<DomainName> = state.domain_names.put(key, row);
    Ok(DomainNameOutput::of(&row))
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneDomainName) -> Result<(), Fault> {
    forget_domain(state, &public(input.domain_name))
}
