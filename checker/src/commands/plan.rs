//! `stagecheck plan`

use super::tell_unmatched;
use crate::cli::PlanArguments;
use crate::collect::{Methods, collect};
use crate::connection::Connection;
use crate::error::Error;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::report::{self, Output};

pub(crate) async fn plan(arguments: &PlanArguments) -> Result<Exit, Error> {
    let file = arguments.output.as_deref().map(|path| Output::open(Some(path))).transpose()?;
    let connection = Connection::open(&arguments.connection.target()).await?;
    let (scope, filter) = (&arguments.scope, arguments.scope.filter());
    let inventory =
        collect(&connection, &filter, scope.pace(), Methods::ForPlan, &Progress::at_terminal()).await;
    let plan = crate::plan::plan(&inventory, &arguments.choices(), connection.endpoint.clone());
    if let Some(file) = file {
        file.write(&report::json(&plan)?)?;
    }
    report::print(&report::render(&plan, arguments.format, report::plan)?)?;
    if !inventory.gaps.is_empty() {
        report::note(
            "some of the account could not be read, and is not in the plan; `stagecheck check` tells what",
        );
    }
    tell_unmatched(&filter, &inventory);
    let matched = inventory.regions.values().any(|region| !region.stages.is_empty());
    Ok(if !inventory.gaps.is_empty() {
        Exit::Incomplete
    } else if !matched && !filter.is_empty() {
        Exit::NothingToCheck
    } else {
        Exit::Done
    })
}
