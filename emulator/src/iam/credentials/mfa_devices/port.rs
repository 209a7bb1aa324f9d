//! Checks codes for those who let callers in.

use std::sync::Arc;

use super::MfaDevice;
use super::codes::Codes;
use crate::iam::Iam;
use crate::service::ports::MfaDevices;
use crate::service::{Identity, Principal};
use crate::store::{Region, Scope, Scopes, assert_unlocked};
use crate::time::Timestamp;

/// Answers the [`MfaDevices`] port from IAM's state.
pub(crate) struct UserMfaDevices {
    states: Arc<Scopes<Iam>>,
}

impl UserMfaDevices {
    /// Answers from these states.
    #[must_use]
    pub(crate) fn new(states: Arc<Scopes<Iam>>) -> Self {
        Self { states }
    }
}

impl MfaDevices for UserMfaDevices {
    fn verify(&self, caller: &Principal, serial_number: &str, code: &str, now: Timestamp) -> bool {
        assert_unlocked();
        let Identity::User { arn, name } = &caller.identity else { return false };
        let Some(region) = arn.split(':').nth(1).and_then(Region::home_of) else { return false };
        let scope = Scope { account: caller.account.clone(), region };
        let serial_number = serial_number.to_owned();
        let taken = self.states.write(&scope, |state| {
            let devices = &mut state.credentials.mfa_devices;
            let device = devices.get(&serial_number).filter(|device| device.user_name.as_ref() == Some(name));
            let device = device.ok_or(NotTaken)?.take(code, now).ok_or(NotTaken)?;
            devices.put(serial_number, device);
            Ok(())
        });
        taken == Ok::<(), NotTaken>(())
    }
}

/// The code is not good.
#[derive(PartialEq, Eq)]
struct NotTaken;

impl MfaDevice {
    /// The device with this code used up; `None` unless it is shown now, and none after it was taken before.
    fn take(&self, code: &str, now: Timestamp) -> Option<Self> {
        let step = Codes::of(self.seed.reveal())?.step_of(code, now, self.drift)?;
        let is_new = self.last_step.is_none_or(|last| last < step);
        is_new.then(|| Self { last_step: Some(step), ..self.clone() })
    }
}
