//! What users prove themselves by: access keys, passwords, MFA devices, keys and certificates.

mod access_keys;
mod certificates;
mod login_profiles;
mod mfa_devices;
mod owner;
mod password_policy;
mod passwords;
mod server_certificates;
mod service_credentials;
mod signing_certificates;
mod ssh_public_keys;
mod status;

use serde::{Deserialize, Serialize};

pub(crate) use access_keys::UserKeys;
pub(crate) use mfa_devices::UserMfaDevices;

pub(super) use access_keys::{AccessKey, of as access_keys_of};
pub(super) use mfa_devices::{MfaDevice, count_of as mfa_devices_of};
pub(super) use server_certificates::ServerCertificate;
pub(super) use signing_certificates::{SigningCertificate, of as signing_certificates_of};

use access_keys::AccessKeyId;
use login_profiles::LoginProfile;
use mfa_devices::SerialNumber;
use password_policy::PasswordPolicy;
use server_certificates::ServerCertificateName;
use service_credentials::{CredentialId, ServiceCredential};
use signing_certificates::CertificateId;
use ssh_public_keys::{SshPublicKey, SshPublicKeyId};

use super::{Iam, UserName, faults};
use crate::service::{EverTagged, Fault, Registrar};
use crate::store::{IndexedTable, Table, Transactional};
use crate::time::Timestamp;

/// The credentials of an account's users, and its server certificates.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    access_keys: Table<(UserName, AccessKeyId), AccessKey>,
    login_profiles: Table<UserName, LoginProfile>,
    /// One row, where the account has set a policy.
    password_policy: Table<(), PasswordPolicy>,
    mfa_devices: IndexedTable<SerialNumber, MfaDevice>,
    mfa_devices_ever_tagged: EverTagged<SerialNumber>,
    ssh_public_keys: Table<(UserName, SshPublicKeyId), SshPublicKey>,
    service_credentials: Table<(UserName, CredentialId), ServiceCredential>,
    signing_certificates: Table<(UserName, CertificateId), SigningCertificate>,
    server_certificates: IndexedTable<ServerCertificateName, ServerCertificate>,
    server_certificates_ever_tagged: EverTagged<ServerCertificateName>,
}

impl Credentials {
    pub(super) fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.access_keys);
        visit(&mut self.login_profiles);
        visit(&mut self.password_policy);
        visit(&mut self.mfa_devices);
        visit(&mut self.mfa_devices_ever_tagged);
        visit(&mut self.ssh_public_keys);
        visit(&mut self.service_credentials);
        visit(&mut self.signing_certificates);
        visit(&mut self.server_certificates);
        visit(&mut self.server_certificates_ever_tagged);
    }

    /// Ends a write.
    pub(super) fn settle(&mut self) {
        self.mfa_devices_ever_tagged.follow(&self.mfa_devices, MfaDevice::has_tags);
        self.server_certificates_ever_tagged.follow(&self.server_certificates, ServerCertificate::has_tags);
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    access_keys::register(registrar);
    login_profiles::register(registrar);
    password_policy::register(registrar);
    mfa_devices::register(registrar);
    ssh_public_keys::register(registrar);
    service_credentials::register(registrar);
    signing_certificates::register(registrar);
    server_certificates::register(registrar);
}

/// What an account has of credentials that its summary tells.
pub(super) struct Count {
    pub(super) mfa_devices: usize,
    pub(super) mfa_devices_in_use: usize,
    pub(super) server_certificates: usize,
    pub(super) root_has_access_keys: bool,
    pub(super) root_has_signing_certificates: bool,
}

/// Counts an account's credentials.
pub(super) fn count(state: &Iam) -> Count {
    let Credentials { mfa_devices, server_certificates, access_keys, signing_certificates, .. } =
        &state.credentials;
    Count {
        mfa_devices: mfa_devices.len(),
        mfa_devices_in_use: mfa_devices.iter().filter(|(_, device)| device.is_in_use()).count(),
        server_certificates: server_certificates.len(),
        root_has_access_keys: owner::has_some(access_keys, &owner::ROOT),
        root_has_signing_certificates: owner::has_some(signing_certificates, &owner::ROOT),
    }
}

/// When the password of a user was last set; `None` if the user has none.
pub(super) fn password_changed(state: &Iam, user: &UserName) -> Option<Timestamp> {
    login_profiles::of(state, user).map(|profile| profile.last_changed)
}

/// After how many days passwords must be changed, if ever.
pub(super) fn max_password_age(state: &Iam) -> Option<i64> {
    password_policy::of(state)?.max_password_age
}

/// Whose an access key is.
pub(super) fn owner_of_access_key<'a>(state: &'a Iam, id: &str) -> Option<&'a UserName> {
    state.credentials.access_keys.iter().find(|((_, key), _)| key == id).map(|((user, _), _)| user)
}

/// Refuses a user who has any: so does IAM before it deletes. The texts are what users report, but that of signing
/// certificates, which is inferred.
pub(super) fn must_have_none(state: &Iam, user: &UserName) -> Result<(), Fault> {
    let refuse = |what| Err(faults::delete_conflict(what));
    if login_profiles::of(state, user).is_some() {
        return refuse("Cannot delete entity, must delete login profile first.");
    }
    let credentials = &state.credentials;
    if owner::has_some(&credentials.access_keys, user) {
        return refuse("Cannot delete entity, must delete access keys first.");
    }
    if owner::has_some(&credentials.signing_certificates, user) {
        return refuse("Cannot delete entity, must delete signing certificates first.");
    }
    if mfa_devices::count_of(state, user) > 0 {
        return refuse("Cannot delete entity, must delete MFA device first.");
    }
    let has_others = owner::has_some(&credentials.ssh_public_keys, user)
        || owner::has_some(&credentials.service_credentials, user);
    if has_others {
        return refuse("Cannot delete entity, must remove referenced objects first.");
    }
    Ok(())
}

/// A user's credentials follow its name.
pub(super) fn rename_user(state: &mut Iam, old: &UserName, new: &UserName) {
    let credentials = &mut state.credentials;
    owner::rename(&mut credentials.access_keys, old, new);
    owner::rename(&mut credentials.ssh_public_keys, old, new);
    owner::rename(&mut credentials.service_credentials, old, new);
    owner::rename(&mut credentials.signing_certificates, old, new);
    login_profiles::rename_user(state, old, new);
    mfa_devices::rename_user(state, old, new);
}
