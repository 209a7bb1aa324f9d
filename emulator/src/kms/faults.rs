//! KMS's errors, in its words. All are status 400.

use stagecheck_policy::ParseError;

use crate::service::{Dialect, Fault, Violation, validation_message};
use crate::store::BadToken;

/// How KMS answers what no operation sees.
pub(crate) const DIALECT: Dialect = Dialect {
    invalid: |_, violations| validation(validation_message(violations, true)),
    internal: |what| Fault::new(500, "KMSInternalException", what),
    ..Dialect::AWS_JSON
};

pub(super) fn validation(message: impl Into<String>) -> Fault {
    Fault::new(400, "ValidationException", message)
}

pub(super) fn violation(violation: Violation) -> Fault {
    validation(validation_message(&[violation], true))
}

fn not_found(message: impl Into<String>) -> Fault {
    Fault::new(400, "NotFoundException", message)
}

/// Seen by users (boto/botocore#2107).
pub(super) fn no_key(arn: &str) -> Fault {
    not_found(format!("Key '{arn}' does not exist"))
}

/// Reported by users of what reads like no id; that the id stands behind it, since about 2024.
pub(super) fn invalid_key_id(text: &str) -> Fault {
    not_found(format!("Invalid keyId '{text}'"))
}

/// Reported by users.
pub(super) fn no_alias(arn: &str) -> Fault {
    not_found(format!("Alias {arn} is not found."))
}

/// Reported by users who name a key of another region.
pub(super) fn other_region(region: &str) -> Fault {
    not_found(format!("Invalid arn {region}"))
}

/// The wording is inferred.
pub(super) fn no_such_policy() -> Fault {
    not_found("No such policy exists")
}

fn invalid_arn(message: impl Into<String>) -> Fault {
    Fault::new(400, "InvalidArnException", message)
}

/// Reported by users (ministryofjustice/modernisation-platform#8298).
pub(super) fn no_aliases_here() -> Fault {
    invalid_arn("Key Aliases are not supported for this operation")
}

/// The code is documented, the wording inferred.
pub(super) fn not_an_arn(text: &str) -> Fault {
    invalid_arn(format!("{text} is not a valid ARN of a key or alias"))
}

fn invalid_state(message: String) -> Fault {
    Fault::new(400, "KMSInvalidStateException", message)
}

/// Seen by users (hashicorp/terraform-provider-aws#17889).
pub(super) fn pending_deletion(arn: &str) -> Fault {
    invalid_state(format!("{arn} is pending deletion."))
}

/// Source: developer guide, "Key states of AWS KMS keys".
pub(super) fn not_pending_deletion(arn: &str) -> Fault {
    invalid_state(format!("{arn} is not pending deletion."))
}

fn malformed(message: impl Into<String>) -> Fault {
    Fault::new(400, "MalformedPolicyDocumentException", message)
}

/// The code is documented, the wording is that of the policy language.
pub(super) fn malformed_policy(error: &ParseError) -> Fault {
    malformed(error.to_string())
}

/// Seen by users (terraform-aws-modules/terraform-aws-kms#14).
pub(super) fn lockout() -> Fault {
    malformed("The new key policy will not allow you to update the key policy in the future.")
}

fn limit(message: String) -> Fault {
    Fault::new(400, "LimitExceededException", message)
}

/// The code and the number are documented, the wording inferred.
pub(super) fn policy_too_long(most: usize) -> Fault {
    limit(format!("The key policy exceeds the size limit of {most} bytes."))
}

/// The code is documented, the wording inferred.
pub(super) fn limit_exceeded(what: &str, most: Option<u64>) -> Fault {
    limit(format!("{what} quota exceeded: the limit is {}.", most.unwrap_or_default()))
}

/// The code is documented, the wordings inferred.
pub(super) fn bad_tags(message: &str) -> Fault {
    Fault::new(400, "TagException", message)
}

/// The code is documented, the wording inferred.
pub(super) fn bad_marker(_: BadToken) -> Fault {
    Fault::new(400, "InvalidMarkerException", "The marker is not valid.")
}

/// Reported by users of Terraform.
pub(super) fn alias_exists(arn: &str) -> Fault {
    Fault::new(400, "AlreadyExistsException", format!("An alias with the name {arn} already exists"))
}

/// Seen by users (aws-controllers-k8s/community#1878).
pub(super) fn no_alias_prefix() -> Fault {
    validation(
        "Alias must start with the prefix \"alias/\". Please see \
         https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
    )
}

/// The code is documented, the wording inferred.
pub(super) fn invalid_alias_name(name: &str) -> Fault {
    Fault::new(400, "InvalidAliasNameException", format!("{name} is not a valid alias name"))
}
