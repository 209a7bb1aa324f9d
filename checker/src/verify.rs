//! Looks again after a fix: by reading, and if asked by sending requests and finding their log lines.

mod lines;
mod probe;

use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use serde::Serialize;

use crate::collect::{Filter, Methods, Pace, collect};
use crate::connection::Connection;
use crate::evaluate::{StageView, evaluate, views};
use crate::findings::{Findings, Require, StageEntry, Status};
use crate::inventory::Inventory;
use crate::progress::Progress;

pub use probe::Probe;

/// What to verify, and how.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Which stages.
    pub filter: Filter,
    /// The kinds of log that they must have.
    pub require: Require,
    /// How calls are made.
    pub pace: Pace,
    /// Whether to send a request to every stage, and how long to look for its lines.
    pub probe: Option<Duration>,
}

/// What verification saw.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// The findings, read anew.
    #[serde(flatten)]
    pub findings: Findings,
    /// One entry per stage that was sent a request.
    pub probes: Vec<Probe>,
}

impl Verification {
    /// Whether every stage passes, and every line that was looked for was found.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.findings.gaps.is_empty()
            && self.findings.stages.iter().all(|stage| matches!(stage.status, Status::Pass | Status::Exempt))
            && self.probes.iter().all(|probe| probe.status == Status::Pass)
    }
}

/// Reads everything anew and, if asked, sends a request to every stage.
pub async fn verify(
    connection: &Connection,
    scope: &Scope,
    generated_at: String,
    progress: &Progress,
) -> Verification {
    let methods = if scope.probe.is_some() { Methods::ForProbe } else { Methods::ForVerdict };
    let inventory = collect(connection, &scope.filter, scope.pace, methods, progress).await;
    let findings = evaluate(&inventory, scope.require, generated_at);
    let probes = match scope.probe {
        Some(patience) => probes(connection, scope, patience, &inventory, &findings, progress).await,
        None => Vec::new(),
    };
    Verification { findings, probes }
}

async fn probes(
    connection: &Connection,
    scope: &Scope,
    patience: Duration,
    inventory: &Inventory,
    findings: &Findings,
    progress: &Progress,
) -> Vec<Probe> {
    let sender = probe::Sender::new(connection);
    // Stages come in the same order in both.
    let stages: Vec<(StageView<'_>, &StageEntry)> = views(inventory).zip(&findings.stages).collect();
    progress.begin("probe", stages.len());
    let sender = &sender;
    let probes = stream::iter(stages)
        .map(|(view, entry)| async move {
            let probe = sender.probe(view, entry, scope.require, patience).await;
            progress.step();
            probe
        })
        .buffered(scope.pace.concurrency.max(1))
        .collect()
        .await;
    progress.end();
    probes
}
