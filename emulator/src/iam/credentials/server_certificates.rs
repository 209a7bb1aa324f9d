//! Server certificates of an account.

mod key_pair;

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::certificates::Certificate;
use crate::iam::entities::Term;
use crate::iam::paging::Asked;
use crate::iam::tags::{self, Found, Tag, Tagged};
use crate::iam::{Iam, faults, quotas};
use crate::service::{Arn, Ctx, Fault, Registrar, Secret};
use crate::store::Indexed;
use crate::time::Timestamp;

pub(super) type ServerCertificateName = CompactString;

/// A server certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct ServerCertificate {
    server_certificate_metadata: Metadata,
    certificate_body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate_chain: Option<String>,
    /// Kept, never sent.
    private_key: Secret,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

/// What lists tell of a certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    path: String,
    server_certificate_name: ServerCertificateName,
    server_certificate_id: String,
    arn: String,
    upload_date: Timestamp,
    expiration: Timestamp,
}

/// Found by the name in whatever case: no two differ in case alone.
impl Indexed<ServerCertificateName> for ServerCertificate {
    type Term = Term;

    fn terms(&self, name: &ServerCertificateName, tell: &mut dyn FnMut(Term)) {
        tell(Term::name(name));
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::UPLOAD_SERVER_CERTIFICATE, upload, &[]);
    registrar.read(&operations::GET_SERVER_CERTIFICATE, get, &[]);
    registrar.read(&operations::LIST_SERVER_CERTIFICATES, list, &[]);
    registrar.write(&operations::UPDATE_SERVER_CERTIFICATE, update, &[]);
    registrar.write(&operations::DELETE_SERVER_CERTIFICATE, delete, &[]);
    tags::register_kind::<ServerCertificate>(
        registrar,
        [
            &operations::TAG_SERVER_CERTIFICATE,
            &operations::UNTAG_SERVER_CERTIFICATE,
            &operations::LIST_SERVER_CERTIFICATE_TAGS,
        ],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UploadServerCertificate {
    path: Option<String>,
    server_certificate_name: ServerCertificateName,
    certificate_body: String,
    private_key: Secret,
    certificate_chain: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Uploaded {
    server_certificate_metadata: Metadata,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

fn upload(ctx: &Ctx<'_>, state: &mut Iam, input: UploadServerCertificate) -> Result<Uploaded, Fault> {
    let name = input.server_certificate_name;
    must_be_free(state, &name)?;
    tags::check(&input.tags)?;
    let certificate = Certificate::parse(&input.certificate_body).ok_or_else(unreadable)?;
    let (_, expiration) = certificate.validity().ok_or_else(unreadable)?;
    key_pair::check(&certificate, &input.private_key)?;
    if let Some(chain) = &input.certificate_chain {
        check_chain(&certificate, chain)?;
    }
    let certificates = &mut state.credentials.server_certificates;
    quotas::check(ctx, quotas::SERVER_CERTIFICATES, "ServerCertificatesPerAccount", || certificates.len())?;
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    let metadata = Metadata {
        arn: arn(ctx, &path, &name),
        path,
        server_certificate_name: name.clone(),
        server_certificate_id: ctx.ids.upper("ASCA", 17),
        upload_date: ctx.now.whole_seconds(),
        expiration,
    };
    let row = ServerCertificate {
        server_certificate_metadata: metadata.clone(),
        certificate_body: input.certificate_body,
        certificate_chain: input.certificate_chain,
        private_key: input.private_key,
        tags: input.tags.clone(),
    };
    certificates.put(name, row);
    Ok(Uploaded { server_certificate_metadata: metadata, tags: input.tags })
}

fn arn(ctx: &Ctx<'_>, path: &str, name: &str) -> String {
    ctx.scope.global_arn("iam", format_args!("server-certificate{path}{name}"))
}

fn must_be_free(state: &Iam, name: &str) -> Result<(), Fault> {
    match state.credentials.server_certificates.count_naming(&Term::name(name)) {
        0 => Ok(()),
        _ => Err(faults::exists(format!("The Server Certificate with name {name} already exists."))),
    }
}

/// Each certificate of the chain must have signed the one before, the first of them the certificate itself.
fn check_chain(certificate: &Certificate, chain: &str) -> Result<(), Fault> {
    let chain = Certificate::parse_all(chain).ok_or_else(unreadable)?;
    let signed = std::iter::once(certificate).chain(&chain);
    match signed.zip(&chain).position(|(signed, issuer)| !signed.is_signed_by(issuer)) {
        None => Ok(()),
        Some(index) => Err(malformed(format!(
            "Unable to validate certificate chain. The certificate chain must start with the immediate signing \
             certificate, followed by any intermediaries in order. The index within the chain of the invalid \
             certificate is: {index}"
        ))),
    }
}

fn unreadable() -> Fault {
    malformed("Unable to parse certificate. Please ensure the certificate is in PEM format.")
}

fn malformed(message: impl Into<String>) -> Fault {
    Fault::new(400, "MalformedCertificate", message)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneCertificate {
    server_certificate_name: ServerCertificateName,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CertificateOutput {
    server_certificate: Arc<ServerCertificate>,
}

fn get(_: &Ctx<'_>, state: &Iam, input: OneCertificate) -> Result<CertificateOutput, Fault> {
    let server_certificate = Arc::clone(find(state, &input.server_certificate_name)?);
    Ok(CertificateOutput { server_certificate })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListServerCertificates {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Certificates {
    server_certificate_metadata_list: Vec<Metadata>,
    is_truncated: bool,
    marker: Option<String>,
}

fn list(_: &Ctx<'_>, state: &Iam, input: ListServerCertificates) -> Result<Certificates, Fault> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let certificates = &state.credentials.server_certificates;
    let page = asked.of(certificates, (Bound::Unbounded, Bound::Unbounded), |_, row| {
        row.server_certificate_metadata.path.starts_with(prefix)
    })?;
    Ok(Certificates {
        server_certificate_metadata_list: page
            .rows
            .iter()
            .map(|(_, row)| row.server_certificate_metadata.clone())
            .collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateServerCertificate {
    server_certificate_name: ServerCertificateName,
    new_path: Option<String>,
    new_server_certificate_name: Option<ServerCertificateName>,
}

/// The ARN follows name and path; the id stays.
fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateServerCertificate) -> Result<(), Fault> {
    let old = input.server_certificate_name;
    let mut row = ServerCertificate::clone(find(state, &old)?);
    let name = input.new_server_certificate_name.unwrap_or_else(|| old.clone());
    if name.to_lowercase() != old.to_lowercase() {
        must_be_free(state, &name)?;
    }
    let metadata = &mut row.server_certificate_metadata;
    if let Some(path) = input.new_path {
        metadata.path = path;
    }
    metadata.arn = arn(ctx, &metadata.path, &name);
    metadata.server_certificate_name = name.clone();
    let certificates = &mut state.credentials.server_certificates;
    certificates.remove(&old);
    certificates.put(name, row);
    Ok(())
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneCertificate) -> Result<(), Fault> {
    find(state, &input.server_certificate_name)?;
    state.credentials.server_certificates.remove(&input.server_certificate_name);
    Ok(())
}

fn find<'a>(state: &'a Iam, name: &ServerCertificateName) -> Result<&'a Arc<ServerCertificate>, Fault> {
    let certificate = state.credentials.server_certificates.get(name);
    let missing = || faults::missing(format!("The Server Certificate with name {name} cannot be found."));
    certificate.ok_or_else(missing)
}

impl ServerCertificate {
    pub(super) fn has_tags(&self) -> bool {
        !self.tags.is_empty()
    }
}

impl Tagged for ServerCertificate {
    type Key = ServerCertificateName;

    const QUOTA: &'static str = "TagsPerServerCertificate";

    fn find<'a>(state: &'a Iam, name: &ServerCertificateName) -> Result<&'a Arc<Self>, Fault> {
        find(state, name)
    }

    fn put(self, state: &mut Iam, name: ServerCertificateName) {
        state.credentials.server_certificates.put(name, self);
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
}

tags::tag_inputs!(ServerCertificate, "ServerCertificateName");

impl Found for ServerCertificate {
    fn key(_: &Arn<'_>, path: &str) -> Option<ServerCertificateName> {
        tags::last_name(path).map(ServerCertificateName::from)
    }

    fn arn(&self) -> &str {
        &self.server_certificate_metadata.arn
    }

    fn ever_tagged<'a>(state: &'a Iam, after: Option<&str>) -> Vec<&'a Arc<Self>> {
        let credentials = &state.credentials;
        tags::in_order(
            credentials.server_certificates_ever_tagged.rows(&credentials.server_certificates, None),
            after,
        )
    }

    fn if_ever_tagged<'a>(state: &'a Iam, name: &ServerCertificateName) -> Option<&'a Arc<Self>> {
        let credentials = &state.credentials;
        credentials.server_certificates_ever_tagged.row(&credentials.server_certificates, name)
    }
}
