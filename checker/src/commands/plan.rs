//! `stagecheck plan`

use crate::cli::PlanArguments;
use crate::collect::{Methods, collect};
use crate::connection::Connection;
use crate::error::Error;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::report::{self, Format};

pub(crate) async fn plan(arguments: &PlanArguments) -> Result<Exit, Error> {
    let connection = Connection::open(&arguments.connection.target()).await?;
    let (scope, filter) = (&arguments.scope, arguments.scope.filter());
    let inventory =
        collect(&connection, &filter, scope.pace(), Methods::ForPlan, &Progress::at_terminal()).await;
    let plan = crate::plan::plan(&inventory, &arguments.choices(), connection.endpoint.clone());
    if let Some(path) = &arguments.output {
        report::write(&report::json(&plan)?, Some(path))?;
    }
    report::print(&report::render(&plan, arguments.format, report::plan)?)?;
    if arguments.format == Format::Table && !inventory.gaps.is_empty() {
        report::print(
            "Some of the account could not be read, and is not in the plan; `stagecheck check` tells what.\n",
        )?;
    }
    let matched = inventory.regions.values().any(|region| !region.stages.is_empty());
    Ok(if !inventory.gaps.is_empty() {
        Exit::Incomplete
    } else if !matched && !filter.is_empty() {
        Exit::NothingToCheck
    } else {
        Exit::Done
    })
}
