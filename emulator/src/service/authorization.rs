//! Whether a caller may make a call, which is asked before the call's handler runs.
//!
//! A service says in its own table what each operation needs. What is decided, on which policies, and in which words a
//! call is denied, is the same for all.

mod authorizer;
mod requirement;
mod ruling;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde::{Deserialize, Serialize};
use stagecheck_models::Operation;

pub(crate) use authorizer::{Authorizer, Gate, Question};
pub(crate) use requirement::{Requirement, pass_role};
pub(crate) use ruling::Ruling;

use super::{Ctx, Document};

/// What is encoded of an ARN that stands in the path of another, as denials of tagging show it (mattclay/aws-terminator#284).
pub(crate) const WITHIN_ARNS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What becomes of calls that policies do not allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum IamMode {
    /// Nobody asks.
    #[default]
    Off,
    /// They are served, and what would have been denied is recorded.
    Soft,
    /// They are denied.
    Enforce,
}

/// What one operation needs: a row of a service's table, which has one for every operation of the model, in its order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<S> {
    /// The operation.
    pub(crate) operation: &'static Operation,
    /// All that its caller must be allowed.
    pub(crate) needs: fn(&Asked<'_, S>) -> Vec<Requirement>,
}

impl<S> Row<S> {
    /// What this operation needs.
    pub(crate) const fn new(
        operation: &'static Operation,
        needs: fn(&Asked<'_, S>) -> Vec<Requirement>,
    ) -> Self {
        Self { operation, needs }
    }
}

/// A call, and the state as it is before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a, S> {
    /// Who asks, and for which scope.
    pub(crate) ctx: &'a Ctx<'a>,
    /// What is asked for.
    pub(crate) operation: &'static Operation,
    /// With what, by the names of the model's members.
    pub(crate) input: &'a Document<'a>,
    /// What the service keeps for the scope.
    pub(crate) state: &'a S,
}

impl<S> Asked<'_, S> {
    /// The text of a member; nothing where it is missing or empty.
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.input.member(member)?.as_text().filter(|text| !text.is_empty())
    }

    /// The text of a member that the model requires.
    pub(crate) fn required(&self, member: &str) -> &str {
        self.text(member).unwrap_or_default()
    }

    /// The texts in a list.
    pub(crate) fn texts(&self, member: &str) -> Vec<&str> {
        let items = self.input.member(member).map(Document::items).unwrap_or_default();
        items.iter().filter_map(Document::as_text).collect()
    }

    /// The tags that the call brings: a list of keys with values, or a map.
    pub(crate) fn tags(&self, member: &str) -> Vec<(String, String)> {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        match self.input.member(member) {
            Some(Document::Map(entries)) => {
                entries.iter().map(|(key, value)| pair(key, value.as_text().unwrap_or_default())).collect()
            }
            Some(list) => {
                let part = |tag: &Document<'_>, name| {
                    tag.member(name).and_then(Document::as_text).unwrap_or_default().to_owned()
                };
                list.items().iter().map(|tag| (part(tag, "Key"), part(tag, "Value"))).collect()
            }
            None => Vec::new(),
        }
    }

    /// The operation as an action of this service.
    pub(crate) fn action(&self, service: &str) -> String {
        format!("{service}:{}", self.operation.name)
    }
}

/// No permission is needed.
pub(crate) fn nothing<S>(_: &Asked<'_, S>) -> Vec<Requirement> {
    Vec::new()
}

/// Holds that a table has a row for every operation, in the order of the model.
#[cfg(test)]
pub(crate) fn assert_complete<S>(rows: &[Row<S>], service: &stagecheck_models::Service) {
    let listed: Vec<&str> = rows.iter().map(|row| row.operation.name).collect();
    let modelled: Vec<&str> = service.operations.iter().map(|operation| operation.name).collect();
    assert_eq!(listed, modelled, "the rows of {} are not its operations", service.name);
    assert!(rows.iter().all(|row| row.operation.service.name == service.name));
}

#[cfg(test)]
mod tests;
