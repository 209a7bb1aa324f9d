//! The tagging API's errors, in its words. All are status 400.

use crate::service::{Dialect, Fault};

/// How the tagging API answers what no operation sees.
pub(crate) const DIALECT: Dialect =
    Dialect { internal: |what| Fault::new(500, "InternalServiceException", what), ..Dialect::AWS_JSON };

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
