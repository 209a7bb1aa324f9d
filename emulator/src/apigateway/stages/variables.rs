//! Stage variables.

use crate::apigateway::faults::bad_request;
use crate::apigateway::quotas::{self, STAGE_VARIABLE_NAME, STAGE_VARIABLE_VALUE};
use crate::service::Fault;
use crate::store::SmallMap;

/// Refuses more variables than a stage may have.
pub(crate) fn check_count(variables: Option<&SmallMap<String, String>>) -> Result<(), Fault> {
    let count = variables.map_or(0, SmallMap::len);
    quotas::check_limit(quotas::STAGE_VARIABLES, "The number of stage variables", count)
}

/// Refuses names and values that API Gateway does not take. The odd quotation in the second text is AWS's, the texts for
/// long ones are inferred.
pub(crate) fn check(name: &str, value: &str) -> Result<(), Fault> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(bad_request(format!(
            "Invalid stage variable name: {name}.  Please use names with only word characters."
        )));
    }
    if STAGE_VARIABLE_NAME.is_exceeded_by(name.len()) {
        return Err(bad_request(format!(
            "Invalid stage variable name: {name}.  Please use names with at most {} characters.",
            STAGE_VARIABLE_NAME.default
        )));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" -._:/?&=,~#".contains(&byte);
    if value.is_empty() || !value.bytes().all(allowed) {
        return Err(bad_request(format!(
            "Invalid stage variable value of key {name}.  Please use values with alphanumeric characters and the \
             symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
        )));
    }
    if STAGE_VARIABLE_VALUE.is_exceeded_by(value.len()) {
        return Err(bad_request(format!(
            "Invalid stage variable value of key {name}.  Please use values with at most {} characters.",
            STAGE_VARIABLE_VALUE.default
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn names_and_values_have_bounds() {
        assert!(check(&"n".repeat(64), &"v".repeat(512)).is_ok());
        assert!(check(&"n".repeat(65), "v").is_err());
        assert!(check("n", &"v".repeat(513)).is_err());
    }
}
