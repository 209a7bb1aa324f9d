//! The tokens of a Rust source that paths are made of. Comments and literals fall away.

/// A token and the line that it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) line: usize,
}

/// Identifiers, `::`, and every other sign as a token of its own.
pub(crate) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while !rest.is_empty() {
        let (length, counts) = lexeme(rest);
        let (text, after) = rest.split_at(length);
        if counts {
            tokens.push(Token { text, line });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    tokens
}

/// The length of what `text` begins with, and whether it is a token.
fn lexeme(text: &str) -> (usize, bool) {
    let first = text.chars().next().map_or(0, char::len_utf8);
    if text.starts_with("//") {
        (text.find('\n').unwrap_or(text.len()), false)
    } else if text.starts_with("/*") {
        (block_comment(text), false)
    } else if let Some(length) = raw_string(text) {
        (length, false)
    } else if text.starts_with('"') {
        (quoted(text, '"'), false)
    } else if let Some(length) = character(text) {
        (length, false)
    } else if text.starts_with("::") {
        (2, true)
    } else if text.starts_with(char::is_whitespace) {
        (first, false)
    } else {
        let word = text.find(|each: char| each != '_' && !each.is_alphanumeric()).unwrap_or(text.len());
        (word.max(first), true)
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// `r"…"`, `r#"…"#`, `br#"…"#`, ….
fn raw_string(text: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        text.strip_prefix(prefix).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let fence = text[prefix.len()..].find('"')?;
    let opening = prefix.len() + fence + 1;
    let closing = format!("\"{}", "#".repeat(fence));
    Some(text[opening..].find(&closing).map_or(text.len(), |at| opening + at + closing.len()))
}

/// A character literal. A lifetime is none: no quote ends it.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let first = inner.chars().next()?;
    let closed = first == '\\' || inner[first.len_utf8()..].starts_with('\'');
    closed.then(|| quoted(text, '\''))
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, each) in text.char_indices().skip(1) {
        if each == quote && !escaped {
            return at + 1;
        }
        escaped = each == '\\' && !escaped;
    }
    text.len()
}

#[test]
fn comments_and_literals_are_no_tokens() {
    let source = r##"
// crate::one /* not open
/* crate::two /* nested */ crate::two */ use a::b;
let s = ("crate::\"three\"", r#"crate::"four"#, b"x", '"', '\'', 'x'); fn f<'a>() {}
"##;
    let texts: Vec<&str> = tokens(source).iter().map(|token| token.text).collect();
    assert_eq!(texts.join(" "), "use a :: b ; let s = ( , , b , , , ) ; fn f < ' a > ( ) { }");
    assert_eq!(tokens(source)[1], Token { text: "a", line: 3 });
}
