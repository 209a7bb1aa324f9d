//! Scenarios: calls that a real client makes, with what each must answer.
//!
//! A scenario is a YAML file under `conformance/suite`. It names no target: the same file is run against the emulator,
//! where it must hold, and against others, to see where they differ. docs/conformance.md tells the form.

mod client;
mod expect;
mod run;
mod scenario;

pub use client::{Client, Outcome, Target};
pub use expect::{Difference, Kind, differences};
pub use run::{Run, StepRun, run};
pub use scenario::{Scenario, Step, load};

/// The region that scenarios are written for.
pub const REGION: &str = "eu-central-1";
