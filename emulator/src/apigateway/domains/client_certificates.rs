//! Client certificates, by which a backend knows that API Gateway calls.

use std::sync::Arc;

use compact_str::CompactString;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SerialNumber};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::apigateway::faults::{bad_request, internal, not_found};
use crate::apigateway::paging::{self, Items, everything};
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, quotas};
use crate::service::Secret;
use crate::service::{Ctx, Fault};
use crate::store::{Scopes, SmallMap};
use crate::time::Timestamp;

pub(crate) type CertificateId = CompactString;

/// A certificate is valid for a year.
const VALIDITY_SECONDS: i64 = 365 * 24 * 60 * 60;

/// A client certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientCertificate {
    client_certificate_id: CertificateId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    pem_encoded_certificate: Arc<str>,
    /// What API Gateway proves the certificate with. Kept, never sent.
    private_key: Secret,
    created_date: Timestamp,
    expiration_date: Timestamp,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(in crate::apigateway) tags: Tags,
}

#[derive(Deserialize)]
pub(super) struct GenerateClientCertificate {
    description: Option<String>,
    #[serde(default)]
    tags: Tags,
}

/// Makes the certificate before anything is locked.
pub(super) fn generate(
    ctx: &Ctx<'_>,
    states: &Scopes<ApiGateway>,
    input: GenerateClientCertificate,
) -> Result<Arc<ClientCertificate>, Fault> {
    tags::check(&input.tags)?;
    let created = ctx.now.whole_seconds();
    let expires = created.plus_seconds(VALIDITY_SECONDS);
    let (certificate, key) =
        self_signed(ctx, created, expires).map_err(|error| internal(&error.to_string()))?;
    let id = CertificateId::from(ctx.ids.lower(6));
    let certificate = ClientCertificate {
        client_certificate_id: id.clone(),
        description: input.description,
        pem_encoded_certificate: certificate.into(),
        private_key: key,
        created_date: created,
        expiration_date: expires,
        tags: input.tags,
    };
    states.write(ctx.scope, |state| {
        let present = || state.client_certificates.len();
        quotas::check_account(ctx, quotas::CLIENT_CERTIFICATES, "Client Certificates", present)?;
        Ok(state.client_certificates.put(id, certificate))
    })
}

/// A certificate and its key, both as PEM. The key is ECDSA's: AWS's own are RSA's, which take seconds to make.
fn self_signed(ctx: &Ctx<'_>, from: Timestamp, to: Timestamp) -> Result<(String, Secret), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "ApiGateway");
    let mut params = CertificateParams::default();
    params.distinguished_name = name;
    params.not_before = moment(from);
    params.not_after = moment(to);
    params.serial_number = Some(SerialNumber::from_slice(ctx.ids.alphanumeric(16).as_bytes()));
    let certificate = params.self_signed(&key)?;
    Ok((certificate.pem(), Secret::new(key.serialize_pem())))
}

fn moment(timestamp: Timestamp) -> OffsetDateTime {
    let seconds = timestamp.millis().div_euclid(1000);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneClientCertificate {
    client_certificate_id: CertificateId,
}

pub(super) fn get(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: OneClientCertificate,
) -> Result<Arc<ClientCertificate>, Fault> {
    find(state, &input.client_certificate_id).map(Arc::clone)
}

#[derive(Deserialize)]
pub(super) struct GetClientCertificates {
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetClientCertificates,
) -> Result<Items<Arc<ClientCertificate>>, Fault> {
    paging::list(&state.client_certificates, everything(), input.position.as_deref(), input.limit)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateClientCertificate {
    client_certificate_id: CertificateId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<ClientCertificate>; 1] =
    [PatchRule::new("/description", &[Op::Replace], |row, change| {
        row.description = change.optional();
        Ok(())
    })];

pub(super) fn update(
    _: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateClientCertificate,
) -> Result<Arc<ClientCertificate>, Fault> {
    let id = input.client_certificate_id;
    let mut certificate = ClientCertificate::clone(find(state, &id)?);
    patch::apply(&mut certificate, &PATCHES, &input.patch_operations)?;
    Ok(state.client_certificates.put(id, certificate))
}

/// A certificate that a stage shows to its backends stays. That is documented for the console; the wording is inferred.
pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneClientCertificate) -> Result<(), Fault> {
    let id = input.client_certificate_id;
    find(state, &id)?;
    let rest = state.stages.naming(&id).map(|(key, _)| key);
    let websocket = state.v2.stages.naming(&id).map(|(key, _)| key);
    if let Some((api, stage)) = rest.chain(websocket).next() {
        return Err(bad_request(format!(
            "Cannot delete client certificate {id} because it is used by stage {api}:{stage}"
        )));
    }
    state.client_certificates.remove(&id);
    Ok(())
}

/// A stage may name a certificate that is there.
pub(crate) fn check_client_certificate(state: &ApiGateway, id: Option<&CertificateId>) -> Result<(), Fault> {
    match id {
        Some(id) if !state.client_certificates.contains(id) => Err(bad_request(UNKNOWN)),
        _ => Ok(()),
    }
}

/// Inferred, after the texts of other identifiers.
const UNKNOWN: &str = "Invalid Client Certificate identifier specified";

fn find<'a>(state: &'a ApiGateway, id: &CertificateId) -> Result<&'a Arc<ClientCertificate>, Fault> {
    state.client_certificates.get(id).ok_or_else(no_certificate)
}

pub(crate) fn no_certificate() -> Fault {
    not_found(UNKNOWN)
}
