//! `stagecheck verify`

use super::check::exit;
use crate::cli::VerifyArguments;
use crate::clock;
use crate::connection::Connection;
use crate::error::Error;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::report;
use crate::verify::{Scope, verify as look};

pub(crate) async fn verify(arguments: &VerifyArguments) -> Result<Exit, Error> {
    let output = report::Output::open(arguments.output.output.as_deref())?;
    let connection = Connection::open(&arguments.connection.target()).await?;
    let scope = Scope {
        filter: arguments.scope.filter(),
        require: arguments.scope.require,
        pace: arguments.scope.pace(),
        probe: arguments.patience(),
    };
    let verification = look(&connection, &scope, clock::now_rfc3339(), &Progress::at_terminal()).await;
    let text = report::render(&verification, arguments.output.format, report::verification)?;
    output.write(&text)?;
    Ok(match exit(&verification.findings, &scope.filter) {
        Exit::NothingToCheck => Exit::NothingToCheck,
        _ if verification.is_whole() => Exit::Done,
        _ => Exit::NotVerified,
    })
}
