//! The models' patterns: regular expressions in Java's syntax, compiled when first asked for.

use std::cell::RefCell;
use std::collections::HashMap;

use fancy_regex::Regex;

thread_local! {
    /// The patterns that this thread was asked for, compiled, by where their texts are; `None` for one that does not
    /// compile. All patterns at once would cost a quarter of the start-up time. Each thread has its own, since a
    /// regular expression that threads share has them wait for its scratch space.
    static COMPILED: RefCell<HashMap<*const u8, Option<Regex>>> = RefCell::default();
}

/// Whether the whole text matches. A pattern that does not compile takes everything; a test shows that none is left.
pub(super) fn matches(pattern: &'static str, text: &str) -> bool {
    COMPILED.with_borrow_mut(|compiled| {
        let regex = compiled.entry(pattern.as_ptr()).or_insert_with(|| Regex::new(&translate(pattern)).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text).unwrap_or(false))
    })
}

/// Java's syntax in Rust's: `\w`, `\d` and `\s` mean ASCII, `\S` all but ASCII's white space, a hyphen after a class is
/// itself, and a constraint is on the whole text.
fn translate(pattern: &str) -> String {
    let mut out = String::from("^(?:");
    let mut letters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let escaped = letters.next().unwrap_or('\\');
                let class = match escaped {
                    'w' => Some("a-zA-Z0-9_"),
                    'd' => Some("0-9"),
                    's' => Some(" \\t\\n\\x0B\\f\\r"),
                    _ => None,
                };
                match class {
                    Some(class) if in_class => {
                        out.push_str(class);
                        if letters.peek() == Some(&'-') {
                            letters.next();
                            out.push_str("\\-");
                        }
                    }
                    Some(class) => {
                        out.push('[');
                        out.push_str(class);
                        out.push(']');
                    }
                    None if escaped == 'S' => out.push_str("[^ \\t\\n\\x0B\\f\\r]"),
                    None if escaped == '/' || escaped == '@' || escaped == ':' => out.push(escaped),
                    None => {
                        out.push('\\');
                        out.push(escaped);
                    }
                }
            }
            '[' => {
                in_class = true;
                out.push('[');
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            other => {
                // Class set notation of Rust's own, which Java reads as plain text.
                if in_class && matches!(other, '&' | '~') {
                    out.push('\\');
                }
                out.push(other);
            }
        }
    }
    out.push_str(")$");
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use stagecheck_models::{Kind, SERVICES, Shape};

    use super::*;

    fn collect(
        shape: &'static Shape,
        seen: &mut BTreeSet<&'static str>,
        patterns: &mut BTreeSet<&'static str>,
    ) {
        patterns.extend(shape.constraints.pattern);
        let parts: Vec<&'static Shape> = match shape.kind {
            Kind::List { member, .. } => vec![member],
            Kind::Map { key, value, .. } => vec![key, value],
            _ => shape.members().iter().map(|member| member.shape).collect(),
        };
        for part in parts {
            if part.members().is_empty() || seen.insert(part.name) {
                collect(part, seen, patterns);
            }
        }
    }

    #[test]
    fn every_pattern_of_the_models_compiles() {
        let mut patterns = BTreeSet::new();
        for service in SERVICES {
            let mut seen = BTreeSet::new();
            for operation in service.operations {
                if let Some(input) = operation.input {
                    collect(input, &mut seen, &mut patterns);
                }
            }
        }
        assert!(patterns.len() > 40, "{}", patterns.len());
        for pattern in patterns {
            if let Err(error) = Regex::new(&translate(pattern)) {
                panic!("{pattern}: {error}");
            }
        }
    }

    #[test]
    fn patterns_mean_what_they_mean_in_java() {
        for (pattern, yes, no) in [
            (r"[\w+=,.@-]+", "role_name-1", "role name"),
            (r"[\w+=,.@-]+", "a@b", "ä"),
            (r"[\w-_]*", "a-b_c", "a.b"),
            (r"[\.\-_/#A-Za-z0-9]+", "/aws/api#1", "a b"),
            (r"[^:*]*", "any thing", "a:b"),
            (r"\d{12}", "000000000000", "0000000000001"),
            (r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", "/service-role/", "service-role"),
            (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "Müller 7", "a;b"),
            (r"^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$", "my-bucket", "my--bucket"),
            (r"\S+", "not-ascii-ä", "a b"),
            (r"[\s\S]{0,4}", "ä \n日", "abcde"),
            (r"[\u0009\u000A\u000D\u0020-\u00FF]+", "tab\there", "日本"),
        ] {
            assert!(matches(pattern, yes), "{pattern} takes {yes}");
            assert!(!matches(pattern, no), "{pattern} refuses {no}");
        }
    }
}
