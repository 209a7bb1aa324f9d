//! IAM's errors, in IAM's words.

use std::fmt::Display;

use stagecheck_policy::ParseError;

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
            (Broken::NoMatch(_), "path") => {
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
    missing(format!("Policy {arn} was not found."))
}

pub(super) fn not_attachable(arn: &str) -> Fault {
    missing(format!("Policy {arn} does not exist or is not attachable."))
}

pub(super) fn no_policy_version(arn: &str, version: &str) -> Fault {
    missing(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

pub(super) fn invalid_input(message: impl Into<String>) -> Fault {
    Fault::new(400, "InvalidInput", message)
}

pub(super) fn not_an_arn(arn: &str) -> Fault {
    Fault::new(400, "InvalidInput", format!("ARN {arn} is not valid."))
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
