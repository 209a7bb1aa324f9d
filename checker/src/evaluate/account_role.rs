//! `account-role`: can API Gateway write logs with the role that the account has in a region?

use serde_json::json;

use super::delivery::{Delivery, role_fitness};
use super::execution_arrival::{messages, remediations};
use super::{Verdict, finding};
use crate::findings::Status;
use crate::inventory::{Inventory, Region};

const CHECK: &str = "account-role";

/// `keeps_lines` tells whether a stage of the region has lines that cannot arrive. Where none has, nothing is lost yet:
/// there may be no API, or a role that may write to the groups that there are and to no others.
pub(super) fn check(inventory: &Inventory, name: &str, region: &Region, keeps_lines: bool) -> Verdict {
    let evidence = json!({"role_arn": region.role_arn.value()});
    match role_fitness(inventory, name, region) {
        Delivery::Possible => Verdict::PASS,
        Delivery::Impossible(causes) => {
            let status = if keeps_lines { Status::Fail } else { Status::Warn };
            Verdict::of(finding(CHECK, status, messages(&causes, name), evidence, remediations(&causes)))
        }
        Delivery::Unknown(doubt) => {
            Verdict::of(finding(CHECK, Status::Unknown, doubt.why, evidence, doubt.remediation))
        }
    }
}
