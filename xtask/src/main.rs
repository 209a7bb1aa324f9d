//! Chores of the workspace. `cargo xtask --help` lists them.

mod bench;
mod coverage;
mod managed_policies;
mod models;

use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use tokio::runtime::{Builder, Runtime};

#[derive(Parser)]
#[command(about = "Chores of the workspace")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Measure the emulator and the checker, built beside this program, and print one table. `just bench` builds them.
    Bench {
        /// What to measure; everything if not said.
        parts: Vec<bench::Part>,
    },
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
    /// Write the policies that AWS manages from pinned moto releases.
    ManagedPolicies {
        /// Write nothing; fail where the file differs.
        #[arg(long)]
        check: bool,
    },
    /// The yardstick of the emulator, which `bench` runs.
    #[command(hide = true)]
    BareServer,
    /// The yardstick of the checker, which `bench` runs.
    #[command(hide = true)]
    RawCalls { url: String, concurrency: usize },
}

fn main() -> Result<()> {
    let root = workspace_root()?;
    match Arguments::parse().chore {
        Chore::Coverage { check } => coverage::run(&root, check),
        Chore::Models { check } => models::run(&root, check),
        Chore::ManagedPolicies { check } => managed_policies::run(&root, check),
        Chore::Bench { parts } => runtime()?.block_on(bench::run(&parts)),
        Chore::BareServer => runtime()?.block_on(bench::serve_bare()),
        Chore::RawCalls { url, concurrency } => runtime()?.block_on(bench::make_raw_calls(&url, concurrency)),
    }
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().build()
}

fn workspace_root() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().map(Path::to_path_buf).context("xtask stands in the workspace")
}
