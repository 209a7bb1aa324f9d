//! STS's errors, in STS's words.

use stagecheck_policy::ParseError;

use crate::service::{Dialect, Fault};

/// How STS answers what no operation sees.
pub(crate) const DIALECT: Dialect = Dialect::AWS_QUERY;

pub(super) fn validation_error(message: impl Into<String>) -> Fault {
    Fault::new(400, "ValidationError", message)
}

pub(super) fn access_denied(message: impl Into<String>) -> Fault {
    Fault::new(403, "AccessDenied", message)
}

/// The same answer for a role that is not there: STS does not tell which roles exist.
pub(super) fn not_authorized(caller: &str, action: &str, role: &str) -> Fault {
    access_denied(format!("User: {caller} is not authorized to perform: {action} on resource: {role}"))
}

/// The same for those who did not sign, and so have no name.
pub(super) fn not_authorized_to(action: &str) -> Fault {
    access_denied(format!("Not authorized to perform {action}"))
}

/// Seen by users.
pub(super) fn root_assumes_no_roles() -> Fault {
    access_denied("Roles may not be assumed by root accounts.")
}

/// Seen by users, of GetSessionToken and GetFederationToken; inferred of the others.
pub(super) fn not_with_session_credentials(operation: &str) -> Fault {
    access_denied(format!("Cannot call {operation} with session credentials"))
}

/// Seen by users, as the next.
pub(super) fn half_an_mfa_code() -> Fault {
    access_denied(
        "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    )
}

pub(super) fn wrong_mfa_code() -> Fault {
    access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
}

pub(super) fn beyond_the_role() -> Fault {
    validation_error("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
}

pub(super) fn beyond_the_chain() -> Fault {
    validation_error(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    )
}

pub(super) fn malformed_document(error: &ParseError) -> Fault {
    Fault::new(400, "MalformedPolicyDocument", &error.message)
}

/// Code and wording are inferred.
pub(super) fn no_session_policy(arn: &str) -> Fault {
    Fault::new(400, "MalformedPolicyDocument", format!("Policy {arn} does not exist or is not attachable."))
}

/// As the framework words such limits; that it does here is inferred.
pub(super) fn too_many_policy_arns(most: usize) -> Fault {
    validation_error(format!(
        "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length \
         less than or equal to {most}"
    ))
}

/// As the framework words it where the model has the limit.
pub(super) fn policy_too_long(most: usize) -> Fault {
    validation_error(format!(
        "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less \
         than or equal to {most}"
    ))
}

/// Seen by users, as the next.
pub(super) fn packed_policy_too_large(percent: usize) -> Fault {
    Fault::new(
        400,
        "PackedPolicyTooLarge",
        format!("Packed policy consumes {percent}% of allotted space, please use smaller policy."),
    )
}

pub(super) fn packed_tags_too_large(percent: usize) -> Fault {
    Fault::new(
        400,
        "PackedPolicyTooLarge",
        format!("Packed size of session tags consumes {percent}% of allotted space."),
    )
}

/// The code of the four that follow is inferred. Users have seen the texts of the first three.
fn bad_tags(message: impl Into<String>) -> Fault {
    Fault::new(400, "InvalidParameterValue", message)
}

pub(super) fn duplicate_tags() -> Fault {
    bad_tags("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
}

pub(super) fn inherited_tag() -> Fault {
    bad_tags(
        "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from \
         the calling session.",
    )
}

pub(super) fn transitive_key_without_tag() -> Fault {
    bad_tags("The specified transitive tag key must be included in the requested tags.")
}

pub(super) fn reserved_tag(key: &str) -> Fault {
    bad_tags(format!("Invalid tag key: {key}. Tag keys that start with aws: are reserved for system use."))
}

/// A token, or a claim of it, that is not what it should be.
pub(super) fn invalid_identity_token(message: impl Into<String>) -> Fault {
    Fault::new(400, "InvalidIdentityToken", message)
}

pub(super) fn expired_token(message: impl Into<String>) -> Fault {
    Fault::new(400, "ExpiredTokenException", message)
}

pub(super) fn rejected_claim(message: impl Into<String>) -> Fault {
    Fault::new(403, "IDPRejectedClaim", message)
}

pub(super) fn idp_unreachable(message: impl Into<String>) -> Fault {
    Fault::new(400, "IDPCommunicationError", message)
}
