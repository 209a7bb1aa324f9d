//! Patch operations, as every update takes them.
//!
//! A resource has one table of [`PatchRule`]s: which paths there are, which operations each takes, and what they do. A
//! list of operations is applied to a copy of the row, in order; the copy becomes the row once all are done.
//!
//! Source: the page "Patch operations" of the API reference for which resource takes what.

use std::borrow::Cow;
use std::str::FromStr;

use serde::Deserialize;

use super::faults::bad_request;
use crate::service::Fault;
use crate::store::SmallMap;

/// One operation of a patch list. The whole list is applied, or none of it.
///
/// No debug output: a value may be a private key.
#[derive(Clone, Deserialize)]
pub(crate) struct PatchOperation {
    op: Option<Op>,
    path: Option<String>,
    value: Option<String>,
    from: Option<String>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Op {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

impl Op {
    /// As it stands in requests and messages.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Replace => "replace",
            Self::Move => "move",
            Self::Copy => "copy",
            Self::Test => "test",
        }
    }
}

/// A path of a resource, the operations that it takes, and what they do.
pub(crate) struct PatchRule<T> {
    path: &'static str,
    ops: &'static [Op],
    apply: fn(&mut T, &Change<'_>) -> Result<(), Fault>,
}

impl<T> PatchRule<T> {
    /// What operations on a path do. A segment of the path in braces or angle brackets takes any one segment:
    /// `/requestModels/{type}`. `<resourcePath>` takes one or more.
    pub(crate) const fn new(
        path: &'static str,
        ops: &'static [Op],
        apply: fn(&mut T, &Change<'_>) -> Result<(), Fault>,
    ) -> Self {
        Self { path, ops, apply }
    }
}

/// An operation that has what every operation needs.
#[derive(Clone)]
pub(crate) struct Change<'a> {
    pub(crate) op: Op,
    /// As the caller wrote it.
    pub(crate) path: &'a str,
    value: Option<&'a str>,
    /// What `copy` and `move` begin at.
    pub(crate) from: Option<&'a str>,
    captured: Vec<Cow<'a, str>>,
}

/// Applies a patch list to a row.
pub(crate) fn apply<T>(
    row: &mut T,
    rules: &[PatchRule<T>],
    operations: &[PatchOperation],
) -> Result<(), Fault> {
    apply_or(row, rules, operations, |change| unsupported(rules, change))
}

/// Applies a patch list to a row. `refuse` words the answer to an operation that no rule takes.
pub(crate) fn apply_or<T>(
    row: &mut T,
    rules: &[PatchRule<T>],
    operations: &[PatchOperation],
    refuse: impl Fn(&Change<'_>) -> Fault,
) -> Result<(), Fault> {
    for operation in operations {
        let mut change = operation.read()?;
        let rule = rules.iter().find_map(|rule| {
            let captured = rule.ops.contains(&change.op).then(|| captures(rule.path, change.path))??;
            Some((rule, captured))
        });
        let Some((rule, captured)) = rule else { return Err(refuse(&change)) };
        change.captured = captured;
        (rule.apply)(row, &change)?;
    }
    Ok(())
}

/// Whether an operation gives a path a value.
pub(crate) fn gives(operations: &[PatchOperation], path: &str) -> bool {
    operations.iter().any(|operation| {
        operation.path.as_deref() == Some(path)
            && operation.value.as_deref().is_some_and(|value| !value.is_empty())
    })
}

/// The answer to an operation that a path, or any path, does not take. The two spaces are AWS's.
fn unsupported<T>(rules: &[PatchRule<T>], Change { op, path, .. }: &Change<'_>) -> Fault {
    let is_known = rules.iter().any(|rule| captures(rule.path, path).is_some());
    let with_op = rules.iter().filter(|rule| !is_known && rule.ops.contains(op));
    let supported: Vec<&str> = with_op.map(|rule| rule.path).collect();
    let hint = if supported.is_empty() {
        "Please choose supported operations".to_owned()
    } else {
        format!("Must be one of: [{}]", supported.join(", "))
    };
    bad_request(format!("Invalid patch path  '{path}' specified for op '{}'. {hint}", op.name()))
}

/// The answer of the updates that tell less: `Invalid patch path {path}`, or which operations a path takes.
///
/// Reported by users for APIs, methods and method responses; that integrations and their responses answer so, too, is
/// inferred.
pub(crate) fn invalid<T>(rules: &[PatchRule<T>], change: &Change<'_>) -> Fault {
    let of_path: Vec<_> = rules.iter().filter(|rule| captures(rule.path, change.path).is_some()).collect();
    if of_path.is_empty() {
        return bad_request(format!("Invalid patch path {}", change.path));
    }
    let taken = [Op::Add, Op::Replace, Op::Remove]
        .into_iter()
        .filter(|op| of_path.iter().any(|rule| rule.ops.contains(op)))
        .map(Op::name);
    bad_request(format!(
        "Invalid patch operation specified. Must be one of: [{}]",
        taken.collect::<Vec<_>>().join(", ")
    ))
}

/// What a path has where the pattern has placeholders; `None` where they differ otherwise.
fn captures<'a>(pattern: &str, path: &'a str) -> Option<Vec<Cow<'a, str>>> {
    let mut captured = Vec::new();
    let spare = path.split('/').count().checked_sub(pattern.split('/').count())?;
    let mut given = path.split('/');
    for expected in pattern.split('/') {
        let segment = given.next()?;
        if expected == RESOURCE_PATH {
            let mut whole = segment.to_owned();
            for more in given.by_ref().take(spare) {
                whole.push('/');
                whole.push_str(more);
            }
            captured.push(unescape(&whole).into_owned().into());
        } else if expected.starts_with(['{', '<']) {
            captured.push(unescape(segment));
        } else if expected != segment {
            return None;
        }
    }
    given.next().is_none().then_some(captured)
}

/// The placeholder that takes all segments which the others leave. Terraform sends resource paths with their slashes
/// as they are.
const RESOURCE_PATH: &str = "<resourcePath>";

/// A segment of a JSON pointer (RFC 6901) as it is meant.
pub(crate) fn unescape(segment: &str) -> Cow<'_, str> {
    if segment.contains('~') { segment.replace("~1", "/").replace("~0", "~").into() } else { segment.into() }
}

impl PatchOperation {
    fn read(&self) -> Result<Change<'_>, Fault> {
        // What AWS says of incomplete operations is not known; the wording is inferred.
        let op = self.op.ok_or_else(|| bad_request("Invalid patch operation: op must be specified"))?;
        let path = self
            .path
            .as_deref()
            .ok_or_else(|| bad_request("Invalid patch operation: path must be specified"))?;
        let (value, from) = (self.value.as_deref(), self.from.as_deref());
        Ok(Change { op, path, value, from, captured: Vec::new() })
    }
}

#[cfg(test)]
impl<'a> Change<'a> {
    /// A replacement.
    pub(crate) fn to(path: &'a str, value: &'a str) -> Self {
        Self { op: Op::Replace, path, value: Some(value), from: None, captured: Vec::new() }
    }
}

impl Change<'_> {
    /// What stands in the place of the pattern's braces, the first being 0, with `~1` read as `/`.
    pub(crate) fn captured(&self, place: usize) -> &str {
        self.captured.get(place).map_or("", AsRef::as_ref)
    }

    /// The value; an empty text where none is given.
    pub(crate) fn value(&self) -> &str {
        self.value.unwrap_or_default()
    }

    /// The value for a member that an empty text, or `remove`, clears.
    pub(crate) fn optional<S: for<'s> From<&'s str>>(&self) -> Option<S> {
        let cleared = self.op == Op::Remove || self.value().is_empty();
        (!cleared).then(|| self.value().into())
    }

    /// The value as a boolean. AWS takes what is not `true` for false: captured for `dataTrace`, inferred for others.
    pub(crate) fn boolean(&self) -> bool {
        self.value().eq_ignore_ascii_case("true")
    }

    /// The value as a number.
    pub(crate) fn number<N: FromStr>(&self) -> Result<N, Fault> {
        self.value().trim().parse().map_err(|_| self.bad_value(None))
    }

    /// The value, which must be one of these.
    pub(crate) fn one_of(&self, values: &[&str]) -> Result<&str, Fault> {
        let value = self.value();
        if values.contains(&value) { Ok(value) } else { Err(self.bad_value(Some(values))) }
    }

    /// The value, which must be one of these, or an empty text, which clears the member.
    pub(crate) fn optional_of<S: for<'s> From<&'s str>>(&self, values: &[&str]) -> Result<Option<S>, Fault> {
        if self.value().is_empty() { Ok(None) } else { self.one_of(values).map(|value| Some(value.into())) }
    }

    /// The answer to a value that the path does not take. The wording follows that for paths: inferred.
    pub(crate) fn bad_value(&self, values: Option<&[&str]>) -> Fault {
        let choice = values.map(|values| format!(". Must be one of: [{}]", values.join(", ")));
        bad_request(format!(
            "Invalid patch value  '{}' specified for op '{}'{}",
            self.value(),
            self.op.name(),
            choice.unwrap_or_default()
        ))
    }

    /// As [`Self::set_entry`], where there must be an entry to replace or to take out.
    pub(crate) fn set_present_entry<V>(
        &self,
        entries: &mut Option<SmallMap<String, V>>,
        value: V,
        missing: fn() -> Fault,
    ) -> Result<(), Fault> {
        let is_there = entries.as_ref().is_some_and(|entries| entries.contains_key(self.captured(0)));
        if self.op != Op::Add && !is_there {
            return Err(missing());
        }
        self.set_entry(entries, value);
        Ok(())
    }

    /// Sets or, by `remove`, takes out the entry that the first capture names. An empty map becomes none.
    pub(crate) fn set_entry<V>(&self, entries: &mut Option<SmallMap<String, V>>, value: V) {
        let name = self.captured(0);
        if self.op != Op::Remove {
            entries.get_or_insert_default().insert(name.to_owned(), value);
            return;
        }
        if let Some(present) = entries {
            present.remove(name);
            if present.is_empty() {
                *entries = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Row {
        name: Option<String>,
        models: Option<SmallMap<String, String>>,
    }

    const RULES: [PatchRule<Row>; 2] = [
        PatchRule::new("/name", &[Op::Replace], |row, change| {
            row.name = change.optional();
            Ok(())
        }),
        PatchRule::new("/models/{type}", &[Op::Add, Op::Replace, Op::Remove], |row, change| {
            change.set_entry(&mut row.models, change.value().to_owned());
            Ok(())
        }),
    ];

    fn patched(operations: &str) -> Result<Row, String> {
        let operations: Vec<PatchOperation> = serde_json::from_str(operations).unwrap();
        let mut row = Row::default();
        apply(&mut row, &RULES, &operations).map(|()| row).map_err(|fault| fault.message)
    }

    #[test]
    fn segments_in_braces_take_escaped_slashes() {
        let row = patched(r#"[{"op": "add", "path": "/models/application~1json", "value": "Pet"}]"#).unwrap();
        assert_eq!(row.models.unwrap().get("application/json").map(String::as_str), Some("Pet"));
        let both = r#"[{"op": "add", "path": "/models/a~01", "value": "x"}, {"op": "remove", "path": "/models/a~01"}]"#;
        assert_eq!(patched(both).unwrap(), Row::default());
    }

    #[test]
    fn a_resource_path_may_have_its_slashes_as_they_are() {
        let pattern = "/throttle/<resourcePath>/<httpMethod>/rateLimit";
        let captured = |path| captures(pattern, path).map(|captured| captured.join(" "));
        assert_eq!(captured("/throttle/~1pets~1{id}/GET/rateLimit").as_deref(), Some("/pets/{id} GET"));
        assert_eq!(captured("/throttle//pets/{id}/GET/rateLimit").as_deref(), Some("/pets/{id} GET"));
        assert_eq!(captured("/throttle//GET/rateLimit").as_deref(), Some(" GET"));
        assert_eq!(captured("/throttle/GET/rateLimit"), None);
        assert_eq!(captured("/throttle//pets/GET/burstLimit"), None);
    }

    #[test]
    fn what_no_rule_takes_is_refused_with_what_could_be() {
        let refused = |operation: &str| patched(&format!("[{operation}]")).unwrap_err();
        assert_eq!(
            refused(r#"{"op": "replace", "path": "/nickname", "value": "x"}"#),
            "Invalid patch path  '/nickname' specified for op 'replace'. Must be one of: [/name, /models/{type}]"
        );
        assert_eq!(
            refused(r#"{"op": "add", "path": "/name", "value": "x"}"#),
            "Invalid patch path  '/name' specified for op 'add'. Please choose supported operations"
        );
        assert_eq!(
            refused(r#"{"op": "move", "path": "/models/a/b"}"#),
            "Invalid patch path  '/models/a/b' specified for op 'move'. Please choose supported operations"
        );
        let briefly = |change: &Change<'_>| invalid(&RULES, change).message;
        assert_eq!(briefly(&Change::to("/nickname", "x")), "Invalid patch path /nickname");
        let mut move_model = Change::to("/models/a", "x");
        move_model.op = Op::Move;
        assert_eq!(
            briefly(&move_model),
            "Invalid patch operation specified. Must be one of: [add, replace, remove]"
        );
        assert_eq!(refused(r#"{"path": "/name"}"#), "Invalid patch operation: op must be specified");
    }
}
