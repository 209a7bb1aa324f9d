//! UpdateDomainName: the paths of a domain name and what patches do there.

use std::sync::Arc;

use compact_str::CompactString;
use serde::Deserialize;

use super::domain_names::{DomainName, DomainNameId, check_upload, find};
use crate::apigateway::ApiGateway;
use crate::apigateway::endpoint::{EndpointType, IP_ADDRESS_TYPES, SECURITY_POLICIES};
use crate::apigateway::faults::bad_request;
use crate::apigateway::patch::{self, Change, Op, PatchOperation, PatchRule};
use crate::service::{Ctx, Fault};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateDomainName {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

/// Applies the patch list. What must hold of the domain name is checked once all is applied, so that an endpoint type
/// and its certificate can come in any order.
pub(super) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateDomainName,
) -> Result<Arc<DomainName>, Fault> {
    let key = (input.domain_name, input.domain_name_id.unwrap_or_default());
    let mut row = DomainName::clone(find(state, &key)?);
    patch::apply(&mut row, &PATCHES, &input.patch_operations)?;
    let uploads = ["/certificateBody", "/certificatePrivateKey", "/certificateChain"]
        .map(|path| patch::gives(&input.patch_operations, path));
    check_upload(row.certificate_name.as_deref(), row.certificate_arn.as_deref(), uploads)?;
    row.settle(ctx)?;
    Ok(state.domain_names.put(key, row))
}

const SET: &[Op] = &[Op::Add, Op::Replace];
const ANY: &[Op] = &[Op::Add, Op::Replace, Op::Remove];

const PATCHES: [PatchRule<DomainName>; 21] = [
    PatchRule::new("/certificateArn", ANY, |row, change| {
        row.certificate_arn = change.optional();
        row.certificate_upload_date = None;
        Ok(())
    }),
    PatchRule::new("/certificateName", ANY, |row, change| {
        row.certificate_name = change.optional();
        row.certificate_upload_date = None;
        Ok(())
    }),
    PatchRule::new("/regionalCertificateArn", ANY, |row, change| {
        row.regional_certificate_arn = change.optional();
        Ok(())
    }),
    PatchRule::new("/regionalCertificateName", ANY, |row, change| {
        row.regional_certificate_name = change.optional();
        Ok(())
    }),
    PatchRule::new("/endpointConfiguration/types", &[Op::Add], |row, change| {
        let endpoint = type_of(change)?;
        if !row.is(endpoint) {
            row.endpoint_configuration.types.push(endpoint);
        }
        Ok(())
    }),
    PatchRule::new("/endpointConfiguration/types", &[Op::Remove], |row, change| {
        let endpoint = type_of(change)?;
        row.endpoint_configuration.types.retain(|each| *each != endpoint);
        Ok(())
    }),
    PatchRule::new("/endpointConfiguration/types", &[Op::Replace], |row, change| {
        row.endpoint_configuration.types = vec![type_of(change)?];
        Ok(())
    }),
    PatchRule::new("/endpointConfiguration/types/{type}", &[Op::Replace], replace_type),
    PatchRule::new("/endpointConfiguration/ipAddressType", SET, |row, change| {
        row.endpoint_configuration.ip_address_type = Some(change.one_of(&IP_ADDRESS_TYPES)?.into());
        Ok(())
    }),
    PatchRule::new("/securityPolicy", SET, |row, change| {
        row.security_policy = Some(change.one_of(&SECURITY_POLICIES)?.into());
        Ok(())
    }),
    PatchRule::new("/endpointAccessMode", SET, |row, change| {
        row.endpoint_access_mode = Some(change.one_of(&["BASIC", "STRICT"])?.into());
        Ok(())
    }),
    // Without a truststore there is no mutual TLS.
    PatchRule::new("/mutualTlsAuthentication/truststoreUri", SET, |row, change| {
        match change.optional() {
            Some(uri) => row.mutual_tls_authentication.get_or_insert_default().truststore_uri = Some(uri),
            None => row.mutual_tls_authentication = None,
        }
        Ok(())
    }),
    PatchRule::new("/mutualTlsAuthentication/truststoreVersion", SET, |row, change| {
        row.mutual_tls_authentication.get_or_insert_default().truststore_version = change.optional();
        Ok(())
    }),
    PatchRule::new("/mutualTlsAuthentication", &[Op::Remove], |row, _| {
        row.mutual_tls_authentication = None;
        Ok(())
    }),
    PatchRule::new("/ownershipVerificationCertificateArn", ANY, |row, change| {
        row.ownership_verification_certificate_arn = change.optional();
        Ok(())
    }),
    PatchRule::new("/policy", ANY, |row, change| {
        row.policy = change.optional();
        Ok(())
    }),
    PatchRule::new("/managementPolicy", ANY, |row, change| {
        row.management_policy = change.optional();
        Ok(())
    }),
    PatchRule::new("/routingMode", SET, |row, change| {
        const MODES: [&str; 3] =
            ["BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"];
        row.routing_mode = Some(change.one_of(&MODES)?.into());
        Ok(())
    }),
    PatchRule::new("/certificateBody", &[Op::Replace], upload),
    PatchRule::new("/certificatePrivateKey", &[Op::Replace], upload),
    PatchRule::new("/certificateChain", &[Op::Replace], upload),
];

/// The type that a change gives.
fn type_of(change: &Change<'_>) -> Result<EndpointType, Fault> {
    const TYPES: [EndpointType; 3] = [EndpointType::Edge, EndpointType::Regional, EndpointType::Private];
    let given = EndpointType::named(change.value());
    given.ok_or_else(|| change.bad_value(Some(&TYPES.map(EndpointType::name))))
}

/// Replaces one of the types, which is named as such or, as Terraform does, by its place in the list.
fn replace_type(row: &mut DomainName, change: &Change<'_>) -> Result<(), Fault> {
    let to = type_of(change)?;
    let types = &mut row.endpoint_configuration.types;
    let named = change.captured(0);
    let place = types.iter().position(|each| each.name() == named).or_else(|| named.parse().ok());
    let replaced = place.and_then(|place| types.get_mut(place));
    // Inferred: as for REST APIs.
    *replaced.ok_or_else(|| bad_request(format!("Invalid patch path {}", change.path)))? = to;
    types.dedup();
    Ok(())
}

/// Uploads are not kept; a new one has a new date.
fn upload(row: &mut DomainName, _: &Change<'_>) -> Result<(), Fault> {
    row.certificate_upload_date = None;
    Ok(())
}
