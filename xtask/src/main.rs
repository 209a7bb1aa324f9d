//! Chores of the workspace. `cargo xtask --help` lists them.

mod coverage;
mod models;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Chores of the workspace")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Write docs/coverage.md: what the emulator does with every operation and every member of its input.
    Coverage {
        /// Write nothing; fail where the page differs.
        #[arg(long)]
        check: bool,
    },
    /// Write the service tables of the models crate from the pinned botocore release.
    Models {
        /// Write nothing; fail where a table differs.
        #[arg(long)]
        check: bool,
    },
}

fn main() -> Result<()> {
    let root = workspace_root()?;
    match Arguments::parse().chore {
        Chore::Coverage { check } => coverage::run(&root, check),
        Chore::Models { check } => models::run(&root, check),
    }
}

fn workspace_root() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().map(Path::to_path_buf).context("xtask stands in the workspace")
}
