//! What logs show of secrets: all but the last six characters as stars.

/// How many characters stay.
const SHOWN: usize = 6;

/// Whether a request header holds a secret that logs mask.
pub(super) fn is_secret(header: &str) -> bool {
    // That of temporary credentials is inferred: captures of 2016 to 2019 show it.
    ["authorization", "proxy-authorization", "x-amz-security-token", "x-api-key"]
        .iter()
        .any(|secret| header.eq_ignore_ascii_case(secret))
}

/// Whether a parameter of a query is a secret: of a request that is signed there, what stands in headers otherwise. That
/// these are masked, too, is inferred.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    ["x-amz-security-token", "x-amz-signature"].iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

/// The value as logs show it, as long as it is.
pub(super) fn mask(value: &str) -> String {
    let hidden = value.chars().count().saturating_sub(SHOWN);
    value.chars().enumerate().map(|(at, letter)| if at < hidden { '*' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn the_last_six_characters_stay() {
        assert_eq!(mask("Bearer abcdef123456"), "*************123456");
        assert_eq!(mask("short"), "short");
        assert_eq!(mask(""), "");
    }
}
