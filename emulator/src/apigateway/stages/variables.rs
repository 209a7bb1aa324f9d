//! Stage variables.

use crate::apigateway::faults::bad_request;
use crate::service::Fault;

/// The most characters of a name, and of a value, as documented.
const LONGEST_NAME: usize = 64;
const LONGEST_VALUE: usize = 512;

/// Refuses names and values that API Gateway does not take. The odd quotation in the second text is AWS's, the texts for
/// long ones are inferred.
pub(crate) fn check(name: &str, value: &str) -> Result<(), Fault> {
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(bad_request(format!(
            "Invalid stage variable name: {name}.  Please use names with only word characters."
        )));
    }
    if name.len() > LONGEST_NAME {
        return Err(bad_request(format!(
            "Invalid stage variable name: {name}.  Please use names with at most {LONGEST_NAME} characters."
        )));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" -._:/?&=,~#".contains(&byte);
    if value.is_empty() || !value.bytes().all(allowed) {
        return Err(bad_request(format!(
            "Invalid stage variable value of key {name}.  Please use values with alphanumeric characters and the \
             symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','."
        )));
    }
    if value.len() > LONGEST_VALUE {
        return Err(bad_request(format!(
            "Invalid stage variable value of key {name}.  Please use values with at most {LONGEST_VALUE} characters."
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
