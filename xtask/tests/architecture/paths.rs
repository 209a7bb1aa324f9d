//! The paths that a source mentions, in `use` declarations and elsewhere, with their groups written out.

use super::tokens::{Token, tokens};

/// A path of at least two parts and the line that it stands on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mention<'a> {
    pub(crate) parts: Vec<&'a str>,
    pub(crate) line: usize,
}

/// Every path in the source: `use crate::{a, b::c};` mentions `crate::a` and `crate::b::c`.
pub(crate) fn mentions(source: &str) -> Vec<Mention<'_>> {
    let tokens = tokens(source);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if is_word(tokens[at]) {
            at = path(&tokens, at, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads the path at `at`, which continues `prefix`, and says where it ends.
fn path<'a>(tokens: &[Token<'a>], mut at: usize, prefix: &[&'a str], found: &mut Vec<Mention<'a>>) -> usize {
    let line = tokens[at].line;
    let mut parts = prefix.to_vec();
    parts.push(tokens[at].text);
    at += 1;
    while tokens.get(at).is_some_and(|token| token.text == "::") {
        match tokens.get(at + 1) {
            Some(token) if is_word(*token) => parts.push(token.text),
            Some(token) if token.text == "{" => return group(tokens, at + 2, &parts, found),
            _ => break,
        }
        at += 2;
    }
    if parts.len() > 1 {
        found.push(Mention { parts, line });
    }
    at
}

/// Reads a group from behind its opening brace, and says where it ends.
fn group<'a>(tokens: &[Token<'a>], mut at: usize, prefix: &[&'a str], found: &mut Vec<Mention<'a>>) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.text {
            "}" => return at + 1,
            // The new name of what was just mentioned.
            "as" => at += 2,
            "self" | "*" => {
                found.push(Mention { parts: prefix.to_vec(), line: token.line });
                at += 1;
            }
            _ if is_word(*token) => at = path(tokens, at, prefix, found),
            _ => at += 1,
        }
    }
    at
}

fn is_word(token: Token<'_>) -> bool {
    token.text.starts_with(|first: char| first == '_' || first.is_alphabetic())
}

#[test]
fn groups_are_written_out() {
    let source = "use crate::{\n    iam,\n    store::{self, Scope as Place},\n};\nlet x = super::Form::parse::<http::Uri>(y);";
    let found: Vec<String> = mentions(source)
        .into_iter()
        .map(|mention| format!("{} {}", mention.line, mention.parts.join("::")))
        .collect();
    assert_eq!(
        found,
        ["2 crate::iam", "3 crate::store", "3 crate::store::Scope", "5 super::Form::parse", "5 http::Uri"]
    );
}
