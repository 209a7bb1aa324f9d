//! API Gateway's errors, in its words.

use crate::service::{Ctx, Dialect, Fault, validation_message};
use crate::store::BadToken;

/// How API Gateway answers what no operation sees. Both versions of the API speak so.
pub(crate) const DIALECT: Dialect = Dialect {
    // The wording is inferred: no capture of a malformed body at the control plane is known.
    malformed: |what| Fault::new(400, "SerializationException", what),
    invalid: |operation, violations| {
        // Paths begin with the input's name: `createStageInput.stageName`.
        let mut input = operation.to_owned();
        input.get_mut(..1).map(str::make_ascii_lowercase);
        let violations: Vec<_> = violations
            .iter()
            .cloned()
            .map(|mut violation| {
                violation.path = format!("{input}Input.{}", violation.path);
                violation
            })
            .collect();
        Fault::new(400, "ValidationException", validation_message(&violations, true))
    },
    denied: |what| Fault::new(403, "AccessDeniedException", what),
    // What other restJson services answer; no capture for API Gateway is known.
    unknown_operation: |_| {
        Fault::new(
            403,
            "AccessDeniedException",
            "Unable to determine service/operation name to be authorized",
        )
    },
    too_large: || Fault::new(413, "RequestEntityTooLargeException", "Request body exceeds 10485760 bytes"),
    // The restJson1 specification's answer; no capture for API Gateway is known.
    wrong_content_type: |given| {
        Fault::new(415, "UnsupportedMediaTypeException", format!("Unsupported content type: {given}"))
    },
    internal: |what| Fault::new(500, "InternalFailure", what),
};

pub(crate) fn bad_request(message: impl Into<String>) -> Fault {
    Fault::new(400, "BadRequestException", message)
}

pub(crate) fn conflict(message: impl Into<String>) -> Fault {
    Fault::new(409, "ConflictException", message)
}

pub(crate) fn not_found(message: impl Into<String>) -> Fault {
    Fault::new(404, "NotFoundException", message)
}

/// A role of another account, which API Gateway does not take.
pub(crate) fn cross_account_role() -> Fault {
    Fault::new(403, "AccessDeniedException", "Cross-account pass role is not allowed.")
}

/// The emulator itself failed.
pub(crate) fn internal(what: &str) -> Fault {
    (DIALECT.internal)(what)
}

pub(crate) fn no_api(ctx: &Ctx<'_>, id: &str) -> Fault {
    not_found(format!("Invalid API identifier specified {}:{id}", ctx.scope.account))
}

pub(crate) fn no_resource() -> Fault {
    not_found("Invalid Resource identifier specified")
}

pub(crate) fn no_method() -> Fault {
    not_found("Invalid Method identifier specified")
}

pub(crate) fn no_integration() -> Fault {
    not_found("Invalid Integration identifier specified")
}

pub(crate) fn no_response() -> Fault {
    not_found("Invalid Response status code specified")
}

/// A parameter that a patch replaces or removes, and that there is not.
pub(crate) fn no_parameter() -> Fault {
    not_found("Invalid parameter name specified")
}

/// A content type whose template or model a patch replaces or removes, and that there is not.
pub(crate) fn no_content_type() -> Fault {
    not_found("Content-Type specified was not found")
}

pub(crate) fn no_deployment() -> Fault {
    not_found("Invalid Deployment identifier specified")
}

pub(crate) fn no_stage() -> Fault {
    not_found("Invalid stage identifier specified")
}

/// A parameter mapping that cannot be. The frame is reported by users for both kinds of API.
pub(crate) fn bad_mapping(error: &str) -> Fault {
    bad_request(format!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : [{error}]"
    ))
}

pub(crate) fn bad_position(_: BadToken) -> Fault {
    // Inferred wording.
    bad_request("Invalid position specified")
}
