//! `stagecheck demo`

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use stagecheck_emulator::Emulator;

use crate::apply::{Applied, Approval, apply};
use crate::cli::DemoArguments;
use crate::clock;
use crate::collect::{Filter, Methods, Pace, collect};
use crate::connection::Connection;
use crate::demo::{REGIONS, build};
use crate::error::Error;
use crate::evaluate::evaluate;
use crate::exit::Exit;
use crate::findings::{Findings, Require};
use crate::inventory::Level;
use crate::plan::{Choices, Extra, Plan, plan};
use crate::progress::Progress;
use crate::report;
use crate::verify::{Scope, Verification, verify};

const PACE: Pace = Pace { concurrency: 16 };

/// The emulator's lines arrive at once; anything longer is a failure.
const PATIENCE: Duration = Duration::from_secs(10);

/// All that the demo has to show.
#[derive(Serialize)]
struct Demo {
    before: Findings,
    plan: Plan,
    applied: Applied,
    after: Verification,
}

pub(crate) async fn demo(arguments: &DemoArguments) -> Result<Exit, Error> {
    let output = report::Output::open(arguments.output.output.as_deref())?;
    let progress = Progress::at_terminal();
    let emulator = Emulator::new()
        .start()
        .await
        .map_err(|error| Error::Unexpected(format!("cannot start the emulator: {error}")))?;
    let connection = Connection::with_config(&emulator.sdk_config(), &REGIONS.map(str::to_owned)).await?;
    progress.say("building a sample account");
    build(&connection).await?;
    let demo = show(&connection, &progress).await?;
    emulator.stop().await.map_err(|error| Error::Unexpected(format!("the emulator failed: {error}")))?;

    let text = report::render(&demo, arguments.output.format, Demo::story)?;
    output.write(&text)?;
    Ok(match (demo.applied.is_whole(), demo.after.is_whole()) {
        (true, true) => Exit::Done,
        (false, _) => Exit::NotApplied,
        (true, false) => Exit::NotVerified,
    })
}

async fn show(connection: &Connection, progress: &Progress) -> Result<Demo, Error> {
    let filter = Filter::default();
    let inventory = collect(connection, &filter, PACE, Methods::ForPlan, progress).await;
    let before = evaluate(&inventory, Require::Both, clock::now_rfc3339());
    let choices = Choices {
        require: Require::Both,
        level: Level::Info,
        retention_days: 365,
        include: BTreeSet::from([Extra::AccessFormat, Extra::DataTrace]),
    };
    let plan = plan(&inventory, &choices, connection.endpoint.clone());
    let everything = Approval { safe: true, all: true, ids: BTreeSet::new() };
    let applied = apply(connection, &plan, &everything, progress).await?;
    let scope = Scope { filter, require: Require::Both, pace: PACE, probe: Some(PATIENCE) };
    let after = verify(connection, &scope, clock::now_rfc3339(), progress).await;
    Ok(Demo { before, plan, applied, after })
}

impl Demo {
    fn story(&self) -> String {
        let chapters = [
            (
                "A sample account, in an emulator inside this program. What `stagecheck check` says of it",
                report::findings(&self.before),
            ),
            ("What `stagecheck plan` would change", report::plan(&self.plan)),
            ("What `stagecheck apply` did", report::applied(&self.applied)),
            (
                "What `stagecheck verify --probe` saw: a request to every stage, and its log lines",
                report::verification(&self.after),
            ),
            ("Before and after", report::before_and_after(&self.before, &self.after)),
        ];
        let chapters = chapters.map(|(title, text)| format!("# {title}\n\n{text}"));
        chapters.join("\n")
    }
}
