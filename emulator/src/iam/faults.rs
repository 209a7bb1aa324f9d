//! IAM's errors, in IAM's words.

use std::fmt::Display;

use stagecheck_policy::ParseError;

use super::aws_managed;
use crate::service::{Broken, Dialect, Fault, Violation, validation_message};

/// How IAM answers what no operation sees.
pub(crate) const DIALECT: Dialect = Dialect {
    invalid: |_, violations| validation_error(invalid_text(violations)),
    internal: |what| Fault::new(500, "ServiceFailure", what),
    ..Dialect::AWS_QUERY
};

/// Values are not repeated since 2024, and patterns of names and paths are told in words.
fn invalid_text(violations: &[Violation]) -> String {
    let in_words = violations.iter().find_map(|violation| {
        let rule = match (violation.broken, violation.path.as_str()) {
            (Broken::NoMatch(_), "path" | "newPath") => {
                "It must begin and end with / and contain only alphanumeric characters and/or / characters."
            }
            (Broken::NoMatch(_), "pathPrefix") => {
                "It must begin with the / character and contain only alphanumeric characters and/or / characters."
            }
            // Seen by users of qontract (app-sre/qontract-schemas#824).
            (Broken::NoMatch(_) | Broken::TooShort(_) | Broken::TooLong(_), "accountAlias") => {
                "It must be a minimum length of 3 characters and maximum length of 63 characters, contain only digits, \
                 lowercase letters, and hyphens (-), but cannot begin or end with a hyphen."
            }
            (Broken::NoMatch(_), path) if path.ends_with("Name") => {
                "It must contain only alphanumeric characters and/or the following: +=,.@_-"
            }
            _ => return None,
        };
        Some(format!("The specified value for {} is invalid. {rule}", violation.path))
    });
    in_words.unwrap_or_else(|| validation_message(violations, false))
}

pub(super) fn validation_error(message: impl Into<String>) -> Fault {
    Fault::new(400, "ValidationError", message)
}

pub(super) fn bad_marker() -> Fault {
    // The wording is inferred; the code is what the model lists for bad input.
    validation_error("Invalid Marker.")
}

pub(super) fn invalid_input(message: impl Into<String>) -> Fault {
    Fault::new(400, "InvalidInput", message)
}

/// What IAM says where an ARN should be that of a user, group or role; seen by users.
pub(super) fn no_entity_arn(arn: &str) -> Fault {
    invalid_input(format!("Invalid Entity Arn: {arn} does not clearly define entity type and name."))
}

pub(super) fn missing(message: impl Into<String>) -> Fault {
    Fault::new(404, "NoSuchEntity", message)
}

pub(super) fn no_role(name: &str) -> Fault {
    missing(format!("The role with name {name} cannot be found."))
}

/// Seen by users of aws-nuke and cloud-nuke (rebuy-de/aws-nuke#331, gruntwork-io/cloud-nuke#880).
pub(super) fn protected_role(name: &str) -> Fault {
    Fault::new(
        400,
        "UnmodifiableEntity",
        format!(
            "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
        ),
    )
}

pub(super) fn no_policy(arn: &str) -> Fault {
    missing(format!("Policy {arn} was not found.{}", how_to_add(arn)))
}

pub(super) fn not_attachable(arn: &str) -> Fault {
    missing(format!("Policy {arn} does not exist or is not attachable.{}", how_to_add(arn)))
}

/// What to do about a policy of AWS that is not known here. AWS says nothing of the kind.
fn how_to_add(arn: &str) -> &'static str {
    if aws_managed::is_of_aws(arn) && aws_managed::by_arn(arn).is_none() {
        " If AWS has it, it can be added to the emulator with --managed-policies FILE."
    } else {
        ""
    }
}

/// Seen by users of ROSA and of SAM.
pub(super) fn no_boundary_policy(arn: &str) -> Fault {
    missing(format!("Scope ARN: {arn} does not exist or is not attachable."))
}

/// Seen for roles (aws/aws-cdk#6131). For users and groups, and for boundaries, the words are inferred.
pub(super) fn only_for_service_linked_roles(entity: &str) -> Fault {
    Fault::new(
        400,
        "PolicyNotAttachable",
        format!("Cannot attach a Service Role Policy to a Customer {entity}."),
    )
}

pub(super) fn no_policy_version(arn: &str, version: &str) -> Fault {
    missing(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

pub(super) fn not_an_arn(arn: &str) -> Fault {
    Fault::new(400, "InvalidInput", format!("ARN {arn} is not valid."))
}

/// Since 2024 IAM takes ARNs of the caller's partition only; seen in GovCloud and China
/// (pulumi/pulumi-aws-apigateway#347).
pub(super) fn of_another_partition() -> Fault {
    validation_error("Invalid ARN partition")
}

/// Seen by users of Terraform (hashicorp/terraform-provider-aws#8905, hashicorp/terraform#35086). `kind` is `AWS` or
/// `SERVICE`.
pub(super) fn invalid_principal(kind: &str, principal: &str) -> Fault {
    Fault::new(
        400,
        "MalformedPolicyDocument",
        format!("Invalid principal in policy: \"{kind}\":\"{principal}\""),
    )
}

/// Seen by users of CloudFormation and Terraform (aws/aws-cdk#26253).
pub(super) fn duplicate_tags() -> Fault {
    Fault::new(
        400,
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )
}

/// The rule is documented, the wording inferred.
pub(super) fn reserved_tag(key: &str) -> Fault {
    Fault::new(
        400,
        "InvalidInput",
        format!("Invalid tag key: {key}. Tag keys that start with aws: are reserved for system use."),
    )
}

pub(super) fn exists(message: String) -> Fault {
    Fault::new(409, "EntityAlreadyExists", message)
}

pub(super) fn delete_conflict(message: &str) -> Fault {
    Fault::new(409, "DeleteConflict", message)
}

/// `quota` is the limit's name in GetAccountSummary's style.
pub(super) fn over_quota(quota: &str, most: impl Display) -> Fault {
    limit_exceeded(format!("Cannot exceed quota for {quota}: {most}"))
}

pub(super) fn limit_exceeded(message: String) -> Fault {
    Fault::new(409, "LimitExceeded", message)
}

pub(super) fn malformed_document(error: &ParseError) -> Fault {
    Fault::new(400, "MalformedPolicyDocument", &error.message)
}
