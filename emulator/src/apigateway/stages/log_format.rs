//! What formats of access logs must be, whichever API they are of.
//!
//! Which rule comes first, and what is said about lines, each API has its own way.

use crate::apigateway::quotas::ACCESS_LOG_FORMAT;

/// A line says which request it is about.
pub(crate) fn check_request_id(format: &str) -> Result<(), String> {
    if format.contains("$context.requestId") || format.contains("$context.extendedRequestId") {
        return Ok(());
    }
    Err(format!(
        "Access Log format must include either $context.requestId or $context.extendedRequestId : '{format}'"
    ))
}

/// A format is one line, which may have an end. REST APIs say so of the end; for others it is inferred.
pub(crate) fn is_single_line(format: &str) -> bool {
    !format.trim_end_matches(['\r', '\n']).contains(['\r', '\n'])
}

/// The quota is documented, the wording inferred.
pub(crate) fn check_size(format: &str) -> Result<(), String> {
    if ACCESS_LOG_FORMAT.is_exceeded_by(format.len()) {
        return Err(format!(
            "Access Log format must not be longer than {} characters",
            ACCESS_LOG_FORMAT.default
        ));
    }
    Ok(())
}
