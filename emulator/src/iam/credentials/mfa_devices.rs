//! Devices for multi-factor authentication.
//!
//! Of hardware devices AWS knows the seeds from their makers. Nobody else does, so there are only virtual ones here.

mod codes;
mod port;
mod qr_code;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

pub(crate) use port::UserMfaDevices;

use codes::{Codes, Synchronized};

use crate::iam::credentials::owner;
use crate::iam::paging::{Asked, DEFAULT_MAX_ITEMS};
use crate::iam::tags::{self, Found, Tag, Tagged};
use crate::iam::users::{self, User};
use crate::iam::{Iam, UserName, faults, quotas};
use crate::service::{Arn, Ctx, Fault, Registrar, Secret};
use crate::store::Indexed;
use crate::time::Timestamp;

/// A virtual device's is its ARN.
pub(super) type SerialNumber = String;

/// Characters of a seed in Base32.
const SEED_LENGTH: usize = 64;

/// Bytes of the longest serial number that the model has.
const LONGEST_SERIAL_NUMBER: usize = 256;

/// An MFA device.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct MfaDevice {
    serial_number: SerialNumber,
    /// In Base32.
    seed: Secret,
    /// Whose it is, once it is enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_name: Option<UserName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    enable_date: Option<Timestamp>,
    /// By how many codes its clock is ahead.
    #[serde(default)]
    drift: i64,
    /// The last code that was taken, which none before may follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_step: Option<i64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

/// Found by the user, too.
impl Indexed<SerialNumber> for MfaDevice {
    type Term = UserName;

    fn terms(&self, _: &SerialNumber, tell: &mut dyn FnMut(UserName)) {
        if let Some(user) = &self.user_name {
            tell(user.clone());
        }
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_VIRTUAL_MFA_DEVICE, create, &[]);
    registrar.write(&operations::ENABLE_MFA_DEVICE, enable, &[]);
    registrar.write(&operations::RESYNC_MFA_DEVICE, resync, &[]);
    registrar.write(&operations::DEACTIVATE_MFA_DEVICE, deactivate, &[]);
    registrar.write(&operations::DELETE_VIRTUAL_MFA_DEVICE, delete, &[]);
    registrar.read(&operations::GET_MFA_DEVICE, get, &[]);
    registrar.read(&operations::LIST_MFA_DEVICES, list, &[]);
    registrar.read(&operations::LIST_VIRTUAL_MFA_DEVICES, list_virtual, &[]);
    tags::register_kind::<MfaDevice>(
        registrar,
        [&operations::TAG_MFA_DEVICE, &operations::UNTAG_MFA_DEVICE, &operations::LIST_MFA_DEVICE_TAGS],
    );
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateVirtualMfaDevice {
    path: Option<String>,
    #[serde(rename = "VirtualMFADeviceName")]
    name: String,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Serialize)]
struct CreatedDevice {
    #[serde(rename = "VirtualMFADevice")]
    device: NewDevice,
}

/// A virtual device as it is shown once, with its seed.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NewDevice {
    serial_number: SerialNumber,
    base32_string_seed: Bytes,
    #[serde(rename = "QRCodePNG")]
    qr_code_png: Bytes,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateVirtualMfaDevice) -> Result<CreatedDevice, Fault> {
    let CreateVirtualMfaDevice { path, name, tags } = input;
    let path = path.as_deref().unwrap_or("/");
    let serial_number = ctx.scope.global_arn("iam", format_args!("mfa{path}{name}"));
    if serial_number.len() > LONGEST_SERIAL_NUMBER {
        // No later call could name it. The code is the one that the operation has, the wording inferred.
        return Err(faults::invalid_input(format!(
            "The path is too long: the serial number would have more than {LONGEST_SERIAL_NUMBER} characters."
        )));
    }
    if state.credentials.mfa_devices.contains(&serial_number) {
        let message = "MFADevice entity at the same path and name already exists.";
        return Err(faults::exists(message.to_owned()));
    }
    tags::check(&tags)?;
    let seed = ctx.ids.base32_secret(SEED_LENGTH);
    let account = &ctx.scope.account;
    let picture = qr_code::png(&format!("otpauth://totp/{name}@{account}?secret={seed}"))?;
    let device = MfaDevice {
        serial_number: serial_number.clone(),
        seed: Secret::new(seed.clone()),
        user_name: None,
        enable_date: None,
        drift: 0,
        last_step: None,
        tags: tags.clone(),
    };
    state.credentials.mfa_devices.put(serial_number.clone(), device);
    let device =
        NewDevice { serial_number, base32_string_seed: seed.into(), qr_code_png: picture.into(), tags };
    Ok(CreatedDevice { device })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TwoCodes {
    user_name: UserName,
    serial_number: SerialNumber,
    authentication_code1: String,
    authentication_code2: String,
}

impl TwoCodes {
    fn synchronize(&self, device: &MfaDevice, now: Timestamp) -> Result<Synchronized, Fault> {
        let (first, second) = (&self.authentication_code1, &self.authentication_code2);
        let codes = Codes::of(device.seed.reveal());
        codes.and_then(|codes| codes.synchronize(first, second, now)).ok_or_else(invalid_code)
    }
}

/// Two old codes are taken, too: the device is out of step then, as documented, and needs to be resynchronized.
fn enable(ctx: &Ctx<'_>, state: &mut Iam, input: TwoCodes) -> Result<(), Fault> {
    users::find(state, &input.user_name)?;
    let device = find(state, &input.serial_number)?;
    if device.user_name.is_some() {
        return Err(faults::exists("MFA Device is already in use.".to_owned()));
    }
    let present = || count_of(state, &input.user_name);
    quotas::check(ctx, quotas::MFA_DEVICES_PER_USER, "MFADevicesPerUser", present)?;
    let Synchronized { drift, last_step } = input.synchronize(device, ctx.now)?;
    let device = MfaDevice {
        user_name: Some(input.user_name),
        enable_date: Some(ctx.now.whole_seconds()),
        drift,
        last_step: Some(last_step),
        ..MfaDevice::clone(device)
    };
    state.credentials.mfa_devices.put(input.serial_number, device);
    Ok(())
}

fn resync(ctx: &Ctx<'_>, state: &mut Iam, input: TwoCodes) -> Result<(), Fault> {
    users::find(state, &input.user_name)?;
    let device = of_user(state, &input.serial_number, &input.user_name)?;
    let Synchronized { drift, last_step } = input.synchronize(device, ctx.now)?;
    // A code that was taken, and those before it, are not taken again.
    if device.last_step.is_some_and(|taken| last_step <= taken) {
        return Err(invalid_code());
    }
    let device = MfaDevice { drift, last_step: Some(last_step), ..MfaDevice::clone(device) };
    state.credentials.mfa_devices.put(input.serial_number, device);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeviceOfUser {
    user_name: Option<UserName>,
    serial_number: SerialNumber,
}

fn deactivate(ctx: &Ctx<'_>, state: &mut Iam, input: DeviceOfUser) -> Result<(), Fault> {
    let user = owner::user(ctx, state, input.user_name)?;
    let device = of_user(state, &input.serial_number, &user)?;
    let device = MfaDevice {
        user_name: None,
        enable_date: None,
        drift: 0,
        last_step: None,
        ..MfaDevice::clone(device)
    };
    state.credentials.mfa_devices.put(input.serial_number, device);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteVirtualMfaDevice {
    serial_number: SerialNumber,
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: DeleteVirtualMfaDevice) -> Result<(), Fault> {
    if find(state, &input.serial_number)?.user_name.is_some() {
        return Err(faults::delete_conflict("MFA VirtualDevice in use. Must deactivate first."));
    }
    state.credentials.mfa_devices.remove(&input.serial_number);
    Ok(())
}

/// AWS documents it for FIDO security keys, which only its console registers; that it tells of virtual devices, too, is
/// inferred. No authority certifies these.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DeviceDetail {
    user_name: UserName,
    serial_number: SerialNumber,
    enable_date: Option<Timestamp>,
    certifications: BTreeMap<String, String>,
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: DeviceOfUser) -> Result<DeviceDetail, Fault> {
    let user_name = owner::user(ctx, state, input.user_name)?;
    let device = of_user(state, &input.serial_number, &user_name)?;
    Ok(DeviceDetail {
        user_name,
        serial_number: device.serial_number.clone(),
        enable_date: device.enable_date,
        certifications: BTreeMap::new(),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListMfaDevices {
    user_name: Option<UserName>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Devices {
    #[serde(rename = "MFADevices")]
    devices: Vec<Arc<MfaDevice>>,
    is_truncated: bool,
    marker: Option<String>,
}

/// Root has none: its devices are not enabled by this API.
fn list(ctx: &Ctx<'_>, state: &Iam, input: ListMfaDevices) -> Result<Devices, Fault> {
    let user = owner::owner(ctx, state, input.user_name)?;
    let limit = input.max_items.unwrap_or(DEFAULT_MAX_ITEMS);
    let devices = &state.credentials.mfa_devices;
    let page = devices
        .page_naming(&user, input.marker.as_deref(), limit, |_, _| true)
        .map_err(|_| faults::bad_marker())?;
    Ok(Devices {
        devices: page.rows.into_iter().map(|(_, device)| device).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListVirtualMfaDevices {
    assignment_status: Option<AssignmentStatus>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Clone, Copy, Deserialize)]
enum AssignmentStatus {
    Assigned,
    Unassigned,
    Any,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VirtualDevices {
    #[serde(rename = "VirtualMFADevices")]
    devices: Vec<VirtualDevice>,
    is_truncated: bool,
    marker: Option<String>,
}

/// A virtual device as lists have it: without seed and tags, with its user as lists have these.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VirtualDevice {
    serial_number: SerialNumber,
    user: Option<User>,
    enable_date: Option<Timestamp>,
}

fn list_virtual(_: &Ctx<'_>, state: &Iam, input: ListVirtualMfaDevices) -> Result<VirtualDevices, Fault> {
    let status = input.assignment_status.unwrap_or(AssignmentStatus::Any);
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let devices = &state.credentials.mfa_devices;
    let page = asked.of(devices, (Bound::Unbounded, Bound::Unbounded), |_, device| match status {
        AssignmentStatus::Assigned => device.user_name.is_some(),
        AssignmentStatus::Unassigned => device.user_name.is_none(),
        AssignmentStatus::Any => true,
    })?;
    let listed = page.rows.iter().map(|(_, device)| VirtualDevice {
        serial_number: device.serial_number.clone(),
        user: device.user_name.as_ref().and_then(|name| Some(state.users.get(name)?.listed())),
        enable_date: device.enable_date,
    });
    Ok(VirtualDevices { devices: listed.collect(), is_truncated: page.next.is_some(), marker: page.next })
}

fn find<'a>(state: &'a Iam, serial_number: &SerialNumber) -> Result<&'a Arc<MfaDevice>, Fault> {
    let devices = &state.credentials.mfa_devices;
    devices.get(serial_number).ok_or_else(|| no_device(serial_number))
}

/// The wording is inferred.
fn no_device(serial_number: &str) -> Fault {
    faults::missing(format!("VirtualMFADevice with serial number {serial_number} doesn't exist."))
}

/// A device of a user.
fn of_user<'a>(
    state: &'a Iam,
    serial_number: &SerialNumber,
    user: &UserName,
) -> Result<&'a Arc<MfaDevice>, Fault> {
    let device = state.credentials.mfa_devices.get(serial_number);
    device
        .filter(|device| device.user_name.as_ref() == Some(user))
        .ok_or_else(|| faults::missing("MFA Device invalid for user."))
}

fn invalid_code() -> Fault {
    Fault::new(403, "InvalidAuthenticationCode", "Authentication code for device is not valid.")
}

/// How many devices a user has.
pub(in crate::iam) fn count_of(state: &Iam, user: &UserName) -> usize {
    state.credentials.mfa_devices.count_naming(user)
}

/// A user's devices follow its name.
pub(super) fn rename_user(state: &mut Iam, old: &UserName, new: &UserName) {
    let devices: Vec<_> =
        state.credentials.mfa_devices.naming(old).map(|(_, device)| Arc::clone(device)).collect();
    for device in devices {
        let device = MfaDevice { user_name: Some(new.clone()), ..MfaDevice::clone(&device) };
        state.credentials.mfa_devices.put(device.serial_number.clone(), device);
    }
}

impl MfaDevice {
    pub(super) fn is_in_use(&self) -> bool {
        self.user_name.is_some()
    }

    pub(super) fn has_tags(&self) -> bool {
        !self.tags.is_empty()
    }
}

impl Tagged for MfaDevice {
    type Key = SerialNumber;

    const QUOTA: &'static str = "TagsPerMFADevice";

    fn find<'a>(state: &'a Iam, serial_number: &SerialNumber) -> Result<&'a Arc<Self>, Fault> {
        if Arn::parse(serial_number).is_none() {
            return Err(faults::not_an_arn(serial_number));
        }
        find(state, serial_number)
    }

    fn put(self, state: &mut Iam, serial_number: SerialNumber) {
        state.credentials.mfa_devices.put(serial_number, self);
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
}

tags::tag_inputs!(MfaDevice, "SerialNumber");

impl Found for MfaDevice {
    fn key(arn: &Arn<'_>, path: &str) -> Option<SerialNumber> {
        tags::last_name(path).map(|_| arn.text.to_owned())
    }

    fn arn(&self) -> &str {
        &self.serial_number
    }

    fn ever_tagged<'a>(state: &'a Iam, after: Option<&str>) -> Vec<&'a Arc<Self>> {
        let credentials = &state.credentials;
        credentials.mfa_devices_ever_tagged.rows(&credentials.mfa_devices, after.map(str::to_owned)).collect()
    }

    fn if_ever_tagged<'a>(state: &'a Iam, serial_number: &SerialNumber) -> Option<&'a Arc<Self>> {
        let credentials = &state.credentials;
        credentials.mfa_devices_ever_tagged.row(&credentials.mfa_devices, serial_number)
    }
}
