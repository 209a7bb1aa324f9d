//! CloudWatch Logs' errors, in its words. Nearly all are status 400.

use stagecheck_models::logs::SERVICE;
use stagecheck_policy::ParseError;

use crate::service::{Dialect, Fault, validation_message};
use crate::store::BadToken;

/// How CloudWatch Logs answers what no operation sees.
pub(crate) const DIALECT: Dialect = Dialect {
    invalid: |operation, violations| {
        let message = validation_message(violations, true);
        if has_validation_fault(operation) { validation(message) } else { invalid(message) }
    },
    ..Dialect::AWS_JSON
};

/// Whether the model lists the younger of the two codes for bad input, and not the older. That it is the one that breaks of
/// the model's constraints get, too, is inferred.
fn has_validation_fault(operation: &str) -> bool {
    let operation = SERVICE.operations.iter().find(|each| each.name == operation);
    let lists = |code| operation.is_some_and(|each| each.errors.iter().any(|error| error.code == code));
    lists("ValidationException") && !lists("InvalidParameterException")
}

pub(super) fn invalid(message: impl Into<String>) -> Fault {
    Fault::new(400, "InvalidParameterException", message)
}

pub(super) fn no_group() -> Fault {
    Fault::new(400, "ResourceNotFoundException", "The specified log group does not exist.")
}

pub(super) fn no_stream() -> Fault {
    Fault::new(400, "ResourceNotFoundException", "The specified log stream does not exist.")
}

pub(super) fn group_exists() -> Fault {
    Fault::new(400, "ResourceAlreadyExistsException", "The specified log group already exists")
}

pub(super) fn stream_exists() -> Fault {
    Fault::new(400, "ResourceAlreadyExistsException", "The specified log stream already exists")
}

/// The code follows the model of PutLogGroupDeletionProtection; the wording is inferred.
pub(super) fn protected() -> Fault {
    Fault::new(400, "ValidationException", "The log group cannot be deleted: deletion protection is enabled.")
}

/// Seen by users (boto/boto3#4104); the model lists no such error for tagging.
pub(super) fn bad_resource_arn() -> Fault {
    Fault::new(400, "ValidationException", "Invalid resourceArn")
}

/// The code and the number are documented, the wording inferred.
pub(super) fn too_many_tags() -> Fault {
    Fault::new(400, "TooManyTagsException", "A resource can have no more than 50 tags.")
}

/// The rule is documented, the wording inferred.
pub(super) fn reserved_tag(key: &str) -> Fault {
    invalid(format!("Invalid tag key: {key}. Tag keys that start with aws: are reserved for system use."))
}

/// Seen by users who name a key by its id (hashicorp/terraform#24194). That a key that is not there is told in the same
/// words is inferred; the code of that is documented.
pub(super) fn no_kms_key(group: &str) -> Fault {
    invalid(format!("The specified KMS Key Id could not be found. '{group}'"))
}

/// The code is documented, the wording inferred.
pub(super) fn kms_key_disabled(group: &str) -> Fault {
    invalid(format!("The specified KMS key is disabled. '{group}'"))
}

/// Seen by users (hashicorp/terraform-provider-aws#29282) of CreateLogGroup and of AssociateKmsKey, whose models do not list
/// the code.
pub(super) fn kms_key_not_allowed(group_arn: &str) -> Fault {
    denied(format!(
        "The specified KMS key does not exist or is not allowed to be used with Arn '{group_arn}'"
    ))
}

/// Bad input of the operations on deliveries.
pub(super) fn validation(message: impl Into<String>) -> Fault {
    Fault::new(400, "ValidationException", message)
}

/// Of deliveries and what belongs to them.
pub(super) fn conflict(message: impl Into<String>) -> Fault {
    Fault::new(400, "ConflictException", message)
}

pub(super) fn not_found(message: impl Into<String>) -> Fault {
    Fault::new(400, "ResourceNotFoundException", message)
}

/// The text is inferred.
pub(super) fn no_delivery_part(what: &str, name: &str) -> Fault {
    not_found(format!("{what} {name} does not exist."))
}

/// The rule is documented, the text inferred.
pub(super) fn in_use(what: &str, name: &str) -> Fault {
    conflict(format!("{what} {name} cannot be deleted while deliveries use it."))
}

pub(super) fn quota_exceeded(message: impl Into<String>) -> Fault {
    Fault::new(400, "ServiceQuotaExceededException", message)
}

pub(super) fn denied(message: impl Into<String>) -> Fault {
    Fault::new(400, "AccessDeniedException", message)
}

/// Reported by users (DNXLabs/terraform-aws-ecs-app#40).
pub(super) fn limit_exceeded() -> Fault {
    Fault::new(400, "LimitExceededException", "Resource limit exceeded.")
}

/// Reported by users for a principal that is none (hashicorp/terraform-provider-aws#32260). That all that is no policy gets
/// it is inferred; what is wrong stands behind it.
pub(super) fn malformed_policy(error: &ParseError) -> Fault {
    invalid(format!("Could not convert to persistable policy. ({error})"))
}

/// The wording is inferred.
pub(super) fn no_resource_policy() -> Fault {
    not_found("The specified resource policy does not exist.")
}

/// The code follows the model, the wording is inferred.
pub(super) fn stale_revision() -> Fault {
    Fault::new(
        400,
        "OperationAbortedException",
        "The expectedRevisionId is not the current revision of the resource policy.",
    )
}

/// As [`bad_token`], of the operations on deliveries.
pub(super) fn bad_delivery_token(token: BadToken) -> Fault {
    validation(bad_token(token).message)
}

pub(super) fn bad_token(_: BadToken) -> Fault {
    invalid("The specified nextToken is invalid.")
}
