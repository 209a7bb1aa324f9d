//! STS's errors, in STS's words.

use crate::service::{Dialect, Fault};

/// How STS answers what no operation sees.
pub(crate) const DIALECT: Dialect = Dialect::AWS_QUERY;

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
