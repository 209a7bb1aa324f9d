//! `stagecheck check`

use super::tell_unmatched;
use crate::cli::CheckArguments;
use crate::clock;
use crate::collect::{Filter, Methods, collect};
use crate::connection::Connection;
use crate::error::Error;
use crate::evaluate::evaluate;
use crate::exit::Exit;
use crate::findings::{Findings, Status};
use crate::progress::Progress;
use crate::report;

pub(crate) async fn check(arguments: &CheckArguments) -> Result<Exit, Error> {
    let output = report::Output::open(arguments.output.output.as_deref())?;
    let connection = Connection::open(&arguments.connection.target()).await?;
    let (scope, filter) = (&arguments.scope, arguments.scope.filter());
    let inventory =
        collect(&connection, &filter, scope.pace(), Methods::ForVerdict, &Progress::at_terminal()).await;
    let findings = evaluate(&inventory, scope.require, clock::now_rfc3339());
    let text = report::render(&findings, arguments.output.format, report::findings)?;
    output.write(&text)?;
    tell_unmatched(&filter, &inventory);
    Ok(exit(&findings, &filter))
}

/// What a check's result means. An account without any API is compliant; filters that match nothing are a mistake.
pub(super) fn exit(findings: &Findings, filter: &Filter) -> Exit {
    let any = |status| findings.stages.iter().any(|stage| stage.status == status);
    if !findings.gaps.is_empty() || any(Status::Unknown) {
        Exit::Incomplete
    } else if any(Status::Fail) {
        Exit::Findings
    } else if findings.stages.is_empty() && !filter.is_empty() {
        Exit::NothingToCheck
    } else {
        Exit::Done
    }
}
