//! Wildcards and policy variables in actions, resources and condition values.

use crate::context::Context;

/// Text with `*` (any text, also none), `?` (one character) and `${variable}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    tokens: Option<Vec<Token>>,
}

/// A piece of a pattern that has variables.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// May hold wildcards.
    Glob(String),
    /// Stands for itself, wildcards included: `${*}`, `${?}`, `${$}`.
    Literal(char),
    /// The value of a context key, never taken as a wildcard.
    Variable { key: String, default: Option<String> },
}

/// One step of matching.
#[derive(Clone, Copy)]
enum Step {
    Star,
    One,
    Same(char),
}

impl Pattern {
    /// A pattern, with variables only where the document's version gives them meaning.
    #[must_use]
    pub fn new(text: &str, variables: bool) -> Self {
        let tokens = (variables && text.contains("${")).then(|| tokenize(text));
        Self { text: text.to_owned(), tokens }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole of `text` matches. A variable without a value matches nothing.
    #[must_use]
    pub fn matches(&self, text: &str, context: &Context) -> bool {
        match &self.tokens {
            None => glob(self.text.as_bytes(), text.as_bytes(), |a, b| a == b),
            Some(tokens) => steps(tokens, context).is_some_and(|steps| walk(&steps, text)),
        }
    }

    /// As [`matches`](Self::matches), without regard to ASCII case: the rule for actions.
    #[must_use]
    pub fn matches_ignoring_case(&self, text: &str) -> bool {
        glob(self.text.as_bytes(), text.as_bytes(), |a, b| a.eq_ignore_ascii_case(&b))
    }

    /// As [`matches`](Self::matches), field by field of an ARN: a wildcard does not cross the first five colons.
    ///
    /// Source: AWS IAM user guide, "Amazon Resource Name (ARN) condition operators".
    #[must_use]
    pub fn matches_arn(&self, arn: &str, context: &Context) -> bool {
        let Some(pattern) = self.resolve(context) else { return false };
        let (wanted, given) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
        wanted.clone().count() == given.clone().count()
            && wanted
                .zip(given)
                .all(|(wanted, given)| glob(wanted.as_bytes(), given.as_bytes(), |a, b| a == b))
    }

    /// Whether the value equals the pattern once its variables are put in, wildcards taken as they are written.
    #[must_use]
    pub fn equals(&self, text: &str, context: &Context) -> bool {
        self.resolve(context).is_some_and(|value| value == text)
    }

    /// As [`equals`](Self::equals), without regard to case.
    #[must_use]
    pub fn equals_ignoring_case(&self, text: &str, context: &Context) -> bool {
        self.resolve(context).is_some_and(|value| value.to_lowercase() == text.to_lowercase())
    }

    fn resolve(&self, context: &Context) -> Option<std::borrow::Cow<'_, str>> {
        let Some(tokens) = &self.tokens else { return Some(self.text.as_str().into()) };
        let mut out = String::new();
        for token in tokens {
            match token {
                Token::Glob(text) => out.push_str(text),
                Token::Literal(letter) => out.push(*letter),
                Token::Variable { key, default } => out.push_str(value(key, default.as_deref(), context)?),
            }
        }
        Some(out.into())
    }
}

/// Splits text at its `${…}`. What does not close is plain text, as on AWS.
fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, tail)) = after.split_once('}') else { break };
        if !before.is_empty() {
            tokens.push(Token::Glob(before.to_owned()));
        }
        tokens.push(match name {
            "*" => Token::Literal('*'),
            "?" => Token::Literal('?'),
            "$" => Token::Literal('$'),
            _ => {
                let (key, default) = match name.split_once(',') {
                    Some((key, default)) => (key, Some(default.trim().trim_matches('\'').to_owned())),
                    None => (name, None),
                };
                Token::Variable { key: key.trim().to_owned(), default }
            }
        });
        rest = tail;
    }
    if !rest.is_empty() {
        tokens.push(Token::Glob(rest.to_owned()));
    }
    tokens
}

/// A variable has a value only where its key has exactly one.
fn value<'a>(key: &str, default: Option<&'a str>, context: &'a Context) -> Option<&'a str> {
    match context.get(key) {
        Some([single]) => Some(single),
        Some(_) => None,
        None => default,
    }
}

fn steps(tokens: &[Token], context: &Context) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for token in tokens {
        match token {
            Token::Glob(text) => steps.extend(text.chars().map(|letter| match letter {
                '*' => Step::Star,
                '?' => Step::One,
                other => Step::Same(other),
            })),
            Token::Literal(letter) => steps.push(Step::Same(*letter)),
            Token::Variable { key, default } => {
                steps.extend(value(key, default.as_deref(), context)?.chars().map(Step::Same));
            }
        }
    }
    Some(steps)
}

fn walk(steps: &[Step], text: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    greedy(
        steps.len(),
        |i| matches!(steps[i], Step::Star),
        text.len(),
        |i, j| match steps[i] {
            Step::Same(letter) => letter == text[j],
            Step::One => true,
            Step::Star => false,
        },
    )
}

/// Matches bytes. `?` takes a whole character, which in UTF-8 is a lead byte and its continuation bytes.
fn glob(pattern: &[u8], text: &[u8], same: impl Fn(u8, u8) -> bool) -> bool {
    if pattern == b"*" {
        return true;
    }
    if text.is_ascii() {
        return greedy(
            pattern.len(),
            |i| pattern[i] == b'*',
            text.len(),
            |i, j| pattern[i] == b'?' || same(pattern[i], text[j]),
        );
    }
    let (pattern, text) = (String::from_utf8_lossy(pattern), String::from_utf8_lossy(text));
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let same = |a: char, b: char| match (u8::try_from(a), u8::try_from(b)) {
        (Ok(a), Ok(b)) => same(a, b),
        _ => a == b,
    };
    greedy(
        pattern.len(),
        |i| pattern[i] == '*',
        text.len(),
        |i, j| pattern[i] == '?' || same(pattern[i], text[j]),
    )
}

/// Matches a pattern with stars by going back only to the latest star: the text between two stars may as well stand
/// at its first place. No recursion, at most `pattern × text` comparisons.
fn greedy(
    pattern_len: usize,
    is_star: impl Fn(usize) -> bool,
    text_len: usize,
    same: impl Fn(usize, usize) -> bool,
) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut latest_star: Option<(usize, usize)> = None;
    while t < text_len {
        if p < pattern_len && is_star(p) {
            latest_star = Some((p, t));
            p += 1;
        } else if p < pattern_len && same(p, t) {
            p += 1;
            t += 1;
        } else if let Some((star, taken)) = latest_star {
            latest_star = Some((star, taken + 1));
            p = star + 1;
            t = taken + 1;
        } else {
            return false;
        }
    }
    (p..pattern_len).all(is_star)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, true).matches(text, &Context::default())
    }

    #[test]
    fn wildcards_cross_slashes_and_colons() {
        assert!(matches(
            "arn:aws:logs:*:log-stream:*",
            "arn:aws:logs:us-east-1:1:log-group:a/b:log-stream:c"
        ));
        assert!(matches("a?c", "abc"));
        assert!(matches("a?c", "aéc"));
        assert!(!matches("a?c", "ac"));
        assert!(!matches("abc", "abcd"));
    }

    #[test]
    fn arn_wildcards_stay_in_their_field() {
        let pattern = Pattern::new("arn:aws:*:log-group", true);
        assert!(!pattern.matches_arn("arn:aws:logs:us-east-1:1:log-group", &Context::default()));
        let pattern = Pattern::new("arn:aws:logs:*:*:log-group:*", true);
        assert!(pattern.matches_arn("arn:aws:logs:us-east-1:1:log-group:a:b", &Context::default()));
    }

    #[test]
    fn variables_take_the_context_and_their_default() {
        let context = Context::default().with("aws:username", ["ann*"]);
        assert!(Pattern::new("user/${aws:username}", true).matches("user/ann*", &context));
        assert!(!Pattern::new("user/${aws:username}", true).matches("user/anna", &context));
        assert!(!Pattern::new("${aws:userid}", true).matches("", &context));
        assert!(Pattern::new("${aws:userid, 'nobody'}", true).matches("nobody", &context));
        assert!(Pattern::new("${*}", true).matches("*", &context));
        assert!(!Pattern::new("${*}", true).matches("x", &context));
        assert!(Pattern::new("${aws:username}", false).matches("${aws:username}", &context));
    }

    /// The definition of a wildcard, by recursion.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => {
                reference(rest, text) || (!text.is_empty() && reference(pattern, &text[1..]))
            }
            (['?', rest @ ..], [_, tail @ ..]) => reference(rest, tail),
            ([a, rest @ ..], [b, tail @ ..]) if a == b => reference(rest, tail),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn matching_is_what_the_definition_says(pattern in "[abé*?]{0,8}", text in "[abé*?]{0,8}") {
            let expected =
                reference(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
            prop_assert_eq!(matches(&pattern, &text), expected);
        }

        #[test]
        fn no_pattern_panics(pattern in ".{0,40}", text in ".{0,40}") {
            let context = Context::default().with("k", [text.clone()]);
            let pattern = Pattern::new(&pattern, true);
            let _ = pattern.matches(&text, &context);
            let _ = pattern.matches_arn(&text, &context);
            let _ = pattern.matches_ignoring_case(&text);
        }
    }
}
