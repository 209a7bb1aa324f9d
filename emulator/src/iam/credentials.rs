//! What users prove themselves by: access keys, passwords, MFA devices, keys and certificates.

mod mfa_devices;

use std::ops::Bound;

use serde::{Deserialize, Serialize};

pub(crate) use mfa_devices::UserMfaDevices;

pub(super) use mfa_devices::MfaDevice;

use super::entities::just_after;
use super::{Iam, UserName, faults, users};
use crate::service::{Ctx, EverTagged, Fault, Identity, Registrar};
use crate::store::{Index, IndexedTable, KeyRange, Table, Transactional};
use mfa_devices::SerialNumber;

/// The credentials of an account's users, and its server certificates.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    mfa_devices: IndexedTable<SerialNumber, MfaDevice>,
    mfa_devices_ever_tagged: EverTagged<SerialNumber>,
}

impl Credentials {
    pub(super) fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.mfa_devices);
        visit(&mut self.mfa_devices_ever_tagged);
    }

    /// Ends a write.
    pub(super) fn settle(&mut self) {
        self.mfa_devices_ever_tagged.follow(&self.mfa_devices, MfaDevice::has_tags);
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    mfa_devices::register(registrar);
}

/// Refuses a user who has any: so does IAM before it deletes. The texts are what users report, in this order.
pub(super) fn must_have_none(state: &Iam, user: &UserName) -> Result<(), Fault> {
    if mfa_devices::count_of(state, user) > 0 {
        return Err(faults::delete_conflict("Cannot delete entity, must delete MFA device first."));
    }
    Ok(())
}

/// A user's credentials follow its name.
pub(super) fn rename_user(state: &mut Iam, old: &UserName, new: &UserName) {
    mfa_devices::rename_user(state, old, new);
}
