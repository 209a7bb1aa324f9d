//! `stagecheck apply`

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write};

use crate::apply::{Approval, apply as carry_out};
use crate::cli::ApplyArguments;
use crate::connection::{Connection, Target};
use crate::error::Error;
use crate::exit::Exit;
use crate::plan::{Plan, Safety};
use crate::progress::Progress;
use crate::report;

pub(crate) async fn apply(arguments: &ApplyArguments) -> Result<Exit, Error> {
    let output = report::Output::open(arguments.output.output.as_deref())?;
    let path = &arguments.plan;
    let text = fs::read_to_string(path)
        .map_err(|error| Error::Usage(format!("cannot read the plan {}: {error}", path.display())))?;
    let plan = Plan::parse(&text)?;
    let connection = Connection::open(&Target {
        endpoint_url: arguments.endpoint_url.clone().or_else(|| plan.target.endpoint.clone()),
        regions: plan.target.regions.clone(),
        profile: arguments.profile.clone(),
    })
    .await?;
    plan.check_target(&connection)?;
    let approval = match arguments.approval() {
        Some(approval) => approval,
        None if plan.actions.is_empty() => Approval::default(),
        None => ask(&plan)?,
    };
    let applied = carry_out(&connection, &plan, &approval, &Progress::at_terminal()).await?;
    let text = report::render(&applied, arguments.output.format, report::applied)?;
    output.write(&text)?;
    Ok(if applied.is_whole() { Exit::Done } else { Exit::NotApplied })
}

/// Asks the person at the terminal: once for all safe actions, and for each other one by one.
fn ask(plan: &Plan) -> Result<Approval, Error> {
    if !io::stdin().is_terminal() {
        return Err(Error::Usage(
            "there is no terminal to ask at: --yes agrees to the safe actions, --approve all|ID,… to the others"
                .to_owned(),
        ));
    }
    let mut approval = Approval::default();
    let safe: Vec<_> = plan.actions.iter().filter(|action| action.safety == Safety::Safe).collect();
    if !safe.is_empty() {
        let lines: Vec<String> = safe.iter().map(|action| format!("  {}\n", action.summary)).collect();
        approval.safe = agrees(&format!("{}Do these {}, which are safe?", lines.concat(), safe.len()))?;
    }
    let mut declined = HashSet::new();
    for action in plan.actions.iter().filter(|action| action.safety == Safety::NeedsApproval) {
        let caution = action.caution.as_deref().unwrap_or("it is not safe");
        let is_vain = action.needs.iter().any(|need| declined.contains(need.as_str()));
        if !is_vain && agrees(&format!("  {}\nDo this, although {caution}?", action.summary))? {
            approval.ids.insert(action.id.clone());
        } else {
            declined.insert(action.id.as_str());
        }
    }
    Ok(approval)
}

/// Only a yes is a yes; the end of the input is none.
fn agrees(question: &str) -> Result<bool, Error> {
    let mut out = io::stderr();
    write!(out, "{question} [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    if io::stdin().lock().read_line(&mut answer)? == 0 {
        writeln!(out)?;
    }
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
