//! Signing certificates of users and of root.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::certificates::Certificate;
use super::owner::{self, Owned};
use super::status::Status;
use crate::iam::paging::Asked;
use crate::iam::{Iam, UserName, faults, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::time::Timestamp;

pub(super) type CertificateId = CompactString;

/// A signing certificate.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct SigningCertificate {
    user_name: UserName,
    certificate_id: CertificateId,
    certificate_body: String,
    status: Status,
    upload_date: Timestamp,
    /// When it was uploaded or its status changed, as credential reports tell.
    pub(in crate::iam) last_changed: Timestamp,
}

impl SigningCertificate {
    pub(in crate::iam) fn is_active(&self) -> bool {
        self.status == Status::Active
    }
}

impl Owned for SigningCertificate {
    fn set_user_name(&mut self, name: UserName) {
        self.user_name = name;
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::UPLOAD_SIGNING_CERTIFICATE, upload, &[]);
    registrar.read(&operations::LIST_SIGNING_CERTIFICATES, list, &[]);
    registrar.write(&operations::UPDATE_SIGNING_CERTIFICATE, update, &[]);
    registrar.write(&operations::DELETE_SIGNING_CERTIFICATE, delete, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UploadSigningCertificate {
    user_name: Option<UserName>,
    certificate_body: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Uploaded {
    certificate: Arc<SigningCertificate>,
}

fn upload(ctx: &Ctx<'_>, state: &mut Iam, input: UploadSigningCertificate) -> Result<Uploaded, Fault> {
    let owner = owner::owner(ctx, state, input.user_name)?;
    check(ctx, state, &owner, &input.certificate_body)?;
    let certificates = &mut state.credentials.signing_certificates;
    let present = || owner::count_of(certificates, &owner);
    quotas::check(ctx, quotas::SIGNING_CERTIFICATES_PER_USER, "CertificatesPerUser", present)?;
    let now = ctx.now.whole_seconds();
    let certificate = SigningCertificate {
        user_name: owner::called(&owner),
        certificate_id: ctx.ids.upper("", 32).into(),
        certificate_body: input.certificate_body,
        status: Status::Active,
        upload_date: now,
        last_changed: now,
    };
    let key = (owner, certificate.certificate_id.clone());
    Ok(Uploaded { certificate: certificates.put(key, certificate) })
}

/// Refuses what is no certificate, is one only at another time, or is there already. Which error means what is
/// inferred: that a certificate is invalid if its time is over or yet to come; that it exists if it is the owner's, and
/// is a duplicate if another's. The wordings are inferred, too.
fn check(ctx: &Ctx<'_>, state: &Iam, owner: &UserName, body: &str) -> Result<(), Fault> {
    let malformed = || {
        let message = "Unable to parse certificate. Please ensure the certificate is in PEM format.";
        Fault::new(400, "MalformedCertificate", message)
    };
    let certificate = Certificate::parse(body).ok_or_else(malformed)?;
    let (first, last) = certificate.validity().ok_or_else(malformed)?;
    if ctx.now < first || last < ctx.now {
        let message = "The certificate is not valid at this time.";
        return Err(Fault::new(400, "InvalidCertificate", message));
    }
    let mut present = state.credentials.signing_certificates.iter();
    let same =
        present.find(|(_, each)| Certificate::parse(&each.certificate_body).as_ref() == Some(&certificate));
    match same {
        None => Ok(()),
        Some(((user, _), _)) if user == owner => {
            Err(faults::exists("The certificate already exists.".to_owned()))
        }
        Some(_) => {
            let message = "The same certificate is associated with another user of the account.";
            Err(Fault::new(409, "DuplicateCertificate", message))
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListSigningCertificates {
    user_name: Option<UserName>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Certificates {
    certificates: Vec<Arc<SigningCertificate>>,
    is_truncated: bool,
    marker: Option<String>,
}

fn list(ctx: &Ctx<'_>, state: &Iam, input: ListSigningCertificates) -> Result<Certificates, Fault> {
    let owner = owner::owner(ctx, state, input.user_name)?;
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = owner::page_of(&state.credentials.signing_certificates, &owner, &asked)?;
    Ok(Certificates {
        certificates: page.rows.into_iter().map(|(_, certificate)| certificate).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateSigningCertificate {
    user_name: Option<UserName>,
    certificate_id: CertificateId,
    status: Status,
}

fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateSigningCertificate) -> Result<(), Fault> {
    let key = (owner::owner(ctx, state, input.user_name)?, input.certificate_id);
    let status = input.status.to_set()?;
    let certificates = &mut state.credentials.signing_certificates;
    let row = certificates.get(&key).ok_or_else(|| no_certificate(&key.1))?;
    if row.status != status {
        let last_changed = ctx.now.whole_seconds();
        let row = SigningCertificate { status, last_changed, ..SigningCertificate::clone(row) };
        certificates.put(key, row);
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteSigningCertificate {
    user_name: Option<UserName>,
    certificate_id: CertificateId,
}

fn delete(ctx: &Ctx<'_>, state: &mut Iam, input: DeleteSigningCertificate) -> Result<(), Fault> {
    let key = (owner::owner(ctx, state, input.user_name)?, input.certificate_id);
    state.credentials.signing_certificates.remove(&key).ok_or_else(|| no_certificate(&key.1))?;
    Ok(())
}

fn no_certificate(id: &str) -> Fault {
    faults::missing(format!("The Certificate with id {id} cannot be found."))
}

/// The certificates of a user, or root's where none is named: the inactive first, as credential reports have them.
pub(in crate::iam) fn of<'a>(state: &'a Iam, user: Option<&UserName>) -> Vec<&'a SigningCertificate> {
    let rows = owner::rows_of(user.unwrap_or(&owner::ROOT));
    let mut certificates: Vec<_> =
        state.credentials.signing_certificates.range(rows).map(|(_, certificate)| &**certificate).collect();
    certificates.sort_by_key(|certificate| certificate.is_active());
    certificates
}
