//! Binary bodies: what an API takes for binary, and how bodies are converted between binary and text.
//!
//! Source: developer guide, "Content type conversions in API Gateway".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use compact_str::CompactString;

use super::failure::Failure;
use super::proxy_answer::decode;

/// Whether a `Content-Type`, or the first of an `Accept`, is one of the API's binary media types.
pub(super) fn is_binary(types: &[CompactString], header: Option<&str>) -> bool {
    let Some(header) = header else { return false };
    let media_type = header.split([',', ';']).next().unwrap_or(header).trim();
    types.iter().any(|each| covers(each, media_type))
}

/// Whether a media type, or a range of them, covers another.
fn covers(range: &str, media_type: &str) -> bool {
    range == "*/*"
        || range.eq_ignore_ascii_case(media_type)
        || range
            .strip_suffix("/*")
            .zip(media_type.split_once('/'))
            .is_some_and(|(range, (given, _))| range.eq_ignore_ascii_case(given))
}

/// A body as `contentHandling` wants it. Text that is to be binary is Base64.
pub(super) fn converted(body: Bytes, is_binary: bool, handling: Option<&str>) -> Result<Bytes, Failure> {
    match (handling, is_binary) {
        (Some("CONVERT_TO_TEXT"), true) => Ok(STANDARD.encode(&body).into()),
        (Some("CONVERT_TO_BINARY"), false) => {
            decode(&body).ok_or_else(|| Failure::configuration("Unable to base64 decode the body."))
        }
        _ => Ok(body),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_media_types() {
        for (range, media_type, is_covered) in [
            ("*/*", "text/plain", true),
            ("image/*", "image/png", true),
            ("image/png", "image/PNG", true),
            ("image/*", "IMAGE/png", true),
            ("image/*", "text/plain", false),
            ("image/png", "*/*", false),
        ] {
            assert_eq!(covers(range, media_type), is_covered, "{range} {media_type}");
        }
    }

    #[test]
    fn the_first_media_type_counts() {
        let types = [CompactString::const_new("image/png")];
        assert!(is_binary(&types, Some("image/png, text/html")));
        assert!(is_binary(&types, Some("image/png; q=1")));
        assert!(!is_binary(&types, Some("text/html, image/png")));
        assert!(!is_binary(&types, None));
    }

    #[test]
    fn bodies_become_text_or_binary() {
        let body = |text: &'static str| Bytes::from_static(text.as_bytes());
        assert_eq!(converted(body("a"), true, Some("CONVERT_TO_TEXT")), Ok(body("YQ==")));
        assert_eq!(converted(body("YQ==\n"), false, Some("CONVERT_TO_BINARY")), Ok(body("a")));
        assert_eq!(converted(body("a"), false, Some("CONVERT_TO_TEXT")), Ok(body("a")));
        assert_eq!(converted(body("a"), true, None), Ok(body("a")));
        assert!(converted(body("&"), false, Some("CONVERT_TO_BINARY")).is_err());
    }
}
