//! Stage variables.

use crate::apigateway::faults::bad_request;
use crate::service::Fault;

/// Refuses names and values that API Gateway does not take. The odd quotation in the second text is AWS's.
pub(crate) fn check(name: &str, value: &str) -> Result<(), Fault> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(bad_request(format!(
            "Invalid stage variable name: {name}.  Please use names with only word characters."
        )));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" -._:/?&=,~#".contains(&byte);
    if value.is_empty() || !value.bytes().all(allowed) {
        return Err(bad_request(format!(
            "Invalid stage variable value of key {name}.  Please use values with alphanumeric characters and the \
             symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
        )));
    }
    Ok(())
}
