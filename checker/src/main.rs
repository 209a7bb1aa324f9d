//! `stagecheck`.

use std::process::ExitCode;

use clap::Parser;
use stagecheck::cli::{self, Arguments};

#[tokio::main]
async fn main() -> ExitCode {
    cli::run(Arguments::parse()).await.into()
}
