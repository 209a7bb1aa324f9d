//! Patch operations, as every update takes them.

use serde::Deserialize;

use super::faults::bad_request;
use crate::service::Fault;

/// One operation of a patch list. The whole list is applied, or none of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PatchOperation {
    op: Option<Op>,
    path: Option<String>,
    value: Option<String>,
    from: Option<String>,
}

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Op {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

/// A patch operation with what its kind needs.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patch<'a> {
    /// `add` and `replace`, which API Gateway takes for the same where it takes both.
    Set {
        op: Op,
        path: &'a str,
        value: &'a str,
    },
    Remove {
        path: &'a str,
    },
    Copy {
        from: &'a str,
        path: &'a str,
    },
    /// `move` and `test`.
    Other {
        op: Op,
        path: &'a str,
    },
}

impl PatchOperation {
    /// The operation, if it is complete.
    pub(super) fn read(&self) -> Result<Patch<'_>, Fault> {
        // What AWS says of incomplete operations is not known; the wording is inferred.
        let op = self.op.ok_or_else(|| bad_request("Invalid patch operation: op must be specified"))?;
        let path = self
            .path
            .as_deref()
            .ok_or_else(|| bad_request("Invalid patch operation: path must be specified"))?;
        Ok(match op {
            Op::Add | Op::Replace => {
                Patch::Set { op, path, value: self.value.as_deref().unwrap_or_default() }
            }
            Op::Remove => Patch::Remove { path },
            Op::Copy => Patch::Copy { from: self.from.as_deref().unwrap_or_default(), path },
            Op::Move | Op::Test => Patch::Other { op, path },
        })
    }
}

impl Op {
    /// As it stands in requests and messages.
    pub(super) const fn name(self) -> &'static str {
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

/// The answer to an operation that the path does not take. The two spaces are AWS's.
pub(super) fn unsupported(op: Op, path: &str, supported: &str) -> Fault {
    bad_request(format!(
        "Invalid patch path  '{path}' specified for op '{}'. Must be one of: [{supported}]",
        op.name()
    ))
}

/// A boolean in a patch. AWS takes what is not `true` for false.
pub(super) fn boolean(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}
