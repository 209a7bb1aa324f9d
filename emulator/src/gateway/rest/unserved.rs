//! What a deployed API may ask for, and the data plane does not do yet.
//!
//! The control plane keeps every setting. A request that meets one which is not acted on is answered 501 with what it
//! was. What comes to be served leaves this file.
//!
//! Left aside in silence, for refusing them would turn away the many stages that have them and whose answers are the
//! same otherwise, are a stage's cache and its methods' caching, as each answer is made anew.

use super::failure::Failure;
use crate::apigateway::Integration;

/// Settings of an integration.
pub(super) fn check_integration(integration: &Integration) -> Result<(), Failure> {
    if integration.response_transfer_mode.as_deref() == Some("STREAM") {
        return Err(Failure::unserved("answers that are streamed"));
    }
    if integration.tls_config.as_ref().is_some_and(|tls| tls.insecure_skip_verification) {
        return Err(Failure::unserved("integrations that trust every certificate"));
    }
    Ok(())
}
