//! Mapping templates of integrations and of their responses.

use crate::apigateway::MappingTemplate;
use crate::gateway::rest::failure::Failure;

/// The text of a template, which is to be put out as it is.
pub(super) fn plain_text(template: &MappingTemplate) -> Result<&str, Failure> {
    if template.has_velocity() {
        return Err(Failure::unserved("Velocity in mapping templates"));
    }
    Ok(template.text())
}
