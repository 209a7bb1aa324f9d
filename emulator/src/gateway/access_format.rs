//! Formats of access logs: text in which variables stand. All types of APIs share them.

use std::borrow::Cow;

/// What stands for a variable that has no value, or that there is not.
const NOTHING: &str = "-";

/// Replaces each `$context.name` or `${context.name}`. Values are put in as they are, not escaped.
pub(super) fn render<'a>(format: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let format = format.trim_end_matches(['\r', '\n']);
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some(start) = rest.find('$') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let Some((name, after)) = token(from) else {
            out.push('$');
            rest = &from[1..];
            continue;
        };
        let value = value(name).filter(|value| !value.is_empty());
        if name == "error.messageString" {
            out.push('"');
            out.push_str(value.as_deref().unwrap_or(NOTHING));
            out.push('"');
        } else {
            out.push_str(value.as_deref().unwrap_or(NOTHING));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The variable's name at the start of a text, and what follows it.
fn token(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix("${context.") {
        return rest.split_once('}');
    }
    let rest = text.strip_prefix("$context.")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    Some(rest.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(format: &str) -> String {
        render(format, |name| match name {
            "requestId" => Some("abc".into()),
            "status" => Some("200".into()),
            "identity.user" => Some("".into()),
            _ => None,
        })
    }

    #[test]
    fn variables_are_put_in_and_missing_ones_are_a_hyphen() {
        for (format, line) in [
            ("$context.requestId $context.status", "abc 200"),
            ("$context.status|$context.requestId", "200|abc"),
            ("[$context.requestId]\n", "[abc]"),
            ("${context.requestId}x", "abcx"),
            ("$context.identity.user $context.nothing", "- -"),
            ("\"m\":$context.error.messageString", "\"m\":\"-\""),
            ("costs $5 $context", "costs $5 $context"),
            ("$context.requestid", "-"),
        ] {
            assert_eq!(rendered(format), line, "{format}");
        }
    }
}
