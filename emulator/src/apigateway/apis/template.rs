//! Mapping templates, as far as they are plain text.

use crate::service::Fault;
use crate::store::SmallMap;

/// Refuses templates that hold Velocity: they would be answered unevaluated.
pub(super) fn check(templates: &SmallMap<String, String>) -> Result<(), Fault> {
    for (content_type, template) in templates {
        if has_velocity(template) {
            return Err(Fault::not_implemented(format!(
                "The template for {content_type} holds Velocity, which this emulator does not evaluate yet"
            )));
        }
    }
    Ok(())
}

/// Whether a reference (`$name`, `${name}`, `$!name`) or a directive (`#set`, `##`) begins anywhere.
fn has_velocity(template: &str) -> bool {
    let bytes = template.as_bytes();
    bytes.windows(2).any(|pair| match pair {
        [b'$', next] => next.is_ascii_alphabetic() || matches!(next, b'{' | b'!'),
        [b'#', next] => next.is_ascii_alphabetic() || matches!(next, b'{' | b'#' | b'*'),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::has_velocity;

    #[test]
    fn velocity_is_told_from_text() {
        for template in ["$input.body", "${x}", "a $!b", "#set($a = 1)", "## note", "#{else}"] {
            assert!(has_velocity(template), "{template}");
        }
        for template in ["", "{\"statusCode\": 200}", "costs $5", "#1", "a # b", "$"] {
            assert!(!has_velocity(template), "{template}");
        }
    }
}
