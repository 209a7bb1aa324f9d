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
const PATTERNS: [(&str, &str, Option<&str>); 37] = [
    (r"[1-5]\d\d", "200", Some("600")),
    (r"^([1-5]\d\d|\*|\s*)$", "200", Some("20")),
    (r"[\s\S]*", "any", None),
    ("[a-zA-Z0-9-]*", "aA-0aA-0", Some("a_b")),
    ("[a-z0-9.-]*", "a.b-0a.b-0", Some("a_b")),
    // IAM's.
    (r"[\w-]+", "a_b-c_d-e_f-g_h-", Some("a.b")),
    (r"[\w+=,.@-]+", "a+=,.@_-b", Some("a b")),
    (r"[\u0009\u000A\u000D\u0020-\u00FF]+", "a\tÿ", Some("aĀ")),
    ("^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$", "a-b", Some("a--b")),
    (r"\d{12}", "012345678901", Some("01234567890")),
    (r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*", "a\tÿ", Some("a\u{a0}")),
    (r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]+", "abcd ÿ", Some("a\u{a0}")),
    ("[ -~]+", "a to~", Some("aä")),
    (
        r"^http(s?)://[a-zA-Z0-9._/-]*(\?[a-zA-Z0-9._=&-]*)?(#[a-zA-Z0-9._/-]*)?$",
        "https://a.example/b?c=d#e",
        Some("ftp://a.example"),
    ),
    ("^[a-zA-Z0-9:_.-]+$", "a:b_c.d-e", Some("a/b")),
    (r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)", "/a~!/b/", Some("/a")),
    (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", "Äпл 漢7_.:/=+-@", Some("a;b")),
    (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", "Äпл 漢7_.:/=+-@", Some("a;b")),
    (r"((/[A-Za-z0-9\.,\+@=_-]+)*)/", "/a.b/c,d+e@f=g_h-/", Some("/a:b/")),
    (r"[\w._-]+", "a._-b", Some("a+b")),
    (r"[\w+=/:,.@-]+", "arn:aws:iam::1/a", Some("a b")),
    (r"[\w]+", "ABCDEFGHIJKLMNOPQRSTUVW_", Some("a-b")),
    (r"v[1-9][0-9]*(\.[A-Za-z0-9-]*)?", "v10", Some("v0")),
    (r"[\d]+", "012345", Some("01234a")),
    (
        r"^o-[0-9a-z]{10,32}\/r-[0-9a-z]{4,32}[0-9a-z-\/]*",
        "o-a1b2c3d4e5/r-ab12/ou-ab12-a1b2c3d4",
        Some("o-a1/r-ab12"),
    ),
    ("^p-[0-9a-zA-Z_]{8,128}$", "p-examplepolicyid", Some("p-short")),
    (r"[\u0020-\u00FF]+", "a ÿ", Some("aĀ")),
    (r"[\w-]*", "a_b-c", Some("a.b")),
    ("^[a-zA-Z0-9:/+=,.@_-]+$", "arn:aws:iam::012345678901:user/a", Some("a b")),
    (r"\u002F[\u0021-\u007F]*", "/a~", Some("a/")),
    ("[A-Z0-9]+", "ABCDEFGHIJKLMNOPQRSTUVW0", Some("a-b")),
    (
        r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
        "arn:aws:iam::aws:policy/AdministratorAccess",
        Some("arn:aws:iam::aws:policy/\u{1}"),
    ),
    // STS's.
    (r"[\w+=,.@-]*", "a+=,.@_-b", Some("a b")),
    (r"[\w+=,.@:\/-]*", "a+=,.@:/_-b", Some("a b")),
    (r"[\w+=/:,.@-]*", "arn:aws:iam::1/a", Some("a b")),
    (r"[\d]*", "012345", Some("01234a")),
    (r"[\w]*", "ABCDEFGHIJKLMNOPQRSTUVW_", Some("a-b")),
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
                // The shortest URL is longer than the shortest text that the model takes for one.
                let is_whole = !shape.constraints.pattern.is_some_and(|pattern| pattern.starts_with("^http"));
                if is_whole || bound > 7 {
                    tried.push(allowed(of_length(bound)));
                }
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
        Kind::List { member, .. } => std::iter::repeat_n(item(member), size).collect(),
        Kind::Map { value, .. } => {
            let entries = (0..size).map(|number| (format!("key{number}"), plain(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        _ => json!(text_of_size(shape, size)),
    }
}

/// A plain value with something in it, since a form has nothing for an empty structure.
fn item(shape: &'static Shape) -> Value {
    match (plain(shape), shape.members()) {
        (Value::Object(members), [first, ..]) if members.is_empty() => {
            json!({first.name: plain(first.shape)})
        }
        (value, _) => value,
    }
}

/// It matches the shape's pattern where a text of that length can.
fn text_of_size(shape: &Shape, size: usize) -> String {
    let of = |first: &str, letter: &str, last: &str| {
        let between = size.saturating_sub(first.len() + last.len());
        let text: String = [first, &letter.repeat(between), last].concat();
        text[text.len() - size.min(text.len())..].to_owned()
    };
    // The one text of just five characters is the name of an algorithm, of which the model lists none.
    if size == 5 && (shape.constraints.min, shape.constraints.max) == (Some(5), Some(5)) {
        return "RS256".to_owned();
    }
    match shape.constraints.pattern {
        Some(r"(\u002F)|(\u002F[\u0021-\u007E]+\u002F)" | r"((/[A-Za-z0-9\.,\+@=_-]+)*)/") => {
            of("/", "a", "/")
        }
        Some(r"\u002F[\u0021-\u007F]*") => of("/", "a", ""),
        Some(r"[\d]+" | r"[\d]*") => of("", "0", ""),
        Some("[A-Z0-9]+") => of("", "A", ""),
        Some(pattern) if pattern.starts_with("^http") => of("https://", "a", ""),
        Some(pattern) if pattern.starts_with("^o-") => of("o-a1b2c3d4e5/r-ab12", "a", ""),
        _ => of("", "a", ""),
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
