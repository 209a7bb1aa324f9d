//! Root access to the member accounts of an organization.
//!
//! No account of this emulator is in an organization, so each of these operations answers that.

use serde::Deserialize;
use stagecheck_models::iam as operations;

use crate::iam::Iam;
use crate::service::{Ctx, Fault, Registrar};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::ENABLE_ORGANIZATIONS_ROOT_CREDENTIALS_MANAGEMENT, change_features, &[]);
    registrar.write(&operations::DISABLE_ORGANIZATIONS_ROOT_CREDENTIALS_MANAGEMENT, change_features, &[]);
    registrar.write(&operations::ENABLE_ORGANIZATIONS_ROOT_SESSIONS, change_features, &[]);
    registrar.write(&operations::DISABLE_ORGANIZATIONS_ROOT_SESSIONS, change_features, &[]);
    registrar.read(&operations::LIST_ORGANIZATIONS_FEATURES, list_features, &[]);
}

#[derive(Deserialize)]
struct Nothing {}

fn change_features(_: &Ctx<'_>, _: &mut Iam, _: Nothing) -> Result<(), Fault> {
    Err(no_organization())
}

fn list_features(_: &Ctx<'_>, _: &Iam, _: Nothing) -> Result<(), Fault> {
    Err(no_organization())
}

/// The code is the model's, the wording that of AWS Organizations.
fn no_organization() -> Fault {
    Fault::new(400, "OrganizationNotFoundException", "Your account is not a member of an organization.")
}
