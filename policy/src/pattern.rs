//! Wildcards and policy variables in resources and condition values.

use crate::context::Context;
use crate::glob::{Glob, Step, steps};

/// Text with `*` (any text, also none), `?` (one character) and `${variable}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// The same for each request.
    Fixed { glob: Glob, arn: ArnGlob },
    /// Made anew for each request, of its values.
    Variable(Vec<Token>),
}

/// A piece of a pattern that has variables.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// May hold wildcards.
    Text(String),
    /// Stands for itself, wildcards included: `${*}`, `${?}`, `${$}`.
    Letter(char),
    /// The value of a context key, never taken as a wildcard.
    Variable { key: String, default: Option<String> },
}

impl Pattern {
    /// A pattern, with variables only where the document's version gives them meaning.
    #[must_use]
    pub fn new(text: &str, variables: bool) -> Self {
        let form = if variables && text.contains("${") {
            Form::Variable(tokenize(text))
        } else {
            Form::Fixed { glob: Glob::new(steps(text)), arn: ArnGlob::new(steps(text)) }
        };
        Self { text: text.to_owned(), form }
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole of `text` matches. A variable without a value matches nothing.
    #[must_use]
    pub fn matches(&self, text: &str, context: &Context) -> bool {
        self.matches_letters(&text.chars().collect::<Vec<_>>(), context, Lacking::NOTHING)
    }

    pub(crate) fn matches_letters(&self, text: &[char], context: &Context, lacking: Lacking) -> bool {
        match &self.form {
            Form::Fixed { glob, .. } => glob.matches(text),
            Form::Variable(tokens) => resolve(tokens, context, lacking.defaults)
                .map_or(lacking.matches, |steps| Glob::new(steps).matches(text)),
        }
    }

    /// As [`matches`](Self::matches), field by field of an ARN: a wildcard does not cross the first five colons.
    ///
    /// Source: AWS IAM user guide, "Amazon Resource Name (ARN) condition operators".
    #[must_use]
    pub fn matches_arn(&self, arn: &str, context: &Context) -> bool {
        self.matches_arn_lacking(arn, context, Lacking::NOTHING)
    }

    pub(crate) fn matches_arn_lacking(&self, arn: &str, context: &Context, lacking: Lacking) -> bool {
        match &self.form {
            Form::Fixed { arn: glob, .. } => glob.matches(arn),
            Form::Variable(tokens) => resolve(tokens, context, lacking.defaults)
                .map_or(lacking.matches, |steps| ArnGlob::new(steps).matches(arn)),
        }
    }

    /// Whether `is_same` holds of its text, wildcards taken as they are written.
    pub(crate) fn compares(
        &self,
        context: &Context,
        lacking: Lacking,
        is_same: impl FnOnce(&str) -> bool,
    ) -> bool {
        match &self.form {
            Form::Fixed { .. } => is_same(&self.text),
            Form::Variable(tokens) => {
                resolve(tokens, context, lacking.defaults).map_or(lacking.matches, |steps| {
                    let letters = steps.into_iter().map(|step| match step {
                        Step::AnyText => '*',
                        Step::AnyLetter => '?',
                        Step::Letter(letter) => letter,
                    });
                    is_same(&letters.collect::<String>())
                })
            }
        }
    }

    pub(crate) fn has_variables(&self) -> bool {
        self.variables().next().is_some()
    }

    /// The context keys that its variables stand for.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let tokens = match &self.form {
            Form::Fixed { .. } => &[][..],
            Form::Variable(tokens) => tokens,
        };
        tokens.iter().filter_map(|token| match token {
            Token::Variable { key, .. } => Some(key.as_str()),
            Token::Text(_) | Token::Letter(_) => None,
        })
    }
}

/// How a pattern is taken where the request has no value, or several, for one of its variables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lacking {
    /// Whether a variable's default stands for the value that is missing.
    pub(crate) defaults: bool,
    /// Whether a pattern that has a variable without any value matches.
    pub(crate) matches: bool,
}

impl Lacking {
    /// A variable without any value matches nothing.
    const NOTHING: Self = Self { defaults: true, matches: false };
}

/// The fields of an ARN's pattern, each matched by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ArnGlob {
    fields: Box<[Glob]>,
}

impl ArnGlob {
    /// `arn:partition:service:region:account:resource`; colons behind the fifth are the resource's.
    const FIELDS: usize = 6;

    fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        let mut fields = vec![Vec::new()];
        for step in steps {
            if step == Step::Letter(':') && fields.len() < Self::FIELDS {
                fields.push(Vec::new());
            } else if let Some(last) = fields.last_mut() {
                last.push(step);
            }
        }
        Self { fields: fields.into_iter().map(Glob::new).collect() }
    }

    fn matches(&self, arn: &str) -> bool {
        let given: Vec<Vec<char>> =
            arn.splitn(Self::FIELDS, ':').map(|field| field.chars().collect()).collect();
        given.len() == self.fields.len()
            && self.fields.iter().zip(&given).all(|(wanted, given)| wanted.matches(given))
    }
}

/// Splits text at its `${…}`. What does not close is plain text, as on AWS.
fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, tail)) = after.split_once('}') else { break };
        if !before.is_empty() {
            tokens.push(Token::Text(before.to_owned()));
        }
        tokens.push(match name {
            "*" => Token::Letter('*'),
            "?" => Token::Letter('?'),
            "$" => Token::Letter('$'),
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
        tokens.push(Token::Text(rest.to_owned()));
    }
    tokens
}

fn resolve(tokens: &[Token], context: &Context, defaults: bool) -> Option<Vec<Step>> {
    let mut resolved = Vec::new();
    for token in tokens {
        match token {
            Token::Text(text) => resolved.extend(steps(text)),
            Token::Letter(letter) => resolved.push(Step::Letter(*letter)),
            Token::Variable { key, default } => {
                let default = default.as_deref().filter(|_| defaults);
                resolved.extend(value(key, default, context)?.chars().map(Step::Letter));
            }
        }
    }
    Some(resolved)
}

/// A variable has a value only where its key has exactly one.
fn value<'a>(key: &str, default: Option<&'a str>, context: &'a Context) -> Option<&'a str> {
    match context.get(key) {
        Some([single]) => Some(single),
        Some(_) => None,
        None => default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wildcards_cross_slashes_and_colons() {
        let matches =
            |pattern: &str, text: &str| Pattern::new(pattern, true).matches(text, &Context::default());
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
        let pattern = Pattern::new("${aws:PrincipalArn}", true);
        let context = Context::default().with("aws:PrincipalArn", ["arn:aws:iam::1:role/*"]);
        assert!(pattern.matches_arn("arn:aws:iam::1:role/*", &context));
        assert!(!pattern.matches_arn("arn:aws:iam::1:role/other", &context));
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

    proptest! {
        #[test]
        fn no_pattern_panics(pattern in ".{0,40}", text in ".{0,40}") {
            let context = Context::default().with("k", [text.clone()]);
            let pattern = Pattern::new(&pattern, true);
            let _ = pattern.matches(&text, &context);
            let _ = pattern.matches_arn(&text, &context);
        }

        #[test]
        fn a_value_is_never_a_wildcard(value in "[a*?]{0,5}", text in "[a*?]{0,5}") {
            let context = Context::default().with("k:v", [value.clone()]);
            prop_assert_eq!(Pattern::new("${k:v}", true).matches(&text, &context), value == text);
        }
    }
}
