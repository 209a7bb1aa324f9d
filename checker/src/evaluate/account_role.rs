//! `account-role`: can API Gateway write logs with the role that the account has in a region?

use serde_json::json;

use super::delivery::{Delivery, role_fitness};
use super::{Verdict, finding};
use crate::findings::Status;
use crate::inventory::{Inventory, Region};

const CHECK: &str = "account-role";

pub(super) fn check(inventory: &Inventory, name: &str, region: &Region) -> Verdict {
    let evidence = json!({"role_arn": region.role_arn.value()});
    match role_fitness(inventory, name, region) {
        Delivery::Possible => Verdict::PASS,
        Delivery::Impossible(cause) => {
            // Nothing is lost yet in a region that has no API.
            let status = if region.stages.is_empty() { Status::Warn } else { Status::Fail };
            Verdict::of(finding(CHECK, status, cause.message(name), evidence, cause.remediation()))
        }
        Delivery::Unknown(why) => Verdict::of(finding(
            CHECK,
            Status::Unknown,
            why,
            evidence,
            "Allow apigateway:GET on /account and the reading of the role in IAM, and check again.",
        )),
    }
}
