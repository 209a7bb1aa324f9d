//! Reports on organizations. No account here is in one.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use crate::iam::{Iam, faults};
use crate::service::{Ctx, Fault, Registrar, Unread};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    const NO_ORGANIZATION: &str = "no account here is in an organization";
    const NO_REPORT: &str = "there is no report to show";

    registrar.read(
        &operations::GENERATE_ORGANIZATIONS_ACCESS_REPORT,
        generate,
        &[
            Unread::Ignored("EntityPath", NO_ORGANIZATION),
            Unread::Ignored("OrganizationsPolicyId", NO_ORGANIZATION),
        ],
    );
    registrar.read(
        &operations::GET_ORGANIZATIONS_ACCESS_REPORT,
        get,
        &[
            Unread::Ignored("MaxItems", NO_REPORT),
            Unread::Ignored("Marker", NO_REPORT),
            Unread::Ignored("SortKey", NO_REPORT),
        ],
    );
}

#[derive(Deserialize)]
struct Anything {}

#[derive(Serialize)]
struct Nothing {}

/// Documented: only the management account of an organization may ask. The wording is inferred.
fn generate(_: &Ctx<'_>, _: &Iam, _: Anything) -> Result<Nothing, Fault> {
    Err(Fault::new(
        403,
        "AccessDenied",
        "You can call this operation only from the organization's management account, and this account is not in an \
         organization.",
    ))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetOrganizationsAccessReport {
    job_id: CompactString,
}

/// No job was ever started.
fn get(_: &Ctx<'_>, _: &Iam, input: GetOrganizationsAccessReport) -> Result<Nothing, Fault> {
    Err(no_job(&input.job_id))
}

/// The code is documented, the wording inferred.
pub(super) fn no_job(id: &str) -> Fault {
    faults::missing(format!("The job with id {id} cannot be found."))
}
