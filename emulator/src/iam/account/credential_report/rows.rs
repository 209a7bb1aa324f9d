//! The rows of a report.
//!
//! Live reports have these 22 columns, lines without a last line break, root first and users by their names in whatever
//! case (radkawar/stackd, docs on credential reports). That truth is in small letters, users' reports show.

use crate::iam::credentials::{self, AccessKey, SigningCertificate};
use crate::iam::users::User;
use crate::iam::{Iam, UserName};
use crate::service::{Ctx, Fault};
use crate::time::Timestamp;

const COLUMNS: [&str; 22] = [
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    "access_key_1_active",
    "access_key_1_last_rotated",
    "access_key_1_last_used_date",
    "access_key_1_last_used_region",
    "access_key_1_last_used_service",
    "access_key_2_active",
    "access_key_2_last_rotated",
    "access_key_2_last_used_date",
    "access_key_2_last_used_region",
    "access_key_2_last_used_service",
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
];

const NOT_APPLICABLE: &str = "N/A";

/// Of a password that was never used.
const NO_INFORMATION: &str = "no_information";

/// How many keys and certificates a row has room for.
const TOLD: usize = 2;

/// The report on an account.
pub(super) fn csv(ctx: &Ctx<'_>, state: &Iam) -> Result<String, Fault> {
    let mut users: Vec<_> = state.users.iter().collect();
    users.sort_by_cached_key(|(name, _)| name.to_lowercase());
    let rows = users.into_iter().map(|(_, user)| of_user(state, user));
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: &dyn std::error::Error| Fault::new(500, "ServiceFailure", error.to_string());
    writer.write_record(COLUMNS).map_err(|error| failed(&error))?;
    for row in std::iter::once(of_root(ctx, state)).chain(rows) {
        writer.write_record(row).map_err(|error| failed(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| failed(&error))?;
    Ok(text.trim_end().to_owned())
}

/// Root has neither a password nor MFA devices, and was there before time.
fn of_root(ctx: &Ctx<'_>, state: &Iam) -> Vec<String> {
    let arn = ctx.scope.global_arn("iam", format_args!("root"));
    let mut row = vec!["<root_account>".to_owned(), arn, Timestamp::default().iso8601()];
    row.extend(password_columns(state, None));
    row.push(false.to_string());
    row.extend(columns_of_keys(state, None));
    row
}

fn of_user(state: &Iam, user: &User) -> Vec<String> {
    let name = &user.user_name;
    let mut row = vec![name.to_string(), user.arn.to_string(), user.create_date.iso8601()];
    row.extend(password_columns(state, Some(name)));
    row.push((credentials::mfa_devices_of(state, name) > 0).to_string());
    row.extend(columns_of_keys(state, Some(name)));
    row
}

/// Whether there is a password, when it was used and changed, and when it must be changed.
fn password_columns(state: &Iam, user: Option<&UserName>) -> [String; 4] {
    let Some(changed) = user.and_then(|user| credentials::password_changed(state, user)) else {
        let nothing = || NOT_APPLICABLE.to_owned();
        return [false.to_string(), nothing(), nothing(), nothing()];
    };
    let rotation = credentials::max_password_age(state).map(|days| changed.plus_seconds(days * 24 * 60 * 60));
    // Nobody signs in here with a password.
    [true.to_string(), NO_INFORMATION.to_owned(), changed.iso8601(), told(rotation)]
}

fn columns_of_keys(state: &Iam, user: Option<&UserName>) -> Vec<String> {
    let keys: Vec<&AccessKey> = credentials::access_keys_of(state, user).collect();
    let certificates = credentials::signing_certificates_of(state, user);
    let keys = (0..TOLD).flat_map(|place| key_columns(state, keys.get(place).copied()));
    let certificates = (0..TOLD).flat_map(|place| certificate_columns(certificates.get(place).copied()));
    keys.chain(certificates).collect()
}

fn key_columns(state: &Iam, key: Option<&AccessKey>) -> [String; 5] {
    let [date, region, service] = last_used(state, key);
    let active = key.is_some_and(AccessKey::is_active);
    [active.to_string(), told(key.map(|key| key.last_changed)), date, region, service]
}

/// When, in which region and for which service a key was last used.
fn last_used(state: &Iam, key: Option<&AccessKey>) -> [String; 3] {
    let last = key.and_then(|key| state.usage.last_use_of_key(&key.access_key_id));
    match last {
        Some((at, region, service)) => [at.iso8601(), region.to_string(), service.to_string()],
        None => [NOT_APPLICABLE; 3].map(str::to_owned),
    }
}

fn certificate_columns(certificate: Option<&SigningCertificate>) -> [String; 2] {
    let active = certificate.is_some_and(SigningCertificate::is_active);
    [active.to_string(), told(certificate.map(|certificate| certificate.last_changed))]
}

fn told(moment: Option<Timestamp>) -> String {
    moment.map_or_else(|| NOT_APPLICABLE.to_owned(), Timestamp::iso8601)
}
