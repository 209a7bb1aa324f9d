//! Values of shapes: plain ones, and those at the boundaries of a constraint.

use serde_json::{Map, Value, json};
use stagecheck_models::{Kind, Shape};

/// A value to be tried.
pub(crate) struct Tried {
    pub(crate) value: Value,
    /// The constraint that it breaks, as messages have it.
    pub(crate) broken: Option<String>,
}

/// Every pattern of the models, with a text that matches and, unless everything does, one that does not.
const PATTERNS: [(&str, &str, Option<&str>); 5] = [
    (r"[1-5]\d\d", "200", Some("600")),
    (r"^([1-5]\d\d|\*|\s*)$", "200", Some("20")),
    (r"[\s\S]*", "any", None),
    ("[a-zA-Z0-9-]*", "aA-0aA-0", Some("a_b")),
    ("[a-z0-9.-]*", "a.b-0a.b-0", Some("a_b")),
];

/// A value that is allowed, with no more than it must have.
pub(crate) fn plain(shape: &'static Shape) -> Value {
    let least = usize::try_from(shape.constraints.min.unwrap_or_default()).unwrap_or_default();
    match shape.kind {
        Kind::Structure(members) | Kind::EventStream(members) => {
            let required = members.iter().filter(|member| member.required);
            required.map(|member| (member.name.to_owned(), plain(member.shape))).collect()
        }
        Kind::List { .. } | Kind::Map { .. } => of_size(shape, least),
        Kind::String([value, ..]) => json!(value),
        Kind::String([]) => match pattern(shape) {
            Some((_, matching, _)) if matching.len() >= least => json!(matching),
            _ => of_size(shape, least.max(1)),
        },
        Kind::Boolean => json!(true),
        Kind::Integer | Kind::Long => json!(shape.constraints.min.unwrap_or(1)),
        Kind::Double => json!(1.5),
        Kind::Blob => json!("YQ=="),
        Kind::Timestamp(_) => json!(0),
    }
}

/// What is last allowed and first refused by each constraint of the shape itself.
pub(crate) fn at_boundaries(shape: &'static Shape) -> Vec<Tried> {
    let mut tried = Vec::new();
    let (min, max) = (shape.constraints.min, shape.constraints.max);
    match shape.kind {
        Kind::Integer | Kind::Long => {
            for (bound, beyond, than) in [(min, -1, "greater"), (max, 1, "less")] {
                let Some(bound) = bound else { continue };
                tried.push(allowed(json!(bound)));
                let broken = format!("Member must have value {than} than or equal to {bound}");
                tried.push(refused(json!(bound + beyond), broken));
            }
        }
        Kind::List { .. } | Kind::Map { .. } | Kind::String([]) => {
            // Nothing is shorter than nothing.
            for (bound, beyond, than) in [(min.filter(|min| *min > 0), -1, "greater"), (max, 1, "less")] {
                let Some(bound) = bound else { continue };
                let of_length = |length: i64| of_size(shape, usize::try_from(length).unwrap_or_default());
                tried.push(allowed(of_length(bound)));
                let broken = format!("Member must have length {than} than or equal to {bound}");
                tried.push(refused(of_length(bound + beyond), broken));
            }
        }
        Kind::String(listed) => {
            tried.extend(listed.iter().map(|value| allowed(json!(value))));
            let broken = format!("Member must satisfy enum value set: [{}]", listed.join(", "));
            tried.push(refused(json!("NO_SUCH_VALUE"), broken));
        }
        _ => {}
    }
    if let Some((pattern, matching, other)) = pattern(shape) {
        tried.push(allowed(json!(matching)));
        let broken = format!("Member must satisfy regular expression pattern: {pattern}");
        tried.extend(other.map(|other| refused(json!(other), broken)));
    }
    tried
}

/// A text, list or map of so many characters, items or entries.
fn of_size(shape: &'static Shape, size: usize) -> Value {
    match shape.kind {
        Kind::List { member, .. } => std::iter::repeat_n(plain(member), size).collect(),
        Kind::Map { value, .. } => {
            let entries = (0..size).map(|number| (format!("key{number}"), plain(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        _ => json!("a".repeat(size)),
    }
}

fn pattern(shape: &Shape) -> Option<(&'static str, &'static str, Option<&'static str>)> {
    let pattern = shape.constraints.pattern?;
    let known = PATTERNS.into_iter().find(|(known, ..)| *known == pattern);
    assert!(known.is_some(), "{} has a new pattern, {pattern}: give texts for it", shape.name);
    known
}

fn allowed(value: Value) -> Tried {
    Tried { value, broken: None }
}

fn refused(value: Value, broken: String) -> Tried {
    Tried { value, broken: Some(broken) }
}
