//! The resources of a simulation: which there may be, and which there must be.

use stagecheck_policy::{Context, Document, Scope};

use crate::iam::faults;
use crate::service::{Arn, Fault};

/// Refuses what is neither an ARN nor `*`. The wording is inferred.
pub(super) fn check(resources: &[String]) -> Result<(), Fault> {
    match resources.iter().find(|resource| *resource != "*" && Arn::parse(resource).is_none()) {
        Some(resource) => {
            Err(faults::invalid_input(format!("Invalid Resource Arn: {resource} is not valid.")))
        }
        None => Ok(()),
    }
}

/// Refuses a resource's policy that speaks of everything, or not of each of the resources. The rules are captured and
/// documented, the wordings inferred.
pub(super) fn check_policy(policy: &Document, resources: &[String], context: &Context) -> Result<(), Fault> {
    let scopes = || policy.statements.iter().filter_map(|statement| statement.resources.as_ref());
    let everything = |scope: &Scope<Vec<_>>| match scope {
        Scope::Only(patterns) | Scope::AllBut(patterns) => {
            patterns.iter().any(|pattern: &stagecheck_policy::Pattern| pattern.as_str() == "*")
        }
    };
    if scopes().any(everything) {
        return Err(faults::invalid_input("Invalid Resource Policy: its resources have to be ARNs."));
    }
    let speaks_of = |scope: &Scope<Vec<stagecheck_policy::Pattern>>, resource: &str| match scope {
        Scope::Only(patterns) => patterns.iter().any(|pattern| pattern.matches(resource, context)),
        Scope::AllBut(patterns) => !patterns.iter().any(|pattern| pattern.matches(resource, context)),
    };
    match resources.iter().find(|resource| !scopes().any(|scope| speaks_of(scope, resource))) {
        Some(resource) => Err(faults::invalid_input(format!(
            "Invalid Resource Policy: it does not apply to the resource {resource}."
        ))),
        None => Ok(()),
    }
}

/// A scenario of the simulator, with the kinds of resource that it takes.
struct Handling {
    name: &'static str,
    kinds: &'static [&'static str],
}

/// Source: IAM API reference, SimulateCustomPolicy, for those in a VPC. Of the two outside of one, which are no longer
/// documented, it is inferred that they take no network.
const HANDLINGS: [Handling; 6] = [
    Handling { name: "EC2-Classic-InstanceStore", kinds: &["instance", "image", "security-group"] },
    Handling { name: "EC2-Classic-EBS", kinds: &["instance", "image", "security-group", "volume"] },
    Handling {
        name: "EC2-VPC-InstanceStore",
        kinds: &["instance", "image", "security-group", "network-interface"],
    },
    Handling {
        name: "EC2-VPC-InstanceStore-Subnet",
        kinds: &["instance", "image", "security-group", "network-interface", "subnet"],
    },
    Handling {
        name: "EC2-VPC-EBS",
        kinds: &["instance", "image", "security-group", "network-interface", "volume"],
    },
    Handling {
        name: "EC2-VPC-EBS-Subnet",
        kinds: &["instance", "image", "security-group", "network-interface", "subnet", "volume"],
    },
];

/// Refuses a scenario that there is not, that is not of the action, or that lacks a resource. The wordings are inferred.
pub(super) fn check_handling(option: &str, actions: &[String], resources: &[String]) -> Result<(), Fault> {
    let Some(handling) = HANDLINGS.iter().find(|handling| handling.name == option) else {
        return Err(faults::invalid_input(format!("Invalid Resource Handling Option: {option}")));
    };
    if let Some(action) = actions.iter().find(|action| !action.eq_ignore_ascii_case("ec2:RunInstances")) {
        return Err(faults::invalid_input(format!(
            "Resource Handling Option {option} does not apply to the action {action}."
        )));
    }
    let is_there = |kind: &&&str| {
        resources
            .iter()
            .filter_map(|resource| Arn::parse(resource))
            .any(|arn| arn.service == "ec2" && arn.resource.split(['/', ':']).next() == Some(**kind))
    };
    match handling.kinds.iter().find(|kind| !is_there(kind)) {
        Some(kind) => Err(faults::invalid_input(format!(
            "Resource Handling Option {option} requires a resource of the type {kind}."
        ))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arns(kinds: &[&str]) -> Vec<String> {
        kinds.iter().map(|kind| format!("arn:aws:ec2:us-east-1:123456789012:{kind}/x")).collect()
    }

    #[test]
    fn a_scenario_needs_each_of_its_resources() {
        for handling in &HANDLINGS {
            let all = arns(handling.kinds);
            assert!(
                check_handling(handling.name, &["ec2:RunInstances".to_owned()], &all).is_ok(),
                "{}",
                handling.name
            );
            assert!(check_handling(handling.name, &["ec2:StopInstances".to_owned()], &all).is_err());
            for left_out in 0..all.len() {
                let mut some = all.clone();
                some.remove(left_out);
                assert!(check_handling(handling.name, &["ec2:RunInstances".to_owned()], &some).is_err());
            }
        }
        assert!(check_handling("EC2-Moon", &["ec2:RunInstances".to_owned()], &[]).is_err());
    }

    #[test]
    fn a_resource_is_an_arn_or_everything() {
        assert!(check(&["*".to_owned(), "arn:aws:s3:::b".to_owned()]).is_ok());
        for bad in ["", "b", "arn:aws:s3", "arn:aws:s3:::", "аrn:aws:s3:::b"] {
            assert_eq!(check(&[bad.to_owned()]).unwrap_err().code, "InvalidInput", "{bad}");
        }
    }
}
