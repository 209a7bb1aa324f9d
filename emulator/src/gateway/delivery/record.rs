//! What became of lines.

use std::collections::VecDeque;

use serde::Serialize;
use stagecheck_policy::{Decision, Outcome};

use super::Entry;
use crate::service::ports::describe_statement;
use crate::store::Scope;
use crate::time::Timestamp;

/// How many records are kept.
const KEPT: usize = 1000;

/// The two kinds of log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogKind {
    /// Execution logs.
    Execution,
    /// Access logs.
    Access,
}

/// What became of one request's lines of one kind.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DeliveryRecord {
    /// When.
    #[serde(serialize_with = "Timestamp::serialize_iso8601")]
    time: Timestamp,
    /// The account of the stage.
    #[serde(flatten)]
    scope: Scope,
    /// API id.
    api_id: String,
    /// Stage name.
    stage: String,
    /// The request whose lines they are.
    request_id: String,
    /// Which log.
    log: LogKind,
    /// The log group, or the destination where it names none.
    destination: String,
    /// How many lines.
    lines: usize,
    /// Where they are now.
    #[serde(flatten)]
    outcome: Delivered,
}

impl DeliveryRecord {
    pub(super) fn new(entry: Entry, outcome: Result<(), Refused>) -> Self {
        Self {
            time: entry.time,
            scope: entry.scope,
            api_id: entry.api_id,
            stage: entry.stage,
            request_id: entry.request_id,
            log: entry.log,
            destination: entry.target.name().to_owned(),
            lines: entry.lines.len(),
            outcome: match outcome {
                Ok(()) => Delivered::Delivered,
                Err(refused) => Delivered::Refused(refused),
            },
        }
    }
}

/// Whether lines arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub(crate) enum Delivered {
    /// They are in the log group.
    Delivered,
    /// They are nowhere.
    Refused(Refused),
}

/// Why lines are nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refused {
    /// Why, in a sentence.
    cause: String,
    /// The statement that refused, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
}

impl Refused {
    pub(super) fn because(cause: impl Into<String>) -> Self {
        Self { cause: cause.into(), statement: None }
    }

    /// Refused by policies.
    pub(super) fn by(cause: &str, decision: &Decision) -> Self {
        let statement = decision.matched.first().map(describe_statement);
        let how = match decision.outcome {
            Outcome::ExplicitDeny => "a statement denies it",
            Outcome::ImplicitDeny | Outcome::Allowed => "no statement allows it",
        };
        // With these keys there, it might have been another answer.
        let missing = match decision.missing_keys.as_slice() {
            [] => String::new(),
            keys => format!(", and the request has no {}", keys.join(", ")),
        };
        Self { cause: format!("{cause}: {how}{missing}"), statement }
    }
}

/// What became of lines: totals, and the latest in full.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Records {
    delivered: u64,
    refused: u64,
    /// Lines that there was no room for.
    pub(super) dropped: u64,
    deliveries: VecDeque<DeliveryRecord>,
}

impl Records {
    pub(super) fn add(&mut self, record: DeliveryRecord) {
        match record.outcome {
            Delivered::Delivered => self.delivered += 1,
            Delivered::Refused(_) => self.refused += 1,
        }
        if self.deliveries.len() == KEPT {
            self.deliveries.pop_front();
        }
        self.deliveries.push_back(record);
    }
}
