//! The constraints of the models on a decoded input.

use std::borrow::Cow;

use stagecheck_models::{Kind, Operation, Shape};

use super::{Broken, Dialect, Document, Fault, Violation, pattern};

/// Refuses input that breaks a constraint of the model, but for what is tolerated.
///
/// # Errors
///
/// The fault that tells all that is wrong.
pub(crate) fn check(
    operation: &Operation,
    input: &Document<'_>,
    dialect: &Dialect,
    tolerates: fn(&Violation) -> bool,
) -> Result<(), Fault> {
    let Some(shape) = operation.input else { return Ok(()) };
    let mut violations = violations(shape, input);
    violations.retain(|violation| !tolerates(violation));
    if violations.is_empty() {
        return Ok(());
    }
    Err((dialect.invalid)(operation.name, &violations))
}

/// Everything in the document that breaks a constraint, in the order of the shape's members.
fn violations(shape: &'static Shape, document: &Document<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    walk(shape, document, &Path::Root, &mut found);
    found
}

/// A place in the input. Written out only when something is wrong there.
enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'static str),
    Item(&'a Path<'a>, usize),
    Key(&'a Path<'a>),
    Value(&'a Path<'a>, &'a str),
}

impl Path<'_> {
    /// AWS's spelling: lower camel case, list items counted from 1 behind `member`.
    fn spell(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(Path::Root, name) => lower_camel(name).into_owned(),
            Self::Member(parent, name) => format!("{}.{}", parent.spell(), lower_camel(name)),
            Self::Item(parent, index) => format!("{}.{}.member", parent.spell(), index + 1),
            Self::Key(parent) => format!("{}.key", parent.spell()),
            Self::Value(parent, key) => format!("{}.{key}.member", parent.spell()),
        }
    }
}

fn lower_camel(name: &str) -> Cow<'_, str> {
    let leading = name.bytes().take_while(u8::is_ascii_uppercase).count();
    // `RoleName` is roleName, `MFADevice` mfaDevice, `URL` url.
    let lowered = match leading {
        0 => return Cow::Borrowed(name),
        1 => 1,
        all if all == name.len() => all,
        more => more - 1,
    };
    Cow::Owned(name[..lowered].to_ascii_lowercase() + &name[lowered..])
}

fn walk(shape: &'static Shape, document: &Document<'_>, path: &Path<'_>, found: &mut Vec<Violation>) {
    match (shape.kind, document) {
        (Kind::Structure(members), Document::Structure(present)) => {
            for member in members {
                let path = Path::Member(path, member.name);
                match present.iter().find(|(name, _)| *name == member.name) {
                    Some((_, value)) => walk(member.shape, value, &path, found),
                    None if member.required => {
                        found.push(Violation { path: path.spell(), value: None, broken: Broken::Missing });
                    }
                    None => {}
                }
            }
        }
        (Kind::List { member, .. }, Document::List(items)) => {
            length(shape, items.len(), document, path, found);
            for (index, item) in items.iter().enumerate() {
                walk(member, item, &Path::Item(path, index), found);
            }
        }
        (Kind::Map { key, value, .. }, Document::Map(entries)) => {
            length(shape, entries.len(), document, path, found);
            for (name, entry) in entries {
                walk(key, &Document::Text(Cow::Borrowed(name)), &Path::Key(path), found);
                walk(value, entry, &Path::Value(path, name), found);
            }
        }
        (Kind::String(values), Document::Text(text)) => {
            if let Some(pattern) = shape.constraints.pattern
                && !pattern::matches(pattern, text)
            {
                found.push(violation(shape, document, path, Broken::NoMatch(pattern)));
            }
            if shape.constraints.min.is_some() || shape.constraints.max.is_some() {
                length(shape, text.chars().count(), document, path, found);
            }
            if !values.is_empty() && !values.contains(&text.as_ref()) {
                found.push(violation(shape, document, path, Broken::NotListed(values)));
            }
        }
        (Kind::Blob, Document::Blob(bytes)) => length(shape, bytes.len(), document, path, found),
        (Kind::Integer | Kind::Long, Document::Integer(value)) => {
            if let Some(min) = shape.constraints.min.filter(|min| value < min) {
                found.push(violation(shape, document, path, Broken::TooSmall(min)));
            }
            if let Some(max) = shape.constraints.max.filter(|max| value > max) {
                found.push(violation(shape, document, path, Broken::TooGreat(max)));
            }
        }
        // No model constrains these.
        (Kind::Boolean | Kind::Double | Kind::Timestamp(_) | Kind::EventStream(_), _) => {}
        // There is none: decoding gave each document the kind of its shape.
        (
            Kind::Structure(_)
            | Kind::List { .. }
            | Kind::Map { .. }
            | Kind::String(_)
            | Kind::Blob
            | Kind::Integer
            | Kind::Long,
            _,
        ) => {}
    }
}

fn length(
    shape: &'static Shape,
    length: usize,
    document: &Document<'_>,
    path: &Path<'_>,
    found: &mut Vec<Violation>,
) {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    if let Some(min) = shape.constraints.min.filter(|min| length < *min) {
        found.push(violation(shape, document, path, Broken::TooShort(min)));
    }
    if let Some(max) = shape.constraints.max.filter(|max| length > *max) {
        found.push(violation(shape, document, path, Broken::TooLong(max)));
    }
}

fn violation(shape: &Shape, document: &Document<'_>, path: &Path<'_>, broken: Broken) -> Violation {
    let value = (!shape.constraints.sensitive).then(|| show(document));
    Violation { path: path.spell(), value, broken }
}

/// The value as Java's `toString` has it, as far as messages show it.
fn show(document: &Document<'_>) -> String {
    match document {
        Document::Text(text) => text.to_string(),
        Document::Integer(value) => value.to_string(),
        Document::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        Document::Map(entries) => {
            let entries: Vec<String> =
                entries.iter().map(|(key, value)| format!("{key}={}", show(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Document::Structure(_) | Document::Blob(_) => "…".to_owned(),
        Document::Boolean(value) => value.to_string(),
        Document::Double(value) => value.to_string(),
        Document::Timestamp(moment) => moment.iso8601(),
    }
}

#[cfg(test)]
mod tests {
    use stagecheck_models::iam;

    use super::*;
    use crate::service::validation_message;

    fn text(value: &str) -> Document<'_> {
        Document::Text(value.into())
    }

    #[test]
    fn violations_are_told_in_the_words_of_aws() {
        let shape = iam::CREATE_ROLE.input.unwrap();
        let tag = Document::Structure(vec![("Key", text("a;b")), ("Value", text(""))]);
        let long = "x".repeat(65);
        let input = Document::Structure(vec![
            ("RoleName", text(&long)),
            ("MaxSessionDuration", Document::Integer(60)),
            ("Tags", Document::List(vec![tag])),
        ]);
        assert_eq!(
            validation_message(&violations(shape, &input), true),
            format!(
                "4 validation errors detected: \
                 Value '{long}' at 'roleName' failed to satisfy constraint: \
                 Member must have length less than or equal to 64; \
                 Value null at 'assumeRolePolicyDocument' failed to satisfy constraint: Member must not be null; \
                 Value '60' at 'maxSessionDuration' failed to satisfy constraint: \
                 Member must have value greater than or equal to 3600; \
                 Value 'a;b' at 'tags.1.member.key' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: [\\p{{L}}\\p{{Z}}\\p{{N}}_.:/=+\\-@]+"
            )
        );
    }

    #[test]
    fn secrets_are_not_repeated() {
        let shape = iam::CREATE_LOGIN_PROFILE.input.unwrap();
        let input = Document::Structure(vec![("UserName", text("ann")), ("Password", text("日本語"))]);
        let message = validation_message(&violations(shape, &input), true);
        assert!(message.contains("Value at 'password'") && !message.contains("日本語"), "{message}");
    }

    #[test]
    fn names_are_spelt_in_lower_camel_case() {
        for (name, spelt) in [
            ("RoleName", "roleName"),
            ("MFADevice", "mfaDevice"),
            ("URL", "url"),
            ("logGroupName", "logGroupName"),
        ] {
            assert_eq!(lower_camel(name), spelt);
        }
    }
}
