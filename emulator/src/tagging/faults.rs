//! The tagging API's errors, in its words. All are status 400.

use crate::service::{Dialect, Fault, validation_message};

/// How the tagging API answers what no operation sees.
pub const DIALECT: Dialect = Dialect {
    malformed: |what| Fault::new(400, "SerializationException", what),
    invalid: |_, violations| invalid(validation_message(violations, true)),
    // As CloudWatch Logs: both are of the awsJson family, whose errors here are the framework's.
    unknown_operation: |_| Fault::new(400, "UnknownOperationException", ""),
    too_large: || Fault::new(413, "RequestEntityTooLargeException", "Request body exceeds 10485760 bytes"),
    wrong_content_type: |_| Fault::new(404, "UnknownOperationException", ""),
    internal: |what| Fault::new(500, "InternalServiceException", what),
};

pub(super) fn invalid(message: impl Into<String>) -> Fault {
    Fault::new(400, "InvalidParameterException", message)
}

/// Seen by users (cloud-custodian#4755, boto/boto3#2760).
pub(super) fn not_an_arn(text: &str) -> Fault {
    invalid(format!("{text} is not a valid AmazonResourceName (ARN)"))
}

/// The code is documented, the wording inferred.
pub(super) fn token_expired() -> Fault {
    Fault::new(400, "PaginationTokenExpiredException", "The PaginationToken has expired.")
}

pub(super) fn bad_token() -> Fault {
    // Inferred wording.
    invalid("The PaginationToken is not valid.")
}

/// The rule is documented (which has an account without an organization at its first prerequisite), the wording
/// inferred.
pub(super) fn no_organization() -> Fault {
    Fault::new(
        400,
        "ConstraintViolationException",
        "You can call this operation only from the organization's management account, and this account is not in an \
         organization.",
    )
}
