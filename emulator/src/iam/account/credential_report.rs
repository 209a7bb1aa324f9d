//! Credential reports: all users and the state of their credentials.

mod rows;

use std::sync::Arc;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use crate::iam::Iam;
use crate::service::{Ctx, Fault, Registrar};
use crate::time::Timestamp;

/// How long a report stands in for a new one, as documented.
const VALIDITY_SECONDS: i64 = 4 * 60 * 60;

/// A report is done so many seconds after it was begun, or when it was asked for so many times: who asks again and
/// again sees all states that AWS tells, without waiting. AWS takes some seconds.
const WORK_SECONDS: i64 = 2;
const WORK_ASKED: u32 = 3;

/// A credential report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CredentialReport {
    content: String,
    generated_time: Timestamp,
    /// How often it was asked to be generated.
    asked: u32,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::GENERATE_CREDENTIAL_REPORT, generate, &[]);
    registrar.read(&operations::GET_CREDENTIAL_REPORT, get, &[]);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum ReportState {
    Started,
    InProgress,
    Complete,
}

impl CredentialReport {
    fn progress(&self, now: Timestamp) -> ReportState {
        let is_done = self.asked >= WORK_ASKED || self.generated_time.plus_seconds(WORK_SECONDS) <= now;
        match self.asked {
            _ if is_done => ReportState::Complete,
            1 => ReportState::Started,
            _ => ReportState::InProgress,
        }
    }

    fn is_expired(&self, now: Timestamp) -> bool {
        self.generated_time.plus_seconds(VALIDITY_SECONDS) < now
    }
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Generated {
    state: ReportState,
    description: Option<&'static str>,
}

fn generate(ctx: &Ctx<'_>, state: &mut Iam, _: Nothing) -> Result<Generated, Fault> {
    let present = state.account.credential_report.get(&()).filter(|report| !report.is_expired(ctx.now));
    let report = match present {
        Some(report) => {
            CredentialReport { asked: report.asked.saturating_add(1), ..CredentialReport::clone(report) }
        }
        None => CredentialReport {
            content: rows::csv(ctx, state)?,
            generated_time: ctx.now.whole_seconds(),
            asked: 1,
        },
    };
    let progress = if report.asked == 1 { ReportState::Started } else { report.progress(ctx.now) };
    state.account.credential_report.put((), report);
    let description = (progress == ReportState::Started)
        .then_some("No report exists. Starting a new report generation task");
    Ok(Generated { state: progress, description })
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ReportOutput {
    content: Bytes,
    report_format: &'static str,
    generated_time: Timestamp,
}

fn get(ctx: &Ctx<'_>, state: &Iam, _: Nothing) -> Result<ReportOutput, Fault> {
    // That the message is no more than this was seen on AWS (radkawar/stackd, docs on credential reports).
    let refused = |status, code| Fault::new(status, code, "Unknown");
    let report: Option<&Arc<CredentialReport>> = state.account.credential_report.get(&());
    let report = report.ok_or_else(|| refused(410, "ReportNotPresent"))?;
    if report.is_expired(ctx.now) {
        return Err(refused(410, "ReportExpired"));
    }
    if report.progress(ctx.now) != ReportState::Complete {
        return Err(refused(404, "ReportInProgress"));
    }
    Ok(ReportOutput {
        content: report.content.clone().into(),
        report_format: "text/csv",
        generated_time: report.generated_time,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_done_by_asking_or_by_waiting() {
        let second = |second: i64| Timestamp::from_millis(second * 1000);
        let report = |asked| CredentialReport { content: String::new(), generated_time: second(100), asked };
        assert_eq!(report(1).progress(second(101)), ReportState::Started);
        assert_eq!(report(2).progress(second(101)), ReportState::InProgress);
        assert_eq!(report(3).progress(second(100)), ReportState::Complete);
        assert_eq!(report(1).progress(second(102)), ReportState::Complete);
        assert!(!report(1).is_expired(second(100 + VALIDITY_SECONDS)));
        assert!(report(1).is_expired(second(101 + VALIDITY_SECONDS)));
    }
}
