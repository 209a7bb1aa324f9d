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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Secret;

    /// The key of RFC 6238's examples.
    const SEED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const SERIAL_NUMBER: &str = "arn:aws:iam::000000000000:mfa/phone";

    fn of_ann() -> MfaDevice {
        MfaDevice {
            serial_number: SERIAL_NUMBER.to_owned(),
            seed: Secret::new(SEED.to_owned()),
            user_name: Some("ann".into()),
            enable_date: Some(Timestamp::default()),
            drift: 0,
            last_step: None,
            tags: Vec::new(),
        }
    }

    fn caller(name: &str) -> Principal {
        let arn = format!("arn:aws:iam::000000000000:user/{name}");
        let identity = Identity::User { arn: Arc::from(arn.as_str()), name: name.into() };
        Principal { arn, identity, ..Principal::root(&Scope::default()) }
    }

    fn devices(device: MfaDevice) -> UserMfaDevices {
        let states: Arc<Scopes<Iam>> = Arc::default();
        let put: Result<(), ()> = states.write(&Scope::default(), |state| {
            state.credentials.mfa_devices.put(SERIAL_NUMBER.to_owned(), device);
            Ok(())
        });
        put.unwrap();
        UserMfaDevices::new(states)
    }

    #[test]
    fn a_code_is_good_once_and_for_the_device_s_user() {
        let devices = devices(of_ann());
        let now = Timestamp::from_seconds(1_111_111_109.0);
        let verify = |name, serial_number, code| devices.verify(&caller(name), serial_number, code, now);
        assert!(!verify("ann", SERIAL_NUMBER, "081805"));
        assert!(!verify("ben", SERIAL_NUMBER, "081804"));
        assert!(!verify("ann", "arn:aws:iam::000000000000:mfa/other", "081804"));
        assert!(!devices.verify(&Principal::root(&Scope::default()), SERIAL_NUMBER, "081804", now));
        assert!(verify("ann", SERIAL_NUMBER, "081804"));
        assert!(!verify("ann", SERIAL_NUMBER, "081804"), "a second time");
        for odd in ["", "81804", "0818040", " 081804", "٠٨١٨٠٤"] {
            assert!(!verify("ann", SERIAL_NUMBER, odd), "{odd:?}");
        }
    }

    #[test]
    fn a_device_that_is_out_of_step_has_other_codes() {
        let now = Timestamp::from_seconds(1_111_111_109.0);
        let late = now.plus_seconds(3600);
        assert!(!devices(of_ann()).verify(&caller("ann"), SERIAL_NUMBER, "081804", late));
        let drifting = MfaDevice { drift: -120, ..of_ann() };
        assert!(devices(drifting).verify(&caller("ann"), SERIAL_NUMBER, "081804", late));
    }
}
