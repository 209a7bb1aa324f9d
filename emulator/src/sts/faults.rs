//! STS's errors, in STS's words.

use crate::service::{Dialect, Fault, validation_message};

/// How STS answers what no operation sees.
pub const DIALECT: Dialect = Dialect {
    malformed: |what| Fault::new(400, "MalformedInput", what),
    invalid: |_, violations| validation_error(validation_message(violations, true)),
    unknown_operation: |what| Fault::new(400, "InvalidAction", what),
    too_large: || Fault::new(413, "RequestEntityTooLarge", "Request body exceeds 10485760 bytes"),
    // Coral's answer to a content type that it knows no protocol for; seen by users, not in the documentation.
    wrong_content_type: |_| Fault::new(404, "UnknownOperationException", ""),
    internal: |what| Fault::new(500, "InternalFailure", what),
};

pub(super) fn validation_error(message: impl Into<String>) -> Fault {
    Fault::new(400, "ValidationError", message)
}

/// The same answer for a role that is not there: STS does not tell which roles exist.
pub(super) fn not_authorized_to_assume(caller: &str, role: &str) -> Fault {
    Fault::new(
        403,
        "AccessDenied",
        format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"),
    )
}
